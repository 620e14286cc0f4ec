"""The curve that was drawn: what it is between its points, and where a run parts from it."""

import re
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossacc import figures
from lossacc.lab.sketch import (
    LABEL,
    MEASURES,
    Shape,
    Sketch,
    described,
    handle_epochs,
    laid_over,
    parting,
    shape,
)
from lossacc.runs.curves import Curves

EPOCHS = (0, 6, 12, 24, 36, 48, 60)
FALLS = Sketch("loss", EPOCHS, (2.3, 1.5, 1.2, 0.9, 0.6, 0.4, 0.3), 3.0)
CLIMBS = Sketch("accuracy", EPOCHS, (10, 40, 50, 60, 70, 75, 80), 100)
FINITE = st.floats(0, 3, allow_nan=False)


def run_of(loss, accuracy=None, last=60, unit="epoch"):
    """Curves of an epoch each: the values at some epochs, joined by straight lines."""
    epochs = np.arange(last + 1.0)
    loss = np.interp(epochs, *zip(*loss.items(), strict=True))
    right = np.interp(epochs, *zip(*(accuracy or {0: 0.1, last: 0.8}).items(), strict=True))
    return Curves(epochs, loss, right, loss, right, unit=unit, classes=10)


@given(st.integers(1, 2000))
def test_the_points_are_two_to_seven_from_the_first_to_the_last_epoch(last):
    epochs = handle_epochs(last)
    assert (epochs[0], epochs[-1]) == (0, last)
    assert 2 <= len(epochs) <= 7
    assert list(epochs) == sorted(set(epochs))
    assert len(epochs) >= 5 or last < 5


def test_the_points_of_sixty_epochs():
    assert handle_epochs(60) == EPOCHS
    assert handle_epochs(1) == (0, 1)


@given(st.lists(FINITE, min_size=7, max_size=7))
def test_the_curve_passes_its_points_and_never_leaves_them(values):
    sketch = Sketch("loss", EPOCHS, tuple(values), 3.0)
    curve = sketch.on(np.arange(61.0))
    assert curve[list(EPOCHS)] == pytest.approx(values)
    for low, high in pairwise(EPOCHS):
        part = curve[low : high + 1]
        assert part.min() == pytest.approx(min(part[0], part[-1]))
        assert np.diff(part, 2) == pytest.approx(0, abs=1e-12)


def test_beyond_its_ends_there_is_no_curve():
    assert np.isnan(FALLS.on(np.array([-1.0, 61.0]))).all()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"measure": "gain"}, "measure is 'gain'"),
        ({"values": (1.0,)}, r"values has the shape \(1,\); expected \(7,\)"),
        ({"values": (1, 2, 3, 0, 0, 0, np.nan)}, "values holds nan at place 6"),
        ({"values": (1, 2, 3, 0, 0, 0, np.inf)}, "values holds inf at place 6"),
        ({"values": (1, 2, 3.01, 0, 0, 0, 0)}, "values holds 3.01 at place 2; expected a number"),
        ({"values": (1, 2, 3, 0, 0, 0, -0.1)}, "values holds -0.1 at place 6"),
        ({"values": (1, 2, 3, 0, 0, 0, "a")}, "values holds text; expected an array of numbers"),
        ({"values": None}, "values is None"),
        ({"epochs": (0, 0, 1, 2, 3, 4, 5)}, "expected two or more that rise"),
        ({"epochs": (0,), "values": (1,)}, "expected two or more that rise"),
        ({"top": 0}, "top is 0"),
    ],
)
def test_what_no_hand_can_have_drawn_is_refused(change, says):
    with pytest.raises((TypeError, ValueError), match=says):
        replace(FALLS, **change)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([3, 2, 1, 0], Shape(("falls",))),
        ([0, 1, 2, 3], Shape(("rises",))),
        ([2, 1, 0.5, 1], Shape(("falls", "rises"), 2)),
        ([2, 1, 0.5, 5], Shape(("falls", "rises"), 2)),
        ([0.2, 0.8, 0.5, 0.4], Shape(("rises", "falls"), 1)),
        ([1, 1.01, 0.99, 1], Shape(("stays about level",))),
        ([2.3, 0.48, 0.54, 0.38], Shape(("falls",))),  # a rise on the way down is no turn
        ([2, 1, 0.98, 1], Shape(("falls",))),  # a rise by less than a twentieth is none
        ([1], Shape(("stays about level",))),
    ],
)
def test_what_a_curve_does(values, expected):
    assert shape(np.arange(float(len(values))), np.array(values, float), 0.01) == expected


@given(st.lists(FINITE, min_size=2, max_size=30))
def test_a_curve_backwards_does_the_reverse(values):
    epochs, values = np.arange(float(len(values))), np.array(values)
    there, back = shape(epochs, values, 0.01), shape(epochs, values[::-1], 0.01)
    other = {"falls": "rises", "rises": "falls", "stays about level": "stays about level"}
    assert there.ways == tuple(other[way] for way in reversed(back.ways))


def test_it_says_what_was_drawn_what_came_and_where_they_are_farthest_apart():
    said = parting(FALLS, run_of({0: 2.3, 14: 0.9, 60: 1.18}))
    assert said == (
        "You drew a validation loss that falls; in this run it falls until epoch 14 and then "
        "rises, farthest from your curve at epoch 60: 1.18, and you drew 0.3."
    )


