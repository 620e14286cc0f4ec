"""The ledger of each box that a person would draw: who paid in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from lossacc.analysis.ledger import Ledger, ledger
from lossacc.analysis.phases import Box, Change, find_boxes
from lossacc.figures.boxed import rectangle
from lossacc.figures.draw import Panel, Picture, Table
from lossacc.figures.ledger import ledger_picture
from lossacc.runs.run import Run


def ends_of(run: Run, change: Change) -> tuple[int, int]:
    """Give the epochs whose loss is nearest to the mean of the first and of the last window.

    Any one epoch may be a lucky or an unlucky one.
    """
    loss, ends = run.scores("validation").loss, []
    windows = (change.before, change.after)
    for (first, last), mean in zip(windows, change.loss, strict=True):
        rows = slice(run.at(first), run.at(last) + 1)
        ends.append(int(run.epochs[rows][np.abs(loss[rows] - mean).argmin()]))
    return ends[0], ends[1]


def change_ledger(run: Run, change: Change) -> Ledger:
    """Account for what changed in validation between two windows; see `ends_of`."""
    return ledger(run, *ends_of(run, change))


def boxed_ledgers(run: Run, *, boxes: Sequence[Box] | None = None) -> Picture:
    """Show for each box which images paid for the change in loss.

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
    boxes = find_boxes(run) if boxes is None else tuple(boxes)
    if not boxes:
        raise ValueError("this run has no box; expected one or more")
    pairs = [(box, ledger_picture(change_ledger(run, box.change))) for box in boxes]
    panels = tuple(_framed(run, box, picture) for box, picture in pairs)
    title = ". ".join(
        f"{box.name.capitalize()}: {picture.title[:1].lower()}{picture.title[1:]}"
        for box, picture in pairs
    )
    alt = " ".join(f"{box.name.capitalize()} box. {picture.alt}" for box, picture in pairs)
    rows = tuple((box.name, *row) for box, picture in pairs for row in picture.table.rows)
    table = Table(("box", "group", "images", "nats"), rows)
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
