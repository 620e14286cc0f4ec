"""The runs of a panel, to be named, compared and saved: what stands in its tab "runs"."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import anywidget
import ipywidgets as W
import traitlets

from lossacc.figures.draw import Picture
from lossacc.figures.words import ROLE
from lossacc.lab import export, html_texts, status_text
from lossacc.lab.controller import Controller
from lossacc.lab.run_history import HistoryEntry
from lossacc.lab.run_names import names_of
from lossacc.lab.script import script
from lossacc.quiz import store
from lossacc.support.text import nats, percent

NO_RUN = "There is no run yet."
NOTHING = "no examples"
HOW = "Tick two runs or more to compare them. Click a name to change it."


class RunList(anywidget.AnyWidget):
    """The list of the runs.

    Attributes
    ----------
    rows
        Of each run its number, its name, and what is told of it, in short and in full.
    ticked
        The numbers of those that are ticked.
    renamed
        A number and a name that was written; empty as soon as it was heard.
    """

    _esm = script("run_list.js")
    rows: traitlets.List[Any] = traitlets.List().tag(sync=True)
    ticked: traitlets.List[Any] = traitlets.List(traitlets.Int()).tag(sync=True)
    renamed: traitlets.List[Any] = traitlets.List().tag(sync=True)


class RunsBox:
    """The list, and what can be saved.

    Parameters
    ----------
    controller
        Whose runs they are.
    shown
        Gives the picture that the panel shows, with its caption; None where there is none.

    Attributes
    ----------
    root
        The outermost widget, of class `lossacc-runs`.
    """

    def __init__(self, controller: Controller, shown: Callable[[], Picture | None]) -> None:
        """Make the widgets."""
        self.controller, self._shown = controller, shown
        self.list, self.told = RunList(), W.HTML()
        self._listed: tuple[Any, ...] = ()  # how many runs, and their names
        self.list.observe(self._tick, "ticked")
        self.list.observe(self._rename, "renamed")
        self.file = W.Text(controller.experiment.name, description="Save as")
        self.save_figure = self._button(
            "Figure", self._save_figure, "Save the curves as they are shown, as PNG and SVG"
        )
        self.save_runs = self._button(
            "Runs", self._save_runs, "Save each run that is ticked, or the newest, as a file"
        )
        row = W.Box([self.file, self.save_figure, self.save_runs])
        row.add_class("lossacc-save")
        self.told.add_class("lossacc-told")
        self.root: Any = W.VBox([self.told, self.list, row])
        self.root.add_class("lossacc-runs")
        self._say(NO_RUN)

    def _button(self, text: str, does: Callable[[], str], tooltip: str) -> Any:
        button = W.Button(description=text, tooltip=tooltip)
        button.on_click(lambda _: self._try(does))
        return button

    def show(self) -> None:
        """Agree with the state."""
        state, history = self.controller.state, self.controller.history
        listed = (len(history), history.given_names)
        if listed != self._listed:  # not at each epoch of a training
            self._listed = listed
            names = names_of(self.controller.experiment, history)
            if history and not self.list.rows:
                self._say(HOW)
            self.list.rows = [_row(entry, names[entry.number]) for entry in history.entries]
        self.list.ticked = list(state.compared)
        idle = state.activity == "idle"
        self.save_figure.disabled = not idle or state.snapshot is None
        self.save_runs.disabled = not history

    def _tick(self, _: Any) -> None:
        if tuple(self.list.ticked) != self.controller.state.compared:
            self._try(self._compare)

    def _compare(self) -> str:
        self.controller.compare(self.list.ticked)
        many = len(self.list.ticked)
        return f"The curves compare {many} runs." if many > 1 else HOW

    def _rename(self, _: Any) -> None:
        if self.list.renamed:
            self._try(self._call)
            self.list.renamed = []

    def _call(self) -> str:
        number, name = self.list.renamed
        self.controller.call_run(number, name)
        return f"Run {number} is called “{self.controller.history.given_names[number]}”."

    def _save_figure(self) -> str:
        with self.controller.lock:
            picture = self._shown()
        if picture is None:
            return NO_RUN
        return _saved(export.save_figure(picture, store.folder(), self.file.value))

    def _save_runs(self) -> str:
        history = self.controller.history
        if not history:
            return NO_RUN
        numbers = self.controller.state.compared or (len(history),)
        names = names_of(self.controller.experiment, history)
        runs = {names[number]: history.run(number) for number in numbers}
        return _saved(export.save_runs(runs, store.folder(), self.file.value))

    def _try(self, does: Callable[[], str]) -> None:
        """Do what was asked for, and say what came of it."""
        try:
            self._say(does())
        except (OSError, TypeError, ValueError) as error:
            self._say(status_text.fault(error), wrong=True)
            with self.controller.lock:
                self.show()  # what was refused is not shown

    def _say(self, words: str, *, wrong: bool = False) -> None:
        self.told.value = html_texts.note(words, wrong=wrong)


def _row(entry: HistoryEntry, name: str) -> dict[str, Any]:
    """Tell of a run how it ended."""
    outline = entry.outline
    told, last = NOTHING, f"{outline.unit} {outline.epochs[-1]}"
    if outline.main in outline.by_set:
        scores = outline.scores(outline.main)
        told = f"loss {nats(scores.loss[-1])}, {percent(scores.accuracy[-1])}"
    ended = f"at {last}" if entry.whole else f"stopped at {last}"
    says = f"Run {entry.number}, seed {entry.seed}, {ended}: {ROLE[outline.main]} {told}"
    return {"number": entry.number, "name": name, "told": told, "says": says}


def _saved(paths: Sequence[Any]) -> str:
    return f"Saved in {paths[0].parent}: {', '.join(path.name for path in paths)}."
