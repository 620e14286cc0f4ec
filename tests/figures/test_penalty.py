"""The figure of cross-entropy and penalty: its numbers, its words, and that it can be drawn."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lossacc.figures import penalty_picture, plane
from lossacc.figures.draw import Area, Line
from lossacc.figures.penalty import share_of
from lossacc.runs.toys import as_run
from lossacc.support.text import signed


def run_of(p, penalty):
    """Ten images with these p at each epoch, and these penalties."""
    run = as_run(*([one] * 10 for one in p))
    return replace(run, penalty=np.asarray(penalty, float))


def lines(picture, panel):
    return {mark.label: mark for mark in picture.panels[panel].marks if isinstance(mark, Line)}


def test_the_two_regions_add_up_to_what_is_printed():
    run = run_of([0.5, 0.8, 0.9], [2.0, 1.0, 0.5])
    picture = penalty_picture(run)
    below, above = (mark for mark in picture.panels[0].marks if isinstance(mark, Area))
    assert below.low.tolist() == [0, 0, 0]
    assert below.high == pytest.approx(run.train.loss)
    assert above.low.tolist() == below.high.tolist()
    assert above.high - above.low == pytest.approx(run.penalty)
    drawn = lines(picture, 0)
    assert drawn["with the penalty"].y == pytest.approx(run.train.loss + run.penalty)
    assert drawn["cross-entropy"].y == pytest.approx(run.train.loss)


def test_the_share_and_the_accuracy_are_in_per_cent():
    run = run_of([0.5, 0.9], [np.log(2), 0.0])
    drawn = lines(penalty_picture(run), 1)
    assert drawn["penalty's share"].y == pytest.approx([50.0, 0.0], abs=1e-4)
    assert drawn["accuracy"].y.tolist() == (100 * run.train.accuracy).tolist()


def test_the_title_says_what_each_part_did():
    run = run_of([0.5, 0.4], [3.0, 0.5])
    first, last = run.train.loss
    assert penalty_picture(run).title == (
        f"Training loss with the penalty goes from {first + 3:.2f} to {last + 0.5:.2f}: "
        f"cross-entropy +{last - first:.3f}, penalty {signed(-2.5)}; the penalty's share ends at "
        f"{100 * 0.5 / (last + 0.5):.1f} %"
    )


def test_without_a_penalty_the_title_says_so():
    assert penalty_picture(run_of([0.5, 0.8], [0.0, 0.0])).title == (
        "There is no penalty: the training loss is the cross-entropy, 0.223"
    )


def test_a_run_that_broke_down_has_a_title():
    run = run_of([0.5, 0.8], [np.nan, np.nan])
    assert penalty_picture(run).title == "Training loss has no finite value"
    half = run_of([0.5, 0.8, 0.9], [1.0, 0.5, np.nan])
    assert "to 0.723" in penalty_picture(half).title


def test_a_loss_of_nothing_has_no_share():
    assert share_of(np.array([0.0, 1.0]), np.array([0.0, 4.0])).tolist() == [0.0, 0.25]


def test_a_set_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="no validation examples"):
        penalty_picture(run_of([0.5, 0.8], [1.0, 0.5]), on="validation")


def test_the_plane_adds_a_path_that_is_the_penalty_higher():
    run = run_of([0.5, 0.8], [2.0, 0.25])
    alone, both = plane(run), plane(run, penalty=True)
    assert both.title == f"{alone.title}; the penalty lifts it by 2.00 at first, 0.250 at last"
    drawn = lines(both, 0)
    lifted = drawn["with the penalty"]
    assert lifted.y - drawn[""].y == pytest.approx(run.penalty)
    assert lifted.x.tolist() == drawn[""].x.tolist()
    assert both.panels[0].y.high >= lifted.y.max()
    assert "with the penalty" not in lines(alone, 0)
