"""The classes that the labels name."""

from __future__ import annotations

from dataclasses import dataclass

from lossacc.checks.model.subject import Subject
from lossacc.support.finding import Finding


@dataclass(frozen=True)
class OneClass:
    """Labels that are all the same."""

    name: str = "one class"

    def __call__(self, subject: Subject) -> Finding | None:
        """Count the classes among the labels."""
        if len(set(subject.labels.tolist())) > 1:
            return None
        told = "Every label is the same class: there is nothing to tell apart."
        return Finding(self.name, "note", told, "Shuffle before you take a part of the data.")
