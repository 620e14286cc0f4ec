"""Notebook 05, asked again: its numbers, by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lossacc.losses.formulas import formula
from lossacc.losses.known_values import second_softmax_floor
from lossacc.losses.reference_values import marks
from tests.lessons.asked_again import key, said


def test_the_floor_of_a_second_softmax() -> None:
    floor = math.log(1 + 3 / math.e)
    assert floor == pytest.approx(second_softmax_floor(4))
    assert f"{floor:.3f}"[1:] in said("four classes at .80")
    assert floor < 0.80 < math.log(4)


def test_the_marks_of_five_classes() -> None:
    nothing = (0.8**2 + 4 * 0.2**2) / 5
    assert nothing == pytest.approx(marks(formula("mean squared error"), 5).chance)
    assert round(nothing, 2) == 0.16
    promised = 1 - 0.40 / math.log(2)
    assert f"{promised:.0%}".replace("%", " %") in key("at .16 and at .40")


def test_the_rates_of_a_quarter_of_the_loss() -> None:
    slope = np.array([0.3, -2.0])
    assert 0.08 * slope / 4 == pytest.approx(0.02 * slope)  # SGD
    moment, square = slope, slope**2  # Adam's first step: they are the gradient's own
    assert (moment / 4) / np.sqrt(square / 16) == pytest.approx(moment / np.sqrt(square))
    assert key("a quarter of the loss") == "SGD .08, Adam .001."
