"""Three numbers of one network as bars, and the parts that lead from one to the next."""

from __future__ import annotations

from collections.abc import Mapping

from lossacc.checks.modes import PARTS, ModeGap, Split
from lossacc.figures.draw import Panel, Picture, Table, axis
from lossacc.figures.waterfall import Bar, across, bars_from_zero, upright, waterfall
from lossacc.support import validate
from lossacc.support.text import nats, percent, signed

EVALUATION, TRAINING, PRINTED = "evaluation mode", "training mode", "printed"
_LATE = _LAG, _UNEXPLAINED = "lag", "unexplained"
_SEEN = 5e-4  # nats: a smaller part would read as 0
_NOTHING, _SMALL = 0.01, 0.002  # nats: a gap below is none; a part below is not named


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
    bars = _bars(validate.instance("gap", gap, ModeGap, "what lossacc.mode_gap gives").loss)
    names = [bar.name for bar in bars]
    losses = across("mean loss, nats", bars, _SEEN)
    upwards = upright("loss, and the parts of the gap", names)
    panels = [Panel(losses, upwards, waterfall(bars), share=1.6)]
    if gap.accuracy is not None:
        panels.append(_accuracies(gap.accuracy, names))
    height = 120 + 36 * len(bars)
    return Picture(
        _title(gap.loss), _alt(gap, bars), tuple(panels), _table(bars), width=800, height=height
    )


def _bars(split: Split) -> list[Bar]:
    """List the bars from the top: the three numbers, and what leads from one to the next."""
    bars, at = [_number(EVALUATION, split.evaluation)], split.evaluation
    for part in (part for part in PARTS if part not in _LATE and abs(split.parts[part]) >= _SEEN):
        bars.append(_part(part, at, at + split.parts[part]))
        at += split.parts[part]
    bars.append(_number(TRAINING, split.training))
    if split.printed is not None:
        between = split.printed - split.parts.get(_UNEXPLAINED, 0.0)
        bars.append(_part(_LAG, split.training, between))
        if abs(split.printed - between) >= _SEEN:
            bars.append(_part(_UNEXPLAINED, between, split.printed))
        bars.append(_number(PRINTED, split.printed))
    return bars


def _number(name: str, value: float) -> Bar:
    return Bar(name, 0.0, value, "total", nats(value))


def _part(name: str, start: float, end: float) -> Bar:
    role = "penalty" if name == "penalty" else "training"
    return Bar(name, start, end, role, signed(end - start))


def _accuracies(split: Split, names: list[str]) -> Panel:
    """Draw the three accuracies beside the rows of the three losses."""
    held = dict(_of_modes(split))
    shares = [held.get(name) for name in names]
    bars = [
        None if share is None else Bar(name, 0.0, 100 * share, "total", percent(share))
        for name, share in zip(names, shares, strict=True)
    ]
    named = [None if bar is None else bar.name for bar in bars]
    percents = axis("accuracy, %", [], low=0.0, high=100.0, count=4)
    return Panel(percents, upright("accuracy", named), bars_from_zero(bars, len(bars)))


def _of_modes(split: Split) -> list[tuple[str, float]]:
    """Name the numbers of the modes that there are."""
    three = [(EVALUATION, split.evaluation), (TRAINING, split.training), (PRINTED, split.printed)]
    return [(name, value) for name, value in three if value is not None]


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


def _alt(gap: ModeGap, bars: list[Bar]) -> str:
    """Read the bars from the top."""
    words = [f"{bar.name} {bar.text}" for bar in bars]
    text = f"Bars of the loss on the same examples, in nats, from the top: {'; '.join(words)}."
    if gap.accuracy is None:
        return text
    told = ", ".join(f"{name} {percent(share)}" for name, share in _of_modes(gap.accuracy))
    return f"{text} Accuracy: {told}."


def _table(bars: list[Bar]) -> Table:
    """List the numbers and the parts."""
    told = tuple((bar.name, float(bar.end - bar.start)) for bar in bars)
    return Table(("", "nats"), told)
