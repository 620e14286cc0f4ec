"""What a claim came to: on one seed a `Verdict`, over many a `Row`; all of them a `Report`."""

from __future__ import annotations

import html
import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from lossacc.analysis.stats import binomial_test
from lossacc.claims.gains import COLUMNS, Gain
from lossacc.support.files import write_whole
from lossacc.support.text import MINUS, Sheet, html_table, interval, plain

SHARE = 0.95  # a claim is ready where it holds on this share of the seeds
CHANCE = 0.05  # what is less likely than this is no chance
_VERSIONS = ("tensorflow", "keras", "platform", "processor", "onednn")
_COLUMNS = ("claim", "held", "control held", "effect", "mean [95 % interval]")
_ROOM = "room of the least seed"


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
    room
        By how much the seed that kept the rule least kept it, as `lossacc.claims.rules.Rule.room`;
        below 0 it did not. None where the rule only asks for equal numbers, or nobody measured it.
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
    room: float | None = None

    @property
    def refuted(self) -> bool:
        """Whether chance does not explain that it held so seldom, or its control so often.

        Exact binomial tests at 5 %: against holding on 95 % of all seeds, and against a control
        that holds on 5 % of all.
        """
        held = binomial_test(self.held, self.seeds, SHARE)
        control_failed = binomial_test(self.seeds - self.held_on_control, self.seeds, SHARE)
        # One failure on one seed has a chance of 5 % itself: it refutes nothing.
        return min(held, control_failed) < CHANCE - 1e-9

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
    """What `verify` found.

    Parameters
    ----------
    rows, gains
        What the claims and the remedies came to.
    seeds
        The first, and the one after the last.
    data
        On what.
    seconds
        How long the trainings took, one after another.
    environment
        Versions, processor and threads.
    fingerprint
        What the results of one experiment speak of; see `lossacc.claims.fingerprint`.
    confirmed
        Where the code has changed since: which seeds were trained again and agreed, under which
        versions, and by how much the numbers moved at most.
    failed
        What could not be measured and why, a sentence each: no row counts it.
    """

    rows: tuple[Row, ...]
    seeds: tuple[int, int]
    data: str
    seconds: float
    environment: Mapping[str, Any]
    gains: tuple[Gain, ...] = ()
    fingerprint: Mapping[str, str] = field(default_factory=dict)
    confirmed: Mapping[str, Any] = field(default_factory=dict)
    failed: tuple[str, ...] = ()

    @property
    def ready(self) -> bool:
        """Whether all was measured, every claim is ready, every remedy does what is said of it."""
        rows = all(row.ready for row in self.rows)
        return rows and all(gain.ready for gain in self.gains) and not self.failed

    @property
    def refuted(self) -> bool:
        """Whether the seeds speak against a claim or a remedy, beyond what chance explains."""
        rows = any(row.refuted for row in self.rows)
        return rows or any(gain.refuted for gain in self.gains)

    @property
    def claims(self) -> Sheet:
        """The claims as a table."""
        if all(row.room is None for row in self.rows):
            return Sheet(_COLUMNS, tuple(row.cells() for row in self.rows), self._source())
        rows = tuple((*row.cells(), _room(row)) for row in self.rows)
        return Sheet((*_COLUMNS, _ROOM), rows, self._source())

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
                f"; {_ROOM}: {_room(row)}{_idle(row)}"
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
        """Give the report as Markdown tables, for a page."""
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
        lacking = last - first - min((row.seeds for row in self.rows), default=last - first)
        seeds = f"Seeds {first} to {last - 1}" + (f" without {lacking} of them" if lacking else "")
        told = f"{seeds}, {self.data}; {versions}; {self.seconds:.0f} seconds."
        told = f"{told} {self.confirmation}".rstrip()
        return "\n".join([told, *(f"Not measured: {one}" for one in self.failed)])

    @property
    def confirmation(self) -> str:
        """Say what was trained again after a change of the code."""
        if not self.confirmed:
            return ""
        seeds = ", ".join(str(seed) for seed in self.confirmed["seeds"])
        moved = plain(self.confirmed["largest relative difference"])
        return f"The code has changed since; confirmed on seeds {seeds}: numbers moved by {moved}."

    def save(self, path: str | Path) -> None:
        """Write the report as JSON."""
        told = asdict(self)
        if not self.failed:
            del told["failed"]
        text = json.dumps(told, indent=1, allow_nan=False)
        write_whole(Path(path), text + "\n")

    @staticmethod
    def load(path: str | Path) -> Report:
        """Read a report from JSON."""
        found = json.loads(Path(path).read_text(encoding="utf-8"))
        rows = tuple(Row(**row) for row in found.pop("rows"))
        gains = tuple(Gain(**gain) for gain in found.pop("gains", ()))
        first, last = found.pop("seeds")
        failed = tuple(found.pop("failed", ()))
        return Report(rows, (int(first), int(last)), gains=gains, failed=failed, **found)


def _mark(one: Row | Gain) -> str:
    if one.refuted:
        return "   REFUTED"
    settled = one.ready or (isinstance(one, Gain) and one.verdict == "not settled")
    return "" if settled else "   FALLS SHORT, by no more than chance explains"


def _idle(row: Row) -> str:
    """Say where a control has no meaning: it shows what an effect hangs on, and there is none."""
    if row.held or row.held_on_control:
        return ""
    return "\n  The claim held on no seed: that its control failed too has no meaning here."


def _room(row: Row) -> str:
    """Say by how much the seed that kept the rule least kept it; below 0 it did not."""
    return "exact" if row.room is None else f"{100 * row.room:+.3g} %".replace("-", MINUS)
