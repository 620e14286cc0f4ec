"""A deep network that does not train: what starts it, what burns it, and what does nothing."""

from __future__ import annotations

import math

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
from lossacc.data import Examples, split
from lossacc.lessons.built_to_train import training as nets
from lossacc.lessons.built_to_train.claims import CLAIMS, REMEDIES
from lossacc.runs.run import Run
from lossacc.support.text import nats, percent
from lossacc.support.types import Seed

CLASSES, TRAINING, VALIDATION = 6, 256, 300
OPTIONS = ("depth", "first", "norm", "paths", "heads", "narrow", "optimizer", "clip")


def trains(settings: Settings, data: Examples, seed: Seed, hooks: Hooks) -> Run:
    """Train the network; note the share of cut steps, and what its features are worth."""
    examples, held_out = split(data, TRAINING, min(VALIDATION, len(data) - TRAINING), seed=seed)
    options = {name: settings[name] for name in OPTIONS}
    deep = nets.fresh_deep(seed, examples.shape, examples.classes, **options)
    run = trained(deep.model, settings, examples, held_out, seed, hooks)
    run = run.with_settings(share_cut=deep.share_cut())
    if "stopped" in run.settings:
        return run
    return run.with_settings(readouts=nets.readouts(deep, examples, held_out))


def _started(run: Run) -> float:
    """Give by how much the training loss ends below ln K."""
    return math.log(run.train.classes) - float(run.train.loss[-1])


def _measured(run: Run) -> str:
    """Say where it ends."""
    loss, right = float(run.train.loss[-1]), float(run.train.accuracy[-1])
    known = f"{nats(math.log(run.train.classes))} is the loss of guessing"
    if math.isnan(loss):
        return f"The loss is no number any more, and {percent(right)} count as right; {known}."
    return f"It ends at a training loss of {nats(loss)} with {percent(right)} right; {known}."


PREDICTION = Prediction(
    "Where does this network end, on its training images?",
    (
        Outcome("The loss is no number any more.", lambda run: math.isnan(_started(run))),
        Outcome("At the loss of guessing, or above.", lambda run: _started(run) <= 0.1),
        Outcome("With 80 % right or more.", lambda run: run.train.accuracy[-1] >= 0.8),
        Outcome("Somewhere between.", lambda run: _started(run) > 0.1),
    ),
    _measured,
)

KNOBS = (
    Knob(
        "depth",
        "convolutions",
        "How many stand one behind the other.",
        nets.DEEP,
        (nets.SHALLOW, nets.DEEP),
    ),
    Knob(
        "first",
        "first weights",
        "The initializer of the kernels: He's are twice as large in variance.",
        nets.GLOROT,
        (nets.GLOROT, nets.HE),
    ),
    Knob(
        "norm",
        "normalisation",
        "What stands between each convolution and its ReLU.",
        nets.NONE,
        (nets.NONE, nets.BATCH),
    ),
    Knob(
        "paths",
        "connections",
        "Residual ones add what enters two convolutions to what comes out.",
        nets.PLAIN,
        (nets.PLAIN, nets.RESIDUAL),
    ),
    Knob("heads", "auxiliary heads", "Classifiers at inner layers.", 0, (0, nets.HEADS)),
    Knob("narrow", "bottleneck", "Units before the last layer; 0: no bottleneck.", 0, (0, 1, 2)),
    Knob(
        "optimizer",
        "optimizer",
        "What takes the steps.",
        nets.SGD,
        (nets.SGD, nets.HEAVY, nets.ADAM),
    ),
    Knob(
        "learning_rate",
        "learning_rate",
        "The optimizer's rate.",
        0.1,
        (0.003, 0.01, 0.03, 0.07, 0.1, 0.2, 0.5, 1.0, 100.0),
    ),
    Knob(
        "clip", "global_clipnorm", "Longest gradient allowed; 0: any.", 0.0, (0.0, 0.05, 0.1, 1.0)
    ),
    Knob("epochs", "epochs", "Passes over the training images.", 16, (3, 16, 30)),
)

_HE: Settings = {"first": nets.HE}
_BATCH: Settings = {"norm": nets.BATCH}
_RESIDUAL: Settings = {"paths": nets.RESIDUAL}
_HOT: Settings = {
    "depth": nets.SHALLOW,
    **_HE,
    "optimizer": nets.HEAVY,
    "learning_rate": 0.07,
    "epochs": 30,
}
_HEADS: Settings = {"heads": nets.HEADS}

ARMS = (
    Arm("base", "Twelve plain convolutions, Keras' own first weights, SGD at .1."),
    Arm("higher rate", "A rate of 1.", {"learning_rate": 1.0}),
    Arm("lower rate", "A rate of .01.", {"learning_rate": 0.01}),
    Arm("heads", "Two auxiliary heads.", _HEADS),
    Arm("He", "He's first weights.", _HE),
    Arm("normalised", "BatchNormalization before each ReLU.", _BATCH),
    Arm("residual", "Residual connections around each two convolutions.", _RESIDUAL),
    Arm("Adam", "Adam at .003.", {"optimizer": nets.ADAM, "learning_rate": 0.003}),
    Arm("He, heads", "He's first weights and two auxiliary heads.", {**_HE, **_HEADS}),
    Arm("normalised, heads", "BatchNormalization and two auxiliary heads.", {**_BATCH, **_HEADS}),
    Arm("He, rate of .5", "He's first weights at a rate of .5.", {**_HE, "learning_rate": 0.5}),
    Arm(
        "residual, rate of 100",
        "Residual connections at a rate of 100, for three epochs.",
        {**_RESIDUAL, "learning_rate": 100.0, "epochs": 3},
    ),
    Arm("hot", "Four convolutions, He's first weights, SGD at .07 with a momentum of .95.", _HOT),
    Arm("hot, clipped", "The same, clipped to a norm of 1.", {**_HOT, "clip": 1.0}),
    Arm("residual, cut", "Residual, clipped to a norm of .1.", {**_RESIDUAL, "clip": 0.1}),
    Arm(
        "residual, cut twice",
        "Residual, clipped to a norm of .05, at a rate of .2.",
        {**_RESIDUAL, "clip": 0.05, "learning_rate": 0.2},
    ),
    Arm("one channel", "Residual, with a bottleneck of one.", {**_RESIDUAL, "narrow": 1}),
)

EXPERIMENT = Experiment(
    name="built-to-train",
    title="Built to train",
    question="The loss stays where guessing is. What starts this network?",
    knobs=KNOBS,
    arms=ARMS,
    claims=CLAIMS,
    trains=trains,
    classes=CLASSES,
    examples=TRAINING + 100,
    prediction=PREDICTION,
    remedies=REMEDIES,
    # Photographs take three times as long to start.
    photographs=Photographs(knobs={"epochs": 48}),
)
