"""What is asked again of notebook 07: the numbers, worked out here."""

from __future__ import annotations

import math

import pytest

from lossacc.lessons.three_boxes.exercises import valley
from tests.lessons.asked_again import key


def test_a_third_of_the_length() -> None:
    times = (1 / 10) / (1 / 3) ** 2
    assert key("a third of the length") == f"It is {times:.1f} times as high.".replace("0.", ".")


def test_the_rate_that_keeps_the_floor() -> None:
    before = valley([0.4] * 80, [8] * 80)[-1]
    floors = {rate: valley([rate] * 80, [4] * 80)[-1] for rate in (0.1, 0.2, 0.4, 0.8)}
    nearest = min(floors, key=lambda rate: abs(math.log(floors[rate] / before)))
    assert key("half of the batch") == f"{nearest}".removeprefix("0")
    assert floors[0.4] / before == pytest.approx(2)


def test_two_images_cooled_by_three() -> None:
    costs = [[math.log(1 + math.exp(-margin / t)) for margin in (3, -3)] for t in (1, 3)]
    assert costs[0] == pytest.approx([0.049, 3.049], abs=5e-4)
    assert costs[1] == pytest.approx([0.313, 1.313], abs=5e-4)
    ends = [f"{sum(pair) / 2:.2f}".removeprefix("0") for pair in costs]
    assert "from {} to {},".format(*ends) in key("two images, cooled by three")


def test_a_growing_gap() -> None:
    assert round(0.42 - 0.05, 2) == 0.37
    assert 0.42 < 0.50
    assert key("a growing gap").startswith("No")


def test_what_enters_the_gradient_counts_about_ten_times() -> None:
    """A weight without any gradient, a thousand steps, momentum .9, either way of decay."""
    weight, velocity, rate = 1.0, 0.0, 0.1
    for _ in range(1000):
        velocity = 0.9 * velocity + 5e-4 * weight
        weight -= rate * velocity
    decay = (1 - weight ** (1 / 1000)) / rate
    assert float(key("from PyTorch's five ten-thousandths")) == pytest.approx(decay, rel=0.05)
