"""Whether an accuracy is more than the share of the commonest class."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lossacc.runs.scores import Scores
from lossacc.support.report import Report
from lossacc.support.text import how_many


@dataclass(frozen=True, repr=False)
class BaseRate(Report):
    """Whether an accuracy is more than the share of the commonest class.

    Parameters
    ----------
    images
        How many there are.
    commonest, common
        The commonest label, and how many images bear it.
    right
        How many images are right.
    answer, given
        The commonest answer of the network, and how many images get it.
    example
        What one of them is called, as in `Run.example`.
    """

    images: int
    commonest: int
    common: int
    right: int
    answer: int
    given: int
    example: str = "image"

    @property
    def rate(self) -> float:
        """The base rate: the accuracy of always naming the commonest label."""
        return self.common / self.images

    @property
    def accuracy(self) -> float:
        """The accuracy of the network."""
        return self.right / self.images

    @property
    def equal(self) -> bool:
        """Whether the accuracy is the base rate, to the image."""
        return self.right == self.common

    @property
    def one_answer(self) -> bool:
        """Whether every image gets the same answer."""
        return self.given == self.images

    @property
    def headline(self) -> str:
        """What the accuracy is worth."""
        if self.one_answer:
            every = how_many(self.images, self.example)
            return (
                f"All {every} get one answer, class {self.answer}; the accuracy, "
                f"{self.accuracy:.1%}, is the share of that class and says nothing of the network."
            )
        gap = 100 * (self.accuracy - self.rate)
        off = f"{abs(gap):.1f} points {'above' if gap > 0 else 'below'}"
        return (
            f"The accuracy, {self.accuracy:.1%}, is {'equal to' if self.equal else off} the base "
            f"rate, {self.rate:.1%}; {self.given / self.images:.1%} of the answers are class "
            f"{self.answer}."
        )


def base_rate_of(scores: Scores, row: int = -1, example: str = "image") -> BaseRate:
    """Compare the accuracy of one recorded row with the base rate.

    Raises
    ------
    ValueError
        If there are no examples.
    """
    if not scores.size:
        raise ValueError("there are no examples; expected at least one")
    labels = np.bincount(scores.labels, minlength=scores.classes)
    answers = np.bincount(scores.predicted[row], minlength=scores.classes)
    return BaseRate(
        images=scores.size,
        commonest=int(labels.argmax()),
        common=int(labels.max()),
        right=int(scores.correct[row].sum()),
        answer=int(answers.argmax()),
        given=int(answers.max()),
        example=example,
    )
