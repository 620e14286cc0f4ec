"""Split a difference between several switches, in an order that nobody has to choose."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence

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
