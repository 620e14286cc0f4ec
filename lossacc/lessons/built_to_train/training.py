"""A deep plain CNN, and everything that people put into it so that it trains.

`depth` convolutions of 3x3 and 8 filters, each with a ReLU, a 2x2 max-pooling behind the fourth
(behind the first of a shallow network), and one dense layer: nothing else, unless an option asks
for it. Compiled once for each choice of options, and started afresh for each run.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from lossacc.data import Examples
from lossacc.networks.cnn import initialise
from lossacc.support.keras_api import keras, tensorflow
from lossacc.support.types import FloatArray, Seed

DEEP, SHALLOW, FILTERS, HEADS = 12, 4, 8, 2
GLOROT, HE = "glorot_uniform", "he_normal"
NONE, BATCH = "none", "BatchNormalization"
PLAIN, RESIDUAL = "plain", "residual"
SGD, HEAVY, ADAM = "SGD", "SGD, momentum .95", "Adam"
MOMENTUM = 0.95
RIDGE = 1.0  # of the readout, on features of variance 1


@dataclass(frozen=True, eq=False)
class Deep:
    """A compiled network, and the same layers up to its middle and up to its end.

    Parameters
    ----------
    model
        The Keras model.
    features
        From images to what stands in the middle, where a head may be, and before the last layer.
    """

    model: Any
    features: Any

    def share_cut(self) -> float:
        """Give the share of the steps since its start that clipping cut; NaN for Adam."""
        optimizer = self.model.optimizer
        if not hasattr(optimizer, "cut"):
            return float("nan")
        return float(np.asarray(optimizer.cut)) / max(int(np.asarray(optimizer.iterations)), 1)


def fresh_deep(seed: Seed, shape: tuple[int, int, int], classes: int, **options: Any) -> Deep:
    """Give the compiled network with new weights; its options are those of `_compiled`."""
    deep = _compiled(shape, classes, **options)
    initialise(deep.model, seed)
    return deep


@lru_cache(maxsize=20)
def _compiled(
    shape: tuple[int, int, int],
    classes: int,
    *,
    depth: int = DEEP,
    first: str = GLOROT,
    norm: str = NONE,
    paths: str = PLAIN,
    heads: int = 0,
    narrow: int = 0,
    optimizer: str = SGD,
    clip: float = 0.0,
) -> Deep:
    """Build and compile it.

    Parameters
    ----------
    depth
        The number of convolutions.
    first
        The initializer of the convolutions' kernels: GLOROT or HE.
    norm
        BATCH puts BatchNormalization between each convolution and its ReLU.
    paths
        RESIDUAL adds to what enters two convolutions what comes out of them.
    heads
        The auxiliary classifiers, spread evenly over the depth.
    narrow
        The units of a layer that all that reaches the last one must pass; 0 leaves it out.
    optimizer, clip
        One of SGD, HEAVY and ADAM; its `global_clipnorm`, 0 for none.
    """
    from lossacc.lessons.built_to_train.keras_parts import Aside, Headed

    layers = keras().layers
    images = layers.Input(shape)
    x, taps = _trunk(images, depth, first, norm, paths)
    ends = layers.Flatten()(x)
    if narrow:
        ends = layers.Dense(FILTERS)(layers.Dense(narrow)(ends))
    logits = layers.Dense(classes)(ends)
    spread = [taps[round(len(taps) * (n + 1) / (heads + 1)) - 1] for n in range(heads)]
    if spread:
        logits = Aside()([logits, *(layers.Dense(classes)(layers.Flatten()(t)) for t in spread)])
    model = Headed(images, logits)
    loss = keras().losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(_optimizer(optimizer, clip), loss)
    middle = layers.Flatten()(taps[len(taps) // 2])
    return Deep(model, keras().Model(images, [middle, ends]))


def _trunk(images: Any, depth: int, first: str, norm: str, paths: str) -> tuple[Any, list[Any]]:
    """Give what comes out of the convolutions, and what each after the pooling gives."""
    layers = keras().layers

    def convolved(x: Any) -> Any:
        x = layers.Conv2D(FILTERS, 3, padding="same", kernel_initializer=first)(x)
        return layers.BatchNormalization(momentum=0.9)(x) if norm == BATCH else x

    def block(x: Any) -> Any:
        inner = convolved(layers.ReLU()(convolved(x)))
        return layers.ReLU()(layers.Add()([x, inner]))

    early = 4 if depth == DEEP else 2
    x, taps, done = layers.ReLU()(convolved(images)), [], 1
    while done < depth:
        if done == early:
            x = layers.MaxPooling2D(padding="same")(x)
        pair = paths == RESIDUAL and done + 2 <= depth and done + 1 != early
        x = block(x) if pair else layers.ReLU()(convolved(x))
        done += 2 if pair else 1
        taps.append(x)
    return x, taps


def _optimizer(name: str, clip: float) -> Any:
    from lossacc.lessons.built_to_train.keras_parts import CountingSGD

    if name == ADAM:
        return keras().optimizers.Adam(global_clipnorm=clip or None)
    momentum = MOMENTUM if name == HEAVY else 0.0
    return CountingSGD(momentum=momentum, global_clipnorm=clip or None)


def readouts(deep: Deep, examples: Examples, held_out: Examples) -> dict[str, float]:
    """Give the validation accuracy of a linear readout fitted to frozen features.

    By ridge regression on the training images, on what stands in the middle and at the end.
    """
    found = {}
    sets = [
        deep.features(tensorflow().constant(part.images), training=False)
        for part in (examples, held_out)
    ]
    for place, train, test in zip(("middle", "end"), *sets, strict=True):
        goal = np.eye(examples.classes)[examples.labels]
        right = _ridge(np.asarray(train, float), goal, np.asarray(test, float))
        found[place] = float((right.argmax(axis=1) == held_out.labels).mean())
    return found


def _ridge(train: FloatArray, goal: FloatArray, test: FloatArray) -> FloatArray:
    """Fit standardised features (N, F) to a goal (N, K), and give what it says of others."""
    mean, spread = train.mean(axis=0), train.std(axis=0) + 1e-9
    one, two = (np.nan_to_num((part - mean) / spread, posinf=0, neginf=0) for part in (train, test))
    centred = goal - goal.mean(axis=0)
    weights = np.linalg.solve(one.T @ one + RIDGE * np.eye(one.shape[1]), one.T @ centred)
    answers: FloatArray = two @ weights + goal.mean(axis=0)
    return answers
