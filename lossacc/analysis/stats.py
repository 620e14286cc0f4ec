"""Whether a difference could be chance: two exact tests and an interval for a mean.

Only the standard library and numpy: SciPy would cost more memory than the rest of the package.
"""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np

from lossacc.support import validate
from lossacc.support.types import FloatArray

_MOST = 10**8  # tries: what is summed must have room


def sign_test(up: int, down: int) -> float:
    """Give the two-sided p-value of `up` against `down` moves under a fair coin, exactly.

    Parameters
    ----------
    up, down
        How often each direction was seen; what did not move is left out.

    Returns
    -------
    float
        Twice the chance of a split at least as uneven to this side, at most 1; 1 if nothing moved.

    Raises
    ------
    TypeError, ValueError
        If a count is no whole number of 0 or more.
    """
    up = validate.whole_number("up", up, least=0, most=_MOST)
    down = validate.whole_number("down", down, least=0, most=_MOST)
    fewer, total = min(up, down), up + down
    # Sums of logarithms: binomial coefficients overflow a float beyond about a thousand flips.
    drawn = np.arange(1, fewer + 1)
    logs = np.concatenate([[0.0], np.cumsum(np.log((total - drawn + 1) / drawn))])
    return min(1.0, 2.0 * float(np.exp(logs - total * math.log(2.0)).sum()))


def binomial_test(count: int, of: int, share: float) -> float:
    """Give the chance of so few successes or fewer where each comes with a known chance, exactly.

    Parameters
    ----------
    count, of
        The successes, and the tries.
    share
        The chance of a success, above 0 and below 1.

    Raises
    ------
    TypeError, ValueError
        If the counts are not 0 <= count <= of, or the share is not between 0 and 1.
    """
    of = validate.whole_number("of", of, least=0, most=_MOST)
    count = validate.whole_number("count", count, least=0, most=of)
    share = validate.number("share", share, above=0, below=1)
    # Logarithms: binomial coefficients overflow a float beyond about a thousand tries.
    drawn = np.arange(1, count + 1)
    logs = np.concatenate([[0.0], np.cumsum(np.log((of - drawn + 1) / drawn))])
    right = np.arange(count + 1)
    chances = logs + right * math.log(share) + (of - right) * math.log1p(-share)
    return min(1.0, float(np.exp(chances).sum()))


def share_interval(share: float, of: int, coverage: float = 0.95) -> tuple[float, float]:
    """Give Wilson's interval for the chance behind a share of successes, such as an accuracy.

    Parameters
    ----------
    share
        The share that succeeded, 0 to 1.
    of
        The tries, 1 or more: how many examples an accuracy was measured on.
    coverage
        How often, on the average over chances, the interval is to hold the chance.

    Returns
    -------
    tuple of float
        Low and high end, 0 to 1.

    Raises
    ------
    TypeError, ValueError
        If the share is not from 0 to 1, the coverage not from 0 to .999999, or there are no tries.
    """
    share = validate.number("share", share, least=0, most=1)
    of = validate.whole_number("of", of, least=1)
    coverage = validate.number("coverage", coverage, least=0, most=0.999999)
    z = NormalDist().inv_cdf(0.5 + coverage / 2.0)
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return max(0.0, middle - half), min(1.0, middle + half)


def mean_interval(values: FloatArray, coverage: float = 0.95) -> tuple[float, float]:
    """Give Student's t interval for the mean that `values` were drawn from.

    The coverage is exact for independent draws from a normal distribution, and close to it for
    many draws from any other. It is less where a few draws in thousands are far from the rest,
    and it says nothing where the draws are copies of each other.

    Parameters
    ----------
    values
        Shape (N,), finite.
    coverage
        How often, over repeated draws, the interval is to hold the mean; between 0 and 1.

    Returns
    -------
    tuple of float
        Low and high end; minus and plus infinity for one value, which has no spread to judge by.

    Raises
    ------
    TypeError, ValueError
        If there are no values, one is not finite, or the coverage is not between 0 and 1.
    """
    coverage = validate.number("coverage", coverage, above=0, below=1)
    count = len(values := validate.array("values", values, ("N",), finite=True))
    if count == 1:
        return -math.inf, math.inf
    middle, spread = float(np.mean(values)), float(np.std(values, ddof=1))
    half = t_quantile(0.5 + coverage / 2.0, count - 1) * spread / math.sqrt(count)
    return middle - half, middle + half


def t_quantile(probability: float, freedom: int) -> float:
    """Give the value that a Student t variable stays below with this probability.

    Parameters
    ----------
    probability
        At least one half and below 1: the upper half, the rest is its mirror image.
    freedom
        The degrees of freedom, 1 or more.

    Raises
    ------
    TypeError, ValueError
        If either is outside its range.
    """
    probability = validate.number("probability", probability, least=0.5, below=1)
    freedom = validate.whole_number("freedom", freedom, least=1)
    if freedom > 100:
        return _t_quantile_large(probability, freedom)
    low, high = 0.0, math.pi / 2.0
    for _ in range(60):  # halving the angle's range 60 times leaves less than a float's rounding
        middle = (low + high) / 2.0
        low, high = (middle, high) if _t_below(middle, freedom) < probability else (low, middle)
    return math.sqrt(freedom) * math.tan(low)


def _t_below(angle: float, freedom: int) -> float:
    """P(T < sqrt(freedom) tan(angle)): the finite sums of Abramowitz & Stegun 26.7.3 and 26.7.4."""
    odd, sine, cosine = freedom % 2, math.sin(angle), math.cos(angle)
    term, total = (cosine, 0.0) if odd else (1.0, 0.0)
    for step in range(1 + odd, freedom, 2):
        total += term
        term *= cosine**2 * step / (step + 1)
    within = 2.0 / math.pi * (angle + sine * total) if odd else sine * total
    return 0.5 + within / 2.0


def _t_quantile_large(probability: float, freedom: int) -> float:
    """Abramowitz & Stegun 26.7.5 to its second term: right to 1e-6 beyond 100 degrees."""
    z = NormalDist().inv_cdf(probability)
    first = (z**3 + z) / 4.0
    second = (5.0 * z**5 + 16.0 * z**3 + 3.0 * z) / 96.0
    return z + first / freedom + second / freedom**2
