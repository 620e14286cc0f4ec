"""Everything that the series trains on in the place of a loss, for each example, from logits.

As in `lossacc.losses.cross_entropy`, a formula takes logits of shape (N, K) and labels of shape
(N,), and gives
one number an example, shape (N,), float64. Not all of them are losses that one would want: some
are what people were told, and some are what a slip in the code computes. With p the probability
of the labelled class, m its margin (its logit less the highest other one) and A = ln(e + K - 1):

================================  ==============================================================
name                              number of an example
================================  ==============================================================
cross-entropy                     -ln p
1 - accuracy                      1 where the answer is wrong, else 0
smoothed error, T ...             1 / (1 + exp(m / T))
expected error                    1 - p
mean probability, all classes     the mean of the softmax's K probabilities
mean probability, sigmoids        the mean of K separate sigmoids
mean probability, true class      p
mean squared error                mean over the classes of (probability - target)^2
mean absolute error               mean over the classes of abs(probability - target)
generalised cross-entropy         (1 - p^q) / q with q = .5 (Zhang & Sabuncu 2018)
categorical hinge                 max(0, 1 - m), where a rival below 0 counts as 0 (Keras)
focal                             -.25 (1 - p)^2 ln p (Lin et al. 2017)
label smoothing                   cross-entropy of .9 for the label and .1 spread over all classes
softmax twice                     cross-entropy of the softmax of the probabilities
swapped: tf.nn, logits            A times the sum of the logits, less the labelled one
swapped: tf.nn, probabilities     A - p
swapped: Keras                    16.118 (1 - p)
================================  ==============================================================
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from lossacc.losses import cross_entropy as losses
from lossacc.losses.known_values import KERAS_CLAMP
from lossacc.support import validate
from lossacc.support.types import FloatArray, IntArray

Formula = Callable[[FloatArray, IntArray], FloatArray]
Q, SMOOTHING = 0.5, 0.1
GAMMA, ALPHA = 2.0, 0.25  # Keras' own defaults of the focal loss
TEMPERATURES = (0.01, 0.1, 1.0, 10.0)


def smoothed_name(temperature: float) -> str:
    """Name the smoothed error of a temperature."""
    return f"smoothed error, T {validate.number('temperature', temperature, above=0):g}"


def margin(logits: FloatArray, labels: IntArray) -> FloatArray:
    """Give the labelled class's logit less the highest other one, shape (N,)."""
    logits, labels = validate.logits_and_labels(logits, labels)
    rivals = logits.copy()
    np.put_along_axis(rivals, labels[:, None], -np.inf, axis=1)
    return np.asarray(_own(logits, labels) - rivals.max(axis=1))


def one_minus_accuracy(logits: FloatArray, labels: IntArray) -> FloatArray:
    """Give 1 for a wrong answer and 0 for a right one; where logits tie, the first class wins."""
    logits, labels = validate.logits_and_labels(logits, labels)
    return np.asarray((logits.argmax(axis=1) != labels).astype(float))


def smoothed_error(logits: FloatArray, labels: IntArray, temperature: float) -> FloatArray:
    """Give 1 / (1 + exp(margin / T)): 1 - accuracy with its step made into a slope.

    Toward T = 0 it is 1 - accuracy again; with two classes and T = 1 it is 1 - p.
    """
    temperature = validate.number("temperature", temperature, above=0)
    # tanh does not overflow, where exp does.
    return np.asarray(0.5 * (1 - np.tanh(margin(logits, labels) / (2 * temperature))))


def mean_probability(logits: FloatArray, _: IntArray) -> FloatArray:
    """Give the mean of the K probabilities of a softmax."""
    return np.asarray(softmax(logits).mean(axis=1))


def mean_sigmoid(logits: FloatArray, _: IntArray) -> FloatArray:
    """Give the mean of K separate sigmoids."""
    return np.asarray((0.5 * (1 + np.tanh(validate.logits("logits", logits) / 2))).mean(axis=1))


def true_probability(logits: FloatArray, labels: IntArray) -> FloatArray:
    """Give the probability of the labelled class itself, which as a loss is upside down."""
    return np.asarray(_own(softmax(logits), labels))


def mean_absolute_error(logits: FloatArray, labels: IntArray) -> FloatArray:
    """Give the absolute error of the probabilities, averaged over the classes: 2 (1 - p) / K."""
    logits, labels = validate.logits_and_labels(logits, labels)
    wanted = np.eye(logits.shape[1])[labels]
    return np.asarray(np.abs(softmax(logits) - wanted).mean(axis=1))


