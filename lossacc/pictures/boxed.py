"""The boxes that a person would draw: on the curves, in the plane and in the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from lossacc.boxes import Box, cuts, find_boxes
from lossacc.draw import Axis, Bars, Line, Panel, Picture, Reference, Table, axis
from lossacc.ledger import Ledger, ledger
from lossacc.pictures.account import ledger_picture
from lossacc.pictures.path import plane
from lossacc.pictures.rulers import epoch_axis
from lossacc.pictures.words import ROLE, described, nats, percent
from lossacc.run import Run
from lossacc.types import FloatArray

_AROUND = 0.05  # of a box's size: the room that it leaves around its curve
_OUT = 0.05  # of a box's epochs may lie above it, and as many below
_DASHES: tuple[tuple[float, ...], ...] = ((2, 4), (), (9, 4), (9, 4, 2, 4))


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
    boxes = find_boxes(run) if boxes is None else tuple(boxes)
    shown = _since(run, _start(run, boxes) if since is None else since)
    across = epoch_axis(run.unit, [shown.epochs.astype(float)])
    loss, right = (_lines(shown, of_loss) for of_loss in (True, False))
    panels = (
        Panel(
            across,
            _upright("loss, nats", loss),
            (*_frames(run, boxes, True), *loss),
            _cut_lines(run, across),
        ),
        Panel(
            across,
            _upright("accuracy, %", loss=right),
            (*_frames(run, boxes, False), *right),
            _cut_lines(run, across),
        ),
    )
    return Picture(_title(boxes), _alt(shown, boxes), panels, _table(boxes), width=800, height=340)


def boxed_plane(
    run: Run, *, boxes: Sequence[Box] | None = None, since: int | None = None
) -> Picture:
    """Show the path of a run in the plane, with a box around each marked stretch of it.

    The parameters are those of `boxed_curves`.
    """
    boxes = find_boxes(run) if boxes is None else tuple(boxes)
    shown = _since(run, _start(run, boxes) if since is None else since)
    picture = plane(shown, on="validation", zoom=True)
    panel = picture.panels[0]
    assert isinstance(panel, Panel)
    frames = tuple(_plane_frame(run, box) for box in boxes)
    named = replace(panel, marks=(*frames, *panel.marks))
    words = " ".join(map(_where, boxes))
    return replace(
        picture, title=_title(boxes), alt=f"{picture.alt} {words}".strip(), panels=(named,)
    )


def stretches(
    runs: Mapping[str, Run], over: tuple[int, int], *, since: int | None = None
) -> Picture:
    """Show the validation curves of several runs close by: which is better over some epochs.

    Parameters
    ----------
    runs
        Name to run, `{"base": ..., "held": ...}`. The first is drawn pale.
    over
        The first and the last epoch over which the title takes means.
    since
        The first epoch to show; by default the one after the first run's first cut.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If there are no runs, or an epoch was not recorded.
    """
    if not runs:
        raise ValueError("got no runs; expected at least one")
    first = next(iter(runs.values()))
    begin = _start(first, ()) if since is None else since
    shown = {name: _since(run, begin) for name, run in runs.items()}
    panels = []
    across = epoch_axis(first.unit, [run.epochs.astype(float) for run in shown.values()])
    for label, of_loss in (("loss, nats", True), ("accuracy, %", False)):
        lines = tuple(
            Line(
                run.epochs.astype(float),
                _values(run, "validation", of_loss),
                ROLE["validation"],
                name,
                faint=n == 0 and len(runs) > 1,
                dash=_DASHES[n % len(_DASHES)],
            )
            for n, (name, run) in enumerate(shown.items())
        )
        panels.append(Panel(across, _upright(label, lines), lines, _cut_lines(first, across)))
    means = {name: _means(run, over) for name, run in runs.items()}
    alt = " ".join(f"{name}: {_alt(run, ())}" for name, run in shown.items())
    table = Table(("run", "loss", "accuracy"), tuple((name, *pair) for name, pair in means.items()))
    return Picture(_means_said(means, over), alt, tuple(panels), table, width=800, height=340)


def _means(run: Run, over: tuple[int, int]) -> tuple[float, float]:
    """Give mean validation loss and accuracy over some epochs."""
    rows, scores = slice(run.at(over[0]), run.at(over[1]) + 1), run.scores("validation")
    return float(scores.loss[rows].mean()), float(scores.accuracy[rows].mean())


def _means_said(means: Mapping[str, tuple[float, float]], over: tuple[int, int]) -> str:
    loss = ", ".join(f"{nats(pair[0])} ({name})" for name, pair in means.items())
    right = ", ".join(f"{percent(pair[1])} ({name})" for name, pair in means.items())
    return f"Over epochs {over[0]} to {over[1]} validation loss is {loss}; accuracy {right}"


def box_ends(run: Run, box: Box) -> tuple[int, int]:
    """Give the epochs whose loss is nearest to the mean of the box's first and of its last window.

    One epoch alone may be a lucky or an unlucky one.
    """
    loss, ends = run.scores("validation").loss, []
    windows = (box.change.before, box.change.after)
    for (first, last), mean in zip(windows, box.change.loss, strict=True):
        rows = slice(run.at(first), run.at(last) + 1)
        ends.append(int(run.epochs[rows][np.abs(loss[rows] - mean).argmin()]))
    return ends[0], ends[1]


def box_ledger(run: Run, box: Box) -> Ledger:
    """Account for what changed in validation between the two ends of a box; see `box_ends`."""
    return ledger(run, *box_ends(run, box))


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
    accounts = [box_ledger(run, box) for box in boxes]
    single = [ledger_picture(one) for one in accounts]
    panels = tuple(
        _account(box, box_ends(run, box), picture)
        for box, picture in zip(boxes, single, strict=True)
    )
    title = ". ".join(
        f"{box.name.capitalize()}: {_first_lower(picture.title)}"
        for box, picture in zip(boxes, single, strict=True)
    )
    alt = " ".join(
        f"{box.name.capitalize()} box. {picture.alt}"
        for box, picture in zip(boxes, single, strict=True)
    )
    rows = tuple(
        (box.name, *row)
        for box, picture in zip(boxes, single, strict=True)
        for row in picture.table.rows
    )
    table = Table(("box", "group", "images", "nats"), rows)
    return Picture(title, alt, panels, table, width=800, height=320)


def _account(box: Box, ends: tuple[int, int], picture: Picture) -> Panel:
    """Take the bars that add up out of a ledger's picture, and frame them."""
    panel = picture.panels[0]
    assert isinstance(panel, Panel)
    label = f"{box.name} box, epoch {ends[0]} to {ends[1]}"
    x, y = panel.x, panel.y
    frame = _rectangle(box, (x.low, x.high), (y.low, y.high), named=False)
    return replace(panel, y=replace(y, label=label), marks=(frame, *panel.marks), share=1.0)


