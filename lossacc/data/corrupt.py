"""Every way to spoil images and labels.

Each function takes a set and returns a new one; the set that it was given
stays as it was. The same arguments give the same result, bit for bit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from lossacc.data.examples import Examples, as_examples, check_room, listed
from lossacc.support.arrays import read_only
from lossacc.support.types import FloatArray, IntArray
from lossacc.support.validate import array, generator, number, quoted, whole_number

LETTERS = tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ")


def with_noise(examples: Examples, sd: float, seed: int) -> Examples:
    """Add normal noise to every value of every image.

    Parameters
    ----------
    examples
        The set to spoil.
    sd
        The standard deviation of the noise, in units of the images (black to
        white is 1), 0 to 10. The sum is not clipped, so values may leave 0..1.
    seed
        Decides the noise.
    """
    as_examples("examples", examples)
    number("sd", sd, least=0, most=10)
    noise = generator(seed, "with_noise").standard_normal(examples.images.shape, dtype=np.float32)
    return Examples(
        read_only(examples.images + np.float32(sd) * noise),
        examples.labels,
        examples.class_names,
        examples.clean_labels,
        f"{examples.source}, noise of sd {sd:g}",
    )


def wrong_labels(examples: Examples, fraction: float, seed: int) -> Examples:
    """Move exactly `round(fraction * N)` labels to another class, drawn evenly.

    The clean labels are kept in `clean_labels`. Labels that were spoilt before
    may be moved again, and so may come back to the truth.

    Parameters
    ----------
    examples
        The set to spoil.
    fraction
        How much of it, from 0 to 1.
    seed
        Decides which labels are moved and where to.
    """
    as_examples("examples", examples)
    number("fraction", fraction, least=0, most=1)
    random = generator(seed, "wrong_labels")
    moved = random.permutation(len(examples))[: round(fraction * len(examples))]
    labels = examples.labels.copy()
    steps = random.integers(1, examples.classes, size=len(moved))
    labels[moved] = (labels[moved] + steps) % examples.classes
    return Examples(
        examples.images,
        labels,
        examples.class_names,
        examples.truth,
        examples.source,
    )


def identical(examples: Examples, labels: Sequence[int] | IntArray, seed: int) -> Examples:
    """Return `len(labels)` copies of one image under the labels that you choose.

    Parameters
    ----------
    examples
        Provides the image.
    labels
        (N,) whole numbers from 0 to 25, the classes "A", "B", ...; nine
        against one is `[0] * 9 + [1]`.
    seed
        Decides which image is copied.
    """
    chosen, names = _checked_choice(labels)
    image = _one_image(as_examples("examples", examples), seed)
    check_room(f"labels asks for {len(chosen)} copies", len(chosen) * image.size)
    images = np.repeat(image[np.newaxis], len(chosen), axis=0)
    source = f"{examples.source}, one image copied"
    return Examples(read_only(images), chosen, names, source=source)


def imbalanced(examples: Examples, counts: Sequence[int] | float, seed: int) -> Examples:
    """Return a set in which some classes have more examples than others.

    Parameters
    ----------
    examples
        The set to draw from.
    counts
        K whole numbers: how many examples of each class. Or one number of at
        least 1: how many times as many the first class has as the last; the
        classes between fall by equal factors, and the set is as large as the
        examples allow.
    seed
        Decides which examples are kept, and their order.
    """
    wanted = _checked_counts(as_examples("examples", examples), counts)
    random = generator(seed, "imbalanced")
    kept = [
        random.permutation(np.flatnonzero(examples.labels == label))[:count]
        for label, count in enumerate(wanted)
    ]
    return examples.take(random.permutation(np.concatenate(kept)))


def few(examples: Examples, n: int, seed: int) -> Examples:
    """Return `n` examples, as evenly over the classes as possible, in random order.

    Parameters
    ----------
    examples
        The set to draw from.
    n
        How many, from 1 to N.
    seed
        Decides which, and which classes get one more where `n` does not divide.
    """
    whole_number("n", n, least=1, most=len(as_examples("examples", examples)))
    random = generator(seed, "few")
    order = random.permutation(len(examples))
    rank = np.empty(len(order), dtype=np.int64)  # the place of each among its own class
    for label in range(examples.classes):
        own = examples.labels[order] == label
        rank[own] = np.arange(own.sum())
    # All the firsts of their class come before all the seconds, in random order.
    chosen = order[np.argsort(rank, kind="stable")[:n]]
    return examples.take(random.permutation(chosen))


def only_classes(examples: Examples, classes: Sequence[int | str]) -> Examples:
    """Keep some classes, relabelled from 0 in the order given.

    Examples whose clean label is of another class go too.

    Parameters
    ----------
    examples
        The set to draw from; the order of the examples stays.
    classes
        At least two distinct names or numbers of classes.
    """
    numbers = _checked_classes(as_examples("examples", examples), classes)
    new = np.full(examples.classes, -1)
    new[numbers] = np.arange(len(numbers))
    kept = np.flatnonzero((new[examples.labels] >= 0) & (new[examples.truth] >= 0))
    if len(kept) == 0:
        raise ValueError(
            f"No example is of the classes {quoted(list(classes))}; expected at least one."
        )
    names = tuple(examples.class_names[old] for old in numbers)
    clean = None if examples.clean_labels is None else new[examples.clean_labels[kept]]
    images = read_only(examples.images[kept])
    return Examples(images, new[examples.labels[kept]], names, clean, examples.source)


def _one_image(examples: Examples, seed: int) -> FloatArray:
    """Return the image that the seed picks."""
    chosen = int(generator(seed, "one image").integers(len(examples)))
    return np.asarray(examples.images[chosen])


def _checked_choice(labels: Sequence[int] | IntArray) -> tuple[IntArray, tuple[str, ...]]:
    """Return chosen labels with their class names, or refuse them."""
    chosen = array("labels", labels)
    if chosen.ndim != 1 or len(chosen) == 0:
        raise ValueError(
            f"labels is {quoted(labels)}; expected a list of at least one class number."
        )
    if not np.issubdtype(chosen.dtype, np.integer):
        raise TypeError(f"labels is {quoted(labels)}; expected whole numbers.")
    if chosen.min() < 0 or chosen.max() >= len(LETTERS):
        raise ValueError(
            f"labels is {quoted(labels)}; expected numbers from 0 to {len(LETTERS) - 1}."
        )
    return chosen, LETTERS[: max(2, int(chosen.max()) + 1)]


def _checked_counts(examples: Examples, counts: Any) -> list[int]:
    """Return how many examples each class is to have, or refuse it."""
    if not isinstance(counts, (list, tuple, range, np.ndarray)):
        return _falling_counts(examples, number("counts", counts, least=1))
    wanted = [whole_number("a number in counts", count, least=0) for count in counts]
    if len(wanted) != examples.classes:
        raise ValueError(
            f"counts is {quoted(wanted)}; expected {examples.classes} numbers, one for each class."
        )
    if sum(wanted) == 0:
        raise ValueError(f"counts is {quoted(wanted)}; expected at least one example.")
    for name, count, held in zip(examples.class_names, wanted, examples.counts, strict=True):
        if count > held:
            raise ValueError(
                f"counts asks for {count} examples of class {quoted(name)}; expected at most "
                f"{held}, as there are no more."
            )
    return wanted


def _falling_counts(examples: Examples, ratio: float) -> list[int]:
    """Return counts that fall from the first class to the last by `ratio` in all."""
    weights = ratio ** -np.linspace(0, 1, examples.classes)
    wanted = np.floor(np.min(examples.counts / weights) * weights + 1e-9).astype(np.int64)
    if wanted.min() == 0:
        raise ValueError(
            f"ratio is {ratio:g}, which leaves a class without examples: {wanted.tolist()} "
            f"of {examples.counts.tolist()}; expected a smaller ratio."
        )
    return [int(count) for count in wanted]


def _checked_classes(examples: Examples, classes: Sequence[int | str]) -> list[int]:
    """Return the numbers of the classes, or refuse them."""
    wanted = listed("classes", classes, "a list of names or numbers")
    numbers = [_class_number(examples, one) for one in wanted]
    if len(numbers) < 2 or len(set(numbers)) < len(numbers):
        raise ValueError(f"classes is {quoted(list(classes))}; expected at least two, each once.")
    return numbers


def _class_number(examples: Examples, wanted: int | str) -> int:
    """Return the number of the class that is given by name or number."""
    if not isinstance(wanted, str):
        return whole_number("a number in classes", wanted, least=0, most=examples.classes - 1)
    if wanted not in examples.class_names:
        raise ValueError(
            f"classes holds {quoted(wanted)}; expected names out of {quoted(examples.class_names)}."
        )
    return examples.class_names.index(wanted)
