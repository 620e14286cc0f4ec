"""What is asked again of notebook 09: the numbers, worked out here."""

from __future__ import annotations

import math

from tests.lessons.asked_again import key, said


def test_twice_the_standard_error_of_eighty_per_cent_of_a_hundred() -> None:
    error = math.sqrt(0.8 * 0.2 / 100)
    assert f"{error:.2f}".lstrip("0") in said("eighty per cent of a hundred")
    assert round(200 * error) == 8
    assert "eight points" in key("eighty per cent of a hundred")


def test_a_quarter_is_right_by_chance_of_four() -> None:
    assert 1 / 4 > 0.08
    assert "a quarter would be right" in said("below a guess")


def test_the_file_holds_the_last_epoch() -> None:
    assert key("a file for each epoch") == "That of epoch 25."
