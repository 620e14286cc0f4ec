from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbformat import v4
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.finding import chromium, flags, skip_or_fail
from tests.browser.jupyter import Lab, running_lab

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
HELLO = "99_hello.ipynb"


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Lab]:
    """JupyterLab on a copy of the series, and one tiny notebook beside it."""
    home = tmp_path_factory.mktemp("jupyter")
    folder = home / "notebooks"
    if NOTEBOOKS.is_dir():
        shutil.copytree(NOTEBOOKS, folder)
    folder.mkdir(exist_ok=True)
    _write_hello(folder / HELLO)
    with running_lab(folder, home) as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, without a window."""
    path = chromium()
    if path is None:
        skip_or_fail("no Chromium, Chrome or Edge was found; name one in LOSSACC_CHROMIUM")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=flags())
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that shares nothing with any other."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


def _write_hello(path: Path) -> None:
    cells = [
        v4.new_markdown_cell("# Hello"),
        v4.new_code_cell("import lossacc\nprint('hello from', lossacc.__name__)"),
        v4.new_code_cell("1 / 0"),
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}), path)
