"""Notebook 04: what its text says beyond claims."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lossacc import experiments, toys
from lossacc.classes import balanced_accuracy, class_loss, class_shares, confusion, recall
from lossacc.classes import without_prior as taken_out
from lossacc.experiments.ninety_evidence import blind_epochs
from lossacc.experiments.ninety_per_cent import OTHERS, sets, two_classes
from lossacc.lessons.the_ninety_per_cent_class import rare_probability
from lossacc.run import Run
from lossacc.scores import Scores
from lossacc.types import FloatArray
from tests.runs import copies, shown

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "04_the_ninety_per_cent_class.ipynb"
ENTROPY = (9 * math.log(10 / 9) + math.log(10)) / 10


def weighted(p: float) -> float:
    """The loss of one answer to ninety A of weight 1 and ten B of weight 9, as Keras divides."""
    return (90 * -math.log(p) + 10 * 9 * -math.log(1 - p)) / 100


def test_the_arithmetic_of_the_weights() -> None:
    lowest = min(np.linspace(0.001, 0.999, 999), key=weighted)
    assert lowest == pytest.approx(0.5)
    assert weighted(0.5) == pytest.approx(1.248, abs=5e-4)
    assert weighted(0.9) == pytest.approx(2.167, abs=5e-4)
    assert weighted(0.49) - weighted(0.5) < 0.001
    assert [round(one / 1.8, 3) for one in (1, 9)] == [0.556, 5.0]


def test_keras_divides_the_weighted_loss_by_the_images() -> None:
    keras = pytest.importorskip("keras")
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(2, kernel_initializer="zeros")])
    model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    labels = np.array([0] * 90 + [1] * 10)
    told = model.fit(
        np.zeros((100, 1), np.float32),
        labels,
        batch_size=100,
        class_weight={0: 1, 1: 9},
        validation_data=(np.zeros((100, 1), np.float32), labels),
        verbose=0,
    )
    assert told.history["loss"][0] == pytest.approx(1.8 * math.log(2), rel=1e-5)
    assert told.history["val_loss"][0] == pytest.approx(math.log(2), rel=0.01)


def test_the_toy_is_ninety_against_ten() -> None:
    state = toys.NineAgainstOne(0.9)
    assert (state.loss, state.accuracy) == (pytest.approx(ENTROPY), pytest.approx(0.9))


def test_pulls_by_hand() -> None:
    assert math.isclose(30 * 0.9, 270 * 0.1)
    assert [round(1 - math.exp(-nats), 2) for nats in (3, 5)] == [0.95, 0.99]


def test_the_rare_probability_is_that_of_the_rare_class() -> None:
    logits = np.log(np.array([[[0.7, 0.3], [0.2, 0.8], [0.6, 0.4]]], dtype=np.float32))
    rare, common = rare_probability(Scores(logits, np.array([0, 1, 1])), 0)
    assert rare == pytest.approx([0.8, 0.4])
    assert common == pytest.approx([0.3])
    with pytest.raises(ValueError, match="scores of 3 classes"):
        rare_probability(Scores(np.zeros((1, 1, 3), np.float32), np.array([0])), 0)


def trained(arm: str = "base", experiment: str = "ninety-per-cent", **knobs: Any) -> Run:
    """The runs that the notebook shows."""
    return shown(experiment, arm, seed=1, **knobs)


def held(run: Run) -> Scores:
    return run.scores("validation")


def balanced(run: Run) -> FloatArray:
    return balanced_accuracy(held(run))


def test_what_the_text_says_of_the_images() -> None:
    from lossacc.data import load

    experiment, data = experiments.load("ninety-per-cent"), load("digits")
    train, held_out = sets(experiment.settings(), data, 1)
    assert (train.counts.tolist(), held_out.counts.tolist()) == ([270, 30], [900, 100])
    rare = two_classes(data, OTHERS).labels == 1
    assert set(data.labels[rare]) == {8}


@copies
def test_what_the_text_says_of_the_first_epochs() -> None:
    base = trained()
    assert np.abs(base.train.loss[2:11] - ENTROPY).max() < 0.05
    assert blind_epochs(held(base)) > 20
    assert base.base_rate("train", 5).one_answer
    late = recall(base.train)[:, 1]
    assert late[20] == 0
    assert late[-1] > 0.95


@copies
def test_what_the_text_says_of_the_confusion() -> None:
    counts = confusion(held(trained()))
    assert counts[0, 0] > 880
    assert counts[1, 0] > 3 * counts[0, 1]
    assert 30 < counts[1, 1] < 85
    assert held(trained()).accuracy[-1] == pytest.approx(0.95, abs=0.015)


@copies
def test_what_the_text_says_of_the_log_prior() -> None:
    base, prior = trained(), trained("log prior")
    assert prior.train.loss[0] == pytest.approx(ENTROPY, abs=0.01)
    assert 12 < blind_epochs(prior.train) < blind_epochs(base.train) - 2


@copies
def test_what_the_text_says_of_the_threshold() -> None:
    run = trained()
    last = blind_epochs(held(run))
    rare, common = rare_probability(held(run), last)
    assert 0.5 > np.median(rare) > 2 * np.median(common)
    assert rare.max() < 0.5
    gain = balanced_accuracy(taken_out(held(run), class_shares(run.train.labels, 2))) - balanced(
        run
    )
    assert gain[last] > 0.15
    assert gain[-1] > 0.02
    even = balanced(trained("oversampled")) - balanced(run)
    assert gain[-5:].mean() > even[-5:].mean() > -0.02


@copies
def test_what_the_text_says_of_twenty_false_alarms() -> None:
    rare, common = rare_probability(held(trained()), -1)
    paid = [20 * (rare < t).sum() + (common >= t).sum() for t in (0.5, 1 / 21)]
    assert paid[1] < 0.8 * paid[0]


def climbs(run: Run) -> float:
    return float(np.diff(run.train.loss).clip(0).sum())


@copies
def test_what_the_text_says_of_the_rate() -> None:
    assert climbs(trained("equal classes")) > 2 * climbs(trained())
    fast = trained("rate too high")
    assert fast.train.loss[5:] == pytest.approx(ENTROPY, abs=0.03)
    assert fast.train.logits[-1].std(axis=0).max() < 1e-3  # no image differs from another
    assert trained("rate too high", clip=0.1).train.accuracy[-1] > 0.98
    norms = trained().gradient_norm[1:]
    assert (norms < 1).mean() > 0.9


@copies
def test_what_the_text_says_of_patience() -> None:
    run = trained("wrong labels")
    loss, found = class_loss(held(run))[:, 1], recall(held(run))[:, 1]
    assert loss[25:35].min() < loss[2:20].mean()
    assert loss[120] > 2 * loss[2:20].mean()
    assert np.abs(found[60:] - found[-1]).max() < 0.1
    assert np.ptp(held(run).accuracy[[15, 45, 120]]) < 0.06
    assert run.train.accuracy[-1] > 0.97


@copies
def test_what_the_text_says_of_weights_from_the_log_prior() -> None:
    run = trained("log prior, class weights")
    assert run.objective is not None
    falls = -np.diff(run.objective[:7])
    assert falls.argmax() == 0
    assert run.train.accuracy[1] < 0.2 < 0.85 < run.train.accuracy[0]
    assert run.objective[0] == pytest.approx(weighted(0.9), abs=0.25)


@copies
def test_what_the_text_says_of_the_two_losses() -> None:
    run = trained("class weights")
    printed, val = run.printed["loss"], run.printed["val_loss"]
    assert printed[1] == pytest.approx(1.248, abs=0.05)
    assert (printed[1:5] > 1.3 * val[1:5]).all()
    assert run.train.loss[:6] == pytest.approx(held(run).loss[:6], abs=0.05)
    gain = balanced(run) - balanced(trained())
    assert gain[5:16].mean() > 0.15 > 0.1 > gain[-5:].mean()


@copies
def test_what_the_panel_shows_of_clipping_to_a_tenth() -> None:
    run = trained(clip=0.1)
    found = recall(held(run))[-1, 1]
    assert found < recall(held(trained()))[-1, 1] - 0.2
    assert np.nanmin(run.gradient_norm) > 0.1


@copies
def test_what_the_panel_shows_of_one_in_five() -> None:
    run = trained(rare=0.2, epochs=15)
    assert run.train.loss[3:9] == pytest.approx(0.5, abs=0.07)
    assert run.train.loss[8] < 0.5
    assert run.train.accuracy[3:11] == pytest.approx(0.8)
    weighed = trained(rare=0.2, epochs=15, weights="class_weight").train
    assert weighed.loss[1:5] == pytest.approx(math.log(2), abs=0.12)
    assert np.ptp(weighed.accuracy[1:9]) > 0.3


@copies
def test_what_the_panel_shows_of_a_larger_network() -> None:
    large = trained(network="large")
    assert 15 < blind_epochs(held(large)) <= blind_epochs(held(trained())) + 3
    assert balanced(large)[-5:].mean() == pytest.approx(balanced(trained())[-5:].mean(), abs=0.06)


@copies
def test_what_the_text_says_of_the_long_tail() -> None:
    run = trained(experiment="long-tail")
    counts = np.bincount(run.train.labels)
    assert counts.tolist() == [100, 65, 42, 27, 18, 11, 7, 5, 3, 2]
    assert counts[:4].sum() > 0.8 * counts.sum()
    assert np.bincount(held(run).labels).tolist() == [60] * 10
    row = int((run.train.accuracy >= 0.7).argmax())
    assert held(run).accuracy[row] < 0.5
    answers = confusion(held(run))
    assert np.tril(answers, -1).sum() > 3 * np.triu(answers, 1).sum()
    assert run.train.accuracy[-1] > 0.99
    assert recall(held(run))[-1, 7:].mean() < 0.5 < recall(held(run))[-1, :3].mean()
