"""What an audit says: its findings, as text and as a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from lossacc.support.finding import Finding, Severity
from lossacc.support.report import Report
from lossacc.support.text import Sheet

_COLUMNS = ("severity", "check", "what was found", "what to do")
_ORDER: tuple[Severity, ...] = get_args(Severity)


@dataclass(frozen=True, repr=False)
class Audit(Report):
    """What an audit found, the gravest first.

    Parameters
    ----------
    seen
        What was examined, in a sentence.
    findings
        The findings.
    checked
        The names of the checks that were made.
    unchecked
        The names of those that were not, as an earlier finding leaves them nothing to read.
    """

    seen: str
    findings: tuple[Finding, ...]
    checked: tuple[str, ...]
    unchecked: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Put the gravest findings first."""
        graded = sorted(self.findings, key=lambda finding: _ORDER.index(finding.severity))
        object.__setattr__(self, "findings", tuple(graded))

    @property
    def wrong(self) -> tuple[Finding, ...]:
        """The findings that must be put right here."""
        return tuple(finding for finding in self.findings if finding.severity == "wrong")

    @property
    def summary(self) -> str:
        """How many checks were made, and what came of them, in a line."""
        made = f"{len(self.checked)} checks: {', '.join(self.checked)}."
        left = f" Not made: {', '.join(self.unchecked)}." if self.unchecked else ""
        return f"{made}{left}"

    @property
    def headline(self) -> str:
        """The number of findings of each severity, in a line."""
        if not self.findings:
            return "Nothing found."
        severities = [finding.severity for finding in self.findings]
        counts = [f"{severities.count(one)} {one}" for one in _ORDER if one in severities]
        return f"Found: {', '.join(counts)}."

    @property
    def lines(self) -> tuple[str, ...]:
        """Each finding in two lines."""
        return tuple(map(str, self.findings))

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """The findings as a table, where there are any."""
        rows = tuple((f.severity, f.check, f.what, f.remedy) for f in self.findings)
        return (Sheet(_COLUMNS, rows),) if rows else ()

    @property
    def foot(self) -> str:
        """What was examined, and what of it."""
        return f"{self.seen}\n{self.summary}"
