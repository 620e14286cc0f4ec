"""The panel's budgets, through a real browser, where a person would feel them.

    python -m tests.benchmarks.lab [--repeats N] [--runs N] [--json FILE]

Times are read in the page: from the click to the change that a person sees. The price of drawing
is a ratio within one process: the same training in the same panel, with and without its pictures,
in turns. Run it on an idle machine; it takes about five minutes.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
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
real = load({name!r})
pictures, seconds = True, []

def timed(settings, data, seed, hooks):
    begun = time.perf_counter()
    run = real.trains(settings, data, seed, hooks if pictures else replace(hooks, on_epoch=None))
    seconds.append(time.perf_counter() - begun)
    return run
"""
MEMORY = "__import__('psutil').Process().memory_info().rss"
MIB = 2**20
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
        median, worst = statistics.median(self.values), max(self.values)
        budget = f"must {self.must:g}, aim {self.aim:g}"
        return (
            f"{self.what:<58} {median:8.3f} {worst:8.3f} {self.unit:<4} {budget:<20} "
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
        knob = panel.knob("learning_rate").locator("input")
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
    """Give what pictures add to a training, in per cent of its time, pair by pair."""
    notebook.add(TIMED.format(name=name))
    panel = open_panel(notebook, "lab", "replace(real, trains=timed)")
    panel.run(60)
    values = []
    for number in range(repeats):
        order = (False, True) if number % 2 else (True, False)
        pair = {shown: trained(panel, pictures=shown) for shown in order}
        values.append(100 * (pair[True] / pair[False] - 1))
    panel.ask("close()")
    return values


def trained(panel: Panel, *, pictures: bool) -> float:
    """Press Run; give the seconds of the training."""
    panel.notebook.ask(f"globals().update(pictures={pictures}, seconds=[])")
    panel.button("Run").click()
    panel.notebook.page.wait_for_timeout(IN_PEACE)  # to ask the kernel would slow it down
    panel.wait_for_end(60)
    return float(panel.notebook.ask("seconds[0]"))


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


def measure(notebook: Notebook, repeats: int, runs: int) -> list[Measured]:
    """Measure all budgets, in an open notebook whose kernel has just begun."""
    quick = ("sure-and-wrong", "nine-against-one", "both-fall", "wrong-labels")
    lines = [
        Measured(f"click to first point, {name}", "s", 0.15, 0.1, values)
        for name in quick
        for values in [nothing_retraced(notebook, name, repeats)]
    ]
    new = new_seeds(notebook, repeats)
    lines += [Measured("click to first point, both-fall, new seed", "s", 0.15, 0.1, new)]
    lines += [Measured("click to first point, retraced", "s", 0.7, 0.5, retraced(notebook))]
    lines += [Measured("Stop: click to idle", "s", 0.2, 0.1, stopping(notebook, repeats))]
    lines += [
        Measured(f"drawing, {name}", "%", 5, 3, drawing(notebook, name, repeats))
        for name in ("sure-and-wrong", "nine-against-one")
    ]
    grown = memory(notebook, runs)
    return [
        *lines,
        Measured(f"memory after {runs} runs, over the first", "MiB", 60, 20, grown[-1:]),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
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
            lines = measure(notebook, args.repeats, args.runs)
            faults = notebook.faults()
    print(f"{'':<58} {'median':>8} {'worst':>8}")
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
