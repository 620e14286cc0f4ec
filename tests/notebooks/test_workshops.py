"""The workshops keep the rules of the series, their sizes and their minutes, and run."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

import lossacc
from lossacc.quiz import question_tables
from tests.notebooks import rules, running
from tests.notebooks.running import Executed
from tests.notebooks.test_at_rest import STATIC, asks, sentence
from tests.notebooks.test_series import MEGABYTES_AT_MOST
from tests.project import ROOT

FOLDER = ROOT / "notebooks" / "workshops"
SIZES = {45: (30, 900), 90: (50, 1500)}  # minutes: cells and words at most
LESSON = "workshops"


def path_of(minutes: int) -> Path:
    return FOLDER / f"{minutes}_minutes.ipynb"


each_workshop = pytest.mark.parametrize(
    "path",
    [
        pytest.param(path_of(minutes), marks=pytest.mark.xdist_group(f"workshop {minutes}"))
        for minutes in SIZES
    ],
    ids=lambda path: path.stem,
)


@each_workshop
def test_it_keeps_the_rules(path: Path) -> None:
    notebook = running.read(path)
    faults = [fault for rule in STATIC[:-1] for fault in rule(notebook)]
    faults += rules.links(notebook, path.parent)
    faults += rules.doors(notebook, LESSON, lossacc.__all__)
    faults += rules.claims(notebook, sentence)
    faults += rules.votes(notebook, asks)
    assert not faults


@pytest.mark.parametrize(("minutes", "size"), SIZES.items())
def test_it_is_short(minutes: int, size: tuple[int, int]) -> None:
    cells = running.read(path_of(minutes)).cells
    texts = [cell for cell in cells if cell.cell_type == "markdown"]
    assert len(cells) <= size[0]
    assert sum(map(rules.words, texts)) <= size[1]


@pytest.mark.parametrize("minutes", SIZES)
def test_its_minutes_add_up(minutes: int) -> None:
    """Each part of the table has a section of its name, and the parts fill the time."""
    cells = running.read(path_of(minutes)).cells
    rows = re.findall(r"^\| ([^|]+) \| (\d+) \|$", cells[0].source, flags=re.M)
    assert sum(int(time) for _, time in rows) == minutes
    headings = [
        name for cell in cells for name in re.findall(r"^## (.+)$", cell.source, flags=re.M)
    ]
    assert [part for part, _ in rows] == headings


def voted(minutes: int) -> list[str]:
    """The questions of a workshop, in the order of their first votes."""
    found = [
        rules.lossacc_metadata(cell).get("vote") for cell in running.read(path_of(minutes)).cells
    ]
    return list(dict.fromkeys(name for name in found if name))


def test_the_longer_one_asks_every_question_and_the_shorter_one_some() -> None:
    table = [question.name for question in question_tables.tables()[LESSON]]
    assert voted(90) == table
    assert voted(45) == [name for name in table if name in voted(45)]


@each_workshop
def test_run_all_without_a_network(path: Path, execute: Callable[[Path], Executed]) -> None:
    executed = execute(path)
    assert not rules.complaints(executed.notebook)
    assert not rules.unread_pictures(executed.notebook)
    assert executed.peak_mb is None or executed.peak_mb <= MEGABYTES_AT_MOST
