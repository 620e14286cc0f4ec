"""One network, two modes: dropout and BatchNormalization between training and evaluation."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from lossacc.checks.modes import ModeGap, mode_gap
from lossacc.claims.experiment import Arm, Experiment, Hooks, Knob, Outcome, Prediction, Settings
from lossacc.claims.trial import trained
from lossacc.data import Examples, only_classes, split, with_noise
from lossacc.lessons.two_modes import training as nets
from lossacc.lessons.two_modes.claims import CLAIMS, REMEDIES
from lossacc.lessons.two_modes.evidence import printed
from lossacc.lessons.two_modes.training import (
    by_batch,
    numbers,
    recomputed,
    to_json,
    variance_shift,
)
from lossacc.runs.run import Run
from lossacc.support.text import nats
from lossacc.support.types import Seed

CLASSES, TRAINING, VALIDATION, NOISE = 6, 288, 600, 0.3
DRAWS = 4  # of Dropout's masks and of who shares a batch


def trains(settings: Settings, data: Examples, seed: Seed, hooks: Hooks) -> Run:
    """Train the network, and measure what training left of it in each mode."""
    examples, held_out = sets(data, seed)
    model = nets.fresh_modes(seed, examples.shape, CLASSES, **_options(settings))
    block, convolution = variance_shift(model, examples.images)
    fresh = {"block shift at the start": block, "variance shift at the start": convolution}
    run = trained(model, settings, examples, held_out, seed, hooks)
    if "stopped" in run.settings:
        return run
    gap = _gap(model, settings, run, examples, seed)
    modes = fresh | numbers(gap) | _modes(model, settings, examples, held_out, seed)
    return run.with_settings(modes=modes, gap=to_json(gap))


def _options(settings: Settings) -> dict[str, Any]:
    names = ("place", "rate", "kind", "end", "norm", "momentum", "l2", "noise")
    return {name: settings[name] for name in names}


def _drops(settings: Settings) -> bool:
    return settings["place"] != nets.NOWHERE or bool(settings["end"])


def _gap(model: Any, settings: Settings, run: Run, examples: Examples, seed: Seed) -> ModeGap:
    """Split the gap between evaluation mode and what was printed for the last epoch."""
    return mode_gap(
        model,
        examples.images,
        examples.labels,
        printed={name: float(run.printed[name][-1]) for name in ("loss", "accuracy")},
        batch_size=int(settings["batch_size"]),
        draws=DRAWS if _drops(settings) else 1,
        seed=seed,
    )


def _modes(
    model: Any, settings: Settings, examples: Examples, held_out: Examples, seed: Seed
) -> dict[str, float]:
    """Measure the network in each mode; numbers by name, which the evidence reads."""
    found = {"variance shift": variance_shift(model, examples.images)[1]}
    if settings["norm"] == nets.BATCH:
        found |= recomputed(model, examples, held_out)
    if not _drops(settings) and settings["batch_size"] == 32:
        found |= by_batch(model, examples, seed)
    return found


@lru_cache(maxsize=4)
def _six(data: Examples) -> Examples:
    """Give the first six classes."""
    return data if data.classes == CLASSES else only_classes(data, range(CLASSES))


def sets(data: Examples, seed: Seed) -> tuple[Examples, Examples]:
    """Give training and validation images of six classes, with noise on all."""
    six = _six(data)
    parts = split(six, TRAINING, min(VALIDATION, len(six) - TRAINING), seed=seed)
    train, held_out = (with_noise(part, NOISE, 2 * seed + n) for n, part in enumerate(parts))
    return train, held_out


def _apart(run: Run) -> float:
    """Give the printed training loss less that in evaluation mode, in the last epoch."""
    return float(printed(run)[-1] - run.train.loss[-1])


def _measured(run: Run) -> str:
    """Say what was printed, and what the same network is worth in evaluation mode."""
    own, whole = nats(float(printed(run)[-1])), nats(float(run.train.loss[-1]))
    return (
        f"For the last epoch a training loss of {own} was printed (without the penalty); in "
        f"evaluation mode the same images cost {whole}."
    )


PREDICTION = Prediction(
    "Training images only: which loss is the lower one at the end, the one that is printed or the "
    "one in evaluation mode?",
    (
        Outcome("The printed one, by .03 nats or more.", lambda run: _apart(run) <= -0.03),
        Outcome(
            "The one in evaluation mode, by .03 nats or more.", lambda run: _apart(run) >= 0.03
        ),
        Outcome("They are within .03 nats.", lambda run: not abs(_apart(run)) >= 0.03),
    ),
    _measured,
)

KNOBS = (
    Knob(
        "place",
        "dropout in the blocks",
        "Where it stands in both blocks of the convolution.",
        nets.BOTH,
        nets.PLACES,
    ),
    Knob(
        "rate",
        "rate in the blocks",
        "The share that is dropped; at most .5 after the pooling.",
        0.7,
        (0.2, 0.5, 0.7),
    ),
    Knob(
        "kind",
        "layer in the blocks",
        "Dropout drops single units, SpatialDropout2D whole feature maps.",
        nets.UNITS,
        (nets.UNITS, nets.MAPS),
    ),
    Knob(
        "end",
        "Dropout at the end",
        "The share that is dropped before the last layer.",
        0.5,
        (0.0, 0.5),
    ),
    Knob(
        "norm",
        "normalisation",
        "What stands between each convolution or dense layer and its ReLU.",
        nets.BATCH,
        nets.NORMS,
    ),
    Knob(
        "momentum",
        "momentum of BatchNormalization",
        "What an update keeps of the running statistics.",
        0.99,
        (0.9, 0.99),
    ),
    Knob("batch_size", "batch_size", "Images in one step.", 32, (1, 2, 4, 8, 32, 96)),
    Knob(
        "learning_rate",
        "learning_rate",
        "SGD's rate, without momentum.",
        0.1,
        (0.01, 0.03, 0.1, 0.3, 1.0, 2.0),
    ),
    Knob("epochs", "epochs", "Passes over the training images.", 60, (4, 6, 8, 15, 30, 60, 120)),
    Knob(
        "noise",
        "GaussianNoise",
        "Fresh noise on each training batch (augmentation).",
        0.0,
        (0.0, 0.3),
    ),
    Knob("l2", "L2", "Factor of an L2 penalty on the kernels.", 1e-4, (0.0, 1e-4, 1e-2)),
)

_AT_THE_END: Settings = {"place": nets.NOWHERE}
_BARE: Settings = {"place": nets.NOWHERE, "end": 0.0}
_SLOW: Settings = {**_BARE, "learning_rate": 0.03, "epochs": 120}
_FAST: Settings = {**_BARE, "learning_rate": 2.0, "epochs": 30}
_PLAIN: Settings = {"norm": nets.NONE}
# Batches of 1, 2, 4 and 32, each with epochs for about 1100 updates.
_ONE, _TWO, _FOUR = (
    {**_SLOW, "batch_size": size, "epochs": epochs} for size, epochs in ((1, 4), (2, 8), (4, 15))
)

ARMS = (
    Arm("base", "Dropout before and after each max-pooling and at the end, BatchNormalization."),
    Arm("momentum .9", "A momentum of .9 for the running statistics.", {"momentum": 0.9}),
    Arm("larger batch", "Batches of 96.", {"batch_size": 96}),
    Arm("before pooling", "Dropout in the blocks only before max-pooling.", {"place": nets.BEFORE}),
    Arm("after pooling", "Dropout in the blocks only after max-pooling.", {"place": nets.AFTER}),
    Arm(
        "whole maps",
        "SpatialDropout2D at .2 after max-pooling in place of Dropout.",
        {"place": nets.AFTER, "kind": nets.MAPS, "rate": 0.2},
    ),
    Arm("at the end", "Dropout only before the last layer.", _AT_THE_END),
    Arm("no normalisation", "No BatchNormalization.", _PLAIN),
    Arm("layers normalised", "LayerNormalization in its place.", {"norm": nets.LAYER}),
    Arm("few updates", "No dropout, and only 6 epochs: 54 updates.", {**_BARE, "epochs": 6}),
    Arm(
        "few updates, momentum .9",
        "No dropout, 54 updates, a momentum of .9.",
        {**_BARE, "epochs": 6, "momentum": 0.9},
    ),
    Arm("no dropout", "No dropout, batches of 32, about 1100 updates.", _SLOW),
    Arm("batches of 4", "No dropout, batches of 4, about 1100 updates.", _FOUR),
    Arm("batches of 2", "No dropout, batches of 2, about 1100 updates.", _TWO),
    Arm("batches of 1", "No dropout, batches of 1, about 1100 updates.", _ONE),
    Arm("plain", "No dropout and no normalisation: both modes are one.", {**_SLOW, **_PLAIN}),
    Arm("plain, batches of 4", "Plain, in batches of 4.", {**_FOUR, **_PLAIN}),
    Arm("plain, batches of 2", "Plain, in batches of 2.", {**_TWO, **_PLAIN}),
    Arm("plain, batches of 1", "Plain, in batches of 1.", {**_ONE, **_PLAIN}),
    Arm("rate of 2", "No dropout, at a rate of 2.", _FAST),
    Arm("plain, rate of 2", "Plain, at a rate of 2.", {**_FAST, **_PLAIN}),
)

EXPERIMENT = Experiment(
    name="two-modes",
    title="Two modes of one network",
    question="Training says one thing and evaluation another, on the same images. Which is right?",
    knobs=KNOBS,
    arms=ARMS,
    claims=CLAIMS,
    trains=trains,
    classes=CLASSES,
    examples=TRAINING + 100,
    prediction=PREDICTION,
    remedies=REMEDIES,
)