def _first_lower(words: str) -> str:
    return words[:1].lower() + words[1:]


def _start(run: Run, boxes: Sequence[Box]) -> int:
    """Give the first epoch to show: after the first cut, else a little before the first box."""
    found = cuts(run)
    if found:
        return found[0] + 1
    first = boxes[0].first if boxes else int(run.epochs[-1])
    return int(run.epochs[run.epochs <= max(first - 2, 1)][-1])


def _since(run: Run, epoch: int) -> Run:
    """Give the run from an epoch on."""
    rows = slice(run.at(epoch), None)
    return replace(
        run,
        train=run.train.rows(rows),
        validation=run.scores("validation").rows(rows),
        epochs=run.epochs[rows],
        penalty=run.penalty[rows],
        learning_rate=run.learning_rate[rows],
        gradient_norm=run.gradient_norm[rows],
        printed={name: values[rows] for name, values in run.printed.items()},
        objective=None if run.objective is None else run.objective[rows],
    )


def _lines(run: Run, of_loss: bool) -> tuple[Line, ...]:
    """Give the curves of loss or accuracy of both sets, in evaluation mode."""
    x = run.epochs.astype(float)
    return tuple(
        Line(x, _values(run, on, of_loss), ROLE[on], ROLE[on]) for on in ("train", "validation")
    )


def _values(run: Run, on: str, of_loss: bool) -> FloatArray:
    scores = run.scores(on)
    return scores.loss if of_loss else 100 * scores.accuracy


def _upright(label: str, loss: Sequence[Line]) -> Axis:
    """Make the upright axis around the curves."""
    return axis(label, np.concatenate([line.y[np.isfinite(line.y)] for line in loss]))


def _cut_lines(run: Run, across: Axis) -> tuple[Reference, ...]:
    """Mark each cut between the last epoch before and the first one after it."""
    rates = run.learning_rate
    return tuple(
        Reference(cut + 0.5, f"rate {rates[run.at(cut) + 1]:.3g}", "x")
        for cut in cuts(run)
        if across.low <= cut + 0.5 <= across.high
    )


def _frames(run: Run, boxes: Sequence[Box], of_loss: bool) -> tuple[Bars, ...]:
    """Frame the validation curve of each box."""
    return tuple(_rectangle(box, (box.first, box.last), _edges(run, box, of_loss)) for box in boxes)


def _plane_frame(run: Run, box: Box) -> Bars:
    """Frame the path of a box."""
    return _rectangle(box, _edges(run, box, False), _edges(run, box, True))


def _edges(run: Run, box: Box, of_loss: bool) -> tuple[float, float]:
    """Give the edges of a box around nearly all of its epochs, and around both means.

    One epoch in twenty may stick out, so that a single wild one does not blow the box up. The
    epoch before the cut is where a green box begins, and belongs to what was before.
    """
    first = box.first + 1 if box.name == "green" else box.first
    rows = slice(run.at(first), run.at(box.last) + 1)
    means = box.change.loss if of_loss else tuple(100 * mean for mean in box.change.accuracy)
    low, high = np.nanquantile(_values(run, "validation", of_loss)[rows], (_OUT, 1 - _OUT))
    low, high = float(min(low, *means)), float(max(high, *means))
    room = _AROUND * (high - low)
    return low - room, high + room


def _rectangle(
    box: Box, x: tuple[float, float], y: tuple[float, float], *, named: bool = True
) -> Bars:
    x0, x1, y0, y1 = (np.array([float(value)]) for value in (*x, *y))
    texts = (box.name,) if named else ()
    return Bars(x0, x1, y0, y1, f"{box.name} box", texts=texts, hollow=True)


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


def _alt(run: Run, boxes: Sequence[Box]) -> str:
    x = run.epochs.astype(float)
    scores = run.scores("validation")
    words = [
        described("Validation loss", x, scores.loss, nats, run.unit),
        described("Its accuracy", x, scores.accuracy, percent, run.unit),
        *map(_where, boxes),
    ]
    return " ".join(words)


def _table(boxes: Sequence[Box]) -> Table:
    columns = (
        "box",
        "first",
        "last",
        "loss before",
        "loss after",
        "accuracy before",
        "accuracy after",
    )
    rows = tuple(
        (box.name, box.first, box.last, *box.change.loss, *box.change.accuracy) for box in boxes
    )
    return Table(columns, rows)
