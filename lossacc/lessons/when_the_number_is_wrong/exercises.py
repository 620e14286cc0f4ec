"""What notebook 11, when the number itself is wrong, needs of its own: tables, exercises."""

from __future__ import annotations

from collections.abc import Mapping

from lossacc.lessons.when_the_number_is_wrong.shots_claims import gap, new
from lossacc.lessons.when_the_number_is_wrong.slip_claims import answers, renamed
from lossacc.quiz import Exercise
from lossacc.runs.run import Run
from lossacc.support.text import Sheet, nats, percent


def slips(runs: Mapping[str, Run]) -> Sheet:
    """Give what both sets say at the end, and how many images get the commonest answer."""
    rows = []
    for name, run in runs.items():
        held = run.scores("validation")
        said = percent(run.train.accuracy[-1]), percent(held.accuracy[-1])
        often = percent(float(answers(held).max() / held.size))
        rows.append((name, *said, nats(float(held.loss[-1])), often))
    columns = ("run", "training images right", "validation images right", "validation loss")
    return Sheet((*columns, "the commonest answer"), tuple(rows))


def counts(run: Run) -> Sheet:
    """Give how often each class is a validation label, and how often it is the answer."""
    held = run.scores("validation")
    labels = [int((held.labels == k).sum()) for k in range(held.classes)]
    lines = (("labels", labels), ("answers", answers(held)))
    rows = tuple((name, *map(str, counted)) for name, counted in lines)
    return Sheet(("class", *map(str, range(held.classes))), rows)


def right_if_renamed(run: Run) -> str:
    """Give the accuracy where each answer is read as the label that it meets most often."""
    return percent(renamed(run.scores("validation")))


def beside_new(runs: Mapping[str, Run]) -> Sheet:
    """Give what validation says at the end, and what images of new groups say."""
    rows = []
    for name, run in runs.items():
        held = percent(run.scores("validation").accuracy[-1]), percent(new(run))
        own = percent(float(run.settings["same_group"]))
        rows.append((name, *held, f"{100 * gap(run):.0f} points", own))
    columns = ("run", "validation says", "new groups say", "difference", "own group is nearest")
    return Sheet(columns, tuple(rows))


EXERCISES = (
    Exercise(
        "all zeros of twenty-five",
        "the accuracy that is printed",
        lambda: 24 / 25,
        "24 of 25 outputs are on the label's side of .5, in each row. That is .96, and no answer "
        "is right.",
        slips={
            1 / 25: "That is the share of ones among the labels. The zeros are what it gets right.",
            0.0: "No answer is right. But this metric does not ask for answers.",
        },
    ),
    Exercise(
        "a quarter of ten classes",
        "the share of validation images whose class was never trained",
        lambda: 2 / 2.5,
        "A quarter is two and a half classes: all of two, and half of a third one, of which the "
        "other half was trained on.",
        slips={
            0.25: "That is the share of all images that are validated on.",
            1.0: "Half of one class lies on the training side.",
            0.2: "That is their share of all images; divide by the quarter.",
        },
    ),
    Exercise(
        "ten images at the end",
        "the accuracy over all 910 images",
        lambda: (900 * 0.8 + 10) / 910,
        "730 of 910. The mean of ten means counts each image of the last batch ten times.",
        slips={
            0.82: "That is the mean of the ten batch means, which is what the loop printed.",
            0.73: "730 are right. Divide by 910 and not by ten full batches.",
        },
        within=0.0005,
    ),
)
