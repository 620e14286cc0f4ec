"""What training mode does to a few units, by hand: dropout before a max, running means, the lag.

`rate` is that of Keras' Dropout, the share of the units that are dropped; the others are divided
by 1 - rate, so that the mean stays. Where units are a ReLU of a standard normal input, they stand
for what follows a fresh BatchNormalization and its ReLU.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from lossacc.support.types import FloatArray

_POINTS, _REACH = 4001, 10.0  # of the integral below, and how many standard deviations it covers


@dataclass(frozen=True)
class Moments:
    """Mean and variance of a unit."""

    mean: float
    variance: float

    def dropped(self, rate: float) -> Moments:
        """Give mean and variance after Dropout: the mean stays, the mean square grows.

        Raises
        ------
        ValueError
            If the rate is not from 0 up to, not including, 1.
        """
        square = (self.variance + self.mean**2) / _keep(rate)
        return Moments(self.mean, square - self.mean**2)


def masks(values: Sequence[float], rate: float) -> tuple[FloatArray, FloatArray]:
    """Give everything that Dropout can make of a few units, and how likely each is.

    Parameters
    ----------
    values
        n units; there are 2^n masks.
    rate
        The share that is dropped.

    Returns
    -------
    tuple of FloatArray
        The units after Dropout, shape (2^n, n), and the probabilities, shape (2^n,).

    Raises
    ------
    ValueError
        If the rate is not from 0 up to, not including, 1.
    """
    keep = _keep(rate)
    kept = np.array(list(product((False, True), repeat=len(values))))
    likely = np.where(kept, keep, 1 - keep).prod(axis=1)
    return kept * np.asarray(values, float) / keep, likely


def pooled(rate: float, of: int = 4) -> Moments:
    """Give mean and variance of the largest of some units, with Dropout before the max.

    The units are independent, each a ReLU of a standard normal input. The largest is at most t
    where each is dropped or at most t, and its moments are integrals of that probability, taken
    here by the trapezoidal rule; they are good to five digits.

    Parameters
    ----------
    rate
        The share that is dropped; 0 is evaluation mode.
    of
        How many units the max is taken of; 4 for a pooling of 2x2.

    Raises
    ------
    ValueError
        If the rate is not from 0 up to, not including, 1, or there is no unit.
    """
    if of < 1:
        raise ValueError(f"got of={of!r}; expected 1 unit or more")
    keep = _keep(rate)
    t = np.linspace(0.0, _REACH / keep, _POINTS)
    below = np.array([(1 + math.erf(keep * one / math.sqrt(2))) / 2 for one in t])
    above = 1 - (1 - keep + keep * below) ** of
    mean = _integral(above, t)
    return Moments(mean, _integral(2 * t * above, t) - mean**2)


def initial_left(momentum: float, updates: int) -> float:
    """Give the share of a running mean that is still its start after some updates.

    Raises
    ------
    ValueError
        If the momentum is not between 0 and 1, or the updates are below 0.
    """
    if updates < 0:
        raise ValueError(f"got updates={updates!r}; expected 0 or more")
    return float(_momentum(momentum) ** updates)


def updates_to_forget(momentum: float, share: float = 0.99) -> int:
    """Give the updates after which a share of a running mean's start is forgotten, or more.

    Raises
    ------
    ValueError
        If the momentum or the share is not between 0 and 1.
    """
    if not 0 < share < 1:
        raise ValueError(f"got share={share!r}; expected a number between 0 and 1")
    return math.ceil(math.log(1 - share) / math.log(_momentum(momentum)))


def printed_mean(before: float, after: float, steps: int) -> float:
    """Give what is printed for an epoch in which the loss falls along a straight line.

    Each step's loss is that before the step, as in `fit`: the last step's gain is not yet in.

    Raises
    ------
    ValueError
        If there is no step.
    """
    if steps < 1:
        raise ValueError(f"got steps={steps!r}; expected 1 or more")
    return float(np.linspace(before, after, steps + 1)[:-1].mean())


def _keep(rate: float) -> float:
    """Give the share that is kept."""
    if not 0 <= rate < 1:
        raise ValueError(f"got rate={rate!r}; expected a number from 0 up to, not including, 1")
    return 1 - rate


def _momentum(momentum: float) -> float:
    """Refuse a momentum that is none."""
    if not 0 < momentum < 1:
        raise ValueError(f"got momentum={momentum!r}; expected a number between 0 and 1")
    return momentum


def _integral(values: FloatArray, t: FloatArray) -> float:
    """Integrate by the trapezoidal rule."""
    return float(((values[1:] + values[:-1]) / 2 * np.diff(t)).sum())
