"""Disjoint parts of a set, drawn by a seed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lossacc.data.examples import Examples, as_examples
from lossacc.support.types import IntArray
from lossacc.support.validate import generator, number, quoted, truth, whole_number


def split(
    examples: Examples, *sizes: int | float, seed: int, stratify: bool = False
) -> tuple[Examples, ...]:
    """Return disjoint parts of `examples`, each in random order.

    Parameters
    ----------
    examples
        The set to divide. What no part asks for is left out.
    *sizes
        The size of each part: a whole number of examples, or a fraction of all
        of them as a float from 0 to 1, rounded down.
    seed
        Decides who goes where. Without `stratify`, the first part with a
        smaller size is the beginning of the one with a larger size.
    stratify
        Give every part the classes in the shares that the whole set has, as
        nearly as whole numbers allow.

    Raises
    ------
    TypeError, ValueError
        If no size is given, one is empty, or together they exceed the set.
    """
    wanted = _checked_sizes(sizes, len(as_examples("examples", examples)))
    truth("stratify", stratify)
    random = generator(seed, "split")
    parts: Sequence[IntArray]
    if stratify:
        parts = _stratified(examples, wanted, random)
    else:
        order = random.permutation(len(examples))
        parts = np.split(order, np.cumsum(wanted))[:-1]
    return tuple(examples.take(part) for part in parts)


def _checked_sizes(sizes: tuple[int | float, ...], examples: int) -> list[int]:
    """Return the sizes as whole numbers, or refuse them."""
    if not sizes:
        raise ValueError("split was given no sizes; expected at least one.")
    wanted = [_checked_size(size, examples) for size in sizes]
    if sum(wanted) > examples:
        raise ValueError(
            f"The sizes {quoted(sizes)} ask for {quoted(sum(wanted))} examples; expected at most "
            f"{examples}."
        )
    return wanted


def _checked_size(size: int | float, examples: int) -> int:
    """Return one size as a whole number of examples."""
    if not isinstance(size, (float, np.floating)):
        return whole_number("size", size, least=1)
    # The small term keeps .29 * 100 = 28.999999999999996 from losing an example.
    count = int(number("size", size, least=0, most=1) * examples + 1e-9)
    if count == 0:
        raise ValueError(f"size {size!r} of {examples} examples is none; expected at least one.")
    return count


def _stratified(
    examples: Examples, sizes: list[int], random: np.random.Generator
) -> list[IntArray]:
    """Return the indices of each part, shared out class by class."""
    pools = [
        random.permutation(np.flatnonzero(examples.labels == k)) for k in range(examples.classes)
    ]
    parts = []
    for size in sizes:
        left = np.array([len(pool) for pool in pools])
        counts = _shares(left, size, random)
        taken = [pool[:count] for pool, count in zip(pools, counts, strict=True)]
        pools = [pool[count:] for pool, count in zip(pools, counts, strict=True)]
        parts.append(random.permutation(np.concatenate(taken)))
    return parts


def _shares(left: IntArray, size: int, random: np.random.Generator) -> IntArray:
    """Divide `size` in proportion to `left`, by largest remainder, ties by chance."""
    total = int(left.sum())
    counts, remainders = np.divmod(left * size, total)
    order = np.lexsort((random.random(len(left)), -remainders))
    counts[order[: size - int(counts.sum())]] += 1
    return np.asarray(counts)
