"""What a learner does on the hub, and what came of it."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from lossacc.quiz.question_tables import question
from lossacc.quiz.questions import Choice
from tests.hub import usage
from tests.hub.page import Page
from tests.hub.running import Hub

LESSON = "lossacc-notebooks/01_two_rulers.ipynb"
LONG = 900  # seconds that anything may take where eight share two cores
HABITS = ("stays", "restarts the kernel", "closes the page", "loses the kernel")
"""What a learner does in the middle of the second training; the first stops it, as one should."""


@dataclass
class Day:
    """What a learner did, and what came of it.

    Attributes
    ----------
    learner, habit
        Who, and what happens in the middle.
    starts, runs_all
        Seconds from the click to the open notebook, and to the end of its last cell.
    clicks
        For each training: seconds from Run to the first picture, and to the end.
    stopped
        Seconds from Stop to the end; None for who did not press it.
    given, kept
        Answers by their key: given in the page, and found in the file at the end of the day.
    given_up
        How often a training ran into its limit of a minute before the first point, on a machine
        that was too busy: the panel says to press Run again.
    work
        Seconds of the processor that all cells took, and the first training.
    faults
        What went wrong.
    """

    learner: str
    habit: str
    starts: float = 0.0
    runs_all: float = 0.0
    clicks: list[tuple[float, float]] = field(default_factory=list)
    stopped: float | None = None
    given: dict[str, Any] = field(default_factory=dict)
    kept: dict[str, Any] = field(default_factory=dict)
    given_up: int = 0
    work: dict[str, float] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def day(hub: Hub, learner: str, habit: str, together: threading.Barrier) -> Day:
    """Let a learner work through the lesson; never raise."""
    done = Day(learner, habit)
    try:
        _work(hub, done, together)
    except Exception as error:
        together.abort()
        done.faults.append(f"{type(error).__name__}: {error}")
    return done


def _work(hub: Hub, done: Day, together: threading.Barrier) -> None:
    together.wait(LONG)
    begun = time.monotonic()
    start_server(hub, done.learner)
    page = Page(hub, done.learner, LESSON)
    done.starts = time.monotonic() - begun
    together.wait(LONG)  # the instructor says: run all cells
    before = usage.seconds(done.learner)
    done.runs_all = page.run_all()
    done.work["all cells"] = usage.seconds(done.learner) - before
    _answer(page, done)
    panel = Panel(page, panel_cell(page))
    done.given["lab/both-fall"] = panel.predict(1)
    before = usage.seconds(done.learner)
    panel.run(done)
    done.work["a training"] = usage.seconds(done.learner) - before
    panel.choose("from scratch")
    panel.begin(done)
    again = _HABITS[done.habit](panel, done)
    again.run(done)
    _look_at_answers(page, done)
    done.faults += page.faults
    page.close()


def start_server(hub: Hub, learner: str) -> None:
    """Start a learner's server, as the page that says "Start my server" does."""
    hub.ask(f"hub/api/users/{learner}", "POST")
    hub.ask(f"hub/api/users/{learner}/server", "POST")
    deadline = time.monotonic() + LONG
    while time.monotonic() < deadline:
        if hub.ask(f"hub/api/users/{learner}")["servers"].get("", {}).get("ready"):
            return
        time.sleep(1)
    raise TimeoutError(f"the server of {learner} did not start")


def panel_cell(page: Page) -> dict[str, Any]:
    """The first cell that shows a panel."""
    return next(cell for cell in page.code() if "".join(cell["source"]).startswith("Lab("))


def _answer(page: Page, done: Day) -> None:
    """Answer every question of the lesson."""
    for place, cell in enumerate(page.code("question")):
        asked = question(cell["metadata"]["lossacc"]["question"])
        if isinstance(asked, Choice):
            options = [*asked.shown.values()]
            taken = (place + len(done.learner)) % len(options)
            page.press(page.find(cell, _model_name="ButtonModel")[taken])
            done.given[asked.kept_as] = options[taken].key
        else:
            (text,) = page.find(cell, _model_name="TextareaModel")
            done.given[asked.kept_as] = f"{done.learner} thinks so."
            page.set(text, value=done.given[asked.kept_as])


