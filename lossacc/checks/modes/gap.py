"""`ModeGap`: three numbers of one network on one set of images, and what lies between them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from lossacc.checks.modes.shapley import LAG, PARTS, PENALTY, UNEXPLAINED, Split
from lossacc.checks.modes.switches import AUGMENTATION, DROPOUT, OTHER, STATISTICS
from lossacc.support.report import Report
from lossacc.support.text import Sheet, plain

_WHAT = {
    DROPOUT: "Dropout and layers that add noise: at work in training, at rest in evaluation",
    STATISTICS: "BatchNormalization: a batch's own mean and variance in training, running ones in "
    "evaluation",
    AUGMENTATION: "images changed at random in training",
    OTHER: "what other layers, or the model itself, do differently in training",
    PENALTY: "regularisation: it is in the loss that fit prints, and not in the loss of an answer",
    LAG: "fit prints a mean over the epoch, of weights that were still moving",
    UNEXPLAINED: "more than mode, penalty and moving weights can make",
}
_PRINTED = "printed by fit, a running mean"
_COLUMNS = ("part of the gap", "loss", "by itself", "accuracy", "what it is")
_NEXT = (
    "Unexplained is what other examples or labels would make. Ask next: are x and y what fit was "
    "given, on the same scale and with the same labels; are class_weight, sample_weight and "
    "augment those of fit; and did the printed epoch end at these weights?"
)
_ENTANGLED = "What each does depends on the others; by itself, with the others off"
_NOTHING = 0.01  # nats: gaps below this are not worth explaining


@dataclass(frozen=True, repr=False)
class ModeGap(Report):
    """Three numbers of one network on one set of images, and the parts of the gap between them.

    Parameters
    ----------
    loss
        The compiled loss, in nats where it is a cross-entropy.
    accuracy
        The share of right answers; None where the labels are no classes. Its `printed` is None
        where `fit` printed no accuracy.
    spread
        The standard deviation of the training loss from one draw of masks and batches to another:
        how far luck alone moves it. None for a single draw.
    undone
        Whether the lag was measured on one epoch more, trained for the purpose and undone.
    examples, batch_size, draws
        What it was measured on.
    """

    loss: Split
    accuracy: Split | None
    spread: float | None
    undone: bool
    examples: int
    batch_size: int
    draws: int

    @property
    def evaluation(self) -> float:
        """The loss in evaluation mode, without penalties."""
        return self.loss.evaluation

    @property
    def training(self) -> float:
        """The loss in training mode, penalties included."""
        return self.loss.training

    @property
    def printed(self) -> float | None:
        """The running mean that `fit` printed."""
        return self.loss.printed

    @property
    def parts(self) -> Mapping[str, float]:
        """The parts of the loss' gap, which add up to it."""
        return self.loss.parts

    @property
    def gap(self) -> float:
        """The printed loss (without one, the training loss), less the evaluation loss."""
        return self.loss.gap

    @property
    def headline(self) -> str:
        """What most of the gap is, in a sentence or two."""
        what = "training mode gives" if self.printed is None else "fit prints"
        said, alone = headline(what, self.gap, self.parts), self.loss.alone
        if not _entangled(self.parts, alone):
            return said
        return f"{said} {_ENTANGLED}: {_listed(alone)}."

    @property
    def numbers(self) -> Sheet:
        """The three numbers as a table."""
        last = "what an epoch with the lag of the next prints" if self.undone else _PRINTED
        rows = [
            ("evaluation mode, without penalties", "evaluation"),
            ("training mode, the same weights", "training"),
            (last, "printed"),
        ]
        cells = tuple((name, *self._cells(field)) for name, field in rows)
        return Sheet(("the same examples", "loss", "accuracy"), cells)

    @property
    def table(self) -> Sheet:
        """The parts as a table; those that are exactly 0 are left out."""
        shown = [part for part in PARTS if self.parts.get(part) or self._accuracy_of(part)]
        rows = [self._row(part) for part in shown]
        total = None if self.accuracy is None else self.accuracy.gap
        rows.append(("together", signed(self.gap), "-", signed(total), "the gap"))
        return Sheet(_COLUMNS, tuple(rows), self._source)

    @property
    def lines(self) -> tuple[str, ...]:
        """The numbers and the parts as text."""
        return tuple(map(str, self.sheets))

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """The numbers and the parts as tables."""
        return self.numbers, self.table

    @property
    def foot(self) -> str:
        """What to ask next, where something is unexplained."""
        of_loss = abs(self.parts.get(UNEXPLAINED, 0.0))
        of_accuracy = abs(self._accuracy_of(UNEXPLAINED) or 0.0)
        return _NEXT if max(of_loss, of_accuracy) >= _NOTHING else ""

    def _cells(self, field: str) -> tuple[str, str]:
        """Give one of the three numbers for loss and accuracy."""
        both = [
            None if split is None else getattr(split, field) for split in (self.loss, self.accuracy)
        ]
        loss, accuracy = ("-" if value is None else _size(value) for value in both)
        return loss, accuracy

    def _row(self, part: str) -> tuple[str, ...]:
        """Give one part as text."""
        alone = signed(self.loss.alone[part]) if part in self.loss.alone else "-"
        return part, signed(self.parts[part]), alone, signed(self._accuracy_of(part)), _WHAT[part]

    def _accuracy_of(self, part: str) -> float | None:
        return None if self.accuracy is None else self.accuracy.parts.get(part)

    @property
    def _source(self) -> str:
        """Say what was measured."""
        text = f"{self.examples} examples in batches of {self.batch_size}"
        if self.draws > 1:
            text += f", mean of {self.draws} draws"
        if self.spread is not None and self.printed is not None and not self.undone:
            text += f"; luck alone moves the training loss, and so the lag, by {_size(self.spread)}"
        return text + (
            "; the lag is that of one epoch more, which was undone." if self.undone else "."
        )


