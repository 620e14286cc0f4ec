"""What experiments with rare classes do alike: weights, and even batches."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from lossacc.claims.experiment import Settings
from lossacc.support.types import FloatArray, IntArray, Seed

WEIGHTS = ("none", "class_weight", "sample_weight")
FEEDING = ("shuffled", "oversampled")


def feeding(settings: Settings, labels: IntArray, seed: Seed) -> dict[str, Any]:
    """Give the options of `train` for the knobs `weights` and `feeding`.

    `class_weight` is 1 for the commonest class and as many times more for another as it has fewer
    images. `sample_weight` has the same ratios and a mean of 1 over the images.
    """
    options: dict[str, Any] = {}
    ratios = _ratios(labels)
    if settings["weights"] == "class_weight":
        options["class_weight"] = {k: float(ratio) for k, ratio in enumerate(ratios)}
    if settings["weights"] == "sample_weight":
        options["sample_weight"] = ratios[labels] / ratios[labels].mean()
    if settings["feeding"] == "oversampled":
        options["order"] = evenly(labels, seed)
    return options


def _ratios(labels: IntArray) -> FloatArray:
    """Give how many times as many images the commonest class has as each, shape (K,)."""
    counts = np.bincount(labels)
    return np.asarray(counts.max() / counts)


def evenly(labels: IntArray, seed: Seed) -> Callable[[int], IntArray]:
    """Give an order for `train`: in every epoch N images, as many of each class as of any other.

    A class with too few is gone through again and again; one with too many is drawn from anew in
    every epoch. An epoch stays as long as it was, so runs compare epoch by epoch.
    """
    members = [np.flatnonzero(labels == label) for label in np.unique(labels)]

    def order(epoch: int) -> IntArray:
        random = np.random.default_rng([seed, epoch])
        parts = np.array_split(np.arange(len(labels)), len(members))
        drawn = [
            np.resize(random.permutation(own), len(part))
            for own, part in zip(members, parts, strict=True)
        ]
        return random.permutation(np.concatenate(drawn))

    return order
