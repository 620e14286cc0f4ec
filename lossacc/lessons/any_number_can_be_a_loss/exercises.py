"""What notebook 05, any number can be a loss, needs of its own: readings, a table, exercises."""

from __future__ import annotations

import math

from lossacc import figures
from lossacc.claims.gains import Gain
from lossacc.claims.report import Report
from lossacc.figures.draw import Picture
from lossacc.lessons.any_number_can_be_a_loss.claims import CORRUPTED, OVER_CHANCE
from lossacc.lessons.any_number_can_be_a_loss.variants import wrong
from lossacc.losses.formulas import FORMULAS, formula
from lossacc.losses.known_values import KERAS_CLAMP, second_softmax_floor, smoothing_floor
from lossacc.losses.reference_values import Marks, marks
from lossacc.quiz import Exercise
from lossacc.runs.run import Run
from lossacc.support.text import Sheet, as_share, plain

_MARKS = (
    "lowest value, and how it is reached",
    "knowing nothing",
    "a wrong answer costs at least",
)
_TRAINS = {"helps": "yes", "does nothing": "no", "harms": "backwards"}
_REACHED = {"right": "by right answers only", "wrong": "by wrong answers", "any": "by any answer"}

# What a reader may conclude from the number alone.
TELLS = {
    "cross-entropy": "Below ln 2 it promises accuracy; above ln K some answer is wrong.",
    "1 - accuracy": "It is the share of wrong answers. It never moves.",
    "smoothed error, T 0.01": "Nearly the share of wrong answers. It hardly moves.",
    "smoothed error, T 0.1": "Nearly the share of wrong answers; of confidence it says nothing.",
    "smoothed error, T 1": "Twice the number is the most that can be wrong.",
    "smoothed error, T 10": "Little, until the logits are large: near one half all may be right.",
    "expected error": "Twice the number is the most that can be wrong.",
    "mean probability, all classes": "Nothing. It is 1/K for every network.",
    "mean probability, sigmoids": "Nothing about accuracy: the labels are not in it.",
    "mean probability, true class": "The lower, the worse the network.",
    "mean squared error": "Small before anything is learned: multiply by K before you compare.",
    "mean absolute error": "2/K times 1 - p, and no more than that.",
    "generalised cross-entropy": "Between cross-entropy and 1 - p; bounded, so outliers are muted.",
    "categorical hinge": "The most that can be wrong. At 0 no probability can be read off.",
    "focal": "Small without being good: sure answers are nearly free.",
    "label smoothing": "Subtract the lowest value first; what is left is the error.",
    "softmax twice": "Stuck far above 0, with an accuracy that may be fine.",
    "swapped: tf.nn, logits": "Below 0: no cross-entropy is.",
    "swapped: tf.nn, probabilities": "Stuck far above 0; 1 - p with a number added.",
    "swapped: Keras": "16.118 times 1 - p: too large for a cross-entropy that falls.",
}


def marks_of(run: Run) -> Marks:
    """Give the marks of what a run of `any-number-can-be-a-loss` was trained on."""
    return marks(formula(run.settings["knobs"]["loss"]), run.train.classes)


def watch(run: Run) -> Picture:
    """Show what a run was trained on, its gradient, and its accuracy."""
    found = marks_of(run)
    lines = {"chance": found.chance, "lowest": found.floor}
    return figures.objective(run, lines={k: v for k, v in lines.items() if math.isfinite(v)})


FIVE = ("cross-entropy", "expected error", "mean squared error", "label smoothing", "softmax twice")


def five_losses(classes: int = 10) -> Sheet:
    """Put five losses into a table: their marks, and what the number alone tells.

    Parameters
    ----------
    classes
        K.
    """
    rows = tuple((loss, *_marked(loss, classes), TELLS[loss]) for loss in FIVE)
    return Sheet(("loss", *_MARKS, "what the number alone tells"), rows)


def every_loss(report: Report, classes: int = 10) -> Sheet:
    """Put every loss into one table: its marks, and what training it came to.

    Parameters
    ----------
    report
        The results of `any-number-can-be-a-loss`.
    classes
        K of the data that they were measured on.
    """
    found = {(gain.id.partition("/")[2], gain.measures): gain for gain in report.gains}
    rows = tuple(_row(loss, classes, found) for loss in FORMULAS)
    columns = (
        "trained on",
        *_MARKS,
        "trains",
        "validation accuracy",
        "wrong labels: against cross-entropy",
        "what the number alone tells",
    )
    return Sheet(columns, rows, report.claims.source)