def headline(what: str, gap: float, parts: Mapping[str, float]) -> str:
    """Say in a sentence or two how large a gap is, and what most of it is."""
    ranked = sorted(parts, key=lambda part: -abs(parts[part]))
    sizes = sum(abs(value) for value in parts.values())
    if not math.isfinite(sizes):
        return "The gap is not finite: the loss is NaN or infinite in one of the modes."
    if abs(parts[ranked[0]]) < _NOTHING:
        return f"There is no gap to speak of: no part reaches {_NOTHING}."
    named = _listed({part: parts[part] for part in ranked if abs(parts[part]) >= sizes / 10})
    more = "more" if gap >= 0 else "less"
    said = f"What {what} is {_size(abs(gap))} {more} than evaluation mode gives"
    if abs(gap) < sizes / 2:
        return f"{said}, as parts work against each other: {named}."
    if abs(parts[ranked[0]]) >= sizes / 2:
        return f"{said}. Most of it is {named.replace(', ', '; then ', 1)}."
    return f"{said}. It has several parts: {named}."


def _entangled(parts: Mapping[str, float], alone: Mapping[str, float]) -> bool:
    """Tell whether much of some part is what it does together with another."""
    sizes = sum(abs(value) for value in parts.values())
    bound = max(sizes / 4, _NOTHING)
    return any(abs(parts[part] - value) > bound for part, value in alone.items())


def _listed(parts: Mapping[str, float]) -> str:
    return ", ".join(f"{part} {signed(value)}" for part, value in parts.items())


def signed(value: float | None) -> str:
    """Write a part of a gap with its sign."""
    if value is None:
        return "-"
    return f"+{_size(value)}" if value > 0 and _size(value) != "0" else _size(value)


def _size(value: float) -> str:
    """Write a number of nats; what is left beyond nine decimals is rounding."""
    return plain(round(value, 9))
