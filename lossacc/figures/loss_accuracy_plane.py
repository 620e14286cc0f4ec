"""The plane: accuracy across, loss upwards, a run as a path."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from lossacc.figures.axes import accuracy_axis, base_line, loss_axis, loss_lines
from lossacc.figures.draw import Area, Axis, Line, Mark, Note, Panel, Picture, Points, Table, axis
from lossacc.figures.draw.palette import SHORT_DASHED
from lossacc.figures.history import whole
from lossacc.figures.words import (
    ROLE,
    Stretch,
    example_of,
    finite_loss,
    main_set,
    name_to_show,
    records_to_show,
    said,
    stretch,
)
from lossacc.losses.bounds import LN2
from lossacc.runs.curves import Curves, Means, Record, marked
from lossacc.runs.run import Run
from lossacc.runs.scores import Scores
from lossacc.support import validate
from lossacc.support.text import nats, percent
from lossacc.support.types import FloatArray

# What it means to travel that way: (loss, accuracy). The braces stand for what is right.
_WAYS = {
    ("falls", "rises"): "down and right: lower loss, more {}s right",
    ("rises", "falls"): "up and left: higher loss, fewer {}s right",
    ("rises", "rises"): "up and right: more {}s right, yet a higher loss",
    ("falls", "falls"): "down and left: a lower loss, yet fewer {}s right",
    ("rises", "stays"): "straight up: higher loss, as many {}s right",
    ("falls", "stays"): "straight down: lower loss, as many {}s right",
    ("stays", "rises"): "right: more {}s right at the same loss",
    ("stays", "falls"): "left: fewer {}s right at the same loss",
    ("stays", "stays"): "back to where it began",
}


def plane(
    run: Record,
    *,
    on: str | None = None,
    earlier: Mapping[str, Record] | None = None,
    zoom: bool = False,
    name: str = "",
    penalty: bool = False,
    classes: int | None = None,
    base_rate: float | None = None,
) -> Picture:
    """Show a run as a path in the plane: which way it travels.

    No run can be below `loss = (1 - accuracy) ln 2`: an example that is wrong loses ln 2 at
    least. That region is shaded.

    Parameters
    ----------
    run
        The run to show, or the curves of a log.
    on
        "train" or "validation"; None takes validation where there is any.
    earlier
        Label to run: faint paths.
    zoom
        Fits both axes to the path instead of the whole range of accuracy.
    name
        What the run is called, as the earlier ones are: it stands at the end of its path.
    penalty
        Adds the path of the loss with the penalty, as `val_loss` prints it.
    classes, base_rate
        For the curves of a log: the number of classes and the share of the commonest one, so that
        ln K and the base rate are marked. A run knows both.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If the run has no such set, or if a log has no loss and accuracy of it, or is asked for a
        penalty.
    """
    run = marked(run, classes, base_rate)
    main = main_set(run, on)
    if isinstance(run, Curves):
        if penalty:
            raise ValueError("the curves of a log hold no penalty of its own")
        run = run.both(main)
    scores = run.scores(main)
    zoom, penalty = validate.truth("zoom", zoom), validate.truth("penalty", penalty)
    name = name_to_show(name)
    before = records_to_show("earlier", earlier) if earlier else {}
    paths = [_path(one, main, label) for label, one in before.items() if main in one.sets]
    mine = Line(*_points(scores), ROLE[main], arrows=True)
    paths += _with_penalty(run, mine) if penalty and isinstance(run, Run) else []
    x, y = _axes([mine, *paths], scores.classes, zoom)
    marks: tuple[Mark, ...] = (_forbidden(x, y), *paths, mine, *_ends(run, mine, main, name))
    lines = (*loss_lines(scores), *base_line(scores, "x"))
    inside = tuple(one for one in lines if _within(one.value, x if one.of == "x" else y))
    upright = next((one.value for one in inside if one.of == "x"), None)
    words = "no run can be here" if isinstance(run, Run) else "no plain cross-entropy can be here"
    panel = Panel(x, y, marks, inside, _notes(x, y, upright, words))
    table = Table(
        (run.unit, "accuracy", "loss", "lowest loss possible"),
        tuple(
            (whole(float(epoch)), float(right) / 100, float(loss), float((1 - right / 100) * LN2))
            for epoch, right, loss in zip(run.epochs, mine.x, mine.y, strict=True)
        ),
    )
    told = _penalty_said(run) if penalty and isinstance(run, Run) else ""
    title, alt = f"{_title(run, main)}{told}", _alt(run, main)
    return Picture(title, alt, (panel,), table, width=680, height=460)


def _with_penalty(run: Run, path: Line) -> list[Line]:
    """Give the path as it is printed: the penalty's height above the plain one."""
    return [Line(path.x, path.y + run.penalty, "penalty", "with the penalty", arrows=True)]


