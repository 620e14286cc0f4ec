"""The panel's budgets, through a real browser, where a person would feel them.

    python -m tests.benchmarks.lab [--only PART ...] [--repeats N] [--runs N] [--json FILE]

Times are read in the page: from the click to the change that a person sees. Run those on an idle
machine; all together take about five minutes. The price of drawing is a ratio within one run: the
training stands still while a picture is made, so the processor's seconds of both are counted apart,
and other work on the machine counts little.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.finding import chromium, flags
from tests.browser.jupyter import running_lab
from tests.browser.kernels import CURRENT
from tests.browser.notebook import Notebook, opened, write
from tests.browser.panel import LONG, Panel, open_panel

TIMED = """
import time
from dataclasses import replace
from lossacc.lessons import experiment as load
real, spent = load({name!r}), dict(drawing=0.0, all=0.0)

def counted(part, call, *args):
    begun = time.process_time()
    try:
        return call(*args)
    finally:
        spent[part] += time.process_time() - begun

def timed(settings, data, seed, hooks):
    draws = replace(hooks, on_epoch=lambda *args: counted("drawing", hooks.on_epoch, *args))
    return counted("all", real.trains, settings, data, seed, draws)
"""
MEMORY = "__import__('psutil').Process().memory_info().rss"
MIB = 2**20
# Adds up what the kernel sends to the widgets of the page.
COUNT = """() => {
  window.lossaccSent = 0;
  const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
  kernel.iopubMessage.connect((_, { header, content }) => {
    window.lossaccSent += header.msg_type === 'comm_msg' ? JSON.stringify(content).length : 0;
  });
}"""
ON_THE_WAY = 1500  # milliseconds from the box of the seed to the button, for a person
IN_PEACE = 3000  # milliseconds, longer than a training


@dataclass(frozen=True)
class Measured:
    """One line of the table.

    Parameters
    ----------
    what, unit
        What was measured.
    must, aim
        The budget.
    values
        As they were measured.
    """

    what: str
    unit: str
    must: float
    aim: float
    values: list[float]

    def __str__(self) -> str:
        """Give the line."""
        best, worst = min(self.values), max(self.values)
        median = statistics.median(self.values)
        budget = f"must {self.must:g}, aim {self.aim:g}"
        return (
            f"{self.what:<58} {best:8.3f} {median:8.3f} {worst:8.3f} {self.unit:<4} {budget:<20} "
            f"n = {len(self.values)}"
        )


def first_point(panel: Panel) -> float:
    """Run once; give the seconds from the click to the first picture of that run."""
    panel.watch()
    number = str(panel.runs() + 1)
    panel.run(60)
    return panel.since_click("Run", lambda one: one["run"] == number and bool(one["drawn"]))


def nothing_retraced(notebook: Notebook, name: str, repeats: int) -> list[float]:
    """Run again and again with another learning rate, which is compiled into nothing."""
    panel = open_panel(notebook, "lab", repr(name))
    panel.run(60)
    values = []
    for number in range(repeats):
        knob = panel.in_sight("learning_rate").locator("input")
        if knob.count() == 1:
            knob.press(("Home", "End")[number % 2])
        else:
            knob.nth(number % 2).check()
        values.append(first_point(panel))
    panel.ask("close()")
    return values


def new_seeds(notebook: Notebook, repeats: int) -> list[float]:
    """Run with new seeds; a network must be made sure for each, while the hand goes to Run."""
    panel = open_panel(notebook, "lab", '"both-fall"')
    panel.run(60)
    values = []
    for number in range(repeats):
        panel.choose_seed(100 + number)
        notebook.page.wait_for_timeout(ON_THE_WAY)
        values.append(first_point(panel))
    panel.ask("close()")
    return values


def retraced(notebook: Notebook) -> list[float]:
    """Run with settings that TensorFlow has not compiled yet."""
    panel = open_panel(notebook, "lab", '"sure-and-wrong"')
    panel.run(60)
    values = []
    for l2, noise in product(("0.001", "0.01"), ("0", "0.3", "0.5")):
        panel.move({"kernel_regularizer L2": l2, "GaussianNoise": noise})
        values.append(first_point(panel))
    panel.ask("close()")
    return values


def stopping(notebook: Notebook, repeats: int) -> list[float]:
    """Press Stop in the middle of a training."""
    panel = open_panel(notebook, "lab", '"sure-and-wrong"')
    panel.move(LONG)
    values = []
    for number in range(repeats):
        panel.watch()
        panel.button("Run").click()
        panel.wait_until_it_moves(number + 1)
        panel.button("Stop").click()
        panel.wait_for_end()
        values.append(panel.since_click("Stop", lambda one: bool(one["idle"])))
    panel.ask("close()")
    return values


def drawing(notebook: Notebook, name: str, repeats: int) -> list[float]:
    """Give what pictures add to a training, in per cent of its time, run by run."""
    notebook.add(TIMED.format(name=name))
    panel = open_panel(notebook, "lab", "replace(real, trains=timed)")
    panel.run(60)
    values = []
    for _ in range(repeats):
        notebook.ask("spent.update(drawing=0.0, all=0.0)")
        panel.button("Run").click()
        notebook.page.wait_for_timeout(IN_PEACE)  # to ask the kernel would slow it down
        panel.wait_for_end(60)
        values.append(100 * notebook.ask("spent['drawing'] / (spent['all'] - spent['drawing'])"))
    panel.ask("close()")
    return values


def messages(notebook: Notebook, name: str) -> list[float]:
    """Give the KB that the kernel sends for a picture of the curves that the page shows."""
    panel = open_panel(notebook, "lab", repr(name))
    panel.run(60)
    panel.watch()
    notebook.page.evaluate(COUNT)
    panel.run(60)
    sent = float(notebook.page.evaluate("window.lossaccSent"))
    shown = len(panel.pictures(2))
    panel.ask("close()")
    return [sent / 1024 / shown]


def memory(notebook: Notebook, runs: int) -> list[float]:
    """Give by how many MiB the kernel has grown after each tenth run, over the first."""
    panel = open_panel(notebook, "lab", '"sure-and-wrong"')
    panel.run(60)
    first, values = notebook.ask(MEMORY), []
    for number in range(1, runs + 1):
        panel.choose_seed(200 + number)
        panel.run(60)
        if number % 10 == 0:
            values.append((notebook.ask(MEMORY) - first) / MIB)
    panel.ask("close()")
    return values


def measure(notebook: Notebook, only: Sequence[str], repeats: int, runs: int) -> list[Measured]:
    """Measure budgets, in an open notebook whose kernel has just begun."""
    return [line for part in only for line in PARTS[part](notebook, repeats, runs)]


def _first_points(notebook: Notebook, repeats: int, runs: int) -> Iterator[Measured]:
    for name in ("sure-and-wrong", "nine-against-one", "both-fall", "wrong-labels"):
        values = nothing_retraced(notebook, name, repeats)
        yield Measured(f"click to first point, {name}", "s", 0.15, 0.1, values)
    new = new_seeds(notebook, repeats)
    yield Measured("click to first point, both-fall, new seed", "s", 0.15, 0.1, new)
    yield Measured("click to first point, retraced", "s", 0.7, 0.5, retraced(notebook))


def _stops(notebook: Notebook, repeats: int, runs: int) -> Iterator[Measured]:
    yield Measured("Stop: click to idle", "s", 0.2, 0.1, stopping(notebook, repeats))


def _drawings(notebook: Notebook, repeats: int, runs: int) -> Iterator[Measured]:
    for name, must in (("sure-and-wrong", 5), ("nine-against-one", 10)):
        yield Measured(f"drawing, {name}", "%", must, 3, drawing(notebook, name, repeats))


def _messages(notebook: Notebook, repeats: int, runs: int) -> Iterator[Measured]:
    for name in ("sure-and-wrong", "nine-against-one"):
        yield Measured(f"messages for a picture, {name}", "KB", 60, 30, messages(notebook, name))


def _memory(notebook: Notebook, repeats: int, runs: int) -> Iterator[Measured]:
    grown = memory(notebook, runs)
    yield Measured(f"memory after {runs} runs, over the first", "MiB", 60, 20, grown[-1:])


PARTS = {
    "first": _first_points,
    "stop": _stops,
    "drawing": _drawings,
    "messages": _messages,
    "memory": _memory,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", default=list(PARTS), choices=PARTS)
    parser.add_argument("--repeats", type=int, default=10)
    parser.add_argument("--runs", type=int, default=50)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    home = Path(tempfile.mkdtemp(prefix="lossacc-benchmark-"))
    folder = home / "notebooks"
    folder.mkdir()
    write(folder / "lab.ipynb", CURRENT, "import lossacc")
    with sync_playwright() as playwright, running_lab(folder, home) as lab:
        browser = playwright.chromium.launch(executable_path=chromium(), args=flags())
        with opened(browser, lab, "lab.ipynb") as notebook:
            lines = measure(notebook, args.only, args.repeats, args.runs)
            faults = notebook.faults()
    print(f"{'':<58} {'best':>8} {'median':>8} {'worst':>8}")
    for one in lines:
        print(one)
    for fault in faults:
        print(fault, file=sys.stderr)
    if args.json:
        machine = {"cores": os.cpu_count(), "load_before": load, "python": sys.version.split()[0]}
        report = {"machine": machine, "lines": [asdict(one) for one in lines]}
        args.json.write_text(json.dumps(report, indent=1))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
