"""Notebook 08: what its text says beyond claims."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lossacc import figures, lessons
from lossacc.claims.report import Gain
from lossacc.lessons.two_modes import evidence as read_of
from lossacc.lessons.two_modes import toy as toy_
from lossacc.lessons.two_modes.exercises import recomputed_statistics, recorded_gap
from lossacc.runs.run import Run
from tests.copies import shown, slow_copies
from tests.project import ROOT
from tests.told import remedy

NOTEBOOK = ROOT / "notebooks" / "08_two_modes.ipynb"


def test_keras_makes_of_a_batch_of_two_what_is_done_by_hand() -> None:
    keras = pytest.importorskip("keras")
    layer = keras.layers.BatchNormalization(epsilon=1e-9)
    assert np.asarray(layer(np.array([[3.0], [7.0]], np.float32), training=True)).ravel() == (
        pytest.approx([-1, 1])
    )
    assert np.asarray(layer(np.array([[3.0]], np.float32), training=True)) == pytest.approx(0)


def test_the_figures_of_the_text() -> None:
    whole, before, after = (
        toy_.pooled(0),
        toy_.pooled(0.7),
        toy_.pooled(0).dropped(0.5),
    )
    assert before.mean / whole.mean == pytest.approx(4 / 3, abs=0.01)
    assert before.variance / whole.variance == pytest.approx(9, abs=0.5)
    assert after.variance / whole.variance == pytest.approx(4, abs=0.5)
    assert toy_.pooled(0.2).variance / whole.variance < 2
    assert toy_.initial_left(0.99, 40) == pytest.approx(2 / 3, abs=0.005)
    assert toy_.initial_left(0.99, 270) == pytest.approx(0.07, abs=0.005)
    assert math.log(6) == pytest.approx(1.79, abs=0.005)


SEEDS = {"rate of 2": 5, "plain, rate of 2": 5}  # of section 8


def trained(arm: str = "base", **knobs: Any) -> Run:
    """The runs that the notebook shows."""
    return shown("two-modes", arm, seed=SEEDS.get(arm, 1), **knobs)


CLAIMS = (
    "place",
    "predicted",
    "variance",
    "few updates",
    "batch size in each mode",
    "above validation",
    "rate",
    "unsteady in evaluation",
)


@slow_copies
@pytest.mark.parametrize("name", CLAIMS)
def test_the_claims_hold_on_the_runs_that_they_stand_beside(name: str) -> None:
    claim = lessons.experiment("two-modes").claim(name)
    held, evidence = claim.judge({arm: trained(arm) for arm in claim.reads})
    assert held, evidence


@slow_copies
def test_what_the_text_says_of_the_network_that_was_asked_about() -> None:
    base = trained()
    assert (base.train.size, base.scores("validation").size) == (288, 600)
    assert base.train.classes == 6
    # The dotted curves are those that a training prints.
    assert read_of.printed(base)[-1] < read_of.printed(base)[1] - 0.3
    assert base.printed["accuracy"][-10:].min() > 1 / 6
    assert base.printed["accuracy"][-10:].mean() > 0.2
    # The other two hardly leave ln 6 and the base rate, and they lie together.
    own, held_out = base.train, base.scores("validation")
    assert np.abs(own.loss[5:] - math.log(6)).max() < 0.06
    assert np.abs(own.accuracy[5:] - base.base_rate("train").rate).max() < 0.05
    assert np.abs(held_out.loss - own.loss)[1:].max() < 0.05
    assert np.abs(held_out.accuracy - own.accuracy)[1:].max() < 0.05


@slow_copies
def test_what_the_text_says_of_its_gap() -> None:
    gap = recorded_gap(trained())
    assert gap.printed is not None
    assert gap.printed < gap.evaluation - 0.03
    assert gap.training < gap.evaluation - 0.03  # the crippled network does better
    assert gap.parts["dropout"] > 0 > gap.parts["batch statistics"]
    assert -gap.parts["batch statistics"] > 1.5 * gap.parts["dropout"]
    # The weights knew a good deal.
    assert read_of.mode(trained(), "recomputed accuracy") > 2 * trained().train.accuracy[-1]


@slow_copies
def test_what_the_panel_shows_of_dropout_after_pooling() -> None:
    run = trained(place="after max-pooling")
    assert run.settings["knobs"] == trained("after pooling").settings["knobs"]
    ends = [run.scores(on).loss[-1] for on in ("train", "validation")]
    assert max(ends) < math.log(6) - 0.5  # far below
    assert abs(ends[1] - ends[0]) < 0.15  # close together
    own, held_out = (run.scores(on).loss[30:].mean() for on in ("train", "validation"))
    assert own < held_out  # section 3: in evaluation mode


@slow_copies
def test_what_the_panel_shows_of_a_momentum_of_nine_tenths() -> None:
    for run in (trained(), trained("momentum .9")):
        for on in ("train", "validation"):
            assert np.abs(run.scores(on).loss[5:] - math.log(6)).max() < 0.1
    few, quick = (
        trained(arm).train.loss[-1] for arm in ("few updates", "few updates, momentum .9")
    )
    assert few - quick == pytest.approx(1, abs=0.3)  # about one nat


@pytest.mark.parametrize(
    ("begins", "measures", "verdict"),
    [
        ("A momentum of .9", "validation accuracy", "does nothing"),
        ("Batches of 96", "validation accuracy", "does nothing"),
        ("Dropout in the blocks only before", "validation accuracy", "helps"),
        ("Dropout in the blocks only after", "validation accuracy", "helps"),
        ("SpatialDropout2D", "validation accuracy", "helps"),
        ("Dropout only before the last layer", "validation accuracy", "helps"),
        ("The running statistics", "validation accuracy", "helps"),
        ("No BatchNormalization", "validation accuracy", "does nothing"),
        ("LayerNormalization", "validation accuracy", "does nothing"),
        ("No dropout, batches of 4", "fall of the validation loss", "helps"),
        ("No dropout, batches of 4", "validation accuracy", "does nothing"),
        ("Plain, in batches of 4", "fall of the validation loss", "harms"),
    ],
)
def test_what_the_text_says_of_the_table_of_remedies(
    begins: str, measures: str, verdict: str
) -> None:
    assert row(begins, measures).verdict == verdict


def row(begins: str, measures: str = "validation accuracy") -> Gain:
    """The row of the table that begins like this."""
    return remedy("two-modes", begins, measures)


def test_what_the_text_says_of_how_much_each_remedy_gains() -> None:
    before, recomputed = row("Dropout in the blocks only before"), row("The running statistics")
    assert before.least < 0.05 < before.mean  # on some seeds
    others = (
        "Dropout only before the last",
        "SpatialDropout2D",
        "Dropout in the blocks only after",
    )
    for begins in others:
        assert row(begins).mean > recomputed.mean + 0.1
    asked = ("A momentum of .9", "Batches of 96", "The running statistics")
    assert all(row(others[0]).mean > row(begins).mean for begins in asked)


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
    prediction = lessons.experiment("two-modes").prediction
    assert prediction is not None
    assert prediction.outcome(trained(arm)).says == says, prediction.measured(trained(arm))


@slow_copies
def test_what_the_text_says_of_the_place() -> None:
    before, after = (recorded_gap(trained(arm)) for arm in ("before pooling", "after pooling"))
    assert before.accuracy is not None
    assert after.accuracy is not None
    assert before.accuracy.training > before.accuracy.evaluation + 0.15  # far fewer
    assert after.accuracy.evaluation > after.accuracy.training + 0.15  # far better
    assert after.evaluation < after.training - 0.2
    assert after.parts["dropout"] == pytest.approx(after.gap, rel=0.2)  # makes all of it
    assert read_of.mode(trained("before pooling"), "recomputed accuracy") > (
        before.accuracy.evaluation + 0.5
    )


@slow_copies
def test_what_the_text_says_of_the_variances() -> None:
    runs = [trained(arm) for arm in ("base", "before pooling", "after pooling")]
    found = read_of.predicted(*runs)
    for run, name in zip(runs, ("both", "before", "after"), strict=True):
        block = found[f"{name}, in the network"]
        assert block < found[f"{name}, by hand"]  # a little below
        assert read_of.variance(run)["at the start"] < block  # less than that
    shifts = [read_of.variance(run) for run in runs]
    for when in ("at the start", "at the end"):  # the order stays
        assert shifts[0][when] > 1.2 * shifts[1][when]
        assert shifts[1][when] > 1.2 * shifts[2][when]


@slow_copies
def test_what_the_text_says_of_few_updates() -> None:
    few, quick = trained("few updates"), trained("few updates, momentum .9")
    gap = recorded_gap(few)
    assert gap.accuracy is not None
    assert gap.parts["batch statistics"] < 0
    assert gap.parts["batch statistics"] == pytest.approx(gap.gap, rel=0.15)  # all of it
    assert few.printed["accuracy"][-1] > 0.9
    assert gap.accuracy.training > 0.9
    assert gap.accuracy.evaluation < 0.5  # most images wrong
    # The momentum changes evaluation mode only.
    assert (few.printed["loss"][1:] == quick.printed["loss"][1:]).all()
    assert (few.train.logits[0] == quick.train.logits[0]).all()
    assert read_of.training(few) == read_of.training(quick)
    near = recorded_gap(quick)
    assert gap.evaluation > gap.training + 0.5  # far more
    assert abs(near.evaluation - near.training) < 0.1  # nearly alike


@slow_copies
def test_what_the_text_says_of_five_times_as_many_updates() -> None:
    gap = recorded_gap(trained("few updates"))
    longer = recorded_gap(trained("few updates", epochs=30)).parts["batch statistics"]
    assert gap.parts["batch statistics"] / 4 < longer < -0.05  # less than a quarter, and not gone


@slow_copies
def test_what_the_text_says_of_batches_of_one() -> None:
    steady = trained("no dropout")
    assert steady.train.accuracy[-1] == 1
    assert read_of.mode(steady, "in batches of 32") > 0.99
    assert read_of.mode(steady, "in batches of 1") == pytest.approx(1 / 6, abs=0.08)  # by guessing


@slow_copies
def test_what_the_text_says_of_batches_of_four() -> None:
    steady, four = trained("no dropout"), trained("batches of 4")
    lost = read_of.mode(steady, "recomputed accuracy") - read_of.mode(four, "recomputed accuracy")
    assert 0 < lost < 0.05  # a few of the training images
    gain = "recomputed, validation accuracy"
    assert read_of.mode(four, gain) > read_of.mode(steady, gain) + 0.02


@slow_copies
def test_what_the_text_says_of_the_lag() -> None:
    plain = trained("plain", epochs=30)
    held, evidence = lessons.experiment("two-modes").claim("lag").judge({"plain": plain})
    assert held, evidence
    assert evidence["share left"] > 0.1  # not all of it
    falls = -np.diff(plain.train.loss)
    assert (falls > 0).mean() > 0.9  # nearly all epochs
    assert falls[15:20].min() > falls[5:10].max()  # faster and faster


@slow_copies
def test_what_the_text_says_of_the_curves_of_dropout_after_pooling() -> None:
    after = trained("after pooling")
    printed, held_out = read_of.printed(after)[30:], after.scores("validation").loss[30:]
    assert len(after.epochs) == 61
    assert (printed > held_out).all()
    assert (printed > after.train.loss[30:]).all()
    parts = recorded_gap(after).parts
    assert abs(parts["lag"]) < 0.2 * parts["dropout"]  # hardly any


@slow_copies
def test_what_the_text_says_of_a_high_rate() -> None:
    fast, burnt = trained("rate of 2"), trained("plain, rate of 2")
    printed = read_of.printed(fast)
    assert printed[1] > 1.2 > 0.1 > np.nanmin(printed)
    assert fast.printed["accuracy"][1:].max() > 0.9
    assert burnt.train.accuracy[-1] < 0.3
    leaps, guessing = np.diff(fast.scores("validation").loss), math.log(6)
    assert leaps.max() > 5 * guessing  # by many times
    assert leaps.min() < -5 * guessing  # and back again
    assert len(np.unique(burnt.train.logits[-1].argmax(axis=-1))) == 1  # a single answer


@slow_copies
def test_what_the_text_says_of_a_mild_rate() -> None:
    mild = trained("before pooling", rate=0.2)
    assert mild.train.accuracy[-1] > 0.9
    assert mild.scores("validation").accuracy[-1] > 0.75
    assert abs(read_of.gain_recomputed(mild, mild)) < 0.05


@slow_copies
def test_a_recorded_gap_is_the_one_that_was_measured_and_can_be_drawn(tmp_path: Path) -> None:
    gap = recorded_gap(trained())
    assert recorded_gap(Run.load(trained().save(tmp_path / "run.npz"))) == gap
    assert sum(gap.parts.values()) == pytest.approx(gap.gap, abs=1e-9)
    assert gap.examples == 288
    assert "evaluation mode" in figures.mode_picture(gap).alt
    rows = recomputed_statistics(trained()).rows
    assert [row[0] for row in rows] == ["training images", "validation images"]


@slow_copies
def test_what_was_not_measured_is_refused() -> None:
    other = shown("nine-against-one", seed=1)
    with pytest.raises(ValueError, match="holds no gap; expected a whole run of two-modes"):
        recorded_gap(other)
    with pytest.raises(ValueError, match="holds no new statistics"):
        recomputed_statistics(trained("plain, batches of 2"))
