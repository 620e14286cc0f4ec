"""`Recorder`: the Keras callback that makes the same `Run` of an ordinary `model.fit`."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np

from lossacc.runs.curves import Curves
from lossacc.runs.run import Run
from lossacc.support import keras_api, validate
from lossacc.support.compiled_model import OUTPUTS, last_rate, model_settings
from lossacc.support.types import IntArray, Seed
from lossacc.training.batches import are_images
from lossacc.training.bounded_record import BoundedRecord
from lossacc.training.evaluate import Scored
from lossacc.training.example_sample import draw, quota
from lossacc.training.on_device import weights_of
from lossacc.training.record import Epoch
from lossacc.training.scoring import Scoring, clean_labels, scoring_of

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

    Outputs may have any form. Of pixels, or steps of a sequence, each is an example; at most
    100,000 are drawn at random. What a mask, a sample weight of 0 or an ignored label leaves out
    does not count. Several yes-or-no answers an input are an example each, and
    `run.settings["all_right"]` has the share of inputs where all are right. Several outputs give a
    run each, `runs`. Of outputs trained towards numbers there are losses alone, `curves`.

    Parameters
    ----------
    train
        The training examples as they are before any augmentation: `Examples`, (x, y),
        (x, y, sample_weight), a batched `tf.data.Dataset`, a `keras.utils.PyDataset` or a generator
        of batches, of which 32 are taken. x may be a list or a dict of inputs, of numbers or text.
        The probe is drawn from them once.
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
    max_bytes
        What the logits of all runs may take. Where the next epoch would not fit, half of the
        examples are dropped, at random, and `coverage` says so.

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
        max_bytes: float = 500e6,
    ) -> None:
        """Draw the probe; nothing is compiled before `fit`."""
        super().__init__()
        keras_api.keras()  # refuses another backend than TensorFlow
        weights_of(np.zeros(1, int), class_weight, None)
        if outputs is not None:
            validate.one_of("outputs", outputs, OUTPUTS)
        self._max_bytes = validate.number("max_bytes", max_bytes, above=0)
        self._sets = {"train": draw(train, quota(probe), validate.seed("seed", seed))}
        if validation is not None:
            try:
                self._sets["validation"] = draw(validation, quota("all"))
            except (TypeError, ValueError) as error:
                raise type(error)(f"validation: {error}") from error
        self._class_weight = class_weight
        self._outputs = outputs
        self._records: dict[str, BoundedRecord] = {}
        self._losses: list[tuple[int, float, float]] = []  # epoch, training, validation
        self._scoring: Scoring | None = None
        self._key: tuple[Any, ...] = (None, None)
        self.seconds = self.fit_seconds = 0.0

    @property
    def run(self) -> Run:
        """The run so far.

        Raises
        ------
        ValueError
            If nothing was recorded yet, or the model has several outputs or one without classes.
        """
        self._check_begun()
        if len(self._records) == 1:
            return next(iter(self._records.values())).run()
        if self._records:
            names = ", ".join(map(repr, self._records))
            raise ValueError(f"the model has the outputs {names}; expected recorder.runs[name].")
        told = " ".join(self._current.numbers.values())
        raise ValueError(f"{told} recorder.curves has the losses.")

    @property
    def runs(self) -> dict[str, Run]:
        """The runs so far, by the name of the output; of one output the name is empty.

        Raises
        ------
        ValueError
            If nothing was recorded yet.
        """
        self._check_begun()
        return {
            name: record.run().with_settings(**({"output": name} if name else {}))
            for name, record in self._records.items()
        }

    @property
    def curves(self) -> Curves:
        """The compiled loss of both sets, without the penalty, in evaluation mode: for any model.

        Raises
        ------
        ValueError
            If nothing was recorded yet.
        """
        self._check_begun()
        epochs, train, validation = np.array(self._losses, np.float64).T
        unknown = np.full(len(epochs), np.nan)
        notes = tuple(self._current.numbers.values())
        return Curves(epochs, train, unknown, validation, unknown, source="a Recorder", notes=notes)

    def _check_begun(self) -> None:
        if not self._losses:
            raise ValueError("nothing was recorded yet; pass callbacks=[recorder] to model.fit.")

    @property
    def indices(self) -> IntArray:
        """Which training inputs are recorded, shape (n,), counted in the order they came."""
        drawn = self._sets["train"].indices
        goals = [record.goals["train"] for record in self._records.values()]
        return drawn[goals[0].kept] if len(goals) == 1 and goals[0].group == 1 else drawn

    @property
    def coverage(self) -> str:
        """What is recorded, as a sentence."""
        sets = [f"{probe} {_CALLED[on]} examples" for on, probe in self._sets.items()]
        told = [
            f"{name}: {text}" if name else text
            for name, record in self._records.items()
            if (text := str(record))
        ]
        return "; ".join([f"every epoch, {' and '.join(sets)}", *told])

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
        _ = self._current
        if not self._losses:
            with self._timed():
                self._add(epoch, {}, float("nan"))
                self._note_end(whole=False)

    def on_epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Record the epoch: number 1 for the first, as Keras prints it."""
        _ = self._current
        logs = dict(logs or {})
        with self._timed():
            printed = {name: float(v) for name, v in logs.items() if np.ndim(v) == 0}
            # A callback may have set the next epoch's rate already, and says so in the logs.
            rate = printed.pop("learning_rate", last_rate(self.model))
            self._add(max(epoch, self._last) + 1, printed, rate)
            self._note_end(whole=epoch + 1 >= self._planned)

    def on_train_end(self, logs: Mapping[str, Any] | None = None) -> None:
        """Say what recording took, where `fit` prints its progress."""
        with self._timed():
            self._note_end(whole=not self.model.stop_training)
        if (self.params or {}).get("verbose"):
            print(f"{self.cost}: {self.coverage}")

    @property
    def _planned(self) -> int:
        return int((self.params or {}).get("epochs") or 1)

    @property
    def _last(self) -> int:
        return self._losses[-1][0]

    def _note_end(self, *, whole: bool) -> None:
        """Say in the run that it is not whole; nobody calls again where `fit` is interrupted."""
        for record in self._records.values():
            record.record.settings.pop("stopped", None)
            if not whole:
                record.record.settings["stopped"] = f"stopped after epoch {self._last}"

    @property
    def _current(self) -> Scoring:
        if self._scoring is None:
            raise RuntimeError("on_train_begin was not called; expected model.fit to call it.")
        return self._scoring

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
        """Score anew a model that was compiled anew; make the records for a new model."""
        model = self.model
        key = (model, model.optimizer, model.loss, getattr(model, "_compile_loss", None))
        if any(a is not b for a, b in zip(key, self._key, strict=False)):
            self._start(model, is_new=model is not self._key[0])
            self._key = key
        if self._losses:
            self._note_end(whole=False)
        self._note_settings()

    def _start(self, model: Any, is_new: bool) -> None:
        scoring = scoring_of(model, self._sets, self._outputs, self._class_weight)
        self._scoring = scoring
        if is_new:
            self._losses = []
            clean = {on: clean_labels(probe) for on, probe in self._sets.items()}
            self._records = {
                name: BoundedRecord(
                    goals,
                    clean,
                    max_bytes=self._max_bytes / len(scoring.goals),
                    epochs=self._planned + 1,
                    environment=keras_api.environment(),
                )
                for name, goals in scoring.goals.items()
            }
        for name, record in self._records.items():
            record.record.has_objective |= scoring.has_objective(name)

    def _note_settings(self) -> None:
        """Say, as JSON values, what can be seen of the model and of `fit`'s settings."""
        params = self.params or {}
        settings = {
            **model_settings(self.model),
            "epochs": params.get("epochs"),
            "steps": params.get("steps"),
            "recorded": self.coverage,
        }
        images = are_images(self._sets["train"].examples[0])
        for record in self._records.values():
            called = record.goals["train"].called(images)
            record.record.settings |= settings | {"example": called}

    def _add(self, number: int, printed: Mapping[str, float], rate: float) -> None:
        """Score both sets and add them to the records."""
        before = [record.epoch_bytes for record in self._records.values()]
        for record in self._records.values():
            record.make_room()
        if before != [record.epoch_bytes for record in self._records.values()]:
            self._note_settings()
        scored = {on: self._score(on) for on in self._sets}
        for name, record in self._records.items():
            both = [scored[on].get(name) for on in self._sets]
            record.record.add(Epoch(number, *_two(both), rate, printed=printed))
        objectives = [scored[on][""].objective for on in self._sets]
        self._losses.append((number, *_two(objectives, float("nan"))))

    def _score(self, on: str) -> dict[str, Scored]:
        return self._current(on, {name: kept.goals[on] for name, kept in self._records.items()})


def _two(values: list[Any], missing: Any = None) -> tuple[Any, Any]:
    """Give what belongs to training and validation."""
    return (values[0], values[1] if len(values) > 1 else missing)


_CALLED = {"train": "training", "validation": "validation"}
