"""Train a plan with `model.fit`, keep every epoch, and go on where it stopped."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from lossacc.data import Examples
from lossacc.networks.cnn import initialise
from lossacc.networks.resnet import resnet18
from lossacc.recipe.progress import Clock, Progress
from lossacc.recipe.recipes import Plan, checksum
from lossacc.recipe.run_folder import Folder
from lossacc.recipe.stream import steps_of, stream
from lossacc.runs.joined import only_examples, only_rows
from lossacc.runs.run import Run
from lossacc.support import keras_api
from lossacc.support.keras_api import tensorflow
from lossacc.support.types import FloatArray, IntArray, Seed
from lossacc.training.optimizers import CoupledSGD
from lossacc.training.recorder import Recorder

keras_api.keras()  # starts TensorFlow with the package's own settings
import keras  # noqa: E402

_CHUNK = 1000  # images
MIXED, SINGLE = "mixed_float16", "float32"
KEPT = {"train": 500, "validation": 1500}  # examples of a recorded run: a few MB for 200 epochs


def train_plan(plan: Plan, path: Path, say: Callable[[str], None] = print) -> Run:
    """Train, from the start or from where the folder stands, to the last epoch.

    Parameters
    ----------
    plan
        What to train.
    path
        The folder that everything is kept in; see `lossacc.recipe.run_folder`.
    say
        Takes a line of what is told on the way.

    Returns
    -------
    Run
        Every epoch, all validation examples and the `Recorder`'s probe of the training examples.

    Raises
    ------
    ValueError
        If the folder holds something else.
    ConnectionError
        If the data set could not be downloaded.
    """
    precision = use_the_machine()
    examples, held_out = plan.examples()
    asked = {**plan.settings(), "precision": precision, "images": checksum(examples, held_out)}
    folder = Folder(path, asked)
    model = compiled(plan, examples, precision)
    done = folder.restore(model)
    say(_described(plan, model, examples, held_out, precision))
    say(f"{done} of {plan.epochs} epochs are in {path}." if done else f"All is kept in {path}.")
    recorder = Recorder(examples, held_out, seed=plan.seed)
    if done < plan.epochs:
        _fit(plan, model, examples, recorder, folder, done, say)
    return _named(folder.run(plan.epochs), plan, recorder.indices)


def _fit(
    plan: Plan, model: Any, examples: Examples, recorder: Recorder, folder: Folder, done: int,
    say: Callable[[str], None],
) -> None:  # fmt: skip
    """Train the epochs that are missing."""
    steps = steps_of(examples, plan.batch_size)
    batches = stream(
        examples, seed=plan.seed, batch_size=plan.batch_size, first=done, epochs=plan.epochs
    )
    callbacks = [
        Rate(plan.rate_in),
        recorder,
        Keeper(folder, recorder),
        Progress(Clock(steps, plan.epochs), recorder, say),
    ]
    model.fit(
        batches,
        epochs=plan.epochs,
        initial_epoch=done,
        steps_per_epoch=steps,
        callbacks=callbacks,
        shuffle=False,  # they are shuffled
        verbose=0,
    )


class Rate(keras.callbacks.Callback):  # type: ignore[misc]  # Keras has no types
    """Set the rate of each epoch. Keras' own scheduler cannot read a rate without a warning."""

    def __init__(self, rate: Callable[[int], float]) -> None:
        """Take a function of the epoch, 0 for the first."""
        super().__init__()
        self._rate = rate

    def on_epoch_begin(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Set it."""
        self.model.optimizer.learning_rate = self._rate(epoch)


class Keeper(keras.callbacks.Callback):  # type: ignore[misc]  # Keras has no types
    """Keep each epoch in the folder when the recorder, which stands before, has recorded it."""

    def __init__(self, folder: Folder, recorder: Recorder) -> None:
        """Keep nothing yet."""
        super().__init__()
        self._folder, self._recorder = folder, recorder

    def on_epoch_begin(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Keep the untrained network's epoch 0."""
        if epoch == 0:
            self._folder.keep(self._row)

    def on_epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Keep the epoch, then all that the next one starts from."""
        self._folder.keep(self._row)
        self._folder.keep_state(self.model, epoch + 1)

    @property
    def _row(self) -> Run:
        return only_rows(self._recorder.run, slice(-1, None))


def use_the_machine() -> str:
    """Let TensorFlow use every core, and choose the arithmetic: half precision on a GPU alone."""
    tf = tensorflow()
    # One thread an operation suits the small networks of the lessons, and not this one. A process
    # that has begun to compute keeps the settings that it has.
    with contextlib.suppress(RuntimeError):
        tf.config.threading.set_intra_op_parallelism_threads(0)
    return MIXED if tf.config.list_physical_devices("GPU") else SINGLE


def compiled(plan: Plan, examples: Examples, precision: str) -> Any:
    """Build the network of a plan with its first weights, and compile it."""
    mean, variance = moments(examples.images)
    model = resnet18(
        examples.shape,
        examples.classes,
        width=plan.width,
        mean=mean,
        variance=variance,
        dtype=precision,
    )
    optimizer: Any = CoupledSGD(
        plan.rate, momentum=plan.momentum, nesterov=True, coupled_decay=plan.decay
    )
    if precision == MIXED:  # small gradients would be 0 in half precision
        optimizer = keras.optimizers.LossScaleOptimizer(optimizer)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer, loss, metrics=["accuracy"])
    model.optimizer.build(model.trainable_variables)
    return initialise(model, plan.seed)


def moments(images: FloatArray) -> tuple[list[float], list[float]]:
    """Give mean and variance of each channel, in float64 and without a copy of all images."""
    mean = images.mean((0, 1, 2), dtype=np.float64)
    squares = np.zeros_like(mean)
    for first in range(0, len(images), _CHUNK):
        squares += np.square(images[first : first + _CHUNK] - mean).sum((0, 1, 2))
    return mean.tolist(), (squares / (images.size // len(mean))).tolist()


def recorded_part(run: Run, seed: Seed) -> Run:
    """Give a part of the run that is small enough to pass on: some examples, all epochs.

    The means over all validation examples stay in `printed`, as `val_loss` and `val_accuracy`;
    `settings["places"]` goes on to name the examples by their places in the data set.
    """
    rng = np.random.default_rng(seed)
    sizes = {on: run.scores(on).size for on in run.sets}
    chosen = {on: np.sort(rng.permutation(size)[: KEPT[on]]) for on, size in sizes.items()}
    kept = " and ".join(f"{len(chosen[on])} {on}" for on in run.sets)
    before = run.settings["places"]
    return only_examples(run, chosen).with_settings(
        recorded=f"every epoch, {kept} examples, in half precision",
        places={on: np.asarray(before[on])[chosen[on]].tolist() for on in run.sets},
    )


def _named(run: Run, plan: Plan, probe: IntArray) -> Run:
    """Say in the run what it is, and what Keras would have printed for validation."""
    held_out = run.scores("validation")
    means = {"val_loss": held_out.loss.copy(), "val_accuracy": held_out.accuracy.copy()}
    for values in means.values():
        values[0] = np.nan  # nothing is printed before the first epoch
    places = {"train": probe.tolist(), "validation": list(range(held_out.size))}
    told = {"experiment": plan.recipe, "arm": Path(plan.data).name, "seed": plan.seed}
    whole = replace(run, printed={**run.printed, **means})
    return whole.with_settings(**told, recipe=plan.settings(), places=places)


def _described(
    plan: Plan, model: Any, examples: Examples, held_out: Examples, precision: str
) -> str:
    """Say what is trained and on what."""
    weights = sum(int(np.prod(v.shape)) for v in model.trainable_variables)
    size = "x".join(str(side) for side in examples.shape)
    steps = steps_of(examples, plan.batch_size)
    machine = "on a GPU, in mixed precision"
    if precision == SINGLE:
        machine = f"on {os.cpu_count()} cores, as no GPU was found"
    return (
        f"{plan.name}: ResNet-18 of {weights:,} weights {machine}; {len(examples):,} training and "
        f"{len(held_out):,} validation images of {size}; {plan.epochs} epochs of {steps} steps."
    )
