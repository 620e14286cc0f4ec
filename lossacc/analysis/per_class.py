"""What scores say of each class: loss, recall, confusion.

Mean loss and accuracy speak of the commonest class where there is one. These speak of every class
alike.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lossacc.runs.scores import Scores
from lossacc.support import validate
from lossacc.support.types import FloatArray, IntArray

_LEAST = 1e-12  # of a share: the logarithm of 0 is infinite


def class_loss(scores: Scores) -> FloatArray:
    """Give the mean plain cross-entropy of each class, shape (R, K); NaN where a class is empty."""
    validate.instance("scores", scores, Scores, "Scores")
    return _by_class(scores.cross_entropy, scores)


def recall(scores: Scores) -> FloatArray:
    """Give the share of each class's examples that are right, (R, K); NaN for an empty class."""
    validate.instance("scores", scores, Scores, "Scores")
    return _by_class(scores.correct.astype(np.float64), scores)


def balanced_accuracy(scores: Scores) -> FloatArray:
    """Give the mean of the recalls of the classes that have examples, shape (R,).

    One answer to everything scores 1 / K, however common its class is.

    Raises
    ------
    ValueError
        If there are no examples at all.
    """
    if not validate.instance("scores", scores, Scores, "Scores").size:
        raise ValueError("scores has no examples; expected at least one.")
    held = np.bincount(scores.labels, minlength=scores.classes) > 0
    return np.asarray(recall(scores)[:, held].mean(axis=1))


def confusion(scores: Scores, row: int = -1) -> IntArray:
    """Count the answers of one recorded row, shape (K, K): labels down, answers across."""
    validate.instance("scores", scores, Scores, "Scores")
    rows = len(scores.logits)
    row = validate.whole_number("row", row, least=-rows, most=rows - 1)
    counts = np.zeros((scores.classes, scores.classes), dtype=np.int64)
    np.add.at(counts, (scores.labels, scores.predicted[row]), 1)
    return counts


def without_prior(scores: Scores, shares: Sequence[float] | FloatArray) -> Scores:
    """Give the scores with the classes' shares taken out of the logits: the threshold moves.

    Of two classes, the second is then the answer from p = its share on, instead of p = 1/2. That
    is the best answer for balanced accuracy, if p is what it says. Nothing is trained.

    Parameters
    ----------
    scores
        What the network gave.
    shares
        K shares of the training labels.

    Raises
    ------
    ValueError
        If there are not K shares, or one is not above 0.
    """
    validate.instance("scores", scores, Scores, "Scores")
    given = validate.array("shares", shares, (scores.classes,), least=_LEAST, most=1)
    moved = (scores.logits - np.log(given.astype(np.float64))).astype(np.float32)
    return Scores(moved, scores.labels, scores.clean_labels, scores.targets)


def class_shares(labels: IntArray, classes: int) -> FloatArray:
    """Give the share of each class among labels, shape (K,).

    Raises
    ------
    TypeError, ValueError
        If the labels are not whole numbers from 0 to K - 1, at least one.
    """
    classes = validate.whole_number("classes", classes, least=2)
    found = validate.labels("labels", labels, classes=classes)
    return np.bincount(found, minlength=classes) / len(found)


def _by_class(values: FloatArray, scores: Scores) -> FloatArray:
    """Average values (R, N) over each class."""
    means = np.full((len(values), scores.classes), np.nan)
    for label in np.unique(scores.labels):
        means[:, label] = values[:, scores.labels == label].mean(axis=1)
    return means
