"""A network trained on other letters, put to work on six new ones of which there are few images."""

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
from lossacc.lessons.little_data.borrowed_claims import CLAIMS, REMEDIES
from lossacc.networks.cnn import initialise
from lossacc.runs.run import Run
from lossacc.support.keras_api import keras
from lossacc.support.text import percent
from lossacc.support.types import FloatArray, Seed
from lossacc.training.train import train

CLASSES, HELD_OUT, SIZE = 6, 400, 10
OTHERS, OURS = "ABCDEFIJLMNOPQTUVXYZ", "GHKRSW"
LENT = {"n": 1000, "epochs": 10, "rate": 0.05}
# What the lent network was trained on, what people make of images, and what suits a linear layer.
OWN, RESCALED, CENTRED = "-50 to 50", "0 to 1", "-2 to 2"
SCALES = {OWN: (100.0, -50.0), RESCALED: (1.0, 0.0), CENTRED: (4.0, -2.0)}
HEAD, BLOCK, ALL, FROZEN, NEW, PIXELS = (
    "head only",
    "head and last block",
    "everything",
    "everything, statistics frozen",
    "everything, new weights",
    "one linear layer on the pixels",
)
TRAINED = (HEAD, BLOCK, ALL, FROZEN, NEW, PIXELS)
BACKBONE: dict[str, Any] = {"filters": (16, 32), "dense": 32, "norm": nets.BEFORE_RELU}
_LAST_BLOCK = 2  # the dense layer and its normalisation


def trains(settings: Settings, data: Examples, seed: Seed, hooks: Hooks) -> Run:
    """Lend a network its weights, freeze what is to be frozen, and train the rest."""
    examples, held_out = (
        scaled(part, str(settings["scale"])) for part in sets(settings, data, seed)
    )
    which = str(settings["trained"])
    model = initialise(_compiled(examples.shape, which), seed)
    if which not in (NEW, PIXELS):
        _lend(model, lent(examples.shape, int(seed)))
    before = statistics(model)
    run = trained(model, settings, examples, held_out, seed, hooks)
    moved = np.abs(statistics(model) - before).max(initial=0.0)
    return run.with_settings(moved=float(moved))


def sets(settings: Settings, data: Examples, seed: Seed) -> tuple[Examples, Examples]:
    """Give training and validation images of six classes: letters in fonts that were not lent."""
    letters = data.source.startswith("glyphs")
    six = _ours(int(seed)) if letters else only_classes(data, range(CLASSES))
    count = int(settings["examples"])
    train, held_out = split(six, count, min(HELD_OUT, len(six) - count), seed=seed)
    return train, held_out


@lru_cache(maxsize=2)
def _ours(seed: int) -> Examples:
    return glyphs(
        520, classes=OURS, size=SIZE, seed=seed, fonts="held out", contrast=0.3, noise=0.08
    )


def scaled(examples: Examples, scale: str) -> Examples:
    """Prepare images as the lent network wants them, or as people do who do not ask."""
    factor, added = SCALES[scale]
    images = examples.images * np.float32(factor) + np.float32(added)
    return Examples(images, examples.labels, examples.class_names, source=examples.source)


@lru_cache(maxsize=2)
def lent(shape: tuple[int, int, int], seed: int) -> list[FloatArray]:
    """Train a network on twenty other letters, and give its weights without the last layer's."""
    images = glyphs(
        int(LENT["n"]), classes=OTHERS, size=shape[0], channels=shape[2], seed=seed, contrast=0.3
    )
    model = initialise(_source(shape), seed)
    train(
        model,
        scaled(images, OWN),
        epochs=int(LENT["epochs"]),
        batch_size=32,
        seed=seed,
        learning_rate=LENT["rate"],
    )
    return [np.asarray(value) for value in model.get_weights()[:-2]]


@lru_cache(maxsize=2)
def _source(shape: tuple[int, int, int]) -> Any:
    return _network(shape, len(OTHERS), **BACKBONE)


