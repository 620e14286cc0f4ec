"""What somebody sees who holds out sixty images, read from a run that held out hundreds.

A run of `few-images` validates on some 460 images. Sixty of them, drawn at random, are what a
person with so few images would have; all the others then are a test set that tells the truth. The
drawing is repeated, so that what is read does not hang on one choice of sixty.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lossacc.analysis.stats import share_interval
from lossacc.runs.joined import only_examples
from lossacc.runs.run import Run
from lossacc.support.types import FloatArray, IntArray

SEEN, DRAWS = 60, 100


def seen(run: Run, draw: int = 0, count: int = SEEN) -> Run:
    """Give the run as somebody sees it who validates on few images.

    Parameters
    ----------
    run
        A run whose validation set is large.
    draw
        Which drawing of them.
    count
        How many images they have.
    """
    return only_examples(run, {"validation": _order(run, draw)[:count]})


def unseen(run: Run, draw: int = 0, count: int = SEEN) -> Run:
    """Give the run validated on the images that `seen` leaves out."""
    return only_examples(run, {"validation": _order(run, draw)[count:]})


def _order(run: Run, draw: int) -> IntArray:
    """Give the validation images' places, shuffled."""
    return np.random.default_rng(draw).permutation(run.scores("validation").size)


@dataclass(frozen=True)
class Kept:
    """Which epoch a rule keeps on sixty images, and what it is worth.

    Parameters
    ----------
    epoch
        The row that is kept.
    promised, worth
        The accuracy at it on the sixty images, and on all the others.
    """

    epoch: int
    promised: float
    worth: float


def kept(run: Run, by: str) -> list[Kept]:
    """Keep the best epoch by a rule, for each drawing of sixty images.

    Parameters
    ----------
    by
        "loss", the lowest validation loss; "accuracy", the highest validation accuracy, the first
        of several; "last", the last epoch.
    """
    found = []
    for loss, right, rest in _draws(run):
        epochs = {
            "loss": int(loss.argmin()),
            "accuracy": int(right.argmax()),
            "last": len(loss) - 1,
        }
        row = epochs[by]
        found.append(Kept(row, float(right[row]), float(rest[row])))
    return found


def _draws(run: Run) -> Iterator[tuple[FloatArray, FloatArray, FloatArray]]:
    """Give, for each drawing, loss and accuracy of the sixty and accuracy of the others."""
    scores = run.scores("validation")
    correct = scores.correct.astype(float)
    for draw in range(DRAWS):
        order = _order(run, draw)
        few, rest = order[:SEEN], order[SEEN:]
        yield (
            scores.cross_entropy[:, few].mean(axis=1),
            correct[:, few].mean(axis=1),
            correct[:, rest].mean(axis=1),
        )


def worth(run: Run, by: str) -> float:
    """Give the accuracy that a rule keeps, on new images, in the mean over drawings."""
    return float(np.mean([one.worth for one in kept(run, by)]))


def promise(run: Run) -> float:
    """Give by how much the sixty images that chose the epoch overrate it, in accuracy."""
    return float(np.mean([one.promised - one.worth for one in kept(run, "accuracy")]))


def spread(run: Run) -> float:
    """Give how far apart the lowest and highest twentieth of drawings are, at the last epoch."""
    ends = [right[-1] for _, right, _ in _draws(run)]
    low, high = np.quantile(ends, [0.05, 0.95])
    return float(high - low)


def covered(run: Run, of: int = SEEN) -> float:
    """Give how often a 95 % interval for so many images holds the accuracy on the others."""
    held = []
    for _, right, rest in _draws(run):
        low, high = share_interval(float(right[-1]), of)
        held.append(low <= rest[-1] <= high)
    return float(np.mean(held))


def false_falls(run: Run, after: int = 10) -> float:
    """Give the share of falls on sixty images that are none on the others.

    A fall is an accuracy that is lower than in the epoch before; counted from an epoch on in which
    the network has learned what it learns.
    """
    falls = false = 0
    for _, right, rest in _draws(run):
        down = np.diff(right[after:]) < 0
        falls += int(down.sum())
        false += int((down & (np.diff(rest[after:]) >= 0)).sum())
    return false / falls if falls else float("nan")
