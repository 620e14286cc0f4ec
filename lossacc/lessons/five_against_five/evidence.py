"""What is read from the runs of `five-against-five`."""

from __future__ import annotations

import numpy as np

from lossacc.claims.rules import Evidence
from lossacc.runs.run import Run
from lossacc.runs.scores import Scores
from lossacc.support.types import FloatArray

LN2 = float(np.log(2))


def end_loss(run: Run) -> float:
    """Give the mean training loss at the end."""
    return float(run.train.loss[-1])


def end_accuracy(run: Run) -> float:
    """Give the training accuracy at the end."""
    return float(run.train.accuracy[-1])


def held_out(run: Run) -> tuple[float, float]:
    """Give loss and accuracy on the validation images at the end."""
    scores = run.scores("validation")
    return float(scores.loss[-1]), float(scores.accuracy[-1])


def settled(*runs: Run) -> Evidence:
    """Read the ends of runs: the one that is furthest from ln 2, and from one half."""
    return {
        "loss": max((end_loss(run) for run in runs), key=lambda loss: abs(loss - LN2)),
        "accuracy": max((end_accuracy(run) for run in runs), key=lambda share: abs(share - 0.5)),
    }


def spike(run: Run) -> Evidence:
    """Read how the loss is shared out among the images at the end."""
    losses = np.sort(run.train.cross_entropy[-1])[::-1]
    tenth = max(1, len(losses) // 10)
    return {
        "furthest from ln 2": float(np.abs(losses - LN2).max()),
        "share of the costliest tenth": float(losses[:tenth].sum() / losses.sum()),
    }


def beside_a_third(run: Run) -> Evidence:
    """Read the losses of A and B, and of all other images, at the end and before training."""
    disputed = run.train.labels <= 1
    losses = run.train.cross_entropy
    return {
        "A and B, before training": float(losses[0, disputed].mean()),
        "A and B, furthest from ln 2": float(np.abs(losses[-1, disputed] - LN2).max()),
        "C, highest loss": float(losses[-1, ~disputed].max(initial=0.0)),
    }


def apart(one: Run, other: Run) -> Evidence:
    """Compare the ends of two runs on the training images."""
    return {
        "difference in loss": abs(end_loss(one) - end_loss(other)),
        "difference in accuracy": abs(end_accuracy(one) - end_accuracy(other)),
    }


def small_and_large(small: Run, large: Run) -> Evidence:
    """Read what a small and a large network learn from the same images."""
    return {
        "small: lowest training loss": float(small.train.loss.min()),
        "small: validation accuracy": held_out(small)[1],
        "large: training loss": end_loss(large),
        "large: validation accuracy": held_out(large)[1],
    }


def by_heart(run: Run) -> Evidence:
    """Read what is known of the training images, and of others."""
    loss, accuracy = held_out(run)
    return {
        "training accuracy": end_accuracy(run),
        "validation accuracy": accuracy,
        "validation loss": loss,
    }


def second_look(run: Run) -> Evidence:
    """Read the end by the labels that the network was told."""
    return {"loss": end_loss(run), "accuracy": end_accuracy(run)}


def more_labels(one: Run, many: Run) -> Evidence:
    """Compare the validation of one label an image with that of many."""
    (loss, _), (milder, accuracy) = held_out(one), held_out(many)
    return {
        "validation loss, one label": loss,
        "validation loss, many": milder,
        "fall of the validation loss": loss - milder,
        "validation accuracy, many": accuracy,
    }


def sight(coarse: Run, fine: Run) -> Evidence:
    """Compare what coarse and fine images show."""
    return {
        "coarse: lowest training loss": float(coarse.train.loss.min()),
        "coarse: validation accuracy": held_out(coarse)[1],
        "fine: validation accuracy": held_out(fine)[1],
    }


def information(run: Run) -> float:
    """Give what the network tells of the training labels at the end, in nats.

    That is the entropy of the labels' shares, the loss of the best constant answer, minus the
    loss.
    """
    shares = np.bincount(run.train.labels) / run.train.size
    return entropy(shares[shares > 0]) - end_loss(run)


def entropy(shares: FloatArray) -> float:
    """Give the entropy of shares above 0, in nats."""
    return float(-(shares * np.log(shares)).sum())


def merging(apart: Run, merged: Run) -> Evidence:
    """Compare two classes that cannot be told apart with one class made of both."""
    told, still_told = information(apart), information(merged)
    return {
        "gain in accuracy": end_accuracy(merged) - end_accuracy(apart),
        "fall of the loss": end_loss(apart) - end_loss(merged),
        "told, before": told,
        "told, after": still_told,
        "difference in what is told": abs(told - still_told),
    }


def true_loss(run: Run) -> float:
    """Give the training loss at the end by the labels that are right."""
    return float(run.train.relabelled().loss[-1])


def true_accuracy(run: Run) -> float:
    """Give the validation accuracy at the end by the labels that are right."""
    scores: Scores = run.scores("validation").relabelled()
    return float(scores.accuracy[-1])
