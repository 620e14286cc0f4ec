"""Where labels go so that none covers another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np

from lossacc.figures.draw.text import SMALL, Box, Text, boxes, text_width
from lossacc.support.types import BoolArray, FloatArray, IntArray

_GRID = 16.0, 10.0  # pixels between places that are tried where none at the point is free
_NEAR, _CLEAR = 18, 11  # how many places are at the point; pixels from it to the others
_AROUND = np.array([-2.0, -2.0, 2.0, 2.0])  # pixels between a text and a curve
_APART = 6  # pixels between two texts in one line
_AT_ONCE = 64  # boxes: of a few rows of places, which few pieces reach
FREE, _THIN = 1000, 8  # what it costs to cover a piece of a curve, and of a line of reference


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


def beside(label: Text, frame: Box, taken: Sequence[Box], lines: Lines) -> Text:
    """Move a label that stands on its point beside it, or else to the nearest place that is free.

    Where none is free, it covers as few pieces of the curves as can be.

    Parameters
    ----------
    label
        The label, with the point as its place.
    frame
        What it should not leave.
    taken
        Boxes of what is there already.
    lines
        What it should not cover.

    Returns
    -------
    Text
    """
    places = near_places(label)
    spent = costs(_boxes_at(label, places), frame, taken, lines) + places[:, 2]
    if spent.min() >= FREE:
        places = np.concatenate([places, far_places(label, frame)])
        spent = costs(_boxes_at(label, places), frame, taken, lines) + places[:, 2]
    x, y, _ = places[np.argmin(spent)]
    return replace(label, x=float(x), y=float(y))


def near_places(label: Text) -> FloatArray:
    """Give the places at a label's point, shape (C, 3): x, y, and how good each is, the best 0."""
    wide = text_width(label.text, label.size, label.bold)
    right, left = 10.0, -10 - wide
    ways = [(x, y) for x in (right, left) for y in (0, -14, 14)]
    ways += [(x, y) for x in (-wide / 2, 4, -4 - wide) for y in (-20, 20)]
    ways += [(x, y) for x in (right + 24, left - 24) for y in (0, -14, 14)]
    return np.array([(label.x + x, label.y + y, far) for far, (x, y) in enumerate(ways)])


def far_places(label: Text, frame: Box) -> FloatArray:
    """Give places all over a frame, clear of a label's point, of the same form."""
    wide, half = text_width(label.text, label.size, label.bold), label.size * 0.6
    across = np.arange(frame[0], max(frame[2] - wide, frame[0]) + 1, _GRID[0])
    upwards = np.arange(frame[1] + half, max(frame[3] - half, frame[1] + half) + 1, _GRID[1])
    y, x = (one.ravel() for one in np.meshgrid(upwards, across, indexing="ij"))
    off = np.hypot(
        np.maximum(np.maximum(x - label.x, label.x - x - wide), 0),
        np.maximum(abs(y - label.y) - half, 0),
    )
    places = np.stack([x, y, _NEAR + off / 4], axis=1)
    return np.asarray(places[off > _CLEAR])


def _boxes_at(label: Text, places: FloatArray) -> FloatArray:
    """Give the boxes of a label at places, shape (C, 4)."""
    left, top, right, bottom = replace(label, x=0.0, y=0.0).box
    x, y = places[:, 0], places[:, 1]
    return np.stack([x + left, y + top, x + right, y + bottom], axis=1)


def costs(boxes: FloatArray, frame: Box, taken: Sequence[Box], lines: Lines) -> FloatArray:
    """Count what is under boxes, shape (C, 4).

    A curve weighs more than any way, other texts and the edge more yet. A place that costs less
    than `FREE` covers nothing but lines of reference.
    """
    left, top, right, bottom = boxes.T
    lost = (right - left) * (bottom - top) - _shared(boxes, frame)
    for other in taken:
        lost = lost + _shared(boxes, other)
    crossed = FREE * covered(boxes, lines.curves) + _THIN * covered(boxes, lines.thin)
    return np.asarray(crossed + FREE * lost)


def _shared(boxes: FloatArray, other: Box) -> FloatArray:
    """Give the area that each box shares with another one."""
    left, top, right, bottom = boxes.T
    wide = np.minimum(right, other[2]) - np.maximum(left, other[0])
    high = np.minimum(bottom, other[3]) - np.maximum(top, other[1])
    return np.asarray(np.maximum(wide, 0) * np.maximum(high, 0))


def covered(boxes: FloatArray, pieces: FloatArray) -> IntArray:
    """Count for each box, shape (C, 4), the pieces, shape (S, 4), that cross it or come near."""
    around = boxes + _AROUND
    parts = [around[n : n + _AT_ONCE] for n in range(0, len(around), _AT_ONCE)]
    return np.concatenate([_crossed(part, _reaching(part, pieces)) for part in parts])


def _reaching(boxes: FloatArray, pieces: FloatArray) -> FloatArray:
    """Leave out the pieces that touch none of the boxes for sure."""
    around = np.concatenate([boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)])
    return np.asarray(pieces[~_on_one_side(around[None], pieces)[0]])


def _crossed(boxes: FloatArray, pieces: FloatArray) -> IntArray:
    """Count for each box the pieces that touch it."""
    left, top, right, bottom = (side[:, None] for side in boxes.T)
    x0, y0, x1, y1 = pieces.T
    # Of those that are not on one side of it those that have corners of the box on both sides.
    across, upwards = x1 - x0, y1 - y0
    middle = across * ((top + bottom) / 2 - y0) - upwards * ((left + right) / 2 - x0)
    reach = (right - left) / 2 * np.abs(upwards) + (bottom - top) / 2 * np.abs(across)
    return np.asarray((~_on_one_side(boxes, pieces) & (np.abs(middle) <= reach)).sum(axis=1))


def _on_one_side(boxes: FloatArray, pieces: FloatArray) -> BoolArray:
    """Tell of each box which pieces are wholly left, right, above or below: shape (C, S)."""
    left, top, right, bottom = (side[:, None] for side in boxes.T)
    x0, y0, x1, y1 = pieces.T
    aside = (np.maximum(x0, x1) < left) | (np.minimum(x0, x1) > right)
    above = (np.maximum(y0, y1) < top) | (np.minimum(y0, y1) > bottom)
    return np.asarray(aside | above)


def spaced(texts: Iterable[Text]) -> list[Box]:
    """Give the boxes of texts with the room between two in one line."""
    return [(x0 - _APART, y0, x1 + _APART, y1) for x0, y0, x1, y1 in boxes(texts)]


def clear_ticks(ticks: Sequence[Text]) -> list[Text]:
    """Leave out ticks until those that stay are clear of each other."""
    for every in range(1, len(ticks) + 1):
        kept = list(ticks[::every])
        boxes = [tick.box for tick in kept]
        if all(one[2] + SMALL / 2 <= two[0] for one, two in pairwise(boxes)):
            return kept
    return []
