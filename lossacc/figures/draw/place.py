"""Where labels go so that none covers another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np

from lossacc.figures.draw.text import LINE, SMALL, Box, Text, boxes, overlap, text_width
from lossacc.support.types import BoolArray, FloatArray

_ROWS = 12  # how many lines of text above and below its point a label may have to go
_OFF = 34  # pixels that it may have to go sideways
_CLEAR = 20  # pixels by which it is above or below its point
_MARGIN, _APART = 2, 6  # pixels between a text and a curve, and between two in one line
FREE, _THIN = 100, 8  # what it costs to cover a piece of a curve, and of a line of reference


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Move places apart, in their order, until they are `gap` from each other.

    Neighbours that collide form a group around the mean of what they wanted; the groups stay
    between `low` and `high` wherever all fit there, and start at `low` where they do not.

    Returns
    -------
    list of float
        One place for each wanted one.
    """
    order = sorted(range(len(wanted)), key=lambda n: wanted[n])
    groups: list[list[float]] = []  # each: its first place, how many
    for n in order:
        groups.append([wanted[n], 1])
        _settle(groups, gap, low, high)
    places = [first + gap * k for first, size in groups for k in range(int(size))]
    return [places[order.index(n)] for n in range(len(wanted))]


def _settle(groups: list[list[float]], gap: float, low: float, high: float) -> None:
    """Keep the last group inside; join it to the one before while they collide."""
    while True:
        first, size = groups[-1]
        groups[-1][0] = max(low, min(first, high - gap * (size - 1)))
        if len(groups) < 2 or groups[-2][0] + gap * groups[-2][1] <= groups[-1][0] + 1e-9:
            return
        first, size = groups.pop()
        before, many = groups[-1]
        middle = (before + gap * (many - 1) / 2) * many + (first + gap * (size - 1) / 2) * size
        groups[-1] = [middle / (many + size) - gap * (many + size - 1) / 2, many + size]


def rows(spans: Sequence[tuple[float, float]], room: float = 8) -> list[int]:
    """Give each span (left, right) the lowest row in which it is clear of the spans before it."""
    ends: list[list[tuple[float, float]]] = []
    chosen = []
    for left, right in spans:
        clear = (
            n
            for n, row in enumerate(ends)
            if all(right + room <= other[0] or left >= other[1] + room for other in row)
        )
        row = next(clear, len(ends))
        if row == len(ends):
            ends.append([])
        ends[row].append((left, right))
        chosen.append(row)
    return chosen


@dataclass(frozen=True, eq=False)
class Lines:
    """What is drawn in a panel, as pieces of straight line in pixels.

    Parameters
    ----------
    curves, thin
        Of the curves and of the lines of reference, shape (S, 4) each: x0, y0, x1, y1.
    """

    curves: FloatArray = field(default_factory=lambda: np.empty((0, 4)))
    thin: FloatArray = field(default_factory=lambda: np.empty((0, 4)))

    def within(self, box: Box) -> Lines:
        """Give the pieces that touch a box or may do so."""
        return Lines(self.curves[_reaches(box, self.curves)], self.thin[_reaches(box, self.thin)])


def beside(label: Text, frame: Box, taken: Sequence[Box], lines: Lines) -> Text:
    """Move a label that stands on its point beside it, to the nearest place that is free.

    Where none is free, it covers as few pieces of the curves as can be.

    Parameters
    ----------
    label
        The label, with the point as its place.
    frame
        What it should not leave.
    taken
        Boxes of other texts.
    lines
        What it should not cover.

    Returns
    -------
    Text
    """
    near = lines.within(_around(label))
    best, least = label, np.inf
    for far, one in enumerate(places(label, frame)):
        dear = cost(one.box, frame, taken, near) + far
        if dear < least:
            best, least = one, dear
        if least <= far + 1:  # those still to come are farther away
            break
    return best


