"""What is asked again of notebook 11: the numbers, worked out here."""

from __future__ import annotations

import math

import numpy as np

from tests.lessons.asked_again import key, said


def test_the_last_tenth_is_half_of_the_last_class() -> None:
    labels = np.repeat(np.arange(5), 1000)
    train, held_out = labels[:4500], labels[4500:]
    assert set(held_out) == {4}
    assert (train == 4).sum() == len(held_out) == 500
    assert "the last class" in key("the last tenth")


def test_eleven_of_twelve_outputs_are_right_to_be_zero() -> None:
    one_hot = np.eye(12)[np.arange(60) % 12]
    assert key("twelve sigmoids") == f"{100 * (one_hot == 0).mean():.1f} %."


def test_unsure_answers_of_ten_classes_cost_two_point_three() -> None:
    assert f"{math.log(10):.1f}" in key("too dark")


def test_frames_are_split_by_film() -> None:
    assert key("frames of a film") == "By film."
    assert "neighbours" in said("frames of a film")
