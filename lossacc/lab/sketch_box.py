"""The widget in which a learner draws the curve that is expected, on the axes of the run to come.

The axes are drawn in Python, as all pictures are; `sketch.js` lays the points over them. What goes
to the kernel is the list of values, once at the end of each stroke.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import anywidget
import traitlets

from lossacc.figures.draw import Panel, Picture
from lossacc.figures.draw.layout import layout
from lossacc.figures.words import ROLE
from lossacc.lab.html_pictures import CURVES, SCALE, WIDTH
from lossacc.lab.script import script, text_of
from lossacc.lab.sketch import MEASURES, Measure, Sketch, handle_epochs
from lossacc.support.validate import one_of

_UNIT = {"loss": "nats", "accuracy": "%"}


class SketchBox(anywidget.AnyWidget):
    """Axes to draw on, by mouse, by touch or with the arrow keys.

    Parameters
    ----------
    panel
        The empty axes: epochs across, loss or accuracy upwards, both from 0 and not on a log scale.
    measure
        "loss" or "accuracy".
    on
        The set that is asked for, "validation" or "train".
    sketch
        What was drawn before. Where that was on other axes, nothing is drawn.
    on_change
        Called with what is drawn after each stroke, and with None when it is cleared.
    width, height, scale
        The size in pixels at which the axes are shown, and by how much smaller that is than they
        are drawn, letters and all. Words and buttons stand in the line of the axis' name.

    Attributes
    ----------
    paper
        What the page draws on: the axes as SVG, their place in it, and all words.
    values
        How high the points are, in nats or per cent; empty while nothing is drawn.
    done
        Whether the learner has said so; then the points do not move.

    Raises
    ------
    TypeError, ValueError
        If the measure or the set is none, or the axes do not begin at 0.
    """

    _esm = script("sketch.js")
    _css = text_of("sketch.css")
    paper = traitlets.Dict().tag(sync=True)
    values: traitlets.List[Any] = traitlets.List().tag(sync=True)
    done = traitlets.Bool(False).tag(sync=True)

    def __init__(
        self,
        panel: Panel,
        measure: Measure,
        *,
        on: str = "validation",
        sketch: Sketch | None = None,
        on_change: Callable[[Sketch | None], None] | None = None,
        width: int = round(WIDTH * SCALE),
        height: int = round(CURVES * SCALE),
        scale: float = SCALE,
    ) -> None:
        """Lay out the axes, and what was drawn before."""
        one_of("measure", measure, MEASURES)
        one_of("on", on, ROLE)
        self.measure, self.on, self.on_change = measure, on, on_change
        self._size = width, height, scale
        super().__init__(paper=self._paper(panel))
        self.observe(self._tell, "values")
        self._show(sketch)

    @property
    def sketch(self) -> Sketch | None:
        """What is drawn; None while nothing is."""
        return self._sketch(self.values) if self.values else None

    def lay(self, panel: Panel, sketch: Sketch | None = None) -> None:
        """Take other axes, and what was drawn on such axes before; nobody is told of it."""
        paper = self._paper(panel)
        if paper != self.paper:
            self._show(None)
            self.paper = paper
        self._show(sketch)

    def _show(self, sketch: Sketch | None) -> None:
        """Show what was drawn, where it was drawn on these axes."""
        self.unobserve(self._tell, "values")
        mine = (self.measure, tuple(self.paper["epochs"]), self.paper["top"])
        fits = sketch is not None and (sketch.measure, sketch.epochs, sketch.top) == mine
        self.values = list(sketch.values) if sketch is not None and fits else []
        self.done = self.done and bool(self.values)  # nothing is drawn: the points can be moved
        self.observe(self._tell, "values")

    def _tell(self, _: Any) -> None:
        if self.on_change is not None:
            self.on_change(self.sketch)

    def _sketch(self, values: Sequence[Any]) -> Sketch:
        return Sketch(self.measure, tuple(self.paper["epochs"]), tuple(values), self.paper["top"])

    def _paper(self, panel: Panel) -> dict[str, Any]:
        width, height, scale = self._size
        size = round(width / scale), round(height / scale)
        return {**_paper(panel, self.measure, ROLE[self.on], *size), "width": width}

    @traitlets.validate("values")
    def _checked(self, proposal: dict[str, Any]) -> list[float]:
        """Refuse what no hand can have drawn; a page may send anything."""
        if not proposal["value"]:
            return []
        try:
            return list(self._sketch(proposal["value"]).values)
        except (TypeError, ValueError) as error:
            raise traitlets.TraitError(str(error)) from None


def _paper(panel: Panel, measure: Measure, on: str, width: int, height: int) -> dict[str, Any]:
    """Give what the page needs: the axes and their place, the points, the words."""
    if (panel.x.low, panel.y.low, panel.y.scale) != (0, 0, "linear"):
        raise ValueError(
            f"the axes begin at {panel.x.low:g} and {panel.y.low:g} on a {panel.y.scale} scale; "
            "expected 0 and 0 on a linear one."
        )
    asks = f"Draw the {on} {measure} you expect"
    picture = Picture(asks, _alt(panel), (panel,), height=height)
    plan = layout(picture, width, titled=False)
    epochs = handle_epochs(round(panel.x.high))
    top = panel.y.high
    return {
        "svg": picture.svg(width=width, titled=False),
        "size": [plan.width, plan.height],
        "frame": list(plan.panels[0].frame),
        "epochs": list(epochs),
        "last": panel.x.high,
        "top": top,
        "start": _start(panel),
        **_steps(measure, top),
        "asks": asks,
        "how": f"{asks}: drag across the axes, or move the points with the arrow keys.",
        "names": [f"expected {measure} at {panel.x.label} {epoch}" for epoch in epochs],
        "unit": _UNIT[measure],
    }


def _start(panel: Panel) -> float:
    """Give where the points wait: on the first level line, which is what guessing gives."""
    lines = (
        line.value for line in panel.references if line.of == "y" and line.value < panel.y.high
    )
    return round(next(lines, panel.y.high / 2), 2)


def _steps(measure: Measure, top: float) -> dict[str, float]:
    """Give by how much a key moves a point, alone and with Shift; and the digits that are kept."""
    if measure == "accuracy":
        return {"step": 1, "large": 10, "digits": 0}
    step = 0.01 if top < 1 else 0.05
    return {"step": step, "large": 10 * step, "digits": 2}


def _alt(panel: Panel) -> str:
    """Describe the empty axes."""
    lines = ", ".join(line.label for line in panel.references)
    return (
        f"Empty axes: {panel.x.label} 0 to {panel.x.high:g}, {panel.y.label} 0 to "
        f"{panel.y.high:g}" + (f", with the lines {lines}" if lines else "")
    )
