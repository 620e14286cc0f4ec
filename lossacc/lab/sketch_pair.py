"""The two boxes to draw in, for loss and accuracy, as a panel shows and keeps them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import ipywidgets as W

from lossacc.figures.draw import Panel
from lossacc.lab.controller import Controller
from lossacc.lab.sketch import Measure, Sketch
from lossacc.lab.sketch_box import SketchBox
from lossacc.lab.stored_prediction import keep_sketch, recall_sketch


class SketchPair:
    """Axes to draw the loss on, and the accuracy.

    Parameters
    ----------
    controller
        Whose experiment it is: what is drawn is kept under its name.
    panels
        The empty axes of "loss" and of "accuracy".
    tell
        Called with what there is to say of the file of answers.
    on
        The set that is asked for, "validation" or "train".

    Attributes
    ----------
    root
        The outermost widget, of class `lossacc-sketches`.
    """

    def __init__(
        self,
        controller: Controller,
        panels: Mapping[Measure, Panel],
        tell: Callable[[str], None],
        on: str = "validation",
    ) -> None:
        """Show what was drawn before the kernel was restarted."""
        self.controller, self.tell = controller, tell
        self.boxes = {
            measure: SketchBox(panel, measure, on=on, on_change=partial(self._keep, measure))
            for measure, panel in panels.items()
        }
        self.lay(panels)
        self.root: Any = W.Box(list(self.boxes.values()))
        self.root.add_class("lossacc-sketches")

    def _keep(self, measure: Measure, sketch: Sketch | None) -> None:
        news = keep_sketch(self.controller, measure, sketch)
        if news:
            self.tell(news)

    def lay(self, panels: Mapping[Measure, Panel]) -> None:
        """Take other axes, and what was last drawn, where it was of these settings and axes."""
        for measure, panel in panels.items():
            self.boxes[measure].lay(panel, recall_sketch(self.controller, measure))

    @property
    def sketches(self) -> tuple[Sketch, ...]:
        """What is drawn: of each measure one, or none."""
        return tuple(box.sketch for box in self.boxes.values() if box.sketch is not None)
