"""The numbers that `the-penalty-inside-the-loss` reads from its runs.

What Keras prints as `val_loss` is, at every epoch, the validation cross-entropy and the penalty
together; both are scored in evaluation mode. What it prints as `loss` is a running mean.
"""

from __future__ import annotations

import math

import numpy as np

from lossacc.claims.rules import Evidence
from lossacc.runs.run import Run
from lossacc.support.types import FloatArray

LAST, LAST_TEN = slice(-5, None), slice(-10, None)  # epochs


def with_penalty(run: Run, on: str = "validation") -> FloatArray:
    """Give cross-entropy plus penalty at every epoch, shape (R,)."""
    return np.asarray(run.scores(on).loss + run.penalty)


def share(run: Run, row: int) -> float:
    """Give the penalty's part of cross-entropy plus penalty on the training images."""
    return float(run.penalty[row] / with_penalty(run, "train")[row])


def norm_left(run: Run) -> float:
    """Give the squared norm of the kernels at the end, as a part of that at the start."""
    norms = run.settings["squared norm"]
    return float(norms[-1] / norms[0])


def above_base(run: Run) -> float:
    """Give how far training accuracy ends above that of the commonest label, last five epochs."""
    return float(run.train.accuracy[LAST].mean()) - run.base_rate("train").rate


def falls_alone(run: Run) -> Evidence:
    """Read what the printed loss does, and what cross-entropy and accuracy do."""
    printed = run.printed["loss"]
    return {
        "fall of the printed loss": float(printed[1] - printed[-1]),
        "cross-entropy at the end": float(run.train.loss[-1]),
        "its distance from ln K": float(abs(run.train.loss[-1] - math.log(run.train.classes))),
        "accuracy above the base rate": above_base(run),
    }


def paid_by(run: Run) -> Evidence:
    """Read who pays for the fall of cross-entropy plus penalty, from epoch 0 to the end."""
    whole = with_penalty(run, "train")
    penalty = float(run.penalty[0] - run.penalty[-1])
    return {
        "fall of the penalty": penalty,
        "fall of both": float(whole[0] - whole[-1]),
        "part of the penalty": penalty / float(whole[0] - whole[-1]),
        "squared norm left": norm_left(run),
    }


def logged(run: Run) -> Evidence:
    """Read Keras' own log: what the loss does, and what the cross-entropy beside it does."""
    loss, cross_entropy = run.printed["loss"][1:], run.printed["crossentropy"][1:]
    return {
        "fall of the loss": float(loss[0] - loss[-1]),
        "fall of the cross-entropy": float(cross_entropy[0] - cross_entropy[-1]),
        "lowest cross-entropy": float(cross_entropy.min()),
    }


def contained(run: Run) -> Evidence:
    """Compare what Keras prints with cross-entropy plus penalty, epoch by epoch."""
    printed, told = run.printed, run.settings["evaluated"]
    val = printed["val_loss"] - printed["val_crossentropy"] - run.penalty
    between = printed["loss"][1:] - printed["crossentropy"][1:]
    low, high = np.sort([run.penalty[:-1], run.penalty[1:]], axis=0)
    outside = np.maximum(low - between, between - high).max()
    return {
        "penalty": float(run.penalty.min()),
        "val_loss is off by": float(np.abs(val[1:]).max()),
        "evaluate is off by": abs(told["loss"] - told["crossentropy"] - float(run.penalty[-1])),
        "loss is outside its epoch by": float(max(outside, 0.0)),
    }


def training_mode(run: Run) -> Evidence:
    """Compare Keras' cross-entropy in training with that of the epoch's final weights."""
    printed, true = run.printed["crossentropy"][LAST], run.train.loss[LAST]
    return {
        "printed": float(printed.mean()),
        "evaluation mode": float(true.mean()),
        "too high by": float((printed - true).mean()),
    }


def shares(run: Run) -> Evidence:
    """Read the penalty's part of the loss before training and at the end."""
    return {
        "at the start": share(run, 0),
        "at the end": share(run, -1),
        "training accuracy": float(run.train.accuracy[LAST].mean()),
    }


def order(none: Run, strong: Run) -> Evidence:
    """Compare two runs by what is printed and by cross-entropy, validation, last ten epochs."""
    printed = [float(run.printed["val_loss"][LAST_TEN].mean()) for run in (none, strong)]
    plain = [float(run.scores("validation").loss[LAST_TEN].mean()) for run in (none, strong)]
    return {
        "printed, higher by": printed[1] - printed[0],
        "cross-entropy, lower by": plain[0] - plain[1],
    }


