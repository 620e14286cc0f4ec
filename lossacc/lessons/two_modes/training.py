"""The network that was asked about, with dropout and normalisation where the knobs want them.

Two blocks of convolution (8, then 16 filters), normalisation, ReLU, dropout, 2x2 max-pooling and
dropout again; a dense layer of 16 units with normalisation, ReLU and dropout; K logits. Compiled
with plain SGD, once for each choice of options, and started afresh for each run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from functools import lru_cache
from typing import Any

import numpy as np

from lossacc.checks.modes import PARTS, ModeGap, Split, mode_gap, recompute_statistics
from lossacc.data import Examples
from lossacc.networks.cnn import initialise
from lossacc.runs.scores import Scores
from lossacc.support.keras_api import keras, tensorflow
from lossacc.support.restore_variables import untouched
from lossacc.support.types import FloatArray, Seed

FILTERS, DENSE, GROUPS = (8, 16), 16, 4
BATCH, LAYER, GROUP, NONE = (
    "BatchNormalization",
    "LayerNormalization",
    "GroupNormalization",
    "none",
)
NORMS = (BATCH, LAYER, GROUP, NONE)
BOTH, BEFORE, AFTER, NOWHERE = (
    "before and after max-pooling",
    "before max-pooling",
    "after max-pooling",
    "not in the blocks",
)
PLACES = (BOTH, BEFORE, AFTER, NOWHERE)
UNITS, MAPS = "Dropout", "SpatialDropout2D"
AFTER_AT_MOST = 0.5  # the rate after the pooling, where that before it is higher


def fresh_modes(seed: Seed, shape: tuple[int, int, int], classes: int, **options: Any) -> Any:
    """Give the compiled network with new weights; its options are those of `_compiled`."""
    return initialise(_compiled(shape, classes, **options), seed)


@lru_cache(maxsize=16)
def _compiled(
    shape: tuple[int, int, int],
    classes: int,
    *,
    place: str = BOTH,
    rate: float = 0.7,
    kind: str = UNITS,
    end: float = 0.5,
    norm: str = BATCH,
    momentum: float = 0.99,
    l2: float = 1e-4,
    noise: float = 0.0,
) -> Any:
    """Build and compile it.

    Parameters
    ----------
    place, rate, kind
        Where dropout stands in the blocks, one of PLACES; the share that it drops before the
        pooling, of which it drops AFTER_AT_MOST after it; units or whole feature maps.
    end
        The share that is dropped before the last layer.
    norm, momentum
        One of NORMS; what an update keeps of BatchNormalization's running statistics.
    l2
        The factor of an L2 penalty on every kernel.
    noise
        The standard deviation of noise that is added to the images in training mode.
    """
    layers = keras().layers
    stack = [layers.Input(shape), *_dropout(layers.GaussianNoise, noise)]
    drop = layers.Dropout if kind == UNITS else layers.SpatialDropout2D
    for filters in FILTERS:
        convolution = layers.Conv2D(filters, 3, padding="same", **_kernel(l2))
        stack += [convolution, *_norm(norm, momentum), layers.ReLU()]
        stack += _dropout(drop, rate if place in (BOTH, BEFORE) else 0.0)
        stack += [layers.MaxPooling2D(padding="same")]
        stack += _dropout(drop, min(rate, AFTER_AT_MOST) if place in (BOTH, AFTER) else 0.0)
    stack += [layers.Flatten(), layers.Dense(DENSE, **_kernel(l2)), *_norm(norm, momentum)]
    stack += [layers.ReLU(), *_dropout(layers.Dropout, end), layers.Dense(classes, **_kernel(l2))]
    model = keras().Sequential(stack)
    loss = keras().losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras().optimizers.SGD(), loss)
    return model


def _kernel(l2: float) -> dict[str, Any]:
    """Give the penalty of a kernel."""
    return {"kernel_regularizer": keras().regularizers.L2(l2) if l2 else None}


def _dropout(layer: Any, amount: float) -> list[Any]:
    """Give a layer of Dropout or of noise, nothing where it would do nothing."""
    return [layer(amount)] if amount else []


def _norm(norm: str, momentum: float) -> list[Any]:
    """Give a layer of normalisation, or none."""
    layers = keras().layers
    if norm == BATCH:
        return [layers.BatchNormalization(momentum=momentum)]
    if norm == LAYER:
        return [layers.LayerNormalization()]
    return [layers.GroupNormalization(GROUPS)] if norm == GROUP else []


SIZES = (1, 2, 4, 8, 32)  # of the batches on which a network without dropout is tried
TRIED = 96  # images that it is tried on
_SPLITS = ("loss", "accuracy")


def numbers(gap: ModeGap) -> dict[str, float]:
    """Give the numbers of a gap that the evidence reads: training mode, and each part."""
    accuracy = float("nan") if gap.accuracy is None else gap.accuracy.training
    found = {"training": gap.training, "training accuracy": accuracy}
    return found | {f"part {part}": gap.parts[part] for part in PARTS}


def to_json(gap: ModeGap) -> dict[str, Any]:
    """Give a gap as JSON values, for the settings of a run."""
    held = asdict(gap)
    for name in _SPLITS:
        if held[name] is not None:
            switched = held[name]["switched"].items()
            held[name]["switched"] = [[sorted(on), value] for on, value in switched]
    return held


def from_json(held: Mapping[str, Any]) -> ModeGap:
    """Give the gap that `to_json` wrote."""
    splits = {name: held[name] and _split(held[name]) for name in _SPLITS}
    return ModeGap(**{**held, **splits})


def _split(held: Mapping[str, Any]) -> Split:
    switched = {frozenset(on): value for on, value in held["switched"]}
    return Split(**{**held, "switched": switched})


def by_batch(model: Any, examples: Examples, seed: Seed) -> dict[str, float]:
    """Give accuracy in training mode and loss in evaluation mode, in batches of each size.

    On the first TRIED images.
    """
    x, y, found = examples.images[:TRIED], examples.labels[:TRIED], {}
    for size in SIZES:
        gap = mode_gap(model, x, y, printed=None, batch_size=size, seed=seed)
        if gap.accuracy is not None:
            found[f"in batches of {size}"] = gap.accuracy.training
        found[f"evaluation in batches of {size}"] = gap.evaluation
    return found


def recomputed(model: Any, examples: Examples, held_out: Examples) -> dict[str, float]:
    """Give loss and accuracy in evaluation mode, statistics recomputed on training images."""
    with untouched(model.non_trainable_variables):
        recompute_statistics(model, examples.images)
        found: dict[str, float] = {}
        for name, images in (("recomputed", examples), ("recomputed, validation", held_out)):
            logits = np.asarray(model(images.images, training=False))
            scores = Scores(logits[None], images.labels)
            found |= {name: float(scores.loss[0]), f"{name} accuracy": float(scores.accuracy[0])}
    return found


def variance_shift(model: Any, images: FloatArray) -> tuple[float, float]:
    """Give the variance behind the first block with dropout over that without.

    In batch statistics both, so that dropout alone makes the difference.

    Parameters
    ----------
    model
        A network of `mode_networks`.
    images
        Shape (N, H, W, C).

    Returns
    -------
    tuple of float
        Behind the block itself, and behind the convolution that follows.
    """
    with untouched(model.non_trainable_variables):
        given, without = (_behind_block(model, images, drop) for drop in (True, False))
    block, convolution = (given / without).tolist()
    return block, convolution


def _behind_block(model: Any, images: FloatArray, drop: bool) -> FloatArray:
    """Give the variances within a channel, in the mean over channels, before and behind conv 2."""
    layers, values, found = keras().layers, tensorflow().constant(images), []
    for layer in model.layers:
        before, normalises = values, isinstance(layer, layers.BatchNormalization)
        values = layer(values, training=normalises or drop)
        found += [before, values] if isinstance(layer, layers.Conv2D) else []
        if len(found) == 4:
            break
    variances = [np.asarray(seen).var(axis=(0, 1, 2)).mean() for seen in found[2:]]
    return np.array(variances, dtype=float)
