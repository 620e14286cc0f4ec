"""One slip between training and validation: what each makes of loss and accuracy."""

from __future__ import annotations

import math

import numpy as np

from lossacc.claims.experiment import (
    Arm,
    Experiment,
    Hooks,
    Knob,
    Outcome,
    Photographs,
    Prediction,
    Settings,
)
from lossacc.claims.networks import fresh
from lossacc.data import Examples, few
from lossacc.lessons.when_the_number_is_wrong.slip_claims import CLAIMS
from lossacc.runs.run import Run
from lossacc.support.text import nats, percent
from lossacc.support.types import FloatArray, IntArray, Seed
from lossacc.support.validate import generator
from lossacc.training.train import train

HELD_OUT = 400
NONE, SORTED, ORDER, RENAMED, TIMES, TWICE = (
    "none",
    "sorted before the split",
    "labels in another order",
    "classes numbered otherwise",
    "not divided by 255",
    "divided by 255 twice",
)
SLIPS = (NONE, SORTED, ORDER, RENAMED, TIMES, TWICE)


def trains(settings: Settings, data: Examples, seed: Seed, hooks: Hooks) -> Run:
    """Train a small CNN as one should, and make one slip with the validation set."""
    slip = str(settings["slip"])
    examples, held_out = sets(settings, data, seed)
    model = fresh(seed, examples.shape, examples.classes, momentum=0.9)
    hooks.show(examples, held_out)
    return train(
        model,
        examples,
        prepared(held_out, slip, seed),
        epochs=int(settings["epochs"]),
        batch_size=int(settings["batch_size"]),
        seed=seed,
        learning_rate=float(settings["learning_rate"]),
        should_stop=hooks.should_stop,
        on_epoch=hooks.on_epoch,
    )


def sets(settings: Settings, data: Examples, seed: Seed) -> tuple[Examples, Examples]:
    """Give training and validation images: the last ones are validated on, as they lie."""
    count = int(settings["examples"])
    chosen = few(data, count + HELD_OUT, seed)
    if settings["slip"] == SORTED:
        chosen = chosen.take(np.argsort(chosen.labels, kind="stable"))
    return chosen.take(np.arange(count)), chosen.take(np.arange(count, len(chosen)))


def prepared(held_out: Examples, slip: str, seed: Seed) -> tuple[FloatArray, IntArray]:
    """Give validation images and labels, with the slip."""
    images, labels = held_out.images, held_out.labels
    if slip == ORDER:
        labels = generator(seed, "another order").permutation(labels)
    if slip == RENAMED:
        labels = (labels + 1) % held_out.classes
    scale = {TIMES: 255.0, TWICE: 1 / 255}.get(slip, 1.0)
    return images * np.float32(scale), labels


def _right(run: Run) -> float:
    return float(run.scores("validation").accuracy[-1])


def _measured(run: Run) -> str:
    """Say what both sets cost at the end, and how many are right."""
    own, held = run.train, run.scores("validation")
    return (
        f"At the end {percent(own.accuracy[-1])} of the training images are right, and "
        f"{percent(held.accuracy[-1])} of the validation images, which cost "
        f"{nats(float(held.loss[-1]))} nats; ln {run.train.classes} is "
        f"{nats(math.log(run.train.classes))}."
    )


PREDICTION = Prediction(
    "How many of the validation images are right at the end?",
    (
        Outcome(
            "Less than half of what guessing gets.",
            lambda run: _right(run) < 0.5 / run.train.classes,
        ),
        Outcome(
            "About as many as by guessing.",
            lambda run: _right(run) < 2 / run.train.classes,
        ),
        Outcome("More than that, and less than 80 %.", lambda run: _right(run) < 0.8),
        Outcome("80 % or more.", lambda run: True),
    ),
    _measured,
)

KNOBS = (
    Knob("slip", "slip", "What was done to the validation set, and to no other.", NONE, SLIPS),
    Knob("examples", "training images", "How many there are.", 600, (200, 600)),
    Knob("learning_rate", "learning_rate", "SGD's rate.", 0.02, (0.01, 0.02, 0.05)),
    Knob("batch_size", "batch_size", "Images in one step.", 32, (32,)),
    Knob("epochs", "epochs", "Passes over the training images.", 20, (5, 20, 40)),
)

ARMS = (
    Arm("base", "No slip."),
    Arm(
        "sorted", "The images are sorted by class; the last 400 are validated on.", {"slip": SORTED}
    ),
    Arm("another order", "The validation labels are in another order.", {"slip": ORDER}),
    Arm("renumbered", "Validation numbers each class as the next one.", {"slip": RENAMED}),
    Arm("not divided", "Validation images were not divided by 255.", {"slip": TIMES}),
    Arm("divided twice", "Validation images were divided by 255 twice.", {"slip": TWICE}),
)

EXPERIMENT = Experiment(
    name="one-slip",
    title="One slip with the validation set",
    question="Nearly all training images are right. What does validation say?",
    knobs=KNOBS,
    arms=ARMS,
    claims=CLAIMS,
    trains=trains,
    classes=4,
    examples=1000,
    prediction=PREDICTION,
    # Photographs take longer to learn by heart.
    photographs=Photographs(knobs={"learning_rate": 0.01, "epochs": 60}),
)
