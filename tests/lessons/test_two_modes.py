"""Notebook 08: what its text says beyond claims."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lossacc import experiments, mode_toys, pictures
from lossacc.experiments import modes_evidence as read_of
from lossacc.lessons.two_modes import recorded_gap, statistics_anew
from lossacc.run import Run
from tests.runs import shown, slow_copies

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "08_two_modes.ipynb"


def test_keras_makes_of_a_batch_of_two_what_is_done_by_hand() -> None:
    keras = pytest.importorskip("keras")
    layer = keras.layers.BatchNormalization(epsilon=1e-9)
    assert np.asarray(layer(np.array([[3.0], [7.0]], np.float32), training=True)).ravel() == (
        pytest.approx([-1, 1])
    )
    assert np.asarray(layer(np.array([[3.0]], np.float32), training=True)) == pytest.approx(0)


def test_the_figures_of_the_text() -> None:
    whole, before, after = (
        mode_toys.pooled(0),
        mode_toys.pooled(0.7),
        mode_toys.pooled(0).dropped(0.5),
    )
    assert before.mean / whole.mean == pytest.approx(4 / 3, abs=0.01)
    assert before.variance / whole.variance == pytest.approx(9, abs=0.5)
    assert after.variance / whole.variance == pytest.approx(4, abs=0.5)
    assert mode_toys.pooled(0.2).variance / whole.variance < 2
    assert mode_toys.initial_left(0.99, 40) == pytest.approx(2 / 3, abs=0.005)
    assert mode_toys.initial_left(0.99, 270) == pytest.approx(0.07, abs=0.005)
    assert math.log(6) == pytest.approx(1.79, abs=0.005)


def trained(arm: str = "base", **knobs: Any) -> Run:
    """The runs that the notebook shows."""
    return shown("two-modes", arm, seed=1, **knobs)


@slow_copies
def test_what_the_text_says_of_the_network_that_was_asked_about() -> None:
    base = trained()
    gap = recorded_gap(base)
    assert gap.printed is not None
    assert gap.printed < gap.evaluation - 0.03
    assert base.printed["accuracy"][-10:].mean() > 0.2  # of six classes
    assert np.abs(base.train.loss[5:] - math.log(6)).max() < 0.06
    held_out = base.scores("validation").loss
    assert np.abs(held_out - base.train.loss)[1:].max() < 0.05  # they lie together
    assert gap.parts["dropout"] > 0 > gap.parts["batch statistics"]
    assert -gap.parts["batch statistics"] > gap.parts["dropout"]


@slow_copies
@pytest.mark.parametrize(
    ("arm", "says"),
    [
        ("base", "The printed one, by .03 nats or more."),
        ("after pooling", "The one in evaluation mode, by .03 nats or more."),
        ("no dropout", "They are within .03 nats."),
    ],
)
def test_the_prediction_comes_out_as_the_text_says(arm: str, says: str) -> None:
    prediction = experiments.load("two-modes").prediction
    assert prediction is not None
    assert prediction.outcome(trained(arm)).says == says, prediction.measured(trained(arm))


@slow_copies
def test_what_the_text_says_of_the_place() -> None:
    before, after = (recorded_gap(trained(arm)) for arm in ("before pooling", "after pooling"))
    assert before.accuracy is not None
    assert before.accuracy.training > before.accuracy.evaluation + 0.15
    assert after.parts["dropout"] > 0.7 * after.gap > 0.2
    assert read_of.gain_anew(trained(), trained("before pooling")) > 0.3
    shifts = [read_of.variance(trained(arm)) for arm in ("base", "before pooling", "after pooling")]
    for when in ("at the start", "at the end"):
        assert sorted(shifts, key=lambda one: -one[when]) == shifts


@slow_copies
def test_what_the_text_says_of_few_updates() -> None:
    few, quick = trained("few updates"), trained("few updates, momentum .9")
    gap = recorded_gap(few)
    assert gap.parts["batch statistics"] < 0.8 * gap.gap < 0
    assert (few.printed["loss"][1:] == quick.printed["loss"][1:]).all()
    assert (few.train.logits[0] == quick.train.logits[0]).all()
    longer = recorded_gap(trained("few updates", epochs=30))
    assert abs(longer.parts["batch statistics"]) < -gap.parts["batch statistics"] / 4


@slow_copies
def test_what_the_text_says_of_batches_of_four() -> None:
    steady, four = trained("no dropout"), trained("batches of 4")
    assert read_of.mode(four, "anew accuracy") <= read_of.mode(steady, "anew accuracy")
    gain = "anew, validation accuracy"
    assert read_of.mode(four, gain) > read_of.mode(steady, gain) + 0.02
    assert steady.train.accuracy[-1] == 1


@slow_copies
def test_what_the_text_says_of_the_curves() -> None:
    after, fast = trained("after pooling"), trained("rate of 3")
    assert (read_of.printed(after)[-30:] > after.scores("validation").loss[-30:]).all()
    assert fast.printed["accuracy"][-1] > 0.8
    assert fast.scores("validation").loss.max() > 5 * math.log(6)


@slow_copies
def test_what_the_text_says_of_a_mild_rate() -> None:
    mild = trained("before pooling", rate=0.2)
    assert mild.scores("validation").accuracy[-1] > 0.75
    assert read_of.gain_anew(mild, mild) > -0.05


@slow_copies
def test_a_recorded_gap_is_the_one_that_was_measured_and_can_be_drawn(tmp_path: Path) -> None:
    gap = recorded_gap(trained())
    assert recorded_gap(Run.load(trained().save(tmp_path / "run.npz"))) == gap
    assert sum(gap.parts.values()) == pytest.approx(gap.gap, abs=1e-9)
    assert gap.examples == 288
    assert "evaluation mode" in pictures.mode_picture(gap).alt
    rows = statistics_anew(trained()).rows
    assert [row[0] for row in rows] == ["training images", "validation images"]


@slow_copies
def test_what_was_not_measured_is_refused() -> None:
    other = shown("nine-versus-one", seed=1)
    with pytest.raises(ValueError, match="holds no gap; expected a whole run of two-modes"):
        recorded_gap(other)
    with pytest.raises(ValueError, match="holds no new statistics"):
        statistics_anew(trained("plain, batches of 2"))
