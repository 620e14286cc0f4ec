"""Notebook 12: what its text says of the runs that it makes."""

from __future__ import annotations

import keras
import pytest
from keras import layers, losses

import lossacc
from lossacc import figures, read_log
from lossacc.lessons.the_clinic.cases import case
from tests.copies import shown, slow_copies
from tests.notebooks.running import read
from tests.project import ROOT

NOTEBOOK = read(ROOT / "notebooks/12_the_clinic.ipynb")


def source(name: str) -> str:
    """The text of one cell."""
    return str(next(cell.source for cell in NOTEBOOK.cells if cell.id == name))


@slow_copies
def test_what_the_text_says_of_the_run_that_comes_in() -> None:
    run = shown("sure-and-wrong", seed=1)
    found = run.diagnose()
    assert found.verdict == "overfitting"
    assert "confident and wrong" in found.symptom
    held = run.scores("validation")
    row = held.loss.argmin()
    assert held.loss[-1] > held.loss[row]
    assert held.accuracy[-1] > held.accuracy[row]
    assert "rival: Wrong labels" in str(found)


def test_the_four_lines_are_those_of_case_3() -> None:
    lines = source("level-log").split('"""')[1].strip().splitlines()
    log, whole = read_log("\n".join(lines)), case(3).record
    for on in ("train", "validation"):
        assert log.scores(on).loss.tolist() == whole.scores(on).loss[-4:].tolist()
    assert len(whole.epochs) == 25
    assert log.diagnose().verdict == "cannot tell"


@pytest.mark.parametrize("seed", range(3))
def test_what_the_text_says_of_a_training_of_ones_own(seed: int) -> None:
    keras.utils.set_random_seed(seed)
    train, held = lossacc.split(lossacc.load_digits(), 600, 300, seed=1)
    x, y, x_val, y_val = train.images, train.labels, held.images, held.labels
    hidden = [layers.Flatten(), layers.Dense(64, activation="relu"), layers.Dropout(0.6)]
    model = keras.Sequential([layers.Input((8, 8, 1)), *hidden, layers.Dense(10)])
    loss = losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("adam", loss, metrics=["accuracy"])
    recorder = lossacc.Recorder((x, y), validation=(x_val, y_val))
    model.fit(x, y, validation_data=(x_val, y_val), epochs=12, verbose=0, callbacks=[recorder])
    alone = recorder.run.diagnose().verdict
    assert alone in {"healthy", "training mode", "capacity", "rate too low"}
    found = lossacc.diagnose(recorder.run, model=model, data=(x, y), validation=(x_val, y_val))
    assert found.verdict == "training mode"
    assert "dropout makes" in " ".join(str(found).split())


def test_every_case_draws_its_curves() -> None:
    for number in range(1, 11):
        assert str(figures.curves(case(number).record))
