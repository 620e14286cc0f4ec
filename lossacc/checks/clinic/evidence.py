"""What one check says of one cause: how much it speaks for or against it, and what it saw."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from lossacc.checks.clinic.facts import Facts

# What evidence weighs. An identity is not there by chance; a pattern has rivals, a hint many.
IDENTITY, PATTERN, HINT = 9.0, 5.0, 2.0
AGAINST = -3.0  # what a measurement that finds nothing takes off


@dataclass(frozen=True)
class Evidence:
    """One observation.

    Parameters
    ----------
    cause
        A key of `causes.causes()`.
    weight
        How much it speaks for the cause; against it where below 0.
    seen
        What was seen, with numbers, in a sentence.
    examples
        Places in the training set (validation, where the sentence says so) that show it.
    """

    cause: str
    weight: float
    seen: str
    examples: tuple[int, ...] = ()


class Check(Protocol):
    """A small frozen dataclass: thresholds as fields, a pure function from facts to evidence."""

    def __call__(self, facts: Facts) -> Iterator[Evidence]:
        """Give what it saw; nothing where it cannot read the facts or saw nothing."""
        ...
