"""Small runs with one thing wrong, made by hand: what each check must see, and pass by."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lossacc.runs.curves import Curves
from lossacc.runs.run import Run
from lossacc.runs.scores import Scores
from tests.made_runs import run_of

ROWS, SIZE, CLASSES = 12, 240, 5
SCALES = np.array([0.0, 0.6, 1.2, 1.8, 2.3, 2.7, 3.0, 3.2, 3.4, 3.5, 3.6, 3.6])


def learning(seed, size=SIZE, classes=CLASSES, scales=SCALES, noise=1.0):
    """Scores that get better and settle; before training the logits know nothing."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, classes, size)
    fixed = rng.normal(0, noise, (size, classes))
    logits = np.repeat(fixed[None], len(scales), axis=0)
    logits[:, np.arange(size), labels] += scales[:, None]
    logits *= np.maximum(scales, 0.3)[:, None, None] / noise**2  # as sure as it is right
    return Scores(logits.astype(np.float32), labels)


def printed(train, held, **more):
    """What a sound training prints of these scores: a mean over the epoch, and its end."""
    mean = {
        "loss": (train.loss[1:] + train.loss[:-1]) / 2,
        "accuracy": (train.accuracy[1:] + train.accuracy[:-1]) / 2,
        "val_loss": held.loss[1:],
        "val_accuracy": held.accuracy[1:],
    }
    return {name: np.append(np.nan, values).round(4) for name, values in {**mean, **more}.items()}


def sound(train=None, held=None, **more) -> Run:
    """A healthy run, or one of these scores with these numbers printed in the place of its own."""
    train, held = train or learning(0), held or learning(1)
    return run_of(train, held, printed=printed(train, held, **more))


def relabelled(scores, labels) -> Scores:
    return replace(scores, labels=np.asarray(labels))


def log_of(run, classes=None) -> Curves:
    """The log of a run: its printed numbers alone."""
    names = ("loss", "accuracy", "val_loss", "val_accuracy")
    columns = [np.asarray(run.printed[name])[1:] for name in names]
    return Curves(run.epochs[1:].astype(float), *columns).with_marks(classes=classes)


def curves(loss, accuracy, val_loss, val_accuracy, classes=10) -> Curves:
    rows = np.arange(1.0, len(loss) + 1)
    given = (np.asarray(one, float) for one in (loss, accuracy, val_loss, val_accuracy))
    return Curves(rows, *given).with_marks(classes=classes)
