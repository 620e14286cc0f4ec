"""What four printed curves say without an example: patterns, each with the rivals that share it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lossacc.analysis.log_findings import set_size
from lossacc.checks.clinic.evidence import HINT, PATTERN, Evidence
from lossacc.checks.clinic.facts import Facts, Line
from lossacc.losses.bounds import LN2
from lossacc.losses.known_values import KERAS_CLAMP, second_softmax_floor, smoothing_floor
from lossacc.support.text import nats, percent
from lossacc.support.types import FloatArray


def full(line: Line) -> Line | None:
    """Give the rows in which both numbers are printed, where there are three or more."""
    both = np.isfinite(line.loss) & np.isfinite(line.accuracy)
    return Line(line.loss[both], line.accuracy[both]) if both.sum() > 2 else None


def end(values: FloatArray) -> float:
    """Give the mean of the last third."""
    return float(values[-max(1, len(values) // 3) :].mean())


def most(right: FloatArray, classes: int) -> FloatArray:
    """Give the loss of answers that are no surer than they are right, shape (R,).

    That of an answer with p for one class and the rest spread evenly, where p is the accuracy. A
    training set that costs more than that is not paying for its wrong answers alone.
    """
    p = np.clip(right, 1e-6, 1 - 1e-6)
    return np.asarray(-p * np.log(p) - (1 - p) * np.log((1 - p) / max(classes - 1, 1)))


@dataclass(frozen=True)
class HeldOutFails:
    """See how validation fails where training goes well.

    Parameters
    ----------
    ahead
        How far training must be ahead in accuracy at the end.
    below, near
        An accuracy of so many times 1/K is below chance; so far above 1/K it is near it.
    huge
        A validation loss of so many times ln K is no matter of a few sure mistakes.
    still
        How far from ln K, as a share, a loss is that says nothing.
    """

    ahead: float = 0.2
    below: float = 0.75
    near: float = 0.12
    huge: float = 4.0
    still: float = 0.2

    def __call__(self, facts: Facts) -> Iterator[Evidence]:
        """Compare the two ends."""
        train, held = full(facts.train), full(facts.validation)
        if facts.run is not None or train is None or held is None:
            return
        right, other, cost = train.accuracy[-1], end(held.accuracy), end(held.loss)
        k = facts.classes or round(math.exp(facts.chance))
        seen = (
            f"Training ends at {percent(float(right))}, validation at {percent(other)} and a loss "
            f"of {nats(cost)}; chance is about {percent(1 / k)} and ln K = {nats(math.log(k))}."
        )
        for cause, weight in self._causes(float(right), other, cost, k, held):
            yield Evidence(cause, weight, seen)

    def _causes(
        self, right: float, other: float, cost: float, k: int, held: Line
    ) -> list[tuple[str, float]]:
        if cost > self.huge * math.log(k) and other > 1 / k + self.near:
            return [("other preprocessing", 7), ("sorted split", 3)]
        if right < other + self.ahead:
            return []
        if other < self.below / k:
            first = [("renamed labels", 7.0), ("sorted split", 6.8), ("other preprocessing", 5)]
            return first if k > 2 else [("renamed labels", 7), ("other preprocessing", 5)]
        low = other < 1 / k + 2 * self.near  # overfitting passes ln K too, at a better accuracy
        if low and abs(cost - math.log(k)) < self.still * math.log(k) and np.ptp(held.loss) < cost:
            return [
                ("other preprocessing", 6.5),
                ("batchnorm statistics", 6.4),
                ("sorted split", 5),
            ]
        if other < 1 / k + self.near:
            return [("mispaired labels", 6.5), ("other preprocessing", 6.3), ("sorted split", 6)]
        return []


@dataclass(frozen=True)
class Warming:
    """See whether validation lags far behind and catches up: statistics that are not warmed up.

    Parameters
    ----------
    ahead
        How far training must be ahead in accuracy, in the mean of the epochs.
    times
        Or how many times the training loss validation must cost in the second and third epoch,
        when both still learn as much from each step.
    falls
        By how much the validation loss must fall from its highest to its end, as a share.
    """

    ahead: float = 0.12
    times: float = 2.0
    falls: float = 0.1

    def __call__(self, facts: Facts) -> Iterator[Evidence]:
        """Follow the gap."""
        train, held = full(facts.train), full(facts.validation)
        if facts.run is not None or train is None or held is None:
            return
        if len(train.loss) != len(held.loss):
            return
        gap = train.accuracy - held.accuracy
        lowest = held.loss[-1] <= 1.02 * held.loss.min()
        fell = held.loss[-1] < (1 - self.falls) * held.loss.max()
        early = bool((held.loss[1:3] > self.times * train.loss[1:3]).all())
        high = held.loss[-1] > 0.7 * facts.chance
        if (gap.mean() > self.ahead or early) and lowest and (fell or high):
            yield Evidence(
                "batchnorm statistics",
                PATTERN + 1.5,
                f"Training is ahead of validation by {percent(float(gap.mean()))} in the mean, "
                "and the validation loss still falls at the end: the weights are there, and "
                "what evaluation takes them through is not yet.",
            )


@dataclass(frozen=True)
class Restless:
    """See whether validation leaps where training is smooth.

    Parameters
    ----------
    leaps
        The middle change of the validation loss from epoch to epoch, as a share of it.
    calm
        How many times that of training it must be.
    nats
        The least such change: a loss of nearly nothing leaps by chance.
    """

    leaps: float = 0.35
    calm: float = 4.0
    nats: float = 0.15

    def __call__(self, facts: Facts) -> Iterator[Evidence]:
        """Compare second differences: a trend has none."""
        train, held = full(facts.train), full(facts.validation)
        if facts.run is not None or train is None or held is None or len(held.loss) < 6:
            return
        later = slice(len(held.loss) // 3, None)  # before, a fall is curved
        rough = [float(np.median(np.abs(np.diff(one.loss, 2)[later]))) for one in (train, held)]
        share = rough[1] / max(float(np.median(held.loss)), 1e-9)
        if share > self.leaps and rough[1] > self.calm * rough[0] + self.nats:
            seen = (
                f"The validation loss leaps by {percent(share)} of itself from epoch to epoch, and "
                "training is smooth."
            )
            yield Evidence("moving validation", PATTERN + 2.2, seen)
            yield Evidence("batchnorm statistics", PATTERN, seen)
            yield Evidence("small validation set", PATTERN - 1, seen)


@dataclass(frozen=True)
class Fractions:
    """Read a small validation set off its fractions.

    Parameters
    ----------
    most
        The set size beyond which a flip no longer matters.
    """

    most: int = 60

    def __call__(self, facts: Facts) -> Iterator[Evidence]:
        """Find the n of which all validation accuracies are multiples."""
        if facts.run is not None:
            return
        known = facts.validation.accuracy[np.isfinite(facts.validation.accuracy)]
        size = set_size(known) if len(known) and known.min() >= 0 and known.max() <= 1 else None
        if size is not None and size <= self.most:
            error = math.sqrt(0.25 / size)
            yield Evidence(
                "small validation set",
                PATTERN + 2.8,
                f"Every validation accuracy is a multiple of 1/{size}: there are {size} examples, "
                f"and an accuracy is uncertain by up to {percent(error)} (one standard error).",
            )


@dataclass(frozen=True)
class TooLow:
    """See whether a loss is lower than so many wrong answers allow in cross-entropy.

    Parameters
    ----------
    slack
        How far below (1 - accuracy) ln 2 it must be, as a share of that: rounding, and a mean
        over an epoch.
    clamp
        How near to Keras' clamp times the share of wrong answers a loss with swapped arguments
        stays, as a share.
    early
        Of what answers no surer than they are right cost, the share below which a loss at an
        accuracy under one half is no mean of cross-entropies that anybody has seen.
    """

    slack: float = 0.1
    early: float = 0.62
    clamp: float = 0.15

    def __call__(self, facts: Facts) -> Iterator[Evidence]:
        """Hold both sets against the bound."""
        for name, line in (("training", facts.train), ("validation", facts.validation)):
            held = full(line)
            if facts.run is not None or held is None:
                continue
            bound = (1 - held.accuracy) * LN2
            low = (held.loss < (1 - self.slack) * bound - 1e-3) & (held.loss >= 0)
            if facts.classes and facts.classes > 2:
                fair = most(held.accuracy, facts.classes)
                low |= (held.accuracy < 0.5) & (held.loss < self.early * fair)
            if low.mean() > 0.3 or low[:2].all():
                at = int(np.flatnonzero(low)[-1])
                yield Evidence(
                    "another loss",
                    PATTERN + 2,
                    f"{percent(float(held.accuracy[at]))} right needs a cross-entropy of "
                    f"{nats(float(bound[at]))} at least, and as a rule much more; the {name} loss "
                    f"is {nats(float(held.loss[at]))}.",
                )
                return
            clamped = KERAS_CLAMP * (1 - held.accuracy)
            near = np.abs(held.loss - clamped) < self.clamp * clamped
            moves = len(np.unique(held.accuracy)) > 5 and np.ptp(held.accuracy) > 0.1
            if near.mean() > 0.7 and moves and held.loss[0] > 2:
                yield Evidence(
                    "another loss",
                    PATTERN + 3,
                    f"The {name} loss is {KERAS_CLAMP:.2f} times the share of wrong answers in "
                    f"{percent(float(near.mean()))} of the epochs: the arguments of Keras' "
                    "categorical_crossentropy are swapped.",
                )
                return


@dataclass(frozen=True)
class TooHigh:
    """See whether training costs more than its wrong answers can, and of what kind the rest is.

    Parameters
    ----------
    above
        How far above `most` the training loss must be at the end, as a share of ln K.
    floor
        How near above a known floor it must end, as a share of ln K.
    first
        How far above ln K the first epoch must be, as a share.
    alike
        How near the excess of validation must be to that of training, as a share.
    """

    above: float = 0.06
    floor: float = 0.14
    first: float = 0.15
    alike: float = 0.5

    def __call__(self, facts: Facts) -> Iterator[Evidence]:
        """Take what is too much apart."""
        train, held = full(facts.train), full(facts.validation)
        if facts.run is not None or train is None or not facts.classes:
            return
        k, scale = facts.classes, math.log(facts.classes)
        excess = train.loss - most(train.accuracy, k)
        over, right = end(excess), end(train.accuracy)
        heavy = train.loss[0] > (1 + self.first) * scale
        if over < self.above * scale and not (heavy and end(train.loss) < scale):
            return
        other = end(held.loss - most(held.accuracy, k)) if held is not None else over
        begins = held is not None and held.loss[0] - most(held.accuracy[:1], k)[0]
        first = bool(begins) and begins > self.alike * (train.loss[0] - scale) > 0
        seen = (
            f"Training ends at {nats(end(train.loss))} and {percent(right)} right; answers no "
            f"surer than that cost {nats(end(most(train.accuracy, k)))}. The first epoch printed "
            f"{nats(float(train.loss[0]))}, and ln {k} = {nats(scale)}."
        )
        both = other > self.alike * over or first
        for cause, weight in self._causes(
            train, over, right, k, heavy=bool(heavy), both=bool(both)
        ):
            yield Evidence(cause, weight, seen)

    def _causes(
        self, train: Line, over: float, right: float, k: int, *, heavy: bool, both: bool
    ) -> Iterator[tuple[str, float]]:
        scale, low = math.log(k), float(train.loss.min())
        twice = second_softmax_floor(k)
        if both and twice - 0.01 < low and not heavy and right > 1.5 / k and over > self.above:
            near = low < twice + 1.2 * (1 - right) + self.floor * scale
            yield "softmax twice", 7.0 if near else 4.0
        soft = [smoothing_floor(k, by) for by in (0.05, 0.1, 0.15, 0.2)]
        near_soft = any(abs(low - one) < self.floor * scale / 3 for one in soft)
        if right > 0.85 and not heavy:
            yield "soft targets", 6.8 if near_soft and right > 0.93 else 5.5
        if heavy:
            yield ("penalty", 6.9) if both else ("weights", 6.9)
            yield ("weights", 5.0) if both else ("penalty", 5.0)
        else:
            yield "penalty", 6.0 if both else 4.0
            yield "weights", 5.0 if not both else 3.5
        yield "another loss", 4.5


@dataclass(frozen=True)
class AccuracyOdd:
    """See whether the accuracy moves with the loss at all.

    Parameters
    ----------
    still
        The range of an accuracy that stands still.
    fell
        By how much the training loss must fall meanwhile, as a share.
    early
        How near to 1 - 1/K, or above, the first accuracy must be to be one of single outputs.
    """

    still: float = 2e-4
    fell: float = 0.3
    early: float = 0.03

    def __call__(self, facts: Facts) -> Iterator[Evidence]:
        """Look for an accuracy that stands, or is high before anything is learned."""
        train, held = full(facts.train), full(facts.validation)
        if facts.run is not None or train is None:
            return
        loss, right = train.loss, train.accuracy
        if np.ptp(right) <= self.still and np.ptp(loss) <= self.still and len(loss) > 3:
            yield Evidence(
                "flat loss",
                PATTERN + 3,
                f"Loss ({nats(float(loss[0]))}) and accuracy ({percent(float(right[0]))}) are the "
                "same in every epoch, to the last digit: no weight moves.",
            )
            yield Evidence("stuck", PATTERN + 2, "Nothing moves at all.")
            return
        fell = loss[0] - loss.min() > self.fell * abs(loss[0])
        if np.ptp(right) <= self.still and fell:
            yield Evidence(
                "metric",
                PATTERN + 3,
                f"The training accuracy is {percent(float(right[0]))} in every epoch while the "
                f"loss falls from {nats(float(loss[0]))} to {nats(float(loss.min()))}.",
            )
            return
        k = facts.classes
        if k and k > 2 and right[0] > 1 - 1 / k - self.early and loss[0] > 0.4 * math.log(k):
            beside = held.accuracy[0] if held is not None else right[0]
            if beside > 1 - 1 / k - self.early:
                yield Evidence(
                    "metric",
                    PATTERN + 2,
                    f"In the first epoch {percent(float(right[0]))} are said to be right at a loss "
                    f"of {nats(float(loss[0]))}: {k} outputs that are all below one half would be "
                    f"right in {percent(1 - 1 / k)}, output by output.",
                )


@dataclass(frozen=True)
class BaseRate:
    """See whether a high accuracy stands from the start while the loss is that of a constant.

    Parameters
    ----------
    least, greatest
        Between which the accuracy must lie.
    still
        The range of both accuracies in the second half.
    alike
        How near the two must be.
    """

    least: float = 0.65
    greatest: float = 0.985
    still: float = 0.02
    alike: float = 0.05

    def __call__(self, facts: Facts) -> Iterator[Evidence]:
        """Compare the loss with the entropy of that accuracy."""
        train, held = full(facts.train), full(facts.validation) or full(facts.train)
        if facts.run is not None or train is None or held is None:
            return
        right = end(held.accuracy)
        halves = [one.accuracy[len(one.accuracy) // 2 :] for one in (train, held)]
        still = max(np.ptp(half) for half in halves) < self.still
        early = bool((np.abs(held.accuracy[: len(held.accuracy) // 2 + 1] - right) < 0.02).any())
        near = abs(end(train.accuracy) - right) < self.alike
        stands = still and early and near and self.least < right < self.greatest
        entropy = -right * math.log(right) - (1 - right) * math.log(1 - right) if stands else 0
        if stands and end(held.loss) > 0.6 * entropy:
            yield Evidence(
                "imbalance",
                PATTERN + 2.9,
                f"The validation accuracy stays near {percent(right)} in every epoch, at a loss of "
                f"{nats(end(held.loss))}; always naming a class with that share costs "
                f"{nats(entropy)}.",
            )


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
    falls
        By how much validation still falls, as a share, in the last two fifths, where only the
        mode holds training back. Where labels contradict each other it stands.
    """

    below: float = 0.02
    short: int = 8
    epochs: float = 0.3
    falls: float = 0.04

    def __call__(self, facts: Facts) -> Iterator[Evidence]:
        """Compare the two lines."""
        train, held = full(facts.train), full(facts.validation)
        if facts.run is not None or train is None or held is None:
            return
        if len(train.loss) != len(held.loss):
            return
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
            yield Evidence("epoch mean", PATTERN + (2 if low < self.below else 0), seen)


