"""`RunBuilder`: a `Run` of a training in any framework, out of the logits of each epoch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from lossacc.runs.as_examples import PLACES, AsExamples, as_examples
from lossacc.runs.run import Run, checked_name
from lossacc.support import validate
from lossacc.support.types import FloatArray, IntArray
from lossacc.training.bounded_record import with_shares
from lossacc.training.evaluate import Scored
from lossacc.training.given_outputs import (
    OUTPUTS,
    as_logits,
    classes_last,
    plain,
    refuse_classes_second,
    single,
    told,
)
from lossacc.training.record import Epoch, Record, Targets

_NAN = float("nan")


class RunBuilder:
    """Build a `Run` of any training: `add` once an epoch, then `run`.

    It takes arrays of NumPy, PyTorch, JAX or any other library that NumPy can read. What it is
    given is copied, so that arrays may be used again.

    Parameters
    ----------
    labels
        The classes of the training examples that will be scored, whole numbers from 0, shape (N,).
        A fixed part of the training set will do. Of pixels or steps, (N, H, W) or (N, T), each is
        an example, of which at most 100,000 are drawn at random; of several yes-or-no answers to an
        input, rows of 0 and 1, each is one.
    validation_labels
        Those of the validation examples, shape (M,); None where there are none.
    outputs
        "logits", the numbers before the softmax, or "probabilities". By default it is read off the
        first epoch's numbers, and asked where they do not tell. A probability of 0 is taken for
        the smallest normal number of float32.
    ignored
        The label of what does not count, such as PyTorch's -100. What a mask leaves out gets this
        label.
    settings
        What the run is to hold of the training's settings: JSON values. "example" is what figures
        call one example, such as "image".

    Raises
    ------
    TypeError, ValueError
        If the labels are no whole numbers from 0, or a setting does not fit.

    Examples
    --------
    >>> builder = RunBuilder(labels=[0, 1, 1])
    >>> builder.add([[0.2, 0.0], [0.1, 0.3], [0.0, 0.0]])
    >>> builder.add([[1.5, 0.0], [0.1, 1.3], [0.0, 2.0]], learning_rate=0.1)
    >>> builder.run
    Run(epochs 0 to 1, 3 train examples)
    """

    def __init__(
        self,
        labels: Any,
        validation_labels: Any = None,
        *,
        outputs: str | None = None,
        ignored: int | None = None,
        settings: Mapping[str, Any] | None = None,
    ) -> None:
        """Check the labels; how many classes there are, the first epoch says."""
        if outputs is not None:
            validate.one_of("outputs", outputs, OUTPUTS)
        self._ignored = (
            None if ignored is None else validate.whole_number("ignored", ignored, least=-(2**31))
        )
        self._labels = {"logits": self._read_labels("labels", labels)}
        if validation_labels is not None:
            name = "validation_labels"
            self._labels["validation_logits"] = self._read_labels(name, validation_labels)
        self._goals: dict[str, AsExamples] = {}
        self._outputs = outputs
        self._settings = _mapping("settings", settings)
        self._classes: int | None = None
        self._record: Record | None = None

    def add(
        self,
        logits: Any,
        validation_logits: Any = None,
        *,
        learning_rate: float = _NAN,
        printed: Mapping[str, Any] | None = None,
        penalty: float = 0.0,
        gradient_norm: float = _NAN,
        epoch: int | None = None,
    ) -> None:
        """Add an epoch: the first call is epoch 0, before training.

        Parameters
        ----------
        logits
            What the network gives for the training examples, in evaluation mode and with the
            epoch's last weights, shape (N, K); (N, 1) or (N,) where one number says yes or no. Of
            pixels or steps (N, ..., K), or (N, K, ...) as PyTorch has them.
        validation_logits
            The same of the validation examples, shape (M, K).
        learning_rate
            The rate of the epoch's last step.
        printed
            Name to number: what the training loop printed, such as {"loss": .31, "val_acc": .88}.
        penalty, gradient_norm
            The sum of the regularisation penalties; the mean norm of the gradient.
        epoch
            Its number, where it is not the one after the last.

        Raises
        ------
        TypeError, ValueError
            If something does not fit; the sentence says what. Nothing is added then: `run` holds
            the epochs before.
        """
        if not len(self):
            self._goals.clear()  # of a first epoch that was refused
        given = {"logits": logits, "validation_logits": validation_logits}
        read = {name: self._read(name, value) for name, value in given.items()}
        arrays = {name: array for name, array in read.items() if array is not None}
        number = self._number(epoch)
        rate = _beside("learning_rate", learning_rate, least=0.0)
        norm = _beside("gradient_norm", gradient_norm, least=0.0)
        line = _printed(printed)
        penalty = validate.number("penalty", plain(penalty), least=0.0)
        train, *held_out = (Scored(one, _NAN, penalty) for one in self._logits(arrays))
        validation = held_out[0] if held_out else None
        self._ready().add(Epoch(number, train, validation, rate, norm, line))

    @property
    def run(self) -> Run:
        """The run so far.

        Raises
        ------
        ValueError
            If nothing was added yet.
        """
        if self._record is None:
            raise ValueError("no epoch was added yet; expected one at least: call add(logits).")
        run = self._record.run()
        return with_shares(run, _by_set(self._goals)) if self._goals else run

    def __len__(self) -> int:
        """Give the number of epochs added so far."""
        return 0 if self._record is None else len(self._record)

    def __repr__(self) -> str:
        """Say how many epochs and examples there are."""
        sizes = " and ".join(str(len(labels)) for labels in self._labels.values())
        return f"RunBuilder({len(self)} epochs, {sizes} examples)"

    def _read(self, name: str, value: Any) -> FloatArray | None:
        """Read one set's numbers as (N, K) or (N, 1), float32."""
        if name not in self._labels:
            if value is not None:
                raise ValueError(f"got {name} and no validation_labels; expected both or neither.")
            return None
        if value is None:
            raise ValueError(f"{name} is None; expected an array, as validation_labels were given.")
        found = validate.array(name, plain(value))
        found = found[:, np.newaxis] if found.ndim == 1 else found
        if self._dense:
            return single(name, self._places(name, found))
        validate.shape(name, found, (len(self._labels[name]), self._classes or "K"))
        return single(name, found)

    @property
    def _dense(self) -> bool:
        """Whether a label is one of several to an input, or may not count."""
        return self._ignored is not None or any(y.ndim > 1 for y in self._labels.values())

    def _read_labels(self, name: str, value: Any) -> Any:
        """Read labels: (N,), or of any shape, which the first epoch's outputs explain."""
        found = validate.read(name, plain(value), "biuf", validate.WHOLE)
        if found.ndim < 2 and self._ignored is None:
            return _labels(name, found)
        if not found.size or not found.ndim:
            raise ValueError(
                f"{name} has the shape {found.shape}; expected (N, ...), N at least 1."
            )
        return np.array(found)

    def _places(self, name: str, outputs: FloatArray) -> FloatArray:
        """Give what each example got, out of outputs (N, ..., K); the first epoch draws them."""
        labels = self._labels[name]
        outputs = classes_last(name, outputs, labels)
        if name not in self._goals:
            refuse_classes_second(labels, outputs)
            known = next(iter(self._goals.values()), None)
            separate = None if known is None else known.kind != "classes"
            shape, ignored = outputs.shape, self._ignored
            goal = as_examples(labels, shape, separate=separate, ignored=ignored)
            self._goals[name] = goal.sample(PLACES) if goal.group > 1 else goal
        return self._goals[name].rows(outputs)

    def _number(self, epoch: int | None) -> int:
        following = 0 if self._record is None else self._record.last + 1
        if epoch is None:
            return following
        return validate.whole_number("epoch", epoch, least=following)

    def _logits(self, arrays: Mapping[str, FloatArray]) -> list[FloatArray]:
        """Turn what the network gave into logits (N, K); what it is, the first epoch says."""
        held = list(arrays.values())
        columns = held[0].shape[1]
        if held[-1].shape[1] != columns:
            raise ValueError(
                f"logits has the shape {held[0].shape} and validation_logits {held[-1].shape}; "
                "expected as many classes."
            )
        outputs = self._outputs or told(held)
        if self._classes is None and not self._dense:
            for labels, name in zip(
                self._labels.values(), ("labels", "validation_labels"), strict=False
            ):
                validate.labels(name, labels, classes=max(columns, 2))
        logits = [as_logits(name, array, outputs) for name, array in arrays.items()]
        self._outputs, self._classes = outputs, columns
        return logits

    def _ready(self) -> Record:
        """Give the record; the first epoch makes it."""
        if self._record is None:
            goals = self._goals.values()
            sets = [Targets(goal.labels, targets=goal.targets) for goal in goals] or [
                Targets(labels) for labels in self._labels.values()
            ]
            called = next((goal.called(images=False) for goal in goals), "example")
            held_out = sets[1] if len(sets) > 1 else None
            self._record = Record(
                sets[0], held_out, capacity=1, has_objective=False, environment={}
            )
            self._record.settings.update({"example": called, **self._settings})
        return self._record


