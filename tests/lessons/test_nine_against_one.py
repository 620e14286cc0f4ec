"""Notebook 02: what its text says beyond claims."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lossacc.data import identical, load_digits, split
from lossacc.experiments.wrong_labels import clean_accuracy, precision_at_k
from lossacc.lessons.nine_against_one import between, outlier_pushes
from lossacc.run import Run, Scores
from tests.runs import copies, shown

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "02_nine_against_one.ipynb"


def small_run() -> Run:
    """Six rows of three examples, every array different in every row."""
    logits = np.arange(36, dtype=np.float32).reshape(6, 3, 2)
    one, row = Scores(logits, np.array([0, 1, 0])), np.arange(6)
    held = Scores(logits + 1, np.array([1, 1, 0]))
    rows = {"penalty": row + 0.1, "learning_rate": row + 0.2, "gradient_norm": row + 0.3}
    return Run(one, held, 2 * row, printed={"loss": row + 0.4}, objective=row + 0.5, **rows)


def test_between_cuts_every_array() -> None:
    whole = small_run()
    part = between(whole, 4, -2)
    assert part.epochs.tolist() == [4, 6, 8]
    for before, after in (
        (whole.train.logits, part.train.logits),
        (whole.scores("validation").logits, part.scores("validation").logits),
        (whole.penalty, part.penalty),
        (whole.learning_rate, part.learning_rate),
        (whole.gradient_norm, part.gradient_norm),
        (whole.printed["loss"], part.printed["loss"]),
        (whole.objective, part.objective),
    ):
        assert np.array_equal(np.asarray(before)[2:5], np.asarray(after))


def test_between_refuses_what_was_not_recorded_or_is_backwards() -> None:
    with pytest.raises(ValueError, match="epoch 3 was not recorded"):
        between(small_run(), 3, -1)
    with pytest.raises(ValueError, match="got 8 to 2"):
        between(small_run(), 8, 2)


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


def trained(arm: str = "base", **knobs: Any) -> Run:
    """The runs that the notebook shows."""
    return shown("nine-versus-one", arm, seed=1, **knobs)


@copies
def test_what_the_text_says_of_the_first_steps_one_by_one() -> None:
    start = between(trained("one by one"), 0, 60).train
    wrong = np.flatnonzero(start.accuracy < 0.5)
    assert start.accuracy[wrong] == pytest.approx(0.1)
    assert 1 <= len(wrong) <= 3
    low = int(start.loss[: wrong[0]].argmin())
    assert 0 < low < wrong[0] - 1  # it falls, and rises before the B comes
    assert start.loss[wrong[0] - 1] > start.loss[low] + 0.1


@copies
def test_what_the_text_says_of_the_pushes() -> None:
    pushes = outlier_pushes(trained("one by one"))
    assert len(pushes) == 30
    assert pushes[0] > 8
    assert pushes[-5:] == pytest.approx(2, abs=0.1)


@copies
def test_what_the_text_says_of_the_linear_network_one_by_one() -> None:
    stiff = trained(network="linear", batch_size=1, learning_rate=0.3)
    pixels = identical(load_digits(), [0], seed=1).images
    assert outlier_pushes(stiff) == pytest.approx(2 * (1 + float((pixels**2).sum())), rel=1e-3)
    assert outlier_pushes(stiff)[0] == pytest.approx(30, abs=5)
    assert (stiff.train.accuracy[1:] < 0.5).sum() == len(outlier_pushes(stiff)) == 30


@copies
def test_what_the_text_says_of_batches_at_a_rate_of_three() -> None:
    share = {
        n: float((trained(batch_size=n, learning_rate=3.0).train.accuracy[150:] < 0.5).mean())
        for n in (1, 2, 5, 10)
    }
    assert share[1] == pytest.approx(0.1, abs=0.01)
    assert share[2] < 0.02
    assert share[5] == share[10] == 0
    start = trained(batch_size=10, learning_rate=3.0).train
    assert start.loss[:30].max() > 2 * start.loss[0]


@copies
def test_what_the_text_says_of_clipping() -> None:
    base, clipped = trained().train, trained("clipped").train
    late = [int(np.flatnonzero(one.loss < 0.33)[0]) for one in (base, clipped)]
    assert late[0] < late[1]
    single = trained("one by one, clipped").train
    assert (single.accuracy > 0.5).all()
    assert single.loss.min() < 0.33
    assert single.loss[-1] > math.log(2)
    assert single.probability[-1, 0] > 0.992  # further than the toy's balance


@copies
def test_what_the_text_says_of_the_bounded_loss() -> None:
    bounded = trained("bounded loss").train
    assert bounded.loss.min() < 0.33 < 2 * 0.33 < bounded.loss[-1]
    assert bounded.accuracy[-1] == pytest.approx(0.9)


@copies
def test_what_the_text_says_of_four_outliers() -> None:
    end = trained(outliers=4).train
    entropy = -0.6 * math.log(0.6) - 0.4 * math.log(0.4)
    assert end.probability[-1, 0] == pytest.approx(0.6, abs=0.005)
    assert end.loss[-1] == pytest.approx(entropy, abs=0.002)
    assert end.accuracy[-1] == pytest.approx(0.6)
    swaying = trained(outliers=4, batch_size=1, learning_rate=0.3).train
    assert 0 < (swaying.accuracy[150:] < 0.5).mean() < 0.5


def remedies() -> Mapping[str, Run]:
    """The runs on real images."""
    names = ("base", "bounded loss", "clipped", "small rate")
    return {name: shown("wrong-labels", name, seed=1) for name in names}


@copies
def test_what_the_text_says_of_wrong_labels() -> None:
    run = remedies()["base"]
    turn = int(run.scores("validation").loss.argmin())
    clean = run.train.clean_labels
    assert clean is not None
    assert (clean != run.train.labels).sum() == 120
    found = [precision_at_k(run.train.cross_entropy[e], run.train) for e in (1, turn, 60)]
    assert found[1] > max(found[0], found[2]) + 0.2
    assert found[1] < 1  # not all of the list are wrong labels
    worst = np.argsort(-run.train.cross_entropy[turn])[:6]
    assert (run.train.predicted[turn, worst] == clean[worst]).sum() >= 4
    assert turn < 20
    assert run.train.accuracy[-1] > 0.9


@copies
def test_the_images_that_the_notebook_shows_are_those_of_the_run() -> None:
    images, held_out = split(load_digits(), 600, 600, seed=1)
    run = remedies()["base"]
    assert np.array_equal(images.labels, run.train.clean_labels)
    assert np.array_equal(held_out.labels, run.scores("validation").clean_labels)


@copies
def test_what_the_text_says_of_looking_away_too_much() -> None:
    answers = (
        shown("wrong-labels", "expected error", seed=1, epochs=20)
        .scores("validation")
    )
    assert 1 <= len(set(range(10)) - set(answers.predicted[-1])) <= 6


@copies
def test_what_the_text_says_of_the_remedies() -> None:
    runs = remedies()
    told = {name: float(run.scores("validation").accuracy[-1]) for name, run in runs.items()}
    clean = {name: float(clean_accuracy(run)[-1]) for name, run in runs.items()}
    loss = {name: float(run.scores("validation").loss[-1]) for name, run in runs.items()}
    for name in ("bounded loss", "clipped", "small rate"):
        assert told["base"] < told[name] < 0.85
        assert clean["base"] + 0.04 < clean[name]
    assert loss["bounded loss"] > 0.8 * loss["base"]
    assert loss["bounded loss"] > 2 * max(loss["clipped"], loss["small rate"])
    assert np.nanmin(runs["clipped"].gradient_norm) > 0.2
    turn = int(runs["base"].scores("validation").loss.argmin())
    assert clean_accuracy(runs["base"])[turn] == pytest.approx(clean["small rate"], abs=0.06)


@copies
def test_what_the_panel_shows_of_tighter_clipping() -> None:
    ends = [trained(batch_size=1, learning_rate=0.3, clip=clip).train for clip in (0.0, 1.0, 0.1)]
    assert [float(end.accuracy[-1]) for end in ends] == pytest.approx([0.9] * 3)
    loss = [float(end.loss[-30:].mean()) for end in ends]
    assert loss[0] < 0.34 < loss[1] - 0.03 < loss[2] - 0.1


def test_the_long_pull_of_the_b() -> None:
    """Along two output biases the slope of -ln(1 - p) is (p, -p)."""
    assert math.hypot(0.9, 0.9) == pytest.approx(1.27, abs=0.005)


@copies
@pytest.mark.parametrize(("outliers", "settles"), [(1, 81 / 82), (4, 2.25 / 3.25)])
def test_between_the_two_losses_the_odds_are_squared(outliers: int, settles: float) -> None:
    end = trained(loss="generalised cross-entropy", outliers=outliers).train
    assert end.probability[-1, 0] == pytest.approx(settles, abs=2e-3)


@copies
def test_what_the_panel_shows_of_two_labels_in_five() -> None:
    run = shown("wrong-labels", wrong=0.4, seed=1)
    turn = int(run.scores("validation").loss.argmin())
    assert (run.train.clean_labels != run.train.labels).sum() == 240
    assert precision_at_k(run.train.cross_entropy[turn], run.train) == pytest.approx(0.9, abs=0.06)


@copies
def test_what_the_panel_shows_of_the_bounded_loss() -> None:
    runs = remedies()
    assert runs["base"].train.accuracy[-1] > 0.9
    assert 0.8 < runs["bounded loss"].train.accuracy[-1] < 0.88
