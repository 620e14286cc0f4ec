"""Notebook 03, asked again: its numbers, by hand."""

from __future__ import annotations

import math

import pytest

from tests.lessons.asked_again import key, said


@pytest.mark.parametrize(
    ("name", "shares"),
    [
        ("three labels, three copies each", [1 / 3] * 3),
        ("a spike at 1.386", [1 / 4] * 4),
        ("four random labels", [1 / 4] * 4),
    ],
)
def test_a_spike_stands_at_the_entropy_of_the_labels(name: str, shares: list[float]) -> None:
    assert f"{-sum(p * math.log(p) for p in shares):.3f}" in f"{name} {key(name)}"


@pytest.mark.parametrize(
    ("name", "impossible", "of"), [("two readers", 60, 800), ("identical and nearly so", 25, 2000)]
)
def test_of_each_identical_pair_one_label_is_wrong(name: str, impossible: int, of: int) -> None:
    assert key(name) == f"Everything above {100 * (1 - impossible / of):g} %."


def test_what_a_network_tells_of_three_of_five_made_one() -> None:
    loss = 0.6 * math.log(3)
    before = math.log(5) - loss
    merged = -0.6 * math.log(0.6) - 2 * 0.2 * math.log(0.2)
    assert before == pytest.approx(merged)
    assert f"{loss:.3f}"[1:] in said("three of five made one")
    assert f"{before:.3f}"[1:] in key("three of five made one")
    assert math.isclose(2 / 5 + 3 / 5 / 3, 0.6)  # right, of all images
