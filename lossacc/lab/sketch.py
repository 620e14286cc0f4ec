"""The curve that a learner expects, drawn before the run, and where the run parts from it.

A hand sets a few points, and straight lines join them: what is compared is just what was seen. Two
curves are held against each other at the points alone, as nobody drew what lies between them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from lossacc.figures.draw import Axis, Line, Panel, Picture, axis
from lossacc.figures.words import ROLE, finite_loss, main_set
from lossacc.runs.curves import Record
from lossacc.support.text import nats, percent, plain
from lossacc.support.types import FloatArray
from lossacc.support.validate import array, number, one_of

Measure = Literal["loss", "accuracy"]
MEASURES = ("loss", "accuracy")
PLACES = (0.0, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0)  # closer at the start, where a loss falls fastest
LABEL = "expected"

_CLEAR = 0.05  # part of a curve's level by which it must rise or fall for that to be said
_LEAST = {"loss": 0.01, "accuracy": 2.0}  # nats and points; less is no rise and no fall
_HAND = 0.02  # of the axis: three pixels, which a hand does not mean
_CLOSE = 0.05  # of the axis: curves that are no farther apart agree


def handle_epochs(last: int) -> tuple[int, ...]:
    """Give the epochs at which there are points to set: seven, or fewer in a short run.

    Parameters
    ----------
    last
        The last epoch, at least 1.
    """
    return tuple(sorted({round(place * last) for place in PLACES}))


@dataclass(frozen=True)
class Sketch:
    """A curve that was drawn.

    Parameters
    ----------
    measure
        "loss", in nats, or "accuracy", in per cent.
    epochs
        Where its points are: two or more, rising.
    values
        How high they are, one for each epoch, from 0 to `top`.
    top
        The upper end of the axis that they were drawn on.

    Raises
    ------
    TypeError, ValueError
        If the measure is another, or the numbers do not fit.
    """

    measure: Measure
    epochs: tuple[int, ...]
    values: tuple[float, ...]
    top: float

    def __post_init__(self) -> None:
        """Refuse what no hand can have drawn."""
        one_of("measure", self.measure, MEASURES)
        top = number("top", self.top, above=0)
        epochs = array("epochs", self.epochs, ("P",), finite=True)
        if len(epochs) < 2 or not (np.diff(epochs) > 0).all():
            raise ValueError(f"epochs is {self.epochs!r:.60}; expected two or more that rise.")
        values = array("values", self.values, (len(epochs),), finite=True, least=0, most=top)
        object.__setattr__(self, "epochs", tuple(map(int, epochs)))
        object.__setattr__(self, "values", tuple(map(float, values)))

    def on(self, epochs: FloatArray) -> FloatArray:
        """Give the curve at some epochs, shape (E,); NaN before its first and after its last."""
        return np.interp(epochs, self.epochs, self.values, left=np.nan, right=np.nan)


@dataclass(frozen=True)
class Shape:
    """What a curve does on the whole: its ways, in order, and the epoch at which they change."""

    ways: tuple[str, ...]
    turn: float | None = None

    def words(self, unit: str) -> str:
        """Say it: "falls", or "falls until epoch 14 and then rises"."""
        first, *then = self.ways
        return f"{first} until {unit} {self.turn:g} and then {then[0]}" if then else first


def shape(epochs: FloatArray, values: FloatArray, least: float) -> Shape:
    """Tell what a curve does: it turns at its lowest or highest point, or it goes one way.

    A rise or a fall counts where it is more than a twentieth of the level that it starts from.

    Parameters
    ----------
    epochs, values
        Shape (E,), finite.
    least
        A rise or a fall that is smaller is none.
    """
    first, last = values[0], values[-1]
    low, high = int(values.argmin()), int(values.argmax())
    dip, bump = min(first, last) - values[low], values[high] - max(first, last)
    if dip >= bump and dip > max(least, _CLEAR * values[low]):
        return Shape(("falls", "rises"), float(epochs[low]))
    if bump > max(least, _CLEAR * max(first, last)):
        return Shape(("rises", "falls"), float(epochs[high]))
    if abs(last - first) <= max(least, _CLEAR * min(first, last)):
        return Shape(("stays about level",))
    return Shape(("rises" if last > first else "falls",))


def parting(sketch: Sketch, run: Record) -> str:
    """Say in one sentence where a run parts from the curve that was drawn.

    Parameters
    ----------
    sketch
        What was expected of the run's main set.
    run
        As far as it has come.

    Returns
    -------
    str
        Whether the two go the same way, when each turns, and where they are farthest apart.
    """
    name = f"{ROLE[main_set(run, None)]} {sketch.measure}"
    epochs, real = _measured(sketch, run)
    at = np.array([epoch for epoch in sketch.epochs if epoch in epochs], dtype=float)
    if len(at) < 2:
        return f"There is too little {name} in this run to compare with what you drew."
    drawn = shape(epochs, sketch.on(epochs), _HAND * sketch.top)
    ways = _ways(name, drawn, shape(epochs, real, _LEAST[sketch.measure]), run.unit)
    short = f"Up to {run.unit} {epochs[-1]:g}: " if epochs[-1] < sketch.epochs[-1] else ""
    words = short + ways + _gap(sketch, at, np.interp(at, epochs, real), run.unit)
    return words[0].upper() + words[1:]


def _measured(sketch: Sketch, run: Record) -> tuple[FloatArray, FloatArray]:
    """Give the run's finite values, and their epochs, as far as something was drawn."""
    scores = run.scores(main_set(run, None))
    values = finite_loss(scores) if sketch.measure == "loss" else 100 * scores.accuracy
    epochs = np.asarray(run.epochs, dtype=float)
    rows = np.isfinite(values) & np.isfinite(sketch.on(epochs))
    return epochs[rows], values[rows]


