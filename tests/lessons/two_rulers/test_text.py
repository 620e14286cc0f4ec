"""Notebook 01: what its text says beyond claims."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
import pytest

from lossacc import figures, lessons, load_digits, read_log, split
from lossacc.analysis.ledger import Ledger, ledger, ledger_of
from lossacc.analysis.stats import sign_test
from lossacc.lessons import verdict
from lossacc.lessons.two_rulers import EXPERIMENTS
from lossacc.losses.bounds import error_bound
from lossacc.runs import toys
from lossacc.runs.run import Run
from lossacc.runs.scores import Scores
from lossacc.support.keras_api import keras
from lossacc.support.types import BoolArray
from tests.copies import copies, shown
from tests.notebooks.running import read
from tests.project import ROOT

NOTEBOOK = ROOT / "notebooks" / "01_two_rulers.ipynb"
SEED = 3  # of sections 3 and 11, their panels and the fifth exercise
SURE_SEED = 1  # of sections 6 and 12
LN10 = math.log(10)


def source(name: str) -> str:
    """The text of one cell of the notebook."""
    return str(next(cell.source for cell in read(NOTEBOOK).cells if cell.id == name))


def test_the_table_by_hand_is_the_toy() -> None:
    rows = re.findall(r"^\| \d+ \| (\.\d+) \| (\.\d+) \|", source("ledger-predict"), flags=re.M)
    before, after = np.array(rows[:10], dtype=float).T
    assert before.tolist() == toys.four_groups()[0].tolist()
    assert after.tolist() == toys.four_groups()[1].tolist()


def test_the_answers_by_hand_add_up() -> None:
    text = source("ledger-table").replace("\N{MINUS SIGN}", "-")
    rows = re.findall(r"^\| [a-z ]+ \| (\d) \| ([+-]\d\.\d+) \| ([+-]\.\d+) \|", text, flags=re.M)
    found = np.array(rows, dtype=float)
    before, after = toys.four_groups()
    change = toys.losses_of(after) - toys.losses_of(before)
    groups = np.split(change, [5, 7, 9])
    assert found[:, 0].tolist() == [len(group) for group in groups]
    assert found[:, 1] == pytest.approx([group[0] for group in groups], abs=5e-4)
    assert found[:, 2] == pytest.approx([group.sum() / 10 for group in groups], abs=5e-4)


def numbers(name: str, pattern: str) -> list[float]:
    """The numbers that a pattern finds in a cell."""
    (found,) = re.findall(pattern, source(name).replace("\N{MINUS SIGN}", "-"))
    return [float(number) for number in (found if isinstance(found, tuple) else (found,))]


def test_what_the_text_says_of_the_two_rulers() -> None:
    """A nat of margin costs a nat on the far left and nothing on the right; the tie costs none."""
    loss = np.log1p(np.exp([-5.0, -4.0, 4.0, 5.0]))
    assert loss[0] < loss[1] < 0.02  # flattens out near 0
    assert loss[3] - loss[2] == pytest.approx(1, abs=0.02)
    assert -math.log(0.49) + math.log(0.51) < 0.05  # near the tie, where the count turns over


def test_what_the_text_says_of_the_ten_examples() -> None:
    before, after = toys.ten_examples()
    old, new = toys.losses_of(before), toys.losses_of(after)
    each, six, one, four, change = numbers(
        "ten-explain",
        r"pay 6 . (\.\d+) = (\.\d+) nats.* 4 . (\d\.\d+) = (\d+\.\d) nats.* is (-1\.\d+) nats",
    )
    assert each == pytest.approx(new[0] - old[0], abs=5e-4)
    assert six == pytest.approx(6 * each, abs=5e-3)
    assert one == pytest.approx(old[9] - new[9], abs=5e-3)
    assert four == 4 * one
    assert change == pytest.approx((new - old).mean(), abs=5e-4)
    levels = numbers("ten-compare", r"loss of (\d\.\d+) to (\d\.\d+), .* of (\d+) % to (\d+) %")
    right = [100 * np.mean(p > 0.5) for p in (before, after)]
    assert levels == pytest.approx([old.mean(), new.mean(), *right], abs=5e-4)


def test_what_the_text_says_of_the_account_by_hand() -> None:
    before, after = toys.four_groups()
    losses = toys.losses_of(before), toys.losses_of(after)
    shares = ledger_of(*losses, before > 0.5, after > 0.5).shares
    most = max(abs(share) for share in shares.values())
    assert abs(shares["stayed right"]) < shares["stayed wrong"] / 4  # a little
    assert shares["newly right"] < 0 < shares["newly wrong"]
    assert abs(shares["newly right"] + shares["newly wrong"]) < most / 10  # little is left


def test_what_the_text_says_a_loss_promises() -> None:
    assert 0.25 < 1 - error_bound(0.50) < 0.3  # little more than one in four
    assert error_bound(math.log(2)) == pytest.approx(1)
    assert [round(math.log(k), 3) for k in (2, 10)] == [0.693, 2.303]


def test_what_the_text_says_of_surer_answers() -> None:
    p = np.array([0.9] * 9 + [0.2])
    loss = [toys.losses_of(toys.scaled(p, factor)).mean() for factor in (1, 2, 4, 8, 16)]
    assert (np.diff(loss) > 0).all()  # straight up
    assert 1.9 < loss[4] / loss[3] < 2.1  # in the end each doubling nearly doubles it
    assert round(2.6 / 0.15) == 17


def trained(arm: str) -> Run:
    """A run of section 3 or 11, as the notebook shows it."""
    return shown("both-fall", arm, seed=SEED)


def moved_by(**knobs: Any) -> Run:
    """What the panel of sections 3 and 11 shows after some of its knobs were moved."""
    return shown("both-fall", seed=SEED, **knobs)


def sure(**knobs: Any) -> Run:
    """The run of section 6, or what its panel shows."""
    return shown("sure-and-wrong", seed=SURE_SEED, **knobs)


def both(scores: Scores) -> BoolArray:
    """In which epochs loss and accuracy both fell."""
    return np.asarray((np.diff(scores.loss) < 0) & (np.diff(scores.accuracy) < 0))


def lowest(scores: Scores) -> int:
    """The epoch of the lowest accuracy."""
    return int(scores.accuracy.argmin())


def each(account: Ledger, name: str) -> float:
    """What an example of a group pays, on average."""
    return account.size * account.shares[name] / account.counts[name]


def test_the_cells_and_the_panel_show_the_same_runs() -> None:
    cells = ("fall-train", "held-plane", "held-scratch", "held-fast", "quarter-path")
    for name in (*cells, "held-play-lab", "held-play-again", "fall-check"):
        assert re.findall(r"seed=(\d+)", source(name)) == [str(SEED)], name
    assert f"seed={SURE_SEED}" in source("rise-curves")
    assert source("rise-play-lab") == "Lab(prolonged)"  # on seed 1
    assert "relabelled, prolonged = EXPERIMENTS" in source("setup")
    assert tuple(EXPERIMENTS) == ("both-fall", "sure-and-wrong")


@copies
def test_what_the_text_says_of_the_start() -> None:
    first, scores = trained("nothing changed").train, trained("base").train
    assert first.accuracy[0] == 1
    assert first.confidence[0].mean() > 0.99
    assert (scores.labels != scores.clean_labels).mean() == 0.5 == scores.accuracy[0]
    assert scores.loss[0] > 2 * LN10


@copies
def test_what_the_text_says_of_the_curves_on_changed_labels() -> None:
    scores = trained("base").train
    low = lowest(scores)
    assert verdict("both-fall/training", {"base": trained("base")}).held
    assert abs(scores.loss[-10:] - LN10).max() < 0.5  # it flattens out near ln 10
    assert abs(scores.loss[-11] - scores.loss[-1]) < (scores.loss[0] - scores.loss[10]) / 20
    assert low > 25 / 2
    assert scores.accuracy[-1] < 0.5
    assert both(scores)[:low].sum() > 5


@copies
def test_what_the_text_says_of_the_path_on_changed_labels() -> None:
    scores = trained("base").train
    low, near = lowest(scores), int((scores.loss < 1.1 * LN10).argmax())
    fall, lost = scores.loss[0] - scores.loss[low], 0.5 - scores.accuracy[low]
    assert (np.diff(scores.loss[: low + 1]) < 0.02).all()  # where it comes back, by little
    assert (np.diff(scores.accuracy[: low + 1]) < 0.02).all()
    assert scores.loss[0] - scores.loss[3] > fall / 2  # nearly straight down at first
    assert 0.5 - scores.accuracy[3] < lost / 5
    assert 3 < near < low  # then down and to the left
    assert scores.accuracy[3] - scores.accuracy[near] > lost / 10
    assert scores.accuracy[near] - scores.accuracy[low] > lost / 5  # and from there to the left


@copies
def test_what_the_text_says_of_the_ledger_on_changed_labels() -> None:
    account = ledger(trained("base"), 0, lowest(trained("base").train), on="train")
    shares, counts = account.shares, account.counts
    assert 0.9 < shares["stayed wrong"] / account.loss_change < 1.1
    assert counts["newly wrong"] >= 3 * counts["newly right"]
    assert shares["stayed right"] > 0
    assert 0 < shares["newly wrong"] < -shares["stayed wrong"] / 10
    assert 0 < each(account, "newly wrong") < -each(account, "stayed wrong") / 4
    assert account.sign_test < 1e-5  # far below one in a thousand, and tiny times 25
    assert 25 * account.sign_test < 1e-4


@copies
def test_what_the_text_says_of_the_two_halves() -> None:
    scores = trained("base").train
    low, changed = lowest(scores), scores.labels != scores.clean_labels
    cost = scores.cross_entropy[[0, low]]
    assert changed.sum() == 200
    assert (cost[0, changed] > 2 * LN10).mean() > 0.95  # nearly every one
    assert np.median(cost[0, changed]) > 4 * LN10
    assert cost[0, changed].sum() > 0.99 * cost[0].sum()
    assert cost[1, changed].mean() < cost[0, changed].mean() / 4  # a payment is taken back
    assert cost[0, ~changed].mean() < 0.01 < 1 < cost[1, ~changed].mean()
    assert scores.correct[low, changed].mean() < 0.15  # few turn right: one in ten is chance
    assert scores.confidence[0].mean() > 0.99
    assert scores.confidence[low].mean() < 0.5


@copies
def test_what_the_text_says_of_how_both_slow_down() -> None:
    loss, accuracy = trained("base").train.loss, trained("base").train.accuracy
    near = int((loss < LN10).argmax())
    assert abs(loss[near] - loss[-1]) < 0.3
    assert accuracy[-1] < accuracy[near]
    assert (accuracy[near] - accuracy[-1]) / (25 - near) < (0.5 - accuracy[near]) / near


@copies
def test_it_lets_go_long_before_the_new_labels_are_learned() -> None:
    scores = trained("base").train
    changed = scores.labels != scores.clean_labels
    assert scores.loss[5] < scores.loss[0] / 2
    assert scores.correct[5, changed].mean() < 0.05
    assert scores.correct[-1, changed].mean() < 0.25  # not fitted at the end


@copies
def test_what_the_text_says_of_the_control() -> None:
    control = trained("nothing changed").train
    assert (control.accuracy == 1).all()
    assert abs(control.loss - control.loss[0]).max() < 0.001


@copies
def test_what_the_text_says_of_the_way_in_heavy_noise() -> None:
    run = trained("heavy noise")
    scores, turn = run.scores("validation"), int(run.scores("validation").loss.argmin())
    loss, accuracy = scores.loss, scores.accuracy
    assert verdict("both-fall/validation", {"heavy noise": run}).held
    assert " turns at " in figures.plane(run).title
    assert accuracy[0] - accuracy[-1] >= 0.05
    assert loss[turn] < loss[-1] < loss[0]
    assert loss[-1] - loss[turn] < (loss[0] - loss[turn]) / 2  # part of the way up again
    assert accuracy[-1] < accuracy[turn] - 0.01
    assert accuracy[turn] < accuracy[0] - 0.01
    assert both(scores).mean() < 0.5


@copies
def test_what_the_text_says_of_the_ledger_in_heavy_noise() -> None:
    run = trained("heavy noise")
    account, milder = ledger(run, 0, -1), trained("base").train
    assert account.loss_change > -(milder.loss[0] - milder.loss[-1]) / 2
    assert account.shares["stayed wrong"] < 0 < account.shares["stayed right"]
    assert each(account, "stayed wrong") < -3  # several nats
    assert each(account, "stayed right") < -each(account, "stayed wrong") / 2
    assert account.counts["newly wrong"] > account.counts["newly right"]
    assert account.sign_test < 0.01
    turned = ledger(run, int(run.scores("validation").loss.argmin()), -1)
    assert turned.shares["stayed right"] > -turned.shares["stayed wrong"] > 0
    assert turned.loss_change > 0


@copies
def test_what_the_replies_say_of_heavy_noise() -> None:
    run, knobs = trained("heavy noise"), lessons.experiment("both-fall").settings("heavy noise")
    scores, wrong = run.scores("validation"), ~run.scores("validation").correct[0]
    assert run.train.accuracy[0] == 1
    assert run.train.confidence[0].mean() > 0.99
    assert float(knobs["fresh_noise"]) > 2 * float(knobs["noise"])
    assert scores.cross_entropy[0, wrong].sum() > 0.9 * scores.cross_entropy[0].sum()
    assert scores.confidence[0, wrong].mean() > 0.7  # confident mistakes
    assert scores.confidence[-1].mean() < scores.confidence[0].mean() - 0.2


@copies
def test_what_the_text_says_of_the_way_from_scratch() -> None:
    run = trained("from scratch")
    loss, accuracy = run.train.loss, run.train.accuracy
    assert verdict("both-fall/mostly opposite", {"from scratch": run}).held
    assert loss[-1] < loss[0] - 0.5
    assert accuracy[-1] > accuracy[0] + 0.2
    assert 1 <= (np.diff(loss) > 0).sum() + (np.diff(accuracy) < 0).sum() < 25 / 3


@copies
def test_what_the_text_says_of_ten_times_the_rate() -> None:
    fast, settings = trained("from scratch, fast"), lessons.experiment("both-fall").settings
    rates = [
        float(settings(arm)["learning_rate"]) for arm in ("from scratch", "from scratch, fast")
    ]
    assert rates[1] == pytest.approx(10 * rates[0])
    assert verdict("both-fall/loss need not fall", {"from scratch, fast": fast}).held


@copies
def test_what_the_text_says_of_a_quarter_changed() -> None:
    scores, half = moved_by(wrong=0.25).train, trained("base").train
    low, loss, accuracy = lowest(scores), scores.loss, scores.accuracy
    assert accuracy[0] == 0.75
    assert 0.4 < loss[0] / half.loss[0] < 0.6  # about half
    assert loss[-1] < loss[0]
    assert accuracy[-1] < 0.75
    assert loss[0] - loss[3] > (loss[0] - loss[low]) / 2  # down, and then to the left
    assert 0.75 - accuracy[3] < (0.75 - accuracy[low]) / 5
    assert loss[0] - loss[low] < 0.75 * (half.loss[0] - half.loss[lowest(half)])


@copies
def test_what_the_text_says_of_the_panel_of_both_fall() -> None:
    scores = trained("base").scores("validation")
    turn = int(scores.loss.argmin())
    assert 0 < turn < 8  # for a few epochs
    assert scores.clean_labels is None  # none of its labels was changed
    assert (np.diff(scores.loss[turn:]) > 0).mean() > 0.8  # for the rest
    assert scores.loss[-1] > scores.loss[0] > scores.loss[turn]
    assert scores.accuracy[-1] < scores.accuracy[turn] - 0.1


@copies
def test_what_the_panel_shows_with_the_right_labels() -> None:
    run = moved_by(wrong=0.0, examples=200)
    train, validation = run.train, run.scores("validation")
    wrong = ~validation.correct[0]
    assert train.loss[-1] > 0.1 > 0.01 > train.loss[0]
    assert train.accuracy[-1] < train.accuracy[0] == 1
    assert validation.loss[-1] < validation.loss[0] - 0.05
    assert validation.accuracy[-1] < validation.accuracy[0] - 0.02
    assert 0.2 < wrong.mean() < 0.3  # about one in four
    assert (validation.cross_entropy[0, wrong] > LN10).mean() > 0.5  # most of those by far


@copies
def test_what_the_panel_shows_without_fresh_noise() -> None:
    scores = moved_by(fresh_noise=0.0, epochs=60).train
    low = lowest(scores)
    assert 5 <= low < 30  # in the first half
    assert scores.accuracy[0] == 0.5
    assert scores.accuracy[low] < 0.45
    assert scores.accuracy[-1] - scores.accuracy[low] > 0.04


@copies
def test_with_fresh_noise_the_accuracy_hardly_comes_back() -> None:
    scores = moved_by(epochs=60).train
    back, lost = scores.accuracy[-1] - scores.accuracy.min(), 0.5 - scores.accuracy.min()
    assert back < lost / 5
    assert scores.confidence[-1].mean() < 0.5 < 0.99 < scores.confidence[0].mean()


@copies
def test_what_the_text_says_of_both_rising() -> None:
    run = sure()
    scores, turn = run.scores("validation"), int(run.scores("validation").loss.argmin())
    assert verdict("sure-and-wrong/turns up", {"base": run}).held
    assert scores.loss[turn] < scores.loss[0] - 1  # it comes down with the other
    assert run.train.loss[turn] < run.train.loss[0] - 1
    assert (np.diff(scores.loss[turn:]) > 0).mean() > 0.75  # turns, and climbs
    assert 0.01 < scores.accuracy[-1] - scores.accuracy[turn] < 0.1  # a few points
    assert (run.train.accuracy[40:] == 1).all()  # far longer than it needs
    assert run.train.loss[40] < 0.01  # soon near 0
    assert run.train.loss[turn] > run.train.loss[40] > run.train.loss[-1] > 0


@copies
def test_what_the_text_says_of_who_pays_when_both_rise() -> None:
    run = sure()
    account = ledger(run, int(run.scores("validation").loss.argmin()), -1)
    shares, counts = account.shares, account.counts
    assert verdict("sure-and-wrong/stayed wrong pays", {"base": run}).held
    assert counts["stayed right"] + counts["stayed wrong"] > 750
    assert counts["newly right"] > counts["newly wrong"]
    assert 0 < -shares["stayed right"] < shares["stayed wrong"] / 4  # little left to gain
    assert 0 < shares["newly wrong"] / 2 < -shares["newly right"]
    whole = ledger(run, 0, -1).shares  # as the panel draws it up
    assert max(whole, key=lambda name: whole[name]) == "stayed wrong"


@copies
def test_the_network_grows_surer_of_right_and_wrong_answers() -> None:
    scores = sure().scores("validation")
    right = scores.correct[[int(scores.loss.argmin()), -1]]
    confidence = scores.confidence[[int(scores.loss.argmin()), -1]]
    for stayed in (right.all(axis=0), ~right.any(axis=0)):
        before, after = confidence[:, stayed].mean(axis=1)
        assert after > before + 0.03


@copies
def test_in_both_directions_those_that_stayed_wrong_make_most_of_the_change() -> None:
    run, rise = trained("base"), sure()
    fall = ledger(run, 0, lowest(run.train), on="train")
    climb = ledger(rise, int(rise.scores("validation").loss.argmin()), -1)
    for account in (fall, climb):
        assert account.shares["stayed wrong"] / account.loss_change > 0.5


@copies
def test_what_the_panel_shows_of_clean_digits() -> None:
    base, clean = (sure(**knobs).scores("validation") for knobs in ({}, {"noise": 0.0}))
    assert clean.accuracy[-1] > 0.9
    assert 0 < clean.loss[-1] - clean.loss.min() < (base.loss[-1] - base.loss.min()) / 4


@copies
def test_what_the_panel_shows_of_fresh_noise() -> None:
    base, noisy = (sure(**knobs).scores("validation") for knobs in ({}, {"fresh_noise": 0.5}))
    assert noisy.loss[-1] < base.loss[-1] - 0.1
    assert noisy.accuracy[-1] < base.accuracy[-1] - 0.03
    sureness = [one.confidence[-1][~one.correct[-1]].mean() for one in (noisy, base)]
    assert sureness[0] < sureness[1] - 0.1  # of the wrong ones


@pytest.mark.parametrize("seed", range(3))
def test_what_the_text_says_of_a_training_of_your_own(seed: int) -> None:
    """The weights of that cell are drawn without a seed, so it is tried on several."""
    keras().utils.set_random_seed(seed)
    names: dict[str, Any] = {"figures": figures, "ledger": ledger}
    exec(f"{source('own-model')}\n{source('own-record')}", names)
    run = names["recorder"].run
    account = ledger(run, 0, -1)
    assert account.loss_change < 0
    assert account.counts["newly right"] > 5 * account.counts["newly wrong"]


def test_what_is_asked_again_by_hand() -> None:
    """The changed numbers of `again.toml`, in its order."""
    assert math.log(0.52 / 0.48) == pytest.approx(0.08, abs=5e-4)
    assert [-math.log(p) for p in (0.48, 0.52)] == pytest.approx([0.734, 0.654], abs=5e-4)
    back = math.log(0.6 / 0.001)
    assert back == pytest.approx(6.4, abs=5e-3)
    assert (8 * 0.08 - 2 * back) / 10 == pytest.approx(-1.2, abs=0.02)
    right, wrong, newly = 90 * math.log(0.9 / 0.8), 4 * math.log(0.3 / 0.01), 6 * math.log(11 / 9)
    assert [right, wrong, newly] == pytest.approx([10.6, 13.6, 1.2], abs=0.05)
    assert wrong > right + newly  # the loss rises
    assert error_bound(0.10) == pytest.approx(0.144, abs=5e-4)
    assert math.log(100) == pytest.approx(4.605, abs=5e-4)
    assert sign_test(20, 0) == pytest.approx(2e-6, rel=0.1)  # two times in a million
    assert sign_test(130, 110) == pytest.approx(1 / 5, abs=0.03)


def test_the_pixels_of_the_own_training_have_that_base_rate() -> None:
    images, _ = split(load_digits(), 300, 500, seed=1)
    share = 1 - (images.images > 0.95).mean()
    assert f"{100 * share:.1f} % of these are not full of ink" in source("own-pixels-read")


def test_the_pasted_log_does_what_is_read_off_it() -> None:
    (text,) = re.findall(r'log = """(.*?)"""', source("own-log"), flags=re.S)
    curves = read_log(text)
    loss, accuracy = curves.validation_loss, curves.validation_accuracy
    assert loss[:3].argmin() == 2
    assert (np.diff(loss)[-1] > 0, np.diff(accuracy)[-1] > 0) == (True, True)
    assert (
        f"from {loss[2]:.3f} to {loss[3]:.3f} and the accuracy from {100 * accuracy[2]:.1f} to "
        f"{100 * accuracy[3]:.1f} %"
    ) in source("own-log-read")


def test_what_is_said_of_photographs_in_noise() -> None:
    own = lessons.experiment("both-fall")
    assert own.on_photographs().settings("heavy noise")["examples"] == 2000
    (there,) = (one for one in lessons.elsewhere("both-fall") if one.data == "photographs")
    assert all((row.seeds, row.held, row.held_on_control) == (4, 4, 0) for row in there.rows)
    (row,) = (row for row in there.rows if row.id == "both-fall/validation")
    assert (row.effect, row.least > 0.18) == ("fall of the accuracy", True)
