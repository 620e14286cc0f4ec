"""Six classes, sixty images, and every regulariser at once: what to switch off, and what to ask."""

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
from lossacc.data import Examples, glyphs, only_classes, split, with_noise, wrong_labels
from lossacc.lessons.little_data import layers as nets
from lossacc.lessons.little_data.few_claims import CLAIMS
from lossacc.lessons.little_data.few_remedies import REMEDIES
from lossacc.runs.run import Run
from lossacc.support.text import nats, percent
from lossacc.support.types import Seed

CLASSES, HELD_OUT, NOISE = 6, 460, 0.3
LIFT = 0.2  # of the range from black to white: what sets the lifted classes apart
GIVEN, LETTERS, TONES = "as given", "rendered letters", "three shapes in two tones"
RIGHT, WRONG, SHIFTED = "right", "a fifth wrong", "other numbers in validation"
SIZES: dict[str, dict[str, Any]] = {
    "small": {"filters": (8, 16), "dense": 16},
    "large": {"filters": (32, 64), "dense": 128},
    "linear": {"filters": (), "dense": 0},
}


def trains(settings: Settings, data: Examples, seed: Seed, hooks: Hooks) -> Run:
    """Train on few images, and validate on others that nobody with so few would have."""
    examples, held_out = sets(settings, data, seed)
    names = ("norm", "block_dropout", "dropout", "l2", "augmentation", "momentum", "loss")
    options = {name: settings[name] for name in names} | SIZES[str(settings["network"])]
    model = nets.fresh(seed, examples.shape, CLASSES, **options)
    return trained(model, settings, examples, held_out, seed, hooks)


def sets(settings: Settings, data: Examples, seed: Seed) -> tuple[Examples, Examples]:
    """Give training and validation images."""
    count, images = int(settings["examples"]), settings["images"]
    if images == LETTERS:
        train, held_out = split(_letters(int(seed)), count, HELD_OUT, seed=seed)
    else:
        six = _six(data)
        parts = split(six, count, min(HELD_OUT, len(six) - count), seed=seed)
        train, held_out = (with_noise(part, NOISE, 2 * seed + n) for n, part in enumerate(parts))
    if images == TONES:
        train, held_out = _toned(train), _toned(held_out)
    if settings["labels"] == WRONG:
        train = wrong_labels(train, 0.2, seed)
    return train, _renumbered(held_out) if settings["labels"] == SHIFTED else held_out


@lru_cache(maxsize=4)
def _six(data: Examples) -> Examples:
    """Give the last six classes: of the digits 4 to 9, among them 6 and 9."""
    return only_classes(data, range(data.classes - CLASSES, data.classes))


@lru_cache(maxsize=2)
def _letters(seed: int) -> Examples:
    return glyphs(700, classes="GHKRSW", size=8, seed=seed, contrast=0.3, noise=0.1)


