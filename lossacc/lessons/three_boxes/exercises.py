"""What notebook 07, three boxes, needs of its own: two toys by hand, and exercises."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from lossacc.quiz import Exercise
from lossacc.support.types import FloatArray


def turned(length: float, rate: float, pull: float = 1.0) -> float:
    """Give the angle, in degrees, by which one step turns a kernel behind BatchNormalization.

    The network computes the same whatever the kernel's length, so the gradient stands at a right
    angle to the kernel, and is the shorter the longer the kernel is.

    Parameters
    ----------
    length
        Of the kernel.
    rate
        Of the step.
    pull
        The length of the gradient where the kernel has a length of 1.

    Raises
    ------
    ValueError
        If the length is not above 0.
    """
    if not length > 0:
        raise ValueError(f"got a length of {length}; expected one above 0")
    return math.degrees(math.atan(rate * pull / length**2))


def valley(
    rates: Sequence[float], batches: Sequence[float] | None = None, start: float = 1.0
) -> FloatArray:
    """Give the mean loss of noisy steps down a valley, exactly: no step is drawn.

    The loss is x^2 / 2. Each step takes its slope, x, plus noise of variance 1 / batch, so that
    the mean of x^2 goes from v to (1 - rate)^2 v + rate^2 / batch.

    Parameters
    ----------
    rates
        The rate of each step, between 0 and 2.
    batches
        The batch of each step; by default 1.
    start
        The mean of x^2 before the first step.

    Returns
    -------
    FloatArray
        The mean loss before the first step and after each, shape (steps + 1,).

    Raises
    ------
    ValueError
        If there is not one batch a step, or a rate is not between 0 and 2.
    """
    sizes = [1.0] * len(rates) if batches is None else batches
    if len(sizes) != len(rates) or not all(0 <= rate < 2 for rate in rates):
        raise ValueError(
            f"got {len(rates)} rates up to {max(rates, default=0.0)} and {len(sizes)} batches; "
            "expected as many batches as rates, each rate 0 or more and below 2"
        )
    squares = [start]
    for rate, size in zip(rates, sizes, strict=True):
        squares.append((1 - rate) ** 2 * squares[-1] + rate**2 / size)
    return np.array(squares) / 2


EXERCISES = (
    Exercise(
        "from fifteen to seven",
        "how many times as high the effective rate is afterwards",
        lambda: (15 / 7) ** 2,
        "The effective rate is the rate over the squared length: (15 / 7)^2 = 4.592.",
        slips={
            2.143: "That is the ratio of the lengths. The gradient, too, is longer for a short "
            "kernel: square it.",
            0.218: "The other way round: the shorter the kernel, the further it is turned.",
            0.467: "That is how much of the length is left.",
            1.0: "The rate is the same. What it comes to is not.",
        },
    ),
    Exercise(
        "fifty steps of decay",
        "the length that is left, from 1",
        lambda: (1 - 0.1 * 0.01) ** 50,
        "Each step takes rate x decay = .001 of what is there: .999^50 = .951.",
        slips={
            0.605: "That leaves out the rate: a step takes .1 x .01 of the weight.",
            0.5: "That takes .01 of the first length in each step, without the rate.",
            0.999: "That is after one step.",
            0.644: "That is PyTorch's: there the decay goes through the momentum.",
        },
    ),
    Exercise(
        "the floor at .2",
        "the mean loss that is left",
        lambda: 0.2 / (2 * (2 - 0.2)),
        "v = (1 - r)^2 v + r^2 gives v = r / (2 - r) = .111, and the loss is half of that.",
        slips={
            0.111: "That is the mean of x^2; the loss is half of it.",
            0.02: "That is r^2 / 2, what one step adds; what earlier steps added is not gone yet.",
            0.167: "That is the floor at .5.",
            0.0: "The slope takes x to 0; the noise keeps it from staying there.",
        },
    ),
    Exercise(
        "ten times the batch",
        "the mean loss that is left",
        lambda: 0.5 / (2 * (2 - 0.5)) / 10,
        "The floor is proportional to the variance of the noise: a tenth of .167 is .0167.",
        within=0.0005,
        slips={
            0.0128: "That is a tenth of the rate, at the old batch. It comes near.",
            0.0527: "That divides by the root of ten; the loss goes by the variance.",
            0.167: "That is the old batch.",
        },
    ),
    Exercise(
        "cooled by two",
        "the loss of that image at T = 2, in nats",
        lambda: math.log1p(math.exp(2.0)),
        "Both logits are halved: the margin is -2, and ln(1 + e^2) = 2.127.",
        slips={
            4.018: "That is at T = 1.",
            2.009: "That halves the loss; T divides the logits.",
            0.127: "That is an image that is right by 2.",
            0.018: "That is an image that is right by 4.",
        },
    ),
)
