"""What loss and accuracy say about each other: the bounds, and the marks of the plane.

All of them hold for mean plain cross-entropy in nats and accuracy of the same examples, in the
same mode, with the same weights. None holds once a penalty, weights, label smoothing or a running
mean is in the number.
"""

from __future__ import annotations

import math

import numpy as np

from lossacc.support import validate
from lossacc.support.types import FloatArray, IntArray

LN2 = math.log(2.0)


def error_bound(loss: float) -> float:
    """Give the largest share of wrong examples that a mean loss allows: loss / ln 2, at most 1.

    A wrong example has another class at least as probable as its own, which therefore has at most
    one half, and costs at least ln 2.

    Raises
    ------
    TypeError, ValueError
        If the loss is negative or NaN.
    """
    return topk_error_bound(loss, 1)


def topk_error_bound(loss: float, k: int) -> float:
    """Give the largest share of examples that a mean loss lets miss the k most probable classes.

    A miss leaves the example's own class at most 1 / (k + 1), so it costs at least ln(k + 1).

    Raises
    ------
    TypeError, ValueError
        If the loss is negative or NaN, or k is below 1.
    """
    loss = validate.number("loss", loss, least=0, infinite=True)
    return min(1.0, loss / math.log(validate.whole_number("k", k, least=1) + 1))


def loss_floor(accuracy: float) -> float:
    """Give the least mean loss, in nats, that goes with an accuracy: (1 - accuracy) ln 2.

    It is approached, not passed: the wrong ones just short of one half, the rest certain.

    Raises
    ------
    TypeError, ValueError
        If the accuracy is not between 0 and 1.
    """
    return (1.0 - validate.number("accuracy", accuracy, least=0, most=1)) * LN2


def loss_ceiling_if_perfect(classes: int) -> float:
    """Give ln K, which no mean loss exceeds while every example is right.

    A right example's class is the most probable of K, so it has at least 1 / K. A loss above ln K
    proves an error. With an error, no loss is too high.

    Raises
    ------
    TypeError, ValueError
        If there are fewer than two classes.
    """
    return math.log(validate.whole_number("classes", classes, least=2))


def base_rate(labels: IntArray) -> float:
    """Give the accuracy of always naming the most frequent label.

    Raises
    ------
    TypeError, ValueError
        If the labels are not whole numbers of shape (N,), N at least 1.
    """
    return float(_frequencies(labels).max())


def prior_entropy(labels: IntArray) -> float:
    """Give the mean loss, in nats, of always giving the labels' own frequencies.

    Raises
    ------
    TypeError, ValueError
        If the labels are not whole numbers of shape (N,), N at least 1.
    """
    shares = _frequencies(labels)
    return float((shares * np.log(1.0 / shares)).sum())


def _frequencies(labels: IntArray) -> FloatArray:
    """Give the share of each label that occurs."""
    counts = np.unique(validate.labels("labels", labels), return_counts=True)[1]
    return np.asarray(counts / counts.sum(), dtype=np.float64)