def _toned(examples: Examples) -> Examples:
    """Keep every second class, and lift half of its images: tone and shape make the class."""
    shapes = only_classes(examples, range(0, CLASSES, 2))
    lifted = np.arange(len(shapes)) % 2
    names = (*shapes.class_names, *(f"{name}, lifted" for name in shapes.class_names))
    images = shapes.images + np.float32(LIFT) * lifted[:, None, None, None].astype(np.float32)
    labels = shapes.labels + lifted * (CLASSES // 2)
    return Examples(images, labels, names, source=f"{examples.source}, in two tones")


def _renumbered(examples: Examples) -> Examples:
    """Give each class the number of the next one."""
    labels = (examples.labels + 1) % examples.classes
    return Examples(examples.images, labels, examples.class_names, source=examples.source)


def _ends(run: Run) -> tuple[float, float]:
    """Give the training loss in evaluation mode and the validation loss, at the end."""
    return float(run.train.loss[-1]), float(run.scores("validation").loss[-1])


def _measured(run: Run) -> str:
    """Say what both sets of images cost at the end, and how many are right."""
    own, held = _ends(run)
    right = percent(run.train.accuracy[-1]), percent(run.scores("validation").accuracy[-1])
    return (
        f"In evaluation mode the training images cost {nats(own)} ({right[0]} right), and the "
        f"validation images {nats(held)} ({right[1]} right)."
    )


PREDICTION = Prediction(
    "After training: what do the training images cost in evaluation mode?",
    (
        Outcome(
            "Less than half of what the validation images cost: it overfits.",
            lambda run: _ends(run)[0] < 0.5 * _ends(run)[1],
        ),
        Outcome(
            "More than 1.5 nats, as the validation images do: it has not learned them.",
            lambda run: _ends(run)[0] > 1.5,
        ),
        Outcome("Something between these two.", lambda run: True),
    ),
    _measured,
)

KNOBS = (
    Knob(
        "images",
        "images",
        "Which images: those given, letters, or shapes whose tone is part of the class.",
        GIVEN,
        (GIVEN, LETTERS, TONES),
    ),
    Knob(
        "labels",
        "labels",
        "Whether the labels are right, and numbered alike in training and validation.",
        RIGHT,
        (RIGHT, WRONG, SHIFTED),
    ),
    Knob("examples", "training images", "How many there are.", 60, (20, 60, 240)),
    Knob(
        "network",
        "network",
        "Two convolutions of 8 and 16 filters, of 32 and 64, or one linear layer.",
        "small",
        tuple(SIZES),
    ),
    Knob("norm", "BatchNormalization", "Where it stands.", nets.BEFORE_RELU, nets.NORMS),
    Knob(
        "block_dropout",
        "Dropout in the blocks",
        "The share that is dropped before each max-pooling.",
        0.7,
        (0.0, 0.5, 0.7),
    ),
    Knob(
        "dropout",
        "Dropout at the end",
        "The share that is dropped before the last layer.",
        0.5,
        (0.0, 0.5),
    ),
    Knob("l2", "L2", "Factor of an L2 penalty on the kernels.", 1e-4, (0.0, 1e-4, 1e-3)),
    Knob(
        "augmentation",
        "augmentation",
        "How each training image is moved, each time that it is used.",
        nets.MILD,
        nets.AUGMENTATIONS,
    ),
    Knob("momentum", "momentum", "SGD's momentum.", 0.0, (0.0, 0.9)),
    Knob("learning_rate", "learning_rate", "SGD's rate.", 0.01, (0.01, 0.05)),
    Knob(
        "loss",
        "loss",
        "Cross-entropy of logits, or of a softmax that is a layer of its own.",
        nets.CROSS_ENTROPY,
        (nets.CROSS_ENTROPY, nets.APART),
    ),
    Knob("batch_size", "batch_size", "Images in one step.", 20, (20,)),
    Knob("epochs", "epochs", "Passes over the training images.", 40, (20, 40, 100)),
)

_STEPS: Settings = {"momentum": 0.9, "learning_rate": 0.05}
_OFF: Settings = {
    "norm": nets.NOWHERE,
    "block_dropout": 0.0,
    "dropout": 0.0,
    "l2": 0.0,
    "augmentation": nets.NOTHING,
}
_BARE: Settings = {**_OFF, **_STEPS}


def _one(name: str, says: str, **settings: Any) -> Arm:
    """Give an arm that adds one thing to the bare network."""
    return Arm(name, says, {**_BARE, **settings})


ARMS = (
    Arm("base", "Every regulariser at once, and SGD by its name alone."),
    Arm("twenty, everything", "The same on twenty images.", {"examples": 20, "epochs": 100}),
    _one("twenty, bare", "Twenty images, no regulariser, momentum.", examples=20, epochs=100),
    _one("bare", "Sixty images, no regulariser, momentum."),
    _one("normalised", "Only BatchNormalization is added.", norm=nets.BEFORE_RELU),
    _one("normalised behind", "BatchNormalization behind the ReLU.", norm=nets.AFTER_RELU),
    _one("dropout", "Only Dropout before the last layer is added.", dropout=0.5),
    _one("dropout in the blocks", "Only Dropout in the blocks is added.", block_dropout=0.7),
    _one("L2", "Only an L2 penalty of .001 is added.", l2=1e-3),
    _one("small moves", "Only small shifts and rotations are added.", augmentation=nets.MILD),
    _one("any rotation", "Only rotation by any angle is added.", augmentation=nets.TURNED),
    _one("brightness", "Only a random shift of brightness is added.", augmentation=nets.BRIGHT),
    Arm("by name alone", "No regulariser; SGD at .01, without momentum.", _OFF),
    _one("larger", "Four times as many filters, eight times as many dense units.", network="large"),
    _one("linear", "One linear layer on the pixels.", network="linear"),
    _one("renumbered", "Validation numbers its classes otherwise.", labels=SHIFTED),
    _one("renumbered, larger", "The same, larger.", labels=SHIFTED, network="large"),
    _one("renumbered, linear", "The same, one linear layer.", labels=SHIFTED, network="linear"),
    _one("letters", "Rendered letters in place of digits.", images=LETTERS),
    _one("wrong labels", "A fifth of the training labels are wrong.", labels=WRONG),
    _one("tones", "Three shapes in two tones, which are six classes.", images=TONES),
    _one(
        "tones, brightness",
        "The same, with a random shift of brightness.",
        images=TONES,
        augmentation=nets.BRIGHT,
    ),
    _one("softmax apart", "The softmax is a layer of its own.", loss=nets.APART),
)

EXPERIMENT = Experiment(
    name="few-images",
    title="Few images, and every regulariser at once",
    question="Training improves slowly and validation does the opposite. Can that be overfitting?",
    knobs=KNOBS,
    arms=ARMS,
    claims=CLAIMS,
    trains=trains,
    classes=CLASSES,
    examples=360,
    prediction=PREDICTION,
    remedies=REMEDIES,
    photographs=Photographs(),
)
