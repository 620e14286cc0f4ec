"""`train`: the fast loop. It means by every setting what `model.fit` means, and gives a `Run`.

`model.fit` spends most of its time on small networks outside arithmetic. Here one compiled
function walks through an epoch, over data that lies on the device already, and a second one
scores every example. Long epochs are cut into slices of about 50 ms, so that a stop is prompt.
"""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import numpy as np

from lossacc.runs.run import Run
from lossacc.support import validate
from lossacc.support.compiled_model import has_schedule, last_rate, model_settings
from lossacc.support.keras_api import tensorflow
from lossacc.support.types import FloatArray, IntArray, Seed
from lossacc.training.evaluate import Scored
from lossacc.training.loop import SLICE, Loop, loop_of
from lossacc.training.on_device import Data, DeviceSet, check_fit, new_record, on_device
from lossacc.training.record import Epoch, Record

Rate = float | Callable[[int], float]
Size = int | Callable[[int], int]

_PASSES: ContextVar[bool] = ContextVar("an interrupt passes through train", default=False)


class TrainingError(RuntimeError):
    """A training failed midway; `run` holds the epochs that were finished."""

    def __init__(self, message: str, run: Run) -> None:
        """Keep the run beside the message."""
        super().__init__(message)
        self.run = run


@contextlib.contextmanager
def interrupts_pass() -> Iterator[None]:
    """Let an interrupt of any `train` inside pass through, where a part of a run is of no use."""
    before = _PASSES.set(True)
    try:
        yield
    finally:
        _PASSES.reset(before)


def train(
    model: Any,
    examples: Data,
    validation: Data | None = None,
    *,
    epochs: int,
    batch_size: Size = 32,
    seed: Seed = 0,
    learning_rate: Rate | None = None,
    class_weight: Mapping[int, float] | None = None,
    sample_weight: FloatArray | None = None,
    order: Callable[[int], IntArray] | None = None,
    outputs: str | None = None,
    should_stop: Callable[[], bool] | None = None,
    on_epoch: Callable[[Run], None] | None = None,
) -> Run:
    """Train a compiled Keras model from where it stands, and record every example.

    Parameters
    ----------
    model
        A built and compiled model with one input and one output (N, K) or (N, 1). Its weights and
        its optimizer go on from where they are, as in `fit`;
        `lossacc.networks.cnn.initialise` starts them afresh without compiling again.
    examples, validation
        `Examples`, or a pair (x, y): x of shape (N, H, W, C) or whatever the model takes, y
        integers (N,) or one row of K an example.
    epochs, batch_size, class_weight, sample_weight
        As in `model.fit`; sample_weight has the shape (N,). The last batch may be smaller. A
        function of the epoch, 0 for the first, gives each epoch batches of its own size.
    seed
        Decides the order of the examples in every epoch. (Weights and Dropout have theirs from
        `initialise`.)
    learning_rate
        A rate, or a function of the epoch, 0 for the first, as in Keras' LearningRateScheduler.
        None leaves the optimizer's own.
    order
        A function of the epoch that gives the order of the examples, shape (N,); replaces the
        shuffle.
    outputs
        "logits" or "probabilities", where the model and its loss do not tell.
    should_stop
        Asked about every 50 ms; True ends the training. What was finished is kept.
    on_epoch
        Called with the run so far after each epoch, epoch 0 included.

    Returns
    -------
    Run
        Epochs 0 to the last finished one. `settings["stopped"]` says why, where it ended early. An
        interrupt (Ctrl+C) ends it so too, and a line says that; inside an experiment, or where
        nothing was recorded yet, it passes through.

    Raises
    ------
    TypeError, ValueError
        If the model, the data or a setting does not fit; the sentence says which.
    TrainingError
        If it failed midway, in TensorFlow, `order` or `on_epoch`; it carries the run so far.
    """
    epochs = validate.whole_number("epochs", epochs, least=1)
    if not callable(batch_size):
        batch_size = validate.whole_number("batch_size", batch_size, least=1)
    seed = validate.seed("seed", seed)
    for name, call in (("order", order), ("should_stop", should_stop), ("on_epoch", on_epoch)):
        if call is not None:
            validate.function(name, call)
    loop = loop_of(model, outputs)
    learning_rate = _checked_rate(model, learning_rate)
    data = on_device(examples, class_weight, sample_weight)
    held_out = None if validation is None else on_device(validation)
    check_fit(model, data, held_out, class_weight)
    record = new_record(model, data, held_out, outputs, epochs + 1)
    record.settings |= _settings(model, epochs, batch_size, seed, learning_rate)
    job = _Job(loop, data, held_out, record, batch_size, learning_rate, should_stop, on_epoch)
    orders = order or (lambda epoch: shuffled(len(data), seed, epoch))
    _go(job, epochs, orders)
    return record.run()


def _go(job: _Job, epochs: int, orders: Callable[[int], IntArray]) -> None:
    """Train; where it fails midway, keep what was recorded."""
    record = job.record
    try:
        job.go(epochs, orders)
    except KeyboardInterrupt:
        if _PASSES.get() or not len(record):
            raise
        record.settings["stopped"] = "interrupted"
        told = f"train() was interrupted: the run has epochs 0 to {record.last} of {epochs}"
        print(f"{told}, and no claim speaks of it", file=sys.stderr, flush=True)
    except Exception as error:
        if not len(record):
            raise
        reason = getattr(error, "message", str(error))
        record.settings["stopped"] = f"failed after epoch {record.last}"
        message = f"the training failed after epoch {record.last}: {reason}"
        raise TrainingError(message, record.run()) from error


