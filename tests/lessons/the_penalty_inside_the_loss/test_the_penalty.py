"""The penalty: what its trainer notes, what its evidence reads, and what Keras prints."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lossacc.claims.experiment import Hooks
from lossacc.data import glyphs
from lossacc.lessons import experiment as load
from lossacc.lessons.the_penalty_inside_the_loss import evidence as read
from lossacc.runs.scores import Scores
from tests import made_runs
from tests.copies import shown

PENALTY = load("the-penalty-inside-the-loss")


def run_of(losses, penalty, right=None, norms=(2.0, 1.0)):
    """A run of two images of two classes with these mean losses and penalties at each epoch."""
    p = np.exp(-np.asarray(losses, float))
    margin = np.log(p / (1 - p))
    logits = np.stack([np.stack([margin, 0 * margin], -1)] * 2, axis=1).astype(np.float32)
    scores = Scores(logits, np.zeros(2, int))
    whole = np.asarray(losses, float) + np.asarray(penalty, float)
    printed = {"loss": whole, "val_loss": whole}
    settings = {"squared norm": list(norms)}
    return made_runs.run_of(scores, scores, penalty=penalty, printed=printed, settings=settings)


def test_shares_and_falls_are_those_of_the_sum():
    run = run_of([0.5, 0.5, 0.1], [1.5, 1.0, 0.3])
    assert read.share(run, 0) == pytest.approx(0.75)
    assert read.share(run, -1) == pytest.approx(0.75)
    paid = read.paid_by(run)
    assert paid["part of the penalty"] == pytest.approx(1.2 / 1.6)
    assert paid["squared norm left"] == 0.5
    alone = read.falls_alone(run)
    assert alone["fall of the printed loss"] == pytest.approx(1.5 - 0.4)
    assert alone["its distance from ln K"] == pytest.approx(math.log(2) - 0.1, abs=1e-6)


def test_the_order_is_read_from_both_numbers():
    found = read.order(run_of([0.9, 0.8], [0.0, 0.0]), run_of([0.6, 0.5], [0.6, 0.5]))
    assert found["printed, higher by"] == pytest.approx(0.25)
    assert found["cross-entropy, lower by"] == pytest.approx(0.3)


def test_what_an_l2_takes_is_set_against_what_its_pull_adds_up_to():
    plain, given, decayed = (
        run_of([0.5, 0.3, 0.1], [0.0] * 3, norms=(2.0, left)) for left in (1.0, 0.75, 0.998)
    )
    asked = {"batch_size": 1, "learning_rate": 0.01, "knobs": {"l2": 0.05}}
    found = read.adam(plain, given.with_settings(**asked), decayed)
    assert found["taken by L2"] == pytest.approx(0.25)
    assert found["taken by weight_decay"] == pytest.approx(0.002)
    # Four steps, each of which takes 2 x .05 x .01 of each weight, and twice that of its square.
    assert found["times its pull"] == pytest.approx(0.25 / 0.008)


def test_the_epoch_that_is_kept_costs_what_the_other_would_save():
    run = run_of([0.5, 0.3, 0.4], [0.9, 0.8, 0.1])
    assert read.gain_watched(run, run) == pytest.approx(0.1)
    assert read.gain_watched(run, run_of([0.5, 0.3, 0.4], [0.0] * 3)) == 0.0


@pytest.mark.parametrize(
    ("losses", "penalty", "says"),
    [
        ([0.69, 0.69], [5.0, 0.0], "nothing is learned"),
        ([0.69, 0.69], [1.0, 1.0], "does not fall"),
        ([0.69, 0.69], [1.0, math.nan], "does not fall"),
        ([0.69, 0.69], [1.0, 3.0], "does not fall"),
    ],
)
def test_every_run_has_one_outcome_and_a_sentence(losses, penalty, says):
    run = run_of(losses, penalty)
    assert says in PENALTY.prediction.outcome(run).says
    assert sum(one.came(run) for one in PENALTY.prediction.outcomes) == 1
    assert PENALTY.prediction.measured(run).endswith(".")


@pytest.mark.parametrize(
    ("arm", "says"),
    [
        ("base", "The loss falls, and nothing is learned."),
        ("too much weight decay", "The loss does not fall."),
        ("strong L2", "The loss falls, and the network learns: it ends 10 points or more above "
         "chance."),
    ],
)  # fmt: skip
def test_the_arms_come_out_as_their_claims_say(arm, says):
    run = shown(PENALTY.name, arm, seed=1)
    assert PENALTY.prediction.outcome(run).says == says, PENALTY.prediction.measured(run)


def test_keras_prints_what_the_recorder_scores():
    """The numbers of `fit` itself against those of the recorder, epoch by epoch."""
    run = PENALTY.run("fit, strong L2", epochs=10, seed=2)
    held_out, printed = run.scores("validation"), run.printed
    assert printed["val_crossentropy"][1:] == pytest.approx(held_out.loss[1:], abs=1e-4)
    assert printed["val_loss"][1:] == pytest.approx(held_out.loss[1:] + run.penalty[1:], abs=1e-4)
    assert printed["val_accuracy"][1:] == pytest.approx(held_out.accuracy[1:], abs=1e-6)
    told = run.settings["evaluated"]
    assert told["loss"] == pytest.approx(printed["val_loss"][-1], abs=1e-4)
    assert told["crossentropy"] == pytest.approx(printed["val_crossentropy"][-1], abs=1e-4)


def test_without_a_penalty_keras_prints_the_same_number_twice():
    printed = PENALTY.run("fit, weight decay", seed=2).printed
    for name in ("", "val_"):
        assert printed[f"{name}loss"][1:] == pytest.approx(printed[f"{name}crossentropy"][1:])


@pytest.mark.parametrize("loop", ["lossacc", "Keras fit"])
def test_norms_are_noted_for_every_epoch_and_a_stop_is_heard(loop):
    seen = []
    hooks = Hooks(should_stop=lambda: len(seen) > 3, on_epoch=seen.append)
    run = PENALTY.run(loop=loop, seed=1, hooks=hooks)
    assert len(run.settings["squared norm"]) == len(run.epochs) == len(seen)
    assert len(run.epochs) < 10
    assert "stopped" in run.settings
    assert run.penalty == pytest.approx(0.1 * np.array(run.settings["squared norm"]), rel=1e-4)


def test_both_loops_begin_alike_and_shrink_alike():
    fast, fitted = (PENALTY.run(loop=loop, epochs=10, seed=4) for loop in ("lossacc", "Keras fit"))
    assert (fast.train.logits[0] == fitted.train.logits[0]).all()
    assert fitted.penalty[:3] == pytest.approx(fast.penalty[:3], rel=0.05)


def test_batch_statistics_are_those_of_one_batch():
    run = PENALTY.run("BatchNorm, no L2", epochs=10, seed=1)
    told = run.settings["batch statistics"]
    assert set(told) == {"loss", "accuracy", "spread"}
    assert 0.5 < told["accuracy"] <= 1
    assert "batch statistics" not in PENALTY.run("no L2", epochs=10, seed=1).settings


def test_a_run_repeats_bit_for_bit_in_both_loops():
    for arm in ("base", "fit, Dropout"):
        one, again = (PENALTY.run(arm, epochs=10, seed=5) for _ in range(2))
        assert (one.train.logits == again.train.logits).all()
        assert one.settings["squared norm"] == again.settings["squared norm"]


def test_other_images_of_four_classes_and_colour_will_do():
    coloured = glyphs(1100, classes=4, size=8, channels=3, seed=1)
    run = PENALTY.run(data=coloured, epochs=10)
    found = read.falls_alone(run)
    assert found["fall of the printed loss"] > 5
    assert found["its distance from ln K"] < 0.05


def test_remedies_name_arms_and_what_is_done():
    for remedy in PENALTY.remedies:
        PENALTY.arm(remedy.arm)
        PENALTY.arm(remedy.against)
        assert (remedy.says or PENALTY.arm(remedy.arm).says).endswith(".")
        assert remedy.bound > 0
