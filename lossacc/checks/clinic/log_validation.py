"""What a log says of its validation set: failing, lagging, leaping, small, or too good."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lossacc.analysis.log_findings import set_size
from lossacc.checks.clinic.evidence import HINT, PATTERN, Evidence
from lossacc.checks.clinic.facts import Facts, Line
from lossacc.checks.clinic.lines import both, end
from lossacc.support.text import nats, percent


@dataclass(frozen=True)
class HeldOutFails:
    """See how validation fails where training goes well.

    Parameters
    ----------
    ahead
        How far training must be ahead in accuracy at the end.
    below, near
        An accuracy of so many times 1/K is below chance; so far above 1/K it is near it.
    huge
        A validation loss of so many times ln K is no matter of a few sure mistakes.
    still
        How far from ln K, as a share, a loss is that says nothing.
    short
        In so few epochs BatchNormalization's statistics may not have arrived.
    never
        An early validation accuracy of so many times 1/K, beside training above chance, is worse
        than guessing: of classes that training never saw, or under other names.
    """

    ahead: float = 0.2
    below: float = 0.75
    near: float = 0.12
    huge: float = 4.0
    still: float = 0.2
    short: int = 8
    never: float = 0.3

    def __call__(self, facts: Facts) -> Iterator[Evidence]:
        """Compare the two ends."""
        lines = both(facts)
        if lines is None:
            return
        train, held = lines
        right, other, cost = train.accuracy[-1], end(held.accuracy), end(held.loss)
        k = facts.classes or round(math.exp(facts.chance))
        seen = (
            f"Training ends at {percent(float(right))}, validation at {percent(other)} and a loss "
            f"of {nats(cost)}; chance is about {percent(1 / k)} and ln K = {nats(math.log(k))}."
        )
        for cause, weight in self._causes(float(right), other, cost, k, held):
            yield Evidence(cause, weight, seen)
        guessed = (held.accuracy < self.never / k) & (train.accuracy > 1.5 / k)
        if guessed[:3].any() and other >= self.below / k:
            at = int(guessed.argmax())
            seen = (
                f"At first validation is worse than guessing: {percent(float(held.accuracy[at]))} "
                f"right, where training has {percent(float(train.accuracy[at]))}."
            )
            yield Evidence("sorted split", PATTERN + 2.4, seen)
            yield Evidence("renamed labels", PATTERN, seen)

    def _causes(
        self, right: float, other: float, cost: float, k: int, held: Line
    ) -> list[tuple[str, float]]:
        if cost > self.huge * math.log(k) and other > 1 / k + self.near:
            return [("other preprocessing", 7.5), ("sorted split", 3)]
        if right < other + self.ahead:
            return []
        if other < self.below / k:
            first = [("renamed labels", 7.0), ("sorted split", 6.8), ("other preprocessing", 5)]
            return first if k > 2 else [("renamed labels", 7), ("other preprocessing", 5)]
        low = other < 1 / k + 2 * self.near  # overfitting passes ln K too, at a better accuracy
        if low and abs(cost - math.log(k)) < self.still * math.log(k) and np.ptp(held.loss) < cost:
            return [
                ("other preprocessing", 6.5),
                ("batchnorm statistics", 6.4),
                ("sorted split", 5),
            ]
        if other < 1 / k + self.near:
            lag = [("batchnorm statistics", 6.1)] if len(held.loss) <= self.short else []
            others = [("other preprocessing", 6.3), *lag, ("sorted split", 6.0)]
            return [("mispaired labels", 6.5), *others]
        return []


@dataclass(frozen=True)
class Warming:
    """See whether validation lags far behind and catches up: statistics that are not warmed up.

    Parameters
    ----------
    ahead
        How far training must be ahead in accuracy, in the mean of the epochs.
    times
        Or how many times the training loss validation must cost in the second and third epoch,
        when both still learn as much from each step.
    falls
        By how much the validation loss must fall from its highest to its end, as a share.
    closes, short
        To which share of its most the gap must have closed in more epochs than that, unless
        validation knows nothing yet: what examples too few leave of it stays.
    """

    ahead: float = 0.12
    times: float = 2.0
    falls: float = 0.1
    closes: float = 0.7
    short: int = 8

    def __call__(self, facts: Facts) -> Iterator[Evidence]:
        """Follow the gap."""
        lines = both(facts)
        if lines is None:
            return
        train, held = lines
        gap = train.accuracy - held.accuracy
        lowest = held.loss[-1] <= 1.02 * held.loss.min()
        closed = len(gap) <= self.short or gap[-1] < self.closes * gap.max()
        fell = closed and held.loss[-1] < (1 - self.falls) * held.loss.max()
        early = bool((held.loss[1:3] > self.times * train.loss[1:3]).all())
        high = held.loss[-1] > 0.7 * facts.chance
        if (gap.mean() > self.ahead or early) and lowest and (fell or high):
            yield Evidence(
                "batchnorm statistics",
                PATTERN + 1.5,
                f"Training is ahead of validation by {percent(float(gap.mean()))} in the mean, "
                "and the validation loss still falls at the end: the weights are there, and "
                "what evaluation takes them through is not yet.",
            )


@dataclass(frozen=True)
class Restless:
    """See whether validation leaps where training is smooth.

    Parameters
    ----------
    leaps
        The middle change of the validation loss from epoch to epoch, as a share of it.
    calm
        How many times that of training it must be.
    nats
        The least such change: a loss of nearly nothing leaps by chance.
    """

    leaps: float = 0.35
    calm: float = 4.0
    nats: float = 0.15

    def __call__(self, facts: Facts) -> Iterator[Evidence]:
        """Compare second differences: a trend has none."""
        lines = both(facts, rows=6)
        if lines is None:
            return
        train, held = lines
        later = slice(len(held.loss) // 3, None)  # before, a fall is curved
        rough = [float(np.median(np.abs(np.diff(one.loss, 2)[later]))) for one in (train, held)]
        share = rough[1] / max(float(np.median(held.loss)), 1e-9)
        if share > self.leaps and rough[1] > self.calm * rough[0] + self.nats:
            seen = (
                f"The validation loss leaps by {percent(share)} of itself from epoch to epoch, and "
                "training is smooth."
            )
            yield Evidence("moving validation", PATTERN + 2.2, seen)
            yield Evidence("batchnorm statistics", PATTERN, seen)
            yield Evidence("small validation set", PATTERN - 1, seen)


@dataclass(frozen=True)
class Fractions:
    """Read a small validation set off its fractions.

    Parameters
    ----------
    most
        The set size beyond which a flip no longer matters.
    """

    most: int = 60

    def __call__(self, facts: Facts) -> Iterator[Evidence]:
        """Find the n of which all validation accuracies are multiples."""
        known = facts.validation.accuracy[np.isfinite(facts.validation.accuracy)]
        size = set_size(known) if len(known) and known.min() >= 0 and known.max() <= 1 else None
        if size is not None and size <= self.most:
            error = math.sqrt(0.25 / size)
            yield Evidence(
                "small validation set",
                PATTERN + 2.8,
                f"Every validation accuracy is a multiple of 1/{size}: there are {size} examples, "
                f"and an accuracy is uncertain by up to {percent(error)} (one standard error).",
            )
            yield Evidence(
                "moving validation",
                HINT + 1,
                f"It can be {size} other examples in every epoch.",
            )


@dataclass(frozen=True)
class Leak:
    """Say that a validation that is as good as training can also be training.

    Parameters
    ----------
    near
        How far behind training validation may be in accuracy.
    right
        What validation must reach.
    """

    near: float = 0.1
    right: float = 0.8

    def __call__(self, facts: Facts) -> Iterator[Evidence]:
        """Compare the ends; no log can tell."""
        lines = both(facts)
        if lines is None:
            return
        train, held = lines
        near = end(train.accuracy) - end(held.accuracy)
        if near < self.near and end(held.accuracy) > self.right:
            yield Evidence(
                "leakage",
                HINT,
                f"Validation is within {percent(max(near, 0.0))} of training. No log can tell a "
                "set that is easy from one that lies in the training set.",
            )