def _row(loss: str, classes: int, found: dict[tuple[str, str], Gain]) -> tuple[str, ...]:
    clean = found[("base" if loss == "cross-entropy" else loss, OVER_CHANCE)]
    corrupted = found.get((wrong(loss), CORRUPTED))
    return (
        loss,
        *_marked(loss, classes),
        _TRAINS.get(clean.verdict, clean.verdict),
        as_share(round(clean.mean + 1 / classes, 3)),
        "" if corrupted is None else f"{100 * corrupted.mean:+.0f} points",
        TELLS[loss],
    )


def _marked(loss: str, classes: int) -> tuple[str, str, str]:
    one = marks(formula(loss), classes)
    lowest = f"{_number(one.floor)}, {_REACHED[one.lowest_when]}"
    return (
        lowest if math.isfinite(one.floor) else "none",
        _number(one.chance),
        _number(one.wrong) if math.isfinite(one.wrong) else "nothing",
    )


def _number(value: float) -> str:
    return plain(round(value, 3))


EXERCISES = (
    Exercise(
        "knowing nothing, squared",
        "the mean squared error of an answer that knows nothing, with five classes",
        lambda: marks(formula("mean squared error"), 5).chance,
        "The right class is off by .8, the four others by .2 each: (.64 + 4 x .04) / 5 = .16.",
        slips={
            0.8: "That is the sum over the five classes; Keras takes their mean.",
            0.128: "That is the right class alone. The four others are off by .2 each.",
            0.32: "That is the mean absolute error.",
            1.609: "That is ln 5, what cross-entropy gives.",
        },
    ),
    Exercise(
        "promised by 1 - p",
        "the least accuracy that a mean of 1 - p of .12 leaves possible, between 0 and 1",
        lambda: marks(formula("expected error"), 10).promise(0.12),
        "A wrong answer has p of one half at most, so it costs one half at least. No more than "
        ".12 / .5 of them can be wrong.",
        slips={
            0.88: "That is the mean of p. A wrong answer may cost as little as one half.",
            0.24: "That is the most that can be wrong.",
            0.827: "That divides by ln 2, which is for cross-entropy.",
            0.94: "That divides by 2; each wrong answer costs one half or more.",
        },
    ),
    Exercise(
        "the same training",
        "the learning rate at which SGD takes the same steps",
        lambda: 0.01 * 8,
        "Every gradient is an eighth as long, so the rate is to be eight times as high.",
        within=0.0005,
        slips={
            0.00125: "The other way round: the gradients have become shorter.",
            0.01: "Then every step would be an eighth as long.",
        },
    ),
    Exercise(
        "thirteen classes, twice",
        "the lowest value of cross-entropy behind two softmax layers, with thirteen classes",
        lambda: second_softmax_floor(13),
        "The second softmax sees at best a 1 and twelve 0: e / (e + 12), and -ln of that is 1.689.",
        slips={
            2.565: "That is ln 13, for knowing nothing.",
            1.461: "That is for ten classes.",
            0.184: "That is the highest p; take -ln of it.",
            0.0: "The first softmax can reach 1 and 0. The second one makes e / (e + 12) of them.",
        },
    ),
    Exercise(
        "eight and a bit",
        "the mean probability of the right class, between 0 and 1",
        lambda: 1 - 8.059 / KERAS_CLAMP,
        "8.059 is one half of 16.118, so 1 - p is one half on average.",
        slips={
            0.0003: "That is exp(-8.059), as if it were a cross-entropy.",
            8.059: "That is the loss itself.",
        },
    ),
    Exercise(
        "two classes, smoothed",
        "the lowest value of cross-entropy with label_smoothing=.2 and two classes, in nats",
        lambda: smoothing_floor(2, 0.2),
        "The label becomes .9 and .1, and the best answer says just that: -.9 ln .9 - .1 ln .1. It "
        "is the number of nine against one.",
        slips={
            0.0: "Only for labels of 1 and 0. To say 1 costs without limit here.",
            0.5: "That is .8 and .2: a half of the .2 goes back to the label itself.",
            0.223: "That is -ln .8; the other class has a share too.",
            0.693: "That is ln 2, for knowing nothing.",
        },
    ),
)
