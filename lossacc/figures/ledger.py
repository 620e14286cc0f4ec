"""The ledger as bars that add up."""

from __future__ import annotations

from itertools import accumulate

import numpy as np

from lossacc.analysis.ledger import Ledger
from lossacc.figures.draw import Panel, Picture, Table, axis
from lossacc.figures.waterfall import Bar, across, bars_from_zero, upright, waterfall
from lossacc.support import validate
from lossacc.support.text import how_many, nats, percent, signed

_NOTHING = 1e-3  # nats: changes that are all smaller are drawn on an axis of 1

# Why a group's part of the loss is what it is. With its class kept right, an example's loss is how
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
    bars = _bars(validate.instance("ledger", ledger, Ledger, "what lossacc.ledger gives"))
    names = [bar.name for bar in bars]
    parts = Panel(
        across("change of mean loss, nats", bars, _NOTHING),
        upright("each group's part of the change in loss", names),
        waterfall(bars),
        share=1.6,
    )
    return Picture(
        _title(ledger),
        _alt(ledger),
        (parts, _counts(ledger, names)),
        _table(ledger),
        width=800,
        height=320,
    )


def _bars(ledger: Ledger) -> list[Bar]:
    """Let each part begin where the one above it ends; the last bar is their sum, from 0 on."""
    *parts, (together, _, whole) = ledger.rows()
    if not ledger.penalty_change:
        parts = [part for part in parts if part[0] != "penalty"]
    ends = list(accumulate((share for _, _, share in parts), initial=0.0))
    bars = [
        Bar(name, start, end, name, signed(share))
        for (name, _, share), start, end in zip(parts, ends, ends[1:], strict=False)
    ]
    return [*bars, Bar(together, 0.0, whole, "total", signed(whole))]


def _counts(ledger: Ledger, names: list[str]) -> Panel:
    """Draw how many examples each group holds, beside its part."""
    groups, called = ledger.groups, f"{ledger.example}s"
    most = max(1, *(group.count for group in groups))
    bars = [Bar(one.name, 0.0, float(one.count), one.name, str(one.count)) for one in groups]
    named = [name if n < len(groups) else None for n, name in enumerate(names)]
    counts = axis(called, [], low=0.0, high=most, count=4, whole=True)
    heading = f"{called} in the group"
    return Panel(counts, upright(heading, named), bars_from_zero(bars, len(names)))


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
    words = reason.format(
        paid=how_many(len(largest.payers), ledger.example),
        all=how_many(largest.count, ledger.example),
    )
    whole = f" ({signed(ledger.account_change)} with the penalty)" if ledger.penalty_change else ""
    going = f"{'rises' if change > 0 else 'falls'} by {nats(abs(change))}"
    return f"Loss {going}{whole} because {words}"


def _accuracy_words(ledger: Ledger) -> str:
    gained, lost = ledger.counts["newly right"], ledger.counts["newly wrong"]
    if not gained and not lost:
        return f"no {ledger.example} changes sides, so accuracy stays"
    going = "rises" if gained > lost else "falls" if gained < lost else "stays"
    return f"accuracy {going}: {gained} newly right, {lost} newly wrong"


def _alt(ledger: Ledger) -> str:
    """Read the bars from the top."""
    parts = "; ".join(
        f"{group.name}, {how_many(group.count, ledger.example)}, {signed(group.share)}"
        for group in ledger.groups
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
    return Table(("group", f"{ledger.example}s", "nats"), rows)
