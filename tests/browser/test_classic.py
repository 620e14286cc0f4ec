"""Notebook 7 instead of JupyterLab: panel, drawing, questions and votes work there too."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.browser.jupyter import Lab
from tests.browser.kernels import CURRENT
from tests.browser.notebook import opened, write
from tests.browser.panel import QUICK, panel_in

pytestmark = pytest.mark.browser

SHOW = 'from lossacc.lab import Lab\nlab = Lab("sure-and-wrong")\nlab'


def test_run_to_the_verdict(browser: Browser, lab: Lab) -> None:
    write(lab.folder / "classic.ipynb", CURRENT, SHOW)
    with opened(browser, lab, "classic.ipynb", classic=True) as notebook:
        assert notebook.page.locator("#jp-NotebookLogo, .jp-NotebookSpacer").count()
        notebook.run(0)
        panel = panel_in(notebook, "lab", 0)
        panel.part("prediction").get_by_role("radio").first.check()
        panel.move(QUICK)
        panel.run()
        panel.assert_own_picture()
        assert "You predicted" in panel.says("verdict")
        assert notebook.faults() == []


def test_draw_answer_and_vote(browser: Browser, lab: Lab) -> None:
    asking = "from lossacc.quiz import ask, vote"
    cells = (SHOW, f'{asking}\nask("past the tie")', f'{asking}\nvote("over the line")')
    write(lab.folder / "classic_quiz.ipynb", CURRENT, *cells)
    with opened(browser, lab, "classic_quiz.ipynb", classic=True) as notebook:
        for place in range(3):
            notebook.run(place)
        panel = panel_in(notebook, "lab", 0)
        panel.button("Draw your curve").and_(panel.root.locator(":enabled")).click()
        panel.part("sketch").first.get_by_role("slider").first.press("ArrowUp")
        panel.button("Put the axes away").click()
        question, vote = (notebook.cell(place).locator(".lossacc-ask") for place in (1, 2))
        question.locator("button").first.click()
        question.get_by_role("status").wait_for()
        vote.locator("button").first.click()
        vote.get_by_text("Your first vote is kept").wait_for()
        kept = (lab.folder / "my_answers.json").read_text(encoding="utf-8")
        for name in ("ask/past the tie", "vote/over the line/first", "lab/sure-and-wrong/"):
            assert name in kept
        assert notebook.faults() == []
    (lab.folder / "my_answers.json").unlink()
