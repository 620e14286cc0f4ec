"""One set of labelled images."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from lossacc.support.types import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, eq=False, repr=False)
class Examples:
    """A set of labelled images, checked when it is made.

    The arrays are read-only, so that sets can share them.

    Attributes
    ----------
    images
        (N, H, W, C) float32. 0 to 1, though added noise may leave that range.
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
        If an array has the wrong shape, type or length, an image holds NaN or
        infinity, or a label names no class.
    """

    images: FloatArray
    labels: IntArray
    class_names: tuple[str, ...]
    clean_labels: IntArray | None = None
    source: str = "arrays"

    def __post_init__(self) -> None:
        """Check every field and store the arrays read-only."""
        names = _checked_names(self.class_names)
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
        return Examples(
            self.images[chosen], self.labels[chosen], self.class_names, clean, self.source
        )


def _read_only(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return a read-only view; the caller's own array stays writeable."""
    view = array.view()
    view.flags.writeable = False
    return view


def _checked_names(names: Sequence[str]) -> tuple[str, ...]:
    """Return the class names as a tuple, or refuse them."""
    if isinstance(names, str):
        raise TypeError(f"class_names is the text {names!r}; expected a tuple of names.")
    names = tuple(names)
    if not all(isinstance(name, str) for name in names):
        raise TypeError(f"class_names is {names!r}; expected text only.")
    if len(names) < 2:
        raise ValueError(f"class_names is {names!r}; expected at least two classes.")
    if len(set(names)) < len(names):
        raise ValueError(f"class_names is {names!r}; expected every name once.")
    return names


def _checked_images(images: FloatArray) -> FloatArray:
    """Return the images as read-only float32, or refuse them."""
    images = np.asarray(images)
    if images.ndim != 4:
        raise ValueError(
            f"images has the shape {images.shape}; expected four axes: "
            "(examples, height, width, channels)."
        )
    if 0 in images.shape:
        raise ValueError(f"images has the shape {images.shape}; expected at least one example.")
    if not np.issubdtype(images.dtype, np.floating):
        raise TypeError(
            f"images holds {images.dtype}; expected floating point from 0 to 1 "
            "(divide bytes by 255)."
        )
    bad = np.flatnonzero(~np.isfinite(images).all(axis=(1, 2, 3)))
    if len(bad):
        raise ValueError(
            f"images holds NaN or infinity in {len(bad)} of {len(images)} images, first in "
            f"image {bad[0]}; expected finite numbers."
        )
    return _read_only(np.asarray(images, dtype=np.float32))


def _checked_labels(name: str, labels: IntArray, examples: int, classes: int) -> IntArray:
    """Return the labels as read-only int64, or refuse them."""
    labels = np.asarray(labels)
    if labels.shape != (examples,):
        raise ValueError(
            f"{name} has the shape {labels.shape}; expected ({examples},), "
            "one class number for each image."
        )
    if not np.issubdtype(labels.dtype, np.integer):
        raise TypeError(f"{name} holds {labels.dtype}; expected whole numbers.")
    bad = np.flatnonzero((labels < 0) | (labels >= classes))
    if len(bad):
        raise ValueError(
            f"{name} holds {labels[bad[0]]} at place {bad[0]}; expected 0 to {classes - 1}, "
            f"as there are {classes} classes."
        )
    return _read_only(np.asarray(labels, dtype=np.int64))


def _checked_indices(indices: Sequence[int] | IntArray | BoolArray, examples: int) -> IntArray:
    """Return the indices as whole numbers, or refuse them."""
    chosen = np.asarray(indices)
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
