"""Notebook 7 instead of JupyterLab: the panel works there too."""

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
