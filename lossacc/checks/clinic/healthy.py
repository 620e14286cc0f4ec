"""What speaks for a training in which nothing is wrong."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lossacc.checks.clinic.evidence import HINT, Evidence
from lossacc.checks.clinic.facts import Facts
from lossacc.checks.clinic.lines import ends, last, plain


@dataclass(frozen=True)
class Healthy:
    """See whether both sets improved and validation ends near its best.

    Parameters
    ----------
    learned
        The most that may be left of ln K in training.
    rise
        How many times its lowest the validation loss may end at.
    gap
        How far ahead training may be, in accuracy.
    least
        An accuracy that is more than chance with two classes; with more, twice 1/K is.
    """

    learned: float = 0.45
    rise: float = 1.3
    gap: float = 0.15
    least: float = 0.7

    def __call__(self, facts: Facts) -> Iterator[Evidence]:
        """Look at both ends."""
        line = plain(facts)
        if line is None:
            return
        loss, right = last(line.loss), last(line.accuracy)
        known = right > self.least or right > 2 * math.exp(-facts.chance)
        if not (known and 0 <= loss < self.learned * facts.chance):
            return
        told = f"Training ends at {ends(loss, right)}"
        if not facts.held.known or not np.isfinite(facts.held.accuracy).any():
            return  # nobody can call that healthy: half of what would show it is missing
        held = facts.held.loss[np.isfinite(facts.held.loss)]
        ahead = right - last(facts.held.accuracy)
        if held[-1] < self.rise * held.min() + 0.05 and not ahead > self.gap:
            yield Evidence(
                "healthy",
                HINT + 1,
                f"{told}, validation at "
                f"{ends(float(held[-1]), last(facts.held.accuracy))}, near its best.",
            )
