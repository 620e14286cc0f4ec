"""Training and validation examples held against each other: copies, scale, classes, order."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from lossacc.analysis.near_duplicates import first_copies, link
from lossacc.support.finding import Finding
from lossacc.support.text import percent, plain
from lossacc.support.types import BoolArray, IntArray

NEAR = 0.1  # noise of 2 % of the range, or saving it once more, moves a picture by .05 to .07
_COMPARED = 4000  # images compared pair by pair, at most
_READ = 2**24  # numbers of a set whose mean and spread are taken, at most
_MORE = 0.05  # of the validation examples: copies beyond those that the training set has in itself
_APART = 2.5  # one spread over another: more than two samples of one kind differ
_SHIFT = 1.5  # spreads between two means
_EXPECTED = 12  # examples of a class, where none is there: chance does that once in 100,000
_ORDERED = 0.2  # changes of label, as a share of those that a random order has
_LISTED = 5


@dataclass(frozen=True, eq=False)
class Sample:
    """One set of examples, as far as it was read.

    Parameters
    ----------
    x
        The inputs, N of them; None where they are no single array.
    labels
        Shape (N,); None where they are no classes.
    total
        How many there are in all, where these were drawn from more; None for no more.
    """

    x: Any
    labels: IntArray | None
    total: int | None = None

    @property
    def share(self) -> float:
        """The share of all examples that these are."""
        return 1.0 if self.total is None or self.x is None else len(self.x) / self.total

    @property
    def words(self) -> str:
        """What to call one of them."""
        if self.share == 1:
            return "training examples"
        return f"among the {len(self.x)} recorded of {self.total} training examples"


def set_findings(train: Sample, validation: Sample) -> Iterator[Finding]:
    """Compare two sets: copies, scale, classes."""
    x, held_out = train.x, validation.x
    if x is not None and held_out is not None and x.shape[1:] == held_out.shape[1:]:
        yield from _scale(x, held_out)
        yield from _copies(train, held_out)
    if train.labels is not None and validation.labels is not None:
        yield from _classes(train.labels, validation.labels)


def _copies(known: Sample, validation: Any) -> Iterator[Finding]:
    """Count the validation examples that are training examples too."""
    train, more = known.x, _MORE * known.share
    if not _finite(train, validation):
        return
    both = first_copies([*train, *validation.astype(train.dtype, copy=False)])  # views
    own, n = both[: len(train)], len(validation)
    on_both = both[len(train) :] < len(train)
    # A table of few columns repeats itself: then some rows are on both sides by chance.
    expected = _repeated(own if train.ndim == 2 else own[_blank(train)], len(own))
    shared = int(on_both.sum())
    if shared and shared / n > expected + max(more, 3 * math.sqrt(expected * (1 - expected) / n)):
        yield Finding(
            "same examples",
            "wrong",
            f"{shared} of {n} validation examples are {known.words}, value for value. The "
            "validation numbers say how well these are remembered.",
            "Split once, before any shuffling that is drawn anew in each pass "
            "(reshuffle_each_iteration=False); drop copies before the split, and copy the examples "
            "of a rare class after it.",
        )
    elif shared and expected < more:
        yield Finding(
            "same examples",
            "note",
            f"{shared} of {n} validation examples {'is' if shared == 1 else 'are'} "
            f"{known.words}, value for value.",
            "Drop copies before the split.",
        )
    yield from _near(train, validation[np.flatnonzero(~on_both)[:_COMPARED]], n)


def _repeated(places: IntArray, size: int) -> float:
    """Give the share of so many examples that have a copy among these, by their first places."""
    if not len(places):
        return 0.0
    return float((np.bincount(places)[places] > 1).sum()) / size


def _blank(images: Any) -> BoolArray:
    """Tell which images are one even surface, and copies of each other by nature."""
    flat = images.reshape(len(images), -1)
    return np.asarray((flat == flat[:, :1]).all(axis=1))


def _near(train: Any, validation: Any, n: int) -> Iterator[Finding]:
    """Count the validation images that look like a training image, but for brightness."""
    if train.ndim != 4 or min(train.shape[1:3]) < 4 or not len(validation):
        return
    train = train[:: -(-len(train) // _COMPARED)]
    both = np.concatenate([train, validation.astype(train.dtype, copy=False)])
    kinds = (np.arange(len(both)) >= len(train)).astype(np.int64)
    _, closest = link(both, np.arange(len(both)), kinds, NEAR)
    near = int(np.isfinite(closest[len(train) :]).sum())
    if near > max(1, _MORE * n):
        yield Finding(
            "nearly the same",
            "wrong",
            f"{near} of {n} validation images look like a training image, but for brightness, "
            f"contrast and {NEAR:.0%} of noise. The validation numbers say how well these are "
            "remembered.",
            "Keep pictures of one scene, patient or film together, on one side of the split.",
        )


def _scale(train: Any, validation: Any) -> Iterator[Finding]:
    """Compare range, mean and spread."""
    if not _finite(train, validation):
        return
    parts = [one[:: -(-one.size // _READ)] for one in (train, validation)]
    spreads = [float(np.std(one, dtype=np.float64)) for one in parts]
    means = [float(np.mean(one, dtype=np.float64)) for one in parts]
    low, high = sorted(spreads)
    differs = high > _APART * low or abs(means[0] - means[1]) > _SHIFT * high
    if high > 0 and differs and min(len(train), len(validation)) >= 10:
        ranges = [
            f"{plain(float(one.min()))} to {plain(float(one.max()))}" for one in (train, validation)
        ]
        yield Finding(
            "scale",
            "wrong",
            f"Training inputs run from {ranges[0]} (mean {plain(means[0])}), validation inputs "
            f"from {ranges[1]} (mean {plain(means[1])}): they were not prepared in the same way.",
            "Prepare both sets, and what the network meets later, by the same code.",
        )


def _finite(*arrays: Any) -> bool:
    return all(one.dtype.kind in "iu" or bool(np.isfinite(one).all()) for one in arrays)


def _classes(train: IntArray, validation: IntArray) -> Iterator[Finding]:
    """Name the classes that one side has and the other has not, where chance would not do that."""
    for here, there, role, other, costs in (
        (validation, train, "validation", "training", "No network can learn them"),
        (train, validation, "training", "validation", "Nobody sees how they fare"),
    ):
        counts, missing = np.bincount(here), []
        for label in np.flatnonzero(counts):
            expected = counts[label] / len(here) * len(there)
            if expected > _EXPECTED and not (there == label).any():
                missing.append(int(label))
        if missing:
            share = percent(float(counts[missing].sum() / len(here)))
            listed = ", ".join(map(str, missing[:_LISTED]))
            listed += ", ..." if len(missing) > _LISTED else ""
            yield Finding(
                "classes",
                "wrong",
                f"No {other} example is of class {listed}; {share} of the {role} examples are. "
                f"{costs}.",
                "Shuffle before the split. validation_split takes the last examples as they lie.",
            )


def order_findings(labels: IntArray, *, split: bool = False) -> Iterator[Finding]:
    """Say that labels come sorted, or nearly so; `split` says that `fit` split them itself."""
    shares = np.bincount(labels) / len(labels)
    expected = (1 - float((shares**2).sum())) * (len(labels) - 1)
    changes = int((np.diff(labels) != 0).sum())
    if expected >= 20 and changes < _ORDERED * expected:
        yield Finding(
            "order",
            "wrong" if split else "note",
            f"The training labels come in order: they change {changes} times, and in a random "
            f"order it would be about {expected:.0f} times.",
            "`fit` shuffles arrays and no data set or generator; validation_split takes the last "
            "examples, which here are of few classes. Shuffle before.",
        )
