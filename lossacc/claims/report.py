"""What a claim came to: on one seed a `Verdict`, over many a `Row`; all of them a `Report`."""

from __future__ import annotations

import html
import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from lossacc.claims.gains import COLUMNS, Gain
from lossacc.support.text import Sheet, html_table, interval, plain

SHARE = 0.95  # a claim is ready where it holds on this share of the seeds
_VERSIONS = ("tensorflow", "keras", "platform", "processor", "onednn")
_COLUMNS = ("claim", "held", "control held", "effect", "mean [95 % interval]")


@dataclass(frozen=True)
class Verdict:
    """What one claim came to on one seed."""

    id: str
    sentence: str
    measured: str
    rule: str
    held: bool
    evidence: Mapping[str, float]

    def __str__(self) -> str:
        """Give the verdict in two lines."""
        numbers = ", ".join(f"{name} {plain(value)}" for name, value in self.evidence.items())
        return f"{self._word}: {self.sentence}\n  {numbers}"

    __repr__ = __str__

    @property
    def _word(self) -> str:
        return "Holds" if self.held else "Does not hold"

    def _repr_html_(self) -> str:
        """Give the verdict as a small table for a notebook."""
        measured = [(name, plain(value)) for name, value in self.evidence.items()]
        return (
            f"<p><strong>{self._word} here.</strong> {html.escape(self.sentence)}</p>"
            f"{html_table(('measured', ''), measured)}"
            f"<p><em>Measured:</em> {html.escape(self.measured)}. "
            f"<em>The rule, fixed beforehand:</em> {html.escape(self.rule)}.</p>"
        )


@dataclass(frozen=True)
class Row:
    """What one claim came to over the seeds.

    Parameters
    ----------
    id, sentence
        The claim.
    seeds, held, held_on_control
        How many seeds were tried; on how many the claim held; on how many its control did.
    effect, mean, low, high
        The number that tells how large the effect is: its name, its mean over the seeds, and
        Student's 95 % interval of that mean, None on a single seed.
    least, most
        The smallest and the largest value of that number over the seeds.
    """

    id: str
    sentence: str
    seeds: int
    held: int
    held_on_control: int
    effect: str
    mean: float
    low: float | None
    high: float | None
    least: float
    most: float

    @property
    def ready(self) -> bool:
        """Whether it held on 95 % of the seeds or more, and its control on 5 % or fewer."""
        needed = math.ceil(SHARE * self.seeds)
        return self.held >= needed and self.held_on_control <= self.seeds - needed

    def cells(self) -> tuple[str, ...]:
        """Give the row as text, one entry a column."""
        of = f"of {self.seeds}"
        return (
            self.sentence,
            f"{self.held} {of}",
            f"{self.held_on_control} {of}",
            self.effect,
            interval(self.mean, self.low, self.high),
        )


@dataclass(frozen=True)
class Report:
    """What `verify` found."""

    rows: tuple[Row, ...]
    seeds: tuple[int, int]
    data: str
    seconds: float
    environment: Mapping[str, Any]
    gains: tuple[Gain, ...] = ()

    @property
    def ready(self) -> bool:
        """Whether every claim is ready, and every remedy does what the lesson says."""
        return all(row.ready for row in self.rows) and all(gain.ready for gain in self.gains)

    @property
    def claims(self) -> Sheet:
        """The claims as a table."""
        return Sheet(_COLUMNS, tuple(row.cells() for row in self.rows), self._source())

    @property
    def remedies(self) -> Sheet:
        """The remedies as a table."""
        return Sheet(COLUMNS, tuple(gain.cells() for gain in self.gains), self._source())

    def __str__(self) -> str:
        """Give the report as text."""
        lines = []
        for row in self.rows:
            _, held, control, effect, mean = row.cells()
            lines.append(
                f"{row.id}{_mark(row)}\n  held {held}, control {control}; {effect}: {mean}"
            )
        for gain in self.gains:
            _, measures, mean, bound, verdict = gain.cells()
            lines.append(
                f"{gain.id}{_mark(gain)}\n  {verdict}; {measures}: {mean} ({bound} is none)"
            )
        return "\n".join([*lines, self._source()])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        """Give the report as tables for a notebook."""
        return "".join(sheet._repr_html_() for sheet in self._sheets())

    def markdown(self) -> str:
        """Give the report as Markdown tables, as README shows it."""
        return "\n\n".join(sheet.markdown() for sheet in self._sheets())

    def _sheets(self) -> tuple[Sheet, ...]:
        """Give the tables; the line that says where the numbers come from stands below the last."""
        if not self.gains:
            return (self.claims,)
        return (replace(self.claims, source=""), self.remedies)

    def _source(self) -> str:
        """Say where the numbers come from."""
        versions = ", ".join(f"{name} {self.environment.get(name, '?')}" for name in _VERSIONS)
        first, last = self.seeds
        return f"Seeds {first} to {last - 1}, {self.data}; {versions}; {self.seconds:.0f} seconds."

    def save(self, path: str | Path) -> None:
        """Write the report as JSON."""
        Path(path).write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")

    @staticmethod
    def load(path: str | Path) -> Report:
        """Read a report from JSON."""
        found = json.loads(Path(path).read_text(encoding="utf-8"))
        rows = tuple(Row(**row) for row in found.pop("rows"))
        gains = tuple(Gain(**gain) for gain in found.pop("gains", ()))
        first, last = found.pop("seeds")
        return Report(rows, (int(first), int(last)), gains=gains, **found)


def _mark(one: Row | Gain) -> str:
    return "" if one.ready else "   FALLS SHORT"
