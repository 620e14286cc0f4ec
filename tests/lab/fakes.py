"""An experiment that trains in no time, or as slowly as a test wants, without TensorFlow."""

from __future__ import annotations

import threading

import numpy as np

from lossacc.claims.experiment import (
    Arm,
    Claim,
    Experiment,
    Knob,
    Outcome,
    Prediction,
    StoppedEarly,
)
from lossacc.claims.rules import above
from lossacc.data import Examples
from lossacc.runs.run import Run
from lossacc.runs.scores import Scores
from lossacc.training.train import TrainingError

EPOCHS = 5


class Trainer:
    """Trains nothing; its curves depend on the knobs and the seed.

    Attributes
    ----------
    held
        While it is set, the training stands still after epoch 1, and asks whether to stop.
    prepares
        While it is set, it has not begun to record.
    fails_at
        The epoch after which it raises.
    """

    def __init__(self):
        self.held, self.prepares = threading.Event(), threading.Event()
        self.fails_at = None
        self.asked = []
        self.waits = False

    def __call__(self, settings, data, seed, hooks):
        self.asked.append((dict(settings), seed))
        self.wait(self.prepares, hooks)
        if hooks.stopped():
            raise StoppedEarly("stopped before it began: there is no run")
        images = data.take(range(4))
        hooks.show(images, images)
        run = run_of(settings, seed, 1, images)
        for rows in range(1, EPOCHS + 2):
            if rows > 1 and hooks.stopped():
                return run.with_settings(stopped=f"stopped in epoch {rows - 1}")
            run = run_of(settings, seed, rows, images)
            if hooks.on_epoch is not None:
                hooks.on_epoch(run)
            if rows - 1 == self.fails_at:
                raise TrainingError(f"the training failed after epoch {rows - 1}: a test wants it",
                                    run.with_settings(stopped="failed"))  # fmt: skip
            if rows == 2:
                self.wait(self.held, hooks)
        return run

    def wait(self, event, hooks):
        self.waits = event.is_set()
        while event.is_set() and not hooks.stopped():
            event_passed = threading.Event()
            event_passed.wait(0.002)


def run_of(settings, seed, rows, images):
    """A run whose loss falls with the epochs, faster at a higher rate."""
    labels = images.labels
    logits = np.zeros((rows, len(labels), images.classes), np.float32)
    for row in range(rows):
        logits[row, np.arange(len(labels)), labels] = row * settings["rate"] + 0.01 * seed
    zeros = np.zeros(rows)
    scores = Scores(logits, labels)
    return Run(scores, scores, np.arange(rows), zeros, zeros, zeros, settings={"epochs": EPOCHS})


def experiment(trainer=None, **changes):
    """Two knobs, three arms, one claim of one arm and one of two."""
    fields = {
        "name": "fake",
        "title": "A fake",
        "question": "Does the panel work?",
        "knobs": (
            Knob("rate", "learning_rate", "How fast.", 1.0, (0.5, 1.0, 2.0)),
            Knob("size", "size", "How large.", "small", ("small", "large")),
        ),
        "arms": (
            Arm("base", "As it comes."),
            Arm("fast", "Twice as fast.", {"rate": 2.0}),
            Arm("large", "Larger.", {"size": "large"}),
        ),
        "claims": (
            Claim(
                name="falls",
                sentence="The loss falls.",
                catalogue=("C12",),
                reads=("base",),
                control=("fast",),
                evidence=_fall,
                measured="the fall is above 0",
                rule=above("fall", 0),
                effect="fall",
            ),
            Claim(
                name="faster",
                sentence="A higher rate is faster.",
                catalogue=("C12",),
                reads=("base", "fast"),
                control=("fast", "base"),
                evidence=lambda a, b: {"more": _fall(b)["fall"] - _fall(a)["fall"]},
                measured="the difference is above 0",
                rule=above("more", 0),
                effect="more",
            ),
        ),
        "trains": trainer or Trainer(),
        "classes": 2,
        "examples": 4,
        "prediction": Prediction(
            "What does the loss do?",
            (
                Outcome("It falls below .5.", lambda run: run.train.loss[-1] < 0.5),
                Outcome("It stays above.", lambda run: run.train.loss[-1] >= 0.5),
            ),
            lambda run: f"The loss ended at {run.train.loss[-1]:.3f}.",
        ),
    }
    return Experiment(**{**fields, **changes})


def _fall(run):
    return {"fall": float(run.train.loss[0] - run.train.loss[-1])}


def few_images():
    """Four images of two classes."""
    images = np.linspace(0, 1, 4 * 9, dtype=np.float32).reshape(4, 3, 3, 1)
    return Examples(images, np.array([0, 1, 0, 1]), ("a", "b"))
