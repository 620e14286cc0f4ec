"""The plane as a map, without a run: empty to draw in, or with each way to travel named."""

from __future__ import annotations

import numpy as np

from lossacc.figures.axes import accuracy_axis
from lossacc.figures.draw import Area, Line, Mark, Note, Panel, Picture, Points, Reference, axis
from lossacc.losses.bounds import LN2

_TOP = 3.2  # nats
_CENTRE = (55.0, 1.75)  # where each of the paths begins
_CLASSES = (2, 4, 10)
# Where to, in per cent and nats, and what it says of a training, in two lines.
_PATHS = (
    (38, -1.0, "learning: a lower loss,", "and more images right"),
    (0, -0.9, "surer of the right ones,", "or a penalty shrinks"),
    (-38, -0.65, "both fall: mistakes are taken", "back, near ties turn wrong"),
    (-38, 0, "near ties", "turn wrong"),
    (-38, 1.15, "breaking down: the rate is too", "high, or the images changed"),
    (0, 1.15, "surer of mistakes,", "as many right"),
    (38, 1.15, "both rise: surer of mistakes,", "and a few more right"),
    (38, 0, "near ties", "turn right"),
)


def plane_map(*, paths: bool) -> Picture:
    """Show the plane and its marks, and if so wished every way that a training can travel.

    Parameters
    ----------
    paths
        Whether the ways are drawn and named.

    Returns
    -------
    Picture
    """
    right = np.linspace(0, 100, 101)
    bound = (1 - right / 100) * LN2
    across, upwards = accuracy_axis(), axis("loss, nats", [], low=0.0, high=_TOP, count=7)
    shaded = Area(right, np.zeros_like(right), bound, "forbidden")
    told = _PATHS if paths else ()
    notes = [Note(2.0, 0.12, "no network can be here")]
    notes += [note for path in told for note in _named(*path)]
    marks: tuple[Mark, ...] = (shaded, *(_way(dx, dy) for dx, dy, *_ in told))
    if paths:
        marks += (Points(np.array(_CENTRE[:1]), np.array(_CENTRE[1:]), "total"),)
    lines = tuple(Reference(float(np.log(k)), f"ln {k}") for k in _CLASSES)
    panel = Panel(across, upwards, marks, lines, tuple(notes))
    title = "Which way does your training travel?" if paths else "The plane: draw your path"
    ways = "".join(f" {first} {second}." for *_, first, second in told)
    alt = f"Accuracy across, loss upwards; below (1 - accuracy) ln 2 it is shaded.{ways}"
    width, height = (1100, 760) if paths else (740, 400)
    return Picture(title, alt, (panel,), width=width, height=height)


def _way(dx: float, dy: float) -> Line:
    """Draw one way; those on which loss and accuracy go together stand out."""
    reach = np.array([0.12, 1.0])
    role = "stayed wrong" if dx * dy > 0 else "total"
    return Line(_CENTRE[0] + dx * reach, _CENTRE[1] + dy * reach, role, arrows=True)


def _named(dx: float, dy: float, first: str, second: str) -> tuple[Note, Note]:
    """Write the name of a way in two lines at its end: above it, or below if it leads down."""
    x = _CENTRE[0] + dx + (-13 if dx else 1.5)
    y = _CENTRE[1] + dy + (0.12 if dy >= 0 else -0.28)
    return Note(x, y + 0.11, first), Note(x, y, second)
