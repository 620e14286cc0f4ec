"""How much a remedy helps, over many seeds."""

from __future__ import annotations

import math
from dataclasses import dataclass

from lossacc.analysis.stats import t_quantile
from lossacc.support.text import interval, plain

VERDICTS = ("helps", "does nothing", "harms")
COLUMNS = ("remedy", "measured", "mean gain [95 % interval]", "counts as none", "verdict")


@dataclass(frozen=True)
class Gain:
    """What one remedy came to over the seeds; a gain above 0 is better.

    Parameters
    ----------
    id, says
        `experiment/arm`, and what is done, in a sentence.
    measures
        What is measured, with its unit.
    seeds
        On how many seeds.
    mean, low, high
        The mean gain over the seeds and Student's 95 % interval of it, None on a single seed.
    least, most
        The smallest and the largest gain.
    bound
        Fixed beforehand: a mean gain that lies within it, interval and all, is none.
    expected
        What the lesson says of it, one of VERDICTS.
    """

    id: str
    says: str
    measures: str
    seeds: int
    mean: float
    low: float | None
    high: float | None
    least: float
    most: float
    bound: float
    expected: str

    @property
    def verdict(self) -> str:
        """One of VERDICTS, or "not settled".

        It helps where the mean gain is above the bound and its interval above 0, harms likewise,
        and does nothing where the whole interval lies within the bound.
        """
        if self.low is None or self.high is None:
            return "not settled"
        if self.low > 0 and self.mean > self.bound:
            return "helps"
        if self.high < 0 and self.mean < -self.bound:
            return "harms"
        within = -self.bound <= self.low and self.high <= self.bound
        return "does nothing" if within else "not settled"

    @property
    def ready(self) -> bool:
        """Whether the seeds bear out what the lesson says; one seed cannot contradict it."""
        return self.seeds == 1 or self.verdict == self.expected

    @property
    def refuted(self) -> bool:
        """Whether the seeds speak against what the lesson says.

        Either they settle on another verdict, or the interval lies where that verdict is not.
        """
        if self.low is None or self.high is None:
            return False
        out = {
            "helps": self.high <= self.bound,
            "harms": self.low >= -self.bound,
            "does nothing": self.low > self.bound or self.high < -self.bound,
        }
        return out[self.expected] or self.verdict not in ("not settled", self.expected)

    @property
    def seeds_needed(self) -> int | None:
        """About how many seeds settle it, if mean and spread stay; None where that cannot be said.

        The interval must shrink to the distance of the mean from where its verdict ends.
        """
        if self.low is None or self.high is None:
            return None
        size = abs(self.mean)
        margin = size if size > self.bound else self.bound - size
        if margin <= 0:
            return None
        spread = (self.high - self.low) / 2 / t_quantile(0.975, self.seeds - 1)
        return max(self.seeds + 1, math.ceil(self.seeds * (1.96 * spread / margin) ** 2))

    @property
    def told(self) -> str:
        """The verdict, and what it lacks where there is none."""
        if self.verdict != "not settled":
            return self.verdict
        needed = "more" if self.seeds_needed is None else f"about {self.seeds_needed}"
        return f"not settled: needs {needed} seeds"

    def cells(self) -> tuple[str, ...]:
        """Give the row as text, one entry a column."""
        return (
            self.says,
            self.measures,
            interval(self.mean, self.low, self.high),
            f"within {plain(self.bound)}",
            self.told,
        )
