from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossacc.figures.draw import axis

numbers = st.floats(-1e12, 1e12, allow_subnormal=False)
positive = st.floats(1e-12, 1e12)
anything = st.floats(allow_nan=True, allow_infinity=True)


def read(text: str) -> float:
    return float(text.replace("\N{MINUS SIGN}", "-"))


def check_order(made):
    values = [tick.value for tick in made.ticks]
    assert made.low < made.high
    assert math.isfinite(made.low)
    assert math.isfinite(made.high)
    assert values == sorted(set(values))
    assert all(made.low <= value <= made.high for value in values)


@given(st.lists(numbers, min_size=1, max_size=20), st.integers(2, 8))
def test_a_linear_axis_holds_its_values_and_a_readable_number_of_ticks(values, count):
    made = axis("x", values, count=count)
    check_order(made)
    slack = 1e-6 * max(max(values) - min(values), 1e-6 * abs(max(values)))
    assert made.low <= min(values) + slack
    assert made.high >= max(values) - slack
    assert 2 <= len(made.ticks) <= count + 2


@given(st.lists(st.floats(-1e5, 1e5), min_size=2, max_size=20))
def test_a_tick_says_its_value(values):
    made = axis("x", values)
    step = made.ticks[1].value - made.ticks[0].value
    for tick in made.ticks:
        assert read(tick.text) == pytest.approx(tick.value, abs=step * 1e-3 + 1e-9)
    assert len({tick.text for tick in made.ticks}) == len(made.ticks)


@given(st.lists(positive, min_size=1, max_size=20))
def test_a_log_axis_holds_its_values_between_ticks_of_1_2_and_5(values):
    made = axis("x", values, scale="log")
    check_order(made)
    assert made.low <= min(values) * (1 + 1e-9)
    assert made.high >= max(values) * (1 - 1e-9)
    assert 1 <= len(made.ticks) <= 7
    for tick in made.ticks:
        assert read(tick.text) == pytest.approx(tick.value, rel=1e-9)
        assert f"{tick.value:.0e}"[0] in "125"


@given(st.lists(anything, max_size=10), st.sampled_from(["linear", "log"]))
def test_any_values_give_an_axis_and_places_inside_it(values, scale):
    made = axis("x", values, scale=scale)
    check_order(made)
    places = made.place(np.array(values, dtype=float))
    assert ((places >= 0) & (places <= 1) | np.isnan(values)).all()


@given(st.lists(st.floats(-1e5, 1e5), min_size=1), anything, st.sampled_from(["linear", "log"]))
def test_the_place_of_one_value_is_that_of_many(values, value, scale):
    made = axis("x", values, scale=scale)
    many = made.place(np.array([value]))[0]
    assert made.place_of(value) == pytest.approx(many, rel=1e-12, abs=1e-15, nan_ok=True)


def test_ends_that_are_given_stay():
    made = axis("x", [3.0, 250.0], low=0.0, high=103.0)
    assert (made.low, made.high) == (0.0, 103.0)


def test_whole_ticks_are_whole():
    made = axis("epoch", [0, 3], whole=True, low=0, high=3)
    assert [tick.text for tick in made.ticks] == ["0", "1", "2", "3"]


def test_the_ends_are_at_0_and_1_and_a_decade_is_evenly_cut():
    made = axis("x", [0.0, 10.0])
    assert made.place(np.array([made.low, made.high, 5.0])).tolist() == [0.0, 1.0, 0.5]
    log = axis("x", [0.01, 100.0], scale="log")
    assert log.place(np.array([0.01, 1.0, 100.0])) == pytest.approx([0.0, 0.5, 1.0])
