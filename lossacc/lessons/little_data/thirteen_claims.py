"""What `thirteen-classes` claims, and the numbers that it reads from its runs."""

from __future__ import annotations

import numpy as np

from lossacc.claims.experiment import Claim, Remedy
from lossacc.claims.rules import Evidence, all_of, at_least, below, equal
from lossacc.runs.run import Run

BATCH, DRAWS = 32, 200


def rise(run: Run) -> float:
    """Give by how much the validation accuracy ever rises above its start."""
    right = run.scores("validation").accuracy
    return float(right.max() - right[0])


def falls(run: Run) -> float:
    """Give the share of the epochs in which the training loss falls."""
    return float((np.diff(run.train.loss) < 0).mean())


def one_picture(*runs: Run) -> Evidence:
    """Read what runs have in common: a loss that falls, and an accuracy that hardly moves."""
    return {
        "least share of epochs in which the loss falls": min(falls(run) for run in runs),
        "least training loss": min(float(run.train.loss[-1]) for run in runs),
        "largest rise of the accuracy": max(rise(run) for run in runs),
    }


def ruled_out(swapped: Run, dense: Run) -> Evidence:
    """Read what the report would have shown with swapped arguments, and with a dense head."""
    return {
        "swapped, printed loss": float(swapped.printed["loss"][-1]),
        "all maps, rise of the accuracy": rise(dense),
    }


def decides(base: Run, dropped: Run, plain: Run) -> Evidence:
    """Read what ten times the rate makes of three networks that looked alike."""
    return {
        "base, rise of the accuracy": rise(base),
        "plain SGD, rise of the accuracy": rise(plain),
        "base, share dropped": float(base.settings["dropped"]),
        "three quarters, share dropped": float(dropped.settings["dropped"]),
    }


def memorised(run: Run) -> Evidence:
    """Read what a dense layer on all maps does with few images."""
    own, held = float(run.train.loss[-1]), float(run.scores("validation").loss[-1])
    return {
        "weights for each image": run.settings["weights"] / run.train.size,
        "training accuracy": float(run.train.accuracy[-1]),
        "validation loss over training loss": held / own,
    }


def single_batches(run: Run) -> Evidence:
    """Read how far the accuracies of single batches spread, at the same weights."""
    right, rng = run.train.correct[-1], np.random.default_rng(0)
    batches = [right[rng.permutation(len(right))[:BATCH]].mean() for _ in range(DRAWS)]
    return {"spread": float(np.std(batches)), "range": float(np.ptp(batches))}


CLAIMS = (
    Claim(
        name="one picture",
        sentence=(
            "At a rate of 1e-4 the training loss falls in 18 epochs of 20 or more and the "
            "validation accuracy gains less than 20 points: with Adam, with plain SGD, and with "
            "three quarters dropped in place of one."
        ),
        catalogue=("C19", "C15", "C20"),
        reads=("base", "plain SGD", "three quarters dropped"),
        control=(
            "ten times the rate",
            "ten times, plain SGD",
            "ten times, three quarters dropped",
        ),
        evidence=one_picture,
        measured=(
            "over the three runs: the least share of epochs in which the training loss in "
            "evaluation mode falls, .9 or more; the largest rise of the validation accuracy above "
            "its start, below .2"
        ),
        rule=all_of(
            at_least("least share of epochs in which the loss falls", 0.9),
            at_least("least training loss", 0),
            below("largest rise of the accuracy", 0.2),
        ),
        effect="largest rise of the accuracy",
    ),
    Claim(
        name="ruled out",
        sentence=(
            "With the arguments swapped the printed loss is below 0; with a dense layer on all "
            "maps the accuracy gains 15 points or more."
        ),
        catalogue=("C14", "C18"),
        reads=("swapped", "all maps"),
        control=("base", "base"),
        evidence=ruled_out,
        measured="printed loss of the last epoch; highest validation accuracy above its start",
        rule=all_of(
            below("swapped, printed loss", 0), at_least("all maps, rise of the accuracy", 0.15)
        ),
        effect="swapped, printed loss",
    ),
    Claim(
        name="what decides",
        sentence=(
            "At ten times the rate, for as many epochs, Adam gains 30 points of accuracy or more "
            "and SGD less than 10; and a count of the zeros behind the dropout layer tells whether "
            "it drops a quarter or three."
        ),
        catalogue=("C19", "C15"),
        reads=("ten times the rate", "ten times, three quarters dropped", "ten times, plain SGD"),
        control=("base", "three quarters dropped", "plain SGD"),
        evidence=decides,
        measured=(
            "the highest validation accuracy above its start: .3 or more, below .1; the share of "
            "zeros that the dropout layer makes of 10,000 ones in training mode"
        ),
        rule=all_of(
            at_least("base, rise of the accuracy", 0.3),
            below("plain SGD, rise of the accuracy", 0.1),
            equal("base, share dropped", 0.25, within=0.03),
            equal("three quarters, share dropped", 0.75, within=0.03),
        ),
        effect="base, rise of the accuracy",
    ),
    Claim(
        name="room to memorise",
        sentence=(
            "A dense layer on all maps, at ten times the rate, has nine in ten training images "
            "right, and validation costs twice as much as training or more."
        ),
        catalogue=("C18",),
        reads=("ten times, all maps",),
        control=("ten times the rate",),
        evidence=memorised,
        measured="training accuracy, and validation loss over training loss, at the end",
        rule=all_of(
            at_least("training accuracy", 0.9), at_least("validation loss over training loss", 2)
        ),
        effect="validation loss over training loss",
    ),
    Claim(
        name="single batches",
        sentence=(
            "At the same weights, single batches of 32 training images differ in accuracy by 30 "
            "points or more."
        ),
        catalogue=("C20",),
        reads=("ten times the rate",),
        control=("ten times, all maps",),
        evidence=single_batches,
        measured="the accuracies of 200 random batches: the largest less the smallest",
        rule=at_least("range", 0.3),
        effect="range",
    ),
)


def gain(without: Run, given: Run) -> float:
    """Give the gain in validation accuracy at the end."""
    ends = [float(run.scores("validation").accuracy[-1]) for run in (without, given)]
    return ends[1] - ends[0]


_ACCURACY = "validation accuracy at the end"

REMEDIES = (
    Remedy("ten times the rate", ("C19",), _ACCURACY, gain, 0.05, "helps"),
    Remedy(
        "ten times the rate",
        ("C15",),
        _ACCURACY,
        gain,
        0.05,
        "helps",
        "ten times, three quarters dropped",
        "A quarter dropped in place of three quarters, at ten times the rate.",
    ),
)
