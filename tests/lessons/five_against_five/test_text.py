"""Notebook 03: what its text says beyond claims."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from lossacc import Recorder, find_conflicts, lessons
from lossacc.data import Examples, load_digits
from lossacc.figures import losses as histogram
from lossacc.lessons.five_against_five.evidence import held_out
from lossacc.lessons.five_against_five.exercises import found_again, four_kinds, plant
from lossacc.lessons.five_against_five.five_against_five import sets
from lossacc.losses.bounds import prior_entropy
from lossacc.networks.cnn import small_cnn
from lossacc.runs.run import Run
from lossacc.runs.toys import losses_of
from lossacc.support.keras_api import keras
from tests.copies import copies, shown, slow_copies
from tests.notebooks.rules import lossacc_metadata
from tests.notebooks.running import read
from tests.project import ROOT

NOTEBOOK = ROOT / "notebooks" / "03_five_against_five.ipynb"
CLAIMS = [id for cell in read(NOTEBOOK).cells for id in lossacc_metadata(cell).get("claims", ())]
LN2 = math.log(2)
ON_THE_LINE = 0.003  # nats; in a figure it is the line
DIGITS = load_digits()


def test_the_planted_copies_are_of_their_originals() -> None:
    planted = plant(DIGITS, exact=20, near=30, seed=3)
    whole, copies = planted.examples, planted.copies
    assert len(whole) == len(DIGITS) + 50
    np.testing.assert_array_equal(whole.images[: len(DIGITS)], DIGITS.images)
    np.testing.assert_array_equal(whole.labels[: len(DIGITS)], DIGITS.labels)
    np.testing.assert_array_equal(whole.images[copies[:20]], DIGITS.images[planted.originals[:20]])
    assert (whole.labels[copies] != DIGITS.labels[planted.originals]).all()
    np.testing.assert_array_equal(whole.truth[copies], DIGITS.labels[planted.originals])
    assert len(set(planted.originals.tolist())) == 50
    moved = np.abs(whole.images[copies[20:]] - DIGITS.images[planted.originals[20:]])
    assert (moved.max(axis=(1, 2, 3)) > 0).all()
    assert moved.max() < 0.05 + 6 * 0.02
    assert whole.images.min() >= 0
    assert whole.images.max() <= 1


@pytest.mark.parametrize("exact", [-1, 2000, 1.5])
def test_more_copies_than_images_are_refused(exact: Any) -> None:
    with pytest.raises((TypeError, ValueError), match="exact is"):
        plant(DIGITS, exact, 0, seed=0)
    with pytest.raises(ValueError, match="near is 1797; expected a whole number from 0 to 1796"):
        plant(DIGITS, 1, 1797, seed=0)


def test_precision_and_recall_by_hand() -> None:
    images = np.random.default_rng(0).random((6, 6, 6, 1)).astype(np.float32)
    images[5] = images[4]
    planted = plant(Examples(images, [0, 1, 0, 1, 0, 1], ("A", "B")), exact=2, near=0, seed=1)
    x, y = planted.examples.images, planted.examples.labels
    # Images 4 and 5 were in conflict before anything was planted; copies are of others or of these.
    found = find_conflicts(x, y, near=0)
    known = {*planted.originals.tolist(), *planted.copies.tolist()}
    precision, recall = found_again(found, planted)
    assert recall == 1
    assert precision == pytest.approx(len(known) / len(known | {4, 5}))
    nothing = find_conflicts(x[:4], y[:4])
    assert nothing.groups == ()
    missed, none = found_again(nothing, planted)
    assert math.isnan(missed)
    assert none == 0
    assert math.isnan(found_again(found, plant(DIGITS, 0, 0, seed=0))[1])


@pytest.mark.parametrize("seed", range(1, 5))
def test_what_the_text_says_of_the_planted_conflicts(seed: int) -> None:
    planted = plant(DIGITS, exact=20, near=20, seed=seed)
    found = find_conflicts(planted.examples.images, planted.examples.labels)
    precision, recall = found_again(found, planted)
    assert recall == 1
    assert precision > 0.95
    assert found.best_accuracy == pytest.approx(1 - 20 / 1837)


def test_what_the_text_says_of_images_on_both_sides() -> None:
    planted = plant(DIGITS, exact=20, near=20, seed=1)
    x = planted.examples.images
    first, second = x[:1200], np.concatenate([x[1200:1797], x[:5]])
    side = np.array([0] * len(first) + [1] * len(second))
    across = find_conflicts(np.concatenate([first, second]), side, near=0)
    assert [group.indices for group in across.groups] == [(n, 1797 + n) for n in range(5)]


def drawn(arm: str, seed: int = 1, **knobs: Any) -> tuple[Examples, Examples]:
    five = lessons.experiment("five-against-five")
    images, others = sets(five.settings(arm, **knobs), DIGITS, seed)
    assert others is not None
    return images, others


@pytest.mark.parametrize("seed", range(1, 5))
def test_what_the_text_says_of_fine_and_coarse_images(seed: int) -> None:
    fine, coarse = drawn("alike", seed)[0], drawn("alike, coarse", seed)[0]
    assert find_conflicts(fine.images, fine.labels).groups == ()
    found = find_conflicts(coarse.images, coarse.labels)
    assert len(found.indices) == 400
    assert found.best_accuracy == 1


def test_the_four_kinds_are_the_rows_of_the_table() -> None:
    fine, _ = drawn("alike")
    said = four_kinds(fine).alt
    assert "image 0 labelled A, image 2 labelled A" in said
    assert "image 1 labelled B, image 3 labelled B" in said


def test_what_the_text_says_of_the_hand_made_losses() -> None:
    p = np.array([0.01, 0.5])
    loss = (losses_of(p) + losses_of(1 - p)) / 2
    assert loss.round(3).tolist() == [2.308, 0.693]
    assert -np.log([0.7, 0.3]) == pytest.approx([0.357, 1.204], abs=5e-4)


@pytest.mark.parametrize("weights", np.random.default_rng(0).normal(size=(20, 3)))
def test_no_weighted_sum_of_the_details_gets_below_ln_2(weights: np.ndarray) -> None:
    margins = np.array([[0, 0], [1, 1], [0, 1], [1, 0]]) @ weights[:2] + weights[2]
    assert margins[:2].sum() == pytest.approx(margins[2:].sum())
    assert np.log1p(np.exp(-margins * [1, 1, -1, -1])).mean() >= LN2 - 1e-12


def trained(arm: str = "base", **knobs: Any) -> Run:
    """The runs that the notebook shows."""
    return shown("five-against-five", arm, seed=1, **knobs)


@slow_copies
@pytest.mark.parametrize("id", CLAIMS)
def test_what_is_claimed_holds_on_the_runs_that_are_shown(id: str) -> None:
    claim = lessons.claim(id)
    assert claim.judge({arm: trained(arm) for arm in claim.reads})[0]


@copies
def test_what_the_text_says_of_three_sizes() -> None:
    for name in ("base", "large network", "linear"):
        scores = trained(name).train
        assert scores.loss == pytest.approx(LN2, abs=0.02)  # next to nothing to see
        assert scores.loss[-1] == pytest.approx(LN2, abs=ON_THE_LINE)
        assert scores.accuracy == pytest.approx(0.5)
    assert trained().train.loss == pytest.approx(LN2, abs=ON_THE_LINE)  # from the start


@copies
def test_what_the_text_says_of_the_histograms() -> None:
    for arm, classes in (("base", 2), ("three classes", 3)):
        start = trained(arm).train.cross_entropy[0]
        assert start == pytest.approx(math.log(classes), abs=0.15)
    three = trained("three classes")
    base, end = trained().train, three.train
    assert base.cross_entropy[-1] == pytest.approx(LN2, abs=0.01)
    assert base.correct[-1].sum() == 5
    assert end.cross_entropy[-1, end.labels < 2] == pytest.approx(LN2, abs=0.01)
    assert end.cross_entropy[-1, end.labels == 2] == pytest.approx(0, abs=0.01)
    assert "10 of 20 training images hold 100 % of the loss" in histogram(three).title
    shares = end.cross_entropy[-1] / end.cross_entropy[-1].sum()
    assert shares[end.labels < 2] == pytest.approx(0.1, abs=1e-3)  # ten equal parts


@copies
def test_what_the_text_says_of_the_outlier_beside_the_spike() -> None:
    each = shown("nine-against-one", seed=1).train.cross_entropy[-1]
    assert each[:9].max() < 0.2
    assert each[9] > 2
    assert each[9] > 0.5 * each.sum()


@copies
def test_what_the_text_says_of_seven_against_three() -> None:
    end = trained(labelled_b=3).train
    assert end.loss[-1] == pytest.approx(0.611, abs=2e-3)
    assert end.accuracy[-1] == pytest.approx(0.7)
    assert np.unique(end.cross_entropy[-1].round(2)).tolist() == [0.36, 1.2]


@slow_copies
def test_what_the_text_says_of_a_linear_layer_on_images_that_are_alike() -> None:
    straight = trained("alike, linear")
    scores = straight.scores("validation")
    assert scores.loss == pytest.approx(LN2, abs=0.1)
    assert scores.accuracy == pytest.approx(0.5, abs=0.1)
    assert straight.train.loss[-1] == pytest.approx(LN2 - 0.01, abs=0.01)  # a little below
    losses = scores.cross_entropy[-1]
    assert (losses < LN2).mean() == pytest.approx(0.5, abs=0.05)
    assert np.quantile(losses, 0.9) - np.quantile(losses, 0.1) > 0.2  # neither a spike
    assert losses.max() < 2 * LN2  # nor a tail


@slow_copies
def test_what_the_text_says_of_hidden_layers_on_images_that_are_alike() -> None:
    hidden = trained("alike").scores("validation")
    assert hidden.loss[:5] == pytest.approx(LN2, abs=0.05)
    assert hidden.accuracy[1:4] == pytest.approx(0.5, abs=0.15)
    assert hidden.loss[-1] < 0.05
    assert hidden.accuracy[-1] > 0.99


@slow_copies
def test_what_the_panel_shows_of_faint_details() -> None:
    for knobs in ({}, {"network": "large"}):
        scores = trained("alike", difference=0.1, **knobs).scores("validation")
        assert scores.loss == pytest.approx(LN2, abs=0.02)
        assert scores.accuracy[-1] < 0.9  # it does not tell A from B, and this does:
    assert held_out(trained("alike", difference=0.1, epochs=200))[1] > 0.95


def test_what_the_text_says_of_the_forty_images() -> None:
    settings = lessons.experiment("five-against-five").settings("few, random")
    assert (settings["network"], settings["epochs"]) == ("small", 450)
    images, others = drawn("few, random")
    assert np.bincount(images.labels).tolist() == [20, 20]
    assert np.bincount(others.labels).tolist() == [200, 200]


@slow_copies
def test_what_the_text_says_of_random_labels() -> None:
    chance, right = trained("few, random"), trained("few, right")
    assert chance.train.accuracy[-1] == right.train.accuracy[-1] == 1
    assert chance.train.loss[-1] < 0.05
    assert held_out(chance)[0] > 2 * LN2
    assert held_out(chance)[1] == pytest.approx(0.5, abs=0.1)
    assert held_out(right)[1] > 0.95


@slow_copies
def test_what_the_text_says_of_ten_labels() -> None:
    chance, many = trained("few, random"), trained("few, ten labels")
    told = many.scores("validation")
    assert told.loss == pytest.approx(LN2, abs=0.05)
    assert held_out(chance)[0] > told.loss[-1] + 0.5
    for run in (chance, many):
        assert held_out(run)[1] == pytest.approx(0.5, abs=0.1)
    assert many.train.loss[-1] > 0.3  # it cannot be brought to 0 any more


@slow_copies
def test_what_the_panel_shows_of_one_three_and_ten_labels() -> None:
    losses, accuracies = zip(
        *(held_out(trained("few, random", votes=votes)) for votes in (1, 3, 10)), strict=True
    )
    assert losses[0] - losses[1] > 4 * abs(losses[1] - losses[2])
    assert LN2 < losses[2] < LN2 + 0.15
    assert losses[1] < LN2 + 0.3
    assert accuracies == pytest.approx([0.5] * 3, abs=0.1)
    assert np.mean([1, 1, 1, 0]) == 1 - 2 * 0.5**3  # three coins disagree in three cases of four


@slow_copies
def test_what_the_panel_shows_of_right_labels_and_a_linear_layer() -> None:
    run = trained("few, right", network="linear")
    assert run.train.accuracy[-1] > 0.8
    assert held_out(run)[1] == pytest.approx(0.5, abs=0.1)


@copies
def test_what_the_text_says_of_merged_classes() -> None:
    three, merged = trained("three classes").train, trained("merged").train
    assert three.accuracy[-1] == 0.75
    assert three.loss[-1] == pytest.approx(LN2 / 2, abs=1e-3)
    assert merged.accuracy[-1] == 1
    assert merged.loss[-1] == pytest.approx(0, abs=1e-3)
    told = [round(float(prior_entropy(end.labels) - end.loss[-1]), 3) for end in (three, merged)]
    assert told == [0.693, 0.693]


@copies
def test_what_the_text_says_of_clipping_and_patience() -> None:
    clipped = trained("clipped")
    assert clipped.gradient_norm[-1] < 0.1
    for arm in ("clipped", "patient"):
        assert trained(arm).train.loss[-1] == pytest.approx(trained().train.loss[-1], abs=1e-4)
        assert trained(arm).train.accuracy[-1] == 0.5


@slow_copies
def test_what_the_text_says_of_one_row_live() -> None:
    row = lessons.experiment("five-against-five").remedies[1]
    without, with_it = (shown("five-against-five", arm, seed=2) for arm in (row.against, row.arm))
    assert held_out(without)[1] == pytest.approx(0.5, abs=0.1)
    assert held_out(with_it)[1] > 0.95
    assert row.gain(without, with_it) == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize("seed", range(3))
def test_what_the_text_says_of_your_own_training(seed: int) -> None:
    planted = plant(DIGITS, exact=20, near=20, seed=1)
    x, y = planted.examples.images, planted.examples.labels
    found = find_conflicts(x, y).indices
    recorder = Recorder((x[found], y[found]))
    keras().utils.set_random_seed(seed)
    model = small_cnn(x.shape[1:], 10)
    loss = keras().losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras().optimizers.Adam(0.003), loss)
    model.fit(x, y, epochs=8, callbacks=[recorder], verbose=0)
    losses = recorder.run.train.cross_entropy[-1]
    copied = np.isin(found, planted.copies)
    assert (losses < 1).mean() == pytest.approx(0.5, abs=0.1)  # half of them near 0
    assert np.median(losses[~copied]) < 0.1
    assert np.median(losses[copied]) > 3
    assert np.ptp(np.quantile(losses[copied], [0.1, 0.9])) > 2  # spread far out
    assert (np.abs(losses - LN2) < 0.1).mean() < 0.1  # no spike
