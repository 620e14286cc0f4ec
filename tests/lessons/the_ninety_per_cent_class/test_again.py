"""Notebook 04, asked again: its numbers, by hand."""

from __future__ import annotations

import math

import pytest

from tests.lessons.asked_again import asked, key, said


def entropy(rare: float) -> float:
    return -rare * math.log(rare) - (1 - rare) * math.log(1 - rare)


def shown(value: float) -> str:
    return f"{value:.3f}".removeprefix("0")


def test_the_loss_of_one_answer() -> None:
    assert key("ninety-seven and three") == f"{shown(entropy(0.03))} nats, at 97 %."
    assert shown(-math.log(0.97)) in said("ninety-seven and three")
    assert shown(-math.log(0.03)) in said("ninety-seven and three")
    assert shown(entropy(0.25)) in said("three quarters from the start")
    assert round(entropy(0.25), 2) == 0.56  # where that loss stands
    assert shown(entropy(0.25)) in said("weights of 1 and 3")


def test_the_rare_ones_that_may_be_found() -> None:
    wrong = round(2000 * 0.04)
    assert key("ninety-six per cent") == f"Anything from {100 - wrong} to 100."
    assert 1900 / 2000 == 0.95


@pytest.mark.parametrize(
    ("name", "mean"),
    [("weights of 1 and 3", 0.75 + 0.25 * 3), ("1.3 and .7", 0.95 + 0.05 * 19)],
)
def test_what_knowing_nothing_costs_with_weights(name: str, mean: float) -> None:
    assert shown(mean * math.log(2)) in said(name)


def test_the_threshold_of_a_price() -> None:
    assert key("six to one") == f"From {shown(1 / 7)} on."
    assert "6 false alarms" in asked("six to one").asks
