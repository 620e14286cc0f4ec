"""Notebook 07: what its text says beyond claims."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from lossacc import lessons
from lossacc.analysis.calibration import reliability
from lossacc.analysis.ledger import Ledger
from lossacc.analysis.phases import change_ledger, find_boxes
from lossacc.analysis.weight_norms import effective_rate, norms_of
from lossacc.lessons.three_boxes.evidence import (
    LATE,
    at_second,
    between,
    cooled,
    cooled_rise,
    ledger_between,
    two_losses,
    whole_rise,
)
from lossacc.lessons.three_boxes.exercises import turned, valley
from lossacc.runs.joined import only_rows
from lossacc.runs.run import Run
from lossacc.runs.scores import Scores
from lossacc.support.types import FloatArray
from tests.copies import shown, slow_copies
from tests.project import ROOT
from tests.told import remedy

NOTEBOOK = ROOT / "notebooks" / "07_three_boxes.ipynb"


def test_half_the_length_is_turned_nearly_four_times_as_far() -> None:
    angles = [turned(length, 0.5, 4) for length in (4, 2, 1)]
    assert 3.5 < angles[1] / angles[0] < 4
    assert 2 < angles[2] / angles[1] < 3.5
    assert turned(1e-3, 0.5, 4) < 90
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


def trained(arm: str = "base", **knobs: Any) -> Run:
    """The runs that the notebook shows."""
    return shown("three-boxes", arm, seed=59, **knobs)


def held_out(run: Run) -> Scores:
    return run.scores("validation")


def names(run: Run) -> list[str]:
    return [box.name for box in find_boxes(run)]


def steps(values: FloatArray) -> float:
    """How far a curve moves from epoch to epoch in the second half between the cuts."""
    return float(np.abs(np.diff(values[LATE])).mean())


# The claims whose runs the notebook shows: the text says them of these runs too. The larger batch
# is shown for 60 epochs, too few for its claim.
CLAIMS = (
    "red",
    "green",
    "decay off",
    "blue",
    "kernels shrink",
    "effective rate held",
    "two weight decays",
    "average for rate",
    "fits faster",
    "wrong ones grow surer",
    "temperature",
    "two training losses",
)


@slow_copies
@pytest.mark.parametrize("name", CLAIMS)
def test_what_is_claimed_holds_on_the_runs_that_are_shown(name: str) -> None:
    claim = lessons.claim(f"three-boxes/{name}")
    assert claim.judge({arm: trained(arm) for arm in claim.reads})[0]


@slow_copies
def test_what_the_text_says_of_the_boxes() -> None:
    assert names(trained()) == ["red", "green"]
    scores, red, green = held_out(trained()), between(trained()), at_second(trained())
    assert 13 + scores.loss[13:49].argmin() < 25  # soon after the first cut
    assert red.of_loss > 0.05 * red.loss[0]
    assert red.of_accuracy < -0.01
    late = [values[LATE].mean() for values in (scores.loss, scores.accuracy)]
    assert scores.loss[49] < late[0]  # at the dotted line
    assert scores.accuracy[49] > late[1]
    assert scores.loss[51:].max() < 0.95 * late[0]  # within three epochs, and it stays there
    assert scores.accuracy[51:].min() > late[1] + 0.005
    assert -green.of_loss > red.of_loss / 3  # much of it comes back
    assert abs(green.loss[1] - red.loss[0]) < 0.15 * red.loss[0]  # about that of a checkpoint
    assert trained().train.loss[13] > 0.25


def ledgers() -> tuple[Ledger, Ledger, Ledger]:
    """Who pays in the red box, in the green one, and without decay."""
    red, green = (change_ledger(trained(), box.change) for box in find_boxes(trained()))
    free = trained("no decay")
    return red, green, ledger_between(free)


def sides(account: Ledger) -> int:
    """How many images change sides."""
    return account.counts["newly wrong"] + account.counts["newly right"]


def each(account: Ledger, group: str) -> float:
    """What an image of a group adds to its own loss, in nats."""
    return account.shares[group] * account.size / account.counts[group]


@slow_copies
def test_what_the_text_says_of_who_pays() -> None:
    red, green, free = ledgers()
    assert red.counts["newly wrong"] > 1.2 * red.counts["newly right"]
    assert red.shares["stayed wrong"] > 0.01
    assert green.counts["newly right"] > 1.2 * green.counts["newly wrong"]
    assert sides(red) > 100 > sides(free)
    assert sides(red) > 2 * sides(free)
    assert each(free, "stayed right") < 0 < each(free, "stayed wrong")
    assert each(free, "stayed wrong") > -5 * each(free, "stayed right")
    assert free.counts["stayed right"] > 1.5 * free.counts["stayed wrong"]


@slow_copies
def test_what_the_text_says_of_the_kernels() -> None:
    norms, rates = norms_of(trained()), effective_rate(trained())
    assert norms[48] / norms[13] == pytest.approx(1 / 2, abs=0.1)
    for run in (trained(), trained("no decay")):
        both = effective_rate(run)
        assert both[12] / both[13] == pytest.approx(10, abs=1)
        assert both[48] / both[49] == pytest.approx(10, abs=1)
    assert rates[48] > 2 * rates[13]


@slow_copies
def test_what_the_text_says_of_the_kernels_without_decay() -> None:
    run = trained("no decay")
    norms, rates = norms_of(run), effective_rate(run)
    assert np.ptp(norms[13:]) < 0.01 * norms[13]
    assert rates[48] == pytest.approx(rates[13], rel=0.01)
    assert rates[48] < effective_rate(trained())[48] / 20


@slow_copies
def test_what_the_text_says_of_the_effective_rate_held() -> None:
    base, held = held_out(trained()), held_out(trained("effective rate held"))
    assert (held.loss[13:49] < base.loss[13:49]).mean() > 0.6  # in most epochs
    assert (held.accuracy[13:49] > base.accuracy[13:49]).mean() > 0.6
    for values in ((held.loss, base.loss), (held.accuracy, base.accuracy)):
        assert steps(values[0]) < 0.6 * steps(values[1])
    free, less = between(trained()), between(trained("effective rate held"))
    assert less.of_loss < 0.8 * free.of_loss  # clearly smaller


@slow_copies
def test_what_the_text_says_of_the_training_loss() -> None:
    run = trained()
    rows = [slice(16, 21), slice(44, 49), slice(51, 56)]
    train = [run.train.loss[row].mean() for row in rows]
    validation = [held_out(run).loss[row].mean() for row in rows]
    assert train[1] < 0.9 * train[0]
    assert train[2] < 0.6 * train[1]
    assert validation[1] > 1.03 * validation[0]
    assert validation[2] < 0.97 * validation[1]


@slow_copies
def test_what_the_text_says_of_the_three_ways_to_green() -> None:
    base, grown, mean = trained(), trained("larger batch", epochs=60), trained("averaged weights")
    for run in (grown, mean):
        np.testing.assert_array_equal(run.train.logits[48], base.train.logits[48])
    cut, batch, averaged = (held_out(run).loss for run in (base, grown, mean))
    before = cut[LATE].mean()
    assert averaged[49] < 0.95 * before  # at once
    assert averaged[54:].mean() < cut[54:].mean() + 0.005  # as far or farther
    assert batch[49:54].mean() > cut[49:54].mean()  # it takes longer
    assert batch[56:].mean() < 0.97 * before
    assert (averaged[-1] < cut[LATE]).mean() > 0.85  # than nearly every point of the circle


@slow_copies
def test_what_the_text_says_of_the_run_without_decay() -> None:
    base, free = held_out(trained()), held_out(trained("no decay"))
    change = between(trained("no decay"))
    assert change.before[0] < 25
    assert change.of_loss > 0.005
    assert change.of_accuracy > -0.01  # within a point
    assert steps(free.loss) < 0.6 * steps(base.loss)
    assert steps(free.accuracy) < 0.6 * steps(base.accuracy)
    assert free.loss[51:56].mean() == pytest.approx(free.loss[44:49].mean(), abs=0.04)
    assert free.accuracy[51:56].mean() == pytest.approx(free.accuracy[44:49].mean(), abs=0.015)
    assert trained("no decay").train.accuracy[20:].min() > 0.99


@slow_copies
def test_what_the_text_says_of_the_small_rate() -> None:
    run = trained("small rate")
    assert names(run) == ["blue"]
    box = find_boxes(run)[0]
    assert box.last - box.first > 50
    loss = held_out(run).loss
    assert loss.argmin() < 10
    assert loss[31:].min() > 1.02 * box.change.loss[0]  # it stays up
    assert box.change.of_accuracy > 0.01
    assert whole_rise(run)["rise with a temperature"] < 0  # it takes all of it


@slow_copies
def test_what_the_text_says_of_confidence() -> None:
    with_decay, without = cooled(trained()), cooled(trained("no decay"))
    assert abs(with_decay["temperature"] - 1) < (without["temperature"] - 1) / 3
    gain = without["loss"] - without["loss with it"]
    assert abs(with_decay["loss"] - with_decay["loss with it"]) < min(0.03, gain / 5)
    assert abs(with_decay["confidence minus accuracy"]) < 0.08
    loss = held_out(trained("no decay")).loss
    assert gain > 1.5 * (loss[-5:].mean() - between(trained("no decay")).loss[0])
    assert cooled_rise(trained("no decay"))["rise with a temperature"] < 0  # it went on improving
    sure = reliability(held_out(trained("no decay")), -1)
    high = (sure.edges[:-1] > 0.79) & (sure.counts > 0)
    assert (sure.confidence[high] > sure.accuracy[high]).all()


@slow_copies
def test_what_the_text_says_of_the_two_training_losses() -> None:
    noisy, plain = two_losses(trained("fresh noise")), two_losses(trained())
    assert noisy["printed minus scored"] > 2.5 * plain["printed minus scored"] > 0
    assert plain["printed minus scored"] < 0.2
    assert 0 < plain["lag of the mean"] < plain["printed minus scored"]
    run, validation = trained("fresh noise"), held_out(trained("fresh noise")).loss
    assert (run.printed["loss"] > validation)[13:].all()
    assert (run.train.loss < validation)[1:].all()  # from the beginning, in every epoch
    for loss in (run.train.loss, validation):  # also while both improve
        assert loss[20:].mean() < loss[1:6].mean() - 0.3


@slow_copies
@pytest.mark.parametrize("cut", [24, 36])
def test_the_drop_does_not_wait_for_epoch_48(cut: int) -> None:
    run = trained(second_cut=cut)
    loss = held_out(run).loss
    assert loss[cut + 3 : cut + 8].mean() < loss[cut - 5 : cut + 1].mean()
    assert loss[51:56].mean() == pytest.approx(loss[44:49].mean(), abs=0.04)
    base = held_out(trained()).loss
    assert base[cut - 4 : cut + 1].mean() > base[13:20].min() + 0.01  # it has begun to rise


@pytest.mark.parametrize(
    ("begins", "measures", "verdict"),
    [
        ("The same without weight decay", "validation accuracy, epochs 31", "helps"),
        ("The same without weight decay", "validation loss at the end", "harms"),
        ("A weight decay of .001", "validation loss at the end", "harms"),
        ("Keras' weight decay of the same", "validation loss at the end", "harms"),
        ("After the cut the rate follows", "validation accuracy, epochs 31", "helps"),
        ("After the cut the rate follows", "validation loss, epochs 31", "helps"),
        ("After the cut the rate follows", "validation accuracy at the end", "does nothing"),
        ("The second cut, against none", "validation loss at the end", "helps"),
        ("The second cut, against none", "validation accuracy at the end", "helps"),
        ("The second cut after epoch 24", "validation accuracy, epochs 31", "helps"),
        ("The second cut after epoch 24", "validation loss at the end", "does nothing"),
        ("Ten times the batch", "validation loss at the end", "helps"),
        ("The weights averaged", "validation loss at the end", "helps"),
        ("The weights averaged", "validation accuracy at the end", "helps"),
        ("Without decay: a temperature", "validation loss at the end", "helps"),
        ("With decay: the same", "validation loss at the end", "does nothing"),
        ("Without decay: the weights of the lowest", "validation loss, against", "helps"),
        ("Without decay: the weights of the lowest", "validation accuracy, against", "harms"),
    ],
)
def test_what_the_text_says_of_the_table_of_remedies(
    begins: str, measures: str, verdict: str
) -> None:
    assert remedy("three-boxes", begins, measures).verdict == verdict


@slow_copies
def test_what_the_panel_shows_of_the_decays() -> None:
    rise, fall = between(trained()).of_loss, -at_second(trained()).of_loss
    for run in (trained(weight_decay=1e-3), trained("Keras' decay")):
        assert between(run).of_loss < rise / 2
        assert -at_second(run).of_loss < fall / 4
        assert between(run).of_accuracy > -0.015
    like = trained("Keras' decay, tenfold")
    assert between(like).of_loss > 0.3 * rise
    assert -at_second(like).of_loss > 0.3 * fall
    assert between(like).of_accuracy < -0.005


@slow_copies
def test_what_the_panel_shows_of_the_small_rate() -> None:
    knobs: dict[str, Any] = {"learning_rate": 0.05, "weight_decay": 0.0, "first_cut": 0}
    run = trained(**knobs, second_cut=0, noise=0.4)
    assert names(run) == ["blue"]
    account = change_ledger(run, find_boxes(run)[0].change)
    assert account.shares["stayed wrong"] > account.loss_change / 2


@slow_copies
def test_what_the_exercise_says_of_a_cut_after_epoch_36() -> None:
    base, moved = trained(), trained(second_cut=36)
    assert names(moved)[0] == "red"
    assert find_boxes(moved)[0].last == 36
    ends = [held_out(run).accuracy[-5:].mean() for run in (base, moved)]
    assert ends[1] == pytest.approx(ends[0], abs=0.03)


def test_what_the_text_says_of_the_recorded_run() -> None:
    """Recorded once, so no copies: the file is the run."""
    whole = lessons.recorded("three-boxes-photographs")
    assert whole is not None
    recipe = whole.settings["recipe"]
    assert (recipe["epochs"], recipe["limit"], recipe["width"]) == (200, 4000, 64 // 8)
    assert whole.scores("validation").size == 800
    red, blue = find_boxes(whole)
    assert (red.name, red.first, red.last, blue.name, blue.last) == ("red", 61, 120, "blue", 160)
    assert [round(value, 2) for value in red.change.loss] == [1.05, 1.49]
    assert [round(value, 3) for value in red.change.accuracy] == [0.712, 0.701]
    # The second cut: the accuracy comes back, the loss falls by less than a twentieth.
    assert blue.change.accuracy[0] > red.change.accuracy[0]
    assert 0.95 < blue.change.loss[0] / red.change.loss[1] < 1
    assert whole.validation.loss[121] < whole.validation.loss[120] - 0.1
    assert abs(blue.change.of_accuracy) < 0.005
    assert whole.train.accuracy[-1] == pytest.approx(0.998)


def test_what_the_text_says_of_who_pays_in_the_recorded_run() -> None:
    whole = lessons.recorded("three-boxes-photographs")
    assert whole is not None
    paid, *_ = [change_ledger(whole, box.change) for box in find_boxes(whole)]
    assert round(paid.shares["stayed wrong"], 2) == 0.43
    assert round(paid.loss_after - paid.loss_before, 2) == 0.43
    assert (paid.counts["newly right"], paid.counts["newly wrong"]) == (50, 53)
    at_the_end, red_ends = cooled(whole), cooled(only_rows(whole, slice(None, 121)))
    for found in (at_the_end, red_ends):
        assert round(found["temperature"], 1) == 3.1
        assert 0.4 < 1 - found["loss with it"] / found["loss"] < 0.5
    assert round(at_the_end["loss"], 2) == 1.53
    assert round(at_the_end["loss with it"], 2) == 0.85
