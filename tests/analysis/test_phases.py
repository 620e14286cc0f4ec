"""The detector of the three boxes, on runs whose curves are known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossacc.analysis.phases import (
    COLOURS,
    LOSS,
    SETTLED,
    WINDOW,
    cuts,
    fall,
    find_boxes,
    improves,
    rise,
)
from lossacc.runs.run import Run
from tests.made_runs import AGREE, RATES, SIZE, START, run_of_curves, staged


def names(run):
    return [box.name for box in find_boxes(run)]


def test_cuts_are_the_last_epochs_before_the_rate_falls_to_half_or_less():
    assert cuts(staged(0.8, 0.8, 0.8, 0.8, 0.8, 0.8)) == (10, 30)
    cosine = np.cos(np.linspace(0, np.pi / 2, 12))[:-1]
    assert cuts(run_of_curves([1.0] * 12, [0.5] * 12, cosine)) == ()


def test_a_rate_of_zero_is_cut_once():
    rates = [0.1] * 5 + [0.0] * 5
    assert cuts(run_of_curves([1.0] * 11, [0.5] * 11, rates)) == (5,)


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
        "red: epochs 11 to 30, validation loss 0.800 to 0.900, accuracy 80 % to 78 %"
    )


def test_without_a_cut_a_rise_may_be_blue_and_never_red():
    rates = [0.05] * 40
    for late, found in ((0.82, ["blue"]), (0.7, [])):
        losses = START + [0.8] * 10 + [1.0] * 20
        right = AGREE + [0.8] * 10 + [late] * 20
        run = run_of_curves(losses, right, rates)
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
    run = run_of_curves(losses, right, RATES)
    change = fall(run, 10, 30)
    assert change is not None
    assert change.of_loss < -LOSS * change.loss[0]
    assert not improves(run, change)


def test_a_stretch_too_short_to_judge_has_no_change():
    run = staged(0.8, 0.8, 0.9, 0.78, 0.7, 0.82)
    assert rise(run, 10, 10 + 3 * WINDOW - 1) is None
    assert rise(run, 10, 10 + 3 * WINDOW) is not None
    assert fall(run, 30 - 2 * WINDOW + 1, 30) is None
    assert fall(run, 30 - 2 * WINDOW, 30) is not None
    latest = len(run.epochs) - SETTLED - WINDOW
    assert fall(run, 10, latest + 1) is None
    assert fall(run, 10, latest) is not None


def test_a_run_without_validation_examples_is_refused():
    bare = run_of_curves([1.0] * 41, [0.5] * 41, RATES, validation=False)
    with pytest.raises(ValueError, match="no validation examples"):
        find_boxes(bare)


@given(
    st.lists(st.floats(1.0, 2.0), min_size=41, max_size=41),
    st.lists(st.integers(20, 100), min_size=41, max_size=41),
)
def test_of_any_run_the_boxes_lie_in_it_and_keep_their_rule(losses, rights):
    run = run_of_curves(losses, [right / SIZE for right in rights], RATES)
    found = find_boxes(run)
    assert [box.first for box in found] == sorted(box.first for box in found)
    for box in found:
        assert box.name in COLOURS
        assert 0 <= box.first < box.last <= 40
        sign = -1 if box.name == "green" else 1
        assert sign * box.change.of_loss >= 0.999 * LOSS * box.change.loss[0]
