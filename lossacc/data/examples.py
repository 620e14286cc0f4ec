"""One set of labelled images."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from lossacc.support.arrays import read_only
from lossacc.support.types import BoolArray, FloatArray, IntArray
from lossacc.support.validate import array, instance, labels, quoted, whole_number

MAX_BYTES = 2_000_000_000  # that the images of one set take, unless more is asked for
FARTHEST = 100.0  # from 0 that noise takes an image


@dataclass(frozen=True, eq=False, repr=False)
class Examples:
    """A set of labelled images, checked when it is made.

    The arrays cannot be changed, so that sets can share them: an array that the
    caller could write to is copied, one that is read-only from the ground is not.

    Attributes
    ----------
    images
        (N, H, W, C) float32. 0 to 1, though added noise may leave that range, on
        both sides and by 100 at most.
    labels
        (N,) int64 in 0..K-1: what the network is told.
    class_names
        K distinct names, at least two.
    clean_labels
        (N,) int64: what the labels were before they were spoilt. None if they
        never were.
    source
        Where the images come from, for people to read.

    Raises
    ------
    TypeError, ValueError
        If an array has the wrong shape, type or length, an image holds NaN,
        infinity or levels such as 0 to 255, or a label names no class.
    """

    images: FloatArray
    labels: IntArray
    class_names: tuple[str, ...]
    clean_labels: IntArray | None = None
    source: str = "arrays"

    def __post_init__(self) -> None:
        """Check every field and store the arrays read-only."""
        names = _checked_names(self.class_names)
        instance("source", self.source, str, "text")
        images = _checked_images(self.images)
        labels = _checked_labels("labels", self.labels, len(images), len(names))
        object.__setattr__(self, "class_names", names)
        object.__setattr__(self, "images", images)
        object.__setattr__(self, "labels", labels)
        if self.clean_labels is not None:
            clean = _checked_labels("clean_labels", self.clean_labels, len(images), len(names))
            object.__setattr__(self, "clean_labels", clean)

    def __len__(self) -> int:
        """Return N, the number of examples."""
        return len(self.labels)

    def __repr__(self) -> str:
        """Describe the set in one line."""
        size = "x".join(str(side) for side in self.shape)
        wrong = int(np.sum(self.labels != self.truth))
        spoilt = f", {wrong} labels wrong" if self.clean_labels is not None else ""
        return f"Examples({len(self)} of {size}, {self.classes} classes{spoilt}, {self.source})"

    @property
    def classes(self) -> int:
        """K, the number of classes."""
        return len(self.class_names)

    @property
    def shape(self) -> tuple[int, int, int]:
        """(H, W, C) of one image."""
        _, height, width, channels = self.images.shape
        return height, width, channels

    @property
    def truth(self) -> IntArray:
        """(N,) the clean labels where there are any, else the labels."""
        return self.labels if self.clean_labels is None else self.clean_labels

    @property
    def counts(self) -> IntArray:
        """(K,) how many examples bear each label."""
        return np.bincount(self.labels, minlength=self.classes)

    def take(self, indices: Sequence[int] | IntArray | BoolArray) -> Examples:
        """Return the examples at `indices`, in that order.

        Parameters
        ----------
        indices
            (M,) whole numbers in 0..N-1, or (N,) booleans: which to keep.

        Raises
        ------
        TypeError, ValueError
            If there are none, or one is outside 0..N-1.
        """
        chosen = _checked_indices(indices, len(self))
        clean = None if self.clean_labels is None else self.clean_labels[chosen]
        images = read_only(self.images[chosen])
        return Examples(images, self.labels[chosen], self.class_names, clean, self.source)


def as_examples(name: str, value: object) -> Examples:
    """Give back a set, or refuse what is none."""
    return instance(name, value, Examples, "Examples, as lossacc.data.load gives")


def listed(name: str, value: object, expected: str) -> list[Any]:
    """Give a list of what is listed in order; a text is one thing, and a set has no order."""
    if not isinstance(value, (list, tuple, range, np.ndarray)) or getattr(value, "ndim", 1) == 0:
        raise TypeError(f"{name} is {quoted(value)}; expected {expected}.")
    return list(value)


def checked_channels(channels: int | None) -> int | None:
    """Give back how many channels are asked for, or refuse it."""
    if channels is not None and whole_number("channels", channels, least=1) not in (1, 3):
        raise ValueError(f"channels is {quoted(channels)}; expected 1 (grey) or 3 (colour).")
    return channels


def check_room(what: str, values: int, most: int = MAX_BYTES) -> None:
    """Refuse to make what takes too much memory: so many numbers, of four bytes each."""
    if 4 * values > most:
        raise ValueError(f"{what}, which take more than {most / 1e9:.3g} GB; expected fewer.")


def _held(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return a read-only view of an array that cannot change: of a copy where it could."""
    base: Any = array
    while isinstance(base, np.ndarray) and not base.flags.writeable and base.base is not None:
        base = base.base
    fixed = isinstance(base, bytes) or (isinstance(base, np.ndarray) and not base.flags.writeable)
    return array.view() if fixed else read_only(array.copy())


