"""What was learned: too little, by heart, one class, wrong labels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lossacc.checks.clinic.evidence import HINT, IDENTITY, PATTERN, Evidence
from lossacc.checks.clinic.facts import Facts
from lossacc.checks.clinic.lines import ends, last, plain
from lossacc.support.text import nats, percent


@dataclass(frozen=True)
class Capacity:
    """See whether training itself stands still at a high loss, with validation close by.

    Parameters
    ----------
    left
        The least share of ln K at which it stands.
    right
        The most of the training examples that may be right.
    gap
        How far ahead of validation training may be, in accuracy, at the end.
    rise
        How many times its lowest the validation loss may end at.
    """

    left: float = 0.25
    right: float = 0.9
    gap: float = 0.28
    rise: float = 1.3

    def __call__(self, facts: Facts) -> Iterator[Evidence]:
        """Look at the end of training."""
        line = plain(facts)
        if line is None or not facts.held.known:
            return
        loss, held = last(line.loss), facts.held.loss[np.isfinite(facts.held.loss)]
        right, ahead = last(line.accuracy), last(line.accuracy) - last(facts.held.accuracy)
        high = self.left * facts.chance < loss < 0.95 * facts.entropy
        if high and right < self.right and ahead < self.gap and held[-1] < self.rise * held.min():
            yield Evidence(
                "capacity",
                PATTERN - 1,
                f"Training ends at {ends(loss, right)}, validation near it "
                f"({nats(float(held[-1]))}): the training examples themselves are not learned.",
            )


@dataclass(frozen=True)
class Overfitting:
    """See whether training goes on improving while validation does not.

    Parameters
    ----------
    gap
        How far ahead training must be, in accuracy, at the end.
    rise
        Or how many times its lowest, and .05 more, the validation loss must end at, beside half
        that gap.
    learned, right
        What may be left of ln K in training, or the share that must be right there: else the
        training examples themselves were not learned.
    """

    gap: float = 0.15
    rise: float = 1.3
    learned: float = 0.2
    right: float = 0.88

    def __call__(self, facts: Facts) -> Iterator[Evidence]:
        """Compare the two ends."""
        line, held = plain(facts), facts.held
        if line is None or not held.known:
            return
        loss, right = last(line.loss), last(line.accuracy)
        ahead = right - last(held.accuracy)
        lows = held.loss[np.isfinite(held.loss)]
        rise = float((lows[-1] - 0.05) / max(lows.min(), 1e-9))
        best = int(np.nanargmin(held.loss))
        if loss > self.learned * facts.chance and not right >= self.right:
            return
        wide = ahead > self.gap or (ahead > self.gap / 2 and rise > self.rise)
        if wide or (np.isnan(ahead) and rise > self.rise):
            strong = HINT if ahead > self.gap else 0
            yield Evidence(
                "overfitting",
                PATTERN - 1 + strong,
                f"Training ends at {ends(loss, right)}, validation at "
                f"{ends(float(lows[-1]), last(held.accuracy))}; the validation loss "
                f"was lowest, {nats(float(lows.min()))}, in epoch {facts.epochs[best]:g}.",
            )


@dataclass(frozen=True)
class OneClass:
    """See whether one class is so common that naming it gives the accuracy.

    Parameters
    ----------
    share
        The share of the commonest class.
    points
        How far the accuracy may be above it at the end of training.
    left
        Of the other classes' share, what must be wrong at the least: else they are told apart.
    """

    share: float = 0.7
    points: float = 0.04
    left: float = 0.5

    def __call__(self, facts: Facts) -> Iterator[Evidence]:
        """Compare the accuracy with the base rate."""
        if facts.run is None or facts.commonest is None:
            return
        rate, right = facts.commonest, last(facts.held.accuracy)
        if 1 - right <= self.left * (1 - rate):
            return
        train = float(np.bincount(facts.run.train.labels).max() / facts.run.train.size)
        if min(rate, train) < self.share:
            return
        near = right < rate + self.points
        yield Evidence(
            "imbalance",
            IDENTITY if near else PATTERN - 1,
            f"{percent(rate)} of the examples are of one class; {percent(right)} are right at the "
            f"end, and always naming that class would give {percent(rate)}.",
        )


@dataclass(frozen=True)
class WrongLabels:
    """See whether some training labels stand against what was learned from the others.

    Read where validation costs least, before they are learned by heart.

    Parameters
    ----------
    share
        The least share of training examples whose label is not even second, against an answer
        above `sure`. With two classes: whose label gets less than `faint`.
    wrong, of_wrong, of_two
        The least share of training examples answered wrong, and what part of them must be so sure
        (`of_two` with two classes): a network too small is wrong and not sure.
    early
        The part of the training after which the lowest validation loss speaks against it: wrong
        labels are learned by heart, and validation suffers; with a small network it does not.
    behind
        How far ahead of validation training may be there, in accuracy. Few or hard examples put
        it far ahead; wrong labels hold it back.
    """

    share: float = 0.05
    sure: float = 0.4
    faint: float = 0.15
    pair: float = 0.015
    behind: float = 0.15
    wrong: float = 0.1
    of_wrong: float = 0.18
    of_two: float = 0.13
    early: float = 0.7

    def __call__(self, facts: Facts) -> Iterator[Evidence]:
        """Count them, and name the ten most costly."""
        run = facts.run
        if run is None or run.validation is None or not np.isfinite(facts.held.loss).any():
            return
        place = int(np.nanargmin(facts.held.loss)) / len(facts.epochs)
        row = len(run.epochs) - len(facts.epochs) + int(np.nanargmin(facts.held.loss))
        scores = run.train
        z, labels = scores.logits[row].astype(np.float64), scores.labels
        if not np.isfinite(z).all():
            return
        rank = (z > z[np.arange(len(z)), labels][:, None]).sum(axis=1)
        if scores.classes > 2:
            against = (rank > 1) & (scores.confidence[row] > self.sure)
            least = self.share
        else:
            against, least = scores.probability[row] < self.faint, self.pair
        share, wrong = float(against.mean()), 1 - float(scores.accuracy[row])
        ahead = float(scores.accuracy[row] - facts.held.accuracy[row - len(run.epochs)])
        part = self.of_wrong if scores.classes > 2 else self.of_two
        if share < max(least, part * wrong) or ahead > self.behind or wrong < self.wrong:
            return
        costly = np.argsort(-scores.cross_entropy[row])[:10]
        cost = float(scores.cross_entropy[row][costly].sum() / scores.cross_entropy[row].sum())
        late = float(run.train.accuracy[-1] - scores.accuracy[row])
        yield Evidence(
            "wrong labels",
            PATTERN
            + (HINT if ahead < 0 or late > 0.05 else 0)
            - (HINT if place > self.early else 0)
            - (HINT if scores.classes == 2 and late < 0.05 else 0),
            f"In epoch {run.epochs[row]}, where validation costs least, the network is sure of "
            f"another class than the label for {percent(share)} of the training examples; the ten "
            f"most costly carry {percent(cost)} of the loss.",
            tuple(costly.tolist()),
        )
