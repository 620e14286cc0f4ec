"""Whether the curve has a step where the rate has one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lossacc.checks.clinic.evidence import HINT, PATTERN, Evidence
from lossacc.checks.clinic.facts import Facts, Line
from lossacc.checks.clinic.lines import plain
from lossacc.support.text import nats, percent


@dataclass(frozen=True)
class RateSteps:
    """See whether the curve has a step where the rate has one.

    Parameters
    ----------
    factor
        By how much the rate must fall or rise from one epoch to the next.
    step
        The change of the training loss there, three epochs before against three after, as a
        share, that counts.
    alone
        Without a recorded rate: how many times the usual change of an epoch a step must be.
    calm, leaps, fallen
        How many times as calm validation must be after an epoch as before, how rough before, as a
        share of the loss, and from which epoch on: up to there any training calms down.
    """

    factor: float = 2.5
    step: float = 0.05
    alone: float = 4.0
    calm: float = 20.0
    leaps: float = 0.12
    fallen: int = 8

    def __call__(self, facts: Facts) -> Iterator[Evidence]:
        """Read the recorded rate; where there is none, look for one step in the training loss."""
        line = plain(facts)
        if line is None or len(facts.epochs) < 6:
            return
        if facts.rate is not None and np.isfinite(facts.rate).sum() > 3:
            yield from self._known(facts, line)
        else:
            yield from self._unknown(facts, line)

    def _known(self, facts: Facts, line: Line) -> Iterator[Evidence]:
        assert facts.rate is not None
        ratio = facts.rate[1:] / np.maximum(facts.rate[:-1], 1e-30)
        cuts = np.flatnonzero(ratio < 1 / self.factor)
        rises = [k for k in np.flatnonzero(ratio > self.factor) if (cuts < k).any()]
        loss = np.maximum(line.loss, 1e-4)
        for cause, places in (("lost optimizer", rises), ("rate cut", cuts)):
            if len(places):
                at = int(places[0])
                before = float(loss[max(0, at - 2) : at + 1].mean())
                after = float(loss[at + 1 : at + 4].mean())
                if abs(after - before) > self.step * before:
                    yield Evidence(
                        cause,
                        PATTERN + (4 if cause == "lost optimizer" else 3),
                        f"The rate goes from {facts.rate[at]:.3g} to {facts.rate[at + 1]:.3g} "
                        f"after epoch {facts.epochs[at]:g}, and the training loss from "
                        f"{nats(before)} to {nats(after)}.",
                    )

    def _calmed(self, facts: Facts) -> Iterator[Evidence]:
        """See whether validation leaps up to some epoch and is calm from there on."""
        loss = facts.held.loss
        if len(loss) < self.fallen + 8 or not np.isfinite(loss).all():
            return
        rough = np.abs(np.diff(loss, 2))
        places = range(self.fallen, len(rough) - 5)
        ratios = [
            float(np.median(rough[:k]) / (np.median(rough[k + 1 :]) + 1e-4 + 0.002 * loss.min()))
            for k in places
        ]
        best = int(np.argmax(ratios))
        k = places[best]
        up = float((np.diff(facts.trained.loss)[1:k] > 0).mean())
        if (
            up > 0.2
            and ratios[best] > self.calm
            and np.median(rough[:k]) > self.leaps * np.median(loss[:k])
        ):
            yield Evidence(
                "rate cut",
                PATTERN + 1.2,
                f"The validation loss leaps up to epoch {facts.epochs[k + 1]:g} or so and is calm "
                f"from there on: {ratios[best]:.0f} times as calm. So is a training whose rate "
                "was cut.",
            )

    def _unknown(self, facts: Facts, line: Line) -> Iterator[Evidence]:
        yield from self._calmed(facts)
        finite = np.isfinite(line.loss).all()
        change = np.diff(np.log(np.maximum(line.loss, 0.02)))[2:] if finite else np.zeros(0)
        if len(change) < 5:
            return
        usual = float(np.median(np.abs(change))) + 0.01
        up, down = int(change.argmax()), int(change.argmin())
        others = np.delete(np.abs(change), [up]).max(), np.delete(np.abs(change), [down]).max()
        for cause, at, other in (("lost optimizer", up, others[0]), ("rate cut", down, others[1])):
            size = float(abs(change[at]))
            if size > self.alone * usual and size > 1.3 * other and size > 0.3:
                yield Evidence(
                    cause,
                    PATTERN - 1 if cause == "lost optimizer" else HINT + 0.5,
                    f"After epoch {facts.epochs[at + 2]:g} the training loss goes from "
                    f"{nats(float(line.loss[at + 2]))} to {nats(float(line.loss[at + 3]))} in one "
                    f"epoch; a usual change is {percent(usual)}.",
                )
