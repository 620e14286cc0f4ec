"""Where a loss stands still, and what it could be that it stands at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lossacc.losses.identify import Recognition, recognise
from lossacc.runs.curves import Record
from lossacc.support.types import FloatArray, IntArray

_LEAST = 3  # rows; two where that is all there is
_STILL, _LITTLE = 0.002, 0.0005  # of the loss, and nats: by how much a loss at rest wavers


@dataclass(frozen=True)
class Plateau:
    """A stretch in which a loss stands still.

    Parameters
    ----------
    on
        "train" or "validation".
    first, last
        The epochs at its ends.
    rows
        How many rows it has.
    loss, accuracy
        The middle value of each in it; accuracy is NaN where there is none.
    """

    on: str
    first: float
    last: float
    rows: int
    loss: float
    accuracy: float

    def recognise(self, classes: int, *, counts: Sequence[float] | None = None) -> Recognition:
        """Say what the loss could be; see `lossacc.recognise`.

        Raises
        ------
        TypeError, ValueError
            As `lossacc.recognise`.
        """
        accuracy = self.accuracy if 0 <= self.accuracy <= 1 else None
        return recognise(self.loss, classes, counts=counts, accuracy=accuracy)


def plateaus(run: Record, on: str | None = None) -> tuple[Plateau, ...]:
    """Find where the loss stands still: three rows or more within a five-hundredth of it.

    Parameters
    ----------
    run
        A run, or the curves of a log.
    on
        "train" or "validation"; None takes every set that there is.

    Returns
    -------
    tuple of Plateau
        The longest that do not overlap, in the order of the epochs.

    Raises
    ------
    ValueError
        If there is no such set.
    """
    sets = run.sets if on is None else (on,)
    return tuple(found for one in sets for found in _of_set(run, one))


def _of_set(run: Record, on: str) -> list[Plateau]:
    scores = run.scores(on)
    loss, accuracy = np.asarray(scores.loss), np.asarray(scores.accuracy)
    rows = np.flatnonzero(np.isfinite(loss))
    least = min(_LEAST, max(2, len(rows)))
    found, start = [], 0
    while start < len(rows):
        end = _end(loss[rows], start)
        if end - start >= least:
            part = rows[start:end]
            found.append(_plateau(run, on, part, loss, accuracy))
        start = end if end - start >= least else start + 1
    return found


def _end(loss: FloatArray, start: int) -> int:
    """Give the row behind the last one that is as near as a loss at rest wavers."""
    low = high = float(loss[start])
    for row in range(start + 1, len(loss)):
        low, high = min(low, float(loss[row])), max(high, float(loss[row]))
        if high - low > max(_LITTLE, _STILL * max(abs(low), abs(high))):
            return row
    return len(loss)


def _plateau(
    run: Record, on: str, rows: IntArray, loss: FloatArray, accuracy: FloatArray
) -> Plateau:
    held = accuracy[rows][np.isfinite(accuracy[rows])]
    right = float(np.median(held)) if len(held) else float("nan")
    first, last = float(run.epochs[rows[0]]), float(run.epochs[rows[-1]])
    return Plateau(on, first, last, len(rows), float(np.median(loss[rows])), right)
