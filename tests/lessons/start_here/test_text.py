"""Notebook 00: its map, its self-test, and what it says of the first training."""

from __future__ import annotations

import re
from functools import cache

import numpy as np
import pytest

from lossacc import lessons
from lossacc.lessons import verdict
from lossacc.quiz import question_tables
from lossacc.quiz.questions import Choice
from lossacc.runs.scores import Scores
from tests.copies import copies, shown
from tests.notebooks.running import read
from tests.project import ROOT

FOLDER = ROOT / "notebooks"
SERIES = sorted(path.name for path in FOLDER.glob("*.ipynb"))
NOTEBOOK = FOLDER / "00_start_here.ipynb"
QUESTIONS = [one for one in question_tables.tables()["start_here"] if isinstance(one, Choice)]
SELF_TEST = QUESTIONS[2:]


def source(name: str) -> str:
    """The text of one cell of the notebook."""
    return str(next(cell.source for cell in read(NOTEBOOK).cells if cell.id == name))


def test_the_map_links_to_every_notebook_that_is_there() -> None:
    rows = re.findall(r"^\| (\d\d) \| (?:\[[^\]]+\]\(([^)]+)\))?", source("map"), flags=re.M)
    assert [number for number, _ in rows] == [f"{number:02}" for number in range(1, 13)]
    assert [link for _, link in rows if link] == [name for name in SERIES if name != NOTEBOOK.name]


@pytest.mark.parametrize("question", SELF_TEST, ids=lambda question: question.name)
def test_the_self_test_says_where_to_read(question: Choice) -> None:
    """An option that needs a section has one that exists; the right one always names a notebook."""
    replies = {option.key: option.reply for option in question.options}
    assert any(re.search(r"[Nn]otebook \d\d", reply) for reply in replies.values())
    for reply in replies.values():
        assert re.search(r"[Nn]otebook \d\d", reply), reply
        for number, section in re.findall(r"[Nn]otebook (0[12])[^.]*? section (\d+)", reply):
            assert f"## {section}. " in headings(number)


@cache
def headings(number: str) -> str:
    """The markdown of a notebook of the series."""
    (path,) = FOLDER.glob(f"{number}_*.ipynb")
    return "\n".join(cell.source for cell in read(path).cells if cell.cell_type == "markdown")


def training(arm: str) -> Scores:
    return shown("both-fall", arm, seed=1).train


def rises(scores: Scores) -> int:
    return int((np.diff(scores.loss) > 0).sum())


@copies
def test_what_the_text_says_of_ten_times_the_rate() -> None:
    slow, fast = training("from scratch"), training("from scratch, fast")
    assert 0.5 < slow.loss[-1] < slow.loss[0]
    assert fast.loss[-1] < 0.05  # nearly nothing
    assert fast.accuracy[-1] == 1
    assert rises(slow) < 4 <= rises(fast) < 12  # several, and in most it goes down


@copies
def test_what_the_text_says_of_all_images_in_every_step() -> None:
    full, slow = training("from scratch, full batch"), training("from scratch")
    assert rises(full) == 0
    assert 0 < full.loss[0] - full.loss[-1] < 0.1 < slow.loss[0] - slow.loss[-1]
    assert -(-400 // 32) == 13  # the steps of an epoch with batches of 32


@copies
def test_what_the_self_test_says_of_clipping() -> None:
    run = shown("nine-against-one", "one by one, clipped", seed=1)
    assert verdict("nine-against-one/blind accuracy", {"one by one, clipped": run}).held


def test_the_arms_are_the_knobs_that_the_text_moves() -> None:
    experiment = lessons.experiment("both-fall")
    assert experiment.settings("from scratch", learning_rate=0.3) == experiment.settings(
        "from scratch, fast"
    )
    assert experiment.settings("from scratch", batch_size=400) == experiment.settings(
        "from scratch, full batch"
    )


def test_what_the_self_test_computes() -> None:
    assert 120 / 150 == 0.8
    assert [round(100 * right / 52, 1) for right in (41, 42)] == [78.8, 80.8]


def test_what_is_asked_again_by_hand() -> None:
    """The changed numbers of `again.toml`, in its order."""
    assert 210 / 300 == 0.7
    assert [100 * right / 40 for right in (32, 33)] == [80, 82.5]
    assert [10 * 1000 // 50, 10 * 1] == [200, 10]
    assert 1000 // 50 == 20
