"""What was learned: too little, by heart, one class, wrong labels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lossacc.checks.clinic.evidence import HINT, IDENTITY, PATTERN, Evidence
from lossacc.checks.clinic.facts import Facts
from lossacc.checks.clinic.lines import ends, last, plain
from lossacc.runs.scores import Scores
from lossacc.support.text import nats, percent
from lossacc.support.types import BoolArray


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

    Read where validation costs least, before they are learned by heart. A hard example leaves its
    label some probability, as a rule the second most; a wrong label gets none.

    Parameters
    ----------
    wrong
        The least share of training examples answered wrong there.
    faint, of_wrong
        What part of them must give their label less than `faint`. In development runs with wrong
        labels it was a quarter to a half, in others of small or noisy sets at most a tenth.
    rank
        Where more than two classes: how far down the order of the wrong answers the label must
        stand in the mean, from 0 (second) to 1 (last). With hundreds of classes hard examples
        leave it little too, and stand high.
    of_two, faint_of_two
        The same part and probability with two classes, where a label cannot stand far down.
    sure
        How sure right answers must be in the mean: before that nothing is learned.
    early
        The part of the training after which the lowest validation loss speaks against it: wrong
        labels are learned by heart, and validation suffers; with a small network it does not.
    behind
        With two classes: how far ahead of validation training may be there, in accuracy.
    """

    wrong: float = 0.1
    faint: float = 0.1
    of_wrong: float = 0.2
    rank: float = 0.08
    of_two: float = 0.13
    faint_of_two: float = 0.15
    behind: float = 0.15
    sure: float = 0.35
    early: float = 0.7

    def __call__(self, facts: Facts) -> Iterator[Evidence]:
        """Count them, and name the ten most costly."""
        run = facts.run
        if run is None or run.validation is None or not np.isfinite(facts.held.loss).any():
            return
        place = int(np.nanargmin(facts.held.loss)) / len(facts.epochs)
        row = len(run.epochs) - len(facts.epochs) + int(np.nanargmin(facts.held.loss))
        scores = run.train
        if not np.isfinite(scores.logits[row]).all():
            return
        wrong = ~scores.correct[row]
        ahead = float(scores.accuracy[row] - facts.held.accuracy[row - len(run.epochs)])
        two = scores.classes == 2
        against = wrong & (scores.probability[row] < (self.faint_of_two if two else self.faint))
        share, part = float(against.mean()), self.of_two if two else self.of_wrong
        low = two or _rank(scores, row, wrong) > self.rank
        if wrong.mean() < self.wrong or against.sum() < part * wrong.sum() or not low:
            return
        sure = float(scores.confidence[row][~wrong].mean()) if not wrong.all() else 0.0
        if (two and ahead > self.behind) or sure < self.sure:
            return
        costly = np.argsort(-scores.cross_entropy[row])[:10]
        cost = float(scores.cross_entropy[row][costly].sum() / scores.cross_entropy[row].sum())
        late = float(run.train.accuracy[-1] - scores.accuracy[row])
        yield Evidence(
            "wrong labels",
            PATTERN
            + (HINT if ahead < 0 or late > 0.05 else 0)
            - (HINT if place > self.early else 0)
            - (HINT if two and late < 0.05 else 0),
            f"In epoch {run.epochs[row]}, where validation costs least, {percent(share)} of the "
            f"training examples leave their label next to no probability; the ten most costly "
            f"carry {percent(cost)} of the loss.",
            tuple(costly.tolist()),
        )


def _rank(scores: Scores, row: int, wrong: BoolArray) -> float:
    """Give how far down the order of the other answers labels stand: 0 second, 1 last."""
    z = scores.logits[row][wrong]
    if not len(z):
        return 0.0
    own = z[np.arange(len(z)), scores.labels[wrong]]
    return float(((z > own[:, None]).sum(axis=1) - 1).mean() / (scores.classes - 2))
