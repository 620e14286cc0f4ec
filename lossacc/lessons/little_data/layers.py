"""The network of this lesson, with every regulariser that may be asked for, compiled once.

For each entry of `filters` a 3x3 convolution, normalisation, ReLU, dropout, and 2x2 max-pooling;
then a dense layer, dropout, and K logits. Started afresh for each run.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from lossacc.losses.in_keras import OBJECTIVES, keras_objective
from lossacc.networks.cnn import initialise
from lossacc.support.keras_api import keras
from lossacc.support.types import Seed

NOTHING, MILD, TURNED, BRIGHT = ("none", "small moves", "any rotation", "brightness")
AUGMENTATIONS = (NOTHING, MILD, TURNED, BRIGHT)
CROSS_ENTROPY, APART = "cross-entropy", "cross-entropy, softmax apart"
SWAPPED = "swapped: tf.nn, logits"
LOSSES = (CROSS_ENTROPY, APART, SWAPPED)
BEFORE_RELU, AFTER_RELU, NOWHERE = "before the ReLU", "after the ReLU", "none"
NORMS = (NOWHERE, BEFORE_RELU, AFTER_RELU)
SGD, ADAM = "SGD", "Adam"


def fresh(seed: Seed, shape: tuple[int, int, int], classes: int, **options: Any) -> Any:
    """Give the compiled network with new weights; its options are those of `_compiled`."""
    return initialise(_compiled(shape, classes, **options), seed)


@lru_cache(maxsize=32)
def _compiled(
    shape: tuple[int, int, int],
    classes: int,
    *,
    loss: str = CROSS_ENTROPY,
    optimizer: str = SGD,
    momentum: float = 0.0,
    **options: Any,
) -> Any:
    """Build and compile it; the other options are those of `layers`."""
    apart = [keras().layers.Softmax()] if loss == APART else []
    model = keras().Sequential([keras().layers.Input(shape), *layers(classes, **options), *apart])
    optimizers = keras().optimizers
    steps = optimizers.Adam() if optimizer == ADAM else optimizers.SGD(momentum=momentum)
    model.compile(steps, _loss(loss))
    return model


def _loss(name: str) -> Any:
    """Give a loss of integer labels."""
    if name in OBJECTIVES:
        return keras_objective(name)
    return keras().losses.SparseCategoricalCrossentropy(from_logits=name == CROSS_ENTROPY)


def layers(
    classes: int,
    *,
    filters: tuple[int, ...] = (8, 16),
    dense: int = 16,
    pool: bool = True,
    norm: str = NOWHERE,
    block_dropout: float = 0.0,
    dropout: float = 0.0,
    l2: float = 0.0,
    augmentation: str = NOTHING,
) -> list[Any]:
    """List the layers.

    Parameters
    ----------
    filters, dense, pool
        The filters of the convolutions, the units of the dense layer (0 for none), and whether
        max-pooling follows each convolution.
    norm
        Where BatchNormalization stands, one of NORMS.
    block_dropout, dropout
        The share that is dropped in each block, before the pooling, and before the last layer.
    l2
        The factor of an L2 penalty on every kernel.
    augmentation
        One of AUGMENTATIONS, in training mode only.
    """
    of = keras().layers
    kernel = {"kernel_regularizer": keras().regularizers.L2(l2) if l2 else None}
    stack = _augmentation(augmentation)
    for count in filters:
        stack += _activated(of.Conv2D(count, 3, padding="same", **kernel), norm)
        stack += [of.Dropout(block_dropout)] if block_dropout else []
        stack += [of.MaxPooling2D(padding="same")] if pool else []
    stack += [of.Flatten()]
    stack += _activated(of.Dense(dense, **kernel), norm) if dense else []
    stack += [of.Dropout(dropout)] if dropout else []
    return [*stack, of.Dense(classes, **kernel)]


def _activated(layer: Any, norm: str) -> list[Any]:
    """Follow a layer with its ReLU, and with normalisation where it is asked for."""
    of = keras().layers
    if norm == NOWHERE:
        return [layer, of.ReLU()]
    normal = of.BatchNormalization()
    return [layer, normal, of.ReLU()] if norm == BEFORE_RELU else [layer, of.ReLU(), normal]


def _augmentation(kind: str) -> list[Any]:
    """Give the layers that move the images in training mode."""
    of = keras().layers
    if kind == MILD:
        return [of.RandomTranslation(0.1, 0.1), of.RandomRotation(15 / 360)]
    if kind == TURNED:
        return [of.RandomRotation(0.5)]
    # What is added is a fifth of the range from black to white; noise reaches beyond that range.
    return [of.RandomBrightness(0.04, value_range=(-2.0, 3.0))] if kind == BRIGHT else []
