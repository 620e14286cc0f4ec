"""Three numbers of one network as bars, and the parts that lead from one to the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lossacc.checks.modes import PARTS, ModeGap, Split
from lossacc.figures.draw import Axis, Bars, Line, Mark, Panel, Picture, Table, Tick, axis
from lossacc.support.text import nats, percent, signed

EVALUATION, TRAINING, PRINTED = "evaluation mode", "training mode", "printed"
_LAG, _SEEN = "lag", 5e-4  # nats: a smaller part would read as 0
_NOTHING, _SMALL = 0.01, 0.002  # nats: a gap below is none; a part below is not named


@dataclass(frozen=True)
class _Row:
    """One bar: a number, from 0 on, or a part, from where the row above it ends."""

    name: str
    start: float
    end: float
    part: bool = False

    @property
    def text(self) -> str:
        return signed(self.end - self.start) if self.part else nats(self.end)


def mode_picture(gap: ModeGap) -> Picture:
    """Show what lies between evaluation mode and the loss that `fit` prints, part by part.

    Left, the three numbers as bars from 0, and between them the parts, each beginning where the
    one above it ends. Right, the three accuracies.

    Parameters
    ----------
    gap
        What `lossacc.mode_gap` gives.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If one of the numbers is not finite: there is nothing to draw.
    """
    rows = _rows(gap.loss)
    ends = [end for row in rows for end in (row.start, row.end)]
    if not np.isfinite(ends).all():
        raise ValueError("a loss of this gap is not finite; expected numbers that can be drawn")
    upright = _upright("loss, and the parts of the gap", rows)
    low, high = min(0.0, *ends), max(ends)
    high = high if high - low >= _SEEN else low + 1.0  # an axis needs some length
    across = axis("mean loss, nats", [], low=low, high=high, count=5)
    panels = [Panel(across, upright, _waterfall(rows), share=1.6)]
    if gap.accuracy is not None:
        panels.append(_accuracies(gap.accuracy, rows))
    height = 120 + 36 * len(rows)
    return Picture(
        _title(gap.loss), _alt(gap, rows), tuple(panels), _table(rows), width=800, height=height
    )


def _rows(split: Split) -> list[_Row]:
    """List the bars from the top: the three numbers, and what leads from one to the next."""
    rows, at = [_Row(EVALUATION, 0.0, split.evaluation)], split.evaluation
    for part in (part for part in PARTS if part != _LAG and abs(split.parts[part]) >= _SEEN):
        rows.append(_Row(part, at, at + split.parts[part], part=True))
        at += split.parts[part]
    rows.append(_Row(TRAINING, 0.0, split.training))
    if split.printed is not None:
        rows.append(_Row(_LAG, split.training, split.printed, part=True))
        rows.append(_Row(PRINTED, 0.0, split.printed))
    return rows


def _upright(label: str, rows: list[_Row], names: tuple[str, ...] = ()) -> Axis:
    """Make the upright axis: a row for each bar, from the top; all are named, or only some."""
    ticks = tuple(
        Tick(len(rows) - 1 - n, row.name)
        for n, row in enumerate(rows)
        if not names or row.name in names
    )
    return Axis(label, -0.6, len(rows) - 0.4, ticks, grid=False)


def _waterfall(rows: list[_Row]) -> tuple[Mark, ...]:
    """Draw one bar a row, and thin lines from each bar's end to the next row."""
    marks: list[Mark] = [_zero(len(rows))]
    for n, row in enumerate(rows):
        y = len(rows) - 1 - n
        role = "total" if not row.part else "penalty" if row.name == "penalty" else "training"
        marks.append(_bar(row.start, row.end, y, role, row.text))
        if n < len(rows) - 1:
            marks.append(Line(np.array([row.end] * 2), np.array([y, y - 1.0]), "reference"))
    return tuple(marks)


def _accuracies(split: Split, rows: list[_Row]) -> Panel:
    """Draw the three accuracies beside the rows of the three losses."""
    held = {EVALUATION: split.evaluation, TRAINING: split.training, PRINTED: split.printed}
    marks: list[Mark] = [_zero(len(rows))]
    for n, row in enumerate(rows):
        share = held.get(row.name)
        if share is not None:
            y = len(rows) - 1 - n
            marks.append(_bar(0.0, 100 * share, y, "total", percent(share)))
    across = axis("accuracy, %", [], low=0.0, high=100.0, count=4)
    named = tuple(name for name, share in held.items() if share is not None)
    return Panel(across, _upright("accuracy", rows, named), tuple(marks))


def _zero(rows: int) -> Line:
    """Draw the line from which the numbers are counted."""
    return Line(np.zeros(2), np.array([-0.6, rows - 0.4]), "reference", dash=())


def _bar(start: float, end: float, y: float, role: str, text: str) -> Bars:
    x0, x1, y0, y1 = (np.array([value]) for value in (start, end, y - 0.35, y + 0.35))
    return Bars(x0, x1, y0, y1, role, texts=(text,), texts_at="beside")


def _title(split: Split) -> str:
    """Say how far the last number lies from evaluation mode, and by which parts."""
    last = "Training mode" if split.printed is None else "The printed loss"
    way = 1 if split.gap >= 0 else -1
    for_it = _named(split.parts, way, max(way * value for value in split.parts.values()))
    against = _named(split.parts, -way, max(abs(value) for value in split.parts.values()))
    if abs(split.gap) < _NOTHING:
        why = f", as {' and '.join(for_it + against)} cancel" if for_it and against else ""
        return f"{last} and evaluation mode are alike: {nats(split.evaluation)}{why}"
    side = "above" if way > 0 else "below"
    title = f"{last} lies {nats(abs(split.gap))} {side} evaluation mode by {' and '.join(for_it)}"
    return f"{title}, against {' and '.join(against)}" if against else title


def _named(parts: Mapping[str, float], way: int, beside: float) -> list[str]:
    """Name the two largest parts that go one way, but none that is small beside a number."""
    going = sorted(((way * value, part) for part, value in parts.items()), reverse=True)
    least = max(beside / 3, _SMALL)
    return [f"{part} ({signed(parts[part])})" for size, part in going[:2] if size >= least]


def _alt(gap: ModeGap, rows: list[_Row]) -> str:
    """Read the bars from the top."""
    words = [f"{row.name} {row.text}" for row in rows]
    text = f"Bars of the loss on the same images, in nats, from the top: {'; '.join(words)}."
    if gap.accuracy is None:
        return text
    split = gap.accuracy
    shares = [(EVALUATION, split.evaluation), (TRAINING, split.training), (PRINTED, split.printed)]
    told = ", ".join(f"{name} {percent(share)}" for name, share in shares if share is not None)
    return f"{text} Accuracy: {told}."


def _table(rows: list[_Row]) -> Table:
    """List the numbers and the parts."""
    told = tuple((row.name, float(row.end - row.start)) for row in rows)
    return Table(("", "nats"), told)
