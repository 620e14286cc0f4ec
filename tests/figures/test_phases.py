"""The boxes on the curves, in the plane and in the ledger; the kernels; runs close by."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lossacc.analysis.phases import change_ledger, ends_of, find_boxes
from lossacc.analysis.weight_norms import KERNEL_NORM, effective_rate
from lossacc.figures import boxed_curves, boxed_ledgers, boxed_plane, kernel_curves, stretches
from lossacc.figures.draw import Bars, Line, figure, svg
from tests.made_runs import RATES, run_of_curves, staged

RUN = staged(0.8, 0.8, 0.9, 0.78, 0.7, 0.82)
PLAIN = staged(0.8, 0.8, 0.8, 0.8, 0.8, 0.8)
NOTED = replace(RUN, printed={KERNEL_NORM: np.linspace(8.0, 4.0, 41)})
PICTURES = [boxed_curves(RUN), boxed_plane(RUN), boxed_ledgers(RUN), kernel_curves({"it": NOTED})]


def frames(picture, panel=0):
    return [mark for mark in picture.panels[panel].marks if isinstance(mark, Bars) and mark.hollow]


@pytest.mark.parametrize("picture", PICTURES, ids=["curves", "plane", "ledgers", "kernels"])
@pytest.mark.parametrize("width", [440, 800])
def test_both_renderers_draw_it_on_light_and_dark_ground(picture, width):
    assert svg(picture, width=width, dark=True)
    assert svg(picture, width=width, dark=False)
    figure(picture, width=width).draw_without_rendering()


@pytest.mark.parametrize("draw", [boxed_curves, boxed_plane])
def test_each_box_has_its_name_on_it_and_its_colour(draw):
    found = frames(draw(RUN))
    assert [mark.texts for mark in found] == [("red",), ("green",)]
    assert [mark.role for mark in found] == ["red box", "green box"]


def test_a_box_on_the_curves_lies_over_its_epochs_and_holds_both_means():
    red, green = find_boxes(RUN)
    for panel, of in ((0, "loss"), (1, "accuracy")):
        for box, mark in zip((red, green), frames(boxed_curves(RUN), panel), strict=True):
            assert (mark.x0[0], mark.x1[0]) == (box.first, box.last)
            means = np.array(getattr(box.change, of)) * (1 if of == "loss" else 100)
            assert mark.y0[0] < means.min() < means.max() < mark.y1[0]


def test_one_wild_epoch_does_not_blow_a_box_up():
    scores = RUN.validation
    logits = scores.logits.copy()
    logits[25] *= 3.0
    wild = replace(RUN, validation=replace(scores, logits=logits))
    assert wild.validation.loss[25] > 2.0
    assert frames(boxed_curves(wild))[0].y1[0] < 1.2


def test_the_curves_begin_after_the_first_cut_unless_told():
    lines = [mark for mark in boxed_curves(RUN).panels[0].marks if isinstance(mark, Line)]
    assert {line.x[0] for line in lines} == {11}
    whole = boxed_curves(RUN, since=0)
    assert whole.panels[0].marks[-1].x[0] == 0
    assert [line.label for line in boxed_curves(RUN).panels[0].references] == ["rate 0.001"]


def test_the_title_says_what_happens_in_each_box():
    assert boxed_curves(RUN).title == (
        "Red: loss 0.800 to 0.900, accuracy 80 % to 78 %; "
        "Green: loss 0.900 to 0.700, accuracy 78 % to 82 %"
    )
    assert boxed_curves(PLAIN).title == "There is nothing here to draw a box around"


def test_the_ledger_of_a_box_is_that_of_its_ends_and_adds_up():
    red = find_boxes(RUN)[0]
    before, after = ends_of(RUN, red.change)
    assert red.change.before[0] <= before <= red.change.before[1]
    assert red.change.after[0] <= after <= red.change.after[1]
    account = change_ledger(RUN, red.change)
    assert account.loss_change == pytest.approx(0.1, abs=1e-4)
    assert sum(account.shares.values()) == pytest.approx(account.loss_change)
    assert account.counts["newly wrong"] == 4


def test_there_is_a_ledger_for_each_box_in_its_frame():
    picture = boxed_ledgers(RUN)
    assert [panel.y.label.split(",")[0] for panel in picture.panels] == ["red box", "green box"]
    assert [frames(picture, n)[0].role for n in (0, 1)] == ["red box", "green box"]
    assert picture.title.startswith("Red: loss rises by 0.100 because")
    with pytest.raises(ValueError, match="this run has no box"):
        boxed_ledgers(PLAIN)


def test_a_run_without_cuts_begins_a_little_before_its_first_box():
    losses = [2.0] * 11 + [0.8] * 10 + [1.0] * 20
    run = run_of_curves(losses, [0.5] * 11 + [0.8] * 30, [0.05] * 40)
    assert find_boxes(run)[0].name == "blue"
    assert boxed_curves(run).panels[0].marks[-1].x[0] == find_boxes(run)[0].first - 2


def test_the_kernels_and_their_rate_are_drawn_and_a_rate_of_zero_is_a_gap():
    picture = kernel_curves({"one": NOTED, "other": NOTED})
    lengths, rates = (panel.marks for panel in picture.panels)
    np.testing.assert_allclose(lengths[0].y, NOTED.printed[KERNEL_NORM])
    np.testing.assert_allclose(rates[0].y[1:], effective_rate(NOTED)[1:])
    assert [line.label for line in lengths] == ["one", "other"]
    assert [line.role for line in lengths] == ["variant 1", "variant 2"]
    still = replace(NOTED, learning_rate=np.array([np.nan, *RATES[:-5], *[0.0] * 5]))
    assert np.isnan(kernel_curves({"it": still}).panels[1].marks[0].y[-5:]).all()
    with pytest.raises(ValueError, match=r"runs is \{\}"):
        kernel_curves({})


def test_runs_close_by_are_named_and_the_title_takes_means():
    picture = stretches({"one": RUN, "other": PLAIN}, over=(25, 30))
    assert picture.title == (
        "Over epochs 25 to 30 validation loss is 0.900 (one), 0.800 (other); "
        "accuracy 78 % (one), 80 % (other)"
    )
    lines = [mark for mark in picture.panels[0].marks if isinstance(mark, Line)]
    assert [line.role for line in lines] == ["variant 1", "variant 2"]
    assert picture.panels[0].y.label == "validation loss, nats"
    assert svg(picture)
    with pytest.raises(ValueError, match=r"runs is \{\}"):
        stretches({}, over=(1, 2))
    with pytest.raises(ValueError, match="was not recorded"):
        stretches({"one": RUN}, over=(25, 99))