@dataclass(frozen=True)
class Plateau:
    """See whether training itself stands high: too small a network, or labels that contradict.

    Parameters
    ----------
    left
        The least share of ln K at which it stands.
    falls
        The most that the last third may fall, as a share of the whole fall.
    """

    left: float = 0.2
    falls: float = 0.35

    def __call__(self, facts: Facts) -> Iterator[Evidence]:
        """Look at the last third of training."""
        train, held = full(facts.train), full(facts.validation)
        if facts.run is not None or train is None or held is None or len(train.loss) < 8:
            return
        loss, right = end(train.loss), end(train.accuracy)
        if not self.left * facts.chance < loss < 0.9 * facts.chance or right > 0.93:
            return
        seen = f"Training stands at {nats(loss)} and {percent(right)} right in the last third."
        yield Evidence("wrong labels", 3.8, seen)
        yield Evidence("conflicting duplicates", 3.6, seen)


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

    ahead: float = 0.05
    right: float = 0.92
    rise: float = 1.05
    gained: float = 0.04

    def __call__(self, facts: Facts) -> Iterator[Evidence]:
        """Compare the two at the lowest validation loss."""
        train, held = full(facts.train), full(facts.validation)
        if facts.run is not None or train is None or held is None or len(held.loss) < 8:
            return
        if len(train.loss) != len(held.loss):
            return
        best = int(held.loss.argmin())
        right, other = float(train.accuracy[best]), float(held.accuracy[best])
        gained = end(train.accuracy) - right
        rises = held.loss[-1] > self.rise * held.loss[best]
        late = right < min(self.right, other + self.ahead) and gained > self.gained and best > 1
        if rises and late and right > 0.5:
            yield Evidence(
                "wrong labels",
                PATTERN + 1.4,
                f"Where validation costs least {percent(right)} are right in training and "
                f"{percent(other)} in validation; then training gains {percent(gained)} and "
                "validation gets worse.",
            )


