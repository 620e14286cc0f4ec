"""What the checks of the clinic read: four curves, and where there are examples, what they add."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from lossacc.checks.run.printed import Pair, pairs
from lossacc.losses.bounds import prior_entropy
from lossacc.runs.curves import Curves, Record
from lossacc.runs.run import Run
from lossacc.support.text import nats
from lossacc.support.types import FloatArray

_NAMES = {
    "loss": ("loss",),
    "accuracy": ("accuracy", "acc", "categorical_accuracy", "sparse_categorical_accuracy",
                 "binary_accuracy"),
}  # fmt: skip
_PERCENT = 1.5  # an accuracy above it is in per cent


@dataclass(frozen=True, eq=False)
class Line:
    """Loss and accuracy of one set as printed, shape (R,) each; NaN where nothing was printed."""

    loss: FloatArray
    accuracy: FloatArray

    @property
    def known(self) -> bool:
        """Whether there is a loss that is finite in two epochs or more."""
        return int(np.isfinite(self.loss).sum()) > 1


@dataclass(frozen=True, eq=False)
class Facts:
    """What a run or a log holds, in one form.

    Parameters
    ----------
    epochs
        Shape (R,): without epoch 0, of which nothing is printed.
    train, validation
        What was printed; of a run that printed nothing, what was recorded.
    classes
        K; None where a log does not say.
    run
        The run, where there are examples.
    rate
        The learning rate, shape (R,), where it was recorded or printed.
    told
        The share of the commonest class as the owner of a log tells it.
    """

    epochs: FloatArray
    train: Line
    validation: Line
    classes: int | None
    run: Run | None = None
    rate: FloatArray | None = None
    told: float | None = None

    @property
    def knows_rate(self) -> bool:
        """Whether the learning rate is known of more than three epochs."""
        return self.rate is not None and bool(np.isfinite(self.rate).sum() > 3)

    @cached_property
    def trained(self) -> Line:
        """The training set in evaluation mode where it was recorded, else as printed."""
        return self._plain("train") or self.train

    @cached_property
    def held(self) -> Line:
        """The validation set as recorded, else as printed."""
        return self._plain("validation") or self.validation

    def _plain(self, on: str) -> Line | None:
        if self.run is None or on not in self.run.sets or not self.run.scores(on).size:
            return None
        scores, rows = self.run.scores(on), slice(-len(self.epochs), None)
        return Line(scores.loss[rows], scores.accuracy[rows])

    @cached_property
    def commonest(self) -> float | None:
        """The share of the commonest validation label (else training; of a log, what was told)."""
        return self.told if self.run is None else self.run.base_rate(self.run.main).rate

    @cached_property
    def of_classes(self) -> bool:
        """Whether it is known that classes are told apart, of which ln K is the loss of nothing."""
        known = (
            np.isfinite(self.train.accuracy).any() or np.isfinite(self.validation.accuracy).any()
        )
        return self.run is not None or bool(self.classes) or bool(known)

    @cached_property
    def chance(self) -> float:
        """Ln K; of a log that does not say K, what the first printed loss suggests."""
        if self.classes:
            return math.log(self.classes)
        first = self.train.loss[np.isfinite(self.train.loss)][:1]
        return float(np.clip(first[0] if len(first) else 1.0, math.log(2), math.log(1000)))

    @property
    def chance_told(self) -> str:
        """Name `chance` for a sentence: of a log that tells no K it is where the log begins."""
        known = self.classes or self.chance <= math.log(2)
        return f"the {nats(self.chance)} {'of knowing nothing' if known else 'of its beginning'}"

    @cached_property
    def entropy(self) -> float:
        """The loss of knowing only how common each class is: of the labels, else ln K."""
        if self.run is not None and self.run.train.size:
            return float(prior_entropy(self.run.train.labels))
        return self.chance

    @cached_property
    def pairs(self) -> dict[str, Pair]:
        """Each printed number beside what was recorded, by name; a loss beside the plain one."""
        if self.run is None:
            return {}
        return {pair.name: pair for pair in pairs(replace(self.run, objective=None))}


def facts_of(record: Record) -> Facts:
    """Read a run or the curves of a log."""
    if isinstance(record, Curves):
        train, held = (Line(record.scores(on).loss, record.scores(on).accuracy) for on in SETS)
        rate = next((v for n, v in record.other.items() if n in ("lr", "learning_rate")), None)
        return Facts(record.epochs, train, held, record.classes, None, rate, record.base_rate)
    later = slice(1, None) if record.epochs[0] == 0 and len(record.epochs) > 1 else slice(None)
    train, held = (_line(record, on, later) for on in SETS)
    epochs = record.epochs[later].astype(np.float64)
    rate = record.learning_rate[later]
    return Facts(epochs, train, held, record.train.classes, record, rate)


SETS = ("train", "validation")


def _line(run: Run, on: str, rows: slice) -> Line:
    """Give what a run printed of a set; where it printed nothing, what was recorded."""
    prefix = "" if on == "train" else "val_"
    found = {}
    for kind, names in _NAMES.items():
        held = [run.printed[prefix + name] for name in names if prefix + name in run.printed]
        found[kind] = np.asarray(held[0], np.float64)[rows] if held else None
    if found["accuracy"] is not None and np.nanmax(found["accuracy"], initial=0) > _PERCENT:
        found["accuracy"] = found["accuracy"] / 100
    recorded = run.scores(on) if on in run.sets and run.scores(on).size else None
    nothing = np.full(len(run.epochs[rows]), np.nan)
    loss = recorded.loss[rows] if recorded is not None else nothing
    right = recorded.accuracy[rows] if recorded is not None else nothing
    return Line(
        loss if found["loss"] is None else found["loss"],
        right if found["accuracy"] is None else found["accuracy"],
    )
