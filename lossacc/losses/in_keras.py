"""What `formulas` names, as Keras losses on logits, by Keras' and TensorFlow's own means.

Cross-entropy itself, and those that `lossacc.losses.cross_entropy.keras_loss` gives, are not here.

Where a slip in the code is what is to be shown, the function that it misuses is called, in the
wrong way. Only what would not train at all is spelled so that TensorFlow has a gradient for it:
`sign` has one, zero everywhere, where a comparison has none.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from lossacc.losses.formulas import ALPHA, GAMMA, SMOOTHING, TEMPERATURES, smoothed_name
from lossacc.support import validate
from lossacc.support.keras_api import keras, tensorflow

Objective = Callable[[Any, Any], Any]  # from one-hot labels and logits, (n, K) each, to (n,)


def keras_objective(name: str) -> Any:
    """Give one of OBJECTIVES as a Keras loss, to compile a model that gives logits with.

    Returns
    -------
    keras.losses.Loss
        It takes integer labels, shape (N,) or (N, 1), and logits of shape (N, K).

    Raises
    ------
    ValueError
        If there is none of that name.
    """
    return _keras_class()(OBJECTIVES[validate.one_of("name", name, OBJECTIVES)])


@functools.cache
def _keras_class() -> Any:
    """Define the Keras class on first use, so that importing this module starts no TensorFlow."""
    tf, base = tensorflow(), keras().losses.Loss

    class OnLogits(base):  # type: ignore[misc, valid-type]
        """A function of one-hot labels and logits."""

        def __init__(self, objective: Objective) -> None:
            super().__init__(name="objective")
            self.objective = objective

        def call(self, y_true: Any, y_pred: Any) -> Any:
            labels = tf.cast(tf.reshape(y_true, (-1,)), tf.int32)
            return self.objective(tf.one_hot(labels, y_pred.shape[-1]), y_pred)

        def get_config(self) -> dict[str, Any]:
            return {"from_logits": True}

    return OnLogits


def _margin(y: Any, z: Any) -> Any:
    tf = tensorflow()
    rival = tf.reduce_max(tf.where(y > 0, z.dtype.min, z), -1)
    return tf.reduce_sum(y * z, -1) - rival


def _one_minus_accuracy(y: Any, z: Any) -> Any:
    return (1 - tensorflow().sign(_margin(y, z))) / 2


def _smoothed(temperature: float, y: Any, z: Any) -> Any:
    return tensorflow().sigmoid(-_margin(y, z) / temperature)


def _true_probability(y: Any, z: Any) -> Any:
    tf = tensorflow()
    return tf.reduce_sum(y * tf.nn.softmax(z), -1)


def _softmax_twice(y: Any, z: Any) -> Any:
    tf = tensorflow()
    return -tf.reduce_sum(y * tf.nn.log_softmax(tf.nn.softmax(z)), -1)


def _focal(y: Any, z: Any) -> Any:
    function = keras().losses.categorical_focal_crossentropy
    return function(y, z, alpha=ALPHA, gamma=GAMMA, from_logits=True)


def _label_smoothing(y: Any, z: Any) -> Any:
    function = keras().losses.categorical_crossentropy
    return function(y, z, from_logits=True, label_smoothing=SMOOTHING)


def _swapped_logits(y: Any, z: Any) -> Any:
    return tensorflow().nn.softmax_cross_entropy_with_logits(z, y)


def _swapped_probabilities(y: Any, z: Any) -> Any:
    tf = tensorflow()
    return tf.nn.softmax_cross_entropy_with_logits(tf.nn.softmax(z), y)


def _swapped_keras(y: Any, z: Any) -> Any:
    return keras().losses.categorical_crossentropy(tensorflow().nn.softmax(z), y)


OBJECTIVES: dict[str, Objective] = {
    "1 - accuracy": _one_minus_accuracy,
    **{smoothed_name(t): functools.partial(_smoothed, t) for t in TEMPERATURES},
    "mean probability, all classes": lambda _, z: keras().ops.mean(keras().ops.softmax(z), -1),
    "mean probability, sigmoids": lambda _, z: keras().ops.mean(keras().ops.sigmoid(z), -1),
    "mean probability, true class": _true_probability,
    "mean squared error": lambda y, z: keras().losses.mean_squared_error(y, keras().ops.softmax(z)),
    "mean absolute error": lambda y, z: keras().losses.mean_absolute_error(
        y, keras().ops.softmax(z)
    ),
    "categorical hinge": lambda y, z: keras().losses.categorical_hinge(y, z),
    "focal": _focal,
    "label smoothing": _label_smoothing,
    "softmax twice": _softmax_twice,
    "swapped: tf.nn, logits": _swapped_logits,
    "swapped: tf.nn, probabilities": _swapped_probabilities,
    "swapped: Keras": _swapped_keras,
}
