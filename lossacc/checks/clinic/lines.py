"""What is read off a line: its end, its rows, and what its accuracy may cost."""

from __future__ import annotations

import numpy as np

from lossacc.checks.clinic.facts import Facts, Line
from lossacc.support.text import nats, percent
from lossacc.support.types import FloatArray


def last(values: FloatArray) -> float:
    """Give the last number that is finite; NaN where there is none."""
    held = values[np.isfinite(values)]
    return float(held[-1]) if len(held) else float("nan")


def plain(facts: Facts) -> Line | None:
    """Give the training line where it has three finite losses or more."""
    line = facts.trained
    return line if int(np.isfinite(line.loss).sum()) > 2 else None


def full(line: Line) -> Line | None:
    """Give the rows in which both numbers are printed, where there are three or more."""
    both = np.isfinite(line.loss) & np.isfinite(line.accuracy)
    return Line(line.loss[both], line.accuracy[both]) if both.sum() > 2 else None


def ends(loss: float, right: float) -> str:
    """Write where a set ends: its loss, and the accuracy where there is one."""
    return f"{nats(loss)} and {percent(right)}" if np.isfinite(right) else nats(loss)


def both(facts: Facts, rows: int = 3, plain: bool = False) -> tuple[Line, Line] | None:
    """Give both sets in the rows in which all four numbers are known, of so many or more.

    They are those that were printed; `plain` takes what was recorded of the sets instead.
    """
    one, two = (facts.trained, facts.held) if plain else (facts.train, facts.validation)
    columns = (one.loss, one.accuracy, two.loss, two.accuracy)
    kept = np.logical_and.reduce([np.isfinite(column) for column in columns])
    if kept.sum() < rows:
        return None
    return Line(one.loss[kept], one.accuracy[kept]), Line(two.loss[kept], two.accuracy[kept])


def end(values: FloatArray) -> float:
    """Give the mean of the last third."""
    return float(values[-max(1, len(values) // 3) :].mean())


def most(right: FloatArray, classes: int) -> FloatArray:
    """Give the loss of answers that are no surer than they are right, shape (R,).

    That of an answer with p for one class and the rest spread evenly, where p is the accuracy. A
    training set that costs more than that is not paying for its wrong answers alone.
    """
    p = np.clip(right, 1e-6, 1 - 1e-6)
    return np.asarray(-p * np.log(p) - (1 - p) * np.log((1 - p) / max(classes - 1, 1)))


def consecutive(epochs: FloatArray) -> bool:
    """Whether no epoch is left out between the first and the last, so that neighbours compare."""
    return len(epochs) > 1 and float(np.ptp(np.diff(epochs))) == 0