def _ways(name: str, drawn: Shape, real: Shape, unit: str) -> str:
    """Say whether the two go the same way, and when each turns."""
    if drawn.ways != real.ways:
        return f"you drew a {name} that {drawn.words(unit)}; in this run it {real.words(unit)}"
    same = f"as you drew it, {name} {real.words(unit)}"
    if drawn.turn == real.turn:
        return same
    return f"{same} (you drew the turn at {unit} {drawn.turn:g})"


def _gap(sketch: Sketch, at: FloatArray, real: FloatArray, unit: str) -> str:
    """Say where, of the points that were set, the two are farthest apart."""
    drawn = sketch.on(at)
    apart = np.abs(real - drawn)
    far = int(apart.argmax())
    if apart[far] <= _CLOSE * sketch.top:
        most = nats(apart[far]) if sketch.measure == "loss" else f"{apart[far]:.1f}"
        unit = "nats" if sketch.measure == "loss" else "percentage points"
        return f", at your points never more than {most} {unit} off."
    written = nats(real[far]) if sketch.measure == "loss" else percent(real[far] / 100)
    yours = plain(round(drawn[far], 2)) + (" %" if sketch.measure == "accuracy" else "")
    return f", farthest from your curve at {unit} {at[far]:g}: {written}, and you drew {yours}."


def laid_over(picture: Picture, sketch: Sketch) -> Picture:
    """Lay the curve that was drawn over the picture of a run, in the panel of its measure.

    Parameters
    ----------
    picture
        As `lossacc.figures.curves` makes it: the loss, then the accuracy.
    sketch
        What was drawn.
    """
    place = MEASURES.index(sketch.measure)
    panels = list(picture.panels)
    panel = panels[place]
    assert isinstance(panel, Panel)
    x = np.unique([*(one for one in sketch.epochs if one < panel.x.high), panel.x.high])
    x = x[x <= sketch.epochs[-1]]
    line = Line(x, sketch.on(x), "expected", LABEL)
    upwards = _reaching(panel.y, float(line.y.max()))
    panels[place] = replace(panel, y=upwards, marks=(*panel.marks, line))
    return replace(picture, panels=tuple(panels), alt=f"{picture.alt} {described(sketch)}")


def _reaching(upwards: Axis, value: float) -> Axis:
    """Give an axis that reaches a value too."""
    if value <= upwards.high:
        return upwards
    return axis(upwards.label, [upwards.low, value], scale=upwards.scale, low=upwards.low)


def described(sketch: Sketch) -> str:
    """Say, for those who do not see it, what was drawn."""
    unit = "nats" if sketch.measure == "loss" else "%"
    points = zip(sketch.epochs, sketch.values, strict=True)
    told = ", ".join(f"{plain(value)} {unit} at {epoch}" for epoch, value in points)
    return f"The {sketch.measure} that you drew: {told}."
