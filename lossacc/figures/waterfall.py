"""Bars from the top down that begin where the one above ends, as parts of a whole do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lossacc.figures.draw import Axis, Bars, Line, Mark, Tick, axis
from lossacc.figures.draw.palette import SOLID

_ROOM, _HALF = 0.6, 0.35  # rows: beyond the first and the last bar; of a bar's thickness


@dataclass(frozen=True)
class Bar:
    """One row: its name, where its bar begins and ends, what it is for the palette, its label."""

    name: str
    start: float
    end: float
    role: str
    text: str


def upright(label: str, names: Sequence[str | None]) -> Axis:
    """Make the upright axis: a row for each name, from the top; None leaves a row unnamed."""
    last = len(names) - 1
    ticks = tuple(Tick(last - n, name) for n, name in enumerate(names) if name is not None)
    return Axis(label, -_ROOM, last + _ROOM, ticks, grid=False)


def across(label: str, bars: Sequence[Bar], least: float) -> Axis:
    """Make the axis of the bars, 0 on it; of length 1 where all of them are shorter than `least`.

    Raises
    ------
    ValueError
        If a bar's end is not finite: there is nothing to draw.
    """
    ends = np.array([(bar.start, bar.end) for bar in bars])
    if not np.isfinite(ends).all():
        raise ValueError(f"{label}: a bar is not finite; expected numbers that can be drawn.")
    low, high = min(0.0, float(ends.min())), float(ends.max())
    return axis(label, [], low=low, high=high if high - low >= least else low + 1.0, count=5)


def bars_from_zero(bars: Sequence[Bar | None], rows: int) -> tuple[Mark, ...]:
    """Draw bars in the first of so many rows, each by itself; None leaves a row empty."""
    drawn = (_drawn(bar, rows - 1 - n) for n, bar in enumerate(bars) if bar is not None)
    return (_zero(rows), *drawn)


def waterfall(bars: Sequence[Bar]) -> tuple[Mark, ...]:
    """Draw one bar a row, and thin lines from each bar's end to the next row."""
    marks: list[Mark] = [_zero(len(bars))]
    for y, bar in zip(reversed(range(len(bars))), bars, strict=True):
        marks.append(_drawn(bar, y))
        if y:
            marks.append(Line(np.array([bar.end] * 2), np.array([y, y - 1.0]), "reference"))
    return tuple(marks)


def _zero(rows: int) -> Line:
    """Draw the line from which bars are counted."""
    return Line(np.zeros(2), np.array([-_ROOM, rows - 1 + _ROOM]), "reference", dash=SOLID)


def _drawn(bar: Bar, y: float) -> Bars:
    ends = (bar.start, bar.end, y - _HALF, y + _HALF)
    x0, x1, y0, y1 = (np.array([value]) for value in ends)
    return Bars(x0, x1, y0, y1, bar.role, texts=(bar.text,), texts_at="beside")
