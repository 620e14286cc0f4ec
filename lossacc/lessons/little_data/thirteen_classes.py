"""Thirteen classes at a rate of 1e-4: several causes, and one picture."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

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
from lossacc.claims.trial import trained
from lossacc.data import Examples, glyphs, only_classes, split
from lossacc.lessons.little_data import layers as nets
from lossacc.lessons.little_data.thirteen_claims import CLAIMS, REMEDIES
from lossacc.runs.run import Run
from lossacc.support.keras_api import keras
from lossacc.support.text import nats, percent
from lossacc.support.types import Seed

CLASSES, HELD_OUT, SIZE = 13, 400, 10
ONES = 10_000  # of which Dropout sets some to 0


def trains(settings: Settings, data: Examples, seed: Seed, hooks: Hooks) -> Run:
    """Train three convolutions and one dense layer."""
    examples, held_out = sets(settings, data, seed)
    dense = settings["head"] == "on all maps"
    model = nets.fresh(
        seed,
        examples.shape,
        examples.classes,
        filters=(8, 16, 16),
        dense=0,
        pool=not dense,
        dropout=float(settings["dropout"]),
        optimizer=str(settings["optimizer"]),
        loss=str(settings["loss"]),
    )
    run = trained(model, settings, examples, held_out, seed, hooks)
    return run.with_settings(weights=int(model.count_params()), dropped=dropped(model))


def dropped(model: Any) -> float:
    """Give the share of a row of ones that the network's Dropout sets to 0 in training mode."""
    layers = [layer for layer in model.layers if isinstance(layer, keras().layers.Dropout)]
    ones = np.ones((1, ONES), np.float32)
    return float(np.mean([np.asarray(layer(ones, training=True)) == 0 for layer in layers] or [0]))


def sets(settings: Settings, data: Examples, seed: Seed) -> tuple[Examples, Examples]:
    """Give training and validation images: rendered letters, or thirteen classes of the data."""
    if data.source.startswith("glyphs"):
        images = _letters(int(seed))
    elif data.classes > CLASSES:
        images = only_classes(data, range(CLASSES))
    else:
        images = data
    count = int(settings["examples"])
    train, held_out = split(images, count, min(HELD_OUT, len(images) - count), seed=seed)
    return train, held_out


@lru_cache(maxsize=2)
def _letters(seed: int) -> Examples:
    return glyphs(400 + HELD_OUT, classes=CLASSES, size=SIZE, seed=seed)


def _gain(run: Run) -> float:
    """Give by how much the validation accuracy ever rises above its start."""
    right = run.scores("validation").accuracy
    return float(right.max() - right[0])


def _measured(run: Run) -> str:
    """Say how far the loss fell, and how far the accuracy rose."""
    loss, held = run.train.loss, run.scores("validation")
    return (
        f"The training loss goes from {nats(float(loss[0]))} to {nats(float(loss[-1]))}, and the "
        f"validation accuracy from {percent(held.accuracy[0])} to {percent(held.accuracy[-1])}."
    )


PREDICTION = Prediction(
    "How far does the validation accuracy rise above its start, at its highest?",
    (
        Outcome("By less than 15 points.", lambda run: _gain(run) < 0.15),
        Outcome("By 15 to 40 points.", lambda run: _gain(run) < 0.4),
        Outcome("By 40 points or more.", lambda run: True),
    ),
    _measured,
)

KNOBS = (
    Knob("learning_rate", "learning_rate", "The optimizer's rate.", 1e-4, (1e-4, 1e-3, 1e-2)),
    Knob("optimizer", "optimizer", "Adam, or plain SGD.", nets.ADAM, (nets.ADAM, nets.SGD)),
    Knob(
        "dropout",
        "Dropout",
        "The share that is dropped before the dense layer.",
        0.25,
        (0.0, 0.25, 0.75),
    ),
    Knob(
        "head",
        "dense layer",
        "What the dense layer sees: maps that were pooled three times, or all of each map.",
        "on pooled maps",
        ("on pooled maps", "on all maps"),
    ),
    Knob(
        "loss",
        "loss",
        "Cross-entropy, or the same with its two arguments swapped.",
        nets.CROSS_ENTROPY,
        (nets.CROSS_ENTROPY, nets.SWAPPED),
    ),
    Knob("examples", "training images", "How many there are.", 400, (100, 400)),
    Knob("batch_size", "batch_size", "Images in one step.", 32, (32,)),
    Knob("epochs", "epochs", "Passes over the training images.", 20, (20, 60)),
)

_TENFOLD: Settings = {"learning_rate": 1e-3}
_KEEP: Settings = {"dropout": 0.75}
_DENSE: Settings = {"head": "on all maps"}

ARMS = (
    Arm("base", "Adam at 1e-4, a quarter dropped, the dense layer on pooled maps."),
    Arm("plain SGD", "SGD at 1e-4.", {"optimizer": nets.SGD}),
    Arm("three quarters dropped", "The 25 % were the share to keep: 75 % are dropped.", _KEEP),
    Arm("all maps", "No pooling: the dense layer sees all of each map.", _DENSE),
    Arm("swapped", "The arguments of the loss in the wrong order.", {"loss": nets.SWAPPED}),
    Arm("ten times the rate", "Adam at 1e-3.", _TENFOLD),
    Arm("ten times, three quarters dropped", "Adam at 1e-3, 75 % dropped.", {**_TENFOLD, **_KEEP}),
    Arm("ten times, all maps", "Adam at 1e-3, no pooling.", {**_TENFOLD, **_DENSE}),
    Arm("ten times, plain SGD", "SGD at 1e-3.", {**_TENFOLD, "optimizer": nets.SGD}),
)

EXPERIMENT = Experiment(
    name="thirteen-classes",
    title="Thirteen classes at a rate of 1e-4",
    question="The loss falls steadily, and the accuracy hardly moves. What is it?",
    knobs=KNOBS,
    arms=ARMS,
    claims=CLAIMS,
    trains=trains,
    classes=10,
    examples=600,
    prediction=PREDICTION,
    remedies=REMEDIES,
    data="glyphs",
    # More images, for ten times the rate to gain more; more epochs, to learn them by heart.
    photographs=Photographs(
        knobs={"examples": 1500},
        arms={"ten times, all maps": {"epochs": 40}},
        examples=1500 + HELD_OUT,
    ),
)