@dataclass(frozen=True)
class Leak:
    """Say that a validation that is as good as training can also be training."""

    def __call__(self, facts: Facts) -> Iterator[Evidence]:
        """Compare the ends; no log can tell."""
        train, held = full(facts.train), full(facts.validation)
        if facts.run is not None or train is None or held is None:
            return
        near = end(train.accuracy) - end(held.accuracy)
        if near < 0.02 and end(held.accuracy) > 0.9:
            yield Evidence(
                "leakage",
                HINT,
                f"Validation is within {percent(max(near, 0.0))} of training. No log can tell a "
                "set that is easy from one that lies in the training set.",
            )


@dataclass(frozen=True)
class Impossible:
    """See whether a number is one that a training of classes cannot print.

    Parameters
    ----------
    broken
        A loss that only a clamp holds: -ln 1e-7 = 16.1 is Keras', 87.3 Caffe's, 100 PyTorch's.
    still
        The range of a validation accuracy that stands still.
    """

    broken: float = 14.0
    still: float = 1e-6

    def __call__(self, facts: Facts) -> Iterator[Evidence]:
        """Look at the signs and the sizes."""
        if facts.run is not None:
            return
        for name, line in (("training", facts.train), ("validation", facts.validation)):
            loss = line.loss[np.isfinite(line.loss)]
            right = line.accuracy[np.isfinite(line.accuracy)]
            if len(loss) and loss.min() < 0:
                yield Evidence(
                    "another loss",
                    PATTERN + 4,
                    f"The {name} loss is {nats(float(loss.min()))}, and no cross-entropy is below "
                    "0: labels that are not 0 and 1, or another loss.",
                )
            if len(right) > 1 and (right < 0.02).all() and len(loss) and loss[-1] < loss[0]:
                yield Evidence(
                    "metric",
                    PATTERN + 4,
                    f"The {name} accuracy is {percent(float(right.max()))} at most, below chance, "
                    "while the loss falls. A regression has no accuracy.",
                )
            if len(loss) and loss[-1] > self.broken and np.ptp(loss[-2:]) < 0.05 * loss[-1]:
                yield Evidence(
                    "rate too high",
                    PATTERN + 2.5,
                    f"The {name} loss stands at {nats(float(loss[-1]))}, where only a clamp holds "
                    "it: every answer is sure, and broken. What the accuracy says then is chance.",
                )
            if name == "validation" and len(right) > 3 and np.ptp(right) <= self.still:
                yield from _one_answer(float(right[0]), len(right), len(loss) > 0)


