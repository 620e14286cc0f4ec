"""Draw a fixed set of examples, the probe, from arrays or from what gives batches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from lossacc.data import Examples
from lossacc.support import validate
from lossacc.support.types import IntArray, Seed
from lossacc.training.batches import Tree, batches_of, joined, read, rows_of, size_of
from lossacc.training.on_device import Data

_WHOLE = 1000  # sets up to this size are recorded whole: that costs little, and a part says little
_SHARE = 8  # an eighth of the images adds about a twentieth to the time of `fit`
Quota = Callable[[int], int]  # from the number of examples to the number drawn


@dataclass(frozen=True, eq=False)
class Probe:
    """The drawn examples.

    Parameters
    ----------
    data
        `Examples` or a pair (x, y) of n examples; x and y are trees of arrays.
    indices
        Shape (n,), rising: which of all examples they are, counted as they came.
    total
        How many examples there were, N.
    weights
        Their sample weights, where the data had any: (n,), or one for each place in y.
    note
        What of the data was looked at, where that is not all of it.
    """

    data: Data
    indices: IntArray
    total: int
    weights: Tree = None
    note: str = ""

    def __str__(self) -> str:
        """Say how many were drawn."""
        drawn = len(self.indices)
        of = f" {self.note}" if self.note else ""
        return (f"all {drawn}" if drawn == self.total else f"{drawn} of {self.total}") + of

    @property
    def examples(self) -> tuple[Tree, Tree]:
        """Inputs and labels."""
        data = self.data
        return (data.images, data.labels) if isinstance(data, Examples) else data


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
        `Examples`, (x, y), (x, y, sample_weight), or what gives such batches: a `tf.data.Dataset`,
        a `keras.utils.PyDataset`, a loader with a length, a generator. x may be a list or dict of
        inputs. It is walked through once (twice where it does not know its length), and only what
        is drawn is kept; of a generator and of what has no end 32 batches are taken.
    size
        How many to draw.
    seed
        Decides which.

    Raises
    ------
    TypeError, ValueError
        If the data is none of these, is empty, is not batched, or never ends.
    """
    if isinstance(data, Examples):
        chosen = _chosen(len(data), size, seed)
        return Probe(data.take(chosen), chosen, len(data))
    if isinstance(data, (tuple, list)) and len(data) in (2, 3):
        batch = read(*data)
        total = size_of(batch[0])
        chosen = _chosen(total, size, seed)
        x, y, weights = rows_of(batch, chosen)
        return Probe((x, y), chosen, total, weights)
    return _from_batches(data, size, seed)


def _chosen(total: int, size: Quota, seed: Seed) -> IntArray:
    """Choose examples by their places, in rising order."""
    picked = np.random.default_rng(seed).permutation(total)[: size(total)]
    return np.sort(picked)


def _from_batches(data: Any, size: Quota, seed: Seed) -> Probe:
    """Walk through batches and keep the chosen examples."""
    batches = batches_of(data)
    wanted = _chosen(batches.length, size, seed)
    parts, total = [], 0
    for batch in batches.begin():
        count = size_of(batch[0])
        here = wanted[(wanted >= total) & (wanted < total + count)] - total
        parts.append(rows_of(batch, here))
        total += count
    x, y, weights = joined(parts)
    return Probe((x, y), wanted[wanted < total], total, weights, batches.note)
