"""The workshops: what their texts and the replies to their votes say of numbers."""

from __future__ import annotations

import re

import numpy as np
import pytest

from lossacc import lessons
from lossacc.analysis.ledger import ledger
from lossacc.quiz.question_tables import question
from lossacc.quiz.questions import Choice
from lossacc.runs import toys
from tests.copies import copies, shown
from tests.notebooks.running import read
from tests.project import ROOT

FOLDER = ROOT / "notebooks" / "workshops"
BOTH = ("45_minutes", "90_minutes")
each_workshop = pytest.mark.parametrize("name", BOTH)


def source(name: str, cell: str) -> str:
    """The text of one cell, with the minus sign that Python reads."""
    cells = {one.id: one.source for one in read(FOLDER / f"{name}.ipynb").cells}
    return str(cells[cell]).replace("\N{MINUS SIGN}", "-")


def reply(name: str, key: str) -> str:
    """The reply to an option, by its key in the table."""
    asked = question(name)
    assert isinstance(asked, Choice)
    option = asked.option(key)
    assert option
    return option.reply.replace("\N{MINUS SIGN}", "-")


@each_workshop
def test_the_ten_examples_are_the_toy(name: str) -> None:
    rows = re.findall(r"^\| (six|four) \|" + r" (\d?\.\d+) \|" * 4, source(name, "ten"), flags=re.M)
    before, after = toys.ten_examples()
    for (_, *texts), place in zip(rows, (0, 9), strict=True):
        p = np.array([before[place], after[place]])
        assert [float(text) for text in texts] == pytest.approx([*p, *toys.losses_of(p)], abs=6e-4)


@each_workshop
def test_the_path_of_the_ten(name: str) -> None:
    before, after = (toys.losses_of(p) for p in toys.ten_examples())
    told = source(name, "ten-read")
    assert f"from {before.mean():.3f} to {after.mean():.3f} nats" in told
    shares = [(p > 0.5).mean() for p in toys.ten_examples()]
    assert f"from {100 * shares[0]:.0f} % to {100 * shares[1]:.0f} %" in told
    change = after - before
    assert f"pay {change[:6].sum():.2f} nats".replace("0.", ".") in told
    assert f"give back {-change[6:].sum():.0f}." in told


@each_workshop
def test_the_ledger_in_pairs_is_the_toy(name: str) -> None:
    rows = re.findall(
        r"^\| ([\d a-z]+) \| (\.\d+) \| (\.\d+) \|", source(name, "ledger"), flags=re.M
    )
    sizes = [5, 2, 2, 1]
    before, after = (np.repeat([float(row[n]) for row in rows], sizes) for n in (1, 2))
    assert (before.tolist(), after.tolist()) == tuple(p.tolist() for p in toys.four_groups())
    change = toys.losses_of(after) - toys.losses_of(before)
    told = source(name, "ledger-read")
    assert f"by {change[5:7].sum() / 10:.3f}".replace("0.", ".") in told
    assert f"rises by {change.mean():.3f}".replace("0.", ".") in told
    assert (after > 0.5).sum() - (before > 0.5).sum() == 1


def test_the_replies_on_the_ledger() -> None:
    before, after = toys.four_groups()
    change = toys.losses_of(after) - toys.losses_of(before)
    for key, place, count in (("A", 0, 5), ("B", 5, 2), ("C", 7, 2), ("D", 9, 1)):
        told = reply("the largest part", key)
        assert f"{abs(change[place]):.3f}".removeprefix("0") in told
        if key in "CD":
            assert f"{abs(change[place]) * count / 10:.3f}".removeprefix("0") in told


def test_the_replies_on_the_tie() -> None:
    before, after = toys.losses_of(np.array([0.51, 0.49]))
    assert f"= {after - before:.2f}".replace("0.", ".") in reply("over the line", "A")
    assert f"cost {before:.3f}".replace("0.", ".") in reply("over the line", "B")
    rescued = -np.diff(toys.losses_of(np.array([0.01, 0.90])))[0]
    assert f"gives back {rescued:.1f}" in reply("six and four", "C")


@copies
def test_what_the_text_says_of_the_fall_of_both() -> None:
    run = shown("both-fall", "base", seed=3)
    low = int(run.train.accuracy.argmin())
    account = ledger(run, 0, low, on="train")
    wrong, right = account.counts["stayed wrong"], account.counts["newly right"]
    assert account.shares["stayed wrong"] < 0.5 * account.loss_change < 0
    assert right < 0.25 * (wrong + right)  # few of the mistakes turn right
    assert account.counts["newly wrong"] > right
    assert account.shares["newly wrong"] < 0.5 * abs(account.shares["stayed wrong"])
    assert run.train.size == 400
    assert (run.train.labels != run.train.clean_labels).mean() == 0.5


@copies
def test_what_the_text_says_of_the_rise_of_both() -> None:
    run = shown("sure-and-wrong", "base", seed=1)
    for name in ("turns up", "stayed wrong pays"):
        assert lessons.verdict(f"sure-and-wrong/{name}", {"base": run}).held
    assert run.train.size == 200
    assert run.epochs[-1] == 80


@copies
def test_what_the_text_says_of_wrong_labels() -> None:
    run = shown("wrong-labels", "base", seed=1)
    assert lessons.verdict("wrong-labels/losses find them", {"base": run}).held
    wrong = run.train.labels != run.train.clean_labels
    assert (run.train.size, wrong.sum()) == (600, 120)
    lowest = int(run.validation.loss.argmin())
    worst = run.train.cross_entropy[[1, lowest, 60]].argsort(axis=1)[:, -120:]
    first, turn, last = wrong[worst].mean(axis=1)
    assert turn > max(first, last)
