"""The widgets of a panel. Callbacks tell the controller, and `refresh` shows its state.

Nothing else writes to the widgets, so that whatever thread changed the state, and however often,
the panel shows the state as it is.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import ipywidgets as W

from lossacc.lab import controls, html_pictures, html_texts, status_text
from lossacc.lab.choice_box import ChoiceBox
from lossacc.lab.controller import Controller
from lossacc.lab.featured import Featured
from lossacc.lab.pictures import RUNS, Pictures
from lossacc.lab.runs_box import RunsBox
from lossacc.lab.sketch import parting
from lossacc.lab.sketch_pair import SketchPair
from lossacc.lab.state import Answer
from lossacc.lab.stored_prediction import keep
from lossacc.lab.style import STYLE
from lossacc.lab.task import line_of
from lossacc.support.frontend import close_widgets

HIDDEN = "lossacc-hidden"
_HTML = (
    *("news", "busy", "error", "progress", "status", "variant"),
    *("curves", "plane", "view", "finding", "verdict", "claims"),
)
_ANSWERS: dict[Answer, str] = {
    "stop it": "Stop it and run this",
    "wait": "Wait for it",
    "never mind": "Never mind",
}
_DOUBLE = 0.3  # seconds in which a second press on Run is a double click, and not Stop
_READY = ("idle", "resting")  # when Run and Step can be pressed


class PanelWidgets:
    """The widgets of one panel.

    Parameters
    ----------
    controller
        Whose state they show, and whom they tell what the learner does.
    featured
        What is in sight.

    Attributes
    ----------
    root
        The outermost widget.
    """

    def __init__(self, controller: Controller, featured: Featured) -> None:
        """Make the widgets, and follow the state from now on."""
        self.controller, self.featured = controller, featured
        self._pressed = 0.0
        self._unfolded = False  # the other settings
        self.html = {name: _named(W.HTML(), name) for name in _HTML}
        self.knobs = {
            knob.name: controls.Control(
                knob, controller.state.knobs[knob.name], partial(controller.move, knob.name)
            )
            for knob in controller.experiment.knobs
        }
        self.seed = controls.seed_box(controller.state.seed, controller.choose_seed)
        self.variants = controls.variants(featured.variants, self._chosen)
        self.prediction = self._prediction()
        self.sketches: SketchPair | None = None  # made when the learner wants to draw
        self._sketching = False
        self._laid: tuple[Any, ...] = ()  # on which axes, and for which settings
        self.sketch_button = _button(
            "Draw your curve", self._toggle_sketching, tooltip="Draw what you expect"
        )
        self.paper = _stack("paper")
        self.run = _button("Run", self._press, style="primary")
        self.step = _button("Step", self._begin(controller.step), tooltip="Train one epoch")
        self.five = _button("Five seeds", self._begin(controller.run_seeds))
        self.reset = _button("Reset", controller.reset, tooltip="Clear the picture; runs are kept")
        self.more = _named(_button("More settings", self._fold), "more")
        self.answers = _row(
            "answers",
            *(_button(words, partial(controller.answer, it)) for it, words in _ANSWERS.items()),
        )
        self.views = self._views()
        self.pictures = Pictures(controller, self.html, lambda: self.view)
        self.runs = RunsBox(controller, self.pictures.shown)
        self.others = self._others()
        self.root = self._root()
        controller.on_change = self.refresh
        self.refresh()

    def close(self) -> None:
        """Take every widget away."""
        close_widgets(self.root)

    # The widgets.

    def _prediction(self) -> ChoiceBox | None:
        if self.controller.experiment.prediction is None:
            return None
        choice = ChoiceBox("Your prediction", self.featured.words, says=self._outcomes)
        choice.observe(lambda _: self._predicted(), "index")
        return choice

    @property
    def _outcomes(self) -> list[str]:
        """The outcomes of the prediction, in full."""
        prediction = self.controller.experiment.prediction
        return [outcome.says for outcome in prediction.outcomes] if prediction else []

    def _views(self) -> Any:
        views = _named(W.ToggleButtons(options=[*self.featured.views, RUNS]), "views")
        views.observe(lambda _: self.refresh(), "value")
        return views

    def _others(self) -> Any:
        """Hold the knobs that are not in sight at first."""
        names = [name for name in self.knobs if name not in self.featured.knobs]
        return _stack("others", *(self.knobs[name].box for name in names))

    def _root(self) -> Any:
        html, experiment = self.html, self.controller.experiment
        head = _named(W.HTML(STYLE + html_texts.heading(experiment)), "head")
        buttons = (self.run, self.step, self.five, self.reset)
        bar = _row("bar", *buttons, html["status"], html["progress"])
        side = _stack("side", self.views, html["view"], self.runs.root)
        pictures = _row("pictures", self.paper, html["curves"], html["plane"], side)
        body = _row("body", self._column(), pictures)
        outcome = _stack("outcome", html["verdict"], html["finding"])
        asked = [] if self.prediction is None else [self._ask()]
        told = [html["busy"], self.answers, html["error"]]
        return _stack("lab", head, *asked, bar, *told, body, outcome, html["claims"])

    def _ask(self) -> Any:
        experiment = self.controller.experiment
        asks = _named(W.HTML(html_texts.asks(experiment)), "asks")
        says = _named(W.HTML(html_texts.outcomes(experiment)), "says")
        return _row(
            "prediction", asks, self.prediction, says, self.sketch_button, self.html["news"]
        )

    def _column(self) -> Any:
        shown = [self.knobs[name].box for name in self.featured.knobs]
        variant = _named(W.VBox([self.variants, self.html["variant"]]), "knob")
        seed = _named(W.VBox([self.seed]), "seed")
        return _stack("knobs", _stack("scroll", variant, *shown, seed, self.more, self.others))

    # What the learner does.

    def _press(self) -> None:
        """Run, or stop what runs."""
        now = time.monotonic()
        if self.controller.state.activity in _READY:
            self._begin(self.controller.run)()
            if self.controller.state.activity not in _READY:  # and nothing is asked first
                self._pressed = now
        elif now - self._pressed > _DOUBLE:
            self.controller.stop()

    def _begin(self, trains: Callable[[], None]) -> Callable[[], None]:
        """Give what begins a training, after what was drawn is taken down."""

        def begin() -> None:
            self._sketching = False
            if self.sketches is not None:
                self.controller.expect(self.sketches.sketches)
            trains()

        return begin

    def _toggle_sketching(self) -> None:
        """Show the axes to draw on in place of the curves, or put them away."""
        with self.controller.lock:
            self._sketching = not self._sketching
            self.refresh()

    def _lay_paper(self) -> None:
        """Show the axes to draw on, while the learner draws; a curve is of its settings alone."""
        axes, knobs = self.controller.state.axes, self.controller.state.knobs
        if self.sketches is None and self._sketching:
            panels = html_pictures.empty_panels(axes)
            self.sketches = SketchPair(self.controller, panels, self._tell, axes.on)
            self.paper.children = (self.sketches.root,)
        elif self.sketches is not None and self._laid != (axes, knobs):
            self.sketches.lay(html_pictures.empty_panels(axes))
        self._laid = (axes, knobs)
        self.sketch_button.description = (
            "Put the axes away" if self._sketching else "Draw your curve"
        )
        self.sketch_button.disabled = (
            self.controller.state.activity != "idle" or not axes.accuracy_lines
        )
        _show(self.paper, self._sketching)
        _show(self.html["curves"], not self._sketching)

    def _tell(self, news: str) -> None:
        self.html["news"].value = html_texts.small(news)

    def _chosen(self, variant: str) -> None:
        """Choose a variant, where the list was not only set to the one that the knobs stand at."""
        if variant == self._variant():
            return
        if not variant:
            self.refresh()  # the knobs stand at one, and the list says so
        else:
            self.controller.choose_variant(variant)

    def _predicted(self) -> None:
        place = None if self.prediction is None else self.prediction.index
        says = "" if place is None else self._outcomes[place]
        if says != self.controller.state.predicted:
            news = keep(self.controller, says)
            self.html["news"].value = html_texts.small(news) if news else ""
            self.refresh()  # it is not asked for any more

    def _fold(self) -> None:
        with self.controller.lock:
            self._unfolded = not self._unfolded
            self._refresh_inputs()

    # What the learner sees.

    def refresh(self) -> None:
        """Make every widget agree with the state."""
        with self.controller.lock:
            self._refresh_inputs()
            self._refresh_buttons()
            self._lay_paper()
            self.pictures.refresh(stale=bool(self._stale()))
            self._refresh_view()
            self._refresh_texts()

    def _refresh_inputs(self) -> None:
        state = self.controller.state
        for name, control in self.knobs.items():
            control.show(state.knobs[name])
        variant = self._variant()
        self.variants.value = variant
        self.html["variant"].value = html_texts.variant(self.controller.experiment, variant)
        self.variants.disabled = state.activity not in _READY
        if self.prediction is not None:
            says = state.predicted
            self.prediction.index = self._outcomes.index(says) if says else None
            self.prediction.disabled = state.activity != "idle"
        self.more.description = "Fewer settings" if self._unfolded else "More settings"
        _show(self.more, bool(self.others.children))
        _show(self.others, self._unfolded)

    def _variant(self) -> str:
        """Name the variant at which the knobs stand, if it is one of the list."""
        state, experiment = self.controller.state, self.controller.experiment
        if state.variant in self.featured.variants:
            return state.variant
        names = self.featured.variants
        return next((one for one in names if experiment.settings(one) == dict(state.knobs)), "")

    def _refresh_view(self) -> None:
        self.runs.show()
        _show(self.runs.root, self.view == RUNS)
        _show(self.html["view"], self.view != RUNS)

    def _refresh_buttons(self) -> None:
        state = self.controller.state
        ready = state.activity in _READY
        self.run.description = "Run" if ready else "Stop"
        self.run.tooltip = "Train to the end" if ready else "Stop the training; its run is kept"
        self.step.disabled = not ready
        self.five.disabled = state.activity != "idle"
        self.reset.disabled = not ready or state.snapshot is None
        _show(self.answers, state.question is not None)

    def _refresh_texts(self) -> None:
        state, stale = self.controller.state, self._stale()
        said = {
            "busy": html_texts.question(state.question),
            "error": html_texts.fault(state.fault),
            "progress": html_texts.progress(state.progress, state.activity != "idle"),
            "status": html_texts.status(stale or state.status, stale=bool(stale)),
            "finding": html_texts.finding(self.pictures.finding()),
            "verdict": "" if self.pictures.compares else self._verdict(),
            "claims": html_texts.claims(state.findings) + html_texts.code(self._code()),
        }
        for name, words in said.items():
            self.html[name].value = words
        for name in ("busy", "error"):
            _show(self.html[name], bool(said[name]))

    def _code(self) -> str:
        """Write the line of code that makes a panel with these settings."""
        return line_of(self.controller.experiment, self.controller.state.asked)

    def _verdict(self) -> str:
        """Say what became of the prediction, and where the run parts from what was drawn."""
        state = self.controller.state
        if state.snapshot is None or state.findings is None:
            return html_texts.verdict(state.findings)
        run = state.snapshot.run
        partings = [parting(sketch, run) for sketch in state.snapshot.sketches]
        return html_texts.verdict(state.findings, partings)

    def _stale(self) -> str:
        state = self.controller.state
        if state.snapshot is None or state.activity != "idle":
            return ""
        experiment = self.controller.experiment
        asks = experiment.prediction is not None and not state.predicted
        return status_text.stale(experiment, state.snapshot.asked, state.asked, asks=asks)

    @property
    def view(self) -> str:
        """The name of what stands beside the plane."""
        return str(self.views.value)


def _button(text: str, does: Callable[[], None], *, style: str = "", tooltip: str = "") -> Any:
    button = W.Button(description=text, button_style=style, tooltip=tooltip or None)
    button.on_click(lambda _: does())
    return button


def _named(widget: Any, name: str) -> Any:
    """Give a widget the class by which styles and tests find it."""
    widget.add_class(f"lossacc-{name}")
    return widget


def _stack(name: str, *children: Any) -> Any:
    return _named(W.VBox(list(children)), name)


def _row(name: str, *children: Any) -> Any:
    return _named(W.Box(list(children)), name)


def _show(widget: Any, shown: bool) -> None:
    (widget.remove_class if shown else widget.add_class)(HIDDEN)
