"""What `one-slip` claims, and the numbers that it reads from its runs."""

from __future__ import annotations

import math

import numpy as np

from lossacc.claims.experiment import Claim
from lossacc.claims.rules import Evidence, above, all_of, at_least, at_most, equal
from lossacc.runs.run import Run
from lossacc.runs.scores import Scores
from lossacc.support.types import IntArray


def ends(scores: Scores) -> tuple[float, float]:
    """Give the accuracy at the end, and the loss at the end over ln K."""
    return float(scores.accuracy[-1]), float(scores.loss[-1]) / math.log(scores.classes)


def answers(scores: Scores) -> IntArray:
    """Give how many examples get each answer at the end, (K,)."""
    return np.bincount(scores.logits[-1].argmax(axis=1), minlength=scores.classes)


def counted_otherwise(scores: Scores) -> float:
    """Give the share of examples by which the counts of answers and of labels differ."""
    labels = np.bincount(scores.labels, minlength=scores.classes)
    return float(np.abs(answers(scores) - labels).sum() / 2 / scores.size)


def renamed(scores: Scores) -> float:
    """Give the accuracy where each answer is read as the label that it meets most often."""
    table = np.zeros((scores.classes, scores.classes), np.int64)
    np.add.at(table, (scores.logits[-1].argmax(axis=1), scores.labels), 1)
    return float(table.max(axis=1).sum() / scores.size)


def _sorted(run: Run) -> Evidence:
    held = run.scores("validation")
    right, cost = ends(held)
    never = ~np.isin(held.labels, run.train.labels)
    return {
        "training accuracy": float(run.train.accuracy[-1]),
        "validation accuracy": right,
        "validation loss over ln K": cost,
        "of classes that were not trained": float(never.mean()),
    }


def _another_order(run: Run) -> Evidence:
    held = run.scores("validation")
    right, cost = ends(held)
    return {
        "training accuracy": float(run.train.accuracy[-1]),
        "times guessing": right * held.classes,
        "validation loss over ln K": cost,
        "counted otherwise": counted_otherwise(held),
    }


def _renumbered(run: Run) -> Evidence:
    held = run.scores("validation")
    right, cost = ends(held)
    return {
        "validation accuracy": right,
        "validation loss over ln K": cost,
        "accuracy with the answers renamed": renamed(held),
    }


def _not_divided(run: Run, base: Run) -> Evidence:
    one, other = run.scores("validation"), base.scores("validation")
    right, cost = ends(one)
    return {
        "validation accuracy": right,
        "accuracy lost": float(other.accuracy[-1]) - right,
        "validation loss over ln K": cost,
        "times the loss": float(one.loss[-1] / other.loss[-1]),
    }


def _divided_twice(run: Run) -> Evidence:
    held = run.scores("validation")
    right, cost = ends(held)
    return {
        "training accuracy": float(run.train.accuracy[-1]),
        "times guessing": right * held.classes,
        "validation loss over ln K": cost,
        "share of the two commonest answers": float(np.sort(answers(held))[-2:].sum() / held.size),
    }


def _untouched(base: Run, *others: Run) -> Evidence:
    apart = [float(np.abs(base.train.loss - other.train.loss).max()) for other in others]
    return {"training losses apart": max(apart)}


_ENDS = "accuracy and loss of both sets at the end"

CLAIMS = (
    Claim(
        name="sorted",
        sentence=(
            "Sorted by class and split at the end, the network has nineteen of twenty training "
            "images right, next to no validation image, and a validation loss above twice ln K."
        ),
        catalogue=("M03",),
        reads=("sorted",),
        control=("base",),
        evidence=_sorted,
        measured=_ENDS,
        rule=all_of(
            at_least("training accuracy", 0.95),
            at_most("validation accuracy", 0.02),
            at_least("validation loss over ln K", 2),
            at_least("of classes that were not trained", 0.95),
        ),
        effect="validation accuracy",
    ),
    Claim(
        name="another order",
        sentence=(
            "With the validation labels in another order the accuracy is that of guessing and the "
            "loss above twice ln K, though each answer is given about as often as its label."
        ),
        catalogue=("M04", "C58"),
        reads=("another order",),
        control=("base",),
        evidence=_another_order,
        measured=_ENDS + "; half the sum of the differences between both counts",
        rule=all_of(
            at_least("training accuracy", 0.95),
            at_most("times guessing", 2),
            at_least("validation loss over ln K", 2),
            at_most("counted otherwise", 0.15),
        ),
        effect="times guessing",
    ),
    Claim(
        name="renumbered",
        sentence=(
            "With the classes numbered otherwise the accuracy is below half of guessing; with each "
            "answer read as the label that it meets most often it is 80 % or more."
        ),
        catalogue=("M16",),
        reads=("renumbered",),
        control=("another order",),
        evidence=_renumbered,
        measured=_ENDS + "; the accuracy of renamed answers",
        rule=all_of(
            at_most("validation accuracy", 0.05),
            at_least("validation loss over ln K", 2),
            at_least("accuracy with the answers renamed", 0.8),
        ),
        effect="accuracy with the answers renamed",
    ),
    Claim(
        name="not divided",
        sentence=(
            "Validation images that were not divided by 255 cost fifty times as much as they "
            "should or more, and more than ln K; three in four or more are right all the same."
        ),
        catalogue=("M05", "C61"),
        reads=("not divided", "base"),
        control=("base", "base"),
        evidence=_not_divided,
        measured="validation accuracy and loss at the end, against those without the slip",
        rule=all_of(
            at_least("validation accuracy", 0.75),
            above("validation loss over ln K", 1),
            at_least("times the loss", 50),
        ),
        effect="times the loss",
    ),
    Claim(
        name="divided twice",
        sentence=(
            "Of validation images that were divided by 255 twice, nine in ten or more get one of "
            "two answers at most; the loss is within a fifth of ln K."
        ),
        catalogue=("M05", "C61"),
        reads=("divided twice",),
        control=("base",),
        evidence=_divided_twice,
        measured=_ENDS + "; the share of the two answers that are given most often",
        rule=all_of(
            at_least("training accuracy", 0.95),
            at_most("times guessing", 2.5),
            equal("validation loss over ln K", 1, within=0.2),
            at_least("share of the two commonest answers", 0.9),
        ),
        effect="share of the two commonest answers",
    ),
    Claim(
        name="training knows nothing",
        sentence=(
            "Four of the five slips leave the training loss as it is, in every epoch and to the "
            "last digit; sorting does not."
        ),
        catalogue=("M03", "M04", "M05", "M16"),
        reads=("base", "another order", "renumbered", "not divided", "divided twice"),
        control=("base", "another order", "renumbered", "not divided", "sorted"),
        evidence=_untouched,
        measured="the largest difference of the training losses, over epochs and slips",
        rule=equal("training losses apart", 0),
        effect="training losses apart",
    ),
)
