"""From rows to runs: which rows are one epoch, where a new training begins, what is only half."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Literal

from lossacc.runs.logs.names import meaning
from lossacc.runs.logs.pairs import paired
from lossacc.runs.logs.rows import LogError, Reading, Row

Steps = Literal["last", "mean", "pair"]


@dataclass(slots=True)
class Epoch:
    """All that a log says of one epoch."""

    at: float
    values: dict[str, float] = field(default_factory=dict)
    percent: dict[str, bool] = field(default_factory=dict)
    seen: dict[str, list[float]] = field(default_factory=dict)
    done: tuple[int, int] | None = None
    line: int = 0


@dataclass(slots=True)
class Found:
    """The rows of one training, an entry an epoch."""

    epochs: list[Epoch]
    unit: str
    notes: list[str]
    name: str = ""


def runs(reading: Reading, steps: Steps | None) -> list[Found]:
    """Split a log into trainings, and put together what speaks of the same epoch.

    Raises
    ------
    LogError
        If two readings are possible.
    """
    rows, told = paired(reading.rows, steps)
    unit, rows, notes = _placed(rows)
    parts = [_merged(group, unit, steps, name) for name, group in _split(rows, unit)]
    parts = _glued(parts)
    if len(parts) > 1 and all(len(part.epochs) == 1 for part in parts):
        parts = [_one_after_the_other(parts)]
    for part in parts:
        part.notes[:0] = told + notes
    return [part for part in parts if part.epochs]


def _at(row: Row, unit: str) -> float | None:
    return row.epoch if unit == "epoch" else row.step


def _placed(rows: Sequence[Row]) -> tuple[str, list[Row], list[str]]:
    """Find out what the rows count, and give a number to those that have none."""
    for row in rows:  # a place that is no number is none
        row.epoch = row.epoch if row.epoch is None or math.isfinite(row.epoch) else None
        row.step = row.step if row.step is None or math.isfinite(row.step) else None
    unit = "epoch" if any(row.epoch is not None for row in rows) else "step"
    if unit == "step" and not any(row.step is not None for row in rows):
        return "epoch", _counted(rows), ["the log numbers no epochs: rows were counted from 1"]
    kept = [row for row in rows if _at(row, unit) is not None]
    lost = len(rows) - len(kept)
    first = _at(kept[0], unit)
    before = list(_before(rows, unit))
    if unit == "epoch" and len(before) == 1 and first is not None and first > 1:
        return _with_first(rows, before[0], first)
    if (same := _belongs(before, kept, unit)) is not None:
        return same
    notes = []
    if lost:
        where = f" (the first in line {before[0].line})" if before and before[0].line else ""
        notes.append(f"{lost} rows of numbers say no {unit}{where} and were left out")
    return unit, kept, notes


def _before(rows: Sequence[Row], unit: str) -> Iterator[Row]:
    for row in rows:
        if _at(row, unit) is not None:
            return
        yield row


def _with_first(rows: Sequence[Row], row: Row, first: float) -> tuple[str, list[Row], list[str]]:
    """Take one row before "epoch 2" as epoch 1."""
    row.epoch = first - 1
    kept = [one for one in rows if one.epoch is not None]
    note = f"the row before epoch {first:g} bears no number and was taken as epoch {first - 1:g}"
    return "epoch", kept, [note]


def _belongs(
    before: Sequence[Row], kept: list[Row], unit: str
) -> tuple[str, list[Row], list[str]] | None:
    """Take rows before the first number as its own, where later ones show that they go together."""
    first = _at(kept[0], unit)
    columns: dict[float | None, set[str]] = defaultdict(set)
    for row in kept:
        columns[_at(row, unit)] |= row.values.keys()
    early = {name for row in before for name in row.values}
    together = any(early <= have and columns[first] & have for have in columns.values())
    if not early or early & columns[first] or not together or kept[0].keyed:
        return None
    for row in before:
        setattr(row, unit, first)
    note = f"the numbers before {unit} {first:g} bear no number and were taken as its own"
    return unit, [*before, *kept], [note]


def _counted(rows: Sequence[Row]) -> list[Row]:
    """Count rows from 1; a row whose columns are all new belongs to the one before it."""
    number, have = 0, set[str]()
    for row in rows:
        if not number or have & set(row.values) or row.sparse:
            number, have = number + 1, set()
        have |= set(row.values)
        row.epoch = float(number)
    return list(rows)


def _split(rows: Sequence[Row], unit: str) -> Iterator[tuple[str, list[Row]]]:
    """Begin a new run where the numbers begin again, or the format names another."""
    if rows and rows[0].keyed:
        named: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            named[row.run].append(row)
        yield from ((name, sorted(g, key=lambda r: _at(r, unit) or 0)) for name, g in named.items())
        return
    for name, group in groupby(rows, key=lambda row: row.run):
        part: list[Row] = []
        highest = float("-inf")
        for row in group:
            at = _at(row, unit)
            assert at is not None
            if at < highest:
                yield name, part
                part, highest = [], float("-inf")
            highest = max(highest, at)
            part.append(row)
        yield name, part


def _glued(parts: list[Found]) -> list[Found]:
    """Put parts with different columns side by side: all of the training, then all validation."""
    whole = parts[:1]
    for part in parts[1:]:
        columns = {name for epoch in part.epochs for name in epoch.values}
        have = {name for epoch in whole[-1].epochs for name in epoch.values}
        at = {epoch.at for epoch in whole[-1].epochs}
        if columns & have or not {epoch.at for epoch in part.epochs} <= at:
            whole.append(part)
            continue
        places = {epoch.at: epoch for epoch in whole[-1].epochs}
        for epoch in part.epochs:
            places[epoch.at].values |= epoch.values
            places[epoch.at].percent |= epoch.percent
            places[epoch.at].seen |= epoch.seen
    return whole


def _one_after_the_other(parts: list[Found]) -> Found:
    """Take fits of one epoch each as the epochs of one training."""
    epochs = [part.epochs[0] for part in parts]
    for number, epoch in enumerate(epochs, 1):
        epoch.at = float(number)
    note = f"{len(parts)} fits of one epoch each were taken as epochs 1 to {len(parts)} of one run"
    return Found(epochs, parts[0].unit, [*parts[0].notes, note])


def _merged(rows: Sequence[Row], unit: str, steps: Steps | None, name: str) -> Found:
    """Put the rows of each epoch together."""
    notes: list[str] = []
    epochs = [
        _epoch(at or 0.0, list(group), notes)
        for at, group in groupby(rows, key=lambda row: _at(row, unit))
    ]
    notes = _shortened(notes)
    _said_again(epochs, notes)
    _resolve_steps(epochs, unit, steps, notes)
    return Found(_whole(epochs, unit, notes), unit, notes, "" if name.startswith("#") else name)


def _shortened(notes: list[str]) -> list[str]:
    return notes if len(notes) <= 3 else [*notes[:3], f"... and {len(notes) - 3} more such lines"]


def _epoch(at: float, rows: Sequence[Row], notes: list[str]) -> Epoch:
    """Merge the rows of one epoch; what is printed after its last step is another's."""
    epoch = Epoch(at)
    for row in rows:
        if _foreign(epoch, row):
            told = ", ".join(f"{name} {value:g}" for name, value in list(row.values.items())[:3])
            notes.append(
                f"line {row.line}: {told} follows the end of {at:g} and looks like an evaluation; "
                "left out"
            )
            continue
        for name, value in row.values.items():
            if row.sparse and value != value and name in epoch.values:
                continue
            epoch.values[name] = value
            epoch.percent[name] = name in row.percent
            epoch.seen.setdefault(name, []).append(value)
        if row.done and not _is_validation(row):
            epoch.done = row.done
        epoch.line = row.line
    return epoch


