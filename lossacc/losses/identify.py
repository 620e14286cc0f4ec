"""`lossacc.recognise`: what a loss could be, told from its number alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lossacc.losses.known_values import KERAS_CLAMP, KnownValue, known_values
from lossacc.support import validate
from lossacc.support.report import Report
from lossacc.support.text import Sheet, as_share
from lossacc.support.types import FloatArray

_TOLERANCE = 0.005
_COLUMNS = ("number", "nats", "off by", "what it would mean", "what tells it apart")


@dataclass(frozen=True, repr=False)
class Recognition(Report):
    """The known values near a loss, the nearest first.

    Parameters
    ----------
    value
        The loss that was given, in nats.
    classes
        The number of classes, K.
    tolerance
        How far off, in nats, a known value may be.
    candidates
        The known values within the tolerance. Several may fit: `tell` says how to decide.
    note
        What can be said of the number itself; empty where there is nothing.
    """

    value: float
    classes: int
    tolerance: float
    candidates: tuple[KnownValue, ...]
    note: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the candidates."""
        return tuple(known.name for known in self.candidates)

    def off(self, known: KnownValue) -> float:
        """Give how far the loss lies above a known value, in nats."""
        return self.value - known.value

    @property
    def headline(self) -> str:
        """What was looked up and how many known values fit, in a line."""
        count = len(self.candidates)
        fit = "nothing known fits" if not count else f"{count} known number{'s' * (count > 1)} fit"
        fit += "s" * (count == 1)
        return f"{self.value:.6g} nats, {self.classes} classes, within {self.tolerance:g}: {fit}"

    @property
    def lines(self) -> tuple[str, ...]:
        """The candidates, three lines each."""
        return tuple(
            f"{found.name} = {found.value:.4f} (off by {self.off(found):+.4f})\n"
            f"  {found.means}\n  To tell: {found.tell}"
            for found in self.candidates
        )

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """The candidates as a table, where there are any."""
        rows = tuple(
            (found.name, f"{found.value:.4f}", f"{self.off(found):+.4f}", found.means, found.tell)
            for found in self.candidates
        )
        return (Sheet(_COLUMNS, rows),) if rows else ()

    @property
    def foot(self) -> str:
        """What can be said of the number itself."""
        return self.note


def recognise(
    value: float,
    classes: int,
    *,
    counts: Sequence[float] | FloatArray | None = None,
    accuracy: float | None = None,
    tolerance: float = _TOLERANCE,
) -> Recognition:
    """Say what a loss could be, from its number and the number of classes.

    A loss that stands still often stands at a number that says why. Several numbers may lie
    close together: each candidate comes with what would tell it from the others.

    Parameters
    ----------
    value
        The loss, in nats, a mean over examples.
    classes
        The number of classes, K.
    counts
        How many examples each class has, or their shares, K numbers. Without them the classes
        are taken to be alike in number.
    accuracy
        The accuracy beside the loss, 0 to 1. Then a clamp is looked for at that share of wrong
        answers, and at no other.
    tolerance
        How far off a number may be, in nats. The default, .005, is how far a loss printed with
        two decimals may be rounded, and about how far a loss at rest still wavers. With more
        decimals a smaller one leaves fewer candidates.

    Returns
    -------
    Recognition
        It prints itself, and shows itself as a table in a notebook.

    Raises
    ------
    TypeError, ValueError
        If the value is no number, there are fewer than two classes, the counts do not fit them,
        the accuracy is not between 0 and 1, or the tolerance is negative.

    Examples
    --------
    >>> lossacc.recognise(2.303, classes=10).names
    ('ln 10',)
    """
    value = float(validate.array("value", value, ()))  # NaN and infinity say something too
    classes = validate.whole_number("classes", classes, least=2)
    tolerance = validate.number("tolerance", tolerance, least=0)
    if accuracy is not None:
        accuracy = validate.number("accuracy", accuracy, least=0, most=1)
    shares = None if counts is None else _shares(counts, classes)
    near = [
        found
        for found in known_values(classes, shares, accuracy)
        if abs(value - found.value) <= tolerance
    ]
    near.sort(key=lambda found: abs(value - found.value))
    note = _note(value) or ("" if near else _unfamiliar(value, classes, tolerance))
    return Recognition(value, classes, tolerance, tuple(near), note)


def _shares(counts: Sequence[float] | FloatArray, classes: int) -> FloatArray:
    """Turn counts or shares of the classes into shares, shape (K,)."""
    given = validate.array("counts", counts, (classes,), finite=True, least=0)
    if not given.any():
        raise ValueError(f"counts is {validate.quoted(given.tolist())}; expected one above 0.")
    return np.asarray(given / given.sum(), np.float64)


def _note(value: float) -> str:
    """Say what a number tells that no mean of losses should be."""
    if math.isnan(value):
        return (
            "Not a number: the training has broken down. An argmax over NaN names class 0, so the "
            "accuracy becomes the share of class 0."
        )
    if math.isinf(value):
        return "Infinite: the logarithm of a probability of exactly 0, which nothing holds back."
    if value < 0:
        return (
            "No cross-entropy is below 0. Look for swapped arguments, labels of -1, or a loss that "
            "is negative by design, such as a cosine similarity."
        )
    if value < 1e-6:
        return (
            "Nothing is lost. Either every answer is right and sure, or the loss cannot be "
            "anything else, as a categorical cross-entropy over one unit."
        )
    return ""


def _unfamiliar(value: float, classes: int, tolerance: float) -> str:
    """Say what a positive number tells that is near no known value."""
    if value <= math.log(classes) + tolerance:
        return ""
    above = f"If this is plain cross-entropy, it is above ln {classes}, so an answer is wrong."
    if value > KERAS_CLAMP:
        return above
    share = as_share(value / KERAS_CLAMP)
    return (
        f"{above} Were the wrong answers held at Keras' clamp of {KERAS_CLAMP:.3f} and the others "
        f"free, {share} would be wrong: compare that with 1 - accuracy."
    )
