"""The marks on a loss's own scale: what is found by asking its formula, and not typed by hand.

A number such as 0.09 says nothing until it is known what the loss gives at its lowest, what it
gives to an answer that knows nothing, and what it asks of a wrong answer at the least.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from lossacc.losses.formulas import Formula
from lossacc.support import validate
from lossacc.support.types import FloatArray

Answers = Literal["right", "wrong", "any"]
_FAR, _FARTHER = 1e3, 1e6  # logits: a loss that still falls between them has no lowest value
_NEAR = np.linspace(-20.0, 20.0, 8001)  # fine enough for a lowest value between the ends
_SAME = 1e-9
_MOST = 1000  # classes: answers of each kind are held at once


@dataclass(frozen=True)
class Marks:
    """The marks of a loss for K classes.

    Parameters
    ----------
    floor
        Its lowest value for one example; minus infinity where it has none.
    lowest_when
        Which answers reach the floor: "right" ones alone, "wrong" ones alone, or "any".
    chance
        What it gives, averaged over the labels, where all logits are equal: 1/K for each class.
    wrong
        The least that a wrong answer costs.
    """

    floor: float
    lowest_when: Answers
    chance: float
    wrong: float

    def promise(self, loss: float) -> float:
        """Give the least accuracy that a mean loss leaves possible, 0 to 1.

        Each wrong answer costs `wrong` or more and each right one the floor or more, so no more
        than (loss - floor) / (wrong - floor) of them can be wrong. For cross-entropy this is
        1 - loss / ln 2.
        """
        loss = validate.number("loss", loss)
        if not self.wrong - self.floor > _SAME or not math.isfinite(self.floor):
            return 0.0
        return float(np.clip(1 - (loss - self.floor) / (self.wrong - self.floor), 0.0, 1.0))


def marks(each: Formula, classes: int) -> Marks:
    """Find the marks of a loss.

    Parameters
    ----------
    each
        From logits (N, K) and labels (N,) to one number an example. It must treat all classes
        alike.
    classes
        K, two or more.

    Raises
    ------
    TypeError, ValueError
        If there are fewer than two classes, or `each` does not give one number an example.
    """
    classes = validate.whole_number("classes", classes, least=2, most=_MOST)
    _check_formula(each, classes)
    right, wrong = _lowest(each, classes, 1), _lowest(each, classes, -1)
    floor = min(right, wrong)
    same = right == wrong or abs(right - wrong) < _SAME
    when: Answers = "any" if same else "right" if right < wrong else "wrong"
    labels = np.arange(classes)
    chance = float(each(np.zeros((classes, classes)), labels).mean())
    return Marks(floor + 0.0, when, chance, _least_wrong(each, classes))


def _check_formula(each: Formula, classes: int) -> None:
    """Refuse what does not give one number an example."""
    found = validate.function("each", each)(np.zeros((1, classes)), np.zeros(1, int))
    validate.array("what each gives for one example", found, (1,), finite=True)


def _lowest(each: Formula, classes: int, sign: int) -> float:
    """Find the lowest value over answers with one logit apart from the rest, above or below."""
    steps = np.abs(_NEAR[_NEAR != 0])
    near, far, farther = (
        _least(each, _apart(sign * some, classes, shifts))
        for some, shifts in (
            (steps, (0.0,)),
            (np.array([_FAR]), (0.0, -2 * _FAR, 2 * _FAR)),
            (np.array([_FARTHER]), (0.0, -2 * _FARTHER, 2 * _FARTHER)),
        )
    )
    return -math.inf if farther < far - 1 else min(near, far)


def _least_wrong(each: Formula, classes: int) -> float:
    """Find the least cost of a wrong answer: the label ties with one class, and is named second."""
    steps = np.append(np.abs(_NEAR), _FAR)
    ties = np.repeat(-steps[:, None], classes, axis=1)
    ties[:, :2] = 0.0
    tied = [_least(each, ties + shift) for shift in (0.0, -2 * _FAR, 2 * _FAR)]
    lowest = _lowest(each, classes, -1)  # a class below all others is a wrong answer too
    return lowest if not math.isfinite(lowest) else min(*tied, lowest)


def _apart(steps: FloatArray, classes: int, shifts: tuple[float, ...]) -> FloatArray:
    rows = np.zeros((len(steps), classes))
    rows[:, 1] = steps
    return np.concatenate([rows + shift for shift in shifts])


def _least(each: Formula, logits: FloatArray) -> float:
    return float(each(logits, np.ones(len(logits), dtype=int)).min())
