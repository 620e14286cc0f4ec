"""What a claim came to: on one seed a `Verdict`, over many a `Row`, all of them a `Report`."""

from __future__ import annotations

import html
import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

SHARE = 0.95  # a claim is ready where it holds on this share of the seeds
_LEFT = 'style="text-align: left"'  # JupyterLab sets tables to the right
_VERSIONS = ("tensorflow", "keras", "platform")
_COLUMNS = ("claim", "held", "control held", "effect", "mean [95 % interval]")


@dataclass(frozen=True)
class Verdict:
    """What one claim came to on one seed."""

    id: str
    sentence: str
    rule: str
    held: bool
    evidence: Mapping[str, float]

    def __str__(self) -> str:
        """Give the verdict in two lines."""
        numbers = ", ".join(f"{name} {_plain(value)}" for name, value in self.evidence.items())
        return f"{self._word}: {self.sentence}\n  {numbers}"

    __repr__ = __str__

    @property
    def _word(self) -> str:
        return "Holds" if self.held else "Does not hold"

    def _repr_html_(self) -> str:
        """Give the verdict as a small table for a notebook."""
        rows = "".join(
            f"<tr><td {_LEFT}>{html.escape(name)}</td><td>{_plain(value)}</td></tr>"
            for name, value in self.evidence.items()
        )
        return (
            f"<p><strong>{self._word} here.</strong> {html.escape(self.sentence)}</p>"
            f"<table><thead><tr><th {_LEFT}>measured</th><th></th></tr></thead>"
            f"<tbody>{rows}</tbody></table>"
            f"<p><em>The rule, fixed beforehand:</em> {html.escape(self.rule)}.</p>"
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
        mean = _plain(self.mean)
        if self.low is not None and self.high is not None:
            mean += f" [{_plain(self.low)}, {_plain(self.high)}]"
        of = f"of {self.seeds}"
        return (
            self.sentence,
            f"{self.held} {of}",
            f"{self.held_on_control} {of}",
            self.effect,
            mean,
        )


@dataclass(frozen=True)
class Report:
    """What `verify` found."""

    rows: tuple[Row, ...]
    seeds: tuple[int, int]
    data: str
    seconds: float
    environment: Mapping[str, Any]

    @property
    def ready(self) -> bool:
        """Whether every claim is ready."""
        return all(row.ready for row in self.rows)

    def __str__(self) -> str:
        """Give the report as text."""
        lines = []
        for row in self.rows:
            _, held, control, effect, mean = row.cells()
            mark = "" if row.ready else "   FALLS SHORT"
            lines.append(f"{row.id}{mark}\n  held {held}, control {control}; {effect}: {mean}")
        return "\n".join([*lines, self._source()])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        """Give the report as a table for a notebook."""
        head = "".join(f"<th {_LEFT}>{name}</th>" for name in _COLUMNS)
        body = "".join(
            "<tr>"
            + "".join(f"<td {_LEFT}>{html.escape(cell)}</td>" for cell in row.cells())
            + "</tr>"
            for row in self.rows
        )
        caption = f"<p><em>{html.escape(self._source())}</em></p>"
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{caption}"

    def markdown(self) -> str:
        """Give the report as a Markdown table, as README shows it."""
        lines = [_COLUMNS, ("---",) * len(_COLUMNS), *(row.cells() for row in self.rows)]
        table = "\n".join("| " + " | ".join(line) + " |" for line in lines)
        return f"{table}\n\n{self._source()}"

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
        first, last = found.pop("seeds")
        return Report(rows, (int(first), int(last)), **found)


def _plain(value: float) -> str:
    """Write a number so that a person can read it."""
    if abs(value) < 1e-9:
        return "0"  # what is left is rounding
    if 0.001 <= abs(value) < 10_000:
        return f"{value:.3f}".rstrip("0").rstrip(".")
    return f"{value:.1e}"
