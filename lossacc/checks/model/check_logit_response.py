"""Losses that cannot be trained on, or whose numbers mean something of their own."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from lossacc.checks.model.behaviour import SURE
from lossacc.checks.model.subject import Subject
from lossacc.support.finding import Finding
from lossacc.support.text import as_share

_LARGE = 10.0  # numbers in the inputs above which their scale may be what makes a loss large
_FLAT = 1e-5  # the steepest slope in one logit that counts as none; cross-entropy's is about 1


@dataclass(frozen=True)
class FiniteLoss:
    """A loss that is not a finite number, for outputs that are."""

    name: str = "finite loss"

    def __call__(self, subject: Subject) -> Finding | None:
        """Look at the loss of the probe."""
        loss = subject.passage.objective
        if np.isfinite(loss):
            return None
        return Finding(
            self.name,
            "wrong",
            f"The outputs are finite and their loss is {loss}: the first step would turn every "
            "weight into NaN.",
            "Look for the logarithm of 0 or of a negative number, and for a division by 0.",
        )


@dataclass(frozen=True)
class Flat:
    """A loss that does not react when an output moves a little, or at all."""

    name: str = "flat loss"

    def __call__(self, subject: Subject) -> Finding | None:
        """Look at the slopes, and whether right answers cost anything else than wrong ones."""
        if _is_constant(subject):
            return Finding(
                self.name,
                "wrong",
                f"The loss is {subject.clueless:.4g} for right and for wrong answers alike: "
                "nothing can be learned from it.",
                "With one output unit use binary cross-entropy. Over all classes, an average of "
                "probabilities is always 1/K.",
            )
        if not _has_no_slope(subject):
            return None
        return Finding(
            self.name,
            "wrong",
            "The loss changes only where an answer flips, and is flat in between: its gradient is "
            "zero, or TensorFlow has none.",
            "Train on cross-entropy, or on a smooth stand-in such as 1 - p, and count the right "
            "answers in a metric.",
        )


def _is_constant(subject: Subject) -> bool:
    loss = subject.loss
    ends = loss.here(3 * loss.toward), loss.here(-3 * loss.toward)
    return bool(np.isclose(*ends, rtol=1e-4, atol=1e-6))


def _has_no_slope(subject: Subject) -> bool:
    return bool(np.abs(subject.loss.slopes()).max() < _FLAT)


@dataclass(frozen=True)
class Direction:
    """A loss whose steps down do not lead towards the labels.

    Parameters
    ----------
    agreement
        The share of made-up examples for which it must.
    """

    name: str = "direction"
    agreement: float = 0.9

    def __call__(self, subject: Subject) -> Finding | None:
        """Look where the slopes lead, and whether the labels matter at all."""
        loss = subject.loss
        if loss.agreement >= self.agreement or _has_no_slope(subject) or _is_constant(subject):
            return None
        others = np.roll(loss.classes, 1)
        same = loss.here(loss.logits), loss.here(loss.logits, others)
        if np.isclose(*same, rtol=1e-5, atol=1e-7):
            what = "The loss does not depend on the labels: it can fall, and accuracy stays put."
        else:
            what = (
                "A step down this loss favours the labelled class in "
                f"{as_share(loss.agreement)} of "
                "made-up examples only: it trains the network to something else."
            )
        return Finding(
            self.name,
            "wrong",
            what,
            "Look at the sign of the loss, and at what it does with the labels.",
        )


@dataclass(frozen=True)
class NoFloor:
    """A loss without a lowest value.

    Parameters
    ----------
    lowest
        A loss that a sure answer brings below this has none. The lowest value of a cosine
        similarity is -1.
    """

    name: str = "lowest value"
    lowest: float = -1.5

    def __call__(self, subject: Subject) -> Finding | None:
        """Ask what sure answers cost."""
        cost = subject.loss.here(SURE * subject.loss.toward)
        if cost >= self.lowest:
            return None
        signed = subject.form.signed
        return Finding(
            self.name,
            "wrong",
            f"Sure answers cost {cost:.4g}: this loss has no lowest value, so it will fall without "
            "end and drive the weights up.",
            "Write the labels as 0 and 1: cross-entropy cannot read -1."
            if signed
            else "No usual loss for classes does this. Look at its sign and at its arguments.",
        )


@dataclass(frozen=True)
class Gradient:
    """A gradient that does not reach the weights."""

    name: str = "gradient"

    def __call__(self, subject: Subject) -> Finding | None:
        """Look at the gradient of the probe, in evaluation mode."""
        if subject.passage.gradient or not subject.trainable:
            return None
        if _has_no_slope(subject):
            return None  # the loss itself has none
        none = subject.passage.gradient is None
        return Finding(
            self.name,
            "wrong",
            "The loss is not flat, and "
            + (
                "no operation with a gradient leads from it to a trainable weight."
                if none
                else "the gradient in every weight is exactly 0 for these examples."
            ),
            "Look for argmax, rounding or a comparison inside the model."
            if none
            else "Look for a ReLU that gives 0 to every input, or inputs that are all 0.",
        )


@dataclass(frozen=True)
class Bounded:
    """A loss of which a wrong answer costs hardly more, however sure it is.

    Parameters
    ----------
    growth
        How much of its range a loss may still gain, as an answer goes from sure of one wrong class
        to twice as sure, and count as bounded.
    """

    name: str = "highest value"
    growth: float = 0.05

    def __call__(self, subject: Subject) -> Finding | None:
        """Ask what it costs to be sure of one wrong class, and to be surer."""
        loss = subject.loss
        right = loss.here(4 * loss.toward)
        wrong, worse = (loss.here(step * loss.astray) for step in (4, 8))
        if not right < wrong or worse - wrong >= self.growth * (wrong - right):
            return None
        return Finding(
            self.name,
            "note",
            f"To be sure of one wrong class costs {_short(worse)}, and to be surer costs no more. "
            "The numbers are not those of cross-entropy: an answer that knows nothing costs "
            f"{_short(subject.clueless)}, where cross-entropy gives "
            f"{math.log(subject.classes):.3g}.",
            "Log cross-entropy as a metric beside it. A bounded loss withstands wrong labels, and "
            "learns slowly where it is far off.",
        )


@dataclass(frozen=True)
class Start:
    """A loss that begins far above that of an answer that knows nothing.

    Parameters
    ----------
    above
        By how many nats it may begin higher.
    """

    name: str = "loss at the start"
    above: float = 2.0

    def __call__(self, subject: Subject) -> Finding | None:
        """Compare the loss of the probe with that of knowing nothing."""
        start, nothing = subject.mean_objective, subject.clueless
        if not start > nothing + self.above:
            return None
        largest = float(np.abs(np.asarray(subject.images, np.float64)).max())
        return Finding(
            self.name,
            "note",
            f"The loss is {start:.3g} before training, and an answer that knows nothing costs "
            f"{nothing:.3g}: the network is sure of what it has not learned. Its first gain will "
            "be to lose that confidence.",
            (
                f"Scale the inputs (the largest number in them is {largest:.3g}), or start"
                if largest > _LARGE
                else "Start"
            )
            + " the last layer with smaller weights. Ignore this for a network that was trained "
            "before.",
        )


def _short(loss: float) -> str:
    """Write a loss with three digits; what is left of rounding is 0."""
    return "0" if abs(loss) < 1e-6 else f"{loss:.3g}"
