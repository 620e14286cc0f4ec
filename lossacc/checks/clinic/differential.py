"""From evidence to a ranking of causes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lossacc.checks.clinic.course import (
    Broken,
    Capacity,
    OneClass,
    Overfitting,
    RateHigh,
    RateLow,
    RateSteps,
    Stuck,
    WrongLabels,
)
from lossacc.checks.clinic.evidence import Check, Evidence
from lossacc.checks.clinic.facts import Facts
from lossacc.checks.clinic.healthy import Healthy
from lossacc.checks.clinic.printed_only import PRINTED
from lossacc.checks.clinic.same_examples import SameExamples
from lossacc.checks.clinic.two_witnesses import (
    EpochMean,
    MovingValidation,
    TrainingMode,
    WhatAccuracy,
)
from lossacc.checks.clinic.validation_set import Labels, Prepared, Small, SortedSplit
from lossacc.checks.clinic.what_loss import TrainingObjective, WhatLoss

CHECKS: tuple[Check, ...] = (
    WhatLoss(), TrainingObjective(), WhatAccuracy(), MovingValidation(), TrainingMode(),
    EpochMean(), SameExamples(), Small(), SortedSplit(), Labels(), Prepared(), Broken(), Stuck(),
    RateHigh(), RateLow(), Capacity(), Overfitting(), OneClass(), WrongLabels(), RateSteps(),
    Healthy(), *PRINTED,
)  # fmt: skip


@dataclass(frozen=True)
class Candidate:
    """One cause with all that speaks for or against it, the strongest first."""

    cause: str
    evidence: tuple[Evidence, ...]

    @property
    def score(self) -> float:
        """The strongest observation; a second one adds a little, and what is against counts."""
        weights = sorted((one.weight for one in self.evidence if one.weight > 0), reverse=True)
        against = sum(one.weight for one in self.evidence if one.weight < 0)
        return sum(weight * 0.5**k for k, weight in enumerate(weights)) + against


def ranked(found: Iterable[Evidence]) -> tuple[Candidate, ...]:
    """Put the causes in order of what speaks for them."""
    by_cause: dict[str, list[Evidence]] = {}
    for one in found:
        by_cause.setdefault(one.cause, []).append(one)
    candidates = [
        Candidate(cause, tuple(sorted(own, key=lambda one: -one.weight)))
        for cause, own in by_cause.items()
    ]
    return tuple(sorted(candidates, key=lambda one: -one.score))


def evidence_of(facts: Facts, checks: Iterable[Check] = CHECKS) -> list[Evidence]:
    """Make every check."""
    return [one for check in checks for one in check(facts)]
