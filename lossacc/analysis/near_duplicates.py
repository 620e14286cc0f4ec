"""Which images of a set are the same, and which are nearly so.

How far apart two images are: each loses its brightness, the mean of each channel, and its
contrast, the root-mean-square of what then remains. The distance is the root-mean-square
difference of the two results. Its unit is therefore the images' own contrast, whatever the scale
of the pixels. With r the correlation of the pixels, it is sqrt(2 - 2 r).
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Iterator

import numpy as np

from lossacc.support.types import BoolArray, FloatArray, IntArray

_VALUES = 2**22  # pixel values worked on at once: 32 MiB in float64
_ROWS = 256  # images compared with all the others at once
_DIRECTIONS = 128  # in which images are compared at first
_SIDE = 16  # pixels a side, to which images are averaged for that
_SAMPLE = 2048  # images that choose the directions
_SLACK = 1e-5  # more than the rounding of float32 takes from a product of two sketches
_BLANK = 1e-6  # of the largest value: less contrast than this is rounding


def first_copies(images: Iterable[FloatArray | IntArray]) -> IntArray:
    """Give for each image the place of the first one with the same values.

    Parameters
    ----------
    images
        Shape (N, ...), or N of one shape and type; without NaN.

    Returns
    -------
    IntArray
        Shape (N,). An image without an earlier copy has its own place.
    """
    seen: dict[bytes, int] = {}
    places = [seen.setdefault(_digest(image), place) for place, image in enumerate(images)]
    return np.array(places, dtype=np.int64)


def _digest(image: FloatArray | IntArray) -> bytes:
    """Give 128 bits that two different images never share in practice."""
    # Adding 0 makes 0.0 of -0.0, which is the same value in other bytes.
    return hashlib.blake2b((image + 0).tobytes(), digest_size=16).digest()


def looks(images: FloatArray | IntArray) -> FloatArray:
    """Strip images of their brightness and contrast.

    Parameters
    ----------
    images
        Shape (N, H, W, C), finite.

    Returns
    -------
    FloatArray
        Shape (N, H * W * C), float64: rows of length 1, each channel with mean 0, so that the
        product of two rows is their correlation. Zeros for a blank image, one whose channels are
        constant: it has no contrast to be measured by.
    """
    pixels = images.astype(np.float64)
    every = (1, 2, 3)
    largest = np.maximum(pixels.max(axis=every), -pixels.min(axis=every))
    pixels /= np.where(largest > 0, largest, 1.0)[:, np.newaxis, np.newaxis, np.newaxis]
    pixels -= pixels.mean(axis=(1, 2), keepdims=True)
    rows = pixels.reshape(len(pixels), math.prod(images.shape[1:]))
    length = np.sqrt(np.einsum("nd,nd->n", rows, rows))
    blank = length <= _BLANK * np.sqrt(rows.shape[1])
    rows /= np.where(blank, np.inf, length)[:, np.newaxis]
    return np.asarray(rows)


def link(
    images: FloatArray | IntArray, places: IntArray, kinds: IntArray, near: float
) -> tuple[IntArray, FloatArray]:
    """Join the images that are near each other and of different kinds.

    Parameters
    ----------
    images
        Shape (N, H, W, C), finite.
    places
        Shape (M,): which images to compare.
    kinds
        Shape (M,): two images of one kind are never joined directly.
    near
        The largest distance of two images that are joined, 0 to 1. At 0 none are.

    Returns
    -------
    groups
        Shape (M,): images joined directly or through others have the same number.
    closest
        Shape (M,): the distance to the closest image that it is joined with directly; infinity
        where there is none.

    Notes
    -----
    All pairs are first compared by sketches of 129 numbers, which never make two images look less
    alike than they are; only the pairs that pass are compared in all their pixels. So no pair is
    missed, and little is computed where few images are alike.
    """
    groups, closest = np.arange(len(places)), np.full(len(places), np.inf)
    if near == 0:
        return groups, closest
    sketches = _sketches(images, places)
    least = 1.0 - near**2 / 2  # the correlation at the distance `near`
    for start in range(0, len(places), _ROWS):
        maybe = sketches[start : start + _ROWS] @ sketches[start:].T >= least
        maybe &= kinds[start : start + _ROWS, np.newaxis] != kinds[np.newaxis, start:]
        rows, columns = (start + np.flatnonzero(maybe.any(axis=axis)) for axis in (1, 0))
        own = looks(images[places[rows]])
        for some in _parts(columns, own.shape[1]):
            likeness = own @ looks(images[places[some]]).T
            likeness[~maybe[np.ix_(rows - start, some - start)]] = -1.0
            _note_closest(closest, rows, some, likeness, least)
            _join(groups, rows, some, likeness >= least)
    return groups, closest


def _sketches(images: FloatArray | IntArray, places: IntArray) -> FloatArray:
    """Give (M, k + 1) float32: what is seen of each image from k directions, and how much is not.

    The last number is the length of the unseen rest of a look. The product of two rests is at
    most the product of their lengths, so that of two sketches is at least that of the looks.
    """
    parts = _parts(places, math.prod(images.shape[1:]))
    small = np.concatenate([_shrunk(looks(images[some]), images.shape[1:]) for some in parts])
    seen = small @ _directions(small)
    rest = np.sqrt(1.0 + _SLACK - np.square(seen).sum(axis=1))
    return np.column_stack([seen, rest])


def _shrunk(full: FloatArray, shape: tuple[int, ...]) -> FloatArray:
    """Average blocks of pixels, so that at most 16 are left a side: (M, D) to (M, d), float32.

    Divided by the root of their number, the sum over a block is an orthonormal projection.
    """
    height, width, channels = shape
    down, across = -(-height // _SIDE), -(-width // _SIDE)
    rows, columns = height // down, width // across
    kept = full.reshape(-1, *shape)[:, : rows * down, : columns * across]
    blocks = kept.reshape(-1, rows, down, columns, across, channels)
    sums = blocks.sum(axis=(2, 4)).reshape(len(full), rows * columns * channels)
    return np.asarray(sums / np.sqrt(down * across), dtype=np.float32)


def _directions(small: FloatArray) -> FloatArray:
    """Give (d, k) orthonormal columns, about those along which the images differ most.

    One step of a power iteration from random columns, on some of the images. Which columns come
    out decides how much work the sketches save, and nothing else.
    """
    some = small[:: -(-len(small) // _SAMPLE)]
    random = np.random.default_rng(0).standard_normal(
        (small.shape[1], min(_DIRECTIONS, small.shape[1])), dtype=np.float32
    )
    return np.asarray(np.linalg.qr(some.T @ (some @ random))[0])


def _parts(places: IntArray, values: int) -> Iterator[IntArray]:
    """Divide places into parts that hold about `_VALUES` pixel values each."""
    step = max(1, _VALUES // values)
    for start in range(0, len(places), step):
        yield places[start : start + step]


def _note_closest(
    closest: FloatArray, rows: IntArray, columns: IntArray, likeness: FloatArray, least: float
) -> None:
    """Lower the distances of those that found a closer image."""
    for places, axis in ((rows, 1), (columns, 0)):
        best = likeness.max(axis=axis, initial=-1.0)
        distance = np.sqrt(np.maximum(2.0 - 2.0 * best, 0.0))
        closest[places] = np.minimum(closest[places], np.where(best >= least, distance, np.inf))


def _join(groups: IntArray, rows: IntArray, columns: IntArray, joined: BoolArray) -> None:
    """Give the lowest of their numbers to all images that are now in one group."""
    for row in np.flatnonzero(joined.any(axis=1)):
        numbers = np.append(groups[columns[joined[row]]], groups[rows[row]])
        merged = np.zeros(len(groups), dtype=np.bool_)
        merged[numbers] = True
        groups[merged[groups]] = numbers.min()
