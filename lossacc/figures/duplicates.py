"""Images that look alike, side by side, with the labels that they bear."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

import numpy as np

from lossacc.analysis.label_conflicts import Conflicts
from lossacc.figures.draw import Picture, Table, Thumbnails
from lossacc.support import validate
from lossacc.support.text import shown_names
from lossacc.support.types import FloatArray, IntArray

_DRAWN, _IMAGES, _LISTED = 3, 12, 100  # groups, images in all, rows of the table
_WIDTH = 800


def conflicts(found: Conflicts) -> Picture:
    """Show the images of the first groups of conflicting duplicates side by side.

    Parameters
    ----------
    found
        What `lossacc.find_conflicts` gave.

    Raises
    ------
    ValueError
        If there are no conflicts to show.
    """
    validate.instance("found", found, Conflicts, "what lossacc.find_conflicts gives")
    if not found.groups:
        raise ValueError(f"{found.found}: there is nothing to show.")
    many = len(found.groups)
    headings = [f"{k} of {many}: {group.kind}" for k, group in enumerate(found.groups, start=1)]
    places = [group.indices for group in found.groups]
    title = found.found + (f": {found.bound}" if found.best_accuracy < 1.0 else "")
    return duplicates(title, headings, places, found.images, found.labels.tolist())


def duplicates(
    title: str,
    headings: Sequence[str],
    groups: Sequence[Sequence[int]],
    images: FloatArray | IntArray,
    labels: Sequence[object],
) -> Picture:
    """Show groups of images side by side, each image with its number and its label.

    The first three groups are drawn, and of each as many images as there is room for, one of every
    label before the second of any. The table lists the first hundred images.

    Parameters
    ----------
    title
        What the figure says.
    headings
        What the images of each group have in common.
    groups
        For each group the places of its images.
    images
        Shape (N, H, W, C), on any scale. Black is 0 or the lowest value drawn, white is 1 or the
        highest.
    labels
        N labels.

    Returns
    -------
    Picture
    """
    labels = _shown_labels(labels)
    each = _IMAGES // max(1, min(len(groups), _DRAWN))
    drawn = [_mixed(group, labels)[:each] for group in groups[:_DRAWN]]
    low, high = _range([images[n] for group in drawn for n in group])
    tiles = tuple(
        Thumbnails(
            heading,
            tuple((_drawable(images[n]) - low) / (high - low) for n in group),
            tuple((f"label {labels[n]}", f"image {n}") for n in group),
        )
        for heading, group in zip(headings, drawn, strict=False)
    )
    alt = _alt(headings, drawn, labels)
    table = _table(headings, groups, labels)
    one_row = max(map(len, drawn), default=0) <= each // 2
    height = 240 if one_row else 400
    return Picture(title, alt, tiles, table, _WIDTH, height)


def _shown_labels(labels: Sequence[object]) -> list[str]:
    """Write labels so that they can be seen and told apart."""
    different = list(dict.fromkeys(map(str, labels)))
    told = dict(zip(different, shown_names(different), strict=True))
    return [told[str(label)] for label in labels]


def _mixed(group: Sequence[int], labels: Sequence[object]) -> list[int]:
    """Order a group so that the firsts of every label come before all the seconds."""
    seen: dict[object, int] = {}
    rank = []
    for n in group:
        rank.append(seen.get(labels[n], 0))
        seen[labels[n]] = rank[-1] + 1
    return [group[place] for place in np.argsort(rank, kind="stable")]


def _drawable(image: FloatArray | IntArray) -> FloatArray:
    """Give an image in one channel or three: the first ones of those that it has."""
    kept = 3 if image.shape[-1] >= 3 else 1
    return np.asarray(image[..., :kept], dtype=np.float64)


def _range(images: Sequence[FloatArray | IntArray]) -> tuple[float, float]:
    """Give the values to draw as black and as white: 0 and 1, unless the images go beyond."""
    low = min((float(image.min()) for image in images), default=0.0)
    high = max((float(image.max()) for image in images), default=1.0)
    return min(low, 0.0), max(high, 1.0)


def _table(
    headings: Sequence[str], groups: Sequence[Sequence[int]], labels: Sequence[object]
) -> Table:
    rows = (
        (heading, int(n), str(labels[n]))
        for heading, group in zip(headings, groups, strict=True)
        for n in group
    )
    return Table(("group", "image", "label"), tuple(islice(rows, _LISTED)))


def _alt(headings: Sequence[str], drawn: Sequence[Sequence[int]], labels: Sequence[object]) -> str:
    """Name the images that are drawn."""
    groups = (
        f"{heading}: " + ", ".join(f"image {n} labelled {labels[n]}" for n in group)
        for heading, group in zip(headings, drawn, strict=False)
    )
    return f"Images that look alike, side by side. {'; '.join(groups)}."
