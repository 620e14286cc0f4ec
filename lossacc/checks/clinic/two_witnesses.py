"""What was printed beside what was recorded of the same epochs: the metric, the mode, the mean."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lossacc.checks.clinic.evidence import HINT, IDENTITY, PATTERN, Evidence
from lossacc.checks.clinic.facts import Facts
from lossacc.checks.run.printed import Pair
from lossacc.support.text import nats, percent
from lossacc.support.types import BoolArray

_LITTLE = 0.05  # nats


@dataclass(frozen=True)
class WhatAccuracy:
    """See whether the printed accuracy counts right answers.

    Parameters
    ----------
    examples
        By how many examples the two must differ in the mean of the epochs: rounding to four
        decimals and ties move one or two.
    rounding
        Half a unit of the last printed decimal, as a share.
    """

    examples: float = 1.5
    rounding: float = 1e-3

    def __call__(self, facts: Facts) -> Iterator[Evidence]:
        """Compare validation, of the same weights; the loss says that it is the same set."""
        right, loss = facts.pairs.get("val_accuracy"), facts.pairs.get("val_loss")
        if right is None or facts.run is None:
            return
        off = float(np.abs(right.printed - right.recorded).mean())
        if (
            (loss is None or _same_set(facts))
            and off * right.size > self.examples
            and off > self.rounding
        ):
            worst = int(np.abs(right.printed - right.recorded).argmax())
            yield Evidence(
                "metric",
                IDENTITY,
                f"The printed accuracy says {percent(float(right.printed[worst]))} in epoch "
                f"{right.epochs[worst]:.0f}; {percent(float(right.recorded[worst]))} of the "
                "examples were answered right, and the losses are of the same set.",
            )


def _same_set(facts: Facts) -> bool:
    """Whether the printed validation loss is plain cross-entropy of the recorded examples.

    Where next to nothing is left any two losses are alike, and show nothing.
    """
    loss = facts.pairs.get("val_loss")
    return loss is not None and bool(loss.agrees[_tells(loss)].mean() > 0.5)


def _tells(loss: Pair, fewest: int = 1) -> BoolArray:
    """Say in which epochs a loss is large enough to tell sets apart; in all where so few are."""
    large = loss.recorded > _LITTLE
    return large if large.sum() >= fewest else np.ones_like(large)


@dataclass(frozen=True)
class MovingValidation:
    """See whether validation is printed of other images, or other versions of them, each epoch.

    Parameters
    ----------
    leaps
        How much more the printed loss must jump about the recorded one than that one moves.
    epochs
        The share of the epochs in which the two must differ.
    """

    leaps: float = 1.0
    epochs: float = 0.5

    def __call__(self, facts: Facts) -> Iterator[Evidence]:
        """Compare the printed validation numbers with those of the recorded, fixed examples."""
        loss, right = facts.pairs.get("val_loss"), facts.pairs.get("val_accuracy")
        if loss is None or right is None or len(loss.epochs) < 4:
            return
        tells = _tells(loss, fewest=3)
        where = [np.isin(one.epochs, loss.epochs[tells]) for one in (loss, right)]  # not all print
        apart = [~one.agrees[rows] for one, rows in zip((loss, right), where, strict=True)]
        if not all(one.size and one.mean() >= self.epochs for one in apart):
            return
        off = np.abs(np.diff((loss.printed - loss.recorded)[tells]))
        moved = np.median(off), np.median(np.abs(np.diff(loss.recorded[tells])))
        if moved[0] > self.leaps * moved[1]:
            yield Evidence(
                "moving validation",
                IDENTITY,
                f"The printed validation loss jumps by {nats(float(moved[0]))} from epoch to epoch "
                f"against that of the recorded examples, which moves by {nats(float(moved[1]))}: "
                "each epoch is judged by other images, or other versions of them.",
            )


@dataclass(frozen=True)
class TrainingMode:
    """See whether training is worse, or better, in training mode than in evaluation mode.

    Parameters
    ----------
    lower
        How far the printed accuracy must lie below both ends of its epoch, in the middle one.
    costs
        By how much the printed loss must lie above both in the last third, as a share of ln K: a
        light dropout beside which nothing is wrong costs less.
    above, lasts
        By how much it must in an epoch, as a share, and in which share of the epochs.
    better
        How far the printed accuracy must lie above both ends: BatchNormalization.
    worse
        Or how many times as high the recorded loss is as the printed one.
    often
        The share of the epochs for either.
    """

    lower: float = 0.009
    costs: float = 0.06
    above: float = 0.05
    lasts: float = 0.4
    better: float = 0.06
    worse: float = 1.5
    often: float = 0.5

    def __call__(self, facts: Facts) -> Iterator[Evidence]:
        """Compare the printed training numbers with both ends of their epochs."""
        loss, right = facts.pairs.get("loss"), facts.pairs.get("accuracy")
        if loss is None or right is None or len(loss.epochs) < 3:
            return
        low = np.fmin(right.recorded, right.before) - right.printed
        high = right.printed - np.fmax(right.recorded, right.before)
        excess = loss.printed - np.fmax(loss.recorded, loss.before)
        above = excess > self.above * np.fmax(loss.recorded, loss.before) + 0.01
        end = float(right.printed[-1]), float(right.recorded[-1])
        costly = excess[-max(2, len(excess) // 3) :].mean() > self.costs * facts.chance
        often = above.sum() > 3 and above.mean() >= self.lasts
        if np.nanmedian(low) > self.lower and costly and often:
            yield Evidence(
                "training mode",
                PATTERN + HINT,
                f"In training mode {percent(end[0])} are right in the last epoch, in evaluation "
                f"mode {percent(end[1])} of the same examples, and the loss is above both ends of "
                f"its epoch in {percent(float(above.mean()))} of the epochs.",
            )
        worse = (loss.recorded > self.worse * loss.printed + 0.05) & _same_set(facts)
        ahead = high > self.better
        later = slice(1, None)
        if ahead[later].mean() >= self.often or worse[later].mean() >= self.often:
            yield Evidence(
                "batchnorm statistics",
                PATTERN + HINT,
                f"The training printed {percent(end[0])} at a loss of "
                f"{nats(float(loss.printed[-1]))} in the last epoch; on the same examples in "
                f"evaluation mode {percent(end[1])} are right at {nats(float(loss.recorded[-1]))}. "
                "Only statistics that do not fit make evaluation worse than training.",
            )


@dataclass(frozen=True)
class EpochMean:
    """See whether training looks worse than validation because it is a mean over the epoch.

    Parameters
    ----------
    epochs
        The share of the epochs in which the printed training loss is above the validation loss
        though the training examples, asked at the epoch's end, cost less.
    short, few
        In a training of at most so many epochs this share is enough: in a long one the first few
        always look so, and nobody asks.
    """

    epochs: float = 0.6
    short: int = 8
    few: float = 0.2

    def __call__(self, facts: Facts) -> Iterator[Evidence]:
        """Count the epochs that look the wrong way round and are not."""
        loss, held = facts.pairs.get("loss"), facts.pairs.get("val_loss")
        if loss is None or held is None or len(loss.epochs) != len(held.epochs):
            return
        inside = loss.printed <= np.fmax(loss.recorded, loss.before) * 1.05
        turned = (loss.printed > held.printed) & (loss.recorded < held.recorded) & inside
        if turned.mean() >= (self.few if len(turned) <= self.short else self.epochs):
            at = int(np.flatnonzero(turned)[0])
            yield Evidence(
                "epoch mean",
                PATTERN - 1,
                f"In {turned.sum()} of {len(turned)} epochs the printed training loss is above the "
                f"validation loss ({nats(float(loss.printed[at]))} against "
                f"{nats(float(held.printed[at]))} in epoch {loss.epochs[at]:.0f}); with the "
                f"weights of the epoch's end it is {nats(float(loss.recorded[at]))}.",
            )
