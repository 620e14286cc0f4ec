"""What a learner drew is kept beside the notebook, and only a curve comes back."""

import json

import pytest

from lossacc.lab.sketch import Sketch
from lossacc.lab.stored_prediction import keep_sketch, recall_sketch
from lossacc.quiz import store

DRAWN = Sketch("loss", (0, 3, 5), (2.0, 1.0, 0.5), 3.0)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(store, "_FOLDER", tmp_path)
    return tmp_path


def test_a_curve_comes_back_and_a_cleared_one_does_not(controller):
    assert recall_sketch(controller, "loss") is None
    assert keep_sketch(controller, "loss", DRAWN) == ""
    assert recall_sketch(controller, "loss") == DRAWN
    assert recall_sketch(controller, "accuracy") is None
    keep_sketch(controller, "loss", None)
    assert recall_sketch(controller, "loss") is None


def test_it_is_plain_numbers_beside_the_prediction(controller, folder):
    store.keep("lab/fake", "It falls below .5.")
    keep_sketch(controller, "loss", DRAWN)
    kept = json.loads((folder / store.NAME).read_text("utf-8"))
    points = {"epochs": [0, 3, 5], "values": [2.0, 1.0, 0.5], "top": 3.0}
    points |= {"knobs": {"rate": 1.0, "size": "small"}}
    assert kept == {"lab/fake": "It falls below .5.", "lab/fake/loss": points}


@pytest.mark.parametrize(
    "edited",
    ["down", 3, [1, 2], {}, {"epochs": [0, 1]}, {"epochs": [0, 1], "values": [9, 1], "top": 3}],
)
def test_a_file_that_was_edited_does_no_harm(controller, edited):
    store.keep("lab/fake/loss", edited)
    assert recall_sketch(controller, "loss") is None
