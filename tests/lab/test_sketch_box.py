"""The widget to draw in: its axes, and what it lets in from a page."""

import math
import weakref

import pytest
import traitlets

from lossacc.figures.axes import accuracy_axis, epoch_axis, loss_axis
from lossacc.figures.draw import Panel, Reference, axis
from lossacc.lab.sketch import Sketch
from lossacc.lab.sketch_box import SketchBox
from lossacc.support.frontend import close_widgets
from tests.garbage import are_gone

LN10 = Reference(math.log(10), "ln 10")
VALUES = [2.3, 1.5, 1.2, 0.9, 0.6, 0.4, 0.3]


def loss_panel(last=60, classes=10):
    return Panel(epoch_axis("epoch", [[0.0, last]]), loss_axis([[]], classes), (), (LN10,))


@pytest.fixture
def told():
    return []


@pytest.fixture
def box(told):
    made = SketchBox(loss_panel(), "loss", on_change=told.append)
    yield made
    made.close()


def test_the_points_lie_on_the_axes_and_nothing_is_drawn_yet(box):
    paper = box.paper
    assert paper["epochs"] == [0, 6, 12, 24, 36, 48, 60]
    assert paper["names"][3] == "expected loss at epoch 24"
    assert (paper["last"], paper["top"], paper["start"]) == (60, 3, 2.3)
    left, top, right, bottom = paper["frame"]
    width, height = paper["size"]
    assert 0 < left < right < width == 392
    assert 0 < top < bottom < height == 238
    assert right - left > 0.6 * width
    assert paper["width"] == 336
    assert "Draw the validation loss you expect" in paper["svg"]
    assert "with the lines ln 10" in paper["svg"]
    assert box.sketch is None


def test_what_is_drawn_is_told(box, told):
    box.values = VALUES
    assert box.sketch == told[-1] == Sketch("loss", (0, 6, 12, 24, 36, 48, 60), tuple(VALUES), 3)
    box.values = []
    assert told[-1] is box.sketch is None
    assert len(told) == 2


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ([1.0], r"values has the shape \(1,\); expected \(7,\)"),
        ([*VALUES[:6], math.nan], "values holds nan at place 6; expected a number from 0 to 3"),
        ([*VALUES[:6], 3.1], "values holds 3.1 at place 6; expected a number from 0 to 3"),
        ([*VALUES[:6], -1], "values holds -1"),
        ([*VALUES[:6], "1"], "values holds text; expected an array of numbers"),
        ([*VALUES[:6], None], "expected an array of numbers"),
        ([[1.0]] * 7, r"values has the shape \(7, 1\)"),
    ],
)
def test_what_no_hand_can_have_drawn_is_not_let_in(box, told, sent, says):
    box.values = VALUES
    with pytest.raises(traitlets.TraitError, match=says):
        box.values = sent
    assert box.values == VALUES
    with pytest.raises(traitlets.TraitError, match=says):
        box.set_state({"values": sent})
    assert len(told) == 1


def test_what_was_drawn_on_such_axes_comes_back_and_nothing_else():
    drawn = Sketch("loss", (0, 6, 12, 24, 36, 48, 60), tuple(VALUES), 3)
    assert SketchBox(loss_panel(), "loss", sketch=drawn).values == VALUES
    assert SketchBox(loss_panel(last=30), "loss", sketch=drawn).values == []
    assert SketchBox(loss_panel(classes=2), "loss", sketch=drawn).values == []


def test_on_other_axes_nothing_is_drawn_and_nobody_is_told(box, told):
    box.values = VALUES
    drawn = box.sketch
    box.lay(loss_panel(last=30))
    assert box.values == []
    assert box.paper["epochs"][-1] == 30
    box.lay(loss_panel(), drawn)
    assert box.sketch == drawn
    assert told == [drawn]
    box.values = []
    assert told == [drawn, None]


def test_on_other_axes_the_points_can_be_moved_again(box):
    box.values, box.done = VALUES, True
    box.lay(loss_panel(), box.sketch)
    assert box.done, "the same axes change nothing"
    box.lay(loss_panel(last=30))
    assert not box.done


def test_of_accuracy_the_axis_is_in_per_cent():
    panel = Panel(epoch_axis("epoch", [[0.0, 3.0]]), accuracy_axis(), ())
    paper = SketchBox(panel, "accuracy", on="train").paper
    assert paper["asks"] == "Draw the training accuracy you expect"
    assert (paper["top"], paper["unit"], paper["digits"], paper["start"]) == (100, "%", 0, 50)
    assert paper["epochs"] == [0, 1, 2, 3]


def test_a_few_keys_cross_a_low_axis_as_they_do_a_high_one():
    low, high = (SketchBox(loss_panel(classes=k), "loss").paper for k in (2, 10))
    for paper in (low, high):
        assert 5 <= paper["top"] / paper["large"] <= 12
        assert paper["large"] == pytest.approx(10 * paper["step"])


@pytest.mark.parametrize(
    ("upwards", "says"),
    [
        (axis("loss, nats", [0.1, 9], scale="log"), "begin at 0 and 0.1 on a log scale"),
        (axis("loss, nats", [-1, 2]), "begin at 0 and -1 on a linear scale"),
    ],
)
def test_axes_on_which_it_cannot_be_drawn_are_refused(upwards, says):
    with pytest.raises(ValueError, match=says):
        SketchBox(Panel(epoch_axis("epoch", [[0.0, 9.0]]), upwards, ()), "loss")


def test_another_measure_or_set_is_refused():
    with pytest.raises(ValueError, match="measure is 'gain'"):
        SketchBox(loss_panel(), "gain")
    with pytest.raises(ValueError, match="on is 'test'"):
        SketchBox(loss_panel(), "loss", on="test")


def test_a_box_that_was_closed_is_let_go():
    box = SketchBox(loss_panel(), "loss")
    box.values = VALUES
    still_there = weakref.ref(box)
    close_widgets(box)
    del box
    assert are_gone(still_there)