def _one_answer(right: float, rows: int, judged: bool) -> Iterator[Evidence]:
    seen = (
        f"The validation accuracy is {right:.6g} in all {rows} rows: one answer for every example, "
        "and this is the share of its class."
    )
    for cause, weight in (
        ("other preprocessing", 4.5),
        ("batchnorm statistics", 4.4),
        ("imbalance", 4.0),
        ("stuck", 3.9),
    ):
        yield Evidence(cause, weight - (1 if judged else 0), seen)


@dataclass(frozen=True)
class UnknownClasses:
    """See whether nearly all is right and the loss is high, whatever the number of classes.

    Parameters
    ----------
    right
        The accuracy from which wrong answers can cost little.
    above
        By how many nats the training loss must lie above what it could cost with 1000 classes.
    """

    right: float = 0.9
    above: float = 0.3

    def __call__(self, facts: Facts) -> Iterator[Evidence]:
        """Look at the epochs in which nearly all is right."""
        train = full(facts.train)
        if facts.run is not None or facts.classes or train is None:
            return
        excess = (train.loss - most(train.accuracy, 1000))[train.accuracy > self.right]
        if len(excess) > 2 and excess.max() > self.above:
            seen = (
                f"With {percent(self.right)} right and more the training loss is up to "
                f"{nats(float(excess.max()))} above what the wrong answers could cost."
            )
            yield Evidence("penalty", PATTERN + 2, seen)
            yield Evidence("soft targets", PATTERN, seen)
            yield Evidence("weights", PATTERN - 1, seen)


PRINTED = (
    HeldOutFails(), Warming(), Restless(), Fractions(), TooLow(), TooHigh(), AccuracyOdd(),
    BaseRate(), TrainingBehind(), Plateau(), LearnedLate(), Leak(),
    Impossible(), UnknownClasses(),
)  # fmt: skip
