"""The losses that the lessons compare, for each example, from logits.

Every function takes logits of shape (N, K) and labels of shape (N,), integers in 0..K-1, and gives
one loss an example, shape (N,), float64. With p the probability that the softmax of the logits
gives to the labelled class:

============================  ========================  ==============  =========================
function                      loss of an example        range           source
============================  ========================  ==============  =========================
`cross_entropy`               -ln p                     0 to infinity
`expected_error`              1 - p                     0 to 1          Ghosh et al. 2017
`generalised_cross_entropy`   (1 - p^q) / q             0 to 1 / q      Zhang & Sabuncu 2018
`huberised_cross_entropy`     -ln p, a line for         0 to 1 + ln t   Menon et al. 2020
                              p below 1 / t
`mean_squared_error`          mean over the classes of  0 to 2 / K      Brier 1950
                              (probability - target)^2
============================  ========================  ==============  =========================

The floor of each is 0, reached where the labelled class has all the probability. All but the
first are bounded, so that no single wrong label can cost more than the range says.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from lossacc.support import validate
from lossacc.support.types import FloatArray, IntArray


def cross_entropy(logits: FloatArray, labels: IntArray) -> FloatArray:
    """Give -ln p, in nats: 0 to infinity.

    Raises
    ------
    TypeError, ValueError
        If the shapes do not fit, or a label is not a class.
    """
    return -_log_probability(logits, labels)


def expected_error(logits: FloatArray, labels: IntArray) -> FloatArray:
    """Give 1 - p, the chance to be wrong when the class is drawn by its probability: 0 to 1.

    Half the summed absolute error of the probabilities. It withstands wrong labels, and learns
    slowly where p is small (Ghosh et al. 2017, https://arxiv.org/abs/1712.09482).

    Raises
    ------
    TypeError, ValueError
        If the shapes do not fit, or a label is not a class.
    """
    return generalised_cross_entropy(logits, labels, q=1.0)


def generalised_cross_entropy(logits: FloatArray, labels: IntArray, q: float = 0.7) -> FloatArray:
    """Give (1 - p^q) / q: 0 to 1 / q.

    Toward q = 0 it becomes cross-entropy; at q = 1 it is the expected error
    (Zhang & Sabuncu 2018, https://arxiv.org/abs/1805.07836).

    Raises
    ------
    TypeError, ValueError
        If q is not above 0 and at most 1, the shapes do not fit, or a label is not a class.
    """
    q = validate.number("q", q, above=0, most=1)
    return np.asarray(-np.expm1(q * _log_probability(logits, labels)) / q)


def huberised_cross_entropy(logits: FloatArray, labels: IntArray, tau: float = 10.0) -> FloatArray:
    """Give -ln p, continued by its tangent below p = 1 / tau: 0 to 1 + ln tau.

    The slope in p never exceeds tau. This is the partially Huberised cross-entropy of
    Menon et al. 2020, https://openreview.net/forum?id=rklB76EKPr.

    Raises
    ------
    TypeError, ValueError
        If tau is not above 1, the shapes do not fit, or a label is not a class.
    """
    tau = validate.number("tau", tau, above=1)
    log_p = _log_probability(logits, labels)
    tangent = 1.0 + np.log(tau) - tau * np.exp(log_p)
    return np.asarray(np.where(log_p >= -np.log(tau), -log_p, tangent))


def mean_squared_error(logits: FloatArray, labels: IntArray) -> FloatArray:
    """Give the squared error of the probabilities, averaged over the classes: 0 to 2 / K.

    Keras' mean squared error on softmax outputs and one-hot labels. K times as much is the score
    of Brier 1950.

    Raises
    ------
    TypeError, ValueError
        If the shapes do not fit, or a label is not a class.
    """
    logits, labels = validate.logits_and_labels(logits, labels)
    wanted = np.eye(logits.shape[1])[labels]
    return np.asarray(((np.exp(_log_softmax(logits)) - wanted) ** 2).mean(axis=1))


def keras_loss(q: float = 0.7) -> Any:
    """Give the generalised cross-entropy as a Keras loss on logits, to compile a model with.

    Parameters
    ----------
    q
        Above 0 and at most 1; 1 is the expected error, 1 - p.

    Returns
    -------
    keras.losses.Loss
        It takes integer labels, shape (N,) or (N, 1), or targets of shape (N, K), which may be
        soft; and logits of shape (N, K), K at least 2.

    Raises
    ------
    TypeError, ValueError
        If q is not above 0 and at most 1; and, when used, if there are fewer than two logits.
    """
    q = validate.number("q", q, above=0, most=1)
    return _keras_class()(q=q)


@functools.cache
def _keras_class() -> Any:
    """Define the Keras class on first use, so that importing this module starts no TensorFlow."""
    from lossacc.support.keras_api import keras

    ops, base, saving = keras().ops, keras().losses.Loss, keras().saving

    @saving.register_keras_serializable(package="lossacc")
    class GeneralisedCrossEntropy(base):  # type: ignore[misc, valid-type]
        """(1 - p^q) / q from logits."""

        def __init__(self, q: float = 0.7, from_logits: bool = True, **options: Any) -> None:
            super().__init__(**{"name": "generalised_cross_entropy", **options})
            if not from_logits:
                raise ValueError(
                    "from_logits is False; expected True, as this loss takes logits only."
                )
            self.q = q

        def call(self, y_true: Any, y_pred: Any) -> Any:
            classes = y_pred.shape[-1]
            if classes < 2:
                raise ValueError(f"got {classes} logit an example; expected two or more.")
            if len(y_true.shape) < 2 or y_true.shape[-1] == 1:
                y_true = ops.one_hot(ops.cast(ops.reshape(y_true, (-1,)), "int32"), classes)
            # From log p: the slope of p^q itself is infinite where p underflows to 0.
            lost = -ops.expm1(self.q * ops.log_softmax(y_pred)) / self.q
            return ops.sum(ops.cast(y_true, lost.dtype) * lost, axis=-1)

        def get_config(self) -> dict[str, Any]:
            return {**super().get_config(), "q": self.q, "from_logits": True}

    return GeneralisedCrossEntropy


def _log_softmax(logits: FloatArray) -> FloatArray:
    """Give ln(softmax) in float64, shape (N, K)."""
    shifted = logits - logits.max(axis=1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)))


def _log_probability(logits: FloatArray, labels: IntArray) -> FloatArray:
    """Give ln p of the labelled class, shape (N,), at most 0."""
    logits, labels = validate.logits_and_labels(logits, labels)
    return np.asarray(np.take_along_axis(_log_softmax(logits), labels[:, None], axis=1)[:, 0])
