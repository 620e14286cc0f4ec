"""Outputs of any shape as examples: rows of logits, each with one label.

An example is what gets one answer of its own: an image, a pixel, a step of a sequence, or one of
several yes-or-no questions about the same input. Outputs have the shape (N, ..., U): inputs, places
(none, pixels or steps), units. What they are judged against decides what the units mean.

==============  ======================  ===================================  ====================
kind            outputs                 labels                               examples
==============  ======================  ===================================  ====================
"classes"       (N, ..., K)             (N, ...), (N, ..., 1) or rows of K   one a place, K classes
"yes or no"     (N, ..., 1)             (N, ...) or (N, ..., 1)              one a place, 2 classes
"several"       (N, ..., U)             (N, ..., U), each 0 or 1             U a place, 2 classes
==============  ======================  ===================================  ====================
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from lossacc.support import validate
from lossacc.support.types import BoolArray, FloatArray, IntArray

PLACES = 100_000  # of pixels or steps, in one set, that are recorded at most
Kind = Literal["classes", "yes or no", "several"]
Array = npt.NDArray[Any]


class NoClassesError(ValueError):
    """Labels that are numbers to come close to, and no classes."""


@dataclass(frozen=True, eq=False)
class AsExamples:
    """How outputs of one shape become examples, and what these are judged against.

    Parameters
    ----------
    kind
        What the units mean; see above.
    shape
        (N, ..., U), that of the outputs.
    kept
        Shape (n,), rising: which examples are kept, counted through outputs in order.
    labels
        Shape (n,): the class of each, from 0 on.
    targets
        Shape (n, K): soft targets, where the labels are that.
    counted
        How many examples count: those that no mask, weight of 0 or ignored label leaves out.
    """

    kind: Kind
    shape: tuple[int, ...]
    kept: IntArray
    labels: IntArray
    targets: FloatArray | None
    counted: int

    @property
    def group(self) -> int:
        """How many examples one input gives."""
        return _examples_in(self.shape[1:], self.kind)

    def called(self, images: bool) -> str:
        """Give what one example is called, as in `Run.example`; `images` is what the inputs are."""
        if self.kind == "several":
            return "answer"
        if len(self.shape) == 2:
            return "image" if images else "example"
        return "step" if len(self.shape) == 3 else "pixel"

    @property
    def total(self) -> int:
        """How many examples there are, with those that do not count."""
        return self.shape[0] * self.group

    @property
    def classes(self) -> int:
        """The number of classes, K."""
        return self.shape[-1] if self.kind == "classes" else 2

    def logits(self, outputs: Array, first: int = 0) -> FloatArray:
        """Give the logits of the kept examples, shape (n, K), float32; see `rows`."""
        picked = self.rows(outputs, first)
        if self.kind == "classes":
            return picked
        return np.concatenate([np.zeros_like(picked), picked], axis=1)

    def rows(self, outputs: Array, first: int = 0) -> FloatArray:
        """Give what the kept examples got, shape (n, K), float32; (n, 1) of yes-or-no answers.

        Parameters
        ----------
        outputs
            Outputs (M, ..., U) of the inputs from `first` on, all of them or a part.
        first
            The place of the first of them.

        Raises
        ------
        ValueError
            If they have another shape than expected.
        """
        if outputs.shape[1:] != self.shape[1:] or first + len(outputs) > self.shape[0]:
            raise ValueError(
                f"the outputs have the shape {outputs.shape}; expected (N, ...) = {self.shape}."
            )
        begin, end = np.searchsorted(
            self.kept, [first * self.group, (first + len(outputs)) * self.group]
        )
        here = self.kept[begin:end] - first * self.group
        rows = outputs.reshape(-1, self.shape[-1] if self.kind == "classes" else 1)
        return np.asarray(rows if len(here) == len(rows) else rows[here], np.float32)

    def among(self, rows: IntArray | BoolArray) -> AsExamples:
        """Keep some of the kept examples: their places in `kept`, rising, or one truth for each."""
        targets = None if self.targets is None else self.targets[rows]
        return replace(self, kept=self.kept[rows], labels=self.labels[rows], targets=targets)

    def sample(self, most: int, seed: int = 0) -> AsExamples:
        """Keep at most so many examples, drawn at random; the same seed draws the same.

        Several answers to one input stay together, so that one can tell whether all are right.
        """
        rows = self.drawn(most, seed)
        return self if len(rows) == len(self.kept) else self.among(rows)

    def drawn(self, most: int, seed: int = 0) -> IntArray:
        """Give the places in `kept` of the examples that `sample` keeps, rising."""
        if len(self.kept) <= most:
            return np.arange(len(self.kept))
        rng = np.random.default_rng([seed, self.total])
        if self.kind != "several":
            chosen = rng.choice(len(self.kept), max(most, 1), replace=False, shuffle=False)
            return np.sort(chosen)
        groups = self.kept // self.shape[-1]
        each = np.unique(groups)
        chosen = rng.choice(each, max(most // self.shape[-1], 1), replace=False)
        return np.flatnonzero(np.isin(groups, chosen))

    def all_right(self, correct: BoolArray) -> FloatArray:
        """Give the share of inputs (or places) whose several answers are all right.

        Parameters
        ----------
        correct
            Shape (..., n): whether each kept example is answered right.
        """
        units = self.shape[-1] if self.kind == "several" else 1
        begins = np.unique(self.kept // units, return_index=True)[1]
        share = np.logical_and.reduceat(correct, begins, axis=-1).mean(axis=-1)
        return np.asarray(share, np.float64)

    def __str__(self) -> str:
        """Say what an example is, how many are kept, and what share is left out."""
        words = {"classes": "", "yes or no": "yes-or-no ", "several": "yes-or-no "}[self.kind]
        inside = self.group // (self.shape[-1] if self.kind == "several" else 1)
        each = "places in " if inside > 1 else ""
        of = f" of {self.counted}" if len(self.kept) < self.counted else ""
        said = f"{len(self.kept)}{of} {words}answers at {each}{self.shape[0]} inputs"
        if self.counted == self.total:
            return said
        return f"{said}; {1 - self.counted / self.total:.1%} do not count and are left out"


def as_examples(
    labels: Any,
    shape: tuple[int, ...],
    *,
    separate: bool | None = None,
    counts: Any = None,
    ignored: int | None = None,
) -> AsExamples:
    """Read how outputs become examples from their shape and the labels.

    Parameters
    ----------
    labels
        Shape (N, ...), (N, ..., 1) or (N, ..., U): classes, rows of shares, or answers of 0 and 1.
    shape
        (N, ..., U), that of the outputs.
    separate
        Whether each unit answers a question of its own, as with a sigmoid. None where labels are
        to decide: several ones in a row say so.
    counts
        Shape (N,), (N, ...) or (N, ..., 1): 0 or False where an example does not count, as by a
        mask, padding, or a sample weight of 0. None where all do.
    ignored
        The label of what does not count, such as -100.

    Raises
    ------
    NoClassesError
        If the labels are numbers and no classes.
    TypeError, ValueError
        If the labels hold text, do not fit the outputs, or no example counts.
    """
    y = _read(labels)
    if len(shape) < 2 or not y.ndim or len(y) != shape[0]:
        raise ValueError(f"got labels of shape {y.shape}; expected {shape[0]}, one an input.")
    y, in_rows = _aligned(y, shape)
    keep = _keep(counts, shape)
    if ignored is not None and not in_rows:
        keep = keep & (y != ignored)
    keep = keep & np.isfinite(y).all(axis=-1) if in_rows else keep & np.isfinite(y)
    kind = _kind(y[keep], in_rows, shape, separate)
    units = shape[-1] if kind == "several" else 1
    kept = np.flatnonzero(np.repeat(keep.reshape(-1), units))
    if not len(kept):
        raise ValueError("no example counts; expected one at least that no mask leaves out.")
    return _judged(kind, tuple(shape), kept, y[keep])


def _read(labels: Any) -> Array:
    """Read labels as numbers; of names say how to number them."""
    found = validate.read("y", labels, "biufUSO", validate.NUMBERS)
    refuse_names("y", found)
    return validate.read("y", found, "biuf", validate.NUMBERS)


def refuse_names(name: str, labels: Array) -> None:
    """Refuse labels that are names; TypeError says how to number them."""
    first = labels.reshape(-1)[:1].tolist()
    if first and isinstance(first[0], (str, bytes)):
        raise TypeError(
            f"{name} holds names, such as {first[0]!r:.30}; expected whole numbers from 0 on, one "
            f"a class: the place of each name in sorted(set({name}))."
        )


def _aligned(y: Array, shape: tuple[int, ...]) -> tuple[Array, bool]:
    """Give labels (N, ...), one a place, or (N, ..., U), one a unit; and which of them."""
    places = tuple(shape[:-1])
    if y.shape == places:
        return y, False
    if y.shape == (*places, 1):
        return y[..., 0], False
    if y.shape == tuple(shape):
        return y, True
    if shape[-1] == 1 and len(places) > 1 and places[-1] == 1 and y.shape == places[:-1]:
        return y[..., None], False
    raise ValueError(
        f"got labels of shape {y.shape} for outputs of shape {tuple(shape)}; expected "
        f"{places}, {(*places, 1)} or {tuple(shape)}."
    )


def _keep(counts: Any, shape: tuple[int, ...]) -> BoolArray:
    """Say for each place, (N, ...), whether it counts."""
    places = tuple(shape[:-1])
    if counts is None:
        return np.ones(places, bool)
    found = np.asarray(counts) != 0
    if found.shape == (*places, 1):
        found = found[..., 0]
    if found.shape != places[: found.ndim] or not found.ndim:
        raise ValueError(
            f"got a mask or weights of shape {found.shape}; expected {places} or {places[:1]}."
        )
    found = found.reshape(*found.shape, *(1,) * (len(places) - found.ndim))
    return np.broadcast_to(found, places)


def _kind(y: Array, in_rows: bool, shape: tuple[int, ...], separate: bool | None) -> Kind:
    """Tell what the units mean; y has only what counts, (m,) or (m, U)."""
    yes_or_no = bool(np.isin(y, (0, 1)).all()) or (
        shape[-1] == 1 and bool(np.isin(y, (-1, 1)).all())
    )
    if shape[-1] == 1:
        if not yes_or_no:
            raise NoClassesError(_no_classes(y))
        return "yes or no"
    if not in_rows:
        return "classes"
    shares = bool((y >= 0).all()) and bool((np.abs(y.sum(axis=-1) - 1) < 0.01).all())
    if separate is False and not shares:
        wrong = y.sum(axis=-1)[np.abs(y.sum(axis=-1) - 1) >= 0.01][:1]
        raise ValueError(
            f"got a row of labels that sums to {float(wrong[0]) if len(wrong) else 1:g}; expected "
            "1, as a softmax names one class; of several labels an input each takes a sigmoid, and "
            "the loss is a binary cross-entropy."
        )
    if yes_or_no and (separate or not shares):
        return "several"
    if shares and not separate:
        return "classes"
    raise NoClassesError(_no_classes(y))


def _no_classes(y: Array) -> str:
    low, high = float(y.min()), float(y.max())
    return (
        f"the labels run from {low:g} to {high:g} and are numbers to come close to, not classes: "
        'there is a loss, and no accuracy. "Accuracy" would be how often an output equals its '
        "number exactly, which says nothing."
    )


def _judged(kind: Kind, shape: tuple[int, ...], kept: IntArray, y: Array) -> AsExamples:
    """Give the labels of what counts, (m,) or (m, U), one an example."""
    targets = None
    if kind == "classes" and y.ndim == 2:
        if not np.isin(y, (0, 1)).all():
            targets = y.astype(np.float32)
        labels = y.argmax(axis=1)
    else:
        labels = np.maximum(y.reshape(-1), 0) if kind != "classes" else y
    labels = validate.labels("y", labels, classes=shape[-1] if kind == "classes" else 2)
    return AsExamples(kind, shape, kept, labels, targets, len(kept))


def _examples_in(shape: tuple[int, ...], kind: Kind) -> int:
    """Give the number of examples in one input's outputs (..., U)."""
    return int(np.prod(shape if kind == "several" else shape[:-1], dtype=np.int64))
