"""`Recorder`: the Keras callback that makes the same `Run` of an ordinary `model.fit`."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np

from lossacc.runs.run import Run
from lossacc.support import keras_api, validate
from lossacc.support.compiled_model import OUTPUTS, applied, last_rate, model_settings
from lossacc.support.types import FloatArray, IntArray, Seed
from lossacc.training.evaluate import Scorer
from lossacc.training.example_sample import Probe, draw, quota
from lossacc.training.on_device import DeviceSet, check_fit, new_record, on_device, weights_of
from lossacc.training.run_builder import Epoch, Record

# Keras itself, not `keras_api.keras()`: someone else's training is to keep its own threads.
keras_api.check_installed()
import keras  # noqa: E402


class Recorder(keras.callbacks.Callback):  # type: ignore[misc]  # Keras has no types
    """Record an ordinary `model.fit`: `model.fit(..., callbacks=[recorder])`, then `recorder.run`.

    Before the first epoch and after each one it scores a fixed set of training examples, the
    probe, and all validation examples: inside the graph, from logits, in evaluation mode. It looks
    at epochs only, so `fit` keeps its pace between them. What was recorded survives an interrupt
    or an error in `fit`; before the last epoch the run's `settings["stopped"]` says how far it is.

    A second `fit` of the same model continues the run, as it continues the training; another model
    begins a new one.

    Parameters
    ----------
    train
        The training examples as they are before any augmentation: `Examples`, (x, y),
        (x, y, sample_weight), or a batched `tf.data.Dataset`, from which the probe is drawn once.
    validation
        The validation examples, in any of these forms. All of them are recorded.
    probe
        How many training examples to record: a number, a share such as 0.5, or "all". By default
        an eighth, but sets of up to 1000 whole and 1000 of larger ones at least.
    class_weight
        What `fit` is given, which a callback cannot see. It decides `run.objective` and nothing
        else.
    outputs
        "logits" or "probabilities", where the model and its loss do not tell.
    seed
        Decides which examples are drawn.

    Attributes
    ----------
    seconds
        What recording took so far, compiling included.
    fit_seconds
        What `fit` took so far, recording included.

    Raises
    ------
    TypeError, ValueError
        If the data or a setting does not fit; the sentence says which. At the start of `fit`, if
        the model cannot be scored.
    """

    def __init__(
        self,
        train: Any,
        validation: Any = None,
        *,
        probe: int | float | str | None = None,
        class_weight: Mapping[int, float] | None = None,
        outputs: str | None = None,
        seed: Seed = 0,
    ) -> None:
        """Draw the probe; nothing is compiled before `fit`."""
        super().__init__()
        keras_api.keras()  # refuses another backend than TensorFlow
        weights_of(np.zeros(1, int), class_weight, None)
        if outputs is not None:
            validate.one_of("outputs", outputs, OUTPUTS)
        self._probe = draw(train, quota(probe), validate.seed("seed", seed))
        self._held_out = None if validation is None else draw(validation, quota("all"))
        self._class_weight = class_weight
        self._outputs = outputs
        self._record: Record | None = None
        self._scorer: Scorer | None = None
        self._key: tuple[Any, ...] = (None, None)
        self.seconds = self.fit_seconds = 0.0

    @property
    def run(self) -> Run:
        """The run so far.

        Raises
        ------
        ValueError
            If nothing was recorded yet.
        """
        if self._record is None:
            raise ValueError("nothing was recorded yet; pass callbacks=[recorder] to model.fit.")
        return self._record.run()

    @property
    def indices(self) -> IntArray:
        """Which training examples are recorded, shape (n,), counted in the order they came."""
        return self._probe.indices

    @property
    def coverage(self) -> str:
        """What is recorded, as a sentence."""
        held_out = f" and {self._held_out} validation examples" if self._held_out else ""
        return f"every epoch, {self._probe} training examples{held_out}"

    @property
    def cost(self) -> str:
        """What recording took, as a sentence."""
        return f"recording took {self.seconds:.1f} s of {self.fit_seconds:.1f} s"

    def __repr__(self) -> str:
        """Say what is recorded and what it took."""
        return f"Recorder({self.coverage}; {self.cost})"

    def on_train_begin(self, logs: Mapping[str, Any] | None = None) -> None:
        """Compile the scoring, build a model that is not yet built, and begin or continue."""
        self._earlier, self._begun = self.fit_seconds, time.perf_counter()
        with self._timed():
            self._prepare()

    def on_epoch_begin(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Record the model before its first epoch."""
        if not len(self._current):
            with self._timed():
                self._add(epoch, {}, float("nan"))
                self._note_end(whole=False)

    def on_epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Record the epoch: number 1 for the first, as Keras prints it."""
        logs = dict(logs or {})
        with self._timed():
            printed = {name: float(v) for name, v in logs.items() if np.ndim(v) == 0}
            # A callback may have set the next epoch's rate already, and says so in the logs.
            rate = printed.pop("learning_rate", last_rate(self.model))
            self._add(max(epoch, self._current.last) + 1, printed, rate)
            self._note_end(whole=epoch + 1 >= int((self.params or {}).get("epochs") or 1))

    def on_train_end(self, logs: Mapping[str, Any] | None = None) -> None:
        """Say what recording took, where `fit` prints its progress."""
        with self._timed():
            self._note_end(whole=not self.model.stop_training)
        if (self.params or {}).get("verbose"):
            print(f"{self.cost}: {self.coverage}")

    def _note_end(self, *, whole: bool) -> None:
        """Say in the run that it is not whole; nobody calls again where `fit` is interrupted."""
        self._current.settings.pop("stopped", None)
        if not whole:
            self._current.settings["stopped"] = f"stopped after epoch {self._current.last}"

    @property
    def _current(self) -> Record:
        if self._record is None:
            raise RuntimeError("on_train_begin was not called; expected model.fit to call it.")
        return self._record

    @contextmanager
    def _timed(self) -> Iterator[None]:
        """Add what is done inside to the cost."""
        begun = time.perf_counter()
        try:
            yield
        finally:
            now = time.perf_counter()
            self.seconds += now - begun
            self.fit_seconds = self._earlier + now - self._begun

    def _prepare(self) -> None:
        """Make the scorer anew for a model that was compiled anew, the record for a new model."""
        model = self.model
        key = (model, model.optimizer, model.loss, getattr(model, "_compile_loss", None))
        if any(a is not b for a, b in zip(key, self._key, strict=False)):
            self._start(model, is_new=model is not self._key[0])
            self._key = key
        if len(self._current):
            self._note_end(whole=False)
        self._current.settings |= {**model_settings(model), **self._fit_settings()}

    def _start(self, model: Any, is_new: bool) -> None:
        self._data = _device_set(self._probe, self._class_weight)
        self._validation = None if self._held_out is None else _device_set(self._held_out, None)
        if not model.built:
            applied(model, self._data.arrays["x"][:1], training=False)
        self._scorer = Scorer(model, self._outputs)
        check_fit(model, self._data, self._validation, self._class_weight)
        capacity = int((self.params or {}).get("epochs") or 1) + 1
        record = new_record(model, self._data, self._validation, self._outputs, capacity)
        if is_new or self._record is None:
            self._record = record
        self._record.has_objective |= record.has_objective

    def _fit_settings(self) -> dict[str, Any]:
        """Say, as JSON values, what a callback can see of `fit`'s settings."""
        params = self.params or {}
        return {
            "epochs": params.get("epochs"),
            "steps": params.get("steps"),
            "recorded": self.coverage,
        }

    def _add(self, number: int, printed: Mapping[str, float], rate: float) -> None:
        """Score both sets and add them to the record."""
        score: Any = self._scorer
        train = score(self._data.arrays)
        validation = None if self._validation is None else score(self._validation.arrays)
        self._current.add(Epoch(number, train, validation, rate, printed=printed))


def _device_set(probe: Probe, class_weight: Mapping[int, float] | None) -> DeviceSet:
    weights: FloatArray | None = probe.weights
    return on_device(probe.data, class_weight, weights)
