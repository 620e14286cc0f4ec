"""Notebook 02: what its text says beyond claims."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from lossacc import Recorder, lessons
from lossacc.data import identical, load_digits, split
from lossacc.lessons.nine_against_one.exercises import outlier_pushes
from lossacc.lessons.nine_against_one.nine_against_one import PRIOR, STEPS
from lossacc.lessons.nine_against_one.wrong_labels import TRAIN, clean_accuracy, precision_at_k
from lossacc.networks.cnn import small_cnn
from lossacc.runs import toys
from lossacc.runs.joined import between
from lossacc.runs.run import Run, Scores
from lossacc.support.keras_api import keras
from lossacc.support.types import BoolArray, IntArray
from tests.copies import copies, shown, slow_copies
from tests.notebooks.rules import lossacc_metadata
from tests.notebooks.running import read
from tests.project import ROOT

NOTEBOOK = ROOT / "notebooks" / "02_nine_against_one.ipynb"
CLAIMS = [id for cell in read(NOTEBOOK).cells for id in lossacc_metadata(cell).get("claims", ())]
FLOOR = -(0.9 * math.log(0.9) + 0.1 * math.log(0.1))  # the entropy of nine against one
ON_THE_LINE = 0.003  # nats; in a figure it is the line


def test_pushes_by_hand() -> None:
    # Two logits and nothing else: each step moves each logit by rate * pull, the margin by twice.
    rate, margin, path = 0.7, 1.0, [1.0]
    for label in "ABBAAB":
        p = 1 / (1 + math.exp(-margin))
        margin += 2 * rate * (1 - p if label == "A" else -p)
        path.append(margin)
    logits = np.array(path)[:, None, None] * np.array([0.5, -0.5])
    train = Scores(logits.repeat(10, axis=1), np.array([0] * 9 + [1]))
    rates = np.full(7, rate)
    run = Run(train, None, np.arange(7), 0 * rates, rates, 0 * rates)
    assert outlier_pushes(run) == pytest.approx([2, 2, 2])


def source(name: str) -> str:
    """The text of one cell of the notebook."""
    return str(next(cell.source for cell in read(NOTEBOOK).cells if cell.id == name))


def test_what_the_text_says_of_four_values_of_p() -> None:
    states = [toys.NineAgainstOne(p) for p in (0.6, 0.9, 0.99, 0.999)]
    loss = [state.loss for state in states]
    assert min(loss) == loss[1] == pytest.approx(FLOOR)
    assert loss[3] > 2 * loss[1]
    assert loss[3] == pytest.approx(math.log(2), abs=0.002)  # about as high as knowing nothing
    assert {round(state.accuracy, 6) for state in states} == {0.9}
    assert states[1].outlier_share == pytest.approx(0.7, abs=0.02)  # seven tenths


def test_what_the_text_says_of_one_step_on_the_b() -> None:
    path = toys.single_examples(0.3, "BAAAAAAAAA")
    assert path[1] == pytest.approx(0.873, abs=5e-4)
    assert (np.diff(path[1:]) > 0).all()
    assert 0 < path[-1] - path[0] < 0.005  # a little above
    assert math.log(9) == pytest.approx(2.197, abs=5e-4)
    edges = [toys.outlier_rate(logits=logits) for logits in (1, 2)]
    assert edges == pytest.approx([2.44, 1.22], abs=5e-3)
    assert math.log(9) / (30 * 0.9) == pytest.approx(0.08, abs=2e-3)  # with a push of 30


def test_what_the_text_says_of_the_two_pulls() -> None:
    p = np.array([0.9, 0.99, 0.999])
    assert 9 * (1 - p[0]) == pytest.approx(p[0])  # the one catches up at .9
    assert (p[1:] > 9 * (1 - p[1:])).all()
    one = p * (1 - p)  # of 1 - q: the nine stay ahead, nine to one, and all die away
    assert (np.diff(one) < 0).all()
    pulls = [(0.9 - 0.1 * (n - 1)) / n for n in (1, 2, 5, 10)]
    assert pulls == pytest.approx([0.9, 0.4, 0.1, 0])


def test_the_cells_and_the_panels_show_the_same_runs() -> None:
    assert source("away-play-lab") == source("away-play-again") == 'Lab("nine-against-one")'
    assert source("cure-play-lab") == 'Lab("wrong-labels")'
    for name in ("clip-full", "clip-single", "wrong-curves", "cure-curves", "settle-sizes"):
        assert "seed=1" in source(name), name


def trained(arm: str = "base", **knobs: Any) -> Run:
    """The runs that the notebook shows."""
    return shown("nine-against-one", arm, seed=1, **knobs)


def outlier_steps(run: Run) -> IntArray:
    """The rows after a step on a single B: an A only raises the margin."""
    return np.flatnonzero(np.diff(run.train.margin[:, 0]) < 0) + 1


def holds(id: str) -> bool:
    """Whether a claim holds on the runs that the notebook shows."""
    claim = lessons.claim(id)
    return claim.judge({arm: shown(id.partition("/")[0], arm, seed=1) for arm in claim.reads})[0]


@copies
@pytest.mark.parametrize("id", [id for id in CLAIMS if not id.startswith("wrong")])
def test_what_is_claimed_of_ten_images_holds_on_the_runs_that_are_shown(id: str) -> None:
    assert holds(id)


@slow_copies
@pytest.mark.parametrize("id", [id for id in CLAIMS if id.startswith("wrong")])
def test_what_is_claimed_of_wrong_labels_holds_on_the_runs_that_are_shown(id: str) -> None:
    assert holds(id)


@copies
def test_what_the_text_says_of_the_full_batch() -> None:
    base = trained().train
    arrives = int((base.loss < FLOOR + ON_THE_LINE).argmax())
    assert 1 <= arrives <= 10  # within a few steps
    assert base.loss[arrives:] == pytest.approx(FLOOR, abs=ON_THE_LINE)
    assert base.accuracy == pytest.approx(0.9)
    assert base.cross_entropy[-1] == pytest.approx([0.105] * 9 + [2.303], abs=0.01)
    assert base.correct[-1].tolist() == [True] * 9 + [False]


@copies
def test_what_the_text_says_of_three_sizes() -> None:
    base = trained().train
    for name in ("large network", "linear"):
        other = trained(name).train
        assert other.loss[10:] == pytest.approx(base.loss[10:], abs=ON_THE_LINE)
        assert other.accuracy == pytest.approx(0.9)


@copies
def test_what_the_text_says_of_the_first_steps_one_by_one() -> None:
    slow = trained("one by one")
    start, first = between(slow, 0, 60).train, int(outlier_steps(slow)[0])
    wrong = np.flatnonzero(start.accuracy < 0.5)
    assert wrong.tolist() == [first, first + 1][: len(wrong)]  # then the B comes, and is answered
    assert start.accuracy[wrong] == pytest.approx(0.1)
    low = int(start.loss[:first].argmin())
    assert 0 < low < first - 1  # it falls, and rises before the B comes
    assert start.loss[first - 1] > start.loss[low] + 0.1
    after = int(wrong[-1]) + 1
    assert slow.train.accuracy[after:] == pytest.approx(0.9)
    ripples = np.diff(slow.train.loss)[outlier_steps(slow)[1:] - 1]
    assert 0 < ripples[0] < 0.5 * (start.loss[first] - start.loss[first - 1])
    assert ripples.max() < 0.1


@copies
def test_what_the_text_says_of_the_last_steps_one_by_one() -> None:
    slow, fast = trained("one by one"), trained("one by one, fast")
    assert np.ptp(slow.train.loss[240:]) < 0.02
    turned = np.flatnonzero(fast.train.accuracy[150:] < 0.5) + 150
    assert turned.tolist() == [step for step in outlier_steps(fast) if step >= 150]
    assert len(turned) == 15


@copies
def test_what_the_text_says_of_the_pushes() -> None:
    pushes = outlier_pushes(trained("one by one"))
    assert len(pushes) == 30
    assert pushes[0] > 8
    slow = trained("one by one").train
    assert (slow.accuracy[1:] < 0.5).sum() < 4  # early on, and later no more
    assert (pushes[1:] - 2 < 0.25 * (pushes[0] - 2)).all()  # most is gone after one step
    assert pushes[-5:] == pytest.approx(2, abs=0.1)
    assert pushes[-1] == pytest.approx(2, abs=0.05)


@copies
def test_what_the_text_says_of_the_linear_network_one_by_one() -> None:
    stiff = trained(network="linear", batch_size=1, learning_rate=0.3)
    pixels = identical(load_digits(), [0], seed=1).images
    push = 2 * (1 + float((pixels**2).sum()))
    assert outlier_pushes(stiff) == pytest.approx(push, rel=1e-3)
    assert outlier_pushes(stiff)[[0, -1]].round(1).tolist() == [round(push, 1)] * 2
    assert outlier_pushes(stiff)[0] == pytest.approx(30, abs=2)
    assert (stiff.train.accuracy[1:] < 0.5).sum() == len(outlier_pushes(stiff)) == 30


@copies
def test_what_an_exercise_says_of_the_linear_network_at_a_tenth() -> None:
    stiff = trained(network="linear", batch_size=1, learning_rate=0.1)
    assert (stiff.train.accuracy[outlier_steps(stiff)] < 0.5).any()


@copies
def test_what_the_text_says_of_batches_at_a_rate_of_three() -> None:
    share = {
        n: float((trained(batch_size=n, learning_rate=3.0).train.accuracy[150:] < 0.5).mean())
        for n in (1, 2, 5, 10)
    }
    assert share[1] == pytest.approx(0.1, abs=0.01)
    assert share[2] < 0.02
    assert share[5] == share[10] == 0


@copies
def test_what_the_text_says_of_clipping_the_full_batch() -> None:
    base, clipped = trained().train, trained("clipped").train
    late = [int((one.loss < FLOOR + ON_THE_LINE).argmax()) for one in (base, clipped)]
    assert late[1] > 3 * late[0] > 0
    assert (trained("clipped").gradient_norm[1 : late[0]] > 0.1).all()
    assert clipped.loss[late[1] :] == pytest.approx(FLOOR, abs=ON_THE_LINE)


@copies
def test_what_the_text_says_of_clipping_single_steps() -> None:
    single = trained("one by one, clipped").train
    assert single.accuracy == pytest.approx(0.9)
    low = int(single.loss.argmin())
    assert 0 < low < 60
    assert single.loss[low] < FLOOR + ON_THE_LINE
    assert single.loss[-1] > math.log(2)
    assert single.probability[-1, 0] > toys.clipped_fixed_point(0.1, 2)


@copies
def test_what_the_text_says_of_the_bounded_loss() -> None:
    bounded = trained("bounded loss").train
    assert bounded.loss.min() < FLOOR + ON_THE_LINE < 2 * FLOOR < bounded.loss[-1]
    assert bounded.accuracy == pytest.approx(0.9)
    assert bounded.probability[-1, 0] > 0.99


@copies
def test_what_the_text_says_of_four_outliers() -> None:
    end = trained(outliers=4).train
    entropy = -0.6 * math.log(0.6) - 0.4 * math.log(0.4)
    assert end.probability[-1, 0] == pytest.approx(0.6, abs=0.005)
    assert end.loss[-1] == pytest.approx(entropy, abs=0.002)
    assert end.accuracy[-1] == pytest.approx(0.6)


def remedies() -> Mapping[str, Run]:
    """The runs on real images."""
    names = ("base", "bounded loss", "clipped", "small rate")
    return {name: shown("wrong-labels", name, seed=1) for name in names}


def turn_of(run: Run) -> int:
    """The epoch at which the validation loss is lowest."""
    return int(run.scores("validation").loss.argmin())


def wrong_in(run: Run) -> BoolArray:
    """Which training labels are wrong."""
    return np.asarray(run.train.clean_labels != run.train.labels)


@slow_copies
def test_what_the_text_says_of_the_curves_of_wrong_labels() -> None:
    run = remedies()["base"]
    turn, loss, told = turn_of(run), run.train.loss, run.scores("validation").loss
    assert wrong_in(run).sum() == 120
    assert 3 <= turn <= 15  # a few epochs of sixty
    assert told[-1] > 2 * told[turn]
    assert loss.min() < 0.1 < 0.5 < loss[turn]  # it goes on down and comes close to 0
    assert np.diff(loss[turn:]).max() > 0.05  # in leaps
    assert run.train.accuracy.max() > 0.95 > 0.85 > run.train.accuracy[turn]


@slow_copies
def test_what_the_text_says_of_the_two_heaps() -> None:
    run = remedies()["base"]
    losses = run.train.cross_entropy[turn_of(run)]
    low, between, high = np.histogram(losses, [0, 1, 2, 20])[0]
    assert low > 3 * high
    assert high > 1.5 * between
    assert losses.max() > 4 > 1.5 * math.log(10)  # far beyond
    worst = np.argsort(-losses)[:6]
    assert wrong_in(run)[worst].sum() >= 5


@slow_copies
def test_what_the_text_says_of_when_to_look() -> None:
    run = remedies()["base"]
    turn = turn_of(run)
    found = [precision_at_k(losses, run.train) for losses in run.train.cross_entropy]
    assert found[turn] > max(found) - 0.05
    assert found[turn] > max(found[1], found[60]) + 0.2
    assert found[turn] < 1  # the others on the list are right
    assert np.quantile(run.train.cross_entropy[1], 0.1) > 1.5  # all losses are high
    learned = run.train.correct[-1] & wrong_in(run)
    assert learned.sum() > 60
    assert np.median(run.train.cross_entropy[-1, learned]) < 0.1


@slow_copies
def test_what_the_text_says_of_the_losses_once_they_are_known_by_heart() -> None:
    run = remedies()["base"]
    last = int(run.train.loss.argmin())
    assert last > turn_of(run) + 20
    beyond = (run.train.cross_entropy > math.log(10)).sum(axis=1)
    assert beyond[last] < 0.1 * beyond[turn_of(run)]
    assert (run.train.cross_entropy[last] < 0.5).mean() > 0.9
    assert run.train.accuracy[last] > 0.95
    assert run.train.correct[last, wrong_in(run)].mean() > 0.8
    found = [precision_at_k(run.train.cross_entropy[e], run.train) for e in (turn_of(run), last)]
    assert found[1] < found[0] - 0.2


@slow_copies
def test_the_images_that_the_notebook_shows_are_those_of_the_run() -> None:
    images, held_out = split(load_digits(), 600, 600, seed=1)
    run = remedies()["base"]
    assert np.array_equal(images.labels, run.train.clean_labels)
    assert np.array_equal(held_out.labels, run.scores("validation").clean_labels)


@slow_copies
def test_what_the_text_says_of_looking_away_too_much() -> None:
    run = shown("wrong-labels", "expected error", seed=1, epochs=20)
    answers = run.scores("validation").predicted[-1]
    assert 2 <= len(set(range(10)) - set(answers)) <= 6


@slow_copies
def test_what_the_text_says_of_the_remedies() -> None:
    runs = remedies()
    told = {name: float(run.scores("validation").accuracy[-1]) for name, run in runs.items()}
    clean = {name: float(clean_accuracy(run)[-1]) for name, run in runs.items()}
    loss = {name: float(run.scores("validation").loss[-1]) for name, run in runs.items()}
    for name in ("bounded loss", "clipped", "small rate"):
        assert told["base"] < told[name] < 0.82
        assert clean["base"] + 0.04 < clean[name]
    assert loss["bounded loss"] == pytest.approx(loss["base"], rel=0.25)
    assert loss["bounded loss"] > 2 * max(loss["clipped"], loss["small rate"])
    assert clean["clipped"] < clean["small rate"] + 0.03  # no more than the small rate
    assert clean_accuracy(runs["base"])[turn_of(runs["base"])] == pytest.approx(
        clean["small rate"], abs=0.05
    )


@slow_copies
def test_what_the_text_says_of_clipping_as_a_rate() -> None:
    runs = remedies()
    assert np.nanmin(runs["clipped"].gradient_norm) > 0.4  # more than four times the limit
    for name in ("clipped", "small rate"):
        learned = runs[name].train.correct[-1, wrong_in(runs[name])]
        assert learned.mean() < 0.1  # it has not come to the exceptions yet
    assert 0.8**32 < 0.001  # right and wrong labels share nearly every step


@pytest.mark.parametrize("seed", range(3))
def test_what_the_text_says_of_your_own_training(seed: int) -> None:
    noisy = remedies()["base"]
    images, held_out = split(load_digits(), 600, 600, seed=1)
    x, y = images.images, noisy.train.labels
    recorder = Recorder((x, y), (held_out.images, noisy.scores("validation").labels))
    keras().utils.set_random_seed(seed)
    model = small_cnn(images.shape, images.classes)
    model.compile("adam", keras().losses.SparseCategoricalCrossentropy(from_logits=True))
    model.fit(x, y, epochs=8, callbacks=[recorder], verbose=0)
    losses = recorder.run.train.cross_entropy[turn_of(recorder.run)]
    assert (losses < 1.5).mean() > 0.6
    assert (losses > math.log(10)).mean() > 0.1
    assert wrong_in(noisy)[np.argsort(-losses)[:6]].sum() >= 5


@copies
def test_what_the_panel_shows_of_tighter_clipping() -> None:
    ends = [trained(batch_size=1, learning_rate=0.3, clip=clip).train for clip in (0.0, 1.0, 0.1)]
    assert [float(end.accuracy[-1]) for end in ends] == pytest.approx([0.9] * 3)
    for loss in ([end.loss[-1] for end in ends], [end.loss[-30:].mean() for end in ends]):
        assert loss[0] < 0.34 < loss[1] - 0.03 < loss[2] - 0.1
    cut = trained(batch_size=1, learning_rate=0.3, clip=1.0)
    long = np.flatnonzero(cut.gradient_norm[1:] > 1) + 1
    assert len(long) < 0.2 * 300  # few are that long
    assert set(outlier_steps(cut)) <= set(long)
    assert len(outlier_steps(cut)) > 0.5 * len(long)  # mostly the B


def test_the_long_pull_of_the_b() -> None:
    """Along two output biases the slope of -ln(1 - p) is (p, -p)."""
    assert math.hypot(0.9, 0.9) == pytest.approx(1.27, abs=0.005)


@copies
@pytest.mark.parametrize(("outliers", "settles"), [(1, 81 / 82), (4, 2.25 / 3.25)])
def test_between_the_two_losses_the_odds_are_squared(outliers: int, settles: float) -> None:
    end = trained(loss="generalised cross-entropy", outliers=outliers).train
    assert end.probability[-100:, 0] == pytest.approx(settles, abs=2e-3)


@slow_copies
def test_what_the_panel_shows_of_two_labels_in_five() -> None:
    run = shown("wrong-labels", wrong=0.4, seed=1)
    assert wrong_in(run).sum() == 240
    for noisy in (run, remedies()["base"]):  # as before
        assert precision_at_k(noisy.train.cross_entropy[turn_of(noisy)], noisy.train) > 0.8


@slow_copies
def test_what_the_panel_shows_of_the_bounded_loss() -> None:
    run = remedies()["bounded loss"]
    assert 0.8 < run.train.accuracy[-1] < 0.88
    assert run.train.correct[-1, wrong_in(run)].mean() < 0.5  # most are given up
    assert precision_at_k(run.train.cross_entropy[-1], run.train) > 0.8  # and stand out
    assert remedies()["base"].train.accuracy.max() > 0.95


def test_what_is_asked_again_by_hand() -> None:
    """The changed numbers of `again.toml`, in its order."""
    assert -0.8 * math.log(0.8) - 0.2 * math.log(0.2) == pytest.approx(0.5, abs=5e-4)
    balance = 4 / (4 + 1)
    assert 4 * (1 - balance) == pytest.approx(balance)
    assert max(0.5 / norm for norm in (2, 3, 4)) == 0.25  # a quarter of their length or less


def test_what_is_said_of_photographs() -> None:
    own = lessons.experiment("nine-against-one")
    (there,) = (one for one in lessons.elsewhere("nine-against-one") if one.data == "photographs")
    assert len(there.rows) == len(own.claims) == 9
    assert all((row.seeds, row.held) == (4, 4) for row in there.rows)
    moved = own.on_photographs()
    changed = [arm.name for arm in own.arms if own.settings(arm.name) != moved.settings(arm.name)]
    assert changed == ["linear"]
    rates = [one.settings("linear")["learning_rate"] for one in (own, moved)]
    assert rates == [0.1, 0.01]


def ends_off(squares: float, rate: float) -> float:
    """How far from .9 one linear layer ends, by hand: one margin, moved by every weight."""
    margin = 0.0
    for _ in range(STEPS):
        margin -= 2 * rate * (squares + 1) * (1 / (1 + math.exp(-margin)) - PRIOR)
        margin = max(-700.0, min(700.0, margin))  # of exp
    return abs(1 / (1 + math.exp(-margin)) - PRIOR)


def test_why_a_linear_layer_wants_a_smaller_rate_on_photographs() -> None:
    digits = (load_digits().images.astype(float) ** 2).sum(axis=(1, 2, 3))
    white = 16 * 16 * 3
    assert white > 30 * digits.mean()
    assert all(ends_off(squares, 0.1) < 1e-3 for squares in (digits.min(), digits.max()))
    assert all(ends_off(squares, 0.01) < 1e-3 for squares in (white / 10, white / 4, white))
    assert all(ends_off(squares, 0.1) > 0.05 for squares in (white / 4, white))


def test_what_the_text_says_of_the_most_costly_photographs() -> None:
    (there,) = (one for one in lessons.elsewhere("wrong-labels") if one.data == "photographs")
    (row,) = (row for row in there.rows if row.id == "wrong-labels/losses find them")
    assert row.held == 0
    assert 0.5 < row.least < row.most < 0.6
    own = lessons.experiment("wrong-labels")
    (more,) = own.photographs.more
    assert (more.name, more.default) == ("examples", 10 * TRAIN)
