"""The numbers that `few-images` reads from its runs; losses in nats, accuracies from 0 to 1."""

from __future__ import annotations

import numpy as np

from lossacc.claims.rules import Evidence
from lossacc.lessons.little_data import callbacks, sixty
from lossacc.runs.run import Run
from lossacc.support.types import FloatArray


def late(values: FloatArray) -> float:
    """Give the mean over the last tenth of the epochs."""
    rows = max(1, (len(values) - 1) // 10)
    return float(values[-rows:].mean())


def right(run: Run) -> float:
    """Give the validation accuracy over the last tenth of the epochs."""
    return late(run.scores("validation").accuracy)


def twenty(bare: Run, everything: Run) -> Evidence:
    """Read whether a network learns twenty images, without regularisers and with all of them."""
    return {
        "without": float(bare.train.accuracy[-1]),
        "with everything": float(everything.train.accuracy[-1]),
    }


def two_explanations(overfit: Run, starved: Run) -> Evidence:
    """Read what the training images cost in evaluation mode, and the validation images more."""
    found = {}
    for name, run in (("bare", overfit), ("everything", starved)):
        own = float(run.train.loss[-1])
        found[f"{name}, training images"] = own
        found[f"{name}, validation less training"] = float(run.scores("validation").loss[-1]) - own
    return found


def noise_of_sixty(run: Run) -> Evidence:
    """Read how far accuracies on sixty images are apart, and which falls are none."""
    return {
        "between the lowest and the highest twentieth": sixty.spread(run),
        "falls that are none on other images": sixty.false_falls(run),
        "intervals that hold": sixty.covered(run),
    }


def checkpoint(run: Run) -> Evidence:
    """Read which epoch lies in the file, and what it costs above the best one."""
    loss = run.scores("validation").loss
    kept, best = (callbacks.saved(run, save_best_only=best) for best in (False, True))
    return {
        "epochs after the one kept": float(len(loss) - 1 - kept),
        "above the lowest loss": float(loss[kept] - loss[1:].min()),
        "save_best_only, above the lowest loss": float(loss[best] - loss[1:].min()),
    }


def endings(run: Run) -> Evidence:
    """Read what EarlyStopping leaves behind, with the best weights restored and without."""
    loss = run.scores("validation").loss
    left, restored = (
        callbacks.ended(run, patience=8, restore_best_weights=restore) for restore in (False, True)
    )
    return {
        "above the lowest loss": float(loss[left] - loss[1:].min()),
        "restored, above the lowest loss": float(loss[restored] - loss[1:].min()),
    }


def shuffled(run: Run) -> Evidence:
    """Read what a shuffled validation set changes: means, and predictions beside their labels."""
    scores = run.scores("validation")
    order = np.random.default_rng(0).permutation(scores.size)
    right = scores.correct[-1]
    unpaired = scores.predicted[-1][order] == scores.labels
    steps = [
        right[np.random.default_rng(n).permutation(scores.size)[:20]].mean() for n in range(50)
    ]
    return {
        "means apart": abs(float(right[order].mean() - right.mean())),
        "lost where predictions meet listed labels": float(right.mean() - unpaired.mean()),
        "spread of a part of the steps": float(np.std(steps)),
    }


def by_name(named: Run, bare: Run) -> Evidence:
    """Read how far SGD by its name alone got with the training images."""
    return {
        "by name alone": float(named.train.accuracy[-1]),
        "with rate and momentum": float(bare.train.accuracy[-1]),
    }


def every_network(*runs: Run) -> Evidence:
    """Read whether all networks learn the training images and none the validation images."""
    return {
        "least training accuracy": min(float(run.train.accuracy[-1]) for run in runs),
        "largest validation accuracy": max(right(run) for run in runs),
    }


def same_training(apart: Run, bare: Run) -> Evidence:
    """Read how far the losses of two runs are apart, over all epochs."""
    own = np.abs(apart.train.loss - bare.train.loss).max()
    held = np.abs(apart.scores("validation").loss - bare.scores("validation").loss).max()
    return {"training losses apart": float(own), "validation losses apart": float(held)}


def gain(without: Run, given: Run) -> float:
    """Give the gain in validation accuracy over the last tenth of the epochs."""
    return right(given) - right(without)


def gain_by_accuracy(_: Run, run: Run) -> float:
    """Give what the epoch of the highest accuracy gains on new images over that of lowest loss."""
    return sixty.worth(run, "accuracy") - sixty.worth(run, "loss")


def gain_by_stopping(_: Run, run: Run) -> float:
    """Give what the epoch of the lowest loss gains on new images over the last one."""
    return sixty.worth(run, "loss") - sixty.worth(run, "last")


def kept_promise(_: Run, run: Run) -> float:
    """Give what new images make of the epoch that was chosen by accuracy, less what was seen."""
    return -sixty.promise(run)
