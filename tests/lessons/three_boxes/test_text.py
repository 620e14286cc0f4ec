"""Notebook 07: what its text says beyond claims."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from lossacc.analysis.calibration import reliability
from lossacc.analysis.phases import change_ledger, find_boxes
from lossacc.analysis.weight_norms import effective_rate, norms_of
from lossacc.lessons.three_boxes.evidence import cooled, rising, two_losses
from lossacc.lessons.three_boxes.exercises import turned, valley
from lossacc.runs.run import Run
from tests.copies import shown, slow_copies
from tests.project import ROOT

NOTEBOOK = ROOT / "notebooks" / "07_three_boxes.ipynb"


def test_half_the_length_is_turned_nearly_four_times_as_far() -> None:
    angles = [turned(length, 0.5, 4) for length in (4, 2, 1)]
    assert 3.5 < angles[1] / angles[0] < 4
    assert angles[2] / angles[1] > 2
    assert turned(100.0, 0.5) / turned(200.0, 0.5) == pytest.approx(4, rel=1e-3)
    assert turned(1.0, 1.0) == pytest.approx(45)
    with pytest.raises(ValueError, match="expected one above 0"):
        turned(0.0, 0.5)


def test_the_valley_is_that_of_many_walks() -> None:
    rates, batches = [0.5] * 10 + [0.1] * 10, [1] * 5 + [4] * 15
    rng = np.random.default_rng(0)
    x = rng.choice([-1.0, 1.0], 200_000)
    losses = [np.mean(x**2) / 2]
    for rate, batch in zip(rates, batches, strict=True):
        x = x - rate * (x + rng.normal(0, 1 / math.sqrt(batch), x.shape))
        losses.append(np.mean(x**2) / 2)
    np.testing.assert_allclose(valley(rates, batches), losses, rtol=0.02)


def test_the_floors_of_the_valley() -> None:
    assert valley([0.5] * 40)[-1] == pytest.approx(1 / 6, abs=1e-4)
    cut = valley([0.5] * 20 + [0.05] * 60)[-1]
    grown = valley([0.5] * 40, [1] * 20 + [10] * 20)[-1]
    assert cut < grown == pytest.approx(1 / 60, abs=1e-4)
    assert cut < 1 / 6 / 10 < 1.01 * grown
    with pytest.raises(ValueError, match=r"got 2 rates up to 0\.5 and 1 batches"):
        valley([0.5, 0.5], [1])
    with pytest.raises(ValueError, match="each rate 0 or more and below 2"):
        valley([2.0])


def test_a_kernel_twice_as_long_gives_batchnorm_the_same() -> None:
    batch = np.array([[1.0, 2.0], [3.0, 1.0], [2.0, 5.0], [4.0, 4.0]])
    found = [batch @ np.array(kernel) for kernel in ([1.0, 0.5], [2.0, 1.0])]
    one, other = ((each - each.mean()) / each.std() for each in found)
    np.testing.assert_allclose(one, other)


def trained(arm: str = "base", **knobs: Any) -> Run:
    """The runs that the notebook shows."""
    return shown("three-boxes", arm, seed=3, **knobs)


def names(run: Run) -> list[str]:
    return [box.name for box in find_boxes(run)]


@slow_copies
def test_what_the_text_says_of_the_boxes() -> None:
    assert names(trained()) == ["red", "green"]
    assert names(trained("no decay")) == ["blue"]
    assert names(trained("small rate")) == ["blue"]
    red, green = (change_ledger(trained(), box.change) for box in find_boxes(trained()))
    assert red.counts["newly wrong"] > red.counts["newly right"]
    assert red.shares["stayed wrong"] > 0 > green.shares["stayed wrong"]
    assert green.counts["newly right"] > green.counts["newly wrong"]


@slow_copies
def test_what_the_text_says_of_the_kernels() -> None:
    norms, rates = norms_of(trained()), effective_rate(trained())
    assert norms[12] > 1.5 * norms[48]
    free = norms_of(trained("no decay"))
    assert np.ptp(free[16:]) < 0.1 * free[16]
    assert rates[13] < rates[12] / 5
    assert rates[48] > 2 * rates[13]


@slow_copies
def test_what_the_text_says_of_the_training_loss() -> None:
    run = trained()
    rows = [slice(16, 21), slice(44, 49), slice(51, 56)]
    train = [run.train.loss[row].mean() for row in rows]
    held_out = [run.validation.loss[row].mean() for row in rows]  # type: ignore[union-attr]
    assert train[1] < 1.25 * train[0]
    assert train[2] < train[1] / 2
    assert held_out[1] > 1.1 * held_out[0]
    assert held_out[2] < held_out[1] - 0.1


@slow_copies
def test_what_the_text_says_of_the_three_ways_to_green() -> None:
    base = trained()
    grown = trained("larger batch", epochs=60)
    for run in (grown, trained("averaged weights")):
        np.testing.assert_array_equal(run.train.logits[48], base.train.logits[48])
    held_out = {arm: trained(arm).validation.loss for arm in ("base", "averaged weights")}  # type: ignore[union-attr]
    assert held_out["averaged weights"][54:61].mean() < held_out["base"][54:61].mean() + 0.03
    loss = grown.scores("validation").loss
    assert loss[56:].mean() < loss[31:49].mean() - 0.05


@slow_copies
def test_what_the_text_says_of_confidence() -> None:
    assert cooled(trained())["temperature"] == pytest.approx(1, abs=0.3)
    assert cooled(trained("no decay"))["temperature"] > 1.8
    sure = reliability(trained("no decay").scores("validation"), -1)
    top = sure.counts > 20
    assert (sure.confidence[top] > sure.accuracy[top]).all()
    small = find_boxes(trained("small rate"))[0]
    assert small.last - small.first > 40
    assert small.change.of_accuracy > 0


@slow_copies
def test_what_the_text_says_of_the_two_training_losses() -> None:
    noisy, plain = two_losses(trained("fresh noise")), two_losses(trained())
    assert noisy["printed minus scored"] > 2.5 * plain["printed minus scored"] > 0
    assert 0 < plain["lag of the mean"] < plain["printed minus scored"]
    run = trained("fresh noise")
    printed = run.printed["loss"] - run.scores("validation").loss
    assert (printed[13:] > 0).all()


@slow_copies
def test_what_the_panel_shows() -> None:
    early = trained(second_cut=24).scores("validation")
    assert early.loss[27:32].mean() < early.loss[19:25].mean()
    assert names(trained(second_cut=36))[:2] == ["red", "green"]
    red = rising(trained())["gain in accuracy"]
    for run in (trained(weight_decay=1e-3), trained("Keras' decay")):
        assert rising(run)["gain in accuracy"] > red + 0.005
    assert names(trained("Keras' decay, tenfold"))[0] == "red"
    knobs: dict[str, Any] = {"learning_rate": 0.05, "weight_decay": 0.0, "first_cut": 0}
    knobs |= {"second_cut": 0, "noise": 0.4}
    assert names(trained(**knobs)) == ["blue"]
    ends = [
        run.scores("validation").accuracy[-5:].mean() for run in (trained(), trained(second_cut=36))
    ]
    assert ends[1] == pytest.approx(ends[0], abs=0.03)