def places(label: Text, frame: Box) -> Iterator[Text]:
    """Give the places beside its point that a label may go to, the nearest first.

    Where it stands above or below its point, it slides sideways into the frame.
    """
    width = _width(label)
    for dx, dy in _shifts(width):
        x = label.x + dx
        if abs(dy) >= _CLEAR:
            x = max(frame[0], min(x, frame[2] - width))
        yield replace(label, x=x, y=label.y + dy)


def _shifts(width: float) -> Iterator[tuple[float, float]]:
    """Give the ways from a point to a label of a width beside it, the nearest first."""
    yield from ((10, 0), (10, -14), (10, 14), (-10 - width, 0), (-10 - width, -14))
    yield from ((-10 - width, 14), (-width / 2, -_CLEAR), (-width / 2, _CLEAR))
    yield from ((dx, dy) for dx in (4, -4 - width) for dy in (-_CLEAR, _CLEAR))
    yield from ((dx, dy) for dx in (_OFF, -_OFF - width) for dy in (0, -14, 14))
    for row in range(_ROWS):
        for dy in (-34 - LINE * row, 34 + LINE * row):
            yield from ((dx, dy) for dx in (14, -width / 2, -14 - width))


def _width(label: Text) -> float:
    return text_width(label.text, label.size, label.bold)


def _around(label: Text) -> Box:
    """Give the box in which the label can come to stand."""
    across, upwards = 2 * _width(label) + _OFF, 34 + LINE * (_ROWS + 1)
    return label.x - across, label.y - upwards, label.x + across, label.y + upwards


def cost(box: Box, frame: Box, taken: Sequence[Box], lines: Lines) -> float:
    """Count what is under a box; a curve weighs more than any way, other texts and the edge more.

    A place that costs less than `FREE` covers nothing but lines of reference.
    """
    left, top, right, bottom = box
    outside = (right - left) * (bottom - top) - overlap(box, frame)
    hidden = sum(overlap(box, other) for other in taken)
    crossed = FREE * covered(box, lines.curves) + _THIN * covered(box, lines.thin)
    return crossed + FREE * (hidden + outside)


def covered(box: Box, pieces: FloatArray) -> int:
    """Count the pieces, shape (S, 4), that cross a box or come near it."""
    left, top, right, bottom = box
    around = left - _MARGIN, top - _MARGIN, right + _MARGIN, bottom + _MARGIN
    x0, y0, x1, y1 = pieces[_reaches(around, pieces)].T
    # Of those, the ones on whose two sides the corners lie.
    across, upwards = x1 - x0, y1 - y0
    middle = across * ((top + bottom) / 2 - y0) - upwards * ((left + right) / 2 - x0)
    wide, high = (right - left) / 2 + _MARGIN, (bottom - top) / 2 + _MARGIN
    return int(np.sum(np.abs(middle) <= wide * np.abs(upwards) + high * np.abs(across)))


def spaced(texts: Iterable[Text]) -> list[Box]:
    """Give the boxes of texts with the room between two in one line."""
    return [(x0 - _APART, y0, x1 + _APART, y1) for x0, y0, x1, y1 in boxes(texts)]


def _reaches(box: Box, pieces: FloatArray) -> BoolArray:
    """Tell of pieces, shape (S, 4), whether what they span touches a box."""
    left, top, right, bottom = box
    x, y = pieces[:, 0::2], pieces[:, 1::2]
    aside = (x.max(axis=1) < left) | (x.min(axis=1) > right)
    return np.asarray(~aside & (y.max(axis=1) >= top) & (y.min(axis=1) <= bottom))


def clear_ticks(ticks: Sequence[Text]) -> list[Text]:
    """Leave out ticks until those that stay are clear of each other."""
    for every in range(1, len(ticks) + 1):
        kept = list(ticks[::every])
        boxes = [tick.box for tick in kept]
        if all(one[2] + SMALL / 2 <= two[0] for one, two in pairwise(boxes)):
            return kept
    return []
