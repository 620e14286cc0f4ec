"""The widgets of a panel. Callbacks change the session; `refresh` makes the widgets agree with it.

Nothing else writes to the widgets, so that whatever thread changed the session, and however often,
the panel shows the session as it is.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable
from functools import partial
from typing import Any

import ipywidgets as W

from lossacc.claims.experiment import Knob
from lossacc.lab import html, parts, status_text
from lossacc.lab.job import Answer, Fault
from lossacc.lab.session import Session
from lossacc.lab.snapshot import Scene
from lossacc.lab.state import keep
from lossacc.lab.style import STYLE

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


class Panel:
    """The widgets of one session.

    Parameters
    ----------
    session
        What they show and change.

    Attributes
    ----------
    root
        The outermost widget.
    """

    def __init__(self, session: Session) -> None:
        """Make the widgets, and follow the session from now on."""
        self.session = session
        self._drawn: dict[str, tuple[tuple[Any, ...], str]] = {}
        self._next_view = 0.0
        self._folded = False  # the prediction, to leave room for the curves
        self.html = {name: _named(W.HTML(), name) for name in _HTML}
        self.knobs = {knob.name: self._knob(knob) for knob in session.experiment.knobs}
        self.seed = self._seed()
        self.prediction = self._prediction()
        self.change = _button("Change", self._unfold)
        self.run = _button("Run", session.run, style="primary")
        self.stop = _button("Stop", session.stop)
        self.reset = _button("Reset", session.reset)
        self.five = _button("Five seeds", session.run_seeds)
        self.arms = [
            _button(arm.name, partial(session.run_arm, arm.name), tooltip=arm.says)
            for arm in session.experiment.arms[1:]
        ]
        self.answers = _row(
            *(_button(words, partial(session.answer, it)) for it, words in _ANSWERS.items())
        )
        self.views = self._views()
        asks = W.HTML(parts.asks(session.experiment))
        radios = [] if self.prediction is None else [self.prediction]
        self.asks = _stack("prediction", asks, *radios, self.html["news"])
        self.told = _row(self.html["predicted"], self.change)
        self.root = self._root()
        session.changed = self.refresh
        self.refresh()

    def close(self) -> None:
        """Take every widget away."""
        _close(self.root)

    # The widgets.

    def _knob(self, knob: Knob) -> Any:
        options = [(str(value), value) for value in knob.values]
        value = self.session.knobs[knob.name]
        box = W.Dropdown(options=options, value=value, description=knob.label)
        box.observe(lambda change: self.session.move(knob.name, change["new"]), "value")
        return box

    def _seed(self) -> Any:
        box = W.BoundedIntText(self.session.seed, min=0, max=2**31 - 1, description="seed")
        box.observe(lambda change: self.session.choose_seed(int(change["new"])), "value")
        return box

    def _prediction(self) -> Any:
        prediction = self.session.experiment.prediction
        if prediction is None:
            return None
        options = [outcome.says for outcome in prediction.outcomes]
        radios = W.RadioButtons(options=options, value=self.session.predicted or None)
        radios.observe(self._predicted, "value")
        return radios

    def _views(self) -> Any:
        views = _named(W.ToggleButtons(options=list(html.VIEWS)), "views")
        views.observe(lambda _: self.refresh(), "value")
        return views

    def _root(self) -> Any:
        head = W.HTML(STYLE + parts.heading(self.session.experiment))
        columns = _stack("columns", self._knob_column(), self._main_column())
        return _stack("lab", head, columns)

    def _knob_column(self) -> Any:
        boxes = [
            _stack(f"knob-{knob.name}", self.knobs[knob.name], W.HTML(parts.means(knob)))
            for knob in self.session.experiment.knobs
        ]
        return _stack("knobs", *boxes, _stack("seed", self.seed, W.HTML(parts.SEED)))

    def _main_column(self) -> Any:
        html, experiment = self.html, self.session.experiment
        children = []
        if self.prediction is not None:
            children += [self.asks, self.told]
        buttons = _row(self.run, self.stop, self.reset, self.five)
        children.append(_stack("controls", buttons, html["progress"], html["status"]))
        if self.arms:
            arms, said = _named(_row(*self.arms), "arms"), W.HTML(parts.arms(experiment))
            children.append(_stack("others", W.HTML(parts.ARMS), arms, said))
        children += [html["busy"], self.answers]
        children += [html[name] for name in ("error", "stale", "curves", "verdict", "claims")]
        return _stack("main", *children, self.views, html["view"])

    def _predicted(self, change: Any) -> None:
        news = keep(self.session, change["new"] or "")
        if news:
            self.html["news"].value = parts.small(news)

    def _unfold(self) -> None:
        with self.session.lock:
            self._folded = False
            self._refresh_prediction()

    # What the learner sees.

    def refresh(self) -> None:
        """Make every widget agree with the session."""
        with self.session.lock:
            self._refresh_inputs()
            self._refresh_prediction()
            self._refresh_pictures()
            self._refresh_texts()

    def _refresh_inputs(self) -> None:
        session, idle = self.session, self.session.state == "idle"
        for name, box in self.knobs.items():
            box.value = session.knobs[name]
        for button in (self.run, self.five, *self.arms):
            button.disabled = not idle
        self.stop.disabled = idle or session.state == "stopping"
        self.reset.disabled = session.scene is None
        _show(self.answers, session.question is not None)
        _show(self.views, session.scene is not None)

    def _refresh_prediction(self) -> None:
        """Fold the prediction when a training begins; open it again when the picture is clear."""
        session = self.session
        if session.state != "idle":
            self._folded = True
        elif session.scene is None:
            self._folded = False
        self.html["predicted"].value = parts.predicted(session.predicted)
        self.change.disabled = session.state != "idle"
        _show(self.asks, not self._folded)
        _show(self.told, self._folded)

    def _refresh_texts(self) -> None:
        session = self.session
        said = {
            "busy": parts.question(session.question),
            "error": parts.fault(session.fault),
            "progress": parts.progress(session.standing, session.state != "idle"),
            "status": parts.status(session.status),
            "stale": parts.stale(self._stale()),
            "verdict": parts.verdict(session.findings),
            "claims": parts.claims(session.findings),
        }
        for name, words in said.items():
            self.html[name].value = words
            _show(self.html[name], bool(words))

    def _stale(self) -> str:
        session = self.session
        if session.scene is None or session.state != "idle":
            return ""
        return status_text.stale(session.experiment, session.scene.asked, session.asked())

    def _refresh_pictures(self) -> None:
        scene, view = self.session.scene, str(self.views.value)
        self._draw("curves", scene, "", html.curves)
        if self._is_due(scene, view):
            self._draw("view", scene, view, lambda scene: html.view(scene, view))

    def _is_due(self, scene: Scene | None, view: str) -> bool:
        """Tell whether to draw what stands below the curves; while training, now and then."""
        if scene is None or scene.ended:
            return True
        (number, *_, drawn), _ = self._drawn.get("view", ((0, ""), ""))
        now = time.monotonic()
        if now < self._next_view and (number, drawn) == (scene.number, view):
            return False
        self._next_view = now + _VIEW_EVERY
        return True

    def _draw(
        self, part: str, scene: Scene | None, kind: str, draw: Callable[[Scene], str]
    ) -> None:
        """Draw one picture, where it is not drawn already."""
        if scene is None:
            self._drawn.pop(part, None)
            self.html[part].value = ""
            return
        key = (scene.number, len(scene.run.epochs), scene.ended, kind)
        if part not in self._drawn or self._drawn[part][0] != key:
            self._drawn[part] = (key, self._drawing(draw, scene))
        flag = ' data-stale="true"' if self._stale() else ""
        drawn = self._drawn[part][1]
        self.html[part].value = f'<div data-run="{scene.number}"{flag}>{drawn}</div>'

    def _drawing(self, draw: Callable[[Scene], str], scene: Scene) -> str:
        """Draw; a picture that cannot be drawn must not end a training, but it is told."""
        try:
            return draw(scene)
        except Exception as error:
            trace = "".join(traceback.format_exception(error))
            self.session.fault = Fault(f"A picture cannot be drawn: {error}", trace)
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


def _close(widget: Any) -> None:
    for child in getattr(widget, "children", ()):
        _close(child)
    widget.close()