def _checked_names(names: Sequence[str]) -> tuple[str, ...]:
    """Return the class names as a tuple, or refuse them."""
    names = tuple(listed("class_names", names, "a tuple of names"))
    if not all(isinstance(name, str) for name in names):
        raise TypeError(f"class_names is {quoted(names)}; expected text only.")
    if len(names) < 2:
        raise ValueError(f"class_names is {quoted(names)}; expected at least two classes.")
    if len(set(names)) < len(names):
        raise ValueError(f"class_names is {quoted(names)}; expected every name once.")
    return tuple(map(str, names))


def _checked_images(images: FloatArray) -> FloatArray:
    """Return the images as read-only float32, or refuse them."""
    given = array("images", images)
    if given.ndim != 4:
        raise ValueError(
            f"images has the shape {given.shape}; expected four axes: "
            "(examples, height, width, channels)."
        )
    if 0 in given.shape:
        raise ValueError(f"images has the shape {given.shape}; expected at least one example.")
    if given.dtype.kind != "f":
        raise TypeError(
            f"images holds {given.dtype}; expected floating point from 0 to 1 "
            "(divide bytes by 255)."
        )
    with np.errstate(over="ignore"):  # what float32 cannot hold is infinite, and is refused
        single = np.asarray(given, dtype=np.float32)
    if single is not given:
        read_only(single)
    lows, highs = single.min(axis=(1, 2, 3)), single.max(axis=(1, 2, 3))  # NaN where there is one
    bad = np.flatnonzero(~np.isfinite(lows) | ~np.isfinite(highs))
    if len(bad):
        raise ValueError(
            f"images holds NaN or infinity in {len(bad)} of {len(single)} images, first in "
            f"image {bad[0]}; expected finite numbers that float32 can hold."
        )
    _check_range(float(lows.min()), float(highs.max()))
    return _held(single)


def _check_range(low: float, high: float) -> None:
    """Refuse what is not on the scale of 0 to 1.

    Noise leaves that range on both sides; what lies above alone are levels, such as 0 to 255.
    """
    if (low >= 0 and high > 2) or max(-low, high) > FARTHEST:
        raise ValueError(
            f"images run from {low:g} to {high:g}; expected 0 to 1, black to white, or that with "
            "noise added (divide levels from 0 to 255 by 255)."
        )


def _checked_labels(name: str, given: IntArray, examples: int, classes: int) -> IntArray:
    """Return the labels as read-only int64, or refuse them."""
    found = array(name, given)
    if found.dtype.kind == "f":
        raise TypeError(f"{name} holds {found.dtype}; expected whole numbers.")
    return _held(labels(name, found, size=examples, classes=classes))


def _checked_indices(indices: Sequence[int] | IntArray | BoolArray, examples: int) -> IntArray:
    """Return the indices as whole numbers, or refuse them."""
    try:
        chosen = np.asarray(indices)
    except (TypeError, ValueError):
        raise TypeError(
            f"indices is {quoted(indices)}; expected a list of whole numbers."
        ) from None
    if chosen.dtype == np.bool_ and chosen.shape == (examples,):
        chosen = np.flatnonzero(chosen)
    if chosen.ndim != 1 or len(chosen) == 0:
        raise ValueError(
            f"indices has the shape {chosen.shape} and picks no list of examples; "
            "expected at least one index."
        )
    if not np.issubdtype(chosen.dtype, np.integer):
        raise TypeError(f"indices holds {chosen.dtype}; expected whole numbers.")
    if chosen.min() < 0 or chosen.max() >= examples:
        raise ValueError(
            f"indices runs from {chosen.min()} to {chosen.max()}; expected 0 to {examples - 1}."
        )
    return chosen
