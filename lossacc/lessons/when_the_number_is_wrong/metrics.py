"""Which metric Keras makes of the word "accuracy", asked of it and not told."""

from __future__ import annotations

from typing import Any

import numpy as np

from lossacc.data import load_digits, only_classes
from lossacc.support.keras_api import keras
from lossacc.support.text import Sheet, as_share
from lossacc.support.types import FloatArray, IntArray

_CLASSES, _EXAMPLES = 10, 40
_WORDS = {
    "sparse_categorical_accuracy": "is the largest output the label's?",
    "categorical_accuracy": "is the largest output the largest label's?",
    "binary_accuracy": "output by output: is it on the label's side of .5?",
}


def accuracies() -> Sheet:
    """Compile networks with `metrics=["accuracy"]`, and ask which metric each has got.

    Returns
    -------
    Sheet
        One row a pairing of outputs, labels and loss: the metric, and what it counts.
    """
    labels = np.arange(_EXAMPLES) % _CLASSES
    one_hot, halves = np.eye(_CLASSES)[labels], labels % 2
    sparse, categorical = "sparse_categorical_crossentropy", "categorical_crossentropy"
    rows = [
        (f"{units} {activation}", words, loss, *_resolved(units, activation, y, loss))
        for units, activation, words, y, loss in (
            (_CLASSES, "softmax", "whole numbers (N,)", labels, sparse),
            (_CLASSES, "softmax", "one-hot (N, 10)", one_hot, categorical),
            (_CLASSES, "sigmoid", "one-hot (N, 10)", one_hot, "binary_crossentropy"),
            (1, "sigmoid", "0 or 1 (N,)", halves, "binary_crossentropy"),
            (1, "linear", "0 or 1 (N,)", halves, keras().losses.BinaryCrossentropy(True)),
            (1, "linear", "whole numbers (N,)", labels, "mean_squared_error"),
        )
    ]
    named = [(*row[:2], getattr(row[2], "name", row[2]), *row[3:]) for row in rows]
    version = f"Found here, on keras {keras().__version__}."
    return Sheet(("outputs", "labels", "loss", "accuracy is", "it asks"), tuple(named), version)


def _resolved(units: int, activation: str, y: Any, loss: Any) -> tuple[str, str]:
    """Give the metric that Keras made of the word, and what that counts."""
    layers = [keras().Input((4,)), keras().layers.Dense(units, activation)]
    model = keras().Sequential(layers)
    model.compile("sgd", loss, metrics=["accuracy"], run_eagerly=True)
    model.evaluate(np.zeros((_EXAMPLES, 4), np.float32), y, verbose=0)
    found = next(metric for metric in model.metrics if "compile" in metric.name)
    name = found.metrics[0]._fn.__name__
    return name, _WORDS[name]


def of_thirty() -> Sheet:
    """Give what three accuracies say of thirty outputs that are all zero, and all right.

    Returns
    -------
    Sheet
        One row a metric.
    """
    labels = np.arange(300) % 30
    one_hot = np.eye(30)[labels]
    rows = []
    for name in ("BinaryAccuracy", "CategoricalAccuracy"):
        metric = getattr(keras().metrics, name)
        said = [_says(metric(), one_hot, answers) for answers in (0 * one_hot, one_hot)]
        rows.append((name, *said))
    return Sheet(("metric", "all outputs 0", "all answers right"), tuple(rows))


def _says(metric: Any, labels: FloatArray, outputs: FloatArray) -> str:
    metric.update_state(labels, outputs)
    return as_share(float(metric.result()))


def three_or_eight() -> tuple[Any, FloatArray, IntArray]:
    """Give a compiled network of one logit, and the digits 3 and 8 that it is to tell apart.

    Returns
    -------
    tuple
        The model, images of shape (N, 8, 8, 1) and N labels of 0 and 1.
    """
    digits = only_classes(load_digits(), [3, 8])
    start = keras().initializers.GlorotUniform(1)
    layers = keras().layers
    model = keras().Sequential(
        [keras().Input(digits.shape), layers.Flatten(), layers.Dense(1, kernel_initializer=start)]
    )
    loss = keras().losses.BinaryCrossentropy(from_logits=True)
    model.compile(keras().optimizers.SGD(0.02), loss, metrics=["accuracy"])
    return model, digits.images, digits.labels
