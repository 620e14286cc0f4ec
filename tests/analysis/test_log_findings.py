"""What a log's numbers say: plateaus, sums that cannot be, how far an accuracy is to be trusted."""

from __future__ import annotations

import math
from math import comb

import pytest

from lossacc.analysis.log_findings import log_findings
from lossacc.analysis.plateaus import plateaus
from lossacc.analysis.stats import share_interval
from lossacc.runs.logs.reading import read_log


def log(rows, names=("loss", "acc")):
    return read_log(
        "".join(
            f"epoch {n} " + " - ".join(f"{k}: {v}" for k, v in zip(names, row, strict=True)) + "\n"
            for n, row in enumerate(rows, 1)
        )
    )


def checks(curves, **more):
    return {one.check for one in log_findings(curves, **more)}


def test_a_loss_that_stands_still_is_a_plateau():
    held = log([(2.9, 0.1), (2.3037, 0.1), (2.3034, 0.11), (2.3033, 0.1), (1.5, 0.4), (1.2, 0.5)])
    (found,) = plateaus(held)
    assert (found.on, found.first, found.last, found.rows) == ("train", 2, 4, 3)
    assert (found.loss, found.accuracy) == (2.3034, 0.1)
    assert found.recognise(10).names[0] == "ln 10"
    said = [one.what for one in log_findings(held.with_marks(10)) if one.check == "plateau"]
    assert "ln 10 = 2.3026" in said[0]


def test_a_loss_that_falls_has_no_plateau():
    assert plateaus(log([(1 / n, 0.5) for n in range(1, 9)])) == ()


def test_a_clamp_is_told_by_its_share():
    held = log([(0.16, 0.95)] + [(15.504, 0.0381)] * 4)
    assert plateaus(held)[0].recognise(10).names[0].startswith("-ln 1e-7 x 0.9619")


@pytest.mark.parametrize(
    ("rows", "check"),
    [
        ([(0.6, 0.63), ("nan", 0.41), ("nan", 0.0)], "finite"),
        ([(-5.5, 0.5), (-7.9, 0.5)], "negative"),
        ([(0.2, 0), (0.1, 0), (0.05, 0)], "accuracy"),
        ([(0.2, 0.1), (0.05, 0.2)], "bound"),
        ([(5.9, 0.9764), (5.5, 0.9987)], "too high"),
        ([(0.7, 0.11), (0.8, 0.11), (0.9, 0.11), (1.0, 0.11)], "constant"),
    ],
)
def test_what_cannot_be_is_found(rows, check):
    assert check in checks(log(rows).with_marks(5))


def test_a_healthy_log_raises_no_alarm():
    rows = [(0.784, 0.7643), (0.1199, 0.9639), (0.0845, 0.9737), (0.0762, 0.9756), (0.06, 0.9812)]
    assert checks(log(rows).with_marks(10)) == set()


def test_the_size_of_a_small_set_is_read_off_its_fractions():
    rows = [(1.0, 0.5938), (0.9, 0.6250), (0.8, 0.5312), (0.7, 0.5625)]
    (found,) = [one for one in log_findings(log(rows)) if one.check == "interval"]
    assert "on 32 examples" in found.what
    assert "on 500 examples" in str(log_findings(log(rows), 500))
    with pytest.raises(ValueError, match="examples is 0"):
        log_findings(log(rows), 0)


@pytest.mark.parametrize("of", [10, 32, 200])
@pytest.mark.parametrize("chance", [0.1, 0.5, 0.9])
def test_the_interval_holds_the_chance_about_as_often_as_it_says(of, chance):
    held = 0.0
    for right in range(of + 1):
        low, high = share_interval(right / of, of)
        if low <= chance <= high:
            held += comb(of, right) * chance**right * (1 - chance) ** (of - right)
    assert held > 0.9


def test_the_interval_by_hand():
    low, high = share_interval(0.5, 100)
    assert (low, high) == pytest.approx((0.40383, 0.59617), abs=1e-5)
    assert share_interval(1.0, 10)[1] == 1.0
    assert not math.isnan(share_interval(0.0, 1)[0])
    with pytest.raises(ValueError, match="of is 0"):
        share_interval(0.5, 0)
