"""Notebook 04: what its text says beyond claims."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from lossacc import lessons
from lossacc.analysis.per_class import (
    balanced_accuracy,
    class_loss,
    class_shares,
    confusion,
    recall,
)
from lossacc.analysis.per_class import without_prior as taken_out
from lossacc.lessons.the_ninety_per_cent_class.claims import BALANCED, EARLY
from lossacc.lessons.the_ninety_per_cent_class.evidence import blind_epochs
from lossacc.lessons.the_ninety_per_cent_class.exercises import rare_probability
from lossacc.lessons.the_ninety_per_cent_class.ninety_per_cent import OTHERS, sets, two_classes
from lossacc.runs import toys
from lossacc.runs.run import Run
from lossacc.runs.scores import Scores
from lossacc.support.types import FloatArray
from tests.copies import copies, shown
from tests.project import ROOT

NOTEBOOK = ROOT / "notebooks" / "04_the_ninety_per_cent_class.ipynb"
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
    # PyTorch divides by the weights of the batch: then knowing nothing costs ln 2 with any.
    assert 100 * weighted(0.5) / (90 * 1 + 10 * 9) == pytest.approx(math.log(2))


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


def trained(arm: str = "base", experiment: str = "the-ninety-per-cent-class", **knobs: Any) -> Run:
    """The runs that the notebook shows."""
    return shown(experiment, arm, seed=1, **knobs)


def held(run: Run) -> Scores:
    return run.scores("validation")


def balanced(run: Run) -> FloatArray:
    return balanced_accuracy(held(run))


def test_what_the_text_says_of_the_images() -> None:
    from lossacc.data import load

    experiment, data = lessons.experiment("the-ninety-per-cent-class"), load("digits")
    train, held_out = sets(experiment.settings(), data, 1)
    assert (train.counts.tolist(), held_out.counts.tolist()) == ([270, 30], [900, 100])
    rare = two_classes(data, OTHERS).labels == 1
    assert set(data.labels[rare]) == {8}


# The claims whose runs the notebook shows: the text says them of these runs too.
CLAIMS = (
    "the-ninety-per-cent-class/one answer",
    "the-ninety-per-cent-class/rare loss rises",
    "the-ninety-per-cent-class/log prior",
    "the-ninety-per-cent-class/knows before it says",
    "the-ninety-per-cent-class/patience helps",
    "the-ninety-per-cent-class/patience harms",
    "the-ninety-per-cent-class/imbalance is calm",
    "the-ninety-per-cent-class/rate destabilises",
    "the-ninety-per-cent-class/loss and accuracy part",
    "the-ninety-per-cent-class/weights trade",
    "the-ninety-per-cent-class/weights fade",
    "the-ninety-per-cent-class/two scales",
    "the-ninety-per-cent-class/base-rate check",
    "long-tail/head first",
    "long-tail/accuracy hides the tail",
    "long-tail/prior taken out",
)


@copies
@pytest.mark.parametrize("id", CLAIMS)
def test_what_is_claimed_holds_on_the_runs_that_are_shown(id: str) -> None:
    claim = lessons.claim(id)
    runs = {arm: trained(arm, id.partition("/")[0]) for arm in claim.reads}
    assert claim.judge(runs)[0]


@copies
def test_what_the_text_says_of_the_first_epochs() -> None:
    base = trained()
    for scores in (base.train, held(base)):
        assert np.abs(scores.loss[2:13] - ENTROPY).max() < 0.05  # more than ten epochs
        assert (scores.predicted[1:22] == 0).all()  # more than twenty
        assert scores.loss[-1] < ENTROPY - 0.1
        assert scores.accuracy[-1] > 0.9 + 0.04
    assert base.base_rate("train", 5).one_answer
    assert not base.base_rate("train").one_answer


@copies
def test_what_the_text_says_of_each_class_in_training() -> None:
    scores = trained().train
    losses, right = class_loss(scores), recall(scores)
    top = int(losses[:7, 1].argmax())
    assert losses[top, 0] < losses[0, 0]
    assert scores.loss[top] < scores.loss[0] - 0.2  # the mean falls all the same
    assert right[:, 0].min() > 0.95
    assert (right[:22, 1] == 0).all()
    assert right[-1, 1] > 0.95


@copies
def test_what_the_text_says_of_the_confusion() -> None:
    early, counts = confusion(held(trained()), 5), confusion(held(trained()))
    assert early[:, 0].tolist() == [900, 100]
    assert counts[0, 0] > 880
    assert counts[1, 0] > 3 * counts[0, 1]
    assert 40 < counts[1, 1] < 85
    assert held(trained()).accuracy[-1] == pytest.approx(0.96, abs=0.01)


@copies
def test_what_the_text_says_of_the_log_prior() -> None:
    base, prior = trained(), trained("log prior")
    assert base.train.loss[0] > ENTROPY + 0.2  # it falls, and the other begins where it arrives
    assert prior.train.loss[0] == pytest.approx(ENTROPY, abs=0.01)
    assert (prior.train.predicted[0] == 0).all()
    assert 12 < blind_epochs(prior.train) < blind_epochs(base.train) - 2
    assert blind_epochs(base.train) < 30  # the figure ends there
    assert balanced(prior)[-5:].mean() == pytest.approx(balanced(base)[-5:].mean(), abs=0.06)


@copies
def test_what_the_text_says_of_the_threshold() -> None:
    run = trained()
    last = blind_epochs(held(run))
    assert (held(run).predicted[last + 1 :] == 1).any(axis=1).all()  # the last epoch of its kind
    rare, common = rare_probability(held(run), last)
    assert 0.5 > np.median(rare) > 2 * np.median(common)
    assert rare.max() < 0.5
    assert (rare[:, None] > common).mean() > 0.8  # it ranks them well
    assert common.max() > rare.min()
    moved = taken_out(held(run), class_shares(run.train.labels, 2))
    gain = balanced_accuracy(moved) - balanced(run)
    found, alarms = recall(moved)[:, 1], 1 - recall(moved)[:, 0]
    assert found[last] > 0.5  # most of the 8s
    assert recall(held(run))[last, 1] == 0
    assert (alarms > 1 - recall(held(run))[:, 0])[[last, -1]].all()  # its price
    assert gain[last] > 0.15
    assert gain[-1] > 0.02
    even = balanced(trained("oversampled")) - balanced(run)
    assert gain[-5:].mean() > even[-5:].mean() > -0.02
    assert (moved.accuracy - held(run).accuracy)[-5:].mean() < 0  # false alarms are its price


@copies
def test_what_the_text_says_of_twenty_false_alarms() -> None:
    rare, common = rare_probability(held(trained()), -1)
    missed = [(rare < t).sum() for t in (0.5, 1 / 21)]
    alarms = [(common >= t).sum() for t in (0.5, 1 / 21)]
    assert missed[1] < missed[0]
    assert alarms[1] > alarms[0]
    assert 20 * missed[1] + alarms[1] < 0.8 * (20 * missed[0] + alarms[0])


def climbs(run: Run) -> float:
    return float(np.diff(run.train.loss).clip(0).sum())


@copies
def test_what_the_text_says_of_what_the_rare_class_costs() -> None:
    cost = class_loss(trained().train)[4:11]
    assert (cost[:, 1] / cost[:, 0]).mean() == pytest.approx(20, abs=5)
    assert cost[:, 1].min() > 1.9
    assert climbs(trained("equal classes")) > 2 * climbs(trained())
    assert np.diff(trained().train.loss).max() < 0.05  # smoothly


@copies
def test_what_the_text_says_of_the_rate() -> None:
    fast = trained("rate too high")
    assert fast.train.loss[5:] == pytest.approx(ENTROPY, abs=0.03)
    assert fast.train.logits[-1].std(axis=0).max() < 1e-3  # no image differs from another
    assert trained("rate too high, clipped short").train.accuracy[-1] > 0.98
    norms = trained().gradient_norm[1:]
    assert (norms < 1).mean() > 0.9
    assert np.abs(trained("clipped").train.loss - trained().train.loss).max() < 0.05


@copies
def test_what_the_text_says_of_who_stops_at_epoch_8() -> None:
    found = recall(held(trained()))[:, 1]
    assert found[:9].max() == 0
    assert found[-1] > 0.5


@copies
def test_what_the_text_says_of_patience() -> None:
    run = trained("wrong labels")
    loss, found = class_loss(held(run))[:, 1], recall(held(run))[:, 1]
    assert loss[2:20].min() > loss[0]  # the first rise
    assert loss[25:35].min() < loss[2:20].mean()
    assert 22 < (found > 0.05).argmax() < 38
    swings = np.diff(loss)[30:60], np.diff(found)[30:60]
    assert max(swings[0].max(), -swings[0].min()) > 0.3
    assert np.corrcoef(*swings)[0, 1] < -0.5  # in the same swings
    assert loss[120] > 2 * loss[2:20].mean()
    assert loss[120] > loss[60:80].mean() > loss[30:50].mean()
    assert np.abs(found[60:] - found[-1]).max() < 0.1
    assert np.ptp(held(run).accuracy[[15, 45, 120]]) < 0.06
    assert run.train.accuracy[-1] > 0.97
    assert class_loss(run.train)[-1, 1] < 0.1


@copies
def test_what_the_text_says_of_weights_from_the_log_prior() -> None:
    run = trained("log prior, class weights")
    assert run.objective is not None
    falls = -np.diff(run.objective[:7])
    assert 0.7 < falls[0] < 1  # nearly a nat
    assert falls[0] > 2 * falls[1:].max()
    assert run.train.accuracy[1] < 0.2 < 0.85 < run.train.accuracy[0]
    assert run.objective[0] == pytest.approx(weighted(0.9), abs=0.25)
    turns = np.diff(run.train.accuracy[:7])
    assert (turns > 0.2).any()
    assert (turns[1:] < -0.2).any()
    assert run.objective[10] < 0.6 * run.objective[6]  # then both get better
    assert run.train.accuracy[8:11].min() > 0.9 > 0.7 > run.train.accuracy[6]


@copies
def test_what_the_text_says_of_the_two_losses() -> None:
    run = trained("class weights")
    printed, val = run.printed["loss"], run.printed["val_loss"]
    assert printed[1] == pytest.approx(1.248, abs=0.05)
    assert (printed[1:5] > 1.3 * val[1:5]).all()
    assert printed[1:5].mean() == pytest.approx(1.2, abs=0.1)
    assert val[1:5].mean() == pytest.approx(0.7, abs=0.1)
    assert run.train.loss[:6] == pytest.approx(held(run).loss[:6], abs=0.05)
    gain = balanced(run) - balanced(trained())
    assert gain[5:16].mean() > 0.15 > 0.1 > gain[-5:].mean()
    assert (held(run).accuracy - held(trained()).accuracy)[2:9].mean() < -0.05  # paid for


@copies
def test_what_the_panel_shows_of_clipping_to_a_tenth() -> None:
    run = trained(clip=0.1)
    found = recall(held(run))[-1, 1]
    assert found < recall(held(trained()))[-1, 1] - 0.2
    assert np.nanmin(run.gradient_norm) > 0.2  # on average more than twice the limit
    assert blind_epochs(held(run)) > blind_epochs(held(trained())) + 10  # stretched


@copies
def test_what_the_panel_shows_of_one_in_five() -> None:
    run = trained(rare=0.2, epochs=15)
    assert run.train.loss[1:11] == pytest.approx(0.5, abs=0.07)
    assert 0.44 < run.train.loss[8] < 0.5
    assert run.train.accuracy[1:11] == pytest.approx(0.8)
    weighed = trained(rare=0.2, epochs=15, weights="class_weight")
    assert weighed.train.loss[1:5] == pytest.approx(math.log(2), abs=0.12)
    assert np.ptp(weighed.train.accuracy[1:9]) > 0.3
    assert not weighed.base_rate("train", 8).one_answer


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
    found = recall(held(run))
    row = int((run.train.accuracy >= 0.7).argmax())
    assert held(run).accuracy[row] < 0.5
    assert found[row, 7:].mean() < 0.05  # next to none
    assert found[row, 4:].max() < 0.1  # from E to J hardly one
    moved = recall(taken_out(held(run), class_shares(run.train.labels, 10)))[-1]
    assert moved[7:].mean() > found[-1, 7:].mean() + 0.05
    assert (moved[:4] > found[-1, :4] - 0.15).all()  # a little
    assert moved.mean() > found[-1].mean()
    assert run.train.accuracy[-1] == 1
    assert found[-1, 7:].mean() < 0.5 < found[-1, :3].mean()


@copies
def test_what_the_text_says_of_the_order_of_the_tail() -> None:
    found = recall(held(trained(experiment="long-tail")))
    leaves = [int((curve > 0.2).argmax()) if (curve > 0.2).any() else 60 for curve in found[1:].T]
    first, second = np.triu_indices(10, 1)
    in_order = np.array(leaves)[first] <= np.array(leaves)[second]
    assert in_order.mean() > 0.75  # by size, roughly


@copies
def test_what_the_text_says_of_the_confusion_of_the_tail() -> None:
    answers = confusion(held(trained(experiment="long-tail")))
    assert np.tril(answers, -1).sum() > 3 * np.triu(answers, 1).sum()
    assert np.tril(answers, -1)[7:].sum() > 0.9 * (answers[7:].sum() - np.trace(answers[7:, 7:]))


def test_what_the_text_says_of_the_table_of_remedies() -> None:
    gains = {(gain.id.partition("/")[2], gain.measures): gain.mean
             for gain in lessons.results("the-ninety-per-cent-class").gains}  # fmt: skip
    late = {arm: mean for (arm, measures), mean in gains.items() if measures == BALANCED}
    assert all(late["base"] > late[arm] + 0.02 for arm in ("class weights", "oversampled"))
    assert max(late["large network"], late["log prior"]) < 0.02
    assert late["class weights"] < 0.2 * gains["class weights", EARLY]
    assert late["rate too high, clipped short"] > 0.2
    assert late["clipped short"] < late["clipped"] < 0.01
