"""Both boxes of a panel: what is drawn in them is kept, each under its own name."""

import numpy as np
import pytest

from lossacc.figures.axes import accuracy_axis, epoch_axis, loss_axis
from lossacc.figures.draw import Panel
from lossacc.lab.sketch_pair import SketchPair
from lossacc.quiz import store
from lossacc.support.frontend import close_widgets


def panels(last):
    across = epoch_axis("epoch", [np.array([0.0, last])])
    loss = Panel(across, loss_axis([np.zeros(0)], 10), ())
    return {"loss": loss, "accuracy": Panel(across, accuracy_axis(), ())}


@pytest.fixture
def told():
    return []


@pytest.fixture
def pair(controller, told, tmp_path, monkeypatch):
    monkeypatch.setattr(store, "_FOLDER", tmp_path)
    made = SketchPair(controller, panels(5), told.append)
    yield made
    close_widgets(made.root)


def test_what_is_drawn_is_kept_and_comes_back(pair, controller):
    assert pair.sketches == ()
    pair.boxes["accuracy"].values = [10, 20, 30, 40, 50, 60]
    (drawn,) = pair.sketches
    assert (drawn.measure, drawn.epochs) == ("accuracy", (0, 1, 2, 3, 4, 5))
    again = SketchPair(controller, panels(5), print)
    assert again.sketches == (drawn,)


def test_on_other_axes_it_waits_until_they_are_back(pair):
    pair.boxes["loss"].values = [2, 1, 1, 1, 1, 1]
    drawn = pair.sketches
    pair.lay(panels(3))
    assert pair.sketches == ()
    assert pair.boxes["loss"].paper["epochs"] == [0, 1, 2, 3]
    pair.lay(panels(5))
    assert pair.sketches == drawn


def test_what_was_cleared_stays_cleared(pair):
    pair.boxes["loss"].values = [2, 1, 1, 1, 1, 1]
    pair.boxes["loss"].values = []
    pair.lay(panels(3))
    pair.lay(panels(5))
    assert pair.sketches == ()


def test_a_file_that_cannot_be_written_is_told_of(pair, told, tmp_path, monkeypatch):
    monkeypatch.setattr(store, "_FOLDER", tmp_path / "nowhere")
    pair.boxes["loss"].values = [2, 1, 1, 1, 1, 1]
    assert len(told) == 1
    assert "cannot be saved" in told[0]
    assert len(pair.sketches) == 1
