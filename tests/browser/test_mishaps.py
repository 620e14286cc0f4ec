"""What goes wrong in a lesson: a cell is run again, the kernel restarts, a training raises."""

from __future__ import annotations

import pytest

from tests.browser.notebook import Notebook
from tests.browser.panel import LONG, QUICK, open_panel, panel_in

pytestmark = pytest.mark.browser

SHOW = 'from lossacc.lab import Lab\nlab = Lab("sure-and-wrong")\nlab'
BREAKS = """
from dataclasses import replace
from lossacc.lessons import experiment as load
real = load("sure-and-wrong")

def breaks(settings, data, seed, hooks):
    def on_epoch(run):
        hooks.on_epoch(run)
        if run.epochs[-1] == 5:
            raise RuntimeError("the disk is <full>")
    return real.trains(settings, data, seed, replace(hooks, on_epoch=on_epoch))
"""
OURS = "sorted(t.name for t in __import__('threading').enumerate() if t.name.startswith('lossacc'))"


def test_the_cell_is_run_again_while_it_trains(notebook: Notebook) -> None:
    place = notebook.add(SHOW)
    first = panel_in(notebook, "lab", place)
    notebook.add("former = lab")
    first.move(LONG)
    first.watch()
    first.button("Run").click()
    first.wait_until_it_moves(1)
    notebook.run(place)
    notebook.cell(place).locator(".lossacc-lab").wait_for()
    assert notebook.cell(place).locator(".lossacc-lab").count() == 1
    notebook.wait_until(lambda: notebook.ask("former.state") == "idle", 15, "the former stops")
    again = panel_in(notebook, "lab", place)
    notebook.wait_until(lambda: again.runs() == 1, 15, "the former's run is handed over")
    assert again.epochs() < 160
    again.move(QUICK)
    again.run()
    assert again.runs() == 2
    again.assert_own_picture()
    again.ask("close()")
    assert notebook.ask(OURS) == []


def test_the_kernel_restarts_while_it_trains(notebook: Notebook) -> None:
    place = notebook.add(SHOW)
    panel = panel_in(notebook, "lab", place)
    panel.move(LONG)
    panel.watch()
    panel.button("Run").click()
    panel.wait_until_it_moves(1)
    notebook.restart()
    notebook.run(place)
    again = panel_in(notebook, "lab", place)
    again.move(QUICK)
    again.run()
    assert again.runs() == 1
    again.assert_own_picture()
    again.ask("close()")


def test_the_kernel_is_interrupted_while_it_trains(notebook: Notebook) -> None:
    panel = open_panel(notebook, "lab", '"sure-and-wrong"')
    panel.move(LONG)
    panel.watch()
    panel.button("Run").click()
    panel.wait_until_it_moves(1)
    notebook.interrupt()
    panel.wait_for_end(60)
    assert panel.epochs() == 160
    panel.assert_own_picture()
    panel.ask("close()")


def test_an_error_in_the_training_is_a_sentence(notebook: Notebook) -> None:
    notebook.add(BREAKS)
    panel = open_panel(notebook, "lab", "replace(real, trains=breaks)")
    panel.button("Run").click()
    panel.part("error").get_by_text("the disk is <full>").first.wait_for()
    panel.wait_for_end(15)
    trace = panel.part("error").locator("details")
    assert trace.get_attribute("open") is None
    assert "Traceback" not in panel.says("error").replace(" ".join(trace.inner_text().split()), "")
    trace.locator("summary").click()
    assert "RuntimeError" in trace.inner_text()
    assert panel.epochs() == 5
    panel.assert_own_picture()
    panel.ask("close()")
    assert notebook.ask(OURS) == []
