"""Each printed number beside what was recorded of the same thing, epoch by epoch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lossacc.checks.run.printed import ACCURACY, LOSS, Pair, pairs
from lossacc.runs.run import Run
from lossacc.support.report import Report
from lossacc.support.text import Sheet, signed

AGREES, LAG, OTHER = "agrees", "lag", "not explained"
_EACH = 12  # epochs in text; a notebook scrolls, a prompt does not


@dataclass(frozen=True, repr=False)
class Printed(Report):
    """What a training printed, held against what was recorded at the end of the same epochs.

    Parameters
    ----------
    rows
        One for each number and epoch: epoch, name, printed, recorded, printed less recorded, and
        what explains the difference.
    left
        The printed names of which nothing like was recorded.
    unit
        What the rows' first column counts.
    """

    rows: tuple[tuple[float, str, float, float, float, str], ...]
    left: tuple[str, ...]
    unit: str = "epoch"

    @property
    def headline(self) -> str:
        """How many of the numbers agree, and what explains the others."""
        if not self.rows:
            return "Nothing was printed of which the same was recorded."
        counts = Counter(row[-1] for row in self.rows)
        told = "; ".join(f"{name}: {count}" for name, count in counts.most_common())
        return f"{len(self.rows)} printed numbers beside what was recorded. {told}."

    @property
    def table(self) -> Sheet:
        """The rows as a table."""
        cells = tuple(
            (f"{epoch:g}", name, _short(printed), _short(recorded), signed(off), why)
            for epoch, name, printed, recorded, off, why in self.rows
        )
        return Sheet((self.unit, "number", "printed", "recorded", "difference", "why"), cells)

    @property
    def lines(self) -> Sequence[str]:
        """The rows of the last epochs as text."""
        if not self.rows:
            return ()
        last = sorted({row[0] for row in self.rows})[-_EACH:]
        shown = [row for row in self.rows if row[0] in last]
        cells = Printed(tuple(shown), ()).table
        every = [(self.unit, *cells.columns[1:]), *cells.rows]
        wide = [max(len(row[n]) for row in every) for n in range(len(every[0]))]
        return ["  ".join(map(str.ljust, row, wide)).rstrip() for row in every]

    @property
    def sheets(self) -> Sequence[Sheet]:
        """The rows as a table, for a notebook."""
        return (self.table,) if self.rows else ()

    @property
    def foot(self) -> str:
        """What has no counterpart among what was recorded."""
        return f"Nothing like it was recorded: {', '.join(self.left)}." if self.left else ""


def printed_table(run: Run) -> Printed:
    """Hold each printed loss and accuracy against what was recorded at the same epoch's end.

    A printed training number is a mean over the epoch, of weights that were still moving: what lies
    between those of its two ends, or near, is "lag". One that was trained with weights or on
    another loss is compared with the recorded objective, and a loss has the penalty in it.
    """
    held = pairs(run)
    rows = [row for pair in held for row in _rows(pair, run)]
    rows.sort(key=lambda row: row[0])
    names = {pair.name for pair in held}
    return Printed(tuple(rows), tuple(n for n in run.printed if n not in names), run.unit)


def _rows(pair: Pair, run: Run) -> list[tuple[float, str, float, float, float, str]]:
    why = _why(pair, run)
    return [
        (float(epoch), pair.name, float(printed), float(recorded), float(printed - recorded), said)
        for epoch, printed, recorded, said in zip(
            pair.epochs, pair.printed, pair.recorded, why, strict=True
        )
    ]


def _why(pair: Pair, run: Run) -> list[str]:
    """Say what explains each printed number."""
    slack = 0.01 * np.maximum(1, np.abs(pair.recorded)) + pair.chance * (pair.kind == ACCURACY)
    low, high = np.fmin(pair.recorded, pair.before), np.fmax(pair.recorded, pair.before)
    between = (pair.printed >= low - slack) & (pair.printed <= high + slack)
    better = pair.printed > high if pair.kind == LOSS else pair.printed < low
    found = []
    for same, moved, worse in zip(pair.agrees, between, better, strict=True):
        if same:
            found.append(AGREES)
        elif pair.on == "train" and moved:
            found.append(LAG)
        elif pair.on == "train" and worse:
            found.append("lag, dropout or augmentation")
        elif pair.kind == LOSS and run.objective is None:
            found.append("weights, another loss, or other examples")
        else:
            found.append(OTHER)
    return found


def _short(value: float) -> str:
    return f"{value:.4g}"
