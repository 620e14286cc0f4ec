"""Images alike but for a detail, a view too coarse to show it, classes that look alike."""

from __future__ import annotations

import numpy as np

from lossacc.data.corrupt import few, identical
from lossacc.data.examples import Examples, as_examples, check_room
from lossacc.support.arrays import read_only
from lossacc.support.types import FloatArray, IntArray
from lossacc.support.validate import generator, number, quoted, whole_number

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
        The standard deviation of the noise by which all variants differ, in every value, 0 to
        10. The sum is not clipped.
    seed
        Decides the image, the places of the details and the noise.

    Raises
    ------
    TypeError, ValueError
        If a setting is out of range, or the image has no room for two details.
    """
    whole_number("n", n, least=1)
    number("difference", difference, least=0, most=0.5)
    number("noise", noise, least=0, most=10)
    image = identical(examples, [0], seed).images[0]
    check_room(f"n is {quoted(n)} variants", n * image.size)
    random = generator(seed, "two_details")
    leans = _LEANS[np.arange(n) % len(_LEANS)]
    images = np.repeat(image[np.newaxis], n, axis=0)
    for (row, column), lean in zip(_places(image, random), leans.T, strict=True):
        square = np.s_[row : row + _SIDE, column : column + _SIDE]
        images[:, *square] = _leaning(image[square], lean, difference)
    images += np.float32(noise) * random.standard_normal(images.shape, dtype=np.float32)
    source = f"{examples.source}, one image with two details"
    return Examples(read_only(images), leans[:, 0] ^ leans[:, 1], ("A", "B"), source=source)


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
    images = as_examples("examples", examples).images
    side = min(side, max(images.shape))
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


_MOST = 2000  # images that are compared with each other


def hardest_pair(examples: Examples) -> tuple[int, int]:
    """Give the class that is hardest to tell from the others, and the class nearest to it.

    Every image is given the label of the image nearest to it, pixel by pixel. The hardest class
    gets the smallest share of its images right; the nearest class is most often taken for it, and
    it for that. Of a large set 2000 images are compared.

    Parameters
    ----------
    examples
        Two images or more of every class.

    Raises
    ------
    ValueError
        If a class has fewer.
    """
    if as_examples("examples", examples).counts.min() < 2:
        name = examples.class_names[int(examples.counts.argmin())]
        raise ValueError(
            f"class {quoted(name)} has {examples.counts.min()} images; expected two or more of "
            "each class"
        )
    shares = _nearest(few(examples, min(len(examples), _MOST), 0))
    hardest = int(np.diag(shares).argmin())
    mixed = shares[hardest] + shares[:, hardest]
    mixed[hardest] = -1.0
    return hardest, int(mixed.argmax())


def one_against_others(examples: Examples, rare: int) -> Examples:
    """Give the same images with two classes: 1 for the class `rare`, 0 for every other.

    Parameters
    ----------
    examples
        The set; the order of its examples stays.
    rare
        A class of it.
    """
    whole_number("rare", rare, least=0, most=as_examples("examples", examples).classes - 1)
    name = examples.class_names[rare]
    clean = None if examples.clean_labels is None else _is(examples.clean_labels, rare)
    names = (f"not {name}", name)
    return Examples(examples.images, _is(examples.labels, rare), names, clean, examples.source)


def _is(labels: IntArray, rare: int) -> IntArray:
    return np.asarray(labels == rare, dtype=np.int64)


def _nearest(examples: Examples) -> FloatArray:
    """Give, for every class (row), the shares of the labels that its images' neighbours bear."""
    flat = examples.images.reshape(len(examples), -1)
    # |a - b|^2 without |a|^2, which is the same for all neighbours of a.
    apart = (flat**2).sum(axis=1) - 2 * flat @ flat.T
    np.fill_diagonal(apart, np.inf)
    counts = np.zeros((examples.classes, examples.classes))
    np.add.at(counts, (examples.labels, examples.labels[apart.argmin(axis=1)]), 1.0)
    return np.asarray(counts / counts.sum(axis=1, keepdims=True))
