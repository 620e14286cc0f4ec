"""A panel beside its text: JupyterLab's second view of an output is as live as the first."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.browser.jupyter import Lab
from tests.browser.kernels import CURRENT
from tests.browser.notebook import opened, write
from tests.browser.panel import QUICK, Panel, panel_in

pytestmark = pytest.mark.browser

SHOW = 'from lossacc.lab import Lab\nlab = Lab("sure-and-wrong")\nlab'


@pytest.mark.slow
def test_a_second_view_of_a_panel_is_live(browser: Browser, lab: Lab) -> None:
    write(lab.folder / "beside.ipynb", CURRENT, SHOW)
    with opened(browser, lab, "beside.ipynb") as notebook:
        notebook.run(0)
        inside = panel_in(notebook, "lab", 0)
        inside.root.click(button="right", position={"x": 5, "y": 5})
        notebook.page.get_by_text("Create New View for Cell Output").click()
        beside = Panel(notebook, "lab", notebook.page.locator(".jp-LinkedOutputView .lossacc-lab"))
        beside.root.wait_for()
        beside.move(QUICK)
        beside.button("Run").click()
        for panel in (beside, inside):
            notebook.wait_until(lambda panel=panel: panel.drawn() == 1, 20, "it is drawn in both")
        notebook.page.locator(".lm-TabBar-tab").get_by_text("beside.ipynb").click()
        inside.wait_for_end()
        assert inside.runs() == 1
        assert notebook.faults() == []