def unprinted(run: Run) -> Evidence:
    """Read how far the weights shrink, and how far the printed loss ever is from ln K."""
    floor = math.log(run.train.classes)
    return {
        "squared norm left": norm_left(run),
        "printed loss off ln K": float(np.abs(run.printed["loss"][1:] - floor).max()),
        "accuracy above the base rate": above_base(run),
    }


def same_network(coupled: Run, decoupled: Run) -> Evidence:
    """Compare two runs at the end by their networks, and by what is printed of them."""
    one, other = (float(run.train.loss[-1]) for run in (coupled, decoupled))
    return {
        "difference in cross-entropy": one - other,
        "difference in printed val_loss": float(
            coupled.printed["val_loss"][-1] - decoupled.printed["val_loss"][-1]
        ),
        "squared norm, ratio": _norm(coupled) / _norm(decoupled),
        "accuracy above the base rate": above_base(coupled),
    }


def _norm(run: Run) -> float:
    return float(run.settings["squared norm"][-1])


def tenfold(coupled: Run, same: Run, ten: Run) -> Evidence:
    """Compare how far L2, the same pull by the optimizer, and ten times that pull shrink."""
    return {
        "same pull": _norm(same) / _norm(coupled),
        "ten times the pull": _norm(ten) / _norm(coupled),
    }


def adam(plain: Run, coupled: Run, decoupled: Run) -> Evidence:
    """Read which part of the squared norm L2 takes, how many times its pull, and what decay does.

    The pull is what the slope of the L2 takes in a step of plain SGD at this rate.
    """
    taken = 1 - _norm(coupled) / _norm(plain)
    return {
        "taken by L2": taken,
        "times its pull": taken / _pull(coupled),
        "taken by weight_decay": 1 - _norm(decoupled) / _norm(plain),
    }


def _pull(run: Run) -> float:
    """Add up rate times slope of an L2 over all steps, as a part of the squared norm.

    A step takes 2 L2 rate of each weight, and so twice that of its square.
    """
    steps = int(run.epochs[-1]) * math.ceil(run.train.size / int(run.settings["batch_size"]))
    return 4 * float(run.settings["knobs"]["l2"]) * float(run.settings["learning_rate"]) * steps


def shielded(without: Run, given: Run) -> Evidence:
    """Compare, scored with the batch's own statistics, a network with L2 and one without."""
    one, other = (run.settings["batch statistics"] for run in (without, given))
    return {
        "squared norm left": norm_left(given),
        "cross-entropy, higher by": other["loss"] - one["loss"],
        "spread of the logits, ratio": other["spread"] / one["spread"],
    }


def lagging(run: Run) -> Evidence:
    """Compare evaluation mode with the batch's own statistics, on the same validation images."""
    held_out, told = run.scores("validation"), run.settings["batch statistics"]
    return {
        "evaluation mode": float(held_out.loss[-1]),
        "batch statistics": told["loss"],
        "too high by": float(held_out.loss[-1]) - told["loss"],
    }


def survives(run: Run) -> Evidence:
    """Read how far the weights shrink, and what the network still tells apart."""
    return {
        "squared norm left": norm_left(run),
        "accuracy above the base rate": above_base(run),
    }


def gain_accuracy(without: Run, given: Run) -> float:
    """Give the gain in validation accuracy over the last five epochs."""
    one, other = (run.scores("validation").accuracy[LAST].mean() for run in (without, given))
    return float(other - one)


def gain_loss(without: Run, given: Run) -> float:
    """Give the fall of validation cross-entropy over the last five epochs, nats."""
    one, other = (run.scores("validation").loss[LAST].mean() for run in (without, given))
    return float(one - other)


def gain_waiting(_: Run, run: Run) -> float:
    """Give the gain in validation accuracy from epoch 5 to the end."""
    right = run.scores("validation").accuracy
    return float(right[LAST].mean() - right[5])


def gain_watched(_: Run, run: Run) -> float:
    """Give what is gained by keeping the epoch of lowest cross-entropy, not of lowest val_loss."""
    loss = run.scores("validation").loss
    return float(loss[with_penalty(run).argmin()] - loss.min())