def _by_set(goals: Mapping[str, AsExamples]) -> dict[str, AsExamples]:
    return {"validation" if "validation" in name else "train": one for name, one in goals.items()}


def _labels(name: str, value: Any) -> IntArray:
    """Read labels; how many classes there are is not yet known."""
    found = np.array(validate.labels(name, plain(value)))  # a copy: the caller's may change
    validate.array(name, found, least=0)
    return found


def _mapping(name: str, given: Any) -> dict[str, Any]:
    """Give a copy of names with values, which None has none of."""
    if given is not None and not isinstance(given, Mapping):
        raise TypeError(f"{name} is {validate.quoted(given)}; expected names with values.")
    return {
        validate.instance(f"a name in {name}", n, str, "text"): v for n, v in (given or {}).items()
    }


def _printed(printed: Any) -> dict[str, float]:
    """Read what was printed; NaN and infinity are printed too."""
    held = _mapping("printed", printed)
    return {checked_name(n): _beside(f"printed[{n!r}]", value) for n, value in held.items()}


def _beside(name: str, value: Any, least: float = -np.inf) -> float:
    """Read a number that may be NaN, which stands for unknown."""
    given = plain(value)
    if isinstance(given, (float, np.floating, np.ndarray)) and np.ndim(given) == 0:
        given = float(given)
        if np.isnan(given):
            return given
    return validate.number(name, given, least=least, infinite=True)
