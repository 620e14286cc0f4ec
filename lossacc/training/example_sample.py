"""Draw a fixed set of examples, the probe, from arrays or from a `tf.data.Dataset`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from lossacc.data import Examples
from lossacc.support import validate
from lossacc.support.keras_api import keras, tensorflow
from lossacc.support.types import FloatArray, IntArray, Seed
from lossacc.training.on_device import Data, unpacked, weights_of

_WHOLE = 1000  # sets up to this size are recorded whole: that costs little, and a part says little
_SHARE = 8  # an eighth of the images adds about a twentieth to the time of `fit`
Quota = Callable[[int], int]  # from the number of examples to the number drawn


@dataclass(frozen=True, eq=False)
class Probe:
    """The drawn examples.

    Parameters
    ----------
    data
        `Examples` or a pair (x, y) of n examples.
    indices
        Shape (n,), rising: which of all examples they are, counted as they came.
    total
        How many examples there were, N.
    weights
        Shape (n,): their sample weights, where the data had any.
    """

    data: Data
    indices: IntArray
    total: int
    weights: FloatArray | None = None

    def __str__(self) -> str:
        """Say how many were drawn."""
        drawn = len(self.indices)
        return f"all {drawn}" if drawn == self.total else f"{drawn} of {self.total}"


def quota(probe: int | float | str | None) -> Quota:
    """Read how much to draw.

    Parameters
    ----------
    probe
        None for an eighth, though sets of up to 1000 are taken whole and larger ones give 1000 at
        least; "all"; a whole number of examples; or a share of them, above 0 and up to 1.

    Raises
    ------
    ValueError
        If it is none of these.
    """
    if probe is None:
        return lambda n: min(n, max(n // _SHARE, _WHOLE))
    if probe == "all":
        return lambda n: n
    if isinstance(probe, (float, np.floating)) and 0 < probe <= 1:
        return lambda n: max(1, round(n * probe))
    if not isinstance(probe, (int, np.integer)) or isinstance(probe, bool) or probe < 1:
        raise ValueError(
            f"probe is {validate.quoted(probe)}; expected a number of examples, a share (above 0, "
            'up to 1.0) or "all".'
        )
    return lambda n: min(n, int(probe))


def draw(data: Any, size: Quota, seed: Seed = 0) -> Probe:
    """Draw the probe.

    Parameters
    ----------
    data
        `Examples`, (x, y), (x, y, sample_weight) or a batched `tf.data.Dataset` of such pairs. A
        data set is walked through once (twice where it does not know its length), and only what
        is drawn is kept.
    size
        How many to draw.
    seed
        Decides which.

    Raises
    ------
    TypeError, ValueError
        If the data is none of these, is empty, is not batched, or never ends.
    """
    if isinstance(data, tensorflow().data.Dataset):
        return _from_dataset(data, size, seed)
    if isinstance(data, Examples):
        chosen = _chosen(len(data), size, seed)
        return Probe(data.take(chosen), chosen, len(data))
    if isinstance(data, (tuple, list)) and len(data) in (2, 3):
        return _from_arrays(*data, size=size, seed=seed)
    raise TypeError(
        f"got {validate.quoted(data)} for the examples; expected lossacc Examples, a pair (x, y) "
        "or a tf.data.Dataset; from a generator, take the arrays of a fixed set of examples."
    )


def _chosen(total: int, size: Quota, seed: Seed) -> IntArray:
    """Choose examples by their places, in rising order."""
    picked = np.random.default_rng(seed).permutation(total)[: size(total)]
    return np.sort(picked)


def _from_arrays(x: Any, y: Any, weights: Any = None, *, size: Quota, seed: Seed) -> Probe:
    x, y, goal = unpacked((x, y))
    chosen = _chosen(len(goal.labels), size, seed)
    each = weights_of(goal.labels, None, weights)
    drawn = None if each is None else each[chosen]
    return Probe((x[chosen], y[chosen]), chosen, len(goal.labels), drawn)


def _from_dataset(dataset: Any, size: Quota, seed: Seed) -> Probe:
    """Walk through a data set and keep the chosen examples."""
    _check_dataset(dataset)
    wanted = _chosen(_length(dataset), size, seed)
    parts, total = [], 0
    for batch in _batches(dataset):
        count = len(batch[0])
        here = wanted[(wanted >= total) & (wanted < total + count)] - total
        parts.append(tuple(None if part is None else part[here] for part in batch))
        total += count
    x, y, weights = (None if p[0] is None else np.concatenate(p) for p in zip(*parts, strict=True))
    return Probe((x, y), wanted[wanted < total], total, weights)


def _batches(dataset: Any) -> Iterator[tuple[Any, Any, Any]]:
    """Give x, y and the sample weights of each batch as arrays."""
    for batch in dataset.as_numpy_iterator():
        x, y, weights = keras().utils.unpack_x_y_sample_weight(batch)
        yield np.asarray(x), np.asarray(y), weights


def _length(dataset: Any) -> int:
    """Count the examples; a short last batch makes the answer up to one batch too high."""
    first = next(_batches(dataset), None)
    if first is None:
        raise ValueError("the data set is empty; expected one batch at least.")
    batches = int(dataset.cardinality())
    if batches < 0:  # it does not know
        return sum(len(batch[0]) for batch in _batches(dataset))
    return batches * len(first[0])


def _check_dataset(dataset: Any) -> None:
    """Refuse a data set that never ends, or does not give batches (x, y)."""
    if int(dataset.cardinality()) == tensorflow().data.INFINITE_CARDINALITY:
        raise ValueError("the data set repeats without end; pass it as it is before .repeat().")
    spec = dataset.element_spec
    if not isinstance(spec, tuple) or not all(hasattr(part, "shape") for part in spec[:2]):
        raise ValueError("the data set gives no pairs; expected (images, labels).")
    if len(spec) < 2 or spec[1].shape.rank == 0:
        raise ValueError("the data set gives single examples; expected batches: use .batch(32).")
