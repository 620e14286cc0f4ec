"""From evidence to a ranking of causes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from lossacc.checks.clinic.causes import ALIKE_IN_LOGS, causes
from lossacc.checks.clinic.evidence import IDENTITY, Check, Evidence
from lossacc.checks.clinic.facts import Facts
from lossacc.checks.clinic.healthy import Healthy
from lossacc.checks.clinic.learned import Capacity, OneClass, Overfitting, WrongLabels
from lossacc.checks.clinic.log_accuracy import AccuracyOdd, BaseRate, Impossible
from lossacc.checks.clinic.log_course import LearnedLate, OneSide, Plateau, TrainingBehind
from lossacc.checks.clinic.log_loss import OtherScale, Slopeless, TooHigh, TooLow, UnknownClasses
from lossacc.checks.clinic.log_validation import Fractions, HeldOutFails, Leak, Restless, Warming
from lossacc.checks.clinic.noise import AnswersMove, CurvesMove
from lossacc.checks.clinic.rate_steps import RateSteps
from lossacc.checks.clinic.same_examples import SameExamples
from lossacc.checks.clinic.steps import Broken, RateHigh, RateLow, Stuck, Unlearns
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
    WrongLabels(), AnswersMove(),
)  # fmt: skip
OF_BOTH: tuple[Check, ...] = (
    Broken(), Stuck(), RateHigh(), Unlearns(), RateLow(), Capacity(), Overfitting(),
    RateSteps(), Healthy(), LearnedLate(),
)  # fmt: skip
OF_LOGS: tuple[Check, ...] = (
    HeldOutFails(), Warming(), Restless(), Fractions(), Slopeless(), TooLow(), TooHigh(),
    AccuracyOdd(),
    BaseRate(), TrainingBehind(), Plateau(), Leak(), Impossible(), UnknownClasses(),
    CurvesMove(), OtherScale(), OneSide(),
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


# The same checks with wider bounds. What only these see is worth a place behind what was seen.
NEARLY: tuple[Check, ...] = (
    WrongLabels(wrong=0.05, of_wrong=0.1, of_two=0.05, rank=0.0, sure=0.25, behind=0.3),
    Capacity(left=0.15, right=0.95, gap=0.45, rise=2.0),
    Overfitting(gap=0.07, rise=1.1, learned=0.4, right=0.8),
    RateLow(left=0.35, unsure=0.3, falling=0.7, late=0.06, gap=0.25),
    RateHigh(above=0.03, often=0.08, high=0.25, collapse=2.0),
    Stuck(near=0.2, dead=0.4, learned=0.05, wavers=0.05),
    Healthy(learned=0.7, rise=1.7, gap=0.3, least=0.6),
    EpochMean(epochs=0.25, few=0.1),
    TrainingMode(lower=0.004, costs=0.015, lasts=0.2, better=0.03, worse=1.2, often=0.3),
    TrainingObjective(above=0.03, epochs=0.3, right=0.02, least=0.04, first=0.05, heavy=0.2),
)  # fmt: skip
_NEAR, _ALIKE = 0.1, 0.3  # what nearly passes counts a tenth; what may print the same, less yet


def evidence_of(facts: Facts) -> list[Evidence]:
    """Make every check that can read the facts: those of examples need a Run, as it tells more."""
    own = OF_LOGS if facts.run is None else OF_EXAMPLES
    checks = (*OF_BOTH, *own) if facts.run is None else (*own, *OF_BOTH)
    found = [one for check in checks for one in check(facts)]
    found += _others(found, (_nearly(one) for check in NEARLY for one in check(facts)))
    if facts.run is None:
        found += _others(found, _alike(ranked(found)))
    return found


def _others(found: Sequence[Evidence], more: Iterable[Evidence]) -> list[Evidence]:
    """Give what speaks weakly for causes of which nothing was seen."""
    seen = {one.cause for one in found}
    return [one for one in more if one.cause not in seen and one.weight > 0]


def _nearly(one: Evidence) -> Evidence:
    return replace(one, weight=_NEAR * one.weight, seen=f"Nearly: {one.seen}")


def _alike(candidates: Sequence[Candidate]) -> Iterator[Evidence]:
    """Name what prints the same as the first of the causes."""
    for first in candidates[:1]:
        for place, cause in enumerate(ALIKE_IN_LOGS.get(first.cause, ())):
            yield Evidence(
                cause,
                _ALIKE - 0.05 * place,
                f"It can print what {causes()[first.cause].title!r} prints.",
            )