def categorical_hinge(logits: FloatArray, labels: IntArray) -> FloatArray:
    """Give max(0, 1 - margin) as Keras has it, who takes a highest other logit below 0 for 0."""
    own = _own(logits, labels)
    rival = np.maximum(own - margin(logits, labels), 0.0)
    return np.asarray(np.maximum(0.0, 1.0 + rival - own))


def focal(logits: FloatArray, labels: IntArray) -> FloatArray:
    """Give -.25 (1 - p)^2 ln p (Lin et al. 2017, https://arxiv.org/abs/1708.02002)."""
    cost = losses.cross_entropy(logits, labels)
    return np.asarray(ALPHA * (1 - np.exp(-cost)) ** GAMMA * cost)


def label_smoothing(logits: FloatArray, labels: IntArray) -> FloatArray:
    """Give the cross-entropy of labels of which .1 is spread over all classes."""
    logits, labels = validate.logits_and_labels(logits, labels)
    classes = np.arange(logits.shape[1])
    each = [losses.cross_entropy(logits, np.full_like(labels, one)) for one in classes]
    own = losses.cross_entropy(logits, labels)
    return np.asarray((1 - SMOOTHING) * own + SMOOTHING * np.mean(each, axis=0))


def softmax_twice(logits: FloatArray, labels: IntArray) -> FloatArray:
    """Give the cross-entropy of the softmax of the softmax."""
    return losses.cross_entropy(softmax(logits), labels)


def swapped_logits(logits: FloatArray, labels: IntArray) -> FloatArray:
    """Give what TensorFlow makes of logits as labels, and one-hot labels as logits."""
    z, labels = validate.logits_and_labels(logits, labels)
    spread = _log_sum(z.shape[1])
    return np.asarray(spread * z.sum(axis=1) - _own(z, labels))


def swapped_probabilities(logits: FloatArray, labels: IntArray) -> FloatArray:
    """Give what TensorFlow makes of probabilities as labels, and one-hot labels as logits."""
    own = true_probability(logits, labels)
    return np.asarray(_log_sum(np.shape(logits)[1]) - own)


def swapped_keras(logits: FloatArray, labels: IntArray) -> FloatArray:
    """Give what Keras makes of probabilities as labels, and one-hot labels as probabilities."""
    return np.asarray(KERAS_CLAMP * losses.expected_error(logits, labels))


def softmax(logits: FloatArray) -> FloatArray:
    """Give the probabilities, shape (N, K), float64.

    Raises
    ------
    TypeError, ValueError
        If the logits are not numbers of shape (N, K).
    """
    shifted = validate.logits("logits", logits)
    grown = np.exp(shifted - shifted.max(axis=1, keepdims=True))
    return np.asarray(grown / grown.sum(axis=1, keepdims=True))


def _own(values: FloatArray, labels: IntArray) -> FloatArray:
    values, labels = validate.logits_and_labels(values, labels)
    return np.asarray(np.take_along_axis(values, labels[:, None], axis=1)[:, 0])


def _log_sum(classes: int) -> float:
    """Give A, the logarithm of the sum of exp over a one-hot row."""
    return float(np.log(np.e + classes - 1))


FORMULAS: dict[str, Formula] = {
    "cross-entropy": losses.cross_entropy,
    "1 - accuracy": one_minus_accuracy,
    **{smoothed_name(t): partial(smoothed_error, temperature=t) for t in TEMPERATURES},
    "expected error": losses.expected_error,
    "mean probability, all classes": mean_probability,
    "mean probability, sigmoids": mean_sigmoid,
    "mean probability, true class": true_probability,
    "mean squared error": losses.mean_squared_error,
    "mean absolute error": mean_absolute_error,
    "generalised cross-entropy": partial(losses.generalised_cross_entropy, q=Q),
    "categorical hinge": categorical_hinge,
    "focal": focal,
    "label smoothing": label_smoothing,
    "softmax twice": softmax_twice,
    "swapped: tf.nn, logits": swapped_logits,
    "swapped: tf.nn, probabilities": swapped_probabilities,
    "swapped: Keras": swapped_keras,
}


def formula(name: str) -> Formula:
    """Give a formula by its name.

    Raises
    ------
    ValueError
        If there is none of that name.
    """
    return FORMULAS[validate.one_of("name", name, FORMULAS)]
