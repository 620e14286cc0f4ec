"""One thing that was looked at, and what was found there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["wrong", "elsewhere", "note", "ok"]


@dataclass(frozen=True)
class Finding:
    """One thing that a check found.

    Parameters
    ----------
    check
        The name of the check, or of what it looked at.
    severity
        "wrong": must be put right, or the training, its numbers or the lesson go astray.
        "elsewhere": harmless in Keras on TensorFlow, which is what runs here, and wrong on another
        backend. "note": no mistake, but worth knowing. "ok": as it should be.
    what
        What was found, in a sentence or two.
    remedy
        What to do; empty for nothing.
    """

    check: str
    severity: Severity
    what: str
    remedy: str = ""

    def __str__(self) -> str:
        """Give the finding in a line, and what to do in a second."""
        to_do = f"\n  To do: {self.remedy}" if self.remedy else ""
        return f"{self.severity} ({self.check}): {self.what}{to_do}"
