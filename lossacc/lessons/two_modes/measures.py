"""What a trained network gives in each mode: the same weights on the same images.

Everything here leaves the network's weights and running statistics as they were.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from lossacc.checks.modes import PARTS, ModeGap, Split, mode_gap, recompute_statistics
from lossacc.data import Examples
from lossacc.runs.scores import Scores
from lossacc.support.keras_api import keras, tensorflow
from lossacc.support.restore_variables import untouched
from lossacc.support.types import FloatArray, Seed

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


def anew(model: Any, examples: Examples, held_out: Examples) -> dict[str, float]:
    """Give loss and accuracy in evaluation mode, statistics computed anew on training images."""
    with untouched(model.non_trainable_variables):
        recompute_statistics(model, examples.images)
        found: dict[str, float] = {}
        for name, images in (("anew", examples), ("anew, validation", held_out)):
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
