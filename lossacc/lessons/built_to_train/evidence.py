"""The numbers that the claims of `built-to-train` read from runs, and what remedies gain."""

from __future__ import annotations

import math

import numpy as np

from lossacc.claims.rules import Evidence
from lossacc.runs.run import Run
from lossacc.support.types import FloatArray

LATE = slice(-3, None)  # epochs: the end, less the chance of a single one
FAIR = 0.6  # of the validation images right: a training that is well under way


def below_guessing(run: Run) -> float:
    """Give by how many nats the training loss ends below ln K; NaN where it is no number."""
    return math.log(run.train.classes) - float(run.train.loss[-1])


def readout(run: Run, place: str) -> float:
    """Give the validation accuracy of the readout at a place; NaN where none was fitted."""
    return float(run.settings.get("readouts", {}).get(place, math.nan))


def share_cut(run: Run) -> float:
    """Give the share of the steps that clipping cut."""
    return float(run.settings["share_cut"])


def stuck(base: Run, higher: Run, lower: Run) -> Evidence:
    """Read how far below guessing each of them ends."""
    runs = {"a rate of .1": base, "a rate of 1": higher, "a rate of .01": lower}
    return {f"below ln K at {name}": below_guessing(run) for name, run in runs.items()}


def hidden(run: Run) -> Evidence:
    """Read what a linear readout in the middle gets right, and what the network itself does."""
    return {
        "readout in the middle": readout(run, "middle"),
        "readout at the end": readout(run, "end"),
        "the network": float(run.scores("validation").accuracy[-1]),
    }


def started(he: Run, normal: Run, residual: Run, adam: Run) -> Evidence:
    """Read the highest training accuracy that each of them reaches."""
    runs = {"He": he, "normalised": normal, "residual": residual, "Adam": adam}
    return {name: float(run.train.accuracy.max()) for name, run in runs.items()}


def no_number(run: Run) -> Evidence:
    """Read the share of losses that are no number, and accuracy less the share of class 0."""
    scores = run.scores("validation")
    lost, right = np.isnan(scores.cross_entropy[-1]), float(scores.accuracy[-1])
    above = 0.0 if lost.any() else float(scores.loss[-1]) - math.log(scores.classes)
    return {
        "losses that are no number": float(lost.mean()),
        "off the share of class 0": abs(right - float((scores.labels == 0).mean())),
        "above ln K": above,
    }


def collapse(run: Run) -> Evidence:
    """Read the training accuracy's steepest fall within one epoch, and what went before."""
    right = run.train.accuracy
    at = int(np.diff(right).argmin())
    return {
        "steepest fall": float(right[at] - right[at + 1]),
        "before it": float(right[at]),
        "after it": float(right[at + 1]),
        "best so far": float(right[: at + 1].max()),
        "rise of the loss": float(run.train.loss[at + 1] - run.train.loss[at]),
        "at the end": _late(right),
    }


def saved(hot: Run, clipped: Run) -> Evidence:
    """Read the training accuracy of the last epochs, without clipping and with it."""
    return {
        "without": _late(hot.train.accuracy),
        "clipped": _late(clipped.train.accuracy),
        "share of steps cut": share_cut(clipped),
    }


def product(one: Run, two: Run) -> Evidence:
    """Read the share of steps that were cut, and how far apart two trainings run."""
    return {
        "share of steps cut": min(share_cut(one), share_cut(two)),
        "losses apart": float(np.abs(one.train.loss - two.train.loss).max()),
        "fall of the loss": float(one.train.loss[0] - one.train.loss[-1]),
    }


def capped(run: Run) -> Evidence:
    """Read where both numbers end, and whether they go opposite ways on the way there."""
    loss, right = run.train.loss, run.train.accuracy
    return {
        "loss": _late(loss),
        "accuracy": _late(right),
        "rank correlation": _rank_correlation(loss, right),
    }


def _rank_correlation(one: FloatArray, two: FloatArray) -> float:
    """Give Spearman's correlation; ranks of equal values are those of their order."""
    ranks = [np.argsort(np.argsort(values, kind="stable"), kind="stable") for values in (one, two)]
    return float(np.corrcoef(ranks[0], ranks[1])[0, 1])


def heads_in_the_loss(run: Run) -> Evidence:
    """Read what is printed as validation loss above the cross-entropy of the network's answers."""
    own = float(run.scores("validation").loss[-1])
    return {"printed less own": float(run.printed["val_loss"][-1]) - own, "own": own}


def _late(values: FloatArray) -> float:
    return float(values[LATE].mean())


def gain_accuracy(without: Run, given: Run) -> float:
    """Give the gain in validation accuracy over the last three epochs."""
    return _late(given.scores("validation").accuracy) - _late(without.scores("validation").accuracy)


def gain_epochs(without: Run, given: Run) -> float:
    """Give by how many epochs sooner FAIR of the validation images are right."""
    return _first(without) - _first(given)


def _first(run: Run) -> float:
    fair = run.scores("validation").accuracy >= FAIR
    return float(run.epochs[fair.argmax()]) if fair.any() else float(run.total_epochs + 1)


def gain_middle(without: Run, given: Run) -> float:
    """Give the gain of a linear readout in the middle."""
    return readout(given, "middle") - readout(without, "middle")


def gain_end(without: Run, given: Run) -> float:
    """Give the gain of a linear readout at the end."""
    return readout(given, "end") - readout(without, "end")