def _penalty_said(run: Run) -> str:
    """Say how far above the path the printed one runs."""
    first, last = nats(run.penalty[0]), nats(run.penalty[-1])
    return f"; the penalty lifts it by {first} at first, {last} at last"


def _points(scores: Scores | Means) -> tuple[FloatArray, FloatArray]:
    """Give accuracy in per cent and loss in nats; NaN where either is none."""
    loss = finite_loss(scores)
    right = scores.accuracy if scores.size else loss
    return np.where(np.isfinite(loss), 100 * right, np.nan), loss


def _path(run: Record, on: str, label: str) -> Line:
    return Line(*_points(run.scores(on)), ROLE[on], label, faint=True, dash=SHORT_DASHED)


def _within(value: float, ruler: Axis) -> bool:
    return ruler.low <= value <= ruler.high


def _axes(paths: list[Line], classes: int | None, zoom: bool) -> tuple[Axis, Axis]:
    """Give the whole plane, or the part around the paths."""
    losses = [path.y for path in paths]
    upwards = loss_axis(losses, classes)
    if not zoom or upwards.scale == "log":
        return accuracy_axis(), upwards
    rights = np.concatenate([path.x for path in paths])
    return axis("accuracy, %", rights), axis("loss, nats", np.concatenate(losses))


def _forbidden(x: Axis, y: Axis) -> Area:
    """Shade what lies below the bound."""
    right = np.linspace(x.low, x.high, 101)
    bound = np.maximum((1 - right / 100) * LN2, 0.0)
    return Area(right, np.full_like(right, y.low), np.maximum(bound, y.low), "forbidden")


def _notes(x: Axis, y: Axis, clear: float | None, words: str) -> tuple[Note, ...]:
    """Name the shaded region, where there is room in it, clear of an upright line."""
    left = x.low + 0.02 * (x.high - x.low)
    if clear is not None and x.low <= clear < x.low + 0.3 * (x.high - x.low):
        left = clear + 0.02 * (x.high - x.low)
    bound = y.place_of(max((1 - left / 100) * LN2, y.low))
    if bound < 0.14:
        return ()
    height = min(bound * 0.35, 0.1)
    low, high = (np.log10(end) if y.scale == "log" else end for end in (y.low, y.high))
    level = low + height * (high - low)
    return (Note(left, float(10**level if y.scale == "log" else level), words),)


def _ends(run: Record, path: Line, on: str, name: str) -> tuple[Points, ...]:
    """Mark the first and the last point; the run's name stands at the last."""
    rows = np.flatnonzero(np.isfinite(path.y))
    if not len(rows):
        return ()
    first, last = rows[0], rows[-1]
    end = name or f"{run.unit} {run.epochs[last]:g}"
    if first == last:
        return (_mark(path, first, end, on, hollow=True),)
    start = _mark(path, first, f"{run.unit} {run.epochs[first]:g}", on, hollow=True)
    return start, _mark(path, last, end, on, hollow=False)


def _mark(path: Line, row: int, label: str, on: str, *, hollow: bool) -> Points:
    place = slice(row, row + 1)
    return Points(path.x[place], path.y[place], ROLE[on], (label,), hollow)


def _title(run: Record, on: str) -> str:
    scores = run.scores(on)
    if not np.isfinite(finite_loss(scores)).any():
        return said(run, on)
    part = stretch(scores)
    if part.first == part.last:
        return said(run, on)
    words = _WAYS[part.loss_way, part.accuracy_way].format(example_of(run))
    if part.turns:
        return (
            f"The {ROLE[on]} path turns at {run.unit} {run.epochs[part.first]:g} and goes {words}"
        )
    return f"The {ROLE[on]} path goes {words}"


def _alt(run: Record, on: str) -> str:
    """Say from where to where the path leads, and how near the bound it ends."""
    scores = run.scores(on)
    start = "Accuracy across, loss upwards; the region below (1 - accuracy) ln 2 is shaded. "
    if not np.isfinite(finite_loss(scores)).any():
        return start + f"The {ROLE[on]} path has no point."
    part = stretch(scores)
    whole = "" if not part.turns else f" It turns at {_place(part, 0)}."
    rows = np.flatnonzero(np.isfinite(finite_loss(scores)))
    row = int(rows[0])
    begin = f"{percent(scores.accuracy[row])}, {nats(scores.loss[row])} nats"
    end = f"The {ROLE[on]} path starts at {begin} and ends at {_place(part, 1)}."
    return start + end + whole


def _place(part: Stretch, end: int) -> str:
    return f"{percent(part.accuracy[end])}, {nats(part.loss[end])} nats"
