"""Curves in pixels: gaps, arrowheads, and no more points than a screen can show."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from lossacc.types import FloatArray


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
    kept = np.concatenate(
        [[0], start + parts.argmin(axis=1), start + parts.argmax(axis=1), [len(x) - 1]]
    )
    kept = np.unique(np.concatenate([kept, np.arange(whole, len(x))]))
    return x[kept], y[kept]


def arrowheads(x: FloatArray, y: FloatArray, count: int = 4) -> list[FloatArray]:
    """Give triangles, shape (3, 2) each, that point along a path of pixels.

    The path is cut into as many parts of one length; each has one in its longest straight piece.
    A path shorter than its arrowheads gets none.
    """
    seen = np.isfinite(x) & np.isfinite(y)
    points = np.stack([x[seen], y[seen]], axis=1)
    lengths = np.hypot(*np.diff(points, axis=0).T) if len(points) > 1 else np.zeros(0)
    along = np.concatenate([[0.0], np.cumsum(lengths)])
    if along[-1] < 40:
        return []
    parts = np.linspace(0, along[-1], count + 1)
    heads = (_head(points, along, _tip(along, *ends)) for ends in pairwise(parts))
    return [head for head in heads if head is not None]


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
