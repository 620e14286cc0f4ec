"""The sign test against counted coins, Student's t against its published table."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossacc.analysis.stats import binomial_test, mean_interval, sign_test, t_quantile

# Two-sided 95 % points of Student's t, as printed in every table.
T_TABLE = {
    1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571, 10: 2.228, 30: 2.042, 60: 2.000,
    100: 1.984, 120: 1.980, 1000: 1.962,
}  # fmt: skip


@pytest.mark.parametrize("flips", range(9))
def test_the_sign_test_counts_every_sequence_of_coins(flips: int) -> None:
    heads = [sum(coins) for coins in product((0, 1), repeat=flips)]
    for up in range(flips + 1):
        uneven = sum(abs(2 * h - flips) >= abs(2 * up - flips) for h in heads)
        assert sign_test(up, flips - up) == pytest.approx(uneven / 2**flips)


@given(st.integers(0, 800), st.integers(0, 800))
def test_the_sign_test_is_the_exact_binomial(up: int, down: int) -> None:
    total, fewer = up + down, min(up, down)
    tail = Fraction(sum(math.comb(total, i) for i in range(fewer + 1)), 2**total)
    assert sign_test(up, down) == pytest.approx(float(min(Fraction(1), 2 * tail)), rel=1e-9)
    assert sign_test(up, down) == sign_test(down, up)


def test_the_sign_test_survives_hundreds_of_thousands_of_flips() -> None:
    # The normal limit: a split two standard deviations from even, with continuity correction.
    half, off = 200_000, 632
    expected = math.erfc((off - 0.5) / math.sqrt(2 * half / 4) / math.sqrt(2))
    assert sign_test(half + off, half - off) == pytest.approx(expected, rel=1e-2)
    assert sign_test(10_000, 0) == 0.0


@pytest.mark.parametrize(("freedom", "value"), T_TABLE.items())
def test_the_t_quantile_is_the_printed_one(freedom: int, value: float) -> None:
    assert t_quantile(0.975, freedom) == pytest.approx(value, abs=6e-4)


@pytest.mark.parametrize("probability", [0.5, 0.8, 0.95, 0.999])
@pytest.mark.parametrize("freedom", [1, 2, 7, 100, 101, 400])
def test_the_t_density_integrates_to_the_probability(probability: float, freedom: int) -> None:
    end = t_quantile(probability, freedom)
    x = np.linspace(0.0, end, 200_001)
    scale = math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2)
    density = np.exp(scale) / math.sqrt(freedom * math.pi)
    area = np.trapezoid(density * (1 + x**2 / freedom) ** (-(freedom + 1) / 2), x)
    assert 0.5 + area == pytest.approx(probability, abs=1e-6)


def test_the_interval_by_hand() -> None:
    # mean 2, standard deviation 1, three values: 2 +- 4.303 / sqrt(3)
    low, high = mean_interval(np.array([1.0, 2.0, 3.0]))
    assert (low, high) == pytest.approx((2 - 4.30265 / 3**0.5, 2 + 4.30265 / 3**0.5), abs=1e-4)


@pytest.mark.parametrize("count", [2, 3, 10, 200])
def test_the_interval_covers_as_often_as_it_says(count: int) -> None:
    draws = np.random.default_rng(count).normal(0.3, 2.0, (4000, count))
    ends = np.array([mean_interval(row) for row in draws])
    covered = ((ends[:, 0] <= 0.3) & (ends[:, 1] >= 0.3)).mean()
    assert covered == pytest.approx(0.95, abs=4 * math.sqrt(0.95 * 0.05 / 4000))


def test_one_value_gives_no_interval() -> None:
    assert mean_interval(np.array([0.7])) == (-math.inf, math.inf)


@pytest.mark.parametrize(("count", "of", "share"), [(0, 1, 0.95), (17, 20, 0.95), (3, 3, 0.2)])
def test_binomial_test_is_the_sum_of_its_chances(count: int, of: int, share: float) -> None:
    exact = sum(math.comb(of, k) * share**k * (1 - share) ** (of - k) for k in range(count + 1))
    assert binomial_test(count, of, share) == pytest.approx(exact, rel=1e-12)


def test_binomial_test_does_not_overflow() -> None:
    assert binomial_test(2500, 5000, 0.5) == pytest.approx(0.5056, abs=1e-3)
