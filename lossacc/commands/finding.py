"""What `lossacc doctor` finds, and the commands that it gives as advice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

LAB = "pip install 'lossacc[lab]'"
CPU = "pip install 'lossacc[cpu]'"


@dataclass(frozen=True)
class Finding:
    """One thing that the doctor looked at.

    Parameters
    ----------
    level
        ``ok``; ``warning``: worth knowing; ``problem``: would spoil a workshop.
    subject
        What was looked at.
    text
        What was found; for a problem, also what to do.
    """

    level: Literal["ok", "warning", "problem"]
    subject: str
    text: str

    @property
    def line(self) -> str:
        """The finding as one line."""
        return f"{self.level:8} {self.subject}: {self.text}"
