"""A small network that has everything, and the same network in numpy, in float64.

What is random is taken from Keras' own layers, called one by one; all arithmetic is done here.
"""

from __future__ import annotations

import itertools
import math

import numpy as np

from lossacc.support.keras_api import keras

SIZE, CLASSES, L2 = 22, 3, 0.01
BATCH = 8  # the last batch has six


def images(seed=0):
    rng = np.random.default_rng(seed)
    y = rng.integers(0, CLASSES, SIZE)
    x = rng.random((SIZE, 6, 6, 1)) + 0.4 * y[:, None, None, None]
    return x.astype(np.float32), y


def everything(momentum=0.9):
    """Augmentation, noise, Dropout before BatchNormalization, a penalty."""
    layers, kernel = keras().layers, {"kernel_regularizer": keras().regularizers.L2(L2)}
    return keras().Sequential(
        [
            layers.Input((6, 6, 1)),
            layers.RandomTranslation(0.3, 0.3, fill_mode="constant", seed=1),
            layers.GaussianNoise(0.3, seed=2),
            layers.Conv2D(4, 3, padding="same", **kernel),
            layers.Dropout(0.4, seed=3),
            layers.BatchNormalization(momentum=momentum),
            layers.ReLU(),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(8, activation="relu", **kernel),
            layers.Dropout(0.5, seed=4),
            layers.BatchNormalization(momentum=momentum),
            layers.Dense(CLASSES, activation="softmax"),
        ]
    )


class Numpy:
    """The network of `everything`, in numpy."""

    def __init__(self, model):
        names = "translation noise conv drop1 norm1 relu pool flat hidden drop2 norm2 last"
        self.layer = dict(zip(names.split(), model.layers, strict=True))

    def draw(self, x):
        """What training mode draws for one batch: moved images, noise, two masks."""
        n = len(x)
        return {
            "images": self._trained("translation", x),
            "noise": self._trained("noise", np.zeros_like(x)),
            "drop1": self._trained("drop1", np.ones((n, 6, 6, 4), np.float32)),
            "drop2": self._trained("drop2", np.ones((n, 8), np.float32)),
        }

    def _trained(self, name, values):
        return np.asarray(self.layer[name](values, training=True)).astype(np.float64)

    def losses(self, x, y, drawn, on):
        """The losses of the examples of one batch, and whether each is right."""
        h = drawn["images"] if "augmentation" in on else x.astype(np.float64)
        drops = "dropout" in on
        h = h + drawn["noise"] * drops
        h = self._conv(h) * (drawn["drop1"] if drops else 1)
        h = np.maximum(self._norm("norm1", h, on), 0)
        h = h.reshape(len(h), 3, 2, 3, 2, 4).max(axis=(2, 4)).reshape(len(h), -1)
        h = np.maximum(self._dense("hidden", h), 0) * (drawn["drop2"] if drops else 1)
        z = self._dense("last", self._norm("norm2", h, on))
        z -= z.max(axis=1, keepdims=True)
        logs = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
        return -logs[np.arange(len(y)), y], logs.argmax(axis=1) == y

    def penalty(self):
        kernels = (self._weights("conv")[0], self._weights("hidden")[0])
        return L2 * sum((kernel**2).sum() for kernel in kernels)

    def _weights(self, name):
        return [np.asarray(w).astype(np.float64) for w in self.layer[name].get_weights()]

    def _dense(self, name, h):
        kernel, bias = self._weights(name)
        return h @ kernel + bias

    def _conv(self, h):
        kernel, bias = self._weights("conv")
        padded = np.pad(h, ((0, 0), (1, 1), (1, 1), (0, 0)))
        shifts = itertools.product(range(3), repeat=2)
        return bias + sum(padded[:, i : i + 6, j : j + 6] @ kernel[i, j] for i, j in shifts)

    def _norm(self, name, h, on):
        gamma, beta, mean, variance = self._weights(name)
        if "batch statistics" in on:
            axes = tuple(range(h.ndim - 1))
            mean, variance = h.mean(axis=axes), h.var(axis=axes)
        return gamma * (h - mean) / np.sqrt(variance + self.layer[name].epsilon) + beta


def shapley(value, switches):
    """By the definition: walk through every order, and average what each switch adds."""
    parts = dict.fromkeys(switches, 0.0)
    for order in itertools.permutations(switches):
        on = frozenset()
        for switch in order:
            parts[switch] += value(on | {switch}) - value(on)
            on |= {switch}
    return {switch: total / math.factorial(len(switches)) for switch, total in parts.items()}
