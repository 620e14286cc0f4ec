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

from lossacc.claims.experiment import Knob
from lossacc.lab import html_pictures, html_texts, status_text
from lossacc.lab.controller import Controller
from lossacc.lab.events import Fault
from lossacc.lab.snapshot import Snapshot
from lossacc.lab.state import MOST_SEED, Answer
from lossacc.lab.stored_prediction import keep
from lossacc.lab.style import STYLE
from lossacc.support.frontend import close_widgets

HIDDEN = "lossacc-hidden"
_HTML = (
    *("news", "predicted", "busy", "error", "progress", "status", "stale"),
    *("curves", "verdict", "claims", "view"),
)
_ANSWERS: dict[Answer, str] = {
    "stop it": "Stop it and run this",
    "wait": "Wait for it",
    "never mind": "Never mind",
}
# Seconds between two drawings of what stands below the curves, while a training goes on.
_VIEW_EVERY = 1.0


class PanelWidgets:
    """The widgets of one panel.

    Parameters
    ----------
    controller
        Whose state they show, and whom they tell what the learner does.

    Attributes
    ----------
    root
        The outermost widget.
    """

    def __init__(self, controller: Controller) -> None:
        """Make the widgets, and follow the state from now on."""
        self.controller = controller
        self._drawn: dict[str, tuple[tuple[Any, ...], str]] = {}
        self._next_view = 0.0
        self._folded = False  # the prediction, to leave room for the curves
        self.html = {name: _named(W.HTML(), name) for name in _HTML}
        self.knobs = {knob.name: self._knob(knob) for knob in controller.experiment.knobs}
        self.seed = self._seed()
        self.prediction = self._prediction()
        self.change = _button("Change", self._unfold)
        self.run = _button("Run", controller.run, style="primary")
        self.stop = _button("Stop", controller.stop)
        self.reset = _button("Reset", controller.reset)
        self.five = _button("Five seeds", controller.run_seeds)
        self.arms = [
            _button(arm.name, partial(controller.run_arm, arm.name), tooltip=arm.says)
            for arm in controller.experiment.arms[1:]
        ]
        self.answers = _row(
            *(_button(words, partial(controller.answer, it)) for it, words in _ANSWERS.items())
        )
        self.views = self._views()
        asks = W.HTML(html_texts.asks(controller.experiment))
        radios = [] if self.prediction is None else [self.prediction]
        self.asks = _stack("prediction", asks, *radios, self.html["news"])
        self.told = _row(self.html["predicted"], self.change)
        self.root = self._root()
        controller.on_change = self.refresh
        self.refresh()

    def close(self) -> None:
        """Take every widget away."""
        close_widgets(self.root)

    # The widgets.

    def _knob(self, knob: Knob) -> Any:
        options = [(str(value), value) for value in knob.values]
        value = self.controller.state.knobs[knob.name]
        box = W.Dropdown(options=options, value=value, description=knob.label)
        box.observe(lambda change: self.controller.move(knob.name, change["new"]), "value")
        return box

    def _seed(self) -> Any:
        box = W.BoundedIntText(self.controller.state.seed, min=0, max=MOST_SEED, description="seed")
        box.observe(lambda change: self.controller.choose_seed(int(change["new"])), "value")
        return box

    def _prediction(self) -> Any:
        prediction = self.controller.experiment.prediction
        if prediction is None:
            return None
        options = [outcome.says for outcome in prediction.outcomes]
        radios = W.RadioButtons(options=options, value=self.controller.state.predicted or None)
        radios.observe(self._predicted, "value")
        return radios

    def _views(self) -> Any:
        views = _named(W.ToggleButtons(options=list(html_pictures.VIEWS)), "views")
        views.observe(lambda _: self.refresh(), "value")
        return views

    def _root(self) -> Any:
        head = W.HTML(STYLE + html_texts.heading(self.controller.experiment))
        columns = _stack("columns", self._knob_column(), self._main_column())
        return _stack("lab", head, columns)

    def _knob_column(self) -> Any:
        boxes = [
            _stack(f"knob-{knob.name}", self.knobs[knob.name], W.HTML(html_texts.means(knob)))
            for knob in self.controller.experiment.knobs
        ]
        return _stack("knobs", *boxes, _stack("seed", self.seed, W.HTML(html_texts.SEED)))

    def _main_column(self) -> Any:
        html, experiment = self.html, self.controller.experiment
        children = []
        if self.prediction is not None:
            children += [self.asks, self.told]
        buttons = _row(self.run, self.stop, self.reset, self.five)
        children.append(_stack("controls", buttons, html["progress"], html["status"]))
        if self.arms:
            arms, said = _named(_row(*self.arms), "arms"), W.HTML(html_texts.arms(experiment))
            children.append(_stack("others", W.HTML(html_texts.ARMS), arms, said))
        children += [html["busy"], self.answers]
        children += [html[name] for name in ("error", "stale", "curves", "verdict", "claims")]
        return _stack("main", *children, self.views, html["view"])

    def _predicted(self, change: Any) -> None:
        news = keep(self.controller, change["new"] or "")
        if news:
            self.html["news"].value = html_texts.small(news)

    def _unfold(self) -> None:
        with self.controller.lock:
            self._folded = False
            self._refresh_prediction()

    # What the learner sees.

    def refresh(self) -> None:
        """Make every widget agree with the state."""
        with self.controller.lock:
            self._refresh_inputs()
            self._refresh_prediction()
            self._refresh_pictures()
            self._refresh_texts()

    def _refresh_inputs(self) -> None:
        state = self.controller.state
        idle = state.activity == "idle"
        for name, box in self.knobs.items():
            box.value = state.knobs[name]
        for button in (self.run, self.five, *self.arms):
            button.disabled = not idle
        self.stop.disabled = idle or state.activity == "stopping"
        self.reset.disabled = state.snapshot is None
        _show(self.answers, state.question is not None)
        _show(self.views, state.snapshot is not None)

    def _refresh_prediction(self) -> None:
        """Fold the prediction when a training begins; open it again when the picture is clear."""
        state = self.controller.state
        if state.activity != "idle":
            self._folded = True
        elif state.snapshot is None:
            self._folded = False
        self.html["predicted"].value = html_texts.predicted(state.predicted)
        self.change.disabled = state.activity != "idle"
        _show(self.asks, not self._folded)
        _show(self.told, self._folded)

    def _refresh_texts(self) -> None:
        state = self.controller.state
        said = {
            "busy": html_texts.question(state.question),
            "error": html_texts.fault(state.fault),
            "progress": html_texts.progress(state.progress, state.activity != "idle"),
            "status": html_texts.status(state.status),
            "stale": html_texts.stale(self._stale()),
            "verdict": html_texts.verdict(state.findings),
            "claims": html_texts.claims(state.findings),
        }
        for name, words in said.items():
            self.html[name].value = words
            _show(self.html[name], bool(words))

    def _stale(self) -> str:
        state = self.controller.state
        if state.snapshot is None or state.activity != "idle":
            return ""
        return status_text.stale(self.controller.experiment, state.snapshot.asked, state.asked)

    def _refresh_pictures(self) -> None:
        snapshot, view = self.controller.state.snapshot, str(self.views.value)
        self._draw("curves", snapshot, "", html_pictures.curves)
        if self._is_due(snapshot, view):
            self._draw("view", snapshot, view, lambda shown: html_pictures.view(shown, view))

    def _is_due(self, snapshot: Snapshot | None, view: str) -> bool:
        """Tell whether to draw what stands below the curves; while training, now and then."""
        if snapshot is None or snapshot.ended:
            return True
        (number, *_, drawn), _ = self._drawn.get("view", ((0, ""), ""))
        now = time.monotonic()
        if now < self._next_view and (number, drawn) == (snapshot.number, view):
            return False
        self._next_view = now + _VIEW_EVERY
        return True

    def _draw(
        self, part: str, snapshot: Snapshot | None, kind: str, draw: Callable[[Snapshot], str]
    ) -> None:
        """Draw one picture, where it is not drawn already."""
        if snapshot is None:
            self._drawn.pop(part, None)
            self.html[part].value = ""
            return
        key = (snapshot.number, len(snapshot.run.epochs), snapshot.ended, kind)
        if part not in self._drawn or self._drawn[part][0] != key:
            self._drawn[part] = (key, self._drawing(draw, snapshot))
        flag = ' data-stale="true"' if self._stale() else ""
        drawn = self._drawn[part][1]
        self.html[part].value = f'<div data-run="{snapshot.number}"{flag}>{drawn}</div>'

    def _drawing(self, draw: Callable[[Snapshot], str], snapshot: Snapshot) -> str:
        """Draw; a picture that cannot be drawn must not end a training, but it is told."""
        try:
            return draw(snapshot)
        except Exception as error:
            said = f"A picture cannot be drawn: {error}"
            self.controller.picture_failed(Fault.of(error, said))
            return ""


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


def _row(*children: Any) -> Any:
    return _named(W.Box(list(children)), "row")


def _show(widget: Any, shown: bool) -> None:
    (widget.remove_class if shown else widget.add_class)(HIDDEN)
