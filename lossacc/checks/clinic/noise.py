"""Whether a training grew calm, or restless, from one epoch on: what a step of the rate does.

How far the answers move in an epoch is the rate times the slope. Learning changes it slowly; a rate
that is cut, or lost and so back at its first value, changes it within an epoch or two.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lossacc.checks.clinic.evidence import HINT, PATTERN, Evidence
from lossacc.checks.clinic.facts import Facts
from lossacc.checks.clinic.lines import both, consecutive
from lossacc.support.types import FloatArray

_WIDE = 6  # epochs to each side that are compared


@dataclass(frozen=True)
class Step:
    """The largest step of a series: its size, always above 0, and the place after it."""

    size: float
    at: int


def largest_step(values: FloatArray, sign: float, *, first: int, near: int = 0) -> Step:
    """Find the largest fall of a logarithm (`sign` 1) or rise (-1), medians of two sides.

    With `near` no value of so many on one side may reach one of as many on the other, and twice
    the room between the two bounds the step.
    """
    best = Step(0.0, 0)
    for k in range(first, len(values) - 2):
        one, two = sign * values[max(1, k - _WIDE) : k], sign * values[k : k + _WIDE]
        size = float(np.median(one) - np.median(two))
        if near:
            size = min(size, 2 * float(one[-near:].min() - two[:near].max()))
        else:
            size = min(size, 2 * float(np.quantile(one, 0.25) - np.quantile(two, 0.75)))
        if size > best.size:
            best = Step(size, k)
    return best


@dataclass(frozen=True)
class AnswersMove:
    """See in a Run without a rate whether the answers move less, or more, from an epoch on.

    Parameters
    ----------
    strong, weak
        The logarithm of how many times as far the answers must move on one side, for a cut and for
        a loss; a tenth of the rate gives up to 2.3. Of 246 development runs without such a step
        one passes `strong` for a cut and one for a loss.
    first
        Epochs before which every training calms down.
    still
        Of a logit: what moves less than that has stopped.
    again
        As `strong`, for a loss that comes after a cut.
    learned, rest
        A training loss at which all is learned, and answers come to rest by themselves; as
        `strong`, for a cut there.
    """

    strong: tuple[float, float] = (1.35, 1.4)
    weak: tuple[float, float] = (0.7, 0.7)
    first: int = 6
    still: float = 1e-3
    again: float = 1.0
    learned: float = 0.004
    rest: float = 2.0

    def __call__(self, facts: Facts) -> Iterator[Evidence]:
        """Follow how far the logits of the training examples move in an epoch."""
        run = facts.run
        if run is None or facts.knows_rate or len(run.epochs) < self.first + 4:
            return
        logits = run.train.logits.astype(np.float64)
        logits -= logits.mean(axis=2, keepdims=True)
        moved = np.sqrt(np.square(np.diff(logits, axis=0)).mean(axis=(1, 2)))
        if not np.isfinite(moved).all():
            return
        series = np.log(moved + self.still)
        bounds = self.weak, self.strong, self.again
        for cause, step, strong in _steps(series, *bounds, self.first, 3):
            cut = cause == "rate cut"
            rests = cut and run.train.loss[step.at] < self.learned
            strong = strong and not (rests and step.size < self.rest)
            yield Evidence(
                cause,
                _weight(cut, strong) + (2.3 if strong else 0),  # which nothing else does
                f"From epoch {run.epochs[step.at + 1]:.0f} on the answers to the training "
                f"examples move {np.exp(step.size):.1f} times as {'little' if cut else 'far'} in "
                "an epoch as before: so does a rate that "
                f"{'was cut' if cut else 'is back at its first value'}.",
            )


@dataclass(frozen=True)
class CurvesMove:
    """See in a log without a rate whether its curves are calm, or restless, from an epoch on.

    Parameters
    ----------
    strong, weak
        As of `AnswersMove`. Columns of a log jump about more than answers do: of 962 development
        logs without such a step 1 in 4 passes `weak` for a cut and fewer than 1 in 30 `strong`;
        for a loss 1 in 12 and 1 in 50.
    first, fewest
        The epoch before which every training calms down; the epochs that it takes.
    learned
        A training loss at which curves come to rest by themselves, as all is learned.
    """

    strong: tuple[float, float] = (2.2, 1.2)
    weak: tuple[float, float] = (1.0, 0.7)
    first: int = 6
    fewest: int = 12
    learned: float = 0.01

    def __call__(self, facts: Facts) -> Iterator[Evidence]:
        """Follow how far the four columns move in an epoch."""
        lines = both(facts, rows=self.fewest)
        if lines is None or facts.knows_rate or not consecutive(facts.epochs):
            return
        held = lines[1]
        moved = sum(np.abs(np.diff(np.log(np.maximum(one.loss, 0) + 0.02))) for one in lines)
        moved = np.log((moved + 3 * np.abs(np.diff(held.accuracy))) / 3 + 0.003)
        bounds = self.weak, self.strong, self.weak[1]
        for cause, step, strong in _steps(moved, *bounds, self.first, 0):
            cut = cause == "rate cut"
            rests = cut and float(lines[0].loss[step.at]) < self.learned
            yield Evidence(
                cause,
                _weight(cut, strong and not rests),
                f"From epoch {facts.epochs[step.at]:g} or so on the curves are "
                f"{np.exp(step.size):.1f} times {'calmer' if cut else 'more restless'} than before "
                "it.",
            )


def _weight(cut: bool, strong: bool) -> float:
    """Give what a step of a log weighs: many a sound training calms down, few get restless."""
    if cut:
        return PATTERN + 1.1 if strong else HINT / 2
    return PATTERN + 1.6 if strong else HINT


def _steps(
    series: FloatArray,
    weak: tuple[float, float],
    strong: tuple[float, float],
    again: float,
    first: int,
    near: int,
) -> list[tuple[str, Step, bool]]:
    """Give the fall and the rise that count, each with whether it is strong.

    A rise after a fall counts: calm that ends is no matter of how a network learns. The fall is
    then no more than the first half of the story.
    """
    cut, lost = (largest_step(series, sign, first=first, near=near) for sign in (1.0, -1.0))
    after = cut.size > weak[0] and lost.at > cut.at
    rises = lost.size > weak[1]
    found = []
    if cut.size > weak[0]:
        found.append(("rate cut", cut, cut.size > strong[0] and not (rises and after)))
    if rises:
        found.append(("lost optimizer", lost, lost.size > (again if after else strong[1])))
    return found
