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
from tests.browser.kernels import CURRENT, OTHER, install_other
from tests.browser.notebook import Notebook, opened, write

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
HELLO = "99_hello.ipynb"
# What hangs on threads is tried on both kernels in the quick tests, the rest on the other one in
# the slow ones.
ON_BOTH = ("test_mishaps", "test_two_panels", "test_random", "test_predict_run_and_verdict")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave to the slow tests what needs no second kernel to be trusted."""
    for item in items:
        called = getattr(item, "callspec", None)
        other = called is not None and called.params.get("kernel") == OTHER
        if other and not any(name in item.nodeid for name in ON_BOTH):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the server keeps its settings, its kernels and its log."""
    return tmp_path_factory.mktemp("jupyter")


@pytest.fixture(scope="session")
def lab(home: Path, browser: Browser) -> Iterator[Lab]:
    """JupyterLab on a copy of the series, and one tiny notebook beside it."""
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


@pytest.fixture(scope="session", params=[CURRENT, OTHER])
def kernel(request: pytest.FixtureRequest, home: Path, lab: Lab) -> str:
    """The name of a kernel: the current ipykernel, and one that threads otherwise."""
    if request.param == OTHER:
        install_other(home)
    return str(request.param)


@pytest.fixture(scope="session")
def shared(browser: Browser, lab: Lab, kernel: str) -> Iterator[Notebook]:
    """An open notebook, for all tests that can share a kernel: TensorFlow loads once."""
    name = f"shared_{kernel}.ipynb"
    write(lab.folder / name, kernel, "import ipykernel")
    with opened(browser, lab, name) as notebook:
        notebook.run(0)
        yield notebook


@pytest.fixture
def notebook(shared: Notebook) -> Iterator[Notebook]:
    """The same; after each test nothing has gone wrong in it."""
    yield shared
    assert shared.faults() == []


def _write_hello(path: Path) -> None:
    cells = [
        v4.new_markdown_cell("# Hello"),
        v4.new_code_cell("import lossacc\nprint('hello from', lossacc.__name__)"),
        v4.new_code_cell("1 / 0"),
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}), path)
