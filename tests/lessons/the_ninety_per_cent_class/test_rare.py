"""Weights and even batches."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossacc.lessons.the_ninety_per_cent_class.rare import evenly, feeding
from lossacc.training.train import train
from tests.small import compiled, dense, sgd

NINE_TO_ONE = np.array([0] * 90 + [1] * 10)
LABELS = st.lists(st.integers(0, 4), min_size=6, max_size=80).map(np.array)


def options(labels=NINE_TO_ONE, **knobs):
    return feeding({"weights": "none", "feeding": "shuffled", **knobs}, labels, 3)


def test_nothing_is_done_unless_asked_for():
    assert options() == {}


def test_class_weights_are_how_many_times_as_many_the_commonest_has():
    assert options(weights="class_weight") == {"class_weight": {0: 1.0, 1: 9.0}}


def test_sample_weights_have_the_same_ratios_and_a_mean_of_one():
    weights = options(weights="sample_weight")["sample_weight"]
    assert weights.mean() == pytest.approx(1.0)
    assert weights[-1] / weights[0] == pytest.approx(9.0)
    assert weights[0] == pytest.approx(1 / 1.8)


@given(LABELS, st.integers(0, 50))
def test_oversampled_epochs_are_as_long_and_hold_every_class_evenly(labels, epoch):
    drawn = evenly(labels, 3)(epoch)
    assert len(drawn) == len(labels)
    counts = [int((labels[drawn] == label).sum()) for label in np.unique(labels)]
    assert max(counts) - min(counts) <= 1
    for label, count in zip(np.unique(labels), counts, strict=True):
        times = [int((drawn == n).sum()) for n in np.flatnonzero(labels == label)]
        assert max(times) - min(times) <= 1
        assert sum(times) == count


def test_oversampling_repeats_by_seed_and_changes_by_epoch():
    order = evenly(NINE_TO_ONE, 3)
    assert (order(5) == evenly(NINE_TO_ONE, 3)(5)).all()
    assert not (order(5) == order(6)).all()
    assert not (order(5) == evenly(NINE_TO_ONE, 4)(5)).all()


@pytest.mark.parametrize(
    ("weights", "loss"), [("class_weight", 1.8 * math.log(2)), ("sample_weight", math.log(2))]
)
def test_the_best_constant_answer_costs_what_keras_prints(weights, loss):
    """Keras divides the weighted sum by N, and not by the weights: 1.248 for 1 and 9."""
    x, given_weights = np.zeros((100, 6, 6, 1), np.float32), options(weights=weights)
    model = compiled(dense(2), sgd(0.0))
    run = train(model, (x, NINE_TO_ONE), epochs=1, batch_size=100, learning_rate=0.0,
                **given_weights)  # fmt: skip
    fitted = model.fit(x, NINE_TO_ONE, epochs=1, batch_size=100, verbose=0, **given_weights)
    assert run.objective[-1] == pytest.approx(loss, rel=1e-5)
    assert run.printed["loss"][-1] == pytest.approx(loss, rel=1e-5)
    assert fitted.history["loss"][0] == pytest.approx(loss, rel=1e-5)
    assert run.train.loss[-1] == pytest.approx(math.log(2), rel=1e-5)