@lru_cache(maxsize=8)
def _compiled(shape: tuple[int, int, int], which: str) -> Any:
    """Build and compile the network of which a part is trained."""
    if which == PIXELS:
        return _network(shape, CLASSES, filters=(), dense=0)
    model = _network(shape, CLASSES, **BACKBONE)
    for layer in frozen(model, which):
        layer.trainable = False
    model.compile(keras().optimizers.SGD(momentum=0.9), model.loss)
    return model


def frozen(model: Any, which: str) -> list[Any]:
    """List the layers that are not trained."""
    weighted = [layer for layer in model.layers if layer.weights]
    if which == FROZEN:
        return [layer for layer in weighted if isinstance(layer, keras().layers.BatchNormalization)]
    return weighted[: {HEAD: -1, BLOCK: -1 - _LAST_BLOCK}.get(which, 0)]


def _network(shape: tuple[int, int, int], classes: int, **options: Any) -> Any:
    model = keras().Sequential([keras().layers.Input(shape), *nets.layers(classes, **options)])
    loss = keras().losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras().optimizers.SGD(momentum=0.9), loss)
    return model


def _lend(model: Any, weights: list[FloatArray]) -> None:
    """Put the lent weights in place of the network's own, all but the last layer's."""
    model.set_weights([*weights, *model.get_weights()[len(weights) :]])


def statistics(model: Any) -> FloatArray:
    """Give all running means and variances of a network, in a row."""
    normal = keras().layers.BatchNormalization
    layers = [layer for layer in model.layers if isinstance(layer, normal)]
    both = [value for layer in layers for value in (layer.moving_mean, layer.moving_variance)]
    return np.concatenate([np.zeros(0), *(np.asarray(value).ravel() for value in both)])


def _right(run: Run) -> float:
    return float(run.scores("validation").accuracy[-1])


def _measured(run: Run) -> str:
    """Say how many of each set are right at the end."""
    return (
        f"At the end {percent(run.train.accuracy[-1])} of the training images are right, and "
        f"{percent(_right(run))} of the validation images."
    )


PREDICTION = Prediction(
    "How many of the validation images are right at the end?",
    (
        Outcome("Fewer than half.", lambda run: _right(run) < 0.5),
        Outcome("Half to three quarters.", lambda run: _right(run) < 0.75),
        Outcome("Three quarters or more.", lambda run: True),
    ),
    _measured,
)

KNOBS = (
    Knob("trained", "trained", "What is trained; the rest keeps its lent weights.", HEAD, TRAINED),
    Knob("scale", "range of the images", "How images are prepared.", OWN, tuple(SCALES)),
    Knob("learning_rate", "learning_rate", "SGD's rate.", 0.01, (0.01, 0.02, 0.05)),
    Knob("examples", "training images", "How many there are.", 60, (20, 60, 100)),
    Knob("batch_size", "batch_size", "Images in one step.", 20, (20,)),
    Knob("epochs", "epochs", "Passes over the training images.", 60, (20, 60)),
)

_HIGH = 0.05

ARMS = (
    Arm("base", "A lent network; only the new last layer is trained."),
    Arm("last block", "The dense layer is trained too.", {"trained": BLOCK}),
    Arm("all", "All layers are trained, at a low rate.", {"trained": ALL}),
    Arm("all, high rate", "All at a rate of .05.", {"trained": ALL, "learning_rate": _HIGH}),
    Arm("all, statistics frozen", "All, but BatchNormalization is frozen.", {"trained": FROZEN}),
    Arm("new weights", "Nothing is lent.", {"trained": NEW, "learning_rate": _HIGH}),
    Arm(
        "pixels",
        "One linear layer on the pixels.",
        {"trained": PIXELS, "learning_rate": 0.02, "scale": CENTRED},
    ),
    Arm(
        "other range",
        "Images from 0 to 1, for a network that knows -50 to 50.",
        {"scale": RESCALED},
    ),
)

EXPERIMENT = Experiment(
    name="borrowed-features",
    title="Features that another network learned",
    question="I have few images. Does a network help that was trained on others?",
    knobs=KNOBS,
    arms=ARMS,
    claims=CLAIMS,
    trains=trains,
    classes=CLASSES,
    examples=300,
    prediction=PREDICTION,
    remedies=REMEDIES,
    data="glyphs",
    photographs=Photographs(),
)
