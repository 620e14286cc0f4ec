"""`Scores`: the logits of one set of examples at every recorded epoch, and what they say."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from lossacc.support.arrays import floats, integers, read_only
from lossacc.support.types import BoolArray, FloatArray, IntArray

_PART = 2**19  # logits
_MANY = 4  # parts
_FEW = 32  # classes
_THREADS = 4  # at most: each holds a part of its own, and a hub's cores are many learners'


@dataclass(frozen=True, eq=False)
class Scores:
    """The logits of one set of examples at every recorded epoch, in evaluation mode.

    Parameters
    ----------
    logits
        Shape (R, N, K): recorded epochs, examples, classes.
    labels
        Shape (N,), integers in 0..K-1: the labels that the network was told.
    clean_labels
        Shape (N,): the labels before they were spoilt, where they were.
    targets
        Shape (N, K): soft targets, where the training used them.

    The arrays are read-only, and so is what is made of them; of one that may be written to a copy
    is held.

    Raises
    ------
    ValueError
        If an array holds no real numbers, the shapes do not fit each other, or a label is not a
        class.
    """

    logits: FloatArray
    labels: IntArray
    clean_labels: IntArray | None = None
    targets: FloatArray | None = None

    def __post_init__(self) -> None:
        """Refuse arrays that do not fit each other; hold the others so that nobody changes them."""
        self._hold("logits", floats)
        self._hold("labels", integers)
        if self.clean_labels is not None:
            self._hold("clean_labels", integers)
        if self.targets is not None:
            self._hold("targets", floats)
        self._check_shapes()

    def _hold(self, name: str, as_array: Callable[[str, Any], Any]) -> None:
        object.__setattr__(self, name, as_array(name, getattr(self, name)))

    def _check_shapes(self) -> None:
        if self.logits.ndim != 3 or self.logits.shape[2] < 2:
            raise ValueError(
                f"logits have the shape {self.logits.shape}; "
                "expected (recorded epochs, examples, classes), with two classes or more"
            )
        n, k = self.logits.shape[1:]
        for name, labels in (("labels", self.labels), ("clean_labels", self.clean_labels)):
            if labels is not None:
                _check_labels(name, labels, n, k)
        if self.targets is not None and self.targets.shape != (n, k):
            raise ValueError(f"targets have the shape {self.targets.shape}; expected {(n, k)}")

    @property
    def size(self) -> int:
        """The number of examples, N."""
        return int(self.logits.shape[1])

    @property
    def classes(self) -> int:
        """The number of classes, K."""
        return int(self.logits.shape[2])

    @cached_property
    def _log_normaliser(self) -> FloatArray:
        """log(sum(exp(logits))) in float64, shape (R, N)."""
        return read_only(_in_parts(_log_sum, self.logits))

    @cached_property
    def _true_logit(self) -> FloatArray:
        """The logit of the labelled class in float64, shape (R, N)."""
        picked = np.take_along_axis(self.logits, self.labels[None, :, None], axis=-1)
        return read_only(picked[..., 0].astype(np.float64))

    @cached_property
    def cross_entropy(self) -> FloatArray:
        """Plain cross-entropy of each example in nats, shape (R, N), float64."""
        with np.errstate(over="ignore"):
            found = self._log_normaliser - self._true_logit
            return read_only(np.maximum(found, 0.0, out=found))

    @cached_property
    def predicted(self) -> IntArray:
        """The class with the largest logit, shape (R, N); the first one where several tie."""
        return read_only(_in_parts(_first_largest, self.logits, np.int64))

    @cached_property
    def correct(self) -> BoolArray:
        """Whether the predicted class is the label, shape (R, N)."""
        return read_only(self.predicted == self.labels)

    @cached_property
    def probability(self) -> FloatArray:
        """The probability given to the labelled class, shape (R, N)."""
        return read_only(np.exp(-self.cross_entropy))

    @cached_property
    def confidence(self) -> FloatArray:
        """The probability given to the predicted class, shape (R, N)."""
        return read_only(np.exp(self.logits.max(axis=-1).astype(np.float64) - self._log_normaliser))

    @cached_property
    def margin(self) -> FloatArray:
        """The labelled class's logit minus its best rival's, shape (R, N)."""
        rivals = self.logits.astype(np.float64)
        np.put_along_axis(rivals, self.labels[None, :, None], -np.inf, axis=-1)
        with np.errstate(invalid="ignore", over="ignore"):
            return read_only(self._true_logit - rivals.max(axis=-1))

    @cached_property
    def loss(self) -> FloatArray:
        """Mean plain cross-entropy in nats, shape (R,)."""
        return read_only(self.cross_entropy.mean(axis=1))

    @cached_property
    def accuracy(self) -> FloatArray:
        """The share of examples whose predicted class is the label, shape (R,)."""
        return read_only(self.correct.mean(axis=1))

    def rows(self, rows: slice) -> Scores:
        """Give the scores of these recorded epochs alone."""
        return Scores(self.logits[rows], self.labels, self.clean_labels, self.targets)

    def relabelled(self) -> Scores:
        """Give the same logits judged by the clean labels."""
        if self.clean_labels is None:
            return self
        return Scores(self.logits, self.clean_labels)


def _in_parts(work: Callable[[Any], Any], logits: FloatArray, of: type = np.float64) -> Any:
    """Work on some rows at a time, as many as a core holds near itself, side by side on some cores.

    The numbers are those of all rows at once. What that takes beside the logits (R, N, K) does not
    grow with R.
    """
    rows, *_ = found = logits.shape[:2]
    step = max(1, _PART // max(1, logits[:1].size))
    whole: Any = np.empty(found, of)

    def part(first: int) -> None:
        whole[first : first + step] = work(logits[first : first + step])

    firsts = range(0, rows, step)
    if len(firsts) < _MANY:  # a thread takes as long to start
        for first in firsts:
            part(first)
    else:
        with ThreadPoolExecutor(min(_THREADS, os.cpu_count() or 1)) as pool:
            list(pool.map(part, firsts))
    return whole


def _log_sum(logits: FloatArray) -> FloatArray:
    top = _largest(logits).astype(np.float64)
    with np.errstate(invalid="ignore", over="ignore"):
        shifted = logits.astype(np.float64)
        shifted -= top[..., None]
        return np.asarray(top + np.log(np.exp(shifted, out=shifted).sum(axis=-1)))


def _first_largest(logits: FloatArray) -> IntArray:
    return np.asarray(logits.argmax(axis=-1))


def _largest(logits: FloatArray) -> FloatArray:
    """Give the largest of the K; NumPy is slow over few, so they are laid out first."""
    if logits.shape[-1] > _FEW:
        return np.asarray(logits.max(axis=-1))
    return np.asarray(np.ascontiguousarray(np.moveaxis(logits, -1, 0)).max(axis=0))


def _check_labels(name: str, labels: IntArray, n: int, k: int) -> None:
    """Refuse labels that are not one class an example."""
    if labels.shape != (n,):
        raise ValueError(f"{name} have the shape {labels.shape}; expected ({n},)")
    if n and (labels.min() < 0 or labels.max() >= k):
        raise ValueError(f"{name} run from {labels.min()} to {labels.max()}; expected 0 to {k - 1}")
