"""The controls of a panel, each of a kind that fits its values.

Two to four values are a row of buttons, five or more in order are steps of a slider, yes and no a
switch, long names a list. Each has a name, a sentence that says what it does, and arrow keys.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

import ipywidgets as W

from lossacc.claims.experiment import Knob, Value
from lossacc.figures.draw.text import text_width
from lossacc.lab import html_texts
from lossacc.lab.choice_box import ChoiceBox
from lossacc.lab.state import MOST_SEED
from lossacc.support.types import Seed

Kind = Literal["switch", "row", "steps", "list"]

_ROOM = 194  # pixels of the column
_LETTER, _AROUND = 12.5, 15  # size of a value's text, and the pixels around it
_YES_NO = {"no", "yes"}


def kind_of(values: Sequence[Value]) -> Kind:
    """Tell which kind of control fits a knob's values."""
    if {str(value) for value in values} == _YES_NO or set(values) == {True, False}:
        return "switch"
    if len(values) >= 5 and all(isinstance(value, int | float) for value in values):
        return "steps"
    return "row" if len(values) <= 4 and _width([*map(written, values)]) <= _ROOM else "list"


def _width(names: Sequence[str]) -> float:
    """Give the pixels of a row of buttons, of which the widest is chosen and so is bold."""
    plain, bold = ([text_width(name, _LETTER, bold) for name in names] for bold in (False, True))
    return sum(plain) + max(bold) - max(plain) + _AROUND * len(names)


def written(value: Value) -> str:
    """Write a value as the panel shows it: 0.05, and 2 in place of 2.0."""
    return f"{value:g}" if isinstance(value, float) else str(value)


class Control:
    """One knob: its widget, and the value that it stands for.

    Parameters
    ----------
    knob, value
        Which one, and where it stands.
    moved
        Called with a value when the learner has chosen it.

    Attributes
    ----------
    box
        The widget with its name and the sentence that says what it does.
    """

    def __init__(self, knob: Knob, value: Value, moved: Callable[[Value], None]) -> None:
        """Make the widget."""
        self.kind = kind_of(knob.values)
        self._values = sorted(knob.values, key=_is_on) if self.kind == "switch" else knob.values
        self._trait = "value" if self.kind == "switch" else "index"
        self.widget = _made(knob, self.kind)
        self.show(value)
        self.widget.observe(lambda _: moved(self.value), self._trait)
        told = [] if isinstance(self.widget, ChoiceBox) else [W.HTML(html_texts.means(knob))]
        self.box = W.VBox([self.widget, *told])
        self.box.add_class("lossacc-knob")

    @property
    def value(self) -> Value:
        """The knob's value."""
        return self._values[int(getattr(self.widget, self._trait))]

    def show(self, value: Value) -> None:
        """Let the widget stand at a value."""
        place = self._values.index(value)
        setattr(self.widget, self._trait, bool(place) if self.kind == "switch" else place)


def _is_on(value: Value) -> bool:
    return str(value) in ("yes", "True")


def _made(knob: Knob, kind: Kind) -> Any:
    names = [written(value) for value in knob.values]
    if kind == "switch":
        return W.Checkbox(description=knob.label, indent=False)
    if kind == "list":
        return W.Dropdown(options=names, description=knob.label)
    means = html_texts.means_of(knob)
    return ChoiceBox(knob.label, names, 0, means=means, steps=kind == "steps")


def seed_box(seed: Seed, moved: Callable[[Seed], None]) -> Any:
    """Make the box of the seed."""
    box = W.BoundedIntText(seed, min=0, max=MOST_SEED, description="seed")
    box.observe(lambda change: moved(int(change["new"])), "value")
    return box


def variants(names: Sequence[str], chosen: Callable[[str], None]) -> Any:
    """Make the list of the variants; it stands at none where the knobs are no variant."""
    box = W.Dropdown(options=[("your own", ""), *((name, name) for name in names)], value="")
    box.description = "variant"
    box.observe(lambda change: chosen(change["new"]), "value")
    return box
