"""Whether a network's confidence is worth its face value: reliability and temperature.

Dividing every logit by one temperature T changes no decision and no accuracy. A T above 1 lowers
the confidence. If the loss recovers under the fitted T, the decisions were fine and only the
confidence was not (Guo et al. 2017, https://arxiv.org/abs/1706.04599).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from lossacc.runs.scores import Scores
from lossacc.support import validate
from lossacc.support.types import BoolArray, FloatArray, IntArray

TEMPERATURE_BOUNDS = (1e-3, 1e3)
_MOST_BINS = 10**5


@dataclass(frozen=True, eq=False)
class Reliability:
    """Confidence against accuracy, in bins of equal width.

    Parameters
    ----------
    edges
        Shape (B + 1,): the bins' edges, from 0 to 1. A value on an edge belongs to the bin below
        it, and 0 to the first.
    counts
        Shape (B,): how many examples fall into each bin.
    confidence, accuracy
        Shape (B,): their mean confidence and the share that is right; NaN in an empty bin.
    """

    edges: FloatArray
    counts: IntArray
    confidence: FloatArray
    accuracy: FloatArray

    @property
    def error(self) -> float:
        """The expected calibration error: the mean distance of the two, weighted by the counts."""
        filled = self.counts > 0
        distance = np.abs(self.confidence - self.accuracy)[filled]
        return float((self.counts[filled] * distance).sum() / self.counts.sum())

    @property
    def overconfidence(self) -> float:
        """Mean confidence minus accuracy, over all examples; negative is underconfident."""
        filled = self.counts > 0
        distance = (self.confidence - self.accuracy)[filled]
        return float((self.counts[filled] * distance).sum() / self.counts.sum())


def reliability(scores: Scores, epoch: int, bins: int = 10) -> Reliability:
    """Sort the examples by confidence and compare it with their accuracy, bin by bin.

    Parameters
    ----------
    scores
        One set of examples, such as `run.validation`.
    epoch
        The row of the recorded epoch (`run.at(epoch)`); negative ones count from the end.
    bins
        How many bins of equal width to use.

    Raises
    ------
    TypeError, ValueError
        If there is no such row, or fewer than one bin is asked for.
    """
    rows = len(validate.instance("scores", scores, Scores, "Scores").logits)
    epoch = validate.whole_number("epoch", epoch, least=-rows, most=rows - 1)
    return reliability_of(scores.confidence[epoch], scores.correct[epoch], bins)


def reliability_of(confidence: FloatArray, right: BoolArray, bins: int = 10) -> Reliability:
    """Compare confidence with accuracy, bin by bin.

    Parameters
    ----------
    confidence
        Shape (N,): the probability given to the predicted class, 0 to 1.
    right
        Shape (N,), boolean: whether the predicted class is the label.
    bins
        How many bins of equal width to use.

    Raises
    ------
    TypeError, ValueError
        If there are no examples, the shapes differ, a confidence lies outside 0 to 1, `right` is
        not boolean, or fewer than one bin is asked for.
    """
    bins = validate.whole_number("bins", bins, least=1, most=_MOST_BINS)
    # A softmax in floats may exceed 1 by rounding.
    confidence = validate.array("confidence", confidence, ("N",), least=0, most=1 + 1e-6)
    right = validate.truths("right", right, confidence.shape)
    edges = np.linspace(0.0, 1.0, bins + 1)
    # What exceeds 1 by rounding still belongs to the last bin.
    place = np.clip(np.searchsorted(edges, confidence, side="left") - 1, 0, bins - 1)
    counts = np.bincount(place, minlength=bins)
    with np.errstate(invalid="ignore"):  # 0 / 0 in an empty bin is the NaN that we promise
        mean_confidence = np.bincount(place, confidence, minlength=bins) / counts
        accuracy = np.bincount(place, right.astype(np.float64), minlength=bins) / counts
    return Reliability(edges, counts, mean_confidence, accuracy)


def with_temperature(logits: FloatArray, temperature: float) -> FloatArray:
    """Divide logits by a temperature: the same decisions, with another confidence.

    Raises
    ------
    TypeError, ValueError
        If the logits are no numbers, or the temperature is not a positive finite number.
    """
    temperature = validate.number("temperature", temperature, above=0)
    return np.asarray(validate.array("logits", logits) / temperature)


def fit_temperature(logits: FloatArray, labels: IntArray) -> float:
    """Find the temperature at which these logits have the least mean cross-entropy.

    The loss is convex in 1 / T, so the zero of its slope is bracketed and halved. Fit it on
    validation examples and judge it on others.

    Parameters
    ----------
    logits
        Shape (N, K).
    labels
        Shape (N,), integers in 0..K-1.

    Returns
    -------
    float
        Between the two `TEMPERATURE_BOUNDS`. The lower one says that the loss falls for as long
        as T does, as it does when every example is right; the upper one, that no temperature makes
        these logits better than knowing nothing. Logits that are all equal give 1: T changes
        nothing then.

    Raises
    ------
    TypeError, ValueError
        If the shapes do not fit, there are no examples, a logit is not finite or a label is not a
        class.
    """
    logits, labels = validate.logits_and_labels(logits, labels)
    validate.array("logits", logits, finite=True)
    gaps = logits - np.take_along_axis(logits, labels[:, None], axis=1)
    low, high = (1.0 / bound for bound in reversed(TEMPERATURE_BOUNDS))
    if not gaps.any():
        return 1.0
    if _slope(gaps, high) <= 0.0:
        return TEMPERATURE_BOUNDS[0]
    if _slope(gaps, low) >= 0.0:
        return TEMPERATURE_BOUNDS[1]
    for _ in range(60):
        middle = math.sqrt(low * high)
        low, high = (middle, high) if _slope(gaps, middle) < 0.0 else (low, middle)
    return 1.0 / math.sqrt(low * high)


def _slope(gaps: FloatArray, inverse: float) -> float:
    """Slope of the mean cross-entropy in 1 / T; `gaps` are the logits minus the label's logit."""
    scaled = gaps * inverse
    weights = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    return float(((weights * gaps).sum(axis=1) / weights.sum(axis=1)).mean())
