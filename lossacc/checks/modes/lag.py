"""How much of what `fit` printed moving weights can make: a range, and what lies beyond it."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_NEAR = 2  # epochs on either side whose printed numbers say how fast the weights moved
_LUCK = 0.02, 0.1  # of masks, batches and rounding: nats or shares, and a share of the number
_SAME = 1e-6


@dataclass(frozen=True)
class Range:
    """How far a printed number may lie from that of the epoch's last weights.

    Parameters
    ----------
    low, high
        At most 0, at least 0: what weights that moved can make of it.
    luck
        What masks and batches add on either side.
    """

    low: float
    high: float
    luck: float = 0.0

    def part(self, rest: float) -> float:
        """Give what of a rest may be lag: all of it within the range, else up to its end."""
        if self.low - self.luck <= rest <= self.high + self.luck:
            return rest
        return self.high if rest > 0 else self.low


def exactly(lag: float) -> Range:
    """Give the range of a lag that was measured."""
    return Range(lag, lag)


def loss_range(
    now: float, printed: float, history: Mapping[str, Any], guess: float | None
) -> Range:
    """Bound the lag of a printed loss.

    Where the model has its history, the mean over an epoch lies as far from the epoch's end as the
    printed means of the epochs around it lie from each other, at most: above it where they fall,
    below it where they rise. Of the first epoch nobody knows how high it began. Without a history,
    a network that learns was no worse than a guess.

    Parameters
    ----------
    now
        The loss in training mode, penalty included, of the epoch's last weights.
    printed
        What `fit` printed.
    history
        Name to the numbers of each epoch, as the model keeps them; empty where it has none.
    guess
        The loss of a guess; None where nobody can say.
    """
    luck = _LUCK[0] + _LUCK[1] * min(abs(now), abs(printed))
    near = _near(history, "loss", printed)
    if near is None:
        return Range(0.0, 0.0 if guess is None else max(0.0, guess - now), luck)
    first, rises, falls = near
    return Range(-rises, math.inf if first else falls, luck)


def accuracy_range(now: float, printed: float, history: Mapping[str, Any], size: int) -> Range:
    """Bound the lag of a printed accuracy of `size` examples; see `loss_range`."""
    luck = _LUCK[0] + 1 / math.sqrt(size)
    known = [near for name in history if (near := _near(history, name, printed)) is not None]
    if not known:
        return Range(-now, 0.0, luck)
    first, rises, falls = known[0]
    return Range(-now if first else -rises, falls, luck)


def _near(
    history: Mapping[str, Any], name: str, printed: float
) -> tuple[bool, float, float] | None:
    """Find a printed number in a history.

    Returns
    -------
    (bool, float, float) or None
        Whether it is the first epoch's; by how much the numbers around it rise and fall, at most,
        from one epoch to the next.
    """
    values = [float(value) for value in history.get(name, ())]
    places = [k for k, value in enumerate(values) if abs(value - printed) <= _SAME * abs(printed)]
    if not places:
        return None
    place = places[-1]
    around = values[max(place - _NEAR, 0) : place + _NEAR + 1]
    steps = [after - before for before, after in itertools.pairwise(around)]
    known = [step for step in steps if math.isfinite(step)]
    return place == 0, max(0.0, *known, 0.0), max(0.0, *(-step for step in known), 0.0)
