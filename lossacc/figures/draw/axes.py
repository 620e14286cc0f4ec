"""Axes with round numbers: their limits, their ticks and the way from a value to its place."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any, Literal

import numpy as np

from lossacc.support.text import MINUS, shown
from lossacc.support.types import FloatArray

Scale = Literal["linear", "log"]
_SMALLEST, _LARGEST = 1e-30, 1e30


class Shown:
    """A dataclass whose texts can be seen, in every drawing of it."""

    def __post_init__(self) -> None:
        """Write the texts as `shown` does."""
        for one in fields(self):  # type: ignore[arg-type]
            object.__setattr__(self, one.name, _shown(getattr(self, one.name)))


def _shown(value: Any) -> Any:
    if isinstance(value, str):
        return shown(value)
    return tuple(map(_shown, value)) if isinstance(value, tuple) else value


@dataclass(frozen=True)
class Tick(Shown):
    """A mark on an axis: the value and what is written there."""

    value: float
    text: str


@dataclass(frozen=True)
class Axis(Shown):
    """One axis of a panel.

    Parameters
    ----------
    label
        What it measures, with its unit.
    low, high
        Its ends, low < high; both positive where the scale is "log".
    ticks
        Rising, between the ends.
    scale
        "linear" or "log".
    grid
        Whether pale lines run across the panel at the ticks of the upright axis.
    """

    label: str
    low: float
    high: float
    ticks: tuple[Tick, ...]
    scale: Scale = "linear"
    grid: bool = True

    def place(self, values: FloatArray) -> FloatArray:
        """Give the places of values: 0 at the low end, 1 at the high end.

        Values beyond an end, infinite ones among them, are moved to it; NaN stays NaN.
        """
        inside = np.minimum(np.maximum(np.asarray(values, np.float64), self.low), self.high)
        if self.scale == "log":
            low, high = math.log10(self.low), math.log10(self.high)
            return np.asarray((np.log10(inside) - low) / (high - low))
        return np.asarray((inside - self.low) / (self.high - self.low))

    def place_of(self, value: float) -> float:
        """Give the place of a single value, as `place` does; far quicker for one."""
        inside = min(max(value, self.low), self.high)
        if self.scale == "log":
            low, high = math.log10(self.low), math.log10(self.high)
            return (math.log10(inside) - low) / (high - low)
        return (inside - self.low) / (self.high - self.low)


def axis(
    label: str,
    values: Iterable[float] | FloatArray,
    *,
    scale: Scale = "linear",
    low: float | None = None,
    high: float | None = None,
    count: int = 5,
    whole: bool = False,
) -> Axis:
    """Make an axis that holds all finite values.

    Parameters
    ----------
    label
        What it measures, with its unit.
    values
        Any shape; what is not finite (or, on a log scale, not positive) is passed over.
    scale
        "linear" or "log".
    low, high
        Ends to keep as they are; None lets the values choose.
    count
        About how many ticks.
    whole
        Ticks at whole numbers only.

    Returns
    -------
    Axis
    """
    found = np.asarray(values if isinstance(values, np.ndarray) else list(values), dtype=float)
    if scale == "log":
        return _log_axis(label, found, low, high)
    found = np.clip(found[np.isfinite(found)], -_LARGEST, _LARGEST)
    bottom, top = _span(found, low, high)
    step = _step(bottom, top, count, whole)
    if low is None:
        bottom = math.floor(bottom / step + 1e-9) * step
    if high is None:
        top = math.ceil(top / step - 1e-9) * step
    return Axis(label, bottom, top, _ticks(bottom, top, step))


def _span(found: FloatArray, low: float | None, high: float | None) -> tuple[float, float]:
    """Give two ends that differ, around the values and the ends that were asked for."""
    bottom = low if low is not None else float(found.min()) if found.size else 0.0
    top = high if high is not None else float(found.max()) if found.size else bottom + 1.0
    if top - bottom > 1e-9 * max(abs(top), abs(bottom), _SMALLEST):
        return bottom, top
    room = max(abs(top), abs(bottom)) * 0.1 or 1.0
    bottom, top = min(bottom, top), max(bottom, top)
    return (bottom if low is not None else bottom - room), (top if high == top else top + room)


def _step(low: float, high: float, count: int, whole: bool) -> float:
    """Give the round step (1, 2, 2.5 or 5 times a power of ten) that makes about `count` ticks."""
    rough = (high - low) / max(count - 1, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= rough * 0.99)
    return max(1.0, float(round(step))) if whole else step


def _ticks(low: float, high: float, step: float) -> tuple[Tick, ...]:
    first, last = math.ceil(low / step - 1e-6), math.floor(high / step + 1e-6)
    steps = range(first, last + 1)
    return tuple(Tick(min(max(n * step, low), high), _text(n * step, step)) for n in steps)


def _text(value: float, step: float) -> str:
    """Write a tick with as many decimals as its step needs."""
    if value == 0:
        return "0"
    if abs(value) >= 1e6 or step < 1e-4:
        return f"{value:.3g}".replace("-", MINUS)
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    if not math.isclose(step, round(step, decimals), rel_tol=1e-6):
        decimals += 1  # a step of 2.5, .25, ...
    return f"{value:.{decimals}f}".replace("-", MINUS)


def _log_axis(label: str, found: FloatArray, low: float | None, high: float | None) -> Axis:
    """Make a log axis from the power of ten (times 1, 2 or 5) below to the one above."""
    found = found[np.isfinite(found) & (found > 0)]
    found = np.clip(found, _SMALLEST, _LARGEST) if found.size else np.array([1.0])
    marks = _log_marks(low or float(found.min()), high or float(found.max()))
    bottom = low if low is not None else marks[0]
    top = high if high is not None else marks[-1]
    inside = [mark for mark in marks if bottom * (1 - 1e-9) <= mark <= top * (1 + 1e-9)]
    powers = [mark for mark in inside if math.isclose(math.log10(mark) % 1, 0, abs_tol=1e-9)]
    shown = inside if len(inside) <= 6 else powers[:: math.ceil(len(powers) / 6)]
    ticks = tuple(Tick(min(max(mark, bottom), top), _log_text(mark)) for mark in shown)
    return Axis(label, bottom, top, ticks, "log")


def _log_marks(low: float, high: float) -> list[float]:
    """Give 1, 2 and 5 times the powers of ten, from the last at or below `low` to past `high`."""
    powers = range(math.floor(math.log10(low)) - 1, math.ceil(math.log10(high)) + 2)
    marks = [float(f"{factor}e{power}") for power in powers for factor in (1, 2, 5)]
    first = max(n for n, mark in enumerate(marks) if mark <= low * (1 + 1e-9))
    last = min(n for n, mark in enumerate(marks) if mark >= high * (1 - 1e-9))
    return marks[first : max(last, first + 1) + 1]


def _log_text(mark: float) -> str:
    return f"{mark:g}" if 1e-4 <= mark < 1e6 else f"{mark:.0e}".replace("e-0", "e-")
