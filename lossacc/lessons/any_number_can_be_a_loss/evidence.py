"""The numbers that `any-number-can-be-a-loss` reads from its runs."""

from __future__ import annotations

import numpy as np

from lossacc.claims.rules import Evidence
from lossacc.losses.formulas import formula
from lossacc.runs.run import Run
from lossacc.support.types import FloatArray

LAST = slice(-5, None)


def trained_on(run: Run) -> FloatArray:
    """Give what was trained on, on the training images in evaluation mode, shape (R,)."""
    return run.train.loss if run.objective is None else run.objective


def final_accuracy(run: Run) -> float:
    """Give the accuracy by the clean labels over the last five epochs, of validation if any."""
    return float(run.scores(run.main).relabelled().accuracy[LAST].mean())


def stillness(run: Run) -> Evidence:
    """Read whether anything moved."""
    return {
        "longest gradient": float(np.nanmax(run.gradient_norm)),
        "largest change of a logit": float(np.abs(run.train.logits - run.train.logits[0]).max()),
    }


def end(run: Run) -> Evidence:
    """Read where the objective, the accuracies and plain cross-entropy end."""
    return {
        "objective": float(trained_on(run)[-1]),
        "training accuracy": float(run.train.accuracy[LAST].mean()),
        "validation accuracy": final_accuracy(run),
        "cross-entropy": float(run.train.loss[-1]),
    }


def right_by_a_hair(run: Run) -> Evidence:
    """Read how many training images end right, and what those cost: all, and the right ones."""
    right, costs = run.train.correct[LAST], run.train.cross_entropy[LAST]
    return {
        "training accuracy": float(right.mean()),
        "cross-entropy": float(costs.mean()),
        "cross-entropy of the right ones": float(costs[right].mean()),
    }


def least_accuracy(*runs: Run) -> Evidence:
    """Read the lowest of several validation accuracies."""
    return {"lowest validation accuracy": min(final_accuracy(run) for run in runs)}


def constant(run: Run) -> Evidence:
    """Read how far the objective is ever from 1/K, and how far any logit moved."""
    return {
        "furthest from 1/K": float(np.abs(trained_on(run) - 1 / run.train.classes).max()),
        "largest change of a logit": float(np.abs(run.train.logits - run.train.logits[0]).max()),
    }


def early(base: Run, other: Run) -> Evidence:
    """Compare the training accuracies of cross-entropy and another loss after eight epochs."""
    return {
        "cross-entropy, epoch 8": float(base.train.accuracy[base.at(8)]),
        "the other, epoch 8": float(other.train.accuracy[other.at(8)]),
        "classes the other never answers, at the end": float(never_answered(other)),
    }


def never_answered(run: Run) -> int:
    """Count the classes that are no training image's answer at the end."""
    return run.train.classes - len(np.unique(run.train.predicted[-1]))


def same_training(one: Run, other: Run) -> Evidence:
    """Compare two trainings over their first three epochs: the logits, and the objectives."""
    first = slice(0, 4)
    apart = np.abs(one.train.logits[first] - other.train.logits[first]).max()
    ratio = trained_on(other)[first] / trained_on(one)[first]
    return {
        "largest difference of a logit": float(apart),
        "ratio of the objectives": float(ratio.mean()),
    }


def rates(same: Run, own: Run) -> Evidence:
    """Compare the validation accuracies of one loss at two rates."""
    slow, fast = final_accuracy(same), final_accuracy(own)
    return {"at the same rate": slow, "at its own rate": fast, "gain": fast - slow}


def above_floor(run: Run) -> Evidence:
    """Read how low the objective gets, beside plain cross-entropy and accuracy."""
    return {
        "lowest objective": float(np.nanmin(trained_on(run))),
        "cross-entropy": float(run.train.loss[-1]),
        "training accuracy": float(run.train.accuracy[LAST].mean()),
        "validation accuracy": final_accuracy(run),
    }


def bottomless(run: Run) -> Evidence:
    """Read how far the objective falls before its numbers end, and the accuracy."""
    loss = trained_on(run)
    finite = loss[np.isfinite(loss)]
    return {
        "lowest objective": float(finite.min()),
        "epochs in which it fell": float((np.diff(finite) < 0).sum()),
        "epochs with a number": float(len(finite) - 1),
        "highest accuracy": float(run.train.accuracy.max()),
    }


def swapped(run: Run) -> Evidence:
    """Compare the objective with 16.118 (1 - p), epoch by epoch."""
    wanted = [
        formula("swapped: Keras")(logits, run.train.labels).mean() for logits in run.train.logits
    ]
    return {
        "largest relative difference": float(np.abs(trained_on(run) / wanted - 1).max()),
        "lowest objective": float(trained_on(run).min()),
        "training accuracy": float(run.train.accuracy[LAST].mean()),
    }


def rises(run: Run) -> Evidence:
    """Read in how many steps the loss rose: of all images as they are, and as printed."""
    printed = np.diff(run.printed["loss"][1:])
    return {
        "steps": float(len(run.epochs) - 1),
        "rises of the training loss": float((np.diff(run.train.loss) > 0).sum()),
        "rises of the printed loss": float((printed > 0).sum()),
        "fall in all": float(run.train.loss[0] - run.train.loss[-1]),
    }


def gain_over_chance(_: Run, run: Run) -> float:
    """Give the validation accuracy at the end, less that of a guess."""
    return final_accuracy(run) - 1 / run.train.classes


def gain(without: Run, given: Run) -> float:
    """Give the gain in validation accuracy by the clean labels."""
    return final_accuracy(given) - final_accuracy(without)