def shuffled(n: int, seed: Seed, epoch: int) -> IntArray:
    """Give the order of n examples in an epoch: an array of shape (n,), the same everywhere."""
    return np.random.default_rng([seed, epoch]).permutation(n)


@dataclass(frozen=True, eq=False)
class _Job:
    """One training: a loop, its data and those who watch it."""

    loop: Loop
    data: DeviceSet
    held_out: DeviceSet | None
    record: Record
    batch_size: Size
    rate: Rate | None
    should_stop: Callable[[], bool] | None
    on_epoch: Callable[[Run], None] | None

    def go(self, epochs: int, orders: Callable[[int], IntArray]) -> None:
        """Record epoch 0, then train and record the others until told to stop."""
        self._add(Epoch(0, self._score(self.data), self._score(self.held_out)))
        for epoch in range(epochs):
            if epoch == 0 or callable(self.rate):
                self._set_rate(epoch)
            order = _checked_order(orders(epoch), len(self.data))
            sums = self._epoch(order, self._size(epoch))
            if sums is None or not self._record(epoch + 1, sums):
                self.record.settings["stopped"] = f"stopped in epoch {epoch + 1}"
                break
        model = self.loop.model
        model.optimizer.finalize_variable_values(model.trainable_weights)

    def _set_rate(self, epoch: int) -> None:
        if self.rate is not None:
            value = self.rate(epoch) if callable(self.rate) else self.rate
            value = validate.number(f"learning_rate of epoch {epoch}", value, least=0)
            self.loop.model.optimizer.learning_rate = value

    def _size(self, epoch: int) -> int:
        if callable(self.batch_size):
            size = self.batch_size(epoch)
            return validate.whole_number(f"batch_size of epoch {epoch}", size, least=1)
        return self.batch_size

    def _epoch(self, order: IntArray, size: int) -> FloatArray | None:
        """Train for one epoch in batches of a size; None where it was stopped."""
        sums: FloatArray = np.zeros(3)
        steps = -(-len(order) // size)
        indices = tensorflow().constant(order, dtype="int64")
        for first, last in self._slices(steps):
            if self.should_stop is not None and self.should_stop():
                return None
            begun = time.perf_counter()
            where = (indices, first, last, size)
            sums = self.loop.steps(self.data.arrays, *where, sums)
            self.loop.step_seconds = (time.perf_counter() - begun) / (last - first)
        return np.asarray(sums / [len(order), len(order), steps])

    def _slices(self, steps: int) -> Iterator[tuple[int, int]]:
        """Cut an epoch into slices of about 50 ms, by the time that the last one took."""
        first = 0
        while first < steps:
            last = min(steps, first + max(1, int(SLICE / self.loop.step_seconds)))
            yield first, last
            first = last

    def _record(self, number: int, means: FloatArray) -> bool:
        """Score both sets and add the epoch to the record; False where it was stopped."""
        train = self._score(self.data, self.should_stop)
        validation = self._score(self.held_out, self.should_stop)
        if train is None or (validation is None and self.held_out is not None):
            return False
        printed = {"loss": float(means[0]), "accuracy": float(means[1])}
        if validation is not None and self.held_out is not None:
            printed |= _printed_validation(validation, self.held_out)
        rate = last_rate(self.loop.model)
        self._add(Epoch(number, train, validation, rate, float(means[2]), printed))
        return True

    def _add(self, epoch: Epoch) -> None:
        self.record.add(epoch)
        if self.on_epoch is not None:
            self.on_epoch(self.record.run())

    def _score(self, data: DeviceSet | None, stop: Callable[[], bool] | None = None) -> Any:
        return None if data is None else self.loop.scorer(data.arrays, stop)


def _settings(
    model: Any, epochs: int, batch_size: Size, seed: Seed, rate: Rate | None
) -> dict[str, Any]:
    """Say what was asked for, as JSON values."""
    named = "a schedule" if callable(rate) else rate
    about = model_settings(model)
    if rate is not None:  # the optimizer still holds the rate of whatever it trained before
        about["optimizer"]["learning_rate"] = named
    return {
        "epochs": epochs,
        "batch_size": "a schedule" if callable(batch_size) else batch_size,
        "seed": seed,
        "learning_rate": named,
        "recorded": "every epoch, every example",
        **about,
    }


def _printed_validation(scored: Scored, data: DeviceSet) -> dict[str, float]:
    hits = scored.logits.argmax(axis=1) == data.goal.labels
    return {"val_loss": scored.objective + scored.penalty, "val_accuracy": float(hits.mean())}


def _checked_rate(model: Any, rate: Rate | None) -> Rate | None:
    """Refuse a learning rate that is none, or that the optimizer's own schedule would hide."""
    if rate is None:
        return None
    if has_schedule(model):
        raise ValueError(
            f"learning_rate is {validate.quoted(rate)}, and the optimizer was compiled with a "
            "schedule of its own; expected one of them."
        )
    return rate if callable(rate) else validate.number("learning_rate", rate, least=0)


def _checked_order(order: IntArray, n: int) -> IntArray:
    """Refuse an order that names examples which are not there."""
    found = validate.read("order", order, "iu", validate.WHOLE)
    validate.shape("order", found, ("N",))
    outside = found[(found < 0) | (found >= n)]
    if len(outside):
        raise ValueError(f"order names example {outside[0]}; expected 0 to {n - 1}.")
    return found
