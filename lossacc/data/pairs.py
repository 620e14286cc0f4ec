"""Two classes made of many: one against another, or one against all the others."""

from __future__ import annotations

import numpy as np

from lossacc.data.corrupt import few
from lossacc.data.examples import Examples
from lossacc.support.types import FloatArray, IntArray
from lossacc.support.validate import whole_number

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
    if examples.counts.min() < 2:
        name = examples.class_names[int(examples.counts.argmin())]
        raise ValueError(
            f"class {name!r} has {examples.counts.min()} images; expected two or more of each class"
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
    whole_number("rare", rare, least=0, most=examples.classes - 1)
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
