"""A look at a set of images: some of each class, as a network is shown them."""

from __future__ import annotations

import numpy as np

from lossacc.data.examples import Examples, as_examples
from lossacc.figures.draw import Picture, Table, Thumbnails
from lossacc.support.text import shown_names
from lossacc.support.types import FloatArray, IntArray

_CLASSES, _IMAGES = 4, 16  # drawn: the first classes, images in all
_COLOUR = {1: "grey", 3: "colour"}


def examples(images: Examples) -> Picture:
    """Show images of the first four classes, from the first to the last of each.

    Parameters
    ----------
    images
        A set, such as `lossacc.load_folder` gives. What lies beyond 0 (black) and 1 (white) is
        drawn as these; of other than 1 or 3 channels the first is drawn. The table counts every
        class.

    Raises
    ------
    TypeError
        If it is no set of images.
    """
    images = as_examples("images", images)
    names = shown_names(images.class_names)
    drawn = np.flatnonzero(images.counts)[:_CLASSES]
    each = _IMAGES // len(drawn)
    tiles = tuple(_some(images, int(label), names[label], each) for label in drawn)
    told = ", ".join(f"{name} {count}" for name, count in zip(names, images.counts, strict=True))
    alt = f"Some images of {len(drawn)} classes, side by side. Images of each class: {told}."
    table = Table(("class", "images"), tuple(zip(names, images.counts.tolist(), strict=True)))
    return Picture(_title(images), alt, tiles, table, 800, 260 if len(drawn) < 3 else 400)


def _title(images: Examples) -> str:
    height, width, channels = images.shape
    colour = _COLOUR.get(channels, f"{channels} channels")
    return f"{len(images)} images of {images.classes} classes, each {height}x{width} in {colour}"


def _some(images: Examples, label: int, name: str, most: int) -> Thumbnails:
    """Take so many images of a class, evenly from the first to the last."""
    places = np.flatnonzero(images.labels == label)
    chosen: IntArray = places[np.linspace(0, len(places) - 1, min(most, len(places))).astype(int)]
    return Thumbnails(
        f"{name}: {len(chosen)} of {len(places)}",
        tuple(_drawable(image) for image in images.images[chosen]),
        tuple((f"image {n}",) for n in chosen),
    )


def _drawable(image: FloatArray) -> FloatArray:
    kept = image if image.shape[-1] == 3 else image[..., :1]
    return np.clip(kept, 0, 1).astype(np.float64)
