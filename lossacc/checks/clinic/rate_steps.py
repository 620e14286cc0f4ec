"""Whether the curve has a step where the rate has one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lossacc.checks.clinic.evidence import HINT, PATTERN, Evidence
from lossacc.checks.clinic.facts import Facts, Line
from lossacc.checks.clinic.lines import consecutive, plain
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
    stays
        How many times the three losses before a rise the three after it must be, in the middle:
        one epoch that leaps is no lost rate.
    """

    factor: float = 2.5
    step: float = 0.05
    alone: float = 4.0
    stays: float = 1.3

    def __call__(self, facts: Facts) -> Iterator[Evidence]:
        """Read the recorded rate; where there is none, look for one step in the training loss."""
        line = plain(facts)
        if line is None or len(facts.epochs) < 6:
            return
        if facts.knows_rate:
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

    def _unknown(self, facts: Facts, line: Line) -> Iterator[Evidence]:
        finite = np.isfinite(line.loss).all() and consecutive(facts.epochs)
        change = np.diff(np.log(np.maximum(line.loss, 0.02)))[2:] if finite else np.zeros(0)
        if len(change) < 5:
            return
        usual = float(np.median(np.abs(change))) + 0.01
        up, down = int(change.argmax()), int(change.argmin())
        others = np.delete(np.abs(change), [up]).max(), np.delete(np.abs(change), [down]).max()
        for cause, at, other in (("lost optimizer", up, others[0]), ("rate cut", down, others[1])):
            size = float(abs(change[at]))
            before, after = (np.median(line.loss[k : k + 3]) for k in (at, at + 3))
            if cause == "lost optimizer" and after < self.stays * before:
                continue
            if size > self.alone * usual and size > 1.3 * other and size > 0.3:
                yield Evidence(
                    cause,
                    PATTERN - 1 if cause == "lost optimizer" else HINT - 0.3,
                    f"After epoch {facts.epochs[at + 2]:g} the training loss goes from "
                    f"{nats(float(line.loss[at + 2]))} to {nats(float(line.loss[at + 3]))} in one "
                    f"epoch; a usual change is {percent(usual)}.",
                )