def _is_validation(row: Row) -> bool:
    return all(meaning(name).on in ("validation", "test") for name in row.values)


def _foreign(epoch: Epoch, row: Row) -> bool:
    """Tell whether a row comes after its epoch has ended and says something else."""
    if not epoch.done or epoch.done[0] != epoch.done[1] or not epoch.done[1] or row.own:
        return False
    common = row.values.keys() & epoch.values.keys()
    if not any(_differ(row.values[name], epoch.values[name]) for name in common):
        return False
    return not (row.done in (None, epoch.done) and row.values.keys() > epoch.values.keys())


def _differ(first: float, second: float) -> bool:
    return first != second and not (first != first and second != second)


def _said_again(epochs: list[Epoch], notes: list[str]) -> None:
    """Take the first value where the last epoch alone has several: the others come behind it."""
    if len(epochs) < 2 or epochs[-1].done:
        return
    last = epochs[-1]
    for name, seen in last.seen.items():
        alone = all(len(one.seen.get(name, ())) == 1 for one in epochs[:-1])
        if alone and len(seen) > 1 and _differ(seen[0], seen[-1]):
            notes.append(f"{name!r} is said again behind the last epoch ({seen[-1]:g}); left out")
            last.values[name], last.seen[name] = seen[0], seen[:1]


