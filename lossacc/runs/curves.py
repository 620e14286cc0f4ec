"""`Curves`: what is left of a training where only its log was kept: means, and no examples."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

import numpy as np

from lossacc.runs.run import SETS, Run
from lossacc.support.arrays import read_only
from lossacc.support.report import Report
from lossacc.support.text import Sheet
from lossacc.support.types import FloatArray
from lossacc.support.validate import array, number, one_of, quoted, whole_number

ROLES = ("train_loss", "train_accuracy", "validation_loss", "validation_accuracy")
_SHOWN = 3  # rows at either end of a table that is shortened


@dataclass(frozen=True, eq=False)
class Means:
    """Mean loss and accuracy of one set at each row of a log, where the examples are not known.

    Parameters
    ----------
    loss, accuracy
        Shape (R,); accuracy is 0 to 1. NaN where the log has none.
    classes
        K; None where nobody said it.
    base_rate
        The share of the commonest class; None where nobody said it.
    """

    loss: FloatArray
    accuracy: FloatArray
    classes: int | None = None
    base_rate: float | None = None

    @property
    def size(self) -> int:
        """The rows that hold a number; 0 says that the log has nothing of this set."""
        return int(np.count_nonzero(~(np.isnan(self.loss) & np.isnan(self.accuracy))))


@dataclass(frozen=True, eq=False, repr=False)
class Curves(Report):
    """Loss and accuracy over the epochs as a log has them. Printing it shows what was understood.

    Parameters
    ----------
    epochs
        Shape (R,), rising: the log's own numbers, from 0 or from 1, and fractions where it has any.
    train_loss, validation_loss
        Shape (R,): as printed; NaN where the log has none.
    train_accuracy, validation_accuracy
        Shape (R,): 0 to 1; NaN where the log has none.
    other
        Column name to array of shape (R,): what else the log has, as printed.
    source, format
        The file, or "text"; what kind of log it was taken to be.
    taken
        Which column was taken as what: "train_loss" to "loss", for example.
    notes
        What was assumed or left out, a sentence each.
    questions
        What has two readings and was left out until an argument of `read_log` says which.
    unread
        Lines that were not understood, each with its number; a few of them.
    unit
        What `epochs` counts: "epoch", or "step" where the log has no epochs.
    classes, base_rate
        The number of classes and the share of the commonest one, for the marks in figures; None
        where unknown.

    Raises
    ------
    TypeError, ValueError
        If there are no epochs, they do not rise, or an array has another length or no numbers.
    """

    epochs: FloatArray
    train_loss: FloatArray
    train_accuracy: FloatArray
    validation_loss: FloatArray
    validation_accuracy: FloatArray
    other: Mapping[str, FloatArray] = field(default_factory=dict)
    source: str = "text"
    format: str = ""
    taken: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    unit: str = "epoch"
    classes: int | None = None
    base_rate: float | None = None

    def __post_init__(self) -> None:
        """Keep copies that nobody can write to; refuse what does not fit together."""
        epochs = array("epochs", self.epochs, ("R",), finite=True)
        rows = len(epochs)
        if not rows or not (np.diff(epochs) > 0).all():
            raise ValueError(f"epochs is {quoted(self.epochs)}; expected rising numbers.")
        for name in ("epochs", *ROLES):
            object.__setattr__(self, name, _kept(name, getattr(self, name), rows))
        other = {name: _kept(name, values, rows) for name, values in self.other.items()}
        object.__setattr__(self, "other", MappingProxyType(other))
        object.__setattr__(self, "taken", MappingProxyType(dict(self.taken)))

    def with_marks(self, classes: int | None = None, base_rate: float | None = None) -> Curves:
        """Give the same curves with the number of classes, or the base rate, told.

        Raises
        ------
        TypeError, ValueError
            If there are fewer than two classes, or the rate is not between 0 and 1.
        """
        known = self
        if classes is not None:
            known = replace(known, classes=whole_number("classes", classes, least=2))
        if base_rate is not None:
            known = replace(known, base_rate=number("base_rate", base_rate, least=0, most=1))
        return known

    def diagnose(self, **at_hand: Any) -> Any:
        """Say what this log supports, and what would decide; see `lossacc.diagnose`."""
        return importlib.import_module("lossacc").diagnose(self, **at_hand)

    @property
    def example(self) -> str:
        """What one of its examples is called: a log does not say."""
        return "example"

    @property
    def sets(self) -> tuple[str, ...]:
        """The sets of which the log has a number; training where it has none of either."""
        held = tuple(on for on in SETS if self.scores(on).size)
        return held or SETS[:1]

    @property
    def main(self) -> str:
        """The set that figures speak of where none is asked for: validation, if it has a loss."""
        both = [on for on in self.sets if np.isfinite(self.scores(on).loss).any()]
        return (both or self.sets)[-1]

    def scores(self, on: str) -> Means:
        """Give loss and accuracy of one set.

        Raises
        ------
        ValueError
            If `on` is not "train" or "validation".
        """
        one_of("on", on, SETS)
        loss, accuracy = getattr(self, f"{on}_loss"), getattr(self, f"{on}_accuracy")
        return Means(loss, accuracy, self.classes, self.base_rate)

    def both(self, on: str) -> Curves:
        """Give the rows in which a set has an accuracy, so that its loss can be held against it.

        Raises
        ------
        ValueError
            If there is none.
        """
        rows = np.flatnonzero(~np.isnan(self.scores(on).accuracy))
        if not len(rows):
            raise ValueError(f"this log has no {on} accuracy.")
        arrays = {name: getattr(self, name)[rows] for name in ("epochs", *ROLES)}
        return replace(self, **arrays, other={n: v[rows] for n, v in self.other.items()})

    @property
    def headline(self) -> str:
        """How many rows, of which format, from where."""
        ends = " to ".join(dict.fromkeys(f"{self.epochs[k]:g}" for k in (0, -1)))
        rows = f"{len(self.epochs)} {self.unit}{'s' * (len(self.epochs) != 1)}"
        return f"{rows} ({ends}) from {self.source}" + (f", {self.format}" if self.format else "")

    @property
    def lines(self) -> Sequence[str]:
        """Which column was taken as what, the questions, the notes, the table."""
        named = [f"  {role.replace('_', ' ')}: {name!r}" for role, name in self.taken.items()]
        kept = [f"  kept beside: {', '.join(map(repr, self.other))}"] if self.other else []
        asked = [f"  Question: {text}" for text in self.questions]
        told = [f"  {text}" for text in self.notes]
        missed = [f"  not understood: {text}" for text in self.unread]
        return [*named, *kept, *asked, *told, *missed, aligned(self.sheets[0])]

    @property
    def sheets(self) -> Sequence[Sheet]:
        """Epochs, losses and accuracies; of many rows the first and the last ones."""
        held = [role for role in ROLES if not np.isnan(getattr(self, role)).all()]
        columns = (self.unit, *(role.replace("_", " ") for role in held))
        rows = [
            (f"{epoch:g}", *(_written(getattr(self, role)[row]) for role in held))
            for row, epoch in enumerate(self.epochs)
        ]
        if len(rows) > 2 * _SHOWN + 1:
            gap = ("...",) * len(columns)
            rows = [*rows[:_SHOWN], gap, *rows[-_SHOWN:]]
        return (Sheet(columns, tuple(rows)),)


Record = Run | Curves  # what the figures that need only means accept


def marked(run: Record, classes: int | None, base_rate: float | None) -> Record:
    """Tell the curves of a log their number of classes and base rate.

    Raises
    ------
    ValueError
        If a run is told either: it knows them.
    """
    if classes is None and base_rate is None:
        return run
    if isinstance(run, Run):
        raise ValueError("a Run knows its classes and base rate; leave out classes and base_rate")
    return run.with_marks(classes, base_rate)


def _kept(name: str, values: FloatArray, rows: int) -> FloatArray:
    """Give a copy as float64, shape (R,), that nobody can write to."""
    return read_only(np.array(array(name, values, (rows,)), dtype=np.float64))


def _written(value: float) -> str:
    """Write a cell; nothing for NaN, which a log may have printed or not."""
    return f"{value:.6g}"


def aligned(sheet: Sheet) -> str:
    """Write a table of texts in columns, set to the right."""
    lines = [sheet.columns, *sheet.rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True))
        for line in lines
    )
