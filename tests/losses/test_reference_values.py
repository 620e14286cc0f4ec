"""The marks of a loss against arithmetic by hand, and its promise against random answers."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossacc.losses.formulas import FORMULAS, formula, softmax
from lossacc.losses.known_values import second_softmax_floor, smoothing_floor
from lossacc.losses.reference_values import Marks, marks

LN2 = math.log(2)


def by_hand(k: int) -> dict[str, tuple[float, str, float, float]]:
    """Lowest value, who reaches it, 1/K for each class, the least cost of a wrong answer."""
    spread = math.log(math.e + k - 1)
    half = math.exp(0.5) / (2 * math.exp(0.5) + k - 2)  # a tie behind a second softmax
    return {
        "cross-entropy": (0, "right", math.log(k), LN2),
        "1 - accuracy": (0, "right", 1 - 1 / k, 1),
        "smoothed error, T 0.1": (0, "right", 0.5, 0.5),
        "expected error": (0, "right", 1 - 1 / k, 0.5),
        "mean probability, all classes": (1 / k, "any", 1 / k, 1 / k),
        "mean probability, sigmoids": (0, "any", 0.5, 0),
        "mean probability, true class": (0, "wrong", 1 / k, 0),
        "mean squared error": (0, "right", (1 - 1 / k) / k, 0.5 / k),
        "mean absolute error": (0, "right", 2 * (1 - 1 / k) / k, 1 / k),
        "generalised cross-entropy": (0, "right", 2 - 2 / math.sqrt(k), 2 - math.sqrt(2)),
        "categorical hinge": (0, "right", 1, 1),
        "focal": (0, "right", 0.25 * (1 - 1 / k) ** 2 * math.log(k), 0.0625 * LN2),
        "softmax twice": (second_softmax_floor(k), "right", math.log(k), -math.log(half)),
        "swapped: tf.nn, logits": (-math.inf, "any", 0, -math.inf),
        "swapped: tf.nn, probabilities": (spread - 1, "right", spread - 1 / k, spread - 0.5),
        "swapped: Keras": (0, "right", 7 * math.log(10) * (1 - 1 / k), 3.5 * math.log(10)),
    }


@pytest.mark.parametrize("classes", [3, 10, 26])
@pytest.mark.parametrize("name", by_hand(3))
def test_they_are_those_by_hand(name: str, classes: int) -> None:
    found, wanted = marks(formula(name), classes), by_hand(classes)[name]
    assert found.lowest_when == wanted[1]
    given_numbers = (found.floor, found.chance, found.wrong)
    assert given_numbers == pytest.approx((wanted[0], *wanted[2:]), abs=1e-6)


@pytest.mark.parametrize("classes", [2, 10])
def test_the_floor_of_smoothed_labels_lies_between_the_ends(classes: int) -> None:
    found = marks(formula("label smoothing"), classes)
    assert found.floor == pytest.approx(smoothing_floor(classes, 0.1), abs=1e-6)
    assert found.lowest_when == "right"


def test_two_classes_will_do() -> None:
    found = marks(formula("mean squared error"), 2)
    assert (found.floor, found.chance, found.wrong) == pytest.approx((0, 0.25, 0.25))
    with pytest.raises(ValueError, match="classes is 1"):
        marks(formula("expected error"), 1)


@cache
def of_four(name: str) -> Marks:
    return marks(formula(name), 4)


@given(st.integers(0, 2**32 - 1), st.sampled_from([0.3, 2.0, 8.0]))
@pytest.mark.parametrize("name", FORMULAS)
def test_no_answers_break_a_promise(name: str, seed: int, scale: float) -> None:
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 4, 12)
    logits = rng.normal(0, scale, (12, 4))
    logits[np.arange(12), labels] += rng.exponential(scale)
    loss = float(formula(name)(logits, labels).mean())
    found = of_four(name)
    accuracy = float((logits.argmax(axis=1) == labels).mean())
    assert accuracy >= found.promise(loss) - 1e-9
    assert loss >= found.floor - 1e-6


def test_a_promise_is_that_of_the_bound_and_is_nothing_without_a_floor() -> None:
    plain = marks(formula("cross-entropy"), 10)
    assert plain.promise(0.2) == pytest.approx(1 - 0.2 / LN2)
    assert plain.promise(5.0) == 0
    for name in ("mean probability, sigmoids", "swapped: tf.nn, logits"):
        assert marks(formula(name), 10).promise(0.0) == 0


def test_a_formula_of_ones_own() -> None:
    found = marks(lambda z, y: np.sqrt(1 - softmax(z)[np.arange(len(y)), y]), 10)
    assert (found.floor, found.chance, found.wrong) == pytest.approx(
        (0, math.sqrt(0.9), math.sqrt(0.5)), abs=1e-6
    )
