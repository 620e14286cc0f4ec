"""The ledger as bars that add up."""

from __future__ import annotations

import numpy as np

from lossacc.analysis.ledger import Group, Ledger
from lossacc.figures.draw import Axis, Bars, Line, Mark, Panel, Picture, Table, Tick, axis
from lossacc.support.text import how_many, nats, percent, signed

_NOTHING = 1e-3  # nats: changes that are all smaller are drawn on an axis of 1

# Why a group's part of the loss is what it is. With its class kept right, an image's loss is how
# unsure the network is of it; with its class kept wrong, how little it gives to the label.
_RISES = {
    "stayed right": "{paid} that stay right grow less sure",
    "stayed wrong": "{paid} that stay wrong move further from their labels",
    "newly right": "{all} turn right at a higher loss",
    "newly wrong": "{all} turn wrong",
}
_FALLS = {
    "stayed right": "the {all} that stay right grow surer",
    "stayed wrong": "the {all} that stay wrong move closer to their labels",
    "newly right": "{all} turn right",
    "newly wrong": "{all} turn wrong at a lower loss",
}


def ledger_picture(ledger: Ledger) -> Picture:
    """Show the account between two epochs: who pays for the change in loss.

    Left, each group's part of the change, each bar beginning where the one above it ends; with
    the penalty they make the whole. Right, how many images each group holds.

    Parameters
    ----------
    ledger
        What `lossacc.analysis.ledger` gives.

    Returns
    -------
    Picture
    """
    lines = [(name, share) for name, _, share in ledger.rows()]
    if not ledger.penalty_change:
        lines = [line for line in lines if line[0] != "penalty"]
    names = [name for name, _ in lines]
    rows = _rows("each group's part of the change in loss", len(lines), names)
    parts = Panel(_across(lines), rows, _waterfall(lines), share=1.6)
    counts = Panel(
        _count_axis(max(ledger.counts.values())),
        _rows("images in the group", len(lines), names[: len(ledger.groups)]),
        _counted(ledger.groups, len(lines)),
    )
    return Picture(
        _title(ledger), _alt(ledger), (parts, counts), _table(ledger), width=800, height=320
    )


def _rows(label: str, rows: int, names: list[str]) -> Axis:
    """Make the upright axis: a row for each line of the account, named from the top."""
    ticks = tuple(Tick(rows - 1 - n, name) for n, name in enumerate(names))
    return Axis(label, -0.6, rows - 0.4, ticks, grid=False)


def _count_axis(most: int) -> Axis:
    """Make the axis of the counts."""
    return axis("images", [], low=0.0, high=max(most, 1), count=4, whole=True)


def _steps(lines: list[tuple[str, float]]) -> list[tuple[float, float]]:
    """Give each bar's start and end; the last one is the sum and begins at 0."""
    ends = np.cumsum([share for _, share in lines[:-1]])
    starts = np.concatenate([[0.0], ends[:-1]])
    return [*zip(starts.tolist(), ends.tolist(), strict=True), (0.0, lines[-1][1])]


def _across(lines: list[tuple[str, float]]) -> Axis:
    """Make the axis of the change, from the lowest end of a bar to the highest."""
    ends = [end for step in _steps(lines) for end in step]
    low, high = min(ends), max(ends)
    if high - low < _NOTHING:
        high = low + 1.0
    return axis("change of mean loss, nats", [], low=low, high=high, count=5)


def _waterfall(lines: list[tuple[str, float]]) -> tuple[Mark, ...]:
    """Draw one bar a row, and thin lines from each bar's end to the next bar."""
    marks: list[Mark] = [_zero(len(lines))]
    steps = _steps(lines)
    for n, ((name, share), (start, end)) in enumerate(zip(lines, steps, strict=True)):
        y = len(lines) - 1 - n
        role = "total" if name == "together" else name
        marks.append(_bar(start, end, y, role, signed(share)))
        if n < len(lines) - 1:
            marks.append(Line(np.array([end, end]), np.array([y, y - 1.0]), "reference"))
    return tuple(marks)


def _zero(rows: int) -> Line:
    """Draw the line from which bars are counted."""
    return Line(np.zeros(2), np.array([-0.6, rows - 0.4]), "reference", dash=())


def _counted(groups: tuple[Group, ...], rows: int) -> tuple[Mark, ...]:
    bars = (
        _bar(0.0, float(group.count), rows - 1 - n, group.name, str(group.count))
        for n, group in enumerate(groups)
    )
    return (_zero(rows), *bars)


def _bar(start: float, end: float, y: float, role: str, text: str) -> Bars:
    x0, x1, y0, y1 = (np.array([value]) for value in (start, end, y - 0.35, y + 0.35))
    return Bars(x0, x1, y0, y1, role, texts=(text,), texts_at="beside")


def _title(ledger: Ledger) -> str:
    """Say what made the loss change, and what the accuracy did."""
    return f"{_loss_words(ledger)}; {_accuracy_words(ledger)}"


def _loss_words(ledger: Ledger) -> str:
    change = ledger.loss_change
    if abs(ledger.penalty_change) > abs(change):
        going = "rises" if ledger.account_change > 0 else "falls"
        turn = "rises" if ledger.penalty_change > 0 else "falls"
        size = nats(abs(ledger.penalty_change))
        return f"Loss with penalty {going}, mostly because the penalty {turn} by {size}"
    if signed(change) == "0":
        return "Loss stays the same"
    largest = max(ledger.groups, key=lambda group: group.share * np.sign(change))
    reason = (_RISES if change > 0 else _FALLS)[largest.name]
    words = reason.format(paid=how_many(len(largest.payers)), all=how_many(largest.count))
    whole = f" ({signed(ledger.account_change)} with the penalty)" if ledger.penalty_change else ""
    going = f"{'rises' if change > 0 else 'falls'} by {nats(abs(change))}"
    return f"Loss {going}{whole} because {words}"


def _accuracy_words(ledger: Ledger) -> str:
    gained, lost = ledger.counts["newly right"], ledger.counts["newly wrong"]
    if not gained and not lost:
        return "no image changes sides, so accuracy stays"
    going = "rises" if gained > lost else "falls" if gained < lost else "stays"
    return f"accuracy {going}: {gained} newly right, {lost} newly wrong"


def _alt(ledger: Ledger) -> str:
    """Read the bars from the top."""
    parts = "; ".join(
        f"{group.name}, {how_many(group.count)}, {signed(group.share)}" for group in ledger.groups
    )
    penalty = f"; penalty {signed(ledger.penalty_change)}" if ledger.penalty_change else ""
    low, high = ledger.loss_change_interval
    return (
        f"Bars that add up to the change in loss, in nats: {parts}{penalty}; together "
        f"{signed(ledger.account_change)}. Loss goes from {nats(ledger.loss_before)} to "
        f"{nats(ledger.loss_after)} (interval of the change {signed(low)} to {signed(high)}), "
        f"accuracy from {percent(ledger.accuracy_before)} to {percent(ledger.accuracy_after)} "
        f"(sign test p = {ledger.sign_test:.2g})."
    )


def _table(ledger: Ledger) -> Table:
    rows = tuple(
        (name, "" if count is None else count, float(share)) for name, count, share in ledger.rows()
    )
    return Table(("group", "images", "nats"), rows)
