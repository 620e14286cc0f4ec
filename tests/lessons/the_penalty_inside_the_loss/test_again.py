"""What is asked again of notebook 06: the numbers, worked out here."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.lessons.asked_again import key


def test_one_weight_from_four_to_two() -> None:
    lost = [math.log(1 + math.exp(-weight)) for weight in (4, 2)]
    assert lost == pytest.approx([0.018, 0.127], abs=5e-4)
    fell = (lost[0] + 0.2 * 4**2) - (lost[1] + 0.2 * 2**2)
    assert key("from four to two") == f"It falls by {fell:.2f}."


def test_shares_and_sums() -> None:
    assert key("a third and then") == f"{0.5 / (0.23 + 0.5):.0%}".replace("%", " %.")
    better = (0.80 - 0.08) - (1.10 - 0.45)
    assert key("keep the one with the penalty") == f"Run A, by {better:.2f}.".replace("0.", ".")
    assert f"{1.05 - 0.95:.2f}".removeprefix("0") in key("a loss of 1.05")


def test_the_slope_of_a_penalty_is_twice_its_factor() -> None:
    l2, weight, step = float(key("from a weight_decay of .002")), 0.7, 1e-6
    slope = l2 * ((weight + step) ** 2 - (weight - step) ** 2) / (2 * step)
    assert slope == pytest.approx(0.002 * weight)


def test_a_quarter_of_a_convolution() -> None:
    given = np.array([2.0, 3.0, 7.0])
    passed_on = [(part - part.mean()) / part.std() for part in (given, given / 4)]
    assert passed_on[0] == pytest.approx(passed_on[1])
    assert 0.25**2 == 1 / 16
    assert key("a quarter of a convolution").startswith("The penalty is a sixteenth, the logits st")
