"""What a log says of its loss: too low or too high for what is right."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lossacc.checks.clinic.evidence import PATTERN, Evidence
from lossacc.checks.clinic.facts import Facts, Line
from lossacc.checks.clinic.lines import end, full, most
from lossacc.losses.bounds import LN2
from lossacc.losses.known_values import KERAS_CLAMP, second_softmax_floor, smoothing_floor
from lossacc.support.text import nats, percent


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
            if held is None:
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
class Slopeless:
    """See whether the loss is one of those that no weight can lower, by its values.

    Parameters
    ----------
    digits
        How far off printed numbers may be, in every epoch.
    epochs
        The least epochs.
    """

    digits: float = 0.0015
    epochs: int = 3

    def __call__(self, facts: Facts) -> Iterator[Evidence]:
        """Hold the training loss against 1 - accuracy, and against 1/K."""
        train = full(facts.train)
        if train is None or len(train.loss) < self.epochs:
            return
        known = {"1 - accuracy": 1 - train.accuracy}
        if facts.classes and facts.classes > 2:
            known["1/K, the mean of all probabilities"] = np.full_like(
                train.loss, 1 / facts.classes
            )
        for name, values in known.items():
            if np.abs(train.loss - values).max() < self.digits:
                yield Evidence(
                    "flat loss",
                    PATTERN + 3.8,
                    f"The printed training loss is {name} in every epoch: a number that does not "
                    "change when the answers change a little.",
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
    first, far
        How far above ln K the first epoch must be, as a share; and how far, to weigh by itself what
        an excess at the end does. A network that begins badly prints some of it.
    begun
        The share of its weight that it has else.
    alike
        How near the excess of validation must be to that of training, as a share.
    answers
        How near to the floor of a second softmax and 1 nat for each wrong answer both losses must
        end, as a share of ln K: those who answer surely pay that, whether right or wrong.
    """

    above: float = 0.06
    floor: float = 0.14
    first: float = 0.15
    far: float = 0.3
    begun: float = 0.42
    alike: float = 0.5
    answers: float = 0.03

    def __call__(self, facts: Facts) -> Iterator[Evidence]:
        """Take what is too much apart."""
        train, held = full(facts.train), full(facts.validation)
        if train is None or not facts.classes:
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
        alone = over < self.above * scale and train.loss[0] < (1 + self.far) * scale
        if held is not None and self._twice(train, held, k) and not heavy:
            yield Evidence("softmax twice", PATTERN + 2.6, seen)
        for cause, weight in self._causes(
            train, over, right, k, heavy=bool(heavy), both=bool(both)
        ):
            yield Evidence(cause, (self.begun if alone else 1) * weight, seen)

    def _twice(self, train: Line, held: Line, k: int) -> bool:
        """Whether both ends are a second softmax's floor and 1 nat for each wrong answer."""
        paid = [
            one.loss[-1] - second_softmax_floor(k) - 1 + one.accuracy[-1] for one in (train, held)
        ]
        return bool(np.abs(paid).max() < self.answers * math.log(k))

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
        if not both:  # what is left out at random costs in training alone, too
            yield "training mode", 4.9
        yield "another loss", 4.5


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
        if facts.classes or train is None:
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


@dataclass(frozen=True)
class OtherScale:
    """See whether training is on another scale than validation from the first epoch on.

    Parameters
    ----------
    times
        How many times the training loss validation must cost in the first two epochs, when nothing
        can be learned by heart yet, and still less than knowing nothing does.
    """

    times: float = 30.0

    def __call__(self, facts: Facts) -> Iterator[Evidence]:
        """Compare the first two losses of both."""
        train, held = facts.train.loss[:2], facts.validation.loss[:2]
        if len(train) < 2 or not (np.isfinite(train) & np.isfinite(held)).all():
            return
        if (train > 0).all() and (held > self.times * train).all() and held.max() < facts.chance:
            yield Evidence(
                "weights",
                PATTERN,
                f"In the first epoch training costs {train[0]:.2g} and validation {held[0]:.2g}, "
                f"{held[0] / train[0]:.0f} times as much: two scales.",
            )
