"""What a log says of the two lines beside each other, in the course of the training."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lossacc.checks.clinic.evidence import HINT, PATTERN, Evidence
from lossacc.checks.clinic.facts import Facts
from lossacc.checks.clinic.healthy import Healthy
from lossacc.checks.clinic.lines import both, end
from lossacc.support.text import nats, percent


@dataclass(frozen=True)
class TrainingBehind:
    """See whether training is printed worse than validation.

    Parameters
    ----------
    below
        How far below validation the training accuracy must be, in the last third.
    short
        In a training of at most so many epochs it may be the mean over the epoch.
    epochs
        The share of the epochs in which it must be behind, for that.
    most, mean
        What it weighs where training is behind in this share of the epochs and more. Nothing is
        wrong then, so it stands beside "healthy" and not above it.
    falls
        By how much validation still falls, as a share, in the last two fifths, where only the
        mode holds training back. Where labels contradict each other it stands.
    """

    below: float = 0.02
    short: int = 8
    epochs: float = 0.3
    most: float = 0.5
    mean: float = 3.2
    falls: float = 0.04

    def __call__(self, facts: Facts) -> Iterator[Evidence]:
        """Compare the two lines."""
        lines = both(facts)
        if lines is None:
            return
        train, held = lines
        behind = (train.loss > held.loss) & (train.accuracy < held.accuracy)
        low = end(held.accuracy) - end(train.accuracy)
        seen = (
            f"Training is printed worse than validation in {behind.sum()} of {len(behind)} epochs, "
            f"by {percent(low)} in the last third."
        )
        if low > self.below and behind.mean() > 0.5:
            late = held.loss[int(0.6 * len(held.loss))]
            stands = held.loss[-1] > (1 - self.falls) * late and train.loss[-1] > 0.2 * facts.chance
            yield Evidence("training mode", 5.5 if stands else 7.5, seen)
            yield Evidence("conflicting duplicates", 7.0 if stands else 3.0, seen)
            yield Evidence("wrong labels", 6.0 if stands else 2.8, seen)
            yield Evidence("soft targets", 4.0, seen)
        close = train.loss[-1] > 0.4 * held.loss[-1]
        short = len(behind) <= self.short and behind[0] and behind.mean() >= self.epochs / 2
        learns = train.loss[-1] < 0.9 * train.loss[0]
        if short and close and learns:
            yield Evidence(
                "epoch mean",
                self.mean if behind.mean() >= self.most else HINT + 0.5,
                f"Training is printed worse than validation in {behind.sum()} of {len(behind)} "
                "epochs, the first among them: it is a mean over the epoch, in which the weights "
                "get better.",
            )


@dataclass(frozen=True)
class Plateau:
    """See whether training itself stands high: too small a network, or labels that contradict.

    Parameters
    ----------
    left
        The least share of ln K at which it stands.
    beside
        What it takes off where validation stands there too: then it may be all that can be learned.
    """

    left: float = 0.2
    beside: float = 0.9

    def __call__(self, facts: Facts) -> Iterator[Evidence]:
        """Look at the last third of training."""
        lines = both(facts, rows=8)
        if lines is None:
            return
        train = lines[0]
        loss, right = end(train.loss), end(train.accuracy)
        if not self.left * facts.chance < loss < 0.9 * facts.chance or right > 0.93:
            return
        seen = f"Training stands at {nats(loss)} and {percent(right)} right in the last third."
        sound = any(one.weight > 0 for one in Healthy()(facts))
        off = self.beside if sound else 0.0
        yield Evidence("wrong labels", 3.8 - off, seen)
        yield Evidence("conflicting duplicates", 3.6 - off, seen)


@dataclass(frozen=True)
class LearnedLate:
    """See whether training was no better than validation where that was best, and left it later.

    Few or hard examples are ahead in training from the start. Wrong labels are learned last.

    Parameters
    ----------
    ahead
        How far ahead training may be in accuracy at the lowest validation loss.
    right
        The most of the training examples that may be right then.
    rise
        How many times its lowest the validation loss must end at.
    gained
        What training must gain in accuracy from there on.
    """

    ahead: float = 0.08
    right: float = 0.92
    rise: float = 1.05
    gained: float = 0.04

    def __call__(self, facts: Facts) -> Iterator[Evidence]:
        """Compare the two at the lowest validation loss, in evaluation mode where it is known."""
        lines = both(facts, rows=8, plain=True)
        if lines is None or (facts.run is not None and facts.run.scores(facts.run.main).size < 60):
            return  # the lowest loss of a few examples comes at any epoch
        train, held = lines
        best = int(held.loss.argmin())
        right, other = float(train.accuracy[best]), float(held.accuracy[best])
        gained = end(train.accuracy) - right
        rises = held.loss[-1] > self.rise * held.loss[best]
        late = right < min(self.right, other + self.ahead) and gained > self.gained and best > 0
        if rises and late and right > 0.5:
            yield Evidence(
                "wrong labels",
                PATTERN + 1.4,
                f"Where validation costs least {percent(right)} are right in training and "
                f"{percent(other)} in validation; then training gains {percent(gained)} and "
                "validation gets worse.",
            )


@dataclass(frozen=True)
class OneSide:
    """See what a log supports that prints the loss of training and the accuracy of validation.

    Parameters
    ----------
    falls
        By how much the validation accuracy must fall where the training loss does.
    right
        A validation accuracy beside a training loss near 0 that asks where the set comes from.
    """

    falls: float = 0.05
    right: float = 0.95

    def __call__(self, facts: Facts) -> Iterator[Evidence]:
        """Read the two columns; where all four are there, others read them better."""
        loss, right = (
            column[np.isfinite(column)] for column in (facts.train.loss, facts.validation.accuracy)
        )
        others = facts.validation.known or np.isfinite(facts.train.accuracy).any()
        if others or len(loss) < 4 or not len(right):
            return
        first, low = end(loss[::-1]), end(loss)
        high, ends = end(right[::-1]), end(right)
        if low < first and ends < high - self.falls:
            seen = (
                f"The training loss falls from {nats(first)} to {nats(low)} and the validation "
                f"accuracy from {percent(high)} to {percent(ends)}. Each is of another set: print "
                "the validation loss beside them."
            )
            yield Evidence("overfitting", HINT + 1, seen)
            yield Evidence("other preprocessing", HINT + 1, seen)
        elif ends > self.right and low < 0.1 * facts.chance:
            seen = (
                f"Training ends at {nats(low)} and validation at {percent(ends)} right. So does a "
                "validation set that lies in the training set."
            )
            yield Evidence("healthy", HINT, seen)
            yield Evidence("leakage", HINT, seen)
