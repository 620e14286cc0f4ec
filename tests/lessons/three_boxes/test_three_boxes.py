"""Three boxes: its schedule, what stands in for a cut, its prediction, and its numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lossacc.analysis.weight_norms import KERNEL_NORM, NormWatch, norms_of
from lossacc.claims.experiment import Hooks
from lossacc.data import glyphs
from lossacc.lessons import experiment as load
from lossacc.lessons.three_boxes import evidence as read
from lossacc.lessons.three_boxes.training import Schedule, fresh_network
from lossacc.networks.cnn import initialise
from tests.made_runs import run_of_curves

BOXES = load("three-boxes")
DIGIT = (8, 8, 1)


def schedule(arm="base", **knobs):
    """The schedule of an arm, for kernels that halve between the cuts."""
    watch = NormWatch(model=None)
    watch.norms[:] = [8.0] * 13 + [4.0] * 100
    return Schedule(BOXES.settings(arm, **knobs), watch)


def test_the_rate_is_cut_to_a_tenth_after_either_epoch():
    rates = [schedule().rate(epoch) for epoch in (0, 11, 12, 47, 48, 59)]
    assert rates == pytest.approx([0.3, 0.3, 0.03, 0.03, 0.003, 0.003])
    assert [schedule().batch(epoch) for epoch in (0, 47, 48)] == [16, 16, 16]


@pytest.mark.parametrize(
    ("arm", "rates", "batches"),
    [
        ("no second cut", [0.3, 0.03, 0.03], [16, 16, 16]),
        ("larger batch", [0.3, 0.03, 0.03], [16, 16, 160]),
        ("averaged weights", [0.3, 0.03, 0.0], [16, 16, 16]),
        ("effective rate held", [0.3, 0.0075, 0.00075], [16, 16, 16]),
        ("small rate", [0.05, 0.05, 0.05], [16, 16, 16]),
    ],
)
def test_each_arm_does_what_it_says_before_between_and_after_the_cuts(arm, rates, batches):
    plan = schedule(arm)
    assert [plan.rate(epoch) for epoch in (11, 24, 54)] == pytest.approx(rates)
    assert [plan.batch(epoch) for epoch in (11, 24, 54)] == batches


def test_the_effective_rate_is_held_from_the_first_cut_on():
    plan = schedule("effective rate held")
    effective = [plan.rate(epoch) / plan.watch.norms[epoch] ** 2 for epoch in (12, 13, 34)]
    assert effective == pytest.approx([0.03 / 64] * 3)


def epoch(number):
    """A run whose last epoch is this one."""
    return run_of_curves([1.0] * (number + 1), [0.5] * (number + 1), [0.1] * number)


def test_the_weights_are_averaged_over_the_second_half_and_the_velocity_is_forgotten():
    settings = BOXES.settings("averaged weights", second_cut=24, optimizer="Keras")
    model = fresh_network(settings, DIGIT, 3, 0)
    model.optimizer.build(model.trainable_variables)
    plan, kept = Schedule(settings, NormWatch(model)), []
    for number in range(12, 25):
        initialise(model, number)
        model.optimizer.momentums[0].assign_add(np.ones(model.optimizer.momentums[0].shape))
        if number > 18:
            kept.append([w.copy() for w in model.get_weights()])
        plan.average(epoch(number))
    wanted = [np.mean(each, axis=0) for each in zip(*kept, strict=True)]
    for found, mean in zip(model.get_weights(), wanted, strict=True):
        np.testing.assert_allclose(found, mean, atol=1e-6)
    assert not np.asarray(model.optimizer.momentums[0]).any()


def test_without_a_second_cut_nothing_is_averaged():
    plan = schedule(second="average", second_cut=0)
    plan.average(epoch(0))
    assert plan.rate(34) == pytest.approx(0.03)


def test_at_a_rate_of_zero_only_the_statistics_move():
    run = BOXES.run("averaged weights", second_cut=24, epochs=60, seed=3)
    norms = norms_of(run)
    assert np.ptp(norms[25:]) == 0 < np.ptp(norms[19:24])
    assert np.ptp(run.train.loss[34:]) < 0.1


def test_the_run_notes_the_lengths_also_where_it_is_stopped():
    calls = []
    hooks = Hooks(should_stop=lambda: len(calls) > 3, on_epoch=calls.append)
    run = BOXES.run(hooks=hooks)
    assert "stopped" in run.settings
    assert len(norms_of(run)) == len(run.epochs)
    assert len(norms_of(calls[-1])) == len(calls[-1].epochs)


def test_the_same_seed_gives_the_same_run_and_other_images_will_do():
    first, again = (BOXES.run("fresh noise", seed=4) for _ in range(2))
    assert (first.validation.logits == again.validation.logits).all()
    coloured = glyphs(1000, classes=5, size=10, channels=3, seed=1)
    run = BOXES.run(data=coloured, epochs=24)
    assert run.validation.classes == 5
    assert run.validation.accuracy[-1] > 0.4


RATES = [0.3] * 12 + [0.03] * 36 + [0.003] * 12


def shaped(low, late, end, rates=RATES):
    """A run of 60 epochs with these (loss, accuracy) after epoch 12, from 31 and from 49 on."""
    levels = [low] * 18 + [late] * 18 + [end] * 12
    losses = list(np.linspace(2.0, 1.2, 13)) + [loss for loss, _ in levels]
    right = list(np.linspace(0.2, 0.6, 13)) + [accuracy for _, accuracy in levels]
    run = run_of_curves(losses, right, rates)
    return replace(run, printed={"loss": np.array(losses), KERNEL_NORM: np.ones(61)})


RED = shaped((0.7, 0.8), (0.85, 0.76), (0.65, 0.82))
BLUE = shaped((0.7, 0.8), (0.85, 0.81), (0.85, 0.81))
FLAT = shaped((0.7, 0.8), (0.7, 0.8), (0.7, 0.8))


@pytest.mark.parametrize(
    ("run", "says"),
    [
        (RED, "at the cut, both improve"),
        (shaped((0.7, 0.8), (0.85, 0.76), (0.85, 0.76)), "at the cut, no improvement"),
        (BLUE, "the accuracy does not fall with it"),
        (FLAT, "None of this"),
    ],
)
def test_every_run_has_one_outcome_and_a_sentence(run, says):
    assert says in BOXES.prediction.outcome(run).says
    assert BOXES.prediction.measured(run).endswith("%.")


def test_the_numbers_are_those_of_the_curves():
    assert read.rising(RED)["rise of the loss"] == pytest.approx(0.15, abs=1e-4)
    assert read.red_rise(RED)["fall of the accuracy from its best"] > 0.04
    assert read.red_rise(BLUE)["fall of the accuracy from its best"] < 0.005
    assert read.falling(RED)["fall of the loss"] == pytest.approx(0.2, abs=1e-4)
    assert read.is_green(read.falling(RED))
    assert not read.is_green(read.falling(BLUE))
    assert read.cooled_rise(RED)["rise of the loss"] == pytest.approx(0.15, abs=1e-4)
    cool = read.cooled_rise(BLUE)
    assert cool["rise with a temperature"] < cool["rise of the loss"] / 2
    assert read.gain_late_accuracy(RED, BLUE) == pytest.approx(0.05, abs=1e-4)
    assert read.gain_low_loss(BLUE, BLUE) == pytest.approx(0.15, abs=1e-4)
    assert read.gain_low_accuracy(BLUE, BLUE) == pytest.approx(-0.01, abs=1e-4)
    assert read.released(RED, BLUE)["accuracy in the second half, without minus with"] > 0.04


def test_a_few_wild_epochs_before_the_cut_do_not_look_like_a_fall():
    calm = read.training_falls(FLAT)
    wild = FLAT.train.logits.copy()
    wild[[33, 40, 46]] *= -20  # sure of what is wrong
    found = read.training_falls(replace(FLAT, train=replace(FLAT.train, logits=wild)))
    assert found["left"] == pytest.approx(calm["left"], abs=0.01)
    assert calm["left"] == pytest.approx(1, abs=0.05)


def test_who_pays_between_the_cuts():
    assert read.payers(FLAT)["rise of the loss"] == pytest.approx(0, abs=1e-6)
    found = read.payers(BLUE)
    assert found["images that change sides"] == pytest.approx(2 / 200)
    assert found["rise of the loss"] == pytest.approx(0.15, abs=1e-4)
    assert found["paid by those that stayed wrong"] > found["rise of the loss"]


def test_a_temperature_takes_back_what_is_too_sure():
    """Wrong images at a loss of some 4 nats, right ones at .01: sure of everything."""
    found = read.cooled(BLUE)
    assert found["temperature"] > 2
    assert found["loss with it"] < found["loss"]


def test_remedies_name_arms_and_what_is_done():
    for remedy in BOXES.remedies:
        BOXES.arm(remedy.arm)
        assert (remedy.says or BOXES.arm(remedy.arm).says).endswith(".")
        assert remedy.bound > 0
