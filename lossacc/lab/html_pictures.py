"""The pictures of a panel as HTML. They fit a column of any width.

A picture is drawn as wide as a narrow column and grows with it; SVG stays sharp, and its texts
grow too. Of a picture with several panels each is drawn by itself, so that the page can set them
side by side or one below the other. The title is a text of the page, which breaks its lines.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import numpy as np

from lossacc import figures
from lossacc.analysis.ledger import ledger
from lossacc.figures.axes import epoch_axis
from lossacc.figures.draw import Panel, Picture
from lossacc.figures.words import main_set, stretch
from lossacc.lab import html_texts, status_text
from lossacc.lab.snapshot import Snapshot
from lossacc.runs.run import Run

WIDTH, WIDE = 440, 760
VIEWS = ("plane", "ledger", "images")


def curves(snapshot: Snapshot) -> str:
    """Draw the curves of a snapshot."""
    picture = figures.curves(
        snapshot.run,
        penalty=bool(snapshot.run.penalty.any()),
        earlier=_earlier(snapshot),
        seeds=cast(Any, snapshot.seeds),
        name=snapshot.name,
    )
    if not snapshot.ended:
        picture = _to_the_end(picture, snapshot.run)
    return _parts(picture, 280) + _objective(snapshot) + _note(status_text.caption(snapshot))


def _objective(snapshot: Snapshot) -> str:
    """Draw what is trained on, and its gradient, where it is not plain cross-entropy."""
    if snapshot.run.objective is None:
        return ""
    picture = figures.objective(snapshot.run)
    picture = replace(picture, panels=picture.panels[:-1])  # the accuracy is drawn above
    return _parts(picture if snapshot.ended else _to_the_end(picture, snapshot.run), 220)


def _to_the_end(picture: Picture, run: Run) -> Picture:
    """Let the axis reach the last epoch that is to come, so that the curves grow and not shrink."""
    panels = [panel for panel in picture.panels if isinstance(panel, Panel)]
    last = max(status_text.total_epochs(run), *(panel.x.high for panel in panels))
    across = epoch_axis(run.unit, [np.array([0.0, last])])
    return replace(picture, panels=tuple(replace(panel, x=across) for panel in panels))


def view(snapshot: Snapshot, name: str) -> str:
    """Draw what stands below the curves.

    Parameters
    ----------
    snapshot
        What to show.
    name
        One of VIEWS.
    """
    return {"plane": _plane, "ledger": _ledger, "images": _images}[name](snapshot)


def _plane(snapshot: Snapshot) -> str:
    return _whole(figures.plane(snapshot.run, earlier=_earlier(snapshot), name=snapshot.name), 400)


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
    since = f"From {run.unit} {first} to {run.epochs[-1]}. {status_text.sign_words(account)}"
    return _either(figures.ledger_picture(account)) + _note(since)


def _images(snapshot: Snapshot) -> str:
    """Draw the losses of the single images at the last epoch."""
    on = main_set(snapshot.run, None)
    return _parts(figures.losses(snapshot.run, images=snapshot.images_of(on)), 300)


def _note(words: str) -> str:
    return html_texts.small(words)


def _title(picture: Picture) -> str:
    return f'<p class="lossacc-title">{html_texts.text(picture.title)}</p>'


def _whole(picture: Picture, height: int) -> str:
    """Draw a picture as one."""
    svg = replace(picture, height=height).svg(width=WIDTH, titled=False)
    return f'{_title(picture)}<div class="lossacc-pictures lossacc-one">{svg}</div>'


def _either(picture: Picture) -> str:
    """Draw a picture twice, for a wide and for a narrow column; the page shows one of them."""
    drawn = {"wide": picture.svg(width=WIDE, titled=False)}
    drawn["narrow"] = picture.svg(width=WIDTH, titled=False)
    return _title(picture) + "".join(
        f'<div class="lossacc-pictures lossacc-{name}">{svg}</div>' for name, svg in drawn.items()
    )


def _parts(picture: Picture, height: int) -> str:
    """Draw the panels of a picture side by side; the first one carries the alt text of all."""
    first, *others = picture.panels
    pieces = [replace(picture, panels=(first,), height=height)]
    pieces += [
        replace(picture, alt="Described with the picture before it", panels=(one,), height=height)
        for one in others
    ]
    drawn = "".join(part.svg(width=WIDTH, titled=False) for part in pieces)
    return f'{_title(picture)}<div class="lossacc-pictures">{drawn}</div>'
