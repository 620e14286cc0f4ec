"""Where labels go so that none covers another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from lossacc.figures.draw.text import LINE, SMALL, Box, Text, overlap, text_width
from lossacc.support.types import FloatArray

_ROWS = 12  # how many lines of text above and below its point a label may have to go


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


def beside(label: Text, frame: Box, taken: Sequence[Box], path: FloatArray) -> Text:
    """Move a label that stands on its point beside it, to where it covers least.

    Parameters
    ----------
    label
        The label, with the point as its place.
    frame
        What it should not leave.
    taken
        Boxes of other texts.
    path
        Shape (P, 2): points of the curves, in pixels.

    Returns
    -------
    Text
    """
    width = text_width(label.text, label.size, label.bold)
    near = _near(label, width, path)
    best, least = label, np.inf
    for far, (dx, dy) in enumerate(_shifts(width)):
        one = replace(label, x=label.x + dx, y=label.y + dy)
        dear = cost(one.box, frame, taken, near) + far
        if dear < least:
            best, least = one, dear
        if least <= far + 1:  # those still to come are farther away
            break
    return best


def _shifts(width: float) -> Iterator[tuple[float, float]]:
    """Give the ways from a point to a label beside it, the nearest first."""
    yield from ((10, 0), (10, -14), (10, 14), (-10 - width, 0), (-10 - width, -14))
    yield from ((-10 - width, 14), (-width / 2, -20), (-width / 2, 20))
    for row in range(_ROWS):
        for dy in (-34 - LINE * row, 34 + LINE * row):
            yield from ((dx, dy) for dx in (14, -width / 2, -14 - width))


def _near(label: Text, width: float, path: FloatArray) -> FloatArray:
    """Pick the points that the label can come to cover."""
    far = np.abs(path - [label.x, label.y])
    return path[(far < [width + 14, 34 + LINE * (_ROWS + 1)]).all(axis=1)]


def cost(box: Box, frame: Box, taken: Sequence[Box], path: FloatArray) -> float:
    """Count the points under the box; other texts and the edge weigh far more."""
    left, top, right, bottom = box
    outside = (right - left) * (bottom - top) - overlap(box, frame)
    hidden = sum(overlap(box, other) for other in taken)
    return covered(box, path) + 100 * (hidden + outside)


def covered(box: Box, path: FloatArray) -> int:
    """Count the points of a path, shape (P, 2), under a box."""
    left, top, right, bottom = box
    x, y = path[:, 0], path[:, 1]
    return int(np.sum((x > left) & (x < right) & (y > top - 2) & (y < bottom + 2)))


def clear_ticks(ticks: Sequence[Text]) -> list[Text]:
    """Leave out ticks until those that stay are clear of each other."""
    for every in range(1, len(ticks) + 1):
        kept = list(ticks[::every])
        boxes = [tick.box for tick in kept]
        if all(one[2] + SMALL / 2 <= two[0] for one, two in pairwise(boxes)):
            return kept
    return []
