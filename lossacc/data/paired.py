"""Images that are alike but for a detail, and a view too coarse to show it."""

from __future__ import annotations

import numpy as np

from lossacc.data.corrupt import identical
from lossacc.data.examples import Examples
from lossacc.support.types import FloatArray, IntArray
from lossacc.support.validate import generator, number, whole_number

_SIDE = 2  # of a detail, in pixels
# Which half of each of the two details is the brighter one: all four combinations, A and B in turn.
_LEANS = np.array([[0, 0], [0, 1], [1, 1], [1, 0]])


def two_details(
    examples: Examples, n: int, *, difference: float = 0.4, noise: float = 0.05, seed: int
) -> Examples:
    """Return variants of one image whose class two small details decide together.

    A detail is a square of two by two pixels. One half of it, the left or the right, is brighter
    than the square's mean by `difference`, and the other darker. The class is "A" where both
    details have their brighter half on the same side, and "B" where they do not. So no pixel by
    itself says anything about the class, and no weighted sum of pixels does; the two details must
    be seen together.

    Parameters
    ----------
    examples
        Provides the image: the one that `identical` copies for the same seed.
    n
        How many variants. Of every four in a row, two are A and two are B, and no two show the
        same details.
    difference
        How much brighter and darker the halves are, 0 to .5.
    noise
        The standard deviation of the noise by which all variants differ, in every value. The sum
        is not clipped.
    seed
        Decides the image, the places of the details and the noise.

    Raises
    ------
    TypeError, ValueError
        If a setting is out of range, or the image has no room for two details.
    """
    whole_number("n", n, least=1)
    number("difference", difference, least=0, most=0.5)
    number("noise", noise, least=0)
    image = identical(examples, [0], seed).images[0]
    random = generator(seed, "two_details")
    leans = _LEANS[np.arange(n) % len(_LEANS)]
    images = np.repeat(image[np.newaxis], n, axis=0)
    for (row, column), lean in zip(_places(image, random), leans.T, strict=True):
        square = np.s_[row : row + _SIDE, column : column + _SIDE]
        images[:, *square] = _leaning(image[square], lean, difference)
    images += np.float32(noise) * random.standard_normal(images.shape, dtype=np.float32)
    source = f"{examples.source}, one image with two details"
    return Examples(images, leans[:, 0] ^ leans[:, 1], ("A", "B"), source=source)


def pixelated(examples: Examples, side: int = _SIDE) -> Examples:
    """Replace every square of pixels by its mean, as a camera with larger pixels would see it.

    Parameters
    ----------
    examples
        The set to spoil. The images keep their size.
    side
        The side of the squares in pixels; those at the right and lower edge may be smaller.
    """
    whole_number("side", side, least=1)
    images = examples.images
    for axis in (1, 2):
        size = images.shape[axis]
        starts = np.arange(0, size, side)
        sums = np.add.reduceat(images, starts, axis=axis)
        widths = np.diff(np.append(starts, size))
        images = np.repeat(sums, widths, axis=axis) / _along(np.repeat(widths, widths), axis)
    return Examples(
        images.astype(np.float32),
        examples.labels,
        examples.class_names,
        examples.clean_labels,
        f"{examples.source}, pixels {side} times as large",
    )


def _places(image: FloatArray, random: np.random.Generator) -> IntArray:
    """Return row and column of the corners of two different squares, shape (2, 2).

    Rows and columns are even, so that larger pixels of the same side hold a detail each.
    """
    rows, columns = (size // _SIDE for size in image.shape[:2])
    if rows * columns < 2:
        raise ValueError(
            f"The images have the shape {image.shape}; expected room for two squares of "
            f"{_SIDE} by {_SIDE} pixels."
        )
    chosen = random.permutation(rows * columns)[:2]
    return _SIDE * np.stack(np.divmod(chosen, columns), axis=1)


def _leaning(square: FloatArray, lean: IntArray, difference: float) -> FloatArray:
    """Return a detail with its brighter half left (0) or right (1), shape (N, 2, 2, C).

    The mean of its pixels is the same on either side, and they stay within 0..1.
    """
    middle = np.clip(square.mean(axis=(0, 1)), difference, 1 - difference)
    signs = np.where(np.stack([lean == 0, lean == 1], axis=1), difference, -difference)
    halves = middle + signs[:, np.newaxis, :, np.newaxis]
    return np.broadcast_to(halves, (len(lean), _SIDE, *halves.shape[2:]))


def _along(values: IntArray, axis: int) -> IntArray:
    """Shape values so that they lie along one axis of the images."""
    return values.reshape([-1 if place == axis else 1 for place in range(4)])
