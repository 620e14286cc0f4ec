"""A workshop in a real JupyterLab, walked through as a learner does: vote, vote again, the word.

With `-s` it prints what a learner waits for, cell by cell.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator

from lossacc.quiz.question_tables import question
from lossacc.quiz.questions import Choice
from tests.browser.conftest import NOTEBOOKS
from tests.browser.jupyter import Lab
from tests.browser.notebook import Notebook, opened
from tests.notebooks.rules import lossacc_metadata
from tests.notebooks.running import read

pytestmark = pytest.mark.browser


@pytest.fixture
def walked(request: pytest.FixtureRequest, browser: Browser, lab: Lab) -> Iterator[Notebook]:
    """A workshop, opened."""
    with opened(browser, lab, f"workshops/{request.param}.ipynb") as notebook:
        yield notebook
        assert notebook.faults() == []


@pytest.mark.parametrize(
    "walked",
    ["45_minutes", pytest.param("90_minutes", marks=pytest.mark.slow)],
    indirect=True,
)
def test_a_learner_votes_and_reads(walked: Notebook, request: pytest.FixtureRequest) -> None:
    name = request.node.callspec.params["walked"]
    cells = read(NOTEBOOKS / "workshops" / f"{name}.ipynb").cells
    for place, cell in enumerate(cells):
        if cell.cell_type == "code":
            took = _timed(walked, place)
            print(f"{name} {cell.id}: {took:.1f} s")
            _answered(walked.cell(place), lossacc_metadata(cell).get("vote"), cell.source)
    kept = walked.lab.folder / "workshops" / "my_answers.json"
    votes = {lossacc_metadata(cell)["vote"] for cell in cells if "vote" in lossacc_metadata(cell)}
    expected = {f"vote/{vote}/{which}" for vote in votes for which in ("first", "second", "opened")}
    walked.wait_until(
        lambda: expected <= set(json.loads(kept.read_text("utf-8"))), 10, "all votes are kept"
    )
    kept.unlink()


def _timed(notebook: Notebook, place: int) -> float:
    began = time.monotonic()
    notebook.run(place, 240)
    return time.monotonic() - began


def _answered(cell: Locator, vote: str | None, source: str) -> None:
    """Do what a learner does with a cell that asks for something."""
    if source.startswith("Lab("):
        began = time.monotonic()
        cell.get_by_role("button", name="Run", exact=True).click()
        cell.locator(".lossacc-curves [data-run]").first.wait_for(timeout=60_000)
        cell.get_by_role("button", name="Run", exact=True).wait_for(timeout=120_000)
        print(f"  from Run to its end: {time.monotonic() - began:.1f} s")
    if vote is None:
        return
    asked = question(vote)
    assert isinstance(asked, Choice)
    box = cell.locator(".lossacc-ask")
    if "again" not in source:
        box.locator("button").first.click()
        box.get_by_text("Your first vote is kept").wait_for()
        return
    right = next(letter for letter, one in asked.shown.items() if one.key == asked.right)
    box.get_by_role("button", name=f"{right}. ").click()
    box.get_by_text("Your second vote is kept").wait_for()
    assert box.get_by_text("This one.").count() == 0
    box.get_by_label("The word").fill(asked.word)
    box.get_by_role("button", name="Show the replies").click()
    box.get_by_role("status").get_by_text("This one.").wait_for()
