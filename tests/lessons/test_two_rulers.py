"""Notebook 01: what its text says beyond claims."""

from __future__ import annotations

import math
import re
from pathlib import Path

import numpy as np
import pytest

from lossacc import toys
from lossacc.ledger import ledger
from lossacc.run import Run
from tests.notebooks.running import read
from tests.runs import copies, shown

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "01_two_rulers.ipynb"


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


def trained(arm: str) -> Run:
    """The run that the notebook shows."""
    return shown("both-fall", arm, seed=1)


@copies
def test_what_the_text_says_of_the_network_on_changed_labels() -> None:
    scores = trained("base").train
    low = int(scores.accuracy.argmin())
    both = (np.diff(scores.loss) < 0) & (np.diff(scores.accuracy) < 0)
    account = ledger(trained("base"), 0, low, on="train")
    assert scores.accuracy[0] == 0.5
    assert (np.diff(scores.loss[: low + 1]) < 0.02).all()  # where it comes back, by little
    assert scores.loss[0] > 2 * math.log(10)
    assert both[:low].mean() > 0.5
    assert account.shares["stayed wrong"] < 0.8 * account.loss_change < 0
    assert account.shares["stayed right"] > 0 < account.shares["newly wrong"]
    assert account.counts["newly wrong"] > 2 * account.counts["newly right"]
    assert 25 * account.sign_test < 1e-3


@copies
def test_what_the_text_says_of_the_two_halves() -> None:
    scores = trained("base").train
    low, changed = int(scores.accuracy.argmin()), scores.labels != scores.clean_labels
    cost = scores.cross_entropy[[0, low]]
    assert changed.sum() == 200
    assert cost[0, changed].mean() > 10
    assert cost[1, changed].mean() < cost[0, changed].mean() / 2
    assert cost[0, ~changed].mean() < 0.05 < 0.3 < cost[1, ~changed].mean() < 2
    assert scores.confidence[0].mean() > 0.99 > 0.8 > scores.confidence[low].mean()


@copies
def test_what_the_text_says_of_the_control() -> None:
    control = trained("nothing changed").train
    assert (control.accuracy == 1).all()
    assert control.loss.max() < 0.05


@copies
def test_what_the_text_says_of_heavy_noise() -> None:
    run = trained("heavy noise")
    scores, account = run.scores("validation"), ledger(run, 0, -1)
    both = (np.diff(scores.loss) < 0) & (np.diff(scores.accuracy) < 0)
    assert scores.loss.min() < scores.loss[-1] < scores.loss[0]
    assert both.mean() < 1 / 3
    assert scores.confidence[-1].mean() < scores.confidence[0].mean() - 0.2
    assert account.shares["stayed wrong"] < 0 < account.shares["stayed right"]
    assert account.counts["newly wrong"] > account.counts["newly right"]
    assert account.sign_test < 0.01


@copies
def test_what_the_text_says_of_a_quarter_changed() -> None:
    scores = shown("both-fall", wrong=0.25, seed=1).train
    low = int(scores.accuracy.argmin())
    assert scores.accuracy[0] == 0.75 > scores.accuracy[low]
    assert scores.loss[0] > scores.loss[low]
    assert scores.loss[0] < trained("base").train.loss[0]


@copies
def test_what_the_text_says_of_the_way_from_scratch() -> None:
    scores = trained("from scratch").train
    assert scores.loss[-1] < scores.loss[0]
    assert scores.accuracy[-1] > scores.accuracy[0] + 0.2


@copies
def test_what_the_text_says_of_both_rising() -> None:
    run = shown("sure-and-wrong", seed=1)
    scores = run.scores("validation")
    shares = ledger(run, int(scores.loss.argmin()), -1).shares
    assert scores.accuracy[-1] > scores.accuracy[scores.loss.argmin()]
    assert max(shares, key=lambda name: shares[name]) == "stayed wrong"


@copies
def test_what_the_text_says_of_the_panel_of_both_fall() -> None:
    scores = trained("base").scores("validation")
    turn = int(scores.loss.argmin())
    assert 0 < turn < 8
    assert scores.loss[-1] > scores.loss[0] > scores.loss[turn]
    assert scores.accuracy[-1] < scores.accuracy[turn]


@copies
def test_what_the_panel_shows_with_the_right_labels() -> None:
    run = shown("both-fall", wrong=0.0, seed=1)
    train, validation = run.train, run.scores("validation")
    assert train.loss[-1] > 0.2 > 0.01 > train.loss[0]
    assert train.accuracy[-1] < train.accuracy[0] == 1
    assert validation.loss[-1] < validation.loss[0] - 0.05
    assert validation.accuracy[-1] < validation.accuracy[0] - 0.02
    assert 0.15 < 1 - validation.accuracy[0] < 0.25  # about one in five is wrong at the start


@copies
def test_what_the_panel_shows_without_fresh_noise() -> None:
    scores = shown("both-fall", fresh_noise=0.0, epochs=60, seed=1).train
    low = int(scores.accuracy.argmin())
    assert 6 <= low <= 22
    assert scores.accuracy[low] < 0.45 < 0.5 == scores.accuracy[0]
    assert scores.accuracy[-1] > scores.accuracy[low] + 0.04


@copies
def test_with_fresh_noise_the_accuracy_does_not_come_back() -> None:
    scores = shown("both-fall", epochs=60, seed=1).train
    assert scores.accuracy[-1] < scores.accuracy.min() + 0.03


@copies
def test_what_the_panel_shows_of_clean_digits_and_of_fresh_noise() -> None:
    base, noisy, clean = (
        shown("sure-and-wrong", seed=1, **knobs).scores("validation")
        for knobs in ({}, {"fresh_noise": 0.5}, {"noise": 0.0})
    )
    assert clean.accuracy[-1] > 0.9
    assert 0 < clean.loss[-1] - clean.loss.min() < (base.loss[-1] - base.loss.min()) / 4
    assert noisy.loss[-1] < base.loss[-1] - 0.1
    assert noisy.accuracy[-1] < base.accuracy[-1] - 0.03
