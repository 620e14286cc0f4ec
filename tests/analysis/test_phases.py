"""The detector of the three boxes, on runs whose curves are known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossacc.analysis.phases import COLOURS, LOSS, WINDOW, cuts, fall, find_boxes, improves, rise
from lossacc.runs.run import Run
from lossacc.runs.scores import Scores

SIZE, SURE = 200, 0.01  # images; the loss of each that is right


def run_of(losses, accuracies, rates, validation=True):
    """A run of two classes whose validation has these losses and accuracies, epoch 0 included."""
    logits = np.zeros((len(losses), SIZE, 2), np.float32)
    for row, (loss, accuracy) in enumerate(zip(losses, accuracies, strict=True)):
        right = round(accuracy * SIZE)
        wrong = (loss * SIZE - right * SURE) / (SIZE - right)
        assert wrong >= np.log(2), "no image can be wrong at so low a loss"
        logits[row, :right, 0] = -np.log(np.expm1(SURE))
        logits[row, right:, 0] = -np.log(np.expm1(wrong))
    scores = Scores(logits, np.zeros(SIZE, int))
    rows = len(losses)
    rate = np.array([np.nan, *rates])
    nan = np.full(rows, np.nan)
    held_out = scores if validation else None
    return Run(scores, held_out, np.arange(rows), np.zeros(rows), rate, nan)


# 10 epochs of descent, 20 at a tenth of the rate, 10 at a hundredth.
RATES = [0.1] * 10 + [0.01] * 20 + [0.001] * 10
START = list(np.linspace(2.0, 1.2, 11))
AGREE = list(np.linspace(0.2, 0.6, 11))


def staged(loss, accuracy, late_loss, late_accuracy, end_loss, end_accuracy):
    """A run with one level low, one late and one at the end."""
    losses = START + [loss] * 8 + [late_loss] * 12 + [end_loss] * 10
    right = AGREE + [accuracy] * 8 + [late_accuracy] * 12 + [end_accuracy] * 10
    return run_of(losses, right, RATES)


def names(run):
    return [box.name for box in find_boxes(run)]


def test_cuts_are_the_last_epochs_before_the_rate_falls_to_half_or_less():
    assert cuts(staged(0.8, 0.8, 0.8, 0.8, 0.8, 0.8)) == (10, 30)
    cosine = np.cos(np.linspace(0, np.pi / 2, 12))[:-1]
    assert cuts(run_of([1.0] * 12, [0.5] * 12, cosine)) == ()


def test_a_rate_of_zero_is_cut_once():
    rates = [0.1] * 5 + [0.0] * 5
    assert cuts(run_of([1.0] * 11, [0.5] * 11, rates)) == (5,)


@pytest.mark.parametrize(
    ("levels", "found"),
    [
        ((0.8, 0.8, 0.9, 0.78, 0.7, 0.82), ["red", "green"]),
        ((0.8, 0.8, 0.9, 0.78, 0.9, 0.78), ["red"]),
        ((0.8, 0.8, 0.9, 0.8, 0.9, 0.8), ["blue"]),
        ((0.8, 0.8, 0.9, 0.82, 0.7, 0.84), ["blue", "green"]),
        ((0.8, 0.8, 0.83, 0.78, 0.83, 0.78), []),  # less than a twentieth
        ((0.8, 0.8, 0.7, 0.8, 0.6, 0.8), []),  # the loss falls, and no accuracy is gained
        ((0.8, 0.8, 0.8, 0.8, 0.7, 0.85), ["green"]),
    ],
)
def test_each_box_is_found_where_its_rule_holds(levels, found):
    assert names(staged(*levels)) == found


def test_a_box_says_where_it_is_and_what_happened():
    red, green = find_boxes(staged(0.8, 0.8, 0.9, 0.78, 0.7, 0.82))
    assert (red.first, red.last, green.first, green.last) == (11, 30, 30, 37)
    assert red.change.loss == pytest.approx((0.8, 0.9), abs=1e-4)
    assert green.change.of_accuracy == pytest.approx(0.04)
    assert str(red) == (
        "red: epochs 11 to 30, validation loss 0.800 to 0.900, accuracy 80.0% to 78.0%"
    )


def test_without_a_cut_a_rise_may_be_blue_and_never_red():
    rates = [0.05] * 40
    for late, found in ((0.82, ["blue"]), (0.7, [])):
        losses = START + [0.8] * 10 + [1.0] * 20
        right = AGREE + [0.8] * 10 + [late] * 20
        run = run_of(losses, right, rates)
        assert cuts(run) == ()
        assert names(run) == found


def test_the_cuts_may_be_given_where_something_else_was_done():
    run = staged(0.8, 0.8, 0.9, 0.78, 0.7, 0.82)
    still = Run(run.train, run.validation, run.epochs, run.penalty, np.full(41, 0.1), run.penalty)
    assert names(still) == []
    assert [box.name for box in find_boxes(still, (10, 30))] == ["red", "green"]


def test_one_epoch_that_is_no_better_spoils_the_green():
    losses = START + [0.9] * 20 + [0.7] * 10
    right = AGREE + [0.78] * 20 + [0.84] * 10
    losses[35] = 0.95
    run = run_of(losses, right, RATES)
    change = fall(run, 10, 30)
    assert change is not None
    assert change.of_loss < -LOSS * change.loss[0]
    assert not improves(run, change)


def test_a_stretch_too_short_to_judge_has_no_change():
    run = staged(0.8, 0.8, 0.9, 0.78, 0.7, 0.82)
    assert rise(run, 10, 10 + 2 * WINDOW - 1) is None
    assert fall(run, 10, 36) is None
    assert fall(run, 29, 30) is None


def test_a_run_without_validation_examples_is_refused():
    bare = run_of([1.0] * 41, [0.5] * 41, RATES, validation=False)
    with pytest.raises(ValueError, match="no validation examples"):
        find_boxes(bare)


@given(
    st.lists(st.floats(1.0, 2.0), min_size=41, max_size=41),
    st.lists(st.integers(20, 100), min_size=41, max_size=41),
)
def test_of_any_run_the_boxes_lie_in_it_and_keep_their_rule(losses, rights):
    run = run_of(losses, [right / SIZE for right in rights], RATES)
    found = find_boxes(run)
    assert [box.first for box in found] == sorted(box.first for box in found)
    for box in found:
        assert box.name in COLOURS
        assert 0 <= box.first < box.last <= 40
        sign = -1 if box.name == "green" else 1
        assert sign * box.change.of_loss >= 0.999 * LOSS * box.change.loss[0]
