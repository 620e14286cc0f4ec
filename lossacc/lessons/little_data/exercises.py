"""What notebook 09, little data, needs of its own: tables of its runs, and exercises."""

from __future__ import annotations

import math
from collections.abc import Mapping

from lossacc.analysis.stats import share_interval
from lossacc.lessons.little_data import callbacks, sixty
from lossacc.lessons.little_data.few_evidence import late
from lossacc.lessons.little_data.thirteen_claims import falls, rise
from lossacc.quiz import Exercise
from lossacc.runs.run import Run
from lossacc.support.text import Sheet, nats, percent

Z = 1.96  # standard errors to each side of a 95 % interval


def ends(runs: Mapping[str, Run]) -> Sheet:
    """Give what both sets of images cost at the end, in evaluation mode, and how many are right."""
    rows = []
    for name, run in runs.items():
        held = run.scores("validation")
        own = nats(float(run.train.loss[-1])), percent(run.train.accuracy[-1])
        rows.append((name, *own, nats(late(held.loss)), percent(late(held.accuracy))))
    columns = ("network", "training images cost", "right", "validation images cost", "right")
    return Sheet(columns, tuple(rows))


def beside_the_report(runs: Mapping[str, Run]) -> Sheet:
    """Set runs beside a report: a loss above 0 that falls, an accuracy that hardly rises."""
    rows = []
    for name, run in runs.items():
        printed, up = float(run.printed["loss"][-1]), rise(run)
        fits = falls(run) >= 0.9 and printed > 0 and up < 0.2
        told = (f"{printed:.2f}", f"{100 * up:.0f} points", "yes" if fits else "no")
        rows.append((name, percent(falls(run)), *told))
    columns = ("network", "epochs in which the loss falls", "printed at the end")
    return Sheet((*columns, "the accuracy rises by", "fits the report"), tuple(rows))


def which_epoch(runs: Mapping[str, Run]) -> Sheet:
    """Give what three ways to choose an epoch on sixty images keep, in the mean over drawings."""
    rows = []
    for name, run in runs.items():
        for by in ("loss", "accuracy", "last"):
            chosen = sixty.kept(run, by)
            epoch, seen, new = (
                sum(values) / len(chosen)
                for values in zip(*((k.epoch, k.promised, k.worth) for k in chosen), strict=True)
            )
            rows.append((f"{name}: {WAYS[by]}", f"{epoch:.0f}", percent(seen), percent(new)))
    return Sheet(
        ("images, and what is kept", "epoch", "on the sixty", "on new images"), tuple(rows)
    )


WAYS = {"loss": "lowest loss", "accuracy": "highest accuracy", "last": "last epoch"}


def left_by_callbacks(run: Run) -> Sheet:
    """Give the epoch that Keras' callbacks leave, and its validation loss."""
    ways = {
        "ModelCheckpoint, save_best_only=False": callbacks.saved(run, save_best_only=False),
        "ModelCheckpoint, save_best_only=True": callbacks.saved(run, save_best_only=True),
        "the same, by val_accuracy": callbacks.saved(
            run, "val_accuracy", save_best_only=True, mode="max"
        ),
        "EarlyStopping, patience 8": callbacks.ended(run, patience=8),
        "the same, restore_best_weights": callbacks.ended(
            run, patience=8, restore_best_weights=True
        ),
    }
    scores = run.scores("validation")
    rows = [
        (name, str(row), nats(float(scores.loss[row])), percent(scores.accuracy[row]))
        for name, row in ways.items()
    ]
    return Sheet(("callback", "epoch", "validation loss", "right"), tuple(rows))


def interval_of(right: float, images: int) -> str:
    """Give the 95 % interval of an accuracy, as a sentence."""
    low, high = share_interval(right, images)
    return f"{percent(right)} of {images} images: between {percent(low)} and {percent(high)}"


EXERCISES = (
    Exercise(
        "three points",
        "how many validation images",
        lambda: 0.7 * 0.3 * (Z / 0.03) ** 2,
        "Half the width is 1.96 standard errors, and the standard error is the root of .21 / n. "
        "With 896 images it is three points.",
        slips={
            0.7 * 0.3 / 0.03**2: "That makes one standard error three points; an interval of 95 % "
            "reaches 1.96 of them to each side.",
            0.7 * 0.3 * (Z / 0.015) ** 2: "That is for an interval three points wide in all, one "
            "and a half to each side.",
            0.25 * (Z / 0.03) ** 2: "That is for an accuracy of one half, where the spread is the "
            "largest; here it is .7.",
        },
        within=1.0,
    ),
    Exercise(
        "one flip in fifty-two",
        "the change of the accuracy, in points",
        lambda: 100 / 52,
        "One image of 52 is 1.9 points: two lines of a log that differ by less do not exist.",
        slips={
            1 / 52: "That is the share; in points it is a hundred times that.",
            0.52: "That is 52 of a hundred the other way round: divide 100 by 52.",
        },
    ),
    Exercise(
        "thirteen maps",
        "the weights of the dense layer for each training image",
        lambda: 150 * 200 * 32 * 13 / 6000,
        "150 times 200 places, 32 channels, 13 classes: 12.48 million weights, for 6,000 images.",
        slips={
            150 * 200 * 32 / 6000: "That is for one class; the dense layer has thirteen.",
            150 * 200 * 13 / 6000: "That is for one channel; the last convolution has 32.",
            150 * 200 * 32 * 13: "Those are all of them; divide by the number of images.",
        },
        within=1.0,
    ),
    Exercise(
        "a quarter kept",
        "the standard deviation of one unit in training mode",
        lambda: math.sqrt(4 - 1),
        "It is 4 in one case of four, else 0: its mean is 1, its mean square is 4, and 4 less 1 "
        "is the variance. With a quarter dropped the standard deviation is .577.",
        slips={
            math.sqrt(4 / 3 - 1): "That is with a quarter dropped; here three quarters are.",
            3.0: "That is the variance; take the root.",
            2.0: "That is the root of the mean square; take the square of the mean off first.",
        },
    ),
)
