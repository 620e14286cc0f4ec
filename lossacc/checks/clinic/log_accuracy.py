"""What a log says of its accuracy: still, odd, or that of one class."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lossacc.checks.clinic.evidence import PATTERN, Evidence
from lossacc.checks.clinic.facts import Facts, Line
from lossacc.checks.clinic.lines import end, full, last, most
from lossacc.support.text import nats, percent

_ALIKE = 0.05  # how near an accuracy must be to a base rate that was told


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
    above
        How many times the loss of answers no surer than that accuracy the first loss must be.
    """

    still: float = 2e-4
    fell: float = 0.3
    early: float = 0.03
    above: float = 1.3

    def __call__(self, facts: Facts) -> Iterator[Evidence]:
        """Look for an accuracy that stands, or is high before anything is learned."""
        train, held = full(facts.train), full(facts.validation)
        if train is None:
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
        costs = k and loss[0] > self.above * float(most(right[:1], k)[0])
        if k and k > 2 and right[0] > 1 - 1 / k - self.early and costs:
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
    constant
        Or in how many last epochs the validation accuracy must be the same to the last digit, as
        that of one class is in a training that has only begun.
    outputs
        An accuracy that is so near 1 - 1/K in the first epoch and rises is one of single outputs.
    entropy, training
        Of what always naming one class costs, the least that validation and training cost at the
        end: what has learned to tell the classes apart costs less.
    """

    least: float = 0.65
    greatest: float = 0.985
    still: float = 0.02
    alike: float = 0.05
    constant: int = 3
    outputs: float = 0.03
    entropy: float = 0.9
    training: float = 0.75

    def __call__(self, facts: Facts) -> Iterator[Evidence]:
        """Compare the loss with the entropy of that accuracy."""
        train, held = full(facts.train), full(facts.validation) or full(facts.train)
        if train is None or held is None:
            return
        right = end(held.accuracy)
        if facts.commonest is not None and abs(right - facts.commonest) > _ALIKE:
            return
        if facts.commonest is None and self._of_outputs(train, facts.classes):
            return
        halves = [one.accuracy[len(one.accuracy) // 2 :] for one in (train, held)]
        still = max(np.ptp(half) for half in halves) < self.still
        early = bool((np.abs(held.accuracy[: len(held.accuracy) // 2 + 1] - right) < 0.02).any())
        begun = np.ptp(held.accuracy[-self.constant :]) == 0 and len(held.accuracy) > self.constant
        right = float(held.accuracy[-1]) if begun else right
        near = abs((train.accuracy[-1] if begun else end(train.accuracy)) - right) < self.alike
        stands = (begun or (still and early)) and near and self.least < right < self.greatest
        entropy = -right * math.log(right) - (1 - right) * math.log(1 - right) if stands else 0
        costs = end(held.loss) > self.entropy * entropy
        if stands and costs and end(train.loss) > self.training * entropy:
            yield Evidence(
                "imbalance",
                PATTERN + 2.9,
                f"The validation accuracy stays near {percent(right)} from half of the epochs "
                f"on, at a loss of {nats(end(held.loss))}; always naming a class with that share "
                f"costs {nats(entropy)}.",
            )

    def _of_outputs(self, train: Line, classes: int | None) -> bool:
        """Whether the accuracy begins as one that counts outputs, of which one in K is 1."""
        if not classes or classes < 3:
            return False
        begins = abs(float(train.accuracy[0]) - 1 + 1 / classes) < self.outputs
        return begins and float(train.accuracy.max()) > 1 - 1 / classes + self.outputs


@dataclass(frozen=True)
class Impossible:
    """See whether a number is one that a training of classes cannot print.

    Parameters
    ----------
    broken
        A loss that only a clamp holds: -ln 1e-7 = 16.1 is Keras', 87.3 Caffe's, 100 PyTorch's.
    still
        The range of a validation accuracy that stands still.
    learns
        A fall of the validation loss, as a share, that one answer for every example does not make.
    """

    broken: float = 14.0
    still: float = 1e-6
    learns: float = 0.05

    def __call__(self, facts: Facts) -> Iterator[Evidence]:
        """Look at the signs and the sizes."""
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
            fine = last(facts.train.loss) < 0.5 * facts.chance  # then validation is another matter
            clamped = facts.of_classes and len(loss) and loss[-1] > self.broken and not fine
            if clamped and np.ptp(loss[-2:]) < 0.05 * loss[-1]:
                yield Evidence(
                    "rate too high",
                    PATTERN + 2.5,
                    f"The {name} loss stands at {nats(float(loss[-1]))}, where only a clamp holds "
                    "it: every answer is sure, and broken. What the accuracy says then is chance.",
                )
            learns = len(loss) and loss[0] - loss[-1] > self.learns * abs(loss[0])
            one = len(right) > 3 and np.ptp(right) <= self.still and right[0] < 1
            if name == "validation" and one and not learns:
                yield from _one_answer(facts, float(right[0]), len(right), len(loss) > 0)


def _one_answer(facts: Facts, right: float, rows: int, judged: bool) -> Iterator[Evidence]:
    seen = (
        f"The validation accuracy is {right:.6g} in all {rows} rows: one answer for every example, "
        "and this is the share of its class."
    )
    common = facts.commonest is None or abs(right - facts.commonest) < _ALIKE
    for cause, weight in (
        ("other preprocessing", 4.5),
        ("batchnorm statistics", 4.4),
        *([("imbalance", 4.0)] if common else []),
        ("stuck", 3.9),
    ):
        yield Evidence(cause, weight - (1 if judged else 0), seen)
