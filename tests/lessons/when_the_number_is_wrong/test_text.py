"""Notebook 11: what its text says beyond claims."""

from __future__ import annotations

import math

import numpy as np
import pytest

import lossacc
from lossacc import lessons, load_digits, split
from lossacc.lessons.when_the_number_is_wrong import further, metrics
from lossacc.lessons.when_the_number_is_wrong import slip_claims as read
from lossacc.lessons.when_the_number_is_wrong.shots_claims import gap, new
from lossacc.runs.run import Run
from tests.copies import copies, shown
from tests.told import remedy

LN_TEN = math.log(10)


def slip(arm: str = "base") -> Run:
    """The runs that sections 1 to 3 show."""
    return shown("one-slip", arm, seed=1)


def shots(arm: str = "base") -> Run:
    """The runs that sections 5 and 6 show."""
    return shown("ten-shots", arm, seed=1)


CLAIMS = [
    (name, claim.name)
    for name in ("one-slip", "ten-shots")
    for claim in lessons.experiment(name).claims
]


@copies
@pytest.mark.parametrize(("name", "claim"), CLAIMS)
def test_the_claims_hold_on_the_runs_that_they_stand_beside(name: str, claim: str) -> None:
    of = lessons.experiment(name).claim(claim)
    held, evidence = of.judge({arm: shown(name, arm, seed=1) for arm in of.reads})
    assert held, evidence


@copies
def test_what_the_text_says_of_the_last_rows() -> None:
    base, last = slip(), slip("sorted")
    assert base.train.accuracy[-1] > 0.99
    assert base.scores("validation").accuracy[-1] == pytest.approx(0.96, abs=0.02)
    assert last.train.accuracy[-1] > 0.99
    assert last.scores("validation").accuracy[-1] == 0
    counted = read.answers(last.scores("validation"))
    assert counted[6:].sum() == 0
    assert np.bincount(last.scores("validation").labels, minlength=10)[:6].sum() == 0


@copies
def test_what_the_text_says_of_orders() -> None:
    order, other = (slip(arm).scores("validation") for arm in ("another order", "renumbered"))
    assert order.accuracy[-1] == pytest.approx(0.1, abs=0.04)
    assert other.accuracy[-1] < 0.02
    assert min(order.loss[-1], other.loss[-1]) > 10
    assert order.loss[-1] > 5 * LN_TEN
    labels = np.bincount(order.labels, minlength=10)
    assert np.abs(read.answers(order) - labels).max() <= 8
    assert read.renamed(other) > 0.9
    assert read.renamed(order) < 0.25
    assert [f.check for f in lossacc.check_run(slip("renumbered")).findings] == ["class numbers"]


@copies
def test_what_the_text_says_of_scales() -> None:
    large, small = (slip(arm).scores("validation") for arm in ("not divided", "divided twice"))
    assert large.accuracy[-1] > 0.85
    assert 10 < large.loss[-1] < 100
    assert read.answers(small).max() == small.size
    assert small.accuracy[-1] == pytest.approx(0.1, abs=0.03)
    assert small.loss[-1] == pytest.approx(LN_TEN, rel=0.1)


@copies
def test_of_each_slip_the_diagnosis_names_the_cause_first() -> None:
    wanted = {
        "base": "healthy",
        "sorted": "sorted split",
        "another order": "mispaired labels",
        "renumbered": "renamed labels",
        "not divided": "other preprocessing",
        "divided twice": "other preprocessing",
    }
    found = {arm: lossacc.diagnose(slip(arm)).candidates[0].cause for arm in wanted}
    assert found == wanted


def test_the_recorder_finds_the_scale_of_the_script() -> None:
    train, held_out = split(load_digits(), 600, 400, seed=1)
    assert held_out.images.max() * 255 == 255
    run = slip()
    sets = (train.images, train.labels), (held_out.images * 255, held_out.labels)
    found = [finding.check for finding in lossacc.check_run(run, *sets).findings]
    assert "scale" in found


