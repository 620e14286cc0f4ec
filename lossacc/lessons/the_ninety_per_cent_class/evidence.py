"""The numbers that `the-ninety-per-cent-class` reads from its runs.

Class 0 is the common one, class 1 the rare one.
"""

from __future__ import annotations

import math

import numpy as np

from lossacc.analysis.per_class import (
    balanced_accuracy,
    class_loss,
    class_shares,
    recall,
    without_prior,
)
from lossacc.claims.rules import Evidence
from lossacc.runs.run import Run
from lossacc.runs.scores import Scores
from lossacc.support.types import BoolArray, FloatArray

RARE = 1
CONSTANT = -(0.9 * math.log(0.9) + 0.1 * math.log(0.1))  # nine in ten: 0.325 nats
EARLY, FIRST, SETTLED = slice(5, 9), slice(2, 9), slice(5, 16)  # epochs
LAST = slice(-5, None)


def found(run: Run) -> FloatArray:
    """Give the share of the rare validation images that are found, shape (R,)."""
    return recall(run.scores("validation"))[:, RARE]


def _one_answer(scores: Scores) -> BoolArray:
    """Tell for every epoch whether all images are called common, shape (R,)."""
    return np.asarray((scores.predicted != RARE).all(axis=1))


def blind_epochs(scores: Scores) -> int:
    """Count the epochs from the first on in which all images are called common."""
    told = ~_one_answer(scores)[1:]
    return int(told.argmax()) if told.any() else len(told)


def _moved(run: Run) -> FloatArray:
    """Give the balanced validation accuracy with the threshold moved to the rare share, (R,)."""
    shares = class_shares(run.train.labels, 2)
    return balanced_accuracy(without_prior(run.scores("validation"), shares))


def balanced(run: Run) -> FloatArray:
    """Give the balanced validation accuracy, shape (R,)."""
    return balanced_accuracy(run.scores("validation"))


def _steepest(run: Run) -> float:
    """Give the steepest rise of the training loss from one epoch to the next."""
    return float(np.diff(run.train.loss).max())


def constant_answer(run: Run) -> Evidence:
    """Read the first epochs: one answer, and its two numbers."""
    train, held_out = run.train, run.scores("validation")
    return {
        "loss": float(train.loss[EARLY].mean()),
        "accuracy": float(train.accuracy[EARLY].mean()),
        "epochs with one answer": float(_one_answer(train)[EARLY].sum()),
        "validation loss": float(held_out.loss[EARLY].mean()),
        "validation accuracy": float(held_out.accuracy[EARLY].mean()),
    }


def rare_loss(run: Run) -> Evidence:
    """Read how the loss of each class moves in the first six epochs."""
    losses = class_loss(run.train)
    return {
        "rare, at the start": float(losses[0, RARE]),
        "rare, at its highest": float(losses[:7, RARE].max()),
        "common, then": float(losses[losses[:7, RARE].argmax(), 0]),
    }


def prior(zero: Run, log: Run) -> Evidence:
    """Read what the output bias at the log prior spares, and what it does not."""
    return {
        "first fall, bias 0": float(zero.train.loss[0] - zero.train.loss[3]),
        "first fall, log prior": float(log.train.loss[0] - log.train.loss[3]),
        "epochs with one answer, bias 0": float(blind_epochs(zero.train)),
        "epochs with one answer, log prior": float(blind_epochs(log.train)),
    }


def knows(run: Run) -> Evidence:
    """Read what the network can tell in the last epoch in which all is called common."""
    rows = np.flatnonzero(_one_answer(run.scores("validation")))
    last = int(rows[-1]) if len(rows) else 0
    return {
        "epoch": float(run.epochs[last]),
        "balanced accuracy": float(balanced(run)[last]),
        "with the threshold moved": float(_moved(run)[last]),
    }


def patience(run: Run) -> Evidence:
    """Read what waiting brings."""
    return {
        "found, epochs 5 to 8": float(found(run)[EARLY].mean()),
        "found at the end": float(found(run)[LAST].mean()),
        "accuracy at the end": float(run.scores("validation").accuracy[LAST].mean()),
    }


def impatience(run: Run) -> Evidence:
    """Read what waiting costs where labels are wrong: validation from its lowest loss on."""
    scores = run.scores("validation")
    lowest, losses = int(scores.loss.argmin()), class_loss(scores)[:, RARE]
    return {
        "epoch of the lowest loss": float(run.epochs[lowest]),
        "rise of the loss": float(scores.loss[LAST].mean() - scores.loss[lowest]),
        "rise of the rare class's loss": float(losses[LAST].mean() - losses[lowest]),
        "accuracy above the base rate": float(
            scores.accuracy[LAST].mean() - run.base_rate("validation").rate
        ),
    }


