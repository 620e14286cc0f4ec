"""A small network that takes what `resnet18` takes, and a small plan."""

from __future__ import annotations

from lossacc.recipe.recipes import Plan
from lossacc.support.keras_api import keras


def network(shape, classes, *, width, mean, variance, dtype):
    layers = keras().layers
    stack = [
        layers.Input(shape),
        layers.Normalization(mean=mean, variance=variance, dtype=dtype),
        layers.Conv2D(width, 3, 4, dtype=dtype),
        layers.BatchNormalization(dtype=dtype),
        layers.ReLU(dtype=dtype),
        layers.Flatten(dtype=dtype),
        layers.Dense(classes, dtype="float32"),
    ]
    return keras().Sequential(stack)


def plan(**settings):
    given = {"data": "glyphs", "epochs": 4, "limit": 60, "batch_size": 16, "width": 4}
    return Plan(**{**given, **settings})
