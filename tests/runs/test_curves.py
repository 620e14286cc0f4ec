"""`Curves`: arrays that nobody writes to, and a text that says what was understood."""

from __future__ import annotations

import numpy as np
import pytest

from lossacc.runs.curves import Curves

NAN = float("nan")


def curves(**more):
    given = {
        "epochs": [1, 2, 4.5],
        "train_loss": [0.6, 0.5, 0.4],
        "train_accuracy": [NAN] * 3,
        "validation_loss": [0.7, NAN, 0.8],
        "validation_accuracy": [0.5, NAN, 0.75],
        "other": {"lr": np.array([0.1, 0.1, 0.01])},
        "taken": {"train_loss": "loss"},
        "notes": ("a note",),
        "questions": ("which one?",),
    }
    return Curves(**{**given, **more})


def test_its_arrays_are_copies_that_nobody_writes_to():
    mine = np.array([0.6, 0.5, 0.4])
    held = curves(train_loss=mine)
    mine[0] = 9
    assert held.train_loss[0] == 0.6
    for array in (held.epochs, held.train_loss, held.other["lr"]):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1
    with pytest.raises(TypeError):
        held.other["new"] = mine


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"epochs": []}, "R at least 1"),
        ({"epochs": [1, 1, 2]}, "expected rising numbers"),
        ({"epochs": [1, NAN, 2]}, "epochs holds nan"),
        ({"train_loss": [1.0]}, r"train_loss has the shape \(1,\); expected \(3,\)"),
    ],
)
def test_what_does_not_fit_is_refused(more, said):
    with pytest.raises(ValueError, match=said):
        curves(**more)


def test_it_says_what_was_understood():
    text = repr(curves())
    for part in ("3 epochs (1 to 4.5)", "train loss: 'loss'", "'lr'", "Question: which one?",
                 "a note", "0.75"):  # fmt: skip
        assert part in text
    assert "train accuracy" not in text.splitlines()[-4]
    assert "<table>" in curves()._repr_html_()


def test_rows_with_an_accuracy_stand_together():
    assert curves().both("validation").epochs.tolist() == [1, 4.5]
    with pytest.raises(ValueError, match="no train accuracy"):
        curves().both("train")


def test_marks_are_checked():
    assert curves().with_marks(10, 0.3).scores("train").classes == 10
    with pytest.raises(ValueError, match="classes is 1"):
        curves().with_marks(1)
    with pytest.raises(ValueError, match="base_rate is 30"):
        curves().with_marks(None, 30)
