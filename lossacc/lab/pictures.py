"""The pictures of a panel: what is drawn when, so that nothing is drawn twice."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from lossacc.figures.draw import Picture
from lossacc.lab import export, html_pictures, html_texts, status_text
from lossacc.lab.controller import Controller
from lossacc.lab.events import Fault
from lossacc.lab.run_names import names_of
from lossacc.lab.snapshot import Snapshot

RUNS = "runs"  # the view in which runs are compared
# Seconds between two drawings of plane and view, while a training goes on.
_VIEW_EVERY = 1.0
T = TypeVar("T")


class Pictures:
    """Draws curves, plane and view into their places.

    Parameters
    ----------
    controller
        Whose state they show.
    html
        The places: the widgets "curves", "plane" and "view".
    view
        Gives the name of what stands beside the plane.
    """

    def __init__(
        self, controller: Controller, html: Mapping[str, Any], view: Callable[[], str]
    ) -> None:
        """Draw nothing yet."""
        self.controller, self.html, self._view = controller, html, view
        self._drawn: dict[str, tuple[Any, Any]] = {}
        self._next_view, self._seen = 0.0, (0, "")  # of plane and view: when, and of which run

    @property
    def compares(self) -> bool:
        """Whether runs are compared: in their view, while nothing trains."""
        state = self.controller.state
        return state.activity == "idle" and len(state.compared) > 1 and self._view() == RUNS

    def shown(self) -> Picture | None:
        """Give the curves that are shown, as one picture with its caption."""
        snapshot, experiment = self.controller.state.snapshot, self.controller.experiment
        if self.compares:
            return self._comparison()
        if snapshot is None:
            return None
        told = status_text.caption(snapshot)
        told += " Expected: drawn before the run." * bool(snapshot.sketches)
        picture = html_pictures.curves_picture(snapshot)
        return export.captioned(picture, experiment, snapshot.run, told)

    def finding(self) -> str:
        """Say what is found, when the training is over: not while it may still turn."""
        snapshot = self.controller.state.snapshot
        if self.compares:
            picture, controller = self._comparison(), self.controller
            numbers = controller.state.compared
            told = export.settings_told(controller.experiment, controller.history, numbers)
            return f"{picture.title}. {told}" if picture else ""
        if snapshot is None or not snapshot.ended or self.controller.state.activity != "idle":
            return ""
        return html_pictures.finding(snapshot)

    def refresh(self, *, stale: bool) -> None:
        """Draw what is not drawn yet; a picture that is older than the knobs is marked."""
        state, view = self.controller.state, self._view()
        snapshot, axes = state.snapshot, state.axes
        if self.compares:
            self._compare()
            return
        if snapshot is None:
            self._put("curves", axes, lambda: html_pictures.empty_curves(axes))
            self._put("plane", axes, lambda: html_pictures.empty_plane(axes))
            self.html["view"].value = html_texts.small("It is drawn when there is a run.")
            return
        run = f'data-run="{snapshot.number}"' + ' data-stale="true"' * stale
        stage = (snapshot.number, len(snapshot.run.epochs), snapshot.ended)
        self._put("curves", stage, lambda: html_pictures.curves(snapshot), run)
        if self._is_due(snapshot, view):
            self._put("plane", stage, lambda: html_pictures.plane(snapshot), run)
            if view != RUNS:
                drawn = (*stage, view)
                self._put("view", drawn, lambda: html_pictures.view(snapshot, view), run)

    def _compare(self) -> None:
        """Draw the runs that are ticked; in the plane the newest of them in full."""
        picture, stage = self._comparison(), self._ticked()
        names, history = dict(stage), self.controller.history
        *others, newest = names
        beside = {names[n]: history.entries[n - 1].outline for n in others}
        marked = f'data-compared="{" ".join(map(str, names))}"'
        if picture is not None:
            self._put("curves", stage, lambda: html_pictures.side_by_side(picture), marked)
        self._put(
            "plane",
            stage,
            lambda: html_pictures.plane_of(history.run(newest), beside, names[newest]),
            marked,
        )

    def _ticked(self) -> tuple[tuple[int, str], ...]:
        """Give number and name of each run that is ticked."""
        names = names_of(self.controller.experiment, self.controller.history)
        return tuple((number, names[number]) for number in self.controller.state.compared)

    def _comparison(self) -> Picture | None:
        experiment, history = self.controller.experiment, self.controller.history
        stage = self._ticked()
        numbers = [number for number, _ in stage]
        return self._kept(
            "comparison", stage, lambda: export.comparison(experiment, history, numbers)
        )

    def _is_due(self, snapshot: Snapshot, view: str) -> bool:
        """Tell whether to draw plane and view; while training, now and then."""
        if snapshot.ended or self.controller.state.activity == "resting":
            return True
        now, seen = time.monotonic(), (snapshot.number, view)
        if now < self._next_view and self._seen == seen:
            return False
        self._next_view, self._seen = now + _VIEW_EVERY, seen
        return True

    def _put(self, part: str, stage: Any, draw: Callable[[], str], marked: str = "") -> None:
        """Show a picture in its place, with what marks whose it is."""
        drawn = self._kept(part, stage, draw) or ""
        self.html[part].value = f"<div {marked}>{drawn}</div>" if marked else drawn

    def _kept(self, part: str, stage: Any, draw: Callable[[], T]) -> T | None:
        """Draw, where that was not done already.

        What cannot be drawn must not end a training: it is told, and is None.
        """
        if part not in self._drawn or self._drawn[part][0] != stage:
            try:
                self._drawn[part] = (stage, draw())
            except Exception as error:
                told = Fault.of(error, f"A picture cannot be drawn: {error}")
                self.controller.picture_failed(told)
                self._drawn[part] = (stage, None)
        drawn: T | None = self._drawn[part][1]
        return drawn
