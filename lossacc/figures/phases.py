"""The boxes that a person would draw around a run: on the curves, in the plane, in the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from lossacc.analysis.phases import Box, change_ledger, ends_of, find_boxes
from lossacc.figures.axes import epoch_axis
from lossacc.figures.draw import Bars, Line, Panel, Picture, Table
from lossacc.figures.ledger import ledger_picture
from lossacc.figures.loss_accuracy_plane import plane
from lossacc.figures.words import ROLE, main_set
from lossacc.figures.zoom import (
    ACCURACY,
    LOSS,
    curves_said,
    cut_lines,
    first_shown,
    upright,
    values,
)
from lossacc.runs.joined import between
from lossacc.runs.run import Run
from lossacc.support import validate
from lossacc.support.text import nats, percent

_AROUND = 0.05  # of a box's size: the room that it leaves around its curve
_OUT = 0.05  # of a box's epochs may lie above it, and as many below


def boxed_curves(
    run: Run, *, boxes: Sequence[Box] | None = None, since: int | None = None
) -> Picture:
    """Show loss and accuracy with a box around each stretch that a person would mark.

    Parameters
    ----------
    run
        With validation examples.
    boxes
        The boxes; by default those of `find_boxes`.
    since
        The first epoch to show; by default the one after the first cut of the rate.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If the run has no validation examples, or an epoch was not recorded.
    """
    boxes = _boxes(run, boxes)
    first = run.at(first_shown(run, boxes) if since is None else since)
    panels = tuple(_panel(run, first, boxes, label) for label in (LOSS, ACCURACY))
    alt = " ".join([curves_said(run, first), *map(_where, boxes)])
    return Picture(_title(boxes), alt, panels, _table(boxes), width=800, height=340)


def _boxes(run: Run, boxes: Sequence[Box] | None) -> tuple[Box, ...]:
    """Give the boxes to show: those that were given, else those that are found."""
    if boxes is None:
        return find_boxes(run)
    main_set(run, "validation")
    if not isinstance(boxes, (list, tuple)):
        raise TypeError(f"boxes is {validate.quoted(boxes)}; expected a list of boxes.")
    return tuple(validate.instance("one of boxes", box, Box, "a Box") for box in boxes)


def boxed_plane(
    run: Run, *, boxes: Sequence[Box] | None = None, since: int | None = None
) -> Picture:
    """Show the path of a run in the plane, with a box around each marked stretch of it.

    The parameters, and what is raised, are those of `boxed_curves`.
    """
    boxes = _boxes(run, boxes)
    shown = between(run, first_shown(run, boxes) if since is None else since)
    picture = plane(shown, on="validation", zoom=True)
    panel = picture.panels[0]
    assert isinstance(panel, Panel)
    frames = tuple(
        rectangle(box, *(_edges(run, box, of) for of in (ACCURACY, LOSS))) for box in boxes
    )
    framed = replace(panel, marks=(*frames, *panel.marks))
    alt = " ".join([picture.alt, *map(_where, boxes)])
    return replace(picture, title=_title(boxes), alt=alt, panels=(framed,))


def rectangle(
    box: Box, x: tuple[float, float], y: tuple[float, float], *, named: bool = True
) -> Bars:
    """Draw a box: an outline over a breath of its colour, with its name on it."""
    x0, x1, y0, y1 = (np.array([float(value)]) for value in (*x, *y))
    texts = (box.name,) if named else ()
    return Bars(x0, x1, y0, y1, f"{box.name} box", texts=texts, hollow=True)


def _panel(run: Run, first: int, boxes: Sequence[Box], label: str) -> Panel:
    """Draw loss or accuracy of both sets from a row on, and the boxes behind."""
    x = run.epochs[first:].astype(float)
    lines = tuple(
        Line(x, values(run, on, label)[first:], ROLE[on], ROLE[on])
        for on in ("train", "validation")
    )
    frames = (rectangle(box, (box.first, box.last), _edges(run, box, label)) for box in boxes)
    across = epoch_axis(run.unit, [x])
    return Panel(across, upright(label, lines), (*frames, *lines), cut_lines(run, across))


def _edges(run: Run, box: Box, label: str) -> tuple[float, float]:
    """Give the edges of a box around nearly all of its epochs, and around both means.

    One epoch in twenty may stick out, so that a single wild one does not blow the box up. The
    epoch before the cut is where a green box begins, and belongs to what was before.
    """
    first = box.first + 1 if box.name == "green" else box.first
    rows = slice(run.at(first), run.at(box.last) + 1)
    means = box.change.loss if label == LOSS else [100 * mean for mean in box.change.accuracy]
    ends = np.nanquantile(values(run, "validation", label)[rows], (_OUT, 1 - _OUT))
    low, high = float(min(ends[0], *means)), float(max(ends[1], *means))
    room = _AROUND * (high - low)
    return low - room, high + room


def _title(boxes: Sequence[Box]) -> str:
    """Say what happens in each box."""
    if not boxes:
        return "There is nothing here to draw a box around"
    return "; ".join(_said(box) for box in boxes)


def _said(box: Box) -> str:
    loss, accuracy = box.change.loss, box.change.accuracy
    return (
        f"{box.name.capitalize()}: loss {nats(loss[0])} to {nats(loss[1])}, accuracy "
        f"{percent(accuracy[0])} to {percent(accuracy[1])}"
    )


def _where(box: Box) -> str:
    return f"The {box.name} box holds epochs {box.first} to {box.last}."


def _table(boxes: Sequence[Box]) -> Table:
    windows = ("loss before", "loss after", "accuracy before", "accuracy after")
    columns = ("box", "first", "last", *windows)
    rows = tuple(
        (box.name, box.first, box.last, *box.change.loss, *box.change.accuracy) for box in boxes
    )
    return Table(columns, rows)


def boxed_ledgers(run: Run, *, boxes: Sequence[Box] | None = None) -> Picture:
    """Show for each box which examples paid for the change in loss.

    Parameters
    ----------
    run, boxes
        As in `boxed_curves`; one box or more.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If there is no box.
    """
    boxes = _boxes(run, boxes)
    if not boxes:
        raise ValueError("this run has no box; expected one or more.")
    pairs = [(box, ledger_picture(change_ledger(run, box.change))) for box in boxes]
    panels = tuple(_framed(run, box, picture) for box, picture in pairs)
    title = ". ".join(
        f"{box.name.capitalize()}: {picture.title[:1].lower()}{picture.title[1:]}"
        for box, picture in pairs
    )
    alt = " ".join(f"{box.name.capitalize()} box. {picture.alt}" for box, picture in pairs)
    rows = tuple((box.name, *row) for box, picture in pairs for row in picture.table.rows)
    table = Table(("box", "group", f"{run.example}s", "nats"), rows)
    return Picture(title, alt, panels, table, width=800, height=320)


def _framed(run: Run, box: Box, picture: Picture) -> Panel:
    """Take the bars that add up out of a ledger's picture, and draw the box behind them."""
    panel = picture.panels[0]
    assert isinstance(panel, Panel)
    first, last = ends_of(run, box.change)
    label = f"{box.name} box, epoch {first} to {last}"
    frame = rectangle(box, (panel.x.low, panel.x.high), (panel.y.low, panel.y.high), named=False)
    marks = (frame, *panel.marks)
    return replace(panel, y=replace(panel.y, label=label), marks=marks, share=1.0)
