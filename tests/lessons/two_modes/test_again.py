"""What is asked again of notebook 08: the numbers, worked out here."""

from __future__ import annotations

from itertools import product

import pytest

from tests.lessons.asked_again import key


def test_thirty_updates() -> None:
    left = 1.0
    for _ in range(3 * 200 // 20):
        left -= 0.01 * left
    assert key("thirty updates") == f"{100 * left:.0f} %"


def test_a_line_in_five_steps() -> None:
    losses = [3 - step / 5 for step in range(5)]
    assert key("a line in five steps") == f"{sum(losses) / 5:.1f} and 2"


def test_the_larger_of_one_and_three() -> None:
    larger = [max(2 * first, 2 * second) for first, second in product((0, 1), (0, 3))]
    assert key("the larger of one and three") == f"{sum(larger) / 4} and 3"


def test_above_in_two_modes() -> None:
    assert pytest.approx(0.18) == 0.80 - 0.62
    assert pytest.approx(0.33) == 0.95 - 0.62
    assert ".18 below" in key("above, in two modes")
    assert ".33 come" in key("above, in two modes")


def test_the_momentum_leaves_what_is_printed_alone() -> None:
    """A layer's output in training mode, with either momentum."""
    keras = pytest.importorskip("keras")
    given = keras.ops.convert_to_tensor([[3.0], [7.0], [8.0]])
    first, second = (
        keras.layers.BatchNormalization(momentum=momentum)(given, training=True)
        for momentum in (0.99, 0.9)
    )
    assert (keras.ops.convert_to_numpy(first) == keras.ops.convert_to_numpy(second)).all()
    assert key("another momentum") == ".318"
