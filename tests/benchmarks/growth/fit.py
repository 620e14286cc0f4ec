"""A power law through measured times: its exponent, with an interval."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from lossacc.analysis.stats import t_quantile

COVERAGE = 0.95


class Exponent(NamedTuple):
    """How steeply something grows: time = c * size ** value, with Student's t interval."""

    value: float
    low: float
    high: float


def exponent(sizes: Sequence[float], seconds: Sequence[float]) -> Exponent:
    """Fit a straight line through the logarithms of three points or more, by least squares."""
    x, y = np.log(sizes), np.log(seconds)
    x, y = x - x.mean(), y - y.mean()
    slope = float(x @ y / (x @ x))
    left = y - slope * x
    freedom = len(x) - 2
    error = float(np.sqrt(left @ left / freedom / (x @ x)))
    reach = t_quantile((1 + COVERAGE) / 2, freedom) * error
    return Exponent(slope, slope - reach, slope + reach)
