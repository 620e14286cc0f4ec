"""An open notebook: its cells, its kernel, and whatever went wrong in it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat import v4
from playwright.sync_api import Browser, Locator, Page
from playwright.sync_api import Error as PlaywrightError

from tests.browser.jupyter import Lab, do, open_classic, open_notebook, shut_down

WIDGET_FAULTS = ("Error displaying widget", "Error creating widget", "Loading widget")

# ipykernel 7.1 logs the first of itself when a message comes while it starts; the server the others
# when it writes to a page that is just being loaded again. Both go on all the same.
STUMBLES = ("'_control_lock'", "StreamClosedError", "WebSocketClosedError")


@dataclass
class Notebook:
    """An open notebook.

    Parameters
    ----------
    page, lab
        The page that shows it, and the server.
    log_read
        How much of the server's log was read.
    """

    page: Page
    lab: Lab
    log_read: int

    def add(self, source: str) -> int:
        """Append a cell and run it to its end; give its place."""
        place = int(do(self.page, 10, "addCell", source))
        self.run(place)
        return place

    def run(self, place: int, seconds: float = 60) -> None:
        """Run a cell to its end."""
        do(self.page, seconds, "runCell", place)

    def cell(self, place: int) -> Locator:
        """What the page shows of a cell."""
        return self.page.locator(".jp-Notebook .jp-Cell").nth(place)

    def ask(self, expression: str, seconds: float = 30) -> Any:
        """Evaluate an expression in the kernel, in no cell, and give its value."""
        return ast.literal_eval(do(self.page, seconds, "ask", expression))

    def wait_until(self, true: Callable[[], object], seconds: float, what: str) -> None:
        """Wait until something is true; it is asked again and again."""
        for _ in range(int(seconds * 20)):
            if true():
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"{what}: not within {seconds} seconds")

    def restart(self) -> None:
        """Restart the kernel and wait until it answers."""
        do(self.page, 60, "restart")

    def interrupt(self) -> None:
        """Interrupt the kernel, as the black square in the toolbar does."""
        do(self.page, 10, "interrupt")

    def theme(self, name: str) -> None:
        """Change the theme: "JupyterLab Light" or "JupyterLab Dark"."""
        do(self.page, 20, "theme", name)

    def command(self, name: str) -> None:
        """Carry out a command of JupyterLab's."""
        do(self.page, 20, "command", name)

    def faults(self) -> list[str]:
        """List what went wrong since the last call: in cells, callbacks, threads and widgets."""
        self.page.wait_for_timeout(100)  # what went wrong just now is on its way
        found: list[str] = self.page.evaluate("window.lossaccFaults.splice(0)")
        outputs = self.page.locator(".jp-OutputArea-output")
        found += [text for text in WIDGET_FAULTS if outputs.get_by_text(text).count()]
        log = self.lab.log.read_text(encoding="utf-8", errors="replace")
        since, self.log_read = log[self.log_read :], len(log)
        return found + _tracebacks(since)


def _tracebacks(log: str) -> list[str]:
    """Cut the tracebacks out of a log."""
    _, *found = log.split("Traceback (most recent call last)")
    return [one for one in found if not any(stumble in one for stumble in STUMBLES)]


@contextmanager
def opened(
    browser: Browser, lab: Lab, name: str, *, classic: bool = False, **context: Any
) -> Iterator[Notebook]:
    """Open a notebook in a page that shares nothing with any other; end its kernel afterwards."""
    begin = len(lab.log.read_text(encoding="utf-8", errors="replace"))
    within = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **context})
    within.set_default_navigation_timeout(120_000)  # of a page on a busy machine
    page = within.new_page()
    opens = open_classic if classic else open_notebook
    try:
        assert opens(page, lab, name) == name
        yield Notebook(page, lab, begin)
    finally:
        with suppress(PlaywrightError):  # there may be no kernel: why, the test says
            shut_down(page)
        within.close()


def write(path: Path, kernel: str, *cells: str) -> None:
    """Write a notebook of code cells."""
    spec = {"name": kernel, "display_name": kernel, "language": "python"}
    made = v4.new_notebook(
        cells=[v4.new_code_cell(source) for source in cells], metadata={"kernelspec": spec}
    )
    nbformat.write(made, path)
