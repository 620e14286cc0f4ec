"""From evidence to a ranking of causes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lossacc.checks.clinic.evidence import IDENTITY, Check, Evidence
from lossacc.checks.clinic.facts import Facts
from lossacc.checks.clinic.healthy import Healthy
from lossacc.checks.clinic.learned import Capacity, OneClass, Overfitting, WrongLabels
from lossacc.checks.clinic.log_accuracy import AccuracyOdd, BaseRate, Impossible
from lossacc.checks.clinic.log_course import LearnedLate, Plateau, TrainingBehind
from lossacc.checks.clinic.log_loss import TooHigh, TooLow, UnknownClasses
from lossacc.checks.clinic.log_validation import Fractions, HeldOutFails, Leak, Restless, Warming
from lossacc.checks.clinic.rate_steps import RateSteps
from lossacc.checks.clinic.same_examples import SameExamples
from lossacc.checks.clinic.steps import Broken, RateHigh, RateLow, Stuck
from lossacc.checks.clinic.two_witnesses import (
    EpochMean,
    MovingValidation,
    TrainingMode,
    WhatAccuracy,
)
from lossacc.checks.clinic.validation_set import Labels, Prepared, Small, SortedSplit
from lossacc.checks.clinic.what_loss import TrainingObjective, WhatLoss

OF_EXAMPLES: tuple[Check, ...] = (
    WhatLoss(), TrainingObjective(), WhatAccuracy(), MovingValidation(), TrainingMode(),
    EpochMean(), SameExamples(), Small(), SortedSplit(), Labels(), Prepared(), OneClass(),
    WrongLabels(),
)  # fmt: skip
OF_BOTH: tuple[Check, ...] = (
    Broken(), Stuck(), RateHigh(), RateLow(), Capacity(), Overfitting(), RateSteps(), Healthy(),
    LearnedLate(),
)  # fmt: skip
OF_LOGS: tuple[Check, ...] = (
    HeldOutFails(), Warming(), Restless(), Fractions(), TooLow(), TooHigh(), AccuracyOdd(),
    BaseRate(), TrainingBehind(), Plateau(), Leak(), Impossible(), UnknownClasses(),
)  # fmt: skip


@dataclass(frozen=True)
class Candidate:
    """One cause with all that speaks for or against it, the strongest first."""

    cause: str
    evidence: tuple[Evidence, ...]

    @property
    def against(self) -> str:
        """What speaks most against it, of what was seen."""
        return self.evidence[-1].seen

    @property
    def score(self) -> float:
        """The strongest observation; a second one adds a little, and what is against counts.

        Patterns, however many, stay below an identity.
        """
        weights = sorted((one.weight for one in self.evidence if one.weight > 0), reverse=True)
        against = sum(one.weight for one in self.evidence if one.weight < 0)
        whole = sum(weight * 0.5**k for k, weight in enumerate(weights))
        most = whole if weights[:1] >= [IDENTITY] else IDENTITY - 0.1
        return min(whole, most) + against


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


def evidence_of(facts: Facts) -> list[Evidence]:
    """Make every check that can read the facts: those of examples need a Run, as it tells more."""
    own = OF_LOGS if facts.run is None else OF_EXAMPLES
    checks = (*OF_BOTH, *own) if facts.run is None else (*own, *OF_BOTH)
    return [one for check in checks for one in check(facts)]