def _look_at_answers(page: Page, done: Day) -> None:
    """Read what was kept, in the file and in a cell that runs again."""
    path = page.hub.homes / done.learner / "lossacc-notebooks" / "my_answers.json"
    done.kept = json.loads(path.read_text(encoding="utf-8"))
    cell = page.code("question")[0]
    page.run(cell)
    shown = [page.models[one].get("description", "") for one in page.below(page.views[cell["id"]])]
    if not any("(your answer)" in text for text in shown):
        done.faults.append("the page shows no answer any more")


class Panel:
    """The panel that a cell shows."""

    def __init__(self, page: Page, cell: dict[str, Any]) -> None:
        self.page, self.cell = page, cell
        (self.button,) = page.find(cell, button_style="primary")  # it says Run, or Stop
        self.curves = page.named(cell, "curves")

    def predict(self, place: int) -> str:
        """Choose an outcome; give its sentence, which is what is kept."""
        box = self.page.find(self.cell, _model_name="AnyModel")[0]
        self.page.set(box, index=place)
        return str(self.page.models[box]["what"]["says"][place])

    def choose(self, variant: str) -> None:
        """Choose a variant from the list."""
        (box,) = self.page.find(self.cell, _model_name="DropdownModel", description="variant")
        place = self.page.models[box]["_options_labels"].index(variant)
        self.page.set(box, index=place)

    def drawn(self) -> int:
        """The number of the run that is drawn; 0 if none is."""
        found = re.search(r'data-run="(\d+)"', self.page.models[self.curves]["value"])
        return int(found[1]) if found else 0

    def begin(self, done: Day) -> tuple[float, float]:
        """Press Run until there is a first picture: when it was first pressed, and the seconds."""
        number, begun = self.drawn() + 1, time.monotonic()
        while self.drawn() < number:
            self.page.press(self.button)
            self.page.wait(
                lambda: self.drawn() >= number or self._stands_at("Stop"), LONG, "that it begins"
            )
            self.page.wait(
                lambda: self.drawn() >= number or self._stands_at("Run"), LONG, "a first picture"
            )
            done.given_up += self.drawn() < number
        return begun, time.monotonic() - begun

    def _stands_at(self, word: str) -> bool:
        return bool(self.page.models[self.button]["description"] == word)

    def run(self, done: Day) -> None:
        """Press Run, and wait for the end."""
        begun, first = self.begin(done)
        self.end()
        done.clicks.append((first, time.monotonic() - begun))

    def end(self) -> None:
        """Wait until the button says Run again."""
        self.page.wait(lambda: self._stands_at("Run"), LONG, "the end of a training")


def _stop(panel: Panel, done: Day) -> Panel:
    time.sleep(0.5)  # two presses at once are one
    begun = time.monotonic()
    panel.page.press(panel.button)
    panel.end()
    done.stopped = time.monotonic() - begun
    return panel


def _restart(panel: Panel, done: Day) -> Panel:
    page = panel.page
    page.hub.ask(f"{page.at}/api/kernels/{page.kernel}/restart", "POST")
    page.close()
    page.reopen()
    return _shown_again(panel)


def _leave(panel: Panel, done: Day) -> Panel:
    panel.page.close()
    time.sleep(5)
    panel.page.reopen()
    again = _shown_again(panel)  # its kernel went on, and so did the training
    again.end()
    return again


def _kill(panel: Panel, done: Day) -> Panel:
    """End the kernel as a machine without memory does; the server starts another by itself."""
    for process in usage.processes(done.learner):
        if "ipykernel_launcher" in process.cmdline():
            process.kill()
            process.wait(60)
    at = f"{panel.page.at}/api/kernels/{panel.page.kernel}"
    time.sleep(10)  # until the server has noticed
    while panel.page.hub.ask(at)["execution_state"] in ("restarting", "dead"):
        time.sleep(1)
    panel.page.close()
    panel.page.reopen()
    return _shown_again(panel)


def _shown_again(panel: Panel) -> Panel:
    """Run again what the panel needs, and the panel."""
    page = panel.page
    page.run(page.code()[0])
    page.run(panel.cell)
    return Panel(page, panel.cell)


_HABITS: dict[str, Callable[[Panel, Day], Panel]] = dict(
    zip(HABITS, (_stop, _restart, _leave, _kill), strict=True)
)
