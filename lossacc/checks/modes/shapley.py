"""Split a difference between several switches, in an order that nobody has to choose."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from lossacc.checks.modes.switches import AUGMENTATION, DROPOUT, OTHER, STATISTICS

Switched = frozenset[str]


def subsets(switches: Sequence[str]) -> Iterator[Switched]:
    """Give every set of switches that can be on, from none to all."""
    for size in range(len(switches) + 1):
        yield from map(frozenset, itertools.combinations(switches, size))


def shares(values: Mapping[Switched, float], switches: Sequence[str]) -> dict[str, float]:
    """Give what each switch adds, averaged over all orders in which they can be turned on.

    Parameters
    ----------
    values
        The value with each set of switches on; all 2^n sets.
    switches
        The n switches.

    Returns
    -------
    dict of str to float
        They add up to the value with all on, less the value with none. A switch that never
        changes the value gets exactly 0.

    Source
    ------
    L. S. Shapley, A value for n-person games, 1953.
    """
    return {switch: _share(values, switches, switch) for switch in switches}


def _share(values: Mapping[Switched, float], switches: Sequence[str], switch: str) -> float:
    """Give the mean of what one switch adds to those that are on before it."""
    others, total = [other for other in switches if other != switch], 0.0
    for before in subsets(others):
        orders = math.factorial(len(before)) * math.factorial(len(others) - len(before))
        weight = orders / math.factorial(len(switches))
        total += weight * (values[before | {switch}] - values[before])
    return total


PENALTY, LAG, UNEXPLAINED = "penalty", "lag", "unexplained"
PARTS = (DROPOUT, STATISTICS, AUGMENTATION, OTHER, PENALTY, LAG, UNEXPLAINED)
K = TypeVar("K")


@dataclass(frozen=True)
class Split:
    """One measure of one network, three times, and the parts of the gap.

    Parameters
    ----------
    evaluation
        In evaluation mode, without penalties.
    training
        In training mode, penalties included, of the same weights on the same images.
    printed
        The running mean of an epoch, as `fit` prints it; None where there is none.
    parts
        One number for each of PARTS. They add up to the gap.
    switched
        What was measured for each set of switches that are on, without penalties: 2^n numbers for
        n kinds of layers. `switched[frozenset()]` is evaluation mode.
    """

    evaluation: float
    training: float
    printed: float | None
    parts: Mapping[str, float]
    switched: Mapping[Switched, float]

    @property
    def alone(self) -> dict[str, float]:
        """What each switch changes by itself, all others off. These need not add up."""
        one = {next(iter(on)): value for on, value in self.switched.items() if len(on) == 1}
        return {part: one[part] - self.switched[frozenset()] for part in PARTS if part in one}

    @property
    def gap(self) -> float:
        """What is printed (without it, what training mode gives), less evaluation."""
        last = self.training if self.printed is None else self.printed
        return last - self.evaluation


def mean_split(splits: Sequence[Split]) -> Split:
    """Average over draws; the parts of the mean add up as the parts of each do."""
    printed = [split.printed for split in splits if split.printed is not None]
    return Split(
        evaluation=float(np.mean([split.evaluation for split in splits])),
        training=float(np.mean([split.training for split in splits])),
        printed=float(np.mean(printed)) if printed else None,
        parts=_means([split.parts for split in splits]),
        switched=_means([split.switched for split in splits]),
    )


def _means(numbers: Sequence[Mapping[K, float]]) -> dict[K, float]:
    """Average mappings that have the same keys."""
    return {key: float(np.mean([one[key] for one in numbers])) for key in numbers[0]}
