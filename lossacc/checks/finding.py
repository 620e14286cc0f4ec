"""What an audit says: findings, and the sheet that holds them."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import Literal

from lossacc.support.text import html_table

Severity = Literal["wrong", "elsewhere", "note"]
_ORDER: tuple[Severity, ...] = ("wrong", "elsewhere", "note")


@dataclass(frozen=True)
class Finding:
    """One thing that a check found.

    Parameters
    ----------
    check
        The name of the check.
    severity
        "wrong": the training or its numbers go astray. "elsewhere": harmless in Keras on
        TensorFlow, which is what runs here, and wrong on another backend. "note": no mistake, but
        the numbers say something else than they seem to.
    what
        What was found, in a sentence or two.
    remedy
        What to do.
    """

    check: str
    severity: Severity
    what: str
    remedy: str

    def __str__(self) -> str:
        """Give the finding in two lines."""
        return f"{self.severity} ({self.check}): {self.what}\n  To do: {self.remedy}"


@dataclass(frozen=True)
class Audit:
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

    def __str__(self) -> str:
        """Give the audit as text."""
        return "\n".join([self.headline, *map(str, self.findings), self.seen, self.summary])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        """Give the audit as a table for a notebook."""
        rows = [(f.severity, f.check, f.what, f.remedy) for f in self.findings]
        table = html_table(("severity", "check", "what was found", "what to do"), rows)
        foot = f"<p>{html.escape(self.seen)} {html.escape(self.summary)}</p>"
        return f"<p><strong>{self.headline}</strong></p>{table if rows else ''}{foot}"
