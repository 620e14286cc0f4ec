"""What training mode does to a few units: against counting by hand, sampling and Keras."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossacc.lessons.two_modes import toy as toys

rates = st.floats(0.0, 0.95)
units = st.lists(st.floats(-5, 5), min_size=1, max_size=6)

# The moments of a ReLU of a standard normal input, by integration by hand.
RELU = toys.Moments(1 / math.sqrt(2 * math.pi), 0.5 - 1 / (2 * math.pi))


def test_two_units_before_a_max_by_hand() -> None:
    values, likely = toys.masks((1.0, 2.0), 0.5)
    assert values.tolist() == [[0, 0], [0, 4], [2, 0], [2, 4]]
    assert likely.tolist() == [0.25] * 4
    assert values.max(axis=1) @ likely == 2.5


@given(units, rates)
def test_dropout_keeps_the_mean_and_the_masks_are_all_there_are(values, rate) -> None:
    made, likely = toys.masks(values, rate)
    assert made.shape == (2 ** len(values), len(values))
    assert likely.sum() == pytest.approx(1)
    assert likely @ made == pytest.approx(values, abs=1e-9)
    assert likely @ made.max(axis=1) >= max(values) - 1e-9  # the largest of several only grows


@given(units, rates)
def test_the_variance_behind_dropout_is_that_of_the_masks(values, rate) -> None:
    """Whichever unit is drawn, dropped or not: the closed form against all masks."""
    made, likely = toys.masks(values, rate)
    unit = toys.Moments(float(np.mean(values)), float(np.var(values)))
    mean = likely @ made.mean(axis=1)
    variance = likely @ (made**2).mean(axis=1) - mean**2
    dropped = unit.dropped(rate)
    assert (dropped.mean, dropped.variance) == pytest.approx((mean, variance), abs=1e-7)


def test_a_relu_of_a_standard_normal_input() -> None:
    kept = [RELU.variance / RELU.dropped(rate).variance for rate in (0.7, 0.5, 0.2)]
    assert kept == pytest.approx([0.226, 0.405, 0.732], abs=5e-4)


@pytest.mark.parametrize(("rate", "of"), [(0.0, 4), (0.7, 4), (0.5, 2), (0.2, 9), (0.7, 1)])
def test_the_pooled_moments_against_sampling(rate: float, of: int) -> None:
    """A million draws: five standard errors of the mean are well below .02 of its size."""
    random = np.random.default_rng(1)
    drawn = np.maximum(random.standard_normal((1_000_000, of)), 0)
    largest = (drawn * (random.random(drawn.shape) >= rate) / (1 - rate)).max(axis=1)
    found = toys.pooled(rate, of)
    error = largest.std() / math.sqrt(len(largest))
    assert abs(found.mean - largest.mean()) < 5 * error
    assert found.variance == pytest.approx(largest.var(), rel=0.02)


def test_the_figures_of_the_lesson() -> None:
    """One unit is a ReLU; four with nothing dropped; dropped before, and after as well."""
    alone, whole, dropped = toys.pooled(0, of=1), toys.pooled(0), toys.pooled(0.7)
    relu = (RELU.mean, RELU.variance)
    assert (alone.mean, alone.variance) == pytest.approx(relu, rel=1e-5)
    assert (whole.mean, whole.variance) == pytest.approx((1.046, 0.450), abs=5e-4)
    assert (dropped.mean, dropped.variance) == pytest.approx((1.400, 4.190), abs=5e-4)
    assert dropped.dropped(0.5).variance / whole.variance == pytest.approx(23, abs=0.1)
    assert whole.dropped(0.5).variance / whole.variance == pytest.approx(4.4, abs=0.05)


def test_a_running_mean_forgets_its_start() -> None:
    assert toys.initial_left(0.99, 40) == pytest.approx(0.669, abs=5e-4)
    assert [toys.updates_to_forget(m) for m in (0.99, 0.9)] == [459, 44]


@given(st.floats(0.01, 0.999), st.floats(0.01, 0.99))
def test_the_updates_to_forget_are_the_fewest(momentum: float, share: float) -> None:
    updates = toys.updates_to_forget(momentum, share)
    assert toys.initial_left(momentum, updates) <= 1 - share + 1e-12
    assert updates == 1 or toys.initial_left(momentum, updates - 1) > 1 - share - 1e-12


def test_keras_forgets_its_start_in_the_same_way() -> None:
    keras = pytest.importorskip("keras")
    layer = keras.layers.BatchNormalization(momentum=0.99)
    for _ in range(40):
        layer(np.array([[1.0], [3.0]], np.float32), training=True)
    expected = 2.0 * (1 - toys.initial_left(0.99, 40))  # it began at 0
    assert float(layer.moving_mean[0]) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(("steps", "printed"), [(1, 2.0), (2, 1.75), (10, 1.55), (1000, 1.5005)])
def test_what_is_printed_for_a_loss_on_a_line_from_2_to_1(steps: int, printed: float) -> None:
    assert toys.printed_mean(2, 1, steps) == pytest.approx(printed)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda: toys.masks((1.0,), 1.0), "got rate=1.0; expected a number from 0 up to"),
        (lambda: toys.pooled(-0.1), "got rate=-0.1"),
        (lambda: toys.pooled(0.5, of=0), "got of=0; expected 1 unit or more"),
        (lambda: RELU.dropped(2), "got rate=2"),
        (lambda: toys.initial_left(1.0, 3), "got momentum=1.0; expected a number between"),
        (lambda: toys.initial_left(0.5, -1), "got updates=-1; expected 0 or more"),
        (lambda: toys.updates_to_forget(0.9, 1.0), "got share=1.0"),
        (lambda: toys.printed_mean(2, 1, 0), "got steps=0; expected 1 or more"),
    ],
)
def test_what_makes_no_sense_is_refused(wrong, said) -> None:
    with pytest.raises(ValueError, match=said):
        wrong()
