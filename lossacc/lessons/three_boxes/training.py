"""How `three-boxes` trains: its network, its schedule, and what may stand in for a cut."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np

from lossacc.analysis.weight_norms import NormWatch
from lossacc.claims.experiment import Hooks, Settings
from lossacc.data import Examples
from lossacc.networks.cnn import initialise, reset_optimizer
from lossacc.networks.small_resnet import small_residual
from lossacc.runs.run import Run
from lossacc.support.keras_api import keras
from lossacc.support.types import FloatArray, Seed
from lossacc.training.train import train

PYTORCH, KERAS = "PyTorch", "Keras"
KINDS = (PYTORCH, KERAS)
CUT, BATCH, AVERAGE, NOTHING = "rate", "batch", "average", "nothing"
SECOND = (CUT, BATCH, AVERAGE, NOTHING)
RATE, EFFECTIVE = "rate", "rate / norm²"
HELD = (RATE, EFFECTIVE)
FACTOR, BATCH_SIZE = 0.1, 16
NEVER = 0


def fresh_network(settings: Settings, shape: tuple[int, int, int], classes: int, seed: Seed) -> Any:
    """Give the compiled network for these knobs, with new weights."""
    decay, kind = float(settings["weight_decay"]), str(settings["optimizer"])
    noise = float(settings["fresh_noise"])
    return initialise(_compiled(shape, classes, noise, decay, kind), seed)


@lru_cache(maxsize=16)
def _compiled(
    shape: tuple[int, int, int], classes: int, noise: float, decay: float, kind: str
) -> Any:
    """Build and compile the small residual network."""
    model = small_residual(shape, classes, noise=noise)
    loss = keras().losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(_optimizer(kind, decay), loss)
    return model


def _optimizer(kind: str, decay: float) -> Any:
    """Give SGD with Nesterov's momentum and a weight decay that means what it means there."""
    from lossacc.training.optimizers import CoupledSGD  # starts TensorFlow

    momentum: dict[str, Any] = {"momentum": 0.9, "nesterov": True}
    if kind == PYTORCH:
        return CoupledSGD(**momentum, coupled_decay=decay)
    return keras().optimizers.SGD(**momentum, weight_decay=decay or None)


@dataclass
class Schedule:
    """The rate and the batch of each epoch, for a model in training; called after each epoch.

    Parameters
    ----------
    settings
        The knobs.
    watch
        Notes the length of the kernels.
    """

    settings: Settings
    watch: NormWatch
    _kept: list[list[FloatArray]] = field(default_factory=list)

    def rate(self, epoch: int) -> float:
        """Give the rate of an epoch, 0 for the first."""
        first, second = self._passed(epoch)
        rate = float(self.settings["learning_rate"]) * FACTOR**first
        if second and self.settings["second"] == AVERAGE:
            return 0.0
        if second and self.settings["second"] == CUT:
            rate *= FACTOR
        if first and self.settings["held"] == EFFECTIVE:
            now, then = self.watch.norms[epoch], self.watch.norms[int(self.settings["first_cut"])]
            rate *= (now / then) ** 2
        return rate

    def batch(self, epoch: int) -> int:
        """Give the batch size of an epoch."""
        _, second = self._passed(epoch)
        grown = second and self.settings["second"] == BATCH
        return round(BATCH_SIZE / FACTOR) if grown else BATCH_SIZE

    def _passed(self, epoch: int) -> tuple[bool, bool]:
        first, second = (int(self.settings[name]) for name in ("first_cut", "second_cut"))
        return first != NEVER and epoch >= first, second != NEVER and epoch >= second

    def average(self, run: Run) -> None:
        """Keep the weights over the second half of the stretch; at its end, take their mean.

        From there on the rate is 0: nothing moves but BatchNormalization's statistics, which come
        to those of the mean weights.
        """
        begin, end = (int(self.settings[name]) for name in ("first_cut", "second_cut"))
        if self.settings["second"] != AVERAGE or end == NEVER:
            return
        epoch, model = int(run.epochs[-1]), self.watch.model
        if (begin + end) // 2 < epoch <= end:
            self._kept.append(model.get_weights())
        if epoch == end:
            model.set_weights([np.mean(each, axis=0) for each in zip(*self._kept, strict=True)])
            reset_optimizer(model)  # Keras' velocity would move the weights on at a rate of 0


def trained(
    model: Any, settings: Settings, examples: Examples, held_out: Examples, seed: Seed, hooks: Hooks
) -> Run:
    """Train by the schedule; the run says how long the kernels were."""
    hooks.show(examples, held_out)
    watch = NormWatch(model, hooks.on_epoch)
    schedule = Schedule(settings, watch)
    run = train(
        model,
        examples,
        held_out,
        epochs=int(settings["epochs"]),
        batch_size=schedule.batch,
        seed=seed,
        learning_rate=schedule.rate,
        should_stop=hooks.should_stop,
        on_epoch=_both(watch, schedule.average),
    )
    return watch.noted(run)


def _both(first: Callable[[Run], None], second: Callable[[Run], None]) -> Callable[[Run], None]:
    def call(run: Run) -> None:
        first(run)
        second(run)

    return call
