"""Where labels go so that none covers another."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from lossacc.draw.text import SMALL, TEXT, Box, Text, overlap, text_width
from lossacc.types import FloatArray


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


def beside(
    text: str, x: float, y: float, frame: Box, taken: Sequence[Box], path: FloatArray
) -> Text:
    """Put a label beside a point, where it covers least.

    Parameters
    ----------
    text
        The label.
    x, y
        The point, in pixels.
    frame
        What the label should not leave.
    taken
        Boxes of other texts.
    path
        Shape (P, 2): points of the curves, in pixels.

    Returns
    -------
    Text
    """
    width = text_width(text, TEXT, True)
    shifts = [(10, 0), (10, -14), (10, 14), (-10 - width, 0), (-10 - width, -14)]
    shifts += [(-10 - width, 14), (-width / 2, -20), (-width / 2, 20)]
    shifts += [(dx, dy) for dy in (-34, 34, -52, 52) for dx in (14, -width / 2, -14 - width)]
    best, least = None, np.inf
    for far, (dx, dy) in enumerate(shifts):
        one = Text(x + dx, y + dy, text, TEXT, bold=True)
        cost = _cost(one.box, frame, taken, path) + far
        if cost < least:
            best, least = one, cost
        if least <= far + 1:  # those still to come are farther away
            break
    assert best is not None
    return best


def _cost(box: Box, frame: Box, taken: Sequence[Box], path: FloatArray) -> float:
    """Count the points under the box; other texts and the edge weigh far more."""
    left, top, right, bottom = box
    covered = 0
    if len(path):
        x, y = path[:, 0], path[:, 1]
        covered = int(np.sum((x > left) & (x < right) & (y > top - 2) & (y < bottom + 2)))
    outside = (right - left) * (bottom - top) - overlap(box, frame)
    hidden = sum(overlap(box, other) for other in taken)
    return covered + 100 * (hidden + outside)


def clear_ticks(ticks: Sequence[Text]) -> list[Text]:
    """Leave out ticks until those that stay are clear of each other."""
    for every in range(1, len(ticks) + 1):
        kept = list(ticks[::every])
        boxes = [tick.box for tick in kept]
        if all(one[2] + SMALL / 2 <= two[0] for one, two in pairwise(boxes)):
            return kept
    return []