def swings(one: Run, even: Run) -> Evidence:
    """Compare the steepest rise of the training loss with that of equal classes."""
    return {
        "steepest rise": _steepest(one),
        "steepest rise, equal classes": _steepest(even),
        "training accuracy": float(one.train.accuracy[-1]),
        "training accuracy, equal classes": float(even.train.accuracy[-1]),
    }


def frozen(one: Run, even: Run) -> Evidence:
    """Read how far training accuracy ends above the base rate, with a rare class and without."""
    ends = [float(run.train.accuracy[-20:].mean()) for run in (one, even)]
    return {
        "accuracy above the base rate": ends[0] - _rate(one),
        "accuracy above the base rate, equal classes": ends[1] - _rate(even),
    }


def _rate(run: Run) -> float:
    """Give the base rate of the training examples."""
    return run.base_rate("train").rate


def parting(run: Run) -> Evidence:
    """Read the first six epochs of what is trained, and of plain accuracy, on training images.

    The falls are those to the lowest trained loss among the epochs with an accuracy 20 points
    down or more; 0 where there is none.
    """
    trained = (run.train.loss if run.objective is None else run.objective)[:7]
    accuracy = run.train.accuracy[:7]
    both = (np.diff(trained) < 0) & (np.diff(accuracy) < 0)
    down = np.flatnonzero(accuracy <= accuracy[0] - 0.2)
    row = down[trained[down].argmin()] if len(down) else 0
    return {
        "fall of the weighted loss": float(trained[0] - trained[row]),
        "fall of the accuracy": float(accuracy[0] - accuracy[row]),
        "epochs in which both fell": float(both.sum()),
    }


def weighted(base: Run, other: Run) -> Evidence:
    """Read what weights gain in validation, early and late."""
    gain = balanced(other) - balanced(base)
    plain = other.scores("validation").accuracy - base.scores("validation").accuracy
    return {
        "gain in balanced accuracy, epochs 2 to 8": float(gain[FIRST].mean()),
        "gain in accuracy, epochs 2 to 8": float(plain[FIRST].mean()),
        "gain in balanced accuracy, epochs 5 to 15": float(gain[SETTLED].mean()),
        "gain in balanced accuracy, last five epochs": float(gain[LAST].mean()),
    }


def scales(run: Run) -> Evidence:
    """Compare training and validation loss of the first three epochs: as printed, and plain."""
    first = slice(1, 4)
    printed = run.printed["loss"][first] / run.printed["val_loss"][first]
    plain = run.train.loss[first] / run.scores("validation").loss[first]
    return {"printed": float(printed.mean()), "plain": float(plain.mean())}


def checked(run: Run) -> Evidence:
    """Ask the base-rate check, early and at the end."""
    early, late = run.base_rate("train", 5), run.base_rate("train")
    return {
        "epoch 5: accuracy is the base rate": float(early.equal and early.one_answer),
        "end: accuracy is the base rate": float(late.equal and late.one_answer),
        "end: accuracy above the base rate": late.accuracy - late.rate,
    }


def gain_late(without: Run, given: Run) -> float:
    """Give the gain in balanced accuracy over the last five epochs."""
    return float(balanced(given)[LAST].mean() - balanced(without)[LAST].mean())


def gain_early(without: Run, given: Run) -> float:
    """Give the gain in balanced accuracy over epochs 5 to 15."""
    return float(balanced(given)[SETTLED].mean() - balanced(without)[SETTLED].mean())


def gain_plain_early(without: Run, given: Run) -> float:
    """Give the gain in plain validation accuracy over epochs 2 to 8."""
    return weighted(without, given)["gain in accuracy, epochs 2 to 8"]


def gain_waiting(_: Run, run: Run) -> float:
    """Give the gain in balanced accuracy from epoch 15 to the end."""
    return float(balanced(run)[LAST].mean() - balanced(run)[15])


def gain_waiting_loss(_: Run, run: Run) -> float:
    """Give the fall of the validation loss from its lowest point to the end."""
    return -impatience(run)["rise of the loss"]


def gain_moved(_: Run, run: Run) -> float:
    """Give the gain in balanced accuracy when the threshold moves."""
    return float(_moved(run)[LAST].mean() - balanced(run)[LAST].mean())
