"""The axes that the figures share, and the named lines by which a number is judged."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from lossacc.figures.draw import Axis, Reference, axis
from lossacc.losses.bounds import LN2, base_rate, prior_entropy
from lossacc.runs.curves import Means
from lossacc.runs.scores import Scores
from lossacc.support.text import nats, percent
from lossacc.support.types import FloatArray

_HUGE = 5  # times ln K: from here on a loss is drawn on a log scale


def loss_axis(values: Sequence[FloatArray], classes: int | None) -> Axis:
    """Make the upright axis of a loss: from 0, or on a log scale where the loss is huge.

    Parameters
    ----------
    values
        The curves, in nats.
    classes
        K: the axis reaches ln K at least; None where it is unknown.
    """
    found = np.concatenate([np.ravel(np.asarray(one, dtype=float)) for one in values])
    found = found[np.isfinite(found)]
    top = math.log(classes) if classes else float(np.median(found)) if found.size else LN2
    if found.size and (found.min() < 0 or not top > 0):
        return axis("loss, nats", np.append(found, top))
    if found.size and found.max() > _HUGE * top:
        least = min(0.1, max(1e-3, float(found.min())))
        seen = np.append(np.maximum(found, least), [least, top])
        return axis("loss, nats (log scale)", seen, scale="log")
    return axis("loss, nats", np.append(found, top * 1.05), low=0.0)


def accuracy_axis() -> Axis:
    """Make the axis of accuracy, the same in every figure."""
    return axis("accuracy, %", [], low=0.0, high=100.0, count=6)


def epoch_axis(unit: str, epochs: Sequence[FloatArray]) -> Axis:
    """Make the axis of epochs."""
    ends = [float(one[k]) for one in epochs for k in (0, -1)]
    low, high = min(ends), max(ends)
    return axis(unit, ends, low=low, high=max(high, low + 1), whole=True, count=6)


def loss_lines(scores: Scores | Means) -> tuple[Reference, ...]:
    """Name ln K, ln 2, and the loss of the best constant answer where labels are uneven."""
    if scores.classes is None:
        return ()
    lines = {math.log(scores.classes): f"ln {scores.classes} =", LN2: "ln 2 ="}
    if scores.size and isinstance(scores, Scores):
        constant = prior_entropy(scores.labels)
        if 0.01 < constant < 0.95 * math.log(scores.classes):
            lines[constant] = "constant"
    return tuple(Reference(value, f"{name} {nats(value)}") for value, name in lines.items())


def lines_within(scores: Scores | Means, upwards: Axis) -> tuple[Reference, ...]:
    """Give those of `loss_lines` that an axis reaches."""
    return tuple(one for one in loss_lines(scores) if upwards.low < one.value <= upwards.high)


def base_line(scores: Scores | Means, of: str = "y") -> tuple[Reference, ...]:
    """Name the base rate: the accuracy of always giving the commonest label."""
    if not scores.size:
        return ()
    rate = scores.base_rate if isinstance(scores, Means) else base_rate(scores.labels)
    if rate is None:
        return ()
    return (Reference(100 * rate, f"base rate {percent(rate)}", "x" if of == "x" else "y"),)
