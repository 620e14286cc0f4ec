"""Conflicting duplicates: the same image, or nearly the same, under different labels.

A network gives one image one answer. Of five copies labelled A and five labelled B at most half
are right, and their mean loss is at least ln 2, whatever is trained and for however long.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from lossacc.analysis.near_duplicates import first_copies, link
from lossacc.losses.bounds import base_rate, prior_entropy
from lossacc.support import validate
from lossacc.support.report import Report
from lossacc.support.text import Sheet, how_many, nats
from lossacc.support.types import FloatArray, IntArray

NEAR = 0.18  # find_conflicts says why
Label = int | bool | str
_LISTED, _NAMED = 20, 8  # groups in the text, and images of each


@dataclass(frozen=True)
class Group:
    """Images that look alike and do not all bear the same label.

    Parameters
    ----------
    indices
        Their places in the set, the lowest first. Each is near another one of another label.
    labels
        Their labels, in the same order.
    distance
        Between the two closest that bear different labels, as `find_conflicts` measures it.
    exact
        Whether all are identical.
    """

    indices: tuple[int, ...]
    labels: tuple[Label, ...]
    distance: float
    exact: bool

    @property
    def kind(self) -> str:
        """`identical`, or how far apart the two closest are."""
        return "identical" if self.exact else f"{nats(self.distance)} apart"

    def __str__(self) -> str:
        """Give one line, each image with its label in brackets."""
        named = [f"{n} ({label})" for n, label in zip(self.indices, self.labels, strict=True)]
        more = f" and {len(named) - _NAMED} more" if len(named) > _NAMED else ""
        return f"{self.kind}: {', '.join(named[:_NAMED])}{more}"


@dataclass(frozen=True, repr=False)
class Conflicts(Report):
    """The conflicting duplicates of a set. It prints as a list.

    `lossacc.figures.conflicts` shows the images.

    Parameters
    ----------
    groups
        First the groups of identical images, the largest at the top. Then those of near ones, the
        closest at the top; an image that is in a group of identical ones may be in one of these
        too.
    best_accuracy
        The largest share of the labels that any function of the image can get right, because of
        the identical images alone: of each set of copies the commonest label.
    lowest_loss
        The least mean cross-entropy in nats that any function of the image can have on the
        labels, for the same reason: for each set of copies the entropy of its labels.
    images
        Shape (N, H, W, C): all that were searched.
    labels
        Their N labels.
    """

    groups: tuple[Group, ...]
    best_accuracy: float
    lowest_loss: float
    images: FloatArray | IntArray = field(repr=False, compare=False)
    labels: npt.NDArray[Any] = field(repr=False, compare=False)

    @property
    def size(self) -> int:
        """The number of images searched, N."""
        return len(self.labels)

    @property
    def indices(self) -> IntArray:
        """The places of all images in conflict, the lowest first."""
        found = {n for group in self.groups for n in group.indices}
        return np.array(sorted(found), dtype=np.int64)

    @property
    def headline(self) -> str:
        """What was found, and what follows from it."""
        bound = "No two identical images bear different labels, so every label can be right"
        if self.best_accuracy < 1.0:
            bound = f"Because of identical ones {self.bound}"
        return f"{self.found}.\n{bound}."

    @property
    def lines(self) -> tuple[str, ...]:
        """A line for each of the first groups."""
        more = len(self.groups) - _LISTED
        told = tuple(f"  {group}" for group in self.groups[:_LISTED])
        return (*told, f"  and {more} groups more") if more > 0 else told

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """The first groups as a table, where there are any."""
        rows = tuple(tuple(str(group).partition(": ")[::2]) for group in self.groups[:_LISTED])
        return (Sheet(("group", "images and labels"), rows),) if rows else ()

    @property
    def found(self) -> str:
        """How many images are in conflict, in words."""
        if not self.groups:
            return f"None of {how_many(self.size)} looks like another one with a different label"
        some = f"{len(self.indices)} of {how_many(self.size)}"
        return f"{some} look like another one with a different label"

    @property
    def bound(self) -> str:
        """What identical images under different labels cost, in words."""
        right = round(self.best_accuracy * self.size)
        loss = nats(self.lowest_loss)
        return f"at most {right} labels can be right, and the mean loss is at least {loss} nats"


def find_conflicts(
    images: npt.ArrayLike, labels: npt.ArrayLike, *, near: float = NEAR
) -> Conflicts:
    """Find the images that look the same, or nearly the same, and bear different labels.

    Parameters
    ----------
    images
        Shape (N, H, W) or (N, H, W, C), bytes or floating point, on any scale.
    labels
        Shape (N,): whole numbers or names.
    near
        How far apart two images may be, from 0 (only identical ones are found) to 1. The
        distance is their root-mean-square difference, once each has lost its brightness (the
        mean of each channel) and been brought to the same contrast (the standard deviation that
        is left); its unit is that contrast. At .2 what differs is a fifth of what the image
        shows, and the pixels correlate at .98. Unrelated images are about 1.4 apart.

    Returns
    -------
    Conflicts
        The groups, and what the identical images cost in accuracy and loss.

    Raises
    ------
    TypeError, ValueError
        If the images or labels have another shape or type, or hold NaN or infinity, or `near` is
        out of range.

    Notes
    -----
    Why .18: it lies midway, in factors, between the two things to tell apart. Noise of 2 % of the
    range from black to white moves a copy .05 to .07 away from a digit, and .05 to .18 from a
    colour glyph of 16x16 pixels, .09 as a rule. The closest two of different classes that are no
    copies are .36 apart among the digits, .4 among such glyphs, and .22 in 7,558 pieces of
    photographs. Images with little contrast, or that differ in small things which matter, need a
    value of their own: look at the groups.

    A group holds what is linked by conflicts, so its ends may be further apart than `near`. Blank
    images have no contrast to measure by: they count only where they are identical. Shifted,
    turned or mirrored copies are not found.

    Examples
    --------
    >>> import numpy as np
    >>> image = np.random.default_rng(0).random((8, 8))
    >>> print(find_conflicts([image, image, 1 - image], ["cat", "dog", "dog"]))
    2 of 3 images look like another one with a different label.
    Because of identical ones at most 2 labels can be right, and the mean loss is at least 0.462 \
