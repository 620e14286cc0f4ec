"""What loss and accuracy say about each other: the bounds, and the marks of the plane.

All of them hold for mean plain cross-entropy in nats and accuracy of the same examples, in the
same mode, with the same weights. None holds once a penalty, weights, label smoothing or a running
mean is in the number.
"""

from __future__ import annotations

import math

import numpy as np

from lossacc.support.types import FloatArray, IntArray

LN2 = math.log(2.0)


def error_bound(loss: float) -> float:
    """Give the largest share of wrong examples that a mean loss allows: loss / ln 2, at most 1.

    A wrong example has another class at least as probable as its own, which therefore has at most
    one half, and costs at least ln 2.

    Raises
    ------
    ValueError
        If the loss is negative or NaN: plain cross-entropy never is.
    """
    return topk_error_bound(loss, 1)


def topk_error_bound(loss: float, k: int) -> float:
    """Give the largest share of examples that a mean loss lets miss the k most probable classes.

    A miss leaves the example's own class at most 1 / (k + 1), so it costs at least ln(k + 1).

    Raises
    ------
    ValueError
        If the loss is negative or NaN, or k is below 1.
    """
    if not loss >= 0.0:
        raise ValueError(f"got a loss of {loss}; expected a mean cross-entropy of 0 or more")
    if k < 1:
        raise ValueError(f"got k={k}; expected 1 or more")
    return min(1.0, loss / math.log(k + 1))


def loss_floor(accuracy: float) -> float:
    """Give the least mean loss, in nats, that goes with an accuracy: (1 - accuracy) ln 2.

    It is approached, not passed: the wrong ones just short of one half, the rest certain.

    Raises
    ------
    ValueError
        If the accuracy is not between 0 and 1.
    """
    if not 0.0 <= accuracy <= 1.0:
        raise ValueError(f"got an accuracy of {accuracy}; expected one between 0 and 1")
    return (1.0 - accuracy) * LN2


def loss_ceiling_if_perfect(classes: int) -> float:
    """Give ln K, which no mean loss exceeds while every example is right.

    A right example's class is the most probable of K, so it has at least 1 / K. A loss above ln K
    proves an error. With an error, no loss is too high.

    Raises
    ------
    ValueError
        If there are fewer than two classes.
    """
    if classes < 2:
        raise ValueError(f"got {classes} classes; expected two or more")
    return math.log(classes)


def base_rate(labels: IntArray) -> float:
    """Give the accuracy of always naming the most frequent label."""
    return float(_frequencies(labels).max())


def prior_entropy(labels: IntArray) -> float:
    """Give the mean loss, in nats, of always giving the labels' own frequencies."""
    shares = _frequencies(labels)
    return float((shares * np.log(1.0 / shares)).sum())


def _frequencies(labels: IntArray) -> FloatArray:
    """Give the share of each label that occurs."""
    if np.ndim(labels) != 1 or not len(labels) or not np.issubdtype(labels.dtype, np.integer):
        raise ValueError(
            f"got labels of shape {np.shape(labels)} and type {np.asarray(labels).dtype}; "
            "expected integers of shape (N,), N at least 1"
        )
    counts = np.unique(labels, return_counts=True)[1]
    return np.asarray(counts / len(labels), dtype=np.float64)