def test_where_both_turn_it_says_when_each_does():
    drawn = replace(FALLS, values=(2.3, 1.5, 1.0, 0.5, 0.8, 1.0, 1.2))
    said = parting(drawn, run_of({0: 2.3, 14: 0.9, 60: 1.2}))
    assert said.startswith(
        "As you drew it, validation loss falls until epoch 14 and then rises (you drew the turn at "
        "epoch 24), farthest from your curve at epoch 24: 0.965, and you drew 0.5."
    )
    same = parting(drawn, run_of({0: 2.3, 24: 0.5, 60: 1.2}))
    assert "you drew the turn" not in same


def test_curves_that_lie_close_are_said_to():
    real = dict(zip(EPOCHS, np.array(FALLS.values) + 0.1, strict=True))
    said = parting(FALLS, run_of(real))
    assert said == (
        "As you drew it, validation loss falls, at your points never more than 0.100 nats off."
    )


def test_of_accuracy_it_speaks_in_per_cent():
    said = parting(CLIMBS, run_of({0: 2.3, 60: 1}, {0: 0.1, 6: 0.7, 60: 0.8}))
    assert said == (
        "As you drew it, validation accuracy rises, farthest from your curve at epoch 6: 70 %, and "
        "you drew 40 %."
    )
    near = dict(zip(EPOCHS, (0.1, 0.4, 0.5, 0.6, 0.7, 0.75, 0.78), strict=True))
    assert parting(CLIMBS, run_of({0: 2.3, 60: 1}, near)).endswith("2.0 percentage points off.")


def test_a_run_that_was_stopped_is_compared_as_far_as_it_came():
    said = parting(FALLS, run_of({0: 2.3, 30: 0.9}, last=30))
    assert said.startswith("Up to epoch 30: as you drew it, validation loss falls")
    assert "at epoch 12:" in said
    assert parting(FALLS, run_of({0: 2.3, 3: 2}, last=3)).startswith("There is too little")


def test_what_is_no_number_is_passed_over():
    run = run_of({0: 2.3, 14: 0.9, 60: 0.5})
    loss = np.where(run.epochs > 36, np.nan, run.validation_loss)
    assert parting(FALLS, replace(run, validation_loss=loss)).startswith("Up to epoch 36")
    nothing = replace(run, validation_loss=np.full(61, np.nan), train_loss=np.full(61, np.inf))
    assert parting(FALLS, nothing).startswith("There is too little")


@given(st.lists(FINITE, min_size=7, max_size=7), st.lists(FINITE, min_size=7, max_size=7))
def test_the_gap_is_the_largest_at_any_point(drawn, real):
    sketch = Sketch("loss", EPOCHS, tuple(drawn), 3.0)
    said = parting(sketch, run_of(dict(zip(EPOCHS, real, strict=True))))
    apart = np.abs(np.subtract(drawn, real))
    assert said.count(".") >= 1
    assert said[0].isupper()
    found = re.search(r"farthest from your curve at epoch (\d+)", said)
    if found is None:
        assert apart.max() <= 0.15 + 1e-9
    else:
        assert apart[EPOCHS.index(int(found[1]))] == pytest.approx(apart.max())
        assert apart.max() > 0.15


@pytest.mark.parametrize("sketch", [FALLS, CLIMBS])
def test_it_is_laid_over_the_panel_of_its_measure(sketch):
    run = run_of({0: 2.3, 14: 0.9, 60: 1.18})
    picture = figures.curves(run)
    over = laid_over(picture, sketch)
    place = MEASURES.index(sketch.measure)
    line = over.panels[place].marks[-1]
    assert (line.label, line.role) == (LABEL, "expected")
    assert line.x.tolist() == list(EPOCHS)
    assert line.y.tolist() == list(sketch.values)
    assert over.panels[1 - place] is picture.panels[1 - place]
    assert over.title == picture.title
    assert over.alt.startswith(picture.alt)
    assert over.alt.endswith(described(sketch))
    for drawn in (over.svg(width=440), over.figure()):
        assert drawn is not None
    assert f">{LABEL}</text>" in over.svg(width=440)


def test_the_axis_reaches_what_was_drawn():
    run = run_of({0: 0.7, 60: 0.2})
    high = Sketch("loss", EPOCHS, (0.7, 0.9, 1.5, 2.0, 3.0, 3.5, 3.9), 4.0)
    picture = figures.curves(replace(run, classes=2))
    assert picture.panels[0].y.high < 3.9 <= laid_over(picture, high).panels[0].y.high


def test_over_a_run_that_was_stopped_the_curve_ends_with_the_axis():
    picture = laid_over(figures.curves(run_of({0: 2.3, 30: 0.9}, last=30)), FALLS)
    line = picture.panels[0].marks[-1]
    assert line.x.tolist() == [0, 6, 12, 24, 30]
    assert line.y[-1] == pytest.approx(0.75)


def test_over_a_longer_run_it_ends_where_it_was_drawn():
    line = laid_over(figures.curves(run_of({0: 2.3, 90: 1}, last=90)), FALLS).panels[0].marks[-1]
    assert line.x.tolist() == list(EPOCHS)


def test_it_is_described_for_those_who_do_not_see_it():
    assert described(FALLS).startswith("The loss that you drew: 2.3 nats at 0, 1.5 nats at 6,")
    assert described(CLIMBS).endswith("75 % at 48, 80 % at 60.")
