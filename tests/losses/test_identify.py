"""The numbers a loss stands at: by closed forms, and as Keras really gives them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import lossacc
from lossacc.losses.bounds import prior_entropy
from lossacc.losses.known_values import (
    SMOOTHING,
    entropy,
    known_values,
    second_softmax_floor,
    smoothing_floor,
)
from lossacc.support.keras_api import keras, tensorflow

K = keras()
losses = K.losses


def names(value, classes, **given):
    return lossacc.recognise(value, classes, **given).names


@pytest.mark.parametrize(
    ("value", "classes", "name"),
    [
        (0.693, 2, "ln 2"),
        (0.693, 5, "ln 2"),
        (1.386, 4, "ln 4"),
        (1.792, 6, "ln 6"),
        (2.303, 10, "ln 10"),
        (2.565, 13, "ln 13"),
        (0.744, 4, "ln(1 + 3/e)"),
        (1.461, 10, "ln(1 + 9/e)"),
        (3.622, 100, "ln(1 + 99/e)"),
        (0.503, 2, "sigmoid twice, 50 % yes"),
        (0.199, 2, "label smoothing 0.1"),
        (0.500, 10, "label smoothing 0.1"),
        (1.015, 1000, "label smoothing 0.1"),
        (16.118, 10, "-ln 1e-7"),
        (14.506, 10, "-ln 1e-7 x 0.9"),
        (8.059, 2, "-ln 1e-7 x 0.5"),
        (15.942, 2, "-ln 2^-23"),
        (87.3366, 10, "-ln FLT_MIN"),
        (100.0, 2, "100"),
        (90.0, 10, "100 x 0.9"),
        (0.09, 10, "mean squared error at 1/K"),
        (0.9, 10, "1 - p at 1/K"),
        (0.325, 10, "binary cross-entropy of K units at 1/K"),
    ],
)
def test_knows_the_numbers_that_people_ask_about(value, classes, name):
    assert name in names(value, classes)


def test_base_rates_are_known_from_counts():
    assert "entropy of the labels" in names(0.325, 2, counts=[9, 1])
    assert "entropy of the labels" not in names(0.325, 2)
    assert "-ln 1e-7 x 0.2" in names(0.2 * 16.1181, 3, counts=[80, 10, 10])


def test_even_counts_add_nothing():
    assert names(math.log(3), 3, counts=[5, 5, 5]) == names(math.log(3), 3)


def test_accuracy_decides_which_share_is_looked_for():
    assert "-ln 1e-7 x 0.37" in names(0.37 * 16.1181, 10, accuracy=0.63)
    assert "-ln 1e-7 x 0.9" not in names(14.506, 10, accuracy=0.63)
    assert "-ln 1e-7" in names(16.118, 10, accuracy=0.0)


@pytest.mark.parametrize("classes", [2, 3, 4, 6, 10, 13, 100, 1000])
def test_closed_forms(classes):
    best = np.exp([1.0] + [0.0] * (classes - 1))
    assert second_softmax_floor(classes) == pytest.approx(-math.log(best[0] / best.sum()))
    for smoothing in SMOOTHING:
        target = np.full(classes, smoothing / classes)
        target[0] += 1 - smoothing
        expected = -(target * np.log(target)).sum()
        assert smoothing_floor(classes, smoothing) == pytest.approx(expected)


@given(st.lists(st.integers(0, 5), min_size=1, max_size=40))
def test_entropy_of_the_labels_is_the_loss_of_their_frequencies(labels):
    shares = np.bincount(labels) / len(labels)
    assert entropy(shares) == pytest.approx(prior_entropy(np.array(labels)))


@given(st.integers(2, 1200), st.floats(0, 200), st.floats(0, 0.1))
def test_candidates_are_all_those_within_the_tolerance_nearest_first(classes, value, tolerance):
    found = lossacc.recognise(value, classes, tolerance=tolerance)
    offs = [abs(found.off(one)) for one in found.candidates]
    assert offs == sorted(offs)
    near = [one for one in known_values(classes) if abs(one.value - value) <= tolerance]
    assert sorted(near, key=str) == sorted(found.candidates, key=str)


@given(st.integers(2, 1200))
def test_every_landmark_recognises_itself_and_is_worded(classes):
    shares = np.arange(1, classes + 1) / np.arange(1, classes + 1).sum()
    every = known_values(classes, shares if classes < 30 else None)
    assert len({one.name for one in every}) == len(every)
    for one in every[:60]:
        assert one.name in names(one.value, classes, counts=shares if classes < 30 else None)
        assert one.means.endswith(".")
        assert one.tell


# --- The numbers as Keras gives them ----------------------------------------------------------

Y = np.arange(40) % 10
ROWS = np.eye(10, dtype=np.float32)[Y]


def test_an_even_answer():
    loss = float(losses.SparseCategoricalCrossentropy(from_logits=True)(Y, np.zeros((40, 10))))
    assert names(loss, 10) == ("ln 10",)


def test_a_softmax_applied_twice_at_its_floor():
    loss = float(losses.SparseCategoricalCrossentropy(from_logits=True)(Y, ROWS))
    assert names(loss, 10) == ("ln(1 + 9/e)",)


def test_a_sigmoid_applied_twice_at_its_floor():
    yes = np.array([[0.0], [1.0]] * 5, np.float32)
    loss = float(losses.BinaryCrossentropy(from_logits=True)(yes, yes))
    assert "sigmoid twice, 50 % yes" in names(loss, 2)


@pytest.mark.parametrize("smoothing", SMOOTHING)
def test_label_smoothing_at_its_floor(smoothing):
    target = ROWS * (1 - smoothing) + smoothing / 10
    smoothed = losses.CategoricalCrossentropy(from_logits=True, label_smoothing=smoothing)
    loss = float(smoothed(ROWS, np.log(target)))
    assert f"label smoothing {smoothing:g}" in names(loss, 10)


@pytest.mark.parametrize("loss", ["sparse_categorical_crossentropy", "categorical_crossentropy"])
def test_one_answer_to_everything_at_keras_clamp(loss):
    sure = np.eye(10, dtype=np.float32)[np.zeros(40, int)]
    y = ROWS if loss == "categorical_crossentropy" else Y
    found = float(np.mean(losses.get(loss)(y, sure)))
    assert names(found, 10) == ("-ln 1e-7 x 0.9",)
    assert names(found, 10, accuracy=0.1) == ("-ln 1e-7 x 0.9",)


def test_a_sure_yes_and_a_sure_no_are_held_at_two_numbers():
    sure = losses.BinaryCrossentropy()
    no, yes = np.zeros((4, 1), np.float32), np.ones((4, 1), np.float32)
    assert "-ln 1e-7" in names(float(sure(yes, no)), 2)
    assert "-ln 2^-23" in names(float(sure(no, yes)), 2)


def test_exchanged_arguments_follow_one_minus_p():
    even = np.full((40, 10), 0.1, np.float32)
    loss = float(np.mean(losses.categorical_crossentropy(even, ROWS)))
    (found,) = lossacc.recognise(loss, 10).candidates
    assert found.name == "-ln 1e-7 x 0.9"
    assert "swapped" in found.tell


def test_exchanged_arguments_of_tensorflow_share_a_floor():
    loss = tensorflow().nn.softmax_cross_entropy_with_logits(labels=ROWS, logits=ROWS)
    (found,) = lossacc.recognise(float(np.mean(loss)), 10).candidates
    assert "Swapped" in found.tell


@pytest.mark.parametrize(
    ("loss", "name"),
    [
        ("mse", "mean squared error at 1/K"),
        ("mae", "mean absolute error at 1/K"),
        ("binary_crossentropy", "binary cross-entropy of K units at 1/K"),
        ("categorical_hinge", "categorical hinge at 1/K"),
        ("categorical_focal_crossentropy", "focal loss (gamma 2, alpha .25) at 1/K"),
    ],
)
def test_other_losses_of_an_even_answer(loss, name):
    even = np.full((40, 10), 0.1, np.float32)
    assert name in names(float(np.mean(losses.get(loss)(ROWS, even))), 10)


def test_a_loss_over_one_unit_is_nothing():
    with pytest.warns(SyntaxWarning, match="num_classes > 1"):
        loss = float(np.mean(losses.categorical_crossentropy(np.ones((4, 1)), np.ones((4, 1)))))
    assert "one unit" in lossacc.recognise(loss, 2).note


# --- What is said -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (math.nan, "class 0"),
        (math.inf, "probability of exactly 0"),
        (-0.4, "swapped"),
        (5.0, "31.02 % would be wrong"),
        (40.0, "above ln 10"),
        (1.0, ""),
        (2.303, ""),
    ],
)
def test_notes(value, says):
    note = lossacc.recognise(value, 10).note
    assert says in note
    assert bool(note) == bool(says)


def test_prints_and_shows_itself():
    found = lossacc.recognise(0.503, 2)
    text = str(found).splitlines()
    assert text[0] == "0.503 nats, 2 classes, within 0.005: 3 known numbers fit"
    assert text[1] == "sigmoid twice, 50 % yes = 0.5032 (off by -0.0002)"
    assert text[3].startswith("  To tell: ")
    assert found._repr_html_().count("<tr>") == 4
    nothing = lossacc.recognise(5.0, 10)
    assert str(nothing).startswith("5 nats, 10 classes, within 0.005: nothing known fits")
    assert "<table>" not in nothing._repr_html_()


@pytest.mark.parametrize(
    ("given", "error", "says"),
    [
        ({"value": "2.3", "classes": 10}, TypeError, "value is '2.3'"),
        ({"value": True, "classes": 10}, TypeError, "value is True"),
        ({"value": 2.3, "classes": 1}, ValueError, "classes is 1"),
        ({"value": 2.3, "classes": 2.5}, TypeError, "classes is 2.5"),
        ({"value": 2.3, "classes": 3, "tolerance": -1}, ValueError, "tolerance is -1"),
        ({"value": 2.3, "classes": 3, "accuracy": 90}, ValueError, "accuracy is 90"),
        ({"value": 2.3, "classes": 3, "counts": [1, 2]}, ValueError, r"expected \(3,\)"),
        ({"value": 2.3, "classes": 2, "counts": [-1, 2]}, ValueError, "-1 at place 0"),
        ({"value": 2.3, "classes": 2, "counts": [0, 0]}, ValueError, "one above 0"),
    ],
)
def test_refuses_with_a_sentence(given, error, says):
    with pytest.raises(error, match=says):
        lossacc.recognise(**given)


def test_a_numpy_number_will_do():
    assert names(np.float32(2.3026), np.int64(10)) == ("ln 10",)
