"""Whether the validation set is large enough, and drawn, labelled and prepared as the other."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lossacc.checks.clinic.evidence import HINT, IDENTITY, PATTERN, Evidence
from lossacc.checks.clinic.facts import Facts
from lossacc.checks.run.renaming import best_renaming, confusion
from lossacc.runs.scores import Scores
from lossacc.support.text import percent


@dataclass(frozen=True)
class Small:
    """See whether chance alone moves the validation accuracy by more than is read into it.

    Parameters
    ----------
    error
        The standard error of the accuracy that is too much to read a trend: four points.
    most
        Never spoken of beyond so many examples.
    """

    error: float = 0.04
    most: int = 60

    def __call__(self, facts: Facts) -> Iterator[Evidence]:
        """Work out the standard error of the last accuracy."""
        run = facts.run
        if run is None or run.validation is None or not 0 < run.validation.size <= self.most:
            return
        n = run.validation.size
        right = (run.validation.correct[-1].sum() + 1) / (n + 2)  # never quite sure, of so few
        error = math.sqrt(right * (1 - right) / n)
        if error > self.error:
            yield Evidence(
                "small validation set",
                PATTERN + HINT,
                f"The validation set has {n} examples: one flip is {percent(1 / n)}, and the "
                f"accuracy is uncertain by {percent(error)} (one standard error).",
            )


@dataclass(frozen=True)
class SortedSplit:
    """See whether the two sets have other classes.

    Parameters
    ----------
    unseen
        The share of validation labels that no training example bears.
    apart
        The total variation distance of the two sets' class shares.
    expected
        The training examples that such a class should have: a split at random misses a rare one.
    fewest
        The least validation examples.
    """

    unseen: float = 0.1
    expected: float = 5.0
    apart: float = 0.4
    fewest: int = 10

    def __call__(self, facts: Facts) -> Iterator[Evidence]:
        """Compare the labels of the two sets."""
        run = facts.run
        if run is None or run.validation is None or run.validation.size < self.fewest:
            return
        k = run.train.classes
        held, train = (np.bincount(s.labels, minlength=k) for s in (run.validation, run.train))
        expected = held * train.sum() / held.sum()  # in training, if chance had split them
        unseen = held[(train == 0) & (expected > self.expected)].sum() / held.sum()
        apart = 0.5 * np.abs(held / held.sum() - train / max(train.sum(), 1)).sum()
        noise = math.sqrt(k / held.sum())
        if unseen > self.unseen or apart > max(self.apart, noise):
            yield Evidence(
                "sorted split",
                IDENTITY,
                f"{percent(float(unseen))} of the validation examples are of classes that no "
                f"training example has; {percent(float(apart))} of the labels would have to change "
                "to make the two sets alike.",
            )


@dataclass(frozen=True)
class Labels:
    """See whether validation labels have other numbers, or belong to other examples.

    Parameters
    ----------
    gain, reached
        What the best renaming of the answers must add to the accuracy on examples that did not
        choose it, and reach.
    errors
        How many standard errors that gain must be.
    chance, ever
        How far above what labels at random would give the accuracy may be, in standard errors, at
        the end and in any epoch: what was once learned was labelled rightly.
    learned
        What the training accuracy must be at least, above chance: else nothing was learned.
    sure
        How sure the network must be of validation, as a share of how sure it is of training: what
        it knows it answers surely, whatever the labels say.
    """

    gain: float = 0.3
    reached: float = 0.5
    errors: float = 3.0
    chance: float = 3.0
    ever: float = 4.0
    learned: float = 0.3
    sure: float = 0.65

    def __call__(self, facts: Facts) -> Iterator[Evidence]:
        """Try the best renaming; then compare with answers dealt out at random."""
        run = facts.run
        if run is None or run.validation is None or run.validation.size < 20:
            return
        held = run.validation
        if not np.isfinite(held.logits[-1]).all():
            return
        before, after, found = renamed(held, self.gain, self.reached, self.errors)
        if found:
            yield Evidence(
                "renamed labels",
                IDENTITY - 0.5,  # inputs that differ from the start can put names on their heads
                f"{percent(before)} of the validation examples are right; with the answers "
                f"renamed {percent(after)} of those that did not choose the names would be.",
            )
            return
        yield from self._mispaired(run.train, held)

    def _mispaired(self, train: Scores, held: Scores) -> Iterator[Evidence]:
        k, n = held.classes, held.size
        answers = np.bincount(held.predicted[-1], minlength=k) / n
        labels = np.bincount(held.labels, minlength=k) / n
        expected = float((answers * labels).sum())
        error = math.sqrt(expected * (1 - expected) / n)
        right, learned = float(held.accuracy[-1]), float(train.accuracy[-1])
        several = float((answers > 0.5 / k).mean()) > 0.5
        right_by_chance = (
            right < expected + self.chance * error
            and float(held.accuracy.max()) < expected + self.ever * error
        )
        if right_by_chance and learned > expected + self.learned and several:
            sure = float(held.confidence[-1].mean()), float(train.confidence[-1].mean())
            yield Evidence(
                "mispaired labels",
                PATTERN + (HINT if sure[0] > self.sure * sure[1] else 0),
                f"{percent(right)} of the validation examples are right, and "
                f"{percent(expected)} would be if labels were dealt out at random; of the training "
                f"examples {percent(learned)} are. The network is as sure of both "
                f"({percent(sure[0])} and {percent(sure[1])}).",
            )


def renamed(
    scores: Scores, gain: float = 0.3, reached: float = 0.5, errors: float = 3.0
) -> tuple[float, float, bool]:
    """Give the accuracy before and after the best renaming, and whether that is no chance."""
    names = best_renaming(confusion(scores, slice(None, None, 2)))
    answers, labels = scores.predicted[-1][1::2], scores.labels[1::2]
    was, would = answers == labels, names[answers] == labels
    error = math.sqrt(float((was != would).mean()) / len(was))
    before, after = float(was.mean()), float(would.mean())
    return before, after, after >= max(reached, before + max(gain, errors * error))


@dataclass(frozen=True)
class Prepared:
    """See whether the two sets look alike to a network that has learned nothing yet.

    Before training a network is a random function of its inputs. Two samples of one kind give it
    outputs of one kind, whatever the classes; another scale, offset or contrast does not.

    Parameters
    ----------
    errors
        How many standard errors the mean outputs must be apart. Of K outputs the largest by chance
        is about 3.
    scale
        How many times as spread the outputs of one set must be.
    fewest
        Examples of either set.
    blind
        A spread of the training outputs below which the network shows nothing of its inputs.
    sure
        Standard errors beyond which it is no matter of degree: mixed images and fresh noise on
        one side shift outputs too, by less.
    """

    errors: float = 4.5
    scale: float = 1.6
    fewest: int = 10
    blind: float = 1e-3
    sure: float = 8.0

    def __call__(self, facts: Facts) -> Iterator[Evidence]:
        """Compare the logits of epoch 0."""
        run = facts.run
        if run is None or run.validation is None or run.epochs[0] != 0:
            return
        one, two = (s.logits[0].astype(np.float64) for s in (run.train, run.validation))
        if min(len(one), len(two)) < self.fewest or not np.isfinite(one).all():
            return
        spread = [float(z.std(axis=0).mean()) for z in (one, two)]
        if not np.isfinite(two).all() or spread[0] < self.blind:
            return
        error = np.sqrt(one.var(axis=0) / len(one) + two.var(axis=0) / len(two)) + 1e-9
        apart = float((np.abs(one.mean(axis=0) - two.mean(axis=0)) / error).max())
        ratio = spread[1] / spread[0]
        scaled = not 1 / self.scale < ratio < self.scale
        if apart > self.errors or scaled:
            yield Evidence(
                "other preprocessing",
                IDENTITY if scaled or apart > self.sure else PATTERN + 1,
                f"Before training, when nothing is learned, the outputs for the validation "
                f"examples are {ratio:.3g} times as spread as those for the training examples, "
                f"and their means are {apart:.1f} standard errors apart: the inputs differ.",
            )