nats.
      identical: 0 (cat), 1 (dog)
    """
    near = validate.number("near", near, least=0, most=1)
    pixels = _checked_images(images)
    told = _checked_labels(labels, len(pixels))
    codes = np.unique(told, return_inverse=True)[1]
    first = first_copies(pixels)
    exact = _exact(told, codes, first)
    groups = (*exact, *_near(pixels, told, codes, first, near))
    return Conflicts(groups, *_bounds(exact, codes), pixels, told)


def _exact(labels: npt.NDArray[Any], codes: IntArray, first: IntArray) -> list[Group]:
    """Give the groups of identical images, the largest first."""
    mixed = np.unique(first[codes != codes[first]])
    groups = [_group(np.flatnonzero(first == place), labels, 0.0, exact=True) for place in mixed]
    return sorted(groups, key=lambda group: (-len(group.indices), group.indices))


def _near(
    images: FloatArray | IntArray,
    labels: npt.NDArray[Any],
    codes: IntArray,
    first: IntArray,
    near: float,
) -> list[Group]:
    """Give the groups of images that are near others, the closest first."""
    places, copy_of = np.unique(first, return_inverse=True)
    # Copies of one image under several labels conflict with all that is near: a kind of their own.
    kinds = codes[places]
    mixed = copy_of[codes != codes[first]]
    kinds[mixed] = -1 - mixed
    numbers, closest = link(images, places, kinds, near)
    hit = np.flatnonzero(np.isfinite(closest[copy_of]))
    hit = hit[np.argsort(numbers[copy_of[hit]], kind="stable")]
    ends = np.flatnonzero(np.diff(numbers[copy_of[hit]])) + 1
    groups = [
        _group(members, labels, closest[copy_of[members]].min(), exact=False)
        for members in np.split(hit, ends)
        if len(members)
    ]
    return sorted(groups, key=lambda group: (group.distance, group.indices))


def _group(members: IntArray, labels: npt.NDArray[Any], distance: float, *, exact: bool) -> Group:
    told = labels[members].tolist()
    return Group(tuple(members.tolist()), tuple(told), float(distance), exact)


def _bounds(exact: list[Group], codes: IntArray) -> tuple[float, float]:
    """Give the best accuracy and the lowest loss that the identical images leave."""
    told = [codes[list(group.indices)] for group in exact]
    wrong = sum(len(own) * (1.0 - base_rate(own)) for own in told)
    lost = sum(len(own) * prior_entropy(own) for own in told)
    return 1.0 - wrong / len(codes), lost / len(codes)


def _checked_images(images: npt.ArrayLike) -> FloatArray | IntArray:
    """Return the images in four axes, or refuse them."""
    pixels = validate.read("images", images, "biuf", validate.NUMBERS)
    if pixels.ndim not in (3, 4) or 0 in pixels.shape:
        raise ValueError(
            f"images has the shape {pixels.shape}; expected (N, height, width) or "
            "(N, height, width, channels), with at least one image."
        )
    pixels = pixels.reshape(*pixels.shape[:3], -1)
    bad = np.flatnonzero(~np.isfinite(pixels).all(axis=(1, 2, 3)))
    if len(bad):
        raise ValueError(
            f"images holds NaN or infinity in {len(bad)} of {len(pixels)} images, first in "
            f"image {bad[0]}; expected finite numbers."
        )
    return pixels


def _checked_labels(labels: npt.ArrayLike, size: int) -> npt.NDArray[Any]:
    """Return the labels as whole numbers, booleans or texts, or refuse them."""
    told = validate.read("labels", labels, "biufUO", "whole numbers or names")
    if told.shape == (size, 1):  # as Keras' own data sets have them
        told = told[:, 0]
    if told.shape != (size,):
        hint = " For one-hot labels take labels.argmax(axis=1)." if told.ndim == 2 else ""
        raise ValueError(
            f"labels has the shape {told.shape}; expected ({size},), one for each image.{hint}"
        )
    if told.dtype.kind == "O" and all(isinstance(one, str) for one in told):
        told = told.astype(np.str_)
    if told.dtype.kind == "f" and np.isfinite(told).all() and (told == np.rint(told)).all():
        told = told.astype(np.int64)
    if told.dtype.kind not in "biuU":
        raise TypeError(f"labels is {validate.quoted(labels)}; expected whole numbers or names.")
    return told