def _resolve_steps(epochs: list[Epoch], unit: str, steps: Steps | None, notes: list[str]) -> None:
    """Of several values in an epoch keep the last or their mean, and say so."""
    several = sorted({name for one in epochs for name, seen in one.seen.items() if len(seen) > 1})
    different = [
        name
        for name in several
        if any(_differ(seen[0], value) for one in epochs for seen in [one.seen.get(name, [0.0])]
               for value in seen)
    ]  # fmt: skip
    if not different:
        return
    told = ", ".join(map(repr, different[:4])) + (" ..." if len(different) > 4 else "")
    kind = "mean" if steps == "mean" else "last"
    other = "last" if steps == "mean" else "mean"
    which = "their mean" if kind == "mean" else "the last"
    notes.append(
        f"several values of {told} within one {unit}: {which} was taken "
        f'(steps="{other}" takes the {other})'
    )
    if steps == "mean":
        for one in epochs:
            for name in different:
                if name in one.seen:
                    one.values[name] = sum(one.seen[name]) / len(one.seen[name])


def _whole(epochs: list[Epoch], unit: str, notes: list[str]) -> list[Epoch]:
    """Leave out a last epoch that was broken off."""
    if len(epochs) < 2 or not epochs[-1].done:
        return epochs
    reached = max((one.done[0] for one in epochs[:-1] if one.done), default=0)
    last = epochs[-1]
    part, whole = last.done or (0, 0)
    if part >= reached or not whole:
        return epochs
    told = ", ".join(f"{name} {value:g}" for name, value in last.values.items())
    notes.append(
        f"{unit} {last.at:g} was broken off at {part} of {whole} ({told}) and was left out"
    )
    return epochs[:-1]


def chosen(found: list[Found], run: int | None) -> tuple[Found, list[str]]:
    """Choose one of several runs: the one asked for, else the longest, of equals the last.

    Raises
    ------
    LogError
        If there is no such run.
    """
    if run is not None:
        if not 1 <= run <= len(found):
            raise LogError(f"got run={run}; this log holds {len(found)}, counted from 1")
        return found[run - 1], []
    if len(found) == 1:
        return found[0], []
    longest = max(range(len(found)), key=lambda n: (len(found[n].epochs), n))
    listed = "; ".join(
        f"{n}: {one.name + ', ' if one.name else ''}{one.unit} {one.epochs[0].at:g} to "
        f"{one.epochs[-1].at:g}"
        for n, one in enumerate(found[:9], 1)
    )
    more = f"; and {len(found) - 9} more" if len(found) > 9 else ""
    return found[longest], [
        f"the {found[0].unit}s begin again: {len(found)} runs in one log ({listed}{more}); this is "
        f"run {longest + 1}, the longest; run=1 takes the first"
    ]
