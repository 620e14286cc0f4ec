# ruff: noqa: E501 -- titles in one piece
"""The figures that need only means take the curves of a log as well."""

from __future__ import annotations

import numpy as np
import pytest

from lossacc import figures
from lossacc.runs.logs.reading import read_log
from lossacc.support.types import FloatArray
from tests.made_runs import random_scores, run_of

LOG = "".join(
    f"Epoch {n}/3\n - 1s - loss: {a} - acc: {b} - val_loss: {c} - val_acc: {d}\n"
    for n, a, b, c, d in (
        (1, 0.9, 0.60, 0.80, 0.65),
        (2, 0.5, 0.80, 0.50, 0.80),
        (3, 0.1, 0.97, 0.95, 0.78),
    )
)


def drawn(picture) -> FloatArray:
    """Draw with both renderers."""
    assert picture.svg().startswith("<svg")
    return picture.figure()


def test_curves_of_a_log():
    picture = figures.curves(read_log(LOG))
    assert picture.title == (
        "From epoch 2 on, validation loss rises from 0.500 to 0.950 and accuracy falls from 80 % "
        "to 78 %"
    )
    assert picture.table.rows[2] == (3, 0.1, 0.97, 0.95, 0.78)
    assert not any("ln" in text for text in picture.texts())
    drawn(picture)


def test_marks_stand_where_they_are_given():
    picture = figures.curves(read_log(LOG), classes=3, base_rate=0.4)
    texts = list(picture.texts())
    assert "ln 3 = 1.10" in texts
    assert "base rate 40 %" in texts
    texts = list(figures.plane(read_log(LOG), classes=3, base_rate=0.4).texts())
    assert "base rate 40 %" in texts
    assert "no plain cross-entropy can be here" in texts


def test_the_plane_of_a_log():
    picture = figures.plane(read_log(LOG))
    assert "turns at epoch 2 and goes up and left" in picture.title
    drawn(picture)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("epoch 1 loss: 0.5\nepoch 2 loss: 0.4", "Training loss falls from 0.500 to 0.400"),
        ("epoch 1 val_acc: 0.5\nepoch 2 val_acc: 0.4", "Validation accuracy falls from 50 % to 40 %"),
        ("epoch 1 loss: nan\nepoch 2 loss: nan", "The training set has no finite number in this log"),
        ("epoch 1 loss: -5.5 acc: 0.5\nepoch 2 loss: -7.97 acc: 0.5",
         "Training loss falls from \N{MINUS SIGN}5.50 to \N{MINUS SIGN}7.97 while accuracy stays at 50 %"),
    ],
)  # fmt: skip
def test_half_a_log(text, title):
    picture = figures.curves(read_log(text))
    assert picture.title == title
    drawn(picture)
    for line in picture.panels[0].marks:
        seen = line.y[np.isfinite(line.y)]
        assert (seen >= picture.panels[0].y.low).all()


def test_what_only_a_run_or_only_a_log_has_is_refused():
    run = run_of(random_scores(0, 3, 20, 3))
    with pytest.raises(ValueError, match="a Run knows its classes"):
        figures.curves(run, classes=3)
    with pytest.raises(ValueError, match="hold no penalty"):
        figures.curves(read_log(LOG), penalty=True)
    with pytest.raises(ValueError, match="hold no penalty"):
        figures.plane(read_log(LOG), penalty=True)
    with pytest.raises(ValueError, match="no validation accuracy"):
        figures.plane(read_log("epoch 1 val_loss: 0.5\nepoch 2 val_loss: 0.4"))


def test_a_log_stands_beside_a_run():
    run = run_of(random_scores(0, 3, 20, 3), random_scores(1, 3, 20, 3))
    drawn(figures.curves(run, earlier={"a log": read_log(LOG)}))
    drawn(figures.compare({"run": run, "log": read_log(LOG)}))
