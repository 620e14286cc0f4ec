"""The pictures of a panel as HTML, drawn at the size at which the page shows them.

Each stands by itself, with axes of its own, so that the page can set them side by side or one below
the other. Titles are texts of the page: they say what was found, and wait for the end of the run.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, cast

import numpy as np

from lossacc import figures
from lossacc.analysis.ledger import Ledger, ledger
from lossacc.figures.axes import accuracy_axis, epoch_axis
from lossacc.figures.draw import Panel, Picture, Tick
from lossacc.figures.words import main_set, said, stretch
from lossacc.lab import html_texts, status_text
from lossacc.lab.empty_axes import EmptyAxes
from lossacc.lab.sketch import Measure, laid_over
from lossacc.lab.snapshot import Snapshot
from lossacc.runs.run import Run
from lossacc.support.text import MINUS

SCALE = 6 / 7  # texts of 14 pixels are shown with 12
WIDTH = 392  # of each picture before it is scaled: 336 pixels are shown
CURVES, PLANE, VIEW = 238, 270, 204  # heights
_VALUE = re.compile(rf"( =)? [{MINUS}\d.]+(\s?%)?$")  # what the axis tells too


def empty_panels(axes: EmptyAxes) -> dict[Measure, Panel]:
    """Give the axes on which the curves will be, to be drawn on."""
    loss, accuracy = _panels(axes)
    return {"loss": _short(loss), "accuracy": _short(accuracy)}


def _panels(axes: EmptyAxes) -> tuple[Panel, Panel]:
    loss = Panel(axes.across, axes.loss, (), axes.loss_lines)
    return loss, Panel(axes.across, accuracy_axis(), (), axes.accuracy_lines)


def empty_curves(axes: EmptyAxes) -> str:
    """Draw the axes on which the curves will be."""
    return side_by_side(_blank("Loss and accuracy over the epochs", *_panels(axes)))


def empty_plane(axes: EmptyAxes) -> str:
    """Draw the plane on which the path will be."""
    upright = tuple(replace(one, of="x") for one in axes.accuracy_lines)
    panel = Panel(accuracy_axis(), axes.loss, (), (*axes.loss_lines, *upright))
    return _svg(_blank("The plane of accuracy and loss", panel), PLANE)


def _blank(name: str, *panels: Panel) -> Picture:
    return Picture(name, "Empty axes: nothing is trained yet.", panels)


def curves(snapshot: Snapshot) -> str:
    """Draw the curves of a snapshot, loss and accuracy side by side, over what was expected."""
    return side_by_side(curves_picture(snapshot))


def curves_picture(snapshot: Snapshot) -> Picture:
    """Give the curves of a snapshot, over what was expected, as one picture."""
    picture = figures.curves(
        snapshot.run,
        penalty=bool(snapshot.run.penalty.any()),
        earlier=_earlier(snapshot),
        seeds=cast(Any, snapshot.seeds),
        name=snapshot.name,
    )
    picture = picture if snapshot.ended else _to_the_end(picture, snapshot.run)
    for sketch in snapshot.sketches:
        picture = laid_over(picture, sketch)
    return picture


def finding(snapshot: Snapshot) -> str:
    """Say what the curves did, and which runs they are of."""
    did = said(snapshot.run, main_set(snapshot.run, None))
    return f"{did}. {status_text.caption(snapshot)}"


def plane(snapshot: Snapshot) -> str:
    """Draw the path of a snapshot in the plane."""
    return plane_of(snapshot.run, _earlier(snapshot), snapshot.name)


def plane_of(run: Run, beside: Any, name: str) -> str:
    """Draw the path of a run in the plane, and those beside it, by their names."""
    return _svg(figures.plane(run, earlier=beside, name=name), PLANE)


def view(snapshot: Snapshot, name: str) -> str:
    """Draw what stands beside the plane: "ledger", "losses", "images", "trained on", "gradient"."""
    if name == "ledger":
        return _ledger(snapshot)
    return _losses(snapshot, name) if name in ("losses", "images") else _objective(snapshot, name)


def _objective(snapshot: Snapshot, name: str) -> str:
    """Draw what is trained on, or its gradient."""
    picture = figures.objective(snapshot.run)
    *panels, _ = picture.panels  # the last one is the accuracy
    chosen = panels[0] if name == "trained on" else panels[-1]
    if name == "gradient" and len(panels) < 2:
        return _note("The gradient is not known yet.")
    picture = replace(picture, panels=(chosen,))
    return _svg(picture if snapshot.ended else _to_the_end(picture, snapshot.run), VIEW)


def _to_the_end(picture: Picture, run: Run) -> Picture:
    """Let the axis reach the last epoch that is to come, so that the curves grow and not shrink."""
    panels = [panel for panel in picture.panels if isinstance(panel, Panel)]
    last = max(run.total_epochs, *(panel.x.high for panel in panels))
    across = epoch_axis(run.unit, [np.array([0.0, last])])
    return replace(picture, panels=tuple(replace(panel, x=across) for panel in panels))


def _earlier(snapshot: Snapshot) -> Any:
    return {line.label: line.outline for line in snapshot.earlier}


def _ledger(snapshot: Snapshot) -> str:
    """Draw the account from the turn, or from the start, to the last epoch."""
    run, on = snapshot.run, main_set(snapshot.run, None)
    scores = run.scores(on)
    if len(run.epochs) < 2 or not np.isfinite(scores.loss).any():
        return _note("The ledger compares two epochs. It is drawn when there are two.")
    first = run.epochs[min(stretch(scores).first, len(run.epochs) - 2)]
    try:
        account = ledger(run, int(first), int(run.epochs[-1]), on=on)
    except ValueError as error:
        return _note(f"There is no ledger of this run: {error}.")
    since = f"{run.unit}s {first} to {run.epochs[-1]}"
    picture = _counted(figures.ledger_picture(account), account, since)
    return _svg(picture, VIEW) + _note(status_text.sign_words(account))


def _counted(picture: Picture, account: Ledger, since: str) -> Picture:
    """Leave the panel with each group's part, and write the group's count beside its name."""
    counts = {name: count for name, count, _ in account.rows() if count is not None}
    panel = cast(Panel, picture.panels[0])
    ticks = tuple(
        Tick(tick.value, f"{tick.text}, {counts[tick.text]}") if tick.text in counts else tick
        for tick in panel.y.ticks
    )
    heading = replace(panel.y, ticks=ticks, label=f"{since}: each group's part")
    return replace(picture, panels=(replace(panel, y=heading),))


def _losses(snapshot: Snapshot, name: str) -> str:
    """Draw the losses of the single images at the last epoch, or the images that lose most."""
    on = main_set(snapshot.run, None)
    picture = figures.losses(snapshot.run, images=snapshot.images_of(on))
    wanted = [panel for panel in picture.panels if isinstance(panel, Panel) == (name == "losses")]
    if not wanted:
        return _note("This run shows no images.")
    return _svg(replace(picture, panels=(wanted[0],)), VIEW)


def _note(words: str) -> str:
    return html_texts.small(words)


def side_by_side(picture: Picture) -> str:
    """Draw the two panels of curves; the first one carries the alt text of both."""
    loss, accuracy = picture.panels
    told = replace(picture, panels=(loss,))
    other = replace(picture, panels=(accuracy,), alt="Described with the picture before it")
    drawn = _svg(told, CURVES) + _svg(other, CURVES)
    return f'<div class="lossacc-pair">{drawn}</div>'


def _svg(picture: Picture, height: int) -> str:
    """Draw a picture of one panel, with short names for the lines whose value the axis tells."""
    panels = tuple(_short(one) if isinstance(one, Panel) else one for one in picture.panels)
    picture = replace(picture, panels=panels, height=height)
    return picture.svg(width=WIDTH, titled=False, scale=SCALE)


def _short(panel: Panel) -> Panel:
    lines = (replace(one, label=_VALUE.sub("", one.label)) for one in panel.references)
    return replace(panel, references=tuple(lines))
