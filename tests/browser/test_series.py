"""The series in a real JupyterLab: what `lossacc lab` opens runs to its end without a fault."""

from __future__ import annotations

import urllib.error
import urllib.request

import pytest
from nbformat import from_dict
from playwright.sync_api import Page

from tests.browser.conftest import HELLO, NOTEBOOKS
from tests.browser.jupyter import Lab, open_notebook, run_all, shut_down
from tests.notebooks.rules import complaints

pytestmark = pytest.mark.browser

SERIES = sorted(path.name for path in NOTEBOOKS.glob("*.ipynb"))
IMAGES = """
Array.from(document.querySelectorAll('.jp-OutputArea-output img'))
  .map(image => ({alt: image.alt, width: image.naturalWidth}))
"""


def test_run_all_shows_output_and_error(page: Page, lab: Lab) -> None:
    assert open_notebook(page, lab, HELLO) == HELLO
    cells = run_all(page, 60)
    assert [cell.get("execution_count") for cell in cells] == [None, 1, 2]
    assert page.locator(".jp-OutputArea-output", has_text="hello from lossacc").count() == 1
    faults = complaints(from_dict({"cells": cells}))
    assert len(faults) == 1
    assert "ZeroDivisionError" in faults[0]


def test_nothing_asks_a_question_first(page: Page, lab: Lab) -> None:
    open_notebook(page, lab, HELLO)
    assert page.locator(".jp-Dialog").count() == 0
    assert page.get_by_text("official Jupyter news").count() == 0


def test_without_the_token_nothing_can_be_run(lab: Lab) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{lab.address}/api/contents", timeout=10)
    refused.value.close()
    assert refused.value.code == 403


# Every notebook is run once in the quick tests, without a browser (tests/notebooks); the first one,
# which is short, here as well, and all of them in the slow tests.
IN_THE_BROWSER = [
    pytest.param(name, marks=() if name[:2] == "00" else pytest.mark.slow) for name in SERIES
]


@pytest.mark.parametrize("name", IN_THE_BROWSER)
def test_run_all(page: Page, lab: Lab, name: str) -> None:
    assert open_notebook(page, lab, name) == name
    cells = run_all(page, 240)
    assert not complaints(from_dict({"cells": cells}))
    code = [cell for cell in cells if cell["cell_type"] == "code" and cell["source"].strip()]
    assert all(cell["execution_count"] for cell in code)
    for image in page.evaluate(IMAGES):
        assert image["alt"]
        assert image["width"] > 0
    shut_down(page)