def test_one_logit_is_printed_lower_than_it_is() -> None:
    model, x, y = metrics.three_or_eight()
    model.fit(x, y, batch_size=32, epochs=4, shuffle=False, verbose=0)
    logits = model.predict(x, verbose=0)[:, 0]
    printed, right = model.evaluate(x, y, verbose=0)[1], ((logits > 0) == y).mean()
    assert right - printed == pytest.approx(0.12, abs=0.02)
    assert [finding.check for finding in lossacc.audit(model, x, y).findings] == ["accuracy"]
    assert 1 / (1 + math.exp(-0.5)) == pytest.approx(0.62, abs=0.005)


@copies
def test_what_the_text_says_of_groups() -> None:
    base, whole = shots(), shots("whole digits")
    assert base.scores("validation").accuracy[-1] > 0.98
    assert gap(base) == pytest.approx(0.1, abs=0.04)
    assert abs(gap(whole)) < 0.1
    drawn = shots("labels at random")
    assert drawn.scores("validation").accuracy[-1] > 0.8
    assert new(drawn) == pytest.approx(0.1, abs=0.05)
    assert abs(gap(shots("labels at random, whole digits"))) < 0.15
    assert lossacc.diagnose(base).candidates[0].cause == "healthy"


@copies
def test_what_the_text_says_of_fonts() -> None:
    for arm in ("fonts", "whole fonts"):
        assert abs(gap(shots(arm))) < 0.12
    assert shots("fonts").settings["same_group"] < 0.3


def test_what_the_text_says_of_splits_by_group() -> None:
    measures = "validation accuracy"
    digits = remedy("ten-shots", "All shots of a digit", measures)
    fonts = remedy("ten-shots", "All letters of a font", measures)
    assert digits.mean == pytest.approx(0.125, abs=0.01)
    assert fonts.mean == pytest.approx(0.02, abs=0.01)
    assert fonts.high is not None
    assert fonts.high < 0.04
    assert (digits.verdict, fonts.verdict) == ("helps", "does nothing")


def test_what_the_text_says_of_shots_of_photographs() -> None:
    (there,) = (one for one in lessons.elsewhere("ten-shots") if one.data == "photographs")
    assert all((row.seeds, row.held) == (4, 4) for row in there.rows)
    assert there.gains[0].id == "ten-shots/whole digits"
    assert there.gains[0].least > 0.7


def test_a_lost_optimizer_costs_ten_times_the_loss() -> None:
    before, kept, lost = further.resumed()
    assert lost.train.loss[0] == pytest.approx(before.train.loss[-1])
    assert lost.train.loss[1] > 10 * before.train.loss[-1]
    assert kept.train.loss[1] < before.train.loss[-1]
    assert lost.train.loss[-1] < 2 * before.train.loss[-1]


def test_what_the_text_says_of_stairs() -> None:
    quarters = further.stairs().reshape(3, 4, -1).mean(axis=2)
    assert quarters[0, -1] >= quarters[0, 0] - 0.1
    assert quarters[1:].max() < 0.1


def test_what_the_text_says_of_the_background() -> None:
    rows = {name: cells for name, *cells in further.background().rows}
    assert rows["background everywhere"] == ["98.4 %", "0 %", "0 %"]
    assert float(rows["one fixed pixel in each image"][0][:4]) < 98.4
    assert round(100 * 63 / 64, 1) == 98.4


def test_numbers_that_are_known_on_sight() -> None:
    for number, classes, says in (
        (87.3365, 1000, "FLT_MIN"),
        (14.506, 10, "1e-7 x 0.9"),
        (0.5, 10, "label smoothing 0.1"),
    ):
        assert says in str(lossacc.recognise(number, classes=classes))


def test_what_the_text_says_of_inputs_of_photographs() -> None:
    (there,) = (one for one in lessons.elsewhere("one-slip") if one.data == "photographs")
    held = {row.id: row.held for row in there.rows}
    assert held["one-slip/not divided"] == 0
    assert held["one-slip/divided twice"] <= 1
    (measured,) = (one for one in lessons.measured("one-slip"))
    why = measured.why["photographs"]
    assert "32 to 42 % are right" in why["one-slip/not divided"]
    assert "5 points or more" in why["one-slip/not divided"]
    assert "sure of an answer that is mostly wrong" in why["one-slip/divided twice"]
