"""Small data and small networks, for the tests of training and recording."""

from __future__ import annotations

import numpy as np

from lossacc.support.keras_api import keras

SHAPE, CLASSES = (6, 6, 1), 3


def data(n=50, classes=CLASSES, seed=0):
    """Random images whose brightness hints at the class, and labels."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, classes, n)
    x = rng.random((n, *SHAPE)) + 0.3 * y[:, None, None, None]
    return x.astype(np.float32), y


def cross_entropy(**settings):
    return keras().losses.SparseCategoricalCrossentropy(from_logits=True, **settings)


def sgd(rate=0.1, **settings):
    return keras().optimizers.SGD(rate, **settings)


def dense(units=CLASSES, *, hidden=(), activation=None, shape=SHAPE):
    """A network without convolutions: traced in no time."""
    layers = keras().layers
    stack = [layers.Input(shape), layers.Flatten(), *hidden]
    return keras().Sequential([*stack, layers.Dense(units, activation=activation)])


def compiled(model, optimizer=None, loss=None, **settings):
    model.compile(optimizer or sgd(), loss or cross_entropy(), **settings)
    return model


def state(model):
    """All that a training moves: weights, BatchNormalization's statistics, Dropout's generator,
    and the optimizer's own variables."""
    return [np.asarray(v) for v in [*model.variables, *model.optimizer.variables]]


def same(first, second):
    return all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))
