"""axe-core finds nothing serious in ours, before, during and after a run, light and dark."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.axe import serious
from tests.browser.jupyter import Lab
from tests.browser.kernels import CURRENT
from tests.browser.notebook import Notebook, opened, write
from tests.browser.panel import LONG, QUICK, open_panel

pytestmark = pytest.mark.browser

FAULTY = """
import ipywidgets
ipywidgets.HTML('<div class="faulty"><button></button><i style="color: #aaa">pale</i></div>')
"""
QUESTIONS = {"choice": "both fall: what first", "text": "why it does not come back"}
THEMES = ["JupyterLab Light", "JupyterLab Dark"]


@pytest.fixture(scope="module")
def alone(browser: Browser, lab: Lab) -> Iterator[Notebook]:
    """A notebook on the current kernel: what axe sees does not depend on it."""
    write(lab.folder / "axe.ipynb", CURRENT, "import lossacc")
    with opened(browser, lab, "axe.ipynb") as notebook:
        yield notebook
        assert notebook.faults() == []


def test_axe_finds_what_is_wrong(alone: Notebook) -> None:
    place = alone.add(FAULTY)
    alone.cell(place).locator(".faulty").wait_for()
    found = [one.split(",")[0] for one in serious(alone.page, ".faulty")]
    assert sorted(found) == ["button-name", "color-contrast"]


@pytest.mark.parametrize("theme", THEMES)
def test_the_panel(alone: Notebook, theme: str) -> None:
    alone.theme(theme)
    panel = open_panel(alone, "lab", '"sure-and-wrong"')
    assert serious(alone.page, ".lossacc-lab") == []
    panel.move(LONG)
    panel.button("Run").click()
    panel.notebook.wait_until(lambda: panel.drawn() == 1, 30, "a first picture")
    assert panel.ask("state") == "training"
    assert serious(alone.page, ".lossacc-lab") == []
    panel.button("Stop").click()
    panel.wait_for_end()
    panel.move(QUICK)
    panel.run()
    assert serious(alone.page, ".lossacc-lab") == []
    panel.button("runs").click()
    for number in (1, 2):
        panel.root.get_by_label(f"Compare run {number}").check()
    panel.part("told").get_by_text("compare 2 runs").wait_for()
    assert serious(alone.page, ".lossacc-lab") == []
    panel.ask("close()")


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("kind", QUESTIONS)
def test_a_question(alone: Notebook, theme: str, kind: str) -> None:
    alone.theme(theme)
    place = alone.add(f"from lossacc.quiz import ask\nask({QUESTIONS[kind]!r})")
    box = alone.cell(place).locator(".lossacc-ask")
    box.wait_for()
    assert serious(alone.page, ".lossacc-ask") == []
    box.get_by_role("button").last.click()
    box.get_by_role("status").wait_for()
    assert serious(alone.page, ".lossacc-ask") == []
