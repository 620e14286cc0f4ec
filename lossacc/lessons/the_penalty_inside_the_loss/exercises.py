"""What notebook 06, the penalty inside the loss, needs of its own: a toy, and exercises."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from lossacc.quiz import Exercise
from lossacc.runs import toys
from lossacc.runs.run import Run
from lossacc.support.types import FloatArray

IMAGES = 10
_HALVINGS = 60


@dataclass(frozen=True)
class OneWeight:
    """Ten images and a network with one weight, which is the margin of every image's own class.

    Parameters
    ----------
    weight
        w, 0 or more.
    l2
        The factor of the penalty, l2 times w squared.
    """

    weight: float
    l2: float

    @property
    def probability(self) -> FloatArray:
        """What each image's own class is given, shape (10,)."""
        return np.full(IMAGES, 1 / (1 + math.exp(-self.weight)))

    @property
    def cross_entropy(self) -> float:
        """The mean loss of the images, in nats."""
        return float(toys.losses_of(self.probability).mean())

    @property
    def penalty(self) -> float:
        """What the weight costs."""
        return self.l2 * self.weight**2

    @property
    def printed(self) -> float:
        """What a training makes small, and prints."""
        return self.cross_entropy + self.penalty

    def __str__(self) -> str:
        """Give the account in one line."""
        parts = f"cross-entropy {self.cross_entropy:.3f} + penalty {self.penalty:.3f}"
        return f"w = {self.weight:.2f}: {parts} = {self.printed:.3f}"


def best(l2: float) -> OneWeight:
    """Give the weight with the lowest printed loss: there both pulls are equal.

    The images pull the weight up by 1 - p, the penalty pulls it down by 2 l2 w.

    Raises
    ------
    ValueError
        If l2 is not above 0: without a penalty no weight is the best.
    """
    if not l2 > 0:
        raise ValueError(f"got l2={l2}; expected a number above 0")
    low, high = 0.0, max(1.0, 1 / math.sqrt(l2))
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        upwards = 1 / (1 + math.exp(middle)) > 2 * l2 * middle
        low, high = (middle, high) if upwards else (low, middle)
    return OneWeight(low, l2)


def as_run(*states: OneWeight) -> Run:
    """Make a run of these states, one an epoch, so that every figure can show it."""
    run = toys.as_run(*(state.probability for state in states))
    return replace(run, penalty=np.array([state.penalty for state in states]))


EXERCISES = (
    Exercise(
        "a tenth of every weight",
        "the penalty, in nats, after every weight has shrunk to a tenth",
        lambda: 0.1 * 127 / 100,
        "A tenth of each weight is a hundredth of its square: .1 x 1.27.",
        slips={
            1.27: "That is a tenth of the penalty, or the new sum of squares without its factor of "
            ".1; the squares shrink to a hundredth.",
            12.7: "That is the penalty before.",
            0.0127: "That is a hundredth too much: the factor of .1 was taken twice.",
        },
    ),
    Exercise(
        "two printed losses",
        "the validation cross-entropy of run A minus that of run B, in nats",
        lambda: (1.25 - 0.62) - 0.90,
        "A's cross-entropy is 1.25 - .62 = .63, and B's is .90: A is better by .27, though it "
        "prints the higher loss.",
        slips={
            0.35: "That compares what is printed; take the penalty out of A first.",
            0.63: "That is the cross-entropy of A alone; subtract that of B.",
            0.27: "The other way round: A minus B.",
        },
    ),
    Exercise(
        "the same pull",
        "the weight_decay, for SGD without momentum, that pulls as an L2 of .005 does",
        lambda: 2 * 0.005,
        "The slope of .005 w squared is .01 w, and a step takes the rate times that: "
        "weight_decay=.01.",
        within=0.0005,
        slips={
            0.005: "That forgets the 2 in the slope of a square.",
            0.0025: "The other way round: an L2 of .0025 pulls as a weight_decay of .005.",
            0.1: "That is for momentum .9, which adds up to ten times the pull.",
        },
    ),
    Exercise(
        "half of a kernel",
        "the part of its penalty that is left, between 0 and 1",
        lambda: 0.5**2,
        "Half of each weight is a quarter of its square. The logits, with the statistics of the "
        "batch, do not change at all: BatchNorm divides by a standard deviation that has halved "
        "too.",
        slips={
            0.5: "The weights are halved; the penalty is a sum of squares.",
            1.0: "That is true of the logits; this asks for the penalty.",
            0.0: "It shrinks, but the weights are not gone.",
        },
    ),
)
