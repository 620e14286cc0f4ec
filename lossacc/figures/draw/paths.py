"""Curves in pixels: gaps, arrowheads, and no more points than a screen can show."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from lossacc.support.types import BoolArray, FloatArray

_ROUNDS, _NEAR = 4, 0.15  # each round moves a curve by so much of a pixel at most
_CLEAR = 24  # pixels from one arrowhead to the next, at least


def pieces(x: FloatArray, y: FloatArray) -> Iterator[tuple[FloatArray, FloatArray]]:
    """Cut a curve where a point is not finite."""
    seen = np.isfinite(x) & np.isfinite(y)
    if seen.all():
        if len(x):
            yield x, y
        return
    edges = np.flatnonzero(np.diff(np.concatenate([[False], seen, [False]]).astype(np.int8)))
    for first, end in edges.reshape(-1, 2):
        yield x[first:end], y[first:end]


def thinned(x: FloatArray, y: FloatArray, most: int) -> tuple[FloatArray, FloatArray]:
    """Keep the ends, and the lowest and the highest point of each stretch, of a longer curve.

    Parameters
    ----------
    x, y
        Shape (P,), finite.
    most
        How many points may stay, give or take two.
    """
    if len(x) <= most:
        return x, y
    size = -(-len(x) * 2 // most)
    whole = len(y) // size * size
    parts = y[:whole].reshape(-1, size)
    start = np.arange(len(parts)) * size
    kept = np.zeros(len(x), dtype=bool)
    kept[[0, -1]] = kept[whole:] = True
    kept[start + parts.argmin(axis=1)] = kept[start + parts.argmax(axis=1)] = True
    return x[kept], y[kept]


def straightened(x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Leave out points of a curve that lie on the line from one neighbour to the other.

    Every other point is looked at, a few times over; the curve stays within a pixel of where it
    was.

    Parameters
    ----------
    x, y
        Shape (P,), in pixels, finite.
    """
    for _ in range(_ROUNDS):
        kept = np.ones(len(x), dtype=bool)
        kept[1:-1:2] = ~_in_line(x, y)
        if kept.all():
            break
        x, y = x[kept], y[kept]
    return x, y


def _in_line(x: FloatArray, y: FloatArray) -> BoolArray:
    """Tell of every other inner point whether it lies between its neighbours, and in line."""
    inner = max(len(x) - 2, 0)
    across, upwards = x[1:] - x[:-1], y[1:] - y[:-1]
    to_x, to_y = across[0:inner:2], upwards[0:inner:2]
    on_x, on_y = across[1::2], upwards[1::2]
    off = to_x * on_y - to_y * on_x  # how far off the line, times the length of the line
    length = (to_x + on_x) ** 2 + (to_y + on_y) ** 2
    goes_on = to_x * on_x + to_y * on_y >= 0
    return np.asarray(goes_on & (off**2 <= _NEAR**2 * length))


def arrowheads(x: FloatArray, y: FloatArray, count: int = 4) -> list[FloatArray]:
    """Give triangles, shape (3, 2) each, that point along a path of pixels.

    The path is cut into as many parts of one length; each has one in its longest straight piece,
    unless that is near another. A path shorter than its arrowheads gets none.
    """
    seen = np.isfinite(x) & np.isfinite(y)
    points = np.stack([x[seen], y[seen]], axis=1)
    lengths = np.hypot(*np.diff(points, axis=0).T) if len(points) > 1 else np.zeros(0)
    along = np.concatenate([[0.0], np.cumsum(lengths)])
    if along[-1] < 40:
        return []
    parts = np.linspace(0, along[-1], count + 1)
    heads = (_head(points, along, _tip(along, *ends)) for ends in pairwise(parts))
    clear: list[FloatArray] = []
    for head in heads:
        if head is not None and all(np.hypot(*(head[0] - one[0])) > _CLEAR for one in clear):
            clear.append(head)
    return clear


def _tip(along: FloatArray, start: float, end: float) -> float:
    """Find the middle of the longest piece of a part, or of the part where all are short."""
    low, high = np.clip(along[:-1], start, end), np.clip(along[1:], start, end)
    n = int(np.argmax(high - low))
    if high[n] - low[n] < 16:
        return (start + end) / 2
    return float((low[n] + high[n]) / 2 + 4)


def _head(points: FloatArray, along: FloatArray, tip: float) -> FloatArray | None:
    """Give the arrowhead whose tip is so far along the path; None where the path doubles back.

    It points from a little behind the tip to a little before it, so that a jitter of one epoch
    does not turn it round.
    """
    behind, place, ahead = (
        np.array([np.interp(at, along, points[:, k]) for k in (0, 1)])
        for at in (tip - 16, tip, tip + 8)
    )
    way = ahead - behind
    length = np.hypot(*way)
    if length < 8:
        return None
    way = way / length
    side = np.array([-way[1], way[0]])
    # Slim, so that no side of it can be taken for its tip.
    return np.stack([place + way * 6, place - way * 9 + side * 5, place - way * 9 - side * 5])
