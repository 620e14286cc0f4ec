"""Notebook 05: what its text says beyond claims."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from lossacc import audit, lessons, recognise
from lossacc.data import load_digits
from lossacc.lessons.any_number_can_be_a_loss import evidence as read
from lossacc.lessons.any_number_can_be_a_loss import keras_slips
from lossacc.lessons.any_number_can_be_a_loss.exercises import (
    TELLS,
    every_loss,
    five_losses,
    marks_of,
    watch,
)
from lossacc.losses.formulas import FORMULAS
from lossacc.losses.logit_slice import along_bias
from lossacc.runs.run import Run
from lossacc.support.text import Sheet
from lossacc.support.types import FloatArray
from tests.copies import shown, slow_copies
from tests.project import ROOT

NOTEBOOK = ROOT / "notebooks" / "05_any_number_can_be_a_loss.ipynb"


def by_first(sheet: Sheet) -> dict[str, tuple[str, ...]]:
    """The rows of a sheet by their first text."""
    return {row[0]: row[1:] for row in sheet.rows}


def test_which_spellings_apply_softmax_twice() -> None:
    found = by_first(keras_slips.spellings())
    times = {name: row[:2] for name, row in found.items()}
    ends = {
        "Dense, from_logits=True": ("once", "once"),
        "Dense softmax, from_logits=False": ("once", "once"),
        "Dense softmax, from_logits=True": ("once", "once"),
        "Dense, Softmax layer, from_logits=True": ("once", "once"),
        "Dense softmax, Activation('linear'), from_logits=True": ("once", "once"),
        "Dense softmax, Reshape, from_logits=True": ("twice", "twice"),
        "Dense softmax, Dropout(0.2), from_logits=True": ("twice", "once"),
        "Dense softmax, Softmax layer, from_logits=False": ("twice", "twice"),
        "Dense, Lambda(tf.nn.softmax), from_logits=True": ("once", "once"),
        "the same with run_eagerly=True": ("twice", "twice"),
        "Dense softmax in mixed_float16, from_logits=True": ("twice", "twice"),
    }
    assert times == ends
    silent = [name for name, row in found.items() if row[0] == "twice" and row[2] == "no"]
    assert len(silent) == 4  # all but Dropout, of which Keras warns in evaluation
    assert found["Dense softmax, from_logits=True"][2] == "yes"


def test_what_comes_of_swapped_arguments() -> None:
    rows = keras_slips.swaps().rows
    raising = [name for name, right, *_ in rows if right == "raises ValueError"]
    assert [("sparse" in name) for name in raising] == [True, True]
    costs = [[float(one) for one in row[1:]] for row in rows if row[0] not in raising]
    names = [row[0] for row in rows if row[0] not in raising]
    below = [name for name, cost in zip(names, costs, strict=True) if cost[2] < 0]
    assert below == ["... (logits, labels)", "... (logits, labels, from_logits=True)"]
    for right, wrong, lower in costs:
        assert right < wrong
        assert lower == pytest.approx(right) or lower < 0


def test_what_fit_does_without_a_gradient() -> None:
    rows = [row[1:] for row in keras_slips.no_gradient().rows]
    raises = "raises ValueError: No gradients provided for any variable."
    shrinks = "runs, and the weights shrink, and warns of missing gradients"
    assert rows == [
        ("None", raises),
        ("None", raises),
        ("0", "runs, and no weight moves"),
        ("None", shrinks),
    ]


def test_what_becomes_of_one_unit() -> None:
    found = by_first(keras_slips.one_unit())
    right = {name: [float(text.rstrip(" %")) for text in row[3:]] for name, row in found.items()}
    loss = {name: [float(x) for x in row[0].split(" to ")] for name, row in found.items()}
    squared, binary, categorical, sigmoid = found
    assert [row[2] for row in found.values()][:3] == ["all 1"] * 3
    assert found[squared][1] == "0"
    assert loss[binary] == pytest.approx(loss[sigmoid], abs=0.02)  # it falls as if all were well
    assert loss[binary][1] < 0.5 * loss[binary][0]
    assert loss[categorical] == [0, 0]
    assert float(found[categorical][1]) > 1
    assert right[sigmoid][0] > 90 > 52 > right[sigmoid][1]
    for name in (squared, binary, categorical):
        assert right[name][0] == pytest.approx(100 - right[sigmoid][1], abs=0.1)


def trained(arm: str = "base", **knobs: Any) -> Run:
    """The runs that the notebook shows."""
    return shown("any-number-can-be-a-loss", arm, seed=1, **knobs)


# The claims whose runs the notebook shows: the text says them of these runs too.
CLAIMS = (
    "nothing moves",
    "too hard",
    "slow where far off",
    "mean of sigmoids",
    "trained to be wrong",
    "scale is a rate",
    "one training, two numbers",
    "floor of a second softmax",
    "below zero",
    "swapped and positive",
    "another ruler",
    "floor of smoothed labels",
    "always falls",
    "small batches",
    "dropout",
    "rate too high",
)


@slow_copies
@pytest.mark.parametrize("name", CLAIMS)
def test_what_is_claimed_holds_on_the_runs_that_are_shown(name: str) -> None:
    claim = lessons.claim(f"any-number-can-be-a-loss/{name}")
    assert claim.judge({arm: trained(arm) for arm in claim.reads})[0]


def objective(run: Run) -> FloatArray:
    """What a run was trained on, where it is not plain cross-entropy."""
    assert run.objective is not None
    return run.objective


def test_the_table_has_every_loss_and_says_what_the_text_says_of_it() -> None:
    assert list(TELLS) == list(FORMULAS)
    table = every_loss(lessons.results("any-number-can-be-a-loss"))
    found = by_first(table)
    assert list(found) == list(FORMULAS)
    trains = [row[3] for row in found.values()]
    assert (trains.count("no"), trains.count("backwards"), trains.count("yes")) == (5, 1, 14)
    accuracy = {name: float(row[4].rstrip(" %")) for name, row in found.items()}
    disguised = ("expected error", "mean absolute error", "swapped: tf.nn, probabilities",
                 "swapped: Keras")  # fmt: skip
    others = [accuracy[name] for name, row in found.items() if row[3] == "yes"
              and name not in (*disguised, "softmax twice")]  # fmt: skip
    assert min(others) > 85
    assert max(accuracy[name] for name in disguised) < accuracy["softmax twice"] < min(others)
    assert max(float(row[1]) for row in found.values()) == pytest.approx(14.506)
    gains = {name: int(row[5].split()[0]) for name, row in found.items() if row[5]}
    assert min(gains, key=gains.__getitem__) == "expected error"
    assert gains["expected error"] < 0
    assert sorted(gains, key=gains.__getitem__)[-2:] == [
        "mean squared error",
        "generalised cross-entropy",
    ]


def test_what_the_text_says_of_the_five_losses() -> None:
    found = {row[0]: row[1:] for row in five_losses().rows}
    nothing = [float(row[1]) for row in found.values()]
    assert (min(nothing), max(nothing)) == (0.09, pytest.approx(2.303))
    lowest = {name: float(row[0].partition(",")[0]) for name, row in found.items()}
    assert {name for name, value in lowest.items() if value > 0.4} == {
        "label smoothing",
        "softmax twice",
    }
    assert lowest["label smoothing"] == 0.5
    assert lowest["softmax twice"] == 1.461
    assert (found["cross-entropy"][2], found["expected error"][2]) == ("0.693", "0.5")


@slow_copies
def test_marks_and_lines_are_those_of_the_trained_loss() -> None:
    run = trained("swapped: Keras")
    assert marks_of(run).chance == pytest.approx(14.506, abs=1e-3)
    labels = [one.label for one in watch(run).panels[0].references]
    assert labels == ["chance 14.51", "lowest 0.000"]
    assert [
        one.label[:6] for one in watch(trained("swapped: tf.nn, logits")).panels[0].references
    ] == ["chance"]


@slow_copies
def test_what_the_text_says_of_the_surface() -> None:
    base = trained().train
    far = along_bias(base, row=3, unit=8, reach=6).losses
    near = along_bias(base, row=3, unit=8, reach=0.1).losses
    ways = np.sign(np.diff(far["cross-entropy"]))
    assert (ways != 0).all()
    assert np.count_nonzero(np.diff(ways)) == 1  # one valley
    level = far["1 - accuracy"]
    assert level.min() < level[300] - 0.01
    assert level[-1] > level.min() + 0.1
    assert np.abs(np.sum(np.sign(np.diff(near["cross-entropy"])))) == 600  # one way is down
    jumps = np.diff(near["1 - accuracy"])
    assert 1 <= np.count_nonzero(jumps) <= 2  # a place or two
    assert np.abs(jumps[jumps != 0]) == pytest.approx(1 / 400)


@slow_copies
def test_what_the_text_says_of_the_start() -> None:
    margins = np.abs(trained().train.margin[0])
    assert 0.2 < np.median(margins) < 0.5
    assert trained().train.accuracy[8] == pytest.approx(0.98, abs=0.03)
    assert trained().train.accuracy[15:].min() > 0.98
    assert trained().train.loss[15:].max() < 0.05
    assert trained().train.accuracy[-1] == 1
    for T in ("0.01", "0.1"):  # a new network ties nowhere
        assert objective(trained(f"smoothed error, T {T}"))[0] == pytest.approx(0.9, abs=0.06)


@slow_copies
def test_what_the_text_says_of_a_level_loss() -> None:
    hard = trained("1 - accuracy")
    for values in (objective(hard), hard.train.accuracy, hard.scores("validation").accuracy):
        assert np.ptp(values) == 0
    assert (hard.gradient_norm[1:] == 0).all()


@slow_copies
def test_what_the_text_says_of_the_smoothed_errors() -> None:
    tenth, one = trained("smoothed error, T 0.1").train, trained("smoothed error, T 1").train
    assert min(tenth.accuracy[-1], one.accuracy[-1]) > 0.98
    assert 0.2 < np.median(tenth.margin[-1]) < 1.0
    assert trained("smoothed error, T 0.01").train.accuracy.max() < 0.2


@slow_copies
def test_what_the_text_says_of_the_expected_error() -> None:
    run = trained("expected error")
    assert run.train.accuracy[8] == pytest.approx(1 / 3, abs=0.1)
    assert read.never_answered(run) >= 2
    assert read.never_answered(trained()) == 0


@slow_copies
def test_what_the_text_says_of_the_steps_of_the_expected_error() -> None:
    run = trained("expected error")
    falls, gains = -np.diff(objective(run)), np.diff(run.train.accuracy)
    picked_up = -np.diff([len(set(range(10)) - set(row)) for row in run.train.predicted])
    first, level, second = slice(5, 9), slice(9, 13), slice(13, 16)
    assert np.abs(falls[level]).max() < 0.01
    assert np.abs(gains[level]).max() < 0.02
    assert not picked_up[level].any()
    for step in (first, second):
        assert falls[step].sum() > 0.05
        assert gains[step].sum() > 0.05  # in the same steps
        assert picked_up[step].sum() >= 1


@slow_copies
def test_what_the_text_says_of_a_higher_rate_for_the_expected_error() -> None:
    run, faster = trained("expected error"), trained("expected error", learning_rate=0.1)
    assert faster.train.accuracy[8] > run.train.accuracy[8] + 0.05
    assert faster.train.accuracy[-1] < 0.8
    assert read.never_answered(faster) >= 1


@slow_copies
def test_what_the_text_says_of_the_averages() -> None:
    whole = trained("mean probability, all classes", epochs=10)
    assert objective(whole) == pytest.approx(0.1, abs=1e-8)
    assert np.nanmax(whole.gradient_norm) < 1e-6
    sigmoids = trained("mean probability, sigmoids")
    assert objective(sigmoids)[5:].max() < 0.01
    assert sigmoids.train.accuracy.max() < 0.25
    assert sigmoids.scores("validation").accuracy.max() < 0.25


def test_the_slope_of_each_at_the_logit_of_the_right_class() -> None:
    z, step = np.array([0.3, -0.2, 0.9]), 1e-6

    def p(logit: float) -> float:
        return float(np.exp(logit) / (np.exp(logit) + np.exp(z[1:]).sum()))

    own = p(z[0])
    assert (p(z[0] + step) - own) / step == pytest.approx(own * (1 - own), rel=1e-4)
    slope = (-math.log(p(z[0] + step)) + math.log(own)) / step
    assert -slope == pytest.approx(1 - own, rel=1e-4)


@slow_copies
def test_what_the_text_says_of_the_scale() -> None:
    one, other = trained("expected error"), trained("mean absolute error")
    apart = np.abs(one.train.logits - other.train.logits).max(axis=(1, 2))
    assert apart[:4].max() < 1e-4
    assert apart[-1] > 10 * apart[:4].max()  # later they drift apart
    assert one.train.accuracy[-1] == pytest.approx(other.train.accuracy[-1], abs=0.1)
    same, own = (trained(f"mean squared error{name}").scores("validation")
                 for name in (", same rate", ""))  # fmt: skip
    assert same.loss[-1] > 2
    assert same.accuracy[-1] < 0.4
    assert own.accuracy[-1] > 0.9


@slow_copies
def test_what_the_text_says_of_right_by_half_a_logit() -> None:
    scores = trained("smoothed error, T 0.1").train
    right, costs = scores.correct[-1], scores.cross_entropy[-1]
    assert right.mean() == pytest.approx(0.99, abs=0.02)
    assert costs[right].mean() > 1
    assert np.median(scores.margin[-1]) == pytest.approx(0.5, abs=0.15)


@slow_copies
def test_what_the_text_says_of_label_smoothing() -> None:
    run = trained("label smoothing")
    assert objective(run)[-1] == pytest.approx(0.52, abs=0.01)
    assert objective(run).min() == pytest.approx(0.52, abs=0.01)
    assert run.scores("validation").loss[-1] == pytest.approx(0.24, abs=0.03)


def test_what_the_text_says_of_recognised_numbers() -> None:
    assert recognise(0.09, classes=10).names == ("mean squared error at 1/K",)
    assert any("9/e" in name for name in recognise(1.461, classes=10).names)


@slow_copies
def test_what_the_text_says_of_a_second_softmax_and_of_swaps() -> None:
    twice = trained("softmax twice")
    assert objective(twice)[0] == pytest.approx(math.log(10), abs=0.02)
    assert 1.461 < objective(twice)[-1] < 1.8
    assert twice.train.accuracy[-1] > 2 / 3
    swapped = trained("swapped: Keras")
    assert objective(swapped)[0] == pytest.approx(14.5, abs=0.05)
    assert objective(swapped)[0] - objective(swapped)[-1] > 4  # by several
    assert swapped.train.accuracy[-1] > swapped.train.accuracy[0] + 0.2
    assert round(math.e / (math.e + 9), 2) == 0.23


@slow_copies
def test_what_the_text_says_of_single_steps() -> None:
    runs = {name: trained(name) for name in ("full batch", "small batches", "dropout")}
    found = {name: read.rises(run) for name, run in runs.items()}
    full, small, dropped = runs.values()
    assert full.printed["loss"][1:] == pytest.approx(full.train.loss[:-1], abs=1e-5)
    assert found["full batch"]["rises of the printed loss"] == 0
    assert found["full batch"]["rises of the training loss"] == 0
    for name in ("small batches", "dropout"):  # in nearly every other step, of 99
        assert found[name]["rises of the printed loss"] == pytest.approx(48, abs=8)
    assert found["small batches"]["rises of the training loss"] > 0
    lowest, highest = np.nanmin(small.printed["loss"]), np.nanmax(small.printed["loss"])
    assert lowest < small.train.loss.min() < small.train.loss.max() < highest  # its spikes
    assert small.train.loss[0] - small.train.loss[-1] < 0.3 * (highest - lowest)
    assert (dropped.printed["loss"][1:] > dropped.train.loss[1:]).mean() > 0.7
    assert found["dropout"]["rises of the training loss"] <= 2
    fast = trained("rate too high").train.loss
    assert fast[-1] < 0.5 * min(run.train.loss[-1] for run in runs.values())


def test_the_audit_finds_the_swap_and_only_notes_a_bounded_loss() -> None:
    from keras import Sequential, layers, losses

    digits = load_digits()
    hot = np.eye(10)[digits.labels]
    model = Sequential([layers.Input((8, 8, 1)), layers.Flatten(), layers.Dense(10, "softmax")])
    model.compile("sgd", lambda y, p: losses.categorical_crossentropy(p, y))
    assert [one.check for one in audit(model, digits.images, hot).wrong] == [
        "order of the arguments"
    ]
    model.compile("adam", "mean_squared_error")
    found = audit(model, digits.images, hot)
    assert not found.wrong
    assert [one.severity for one in found.findings] == ["note"]


@slow_copies
def test_what_the_panel_shows_of_absolute_error_at_the_old_rate() -> None:
    absolute = trained(loss="mean absolute error")
    assert 0.2 < absolute.train.accuracy[-1] < trained("expected error").train.accuracy[-1] - 0.1


@slow_copies
def test_what_the_panel_shows_of_the_rate_of_the_other() -> None:
    fast = trained(learning_rate=0.25)
    assert fast.train.loss[-1] == pytest.approx(math.log(10), abs=0.1)


@slow_copies
def test_what_the_panel_shows_of_everything_in_one_step() -> None:
    whole = trained(batch_size=400)
    assert (np.diff(whole.train.loss) < 0).all()
    assert whole.train.loss[-1] > 1.0 > 0.1 > trained().train.loss[-1]
    assert len(whole.epochs) == 26
    assert 25 * -(-400 // 32) == 325


@slow_copies
def test_what_the_text_says_of_wrong_labels() -> None:
    pair = [
        read.final_accuracy(trained(f"{name}, wrong labels"))
        for name in ("cross-entropy", "mean squared error")
    ]
    assert pair[1] > pair[0] + 0.05
