"""How much a remedy helps, over many seeds."""

from __future__ import annotations

from dataclasses import dataclass

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

    def cells(self) -> tuple[str, ...]:
        """Give the row as text, one entry a column."""
        return (
            self.says,
            self.measures,
            interval(self.mean, self.low, self.high),
            f"within {plain(self.bound)}",
            self.verdict,
        )
