"""The browser tests themselves: what goes wrong in a callback is noticed, on either kernel."""

from __future__ import annotations

import pytest

from tests.browser.kernels import OTHER, VERSION
from tests.browser.notebook import Notebook

pytestmark = pytest.mark.browser

BUTTON = """
import ipykernel
import ipywidgets
import threading
button = ipywidgets.Button(description="Press")
threads = []
def press(_):
    threads.append(threading.current_thread() is threading.main_thread())
    {what}
button.on_click(press)
button
"""


@pytest.mark.parametrize("what", ["1 / 0", "pass"])
def test_an_error_in_a_callback_is_noticed(notebook: Notebook, kernel: str, what: str) -> None:
    place = notebook.add(BUTTON.format(what=what))
    notebook.cell(place).get_by_role("button", name="Press", exact=True).click()
    notebook.wait_until(lambda: notebook.ask("len(threads)"), 10, "the button was pressed")
    assert notebook.ask("ipykernel.__version__").startswith(VERSION) == (kernel == OTHER)
    assert notebook.ask("threads") == [kernel != OTHER]
    if what == "1 / 0":
        told = "window.lossaccFaults.length"
        notebook.wait_until(lambda: notebook.page.evaluate(told), 10, "a fault")
    faults = notebook.faults()
    assert all("ZeroDivisionError" in fault for fault in faults)
    assert bool(faults) == (what == "1 / 0")
