"""The optimizer, and what its first step does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from lossacc.checks.model.intake import own_steps
from lossacc.checks.model.setup import Setup
from lossacc.support.compiled_model import has_schedule, optimizer_of
from lossacc.support.finding import Finding
from lossacc.support.keras_api import keras, tensorflow
from lossacc.training.batches import mapped

_BATCH = 32  # what `fit` takes in one step where nobody says how many


@dataclass(frozen=True)
class Optimizer:
    """An optimizer that cannot train these weights."""

    name: str = "optimizer"

    def __call__(self, setup: Setup) -> Finding | None:
        """Look at its rate, its variables, and its epsilon in their type."""
        optimizer, model = optimizer_of(setup.model), setup.model
        return self._rate(optimizer, model) or self.unfit(optimizer, model)

    def unfit(self, optimizer: Any, model: Any) -> Finding | None:
        """Look at all but its rate, which may have been lowered since."""
        return self._strange(optimizer, model) or self._epsilon(optimizer, model)

    def _rate(self, optimizer: Any, model: Any) -> Finding | None:
        if has_schedule(model):
            return None  # which may begin at 0
        rate = float(np.asarray(optimizer.learning_rate))
        if rate > 0 and np.isfinite(rate):
            return None
        return Finding(
            self.name,
            "wrong",
            f"The learning rate is {rate:g}: no step leads down the loss.",
            "Give the optimizer a positive rate, such as 0.001 for Adam.",
        )

    def _strange(self, optimizer: Any, model: Any) -> Finding | None:
        if not optimizer.built:
            return None
        known = {id(variable) for variable in optimizer._trainable_variables}
        strange = [one.path for one in model.trainable_variables if id(one) not in known]
        if not strange:
            return None
        return Finding(
            self.name,
            "wrong",
            f"The optimizer was used with other weights than these: it does not know {strange[0]}"
            f"{f' and {len(strange) - 1} more' if len(strange) > 1 else ''}, and the first step "
            "raises an error.",
            "Compile with an optimizer made for this model.",
        )

    def _epsilon(self, optimizer: Any, model: Any) -> Finding | None:
        epsilon = getattr(optimizer, "epsilon", None)
        small = [one for one in model.trainable_variables if one.dtype == "float16"]
        if not small or not isinstance(epsilon, (int, float)):
            return None
        least = float(np.finfo(np.float16).tiny)
        if epsilon >= least:
            return None
        return Finding(
            self.name,
            "wrong",
            f"The weights are float16, whose smallest normal number is {least:.1g}, and the "
            f"optimizer divides by the root of squares below that plus epsilon, {epsilon:g}: next "
            "to nothing. A step can be of any size.",
            'Keep the weights in float32, as keras.mixed_precision.set_global_policy("mixed_float16'
            '") does, or take an epsilon of 1e-3.',
        )


def unfit_optimizer(model: Any) -> Finding | None:
    """Say that an optimizer does not fit the weights of a model that was trained."""
    return Optimizer().unfit(optimizer_of(model), model)


@dataclass(frozen=True)
class FirstStep:
    """A step that does not lead down the loss of its own batch.

    Parameters
    ----------
    times
        By how much a step may raise it.
    least
        A loss after the step up to this is no harm, however small it was before.
    """

    name: str = "first step"
    times: float = 10.0
    least: float = 1.0

    def __call__(self, setup: Setup) -> Finding | None:
        """Take one step with a copy of the optimizer; the audit puts the weights back."""
        if "train_step" in own_steps(setup.model) or not setup.model.trainable_variables:
            return None  # which takes another step
        try:
            before, after = losses_around_a_step(setup)
        except Exception:  # a loss may hold any code; other checks name what it raises
            return None
        if not np.isfinite(before):
            return None
        rises = after > max(self.times * before, self.least)
        if np.isfinite(after) and not rises:
            return None
        rate = float(np.asarray(optimizer_of(setup.model).learning_rate))
        return Finding(
            self.name,
            "note" if np.isfinite(after) else "wrong",
            f"One step at a rate of {rate:g} takes the loss of its own batch from {before:.3g} to "
            f"{after:.3g}.",
            "Try a rate ten times smaller.",
        )


def losses_around_a_step(setup: Setup) -> tuple[float, float]:
    """Give the loss of a batch before and after a step on it, in training mode."""
    model = setup.model
    batch = mapped(lambda one: one[:_BATCH], setup.probe)
    with tensorflow().GradientTape() as tape:
        before = setup.loss(batch, training=True)
    slopes = tape.gradient(before, model.trainable_variables)
    pairs = zip(slopes, model.trainable_variables, strict=True)
    held = [(slope, variable) for slope, variable in pairs if slope is not None]
    if held:
        _copy(optimizer_of(model)).apply_gradients(held)
    after = setup.loss(batch, training=True)
    # Keras keeps the penalties of the latest call.
    model(mapped(lambda one: one[:1], batch["x"]), training=False)
    return float(before), float(after)


def _copy(optimizer: Any) -> Any:
    """Copy an optimizer: its settings, and nothing that it remembers."""
    rate = float(np.asarray(optimizer.learning_rate))
    copied = type(optimizer).from_config(optimizer.get_config())
    if not isinstance(copied._learning_rate, keras().optimizers.schedules.LearningRateSchedule):
        copied.learning_rate = rate
    return copied
