"""Wrong labels among real images: who finds them, and what keeps them from being learned."""

from __future__ import annotations

import numpy as np

from lossacc.claims.experiment import (
    Arm,
    Claim,
    Experiment,
    Hooks,
    Knob,
    Outcome,
    Photographs,
    Prediction,
    Settings,
)
from lossacc.claims.networks import LOSSES, fresh
from lossacc.claims.rules import Evidence, at_least, below, difference, size
from lossacc.claims.trial import trained
from lossacc.data import Examples, split, wrong_labels
from lossacc.runs.run import Run
from lossacc.runs.scores import Scores
from lossacc.support.types import FloatArray, Seed

TRAIN, VALIDATION = 600, 600
PHOTOGRAPHS = 6000  # to train on, where images are photographs


def trains(settings: Settings, data: Examples, seed: Seed, hooks: Hooks) -> Run:
    """Train on images of which some bear a wrong label, and validate on others of the same kind."""
    parts = split(data, int(settings.get("examples", TRAIN)), VALIDATION, seed=seed)
    examples, held_out = (
        wrong_labels(part, float(settings["wrong"]), 2 * seed + n) for n, part in enumerate(parts)
    )
    model = fresh(
        seed,
        examples.shape,
        examples.classes,
        momentum=0.9,
        loss=settings["loss"],
        clip=settings["clip"],
    )
    return trained(model, settings, examples, held_out, seed, hooks)


def precision_at_k(losses: FloatArray, scores: Scores) -> float:
    """Give the share of truly wrong labels among the k highest losses, k the number planted.

    Parameters
    ----------
    losses
        Shape (N,), one loss an example.
    scores
        The scores of the same examples, clean labels included.

    Raises
    ------
    ValueError
        If the clean labels are not known, or none was corrupted.
    """
    if scores.clean_labels is None or not (scores.clean_labels != scores.labels).any():
        raise ValueError("these examples have no wrong labels that are known to be wrong")
    wrong = scores.clean_labels != scores.labels
    return float(wrong[np.argsort(-losses)[: wrong.sum()]].mean())


def _spoilt(scores: Scores) -> int:
    """Count the labels that are known to be wrong."""
    if scores.clean_labels is None:
        return 0
    return int((scores.clean_labels != scores.labels).sum())


def _precision_then(run: Run) -> float:
    """Give the precision at the lowest validation loss; NaN where no label is wrong."""
    return _found(run)["precision then"] if _spoilt(run.train) else float("nan")


def _measured(run: Run) -> str:
    """Say how many of the images that lose most bear a wrong label."""
    k = _spoilt(run.train)
    if not k:
        return f"None of the {run.train.size} training labels is wrong."
    found = _found(run)
    return (
        f"k is {k}. At epoch {found['epoch of the lowest validation loss']:.0f}, "
        f"{round(k * found['precision then'])} of the {k} images that lose most bear a wrong "
        f"label; at the end {round(k * found['precision at the end'])} do."
    )


def _found(run: Run) -> Evidence:
    """Read how well the losses find the wrong labels, early and late."""
    best = int(run.scores("validation").loss.argmin())
    return {
        "epoch of the lowest validation loss": float(run.epochs[best]),
        "precision then": precision_at_k(run.train.cross_entropy[best], run.train),
        "precision at the end": precision_at_k(run.train.cross_entropy[-1], run.train),
    }


def clean_accuracy(run: Run) -> FloatArray:
    """Give the validation accuracy by the clean labels, shape (R,)."""
    return run.scores("validation").relabelled().accuracy


def _gain(base: Run, other: Run) -> Evidence:
    """Read what an arm gains over the base at the end, by the clean labels."""
    return {
        "base": float(clean_accuracy(base)[-1]),
        "other": float(clean_accuracy(other)[-1]),
        "gain": float(clean_accuracy(other)[-1] - clean_accuracy(base)[-1]),
    }


PREDICTION = Prediction(
    "Of the training labels, k are wrong. When the validation loss is lowest, how many of the k "
    "training images that lose most bear a wrong label?",
    (
        Outcome("Nearly all: 80 % or more.", lambda run: _precision_then(run) >= 0.8),
        Outcome("More than half of them.", lambda run: 0.5 < _precision_then(run) < 0.8),
        Outcome("Half of them or fewer.", lambda run: _precision_then(run) <= 0.5),
        Outcome("None: no label is wrong.", lambda run: not _spoilt(run.train)),
    ),
    _measured,
)

KNOBS = (
    Knob(
        "wrong",
        "wrong labels",
        "The share of the labels that are wrong.",
        0.2,
        (0.0, 0.1, 0.2, 0.4),
    ),
    Knob("loss", "loss", "What the training makes small.", LOSSES[0], LOSSES),
    Knob("clip", "global_clipnorm", "Longest gradient allowed; 0: any.", 0.0, (0.0, 0.1, 1.0)),
    Knob(
        "learning_rate", "learning_rate", "SGD's rate, with momentum .9.", 0.05, (0.003, 0.01, 0.05)
    ),
    Knob("epochs", "epochs", "Passes over the training images.", 60, (20, 60, 120)),
)

ARMS = (
    Arm("base", "One label in five is wrong; plain cross-entropy."),
    Arm("clean labels", "The same images with the right labels.", {"wrong": 0.0}),
    Arm(
        "bounded loss",
        "The same with generalised cross-entropy, which is bounded.",
        {"loss": "generalised cross-entropy"},
    ),
    Arm("expected error", "The same; the loss is 1 - p.", {"loss": "expected error"}),
    Arm("clipped", "The same, each step's gradient clipped to .1.", {"clip": 0.1}),
    Arm("small rate", "The same at a small rate, without clipping.", {"learning_rate": 0.003}),
)

CLAIMS = (
    Claim(
        name="losses find them",
        sentence=(
            "Ranked by loss at the epoch of lowest validation loss, at least 80 % of the top k "
            "labels are wrong."
        ),
        catalogue=("C24",),
        reads=("base",),
        control=("expected error",),
        evidence=_found,
        measured="precision at k is .80 or more, k the number of wrong labels",
        rule=at_least("precision then", 0.8),
        effect="precision then",
    ),
    Claim(
        name="memory hides them",
        sentence=(
            "Trained on until they are memorised, the wrong labels no longer stand out: precision "
            "falls by at least 20 points."
        ),
        catalogue=("C24",),
        reads=("base",),
        control=("clipped",),
        evidence=_found,
        measured="precision at the end is .20 or more below that at the lowest validation loss",
        rule=at_least(difference("precision then", "precision at the end"), 0.2),
        effect="precision at the end",
    ),
    Claim(
        name="bounded loss resists",
        sentence=(
            "A bounded loss keeps the clean accuracy at least 5 points above plain cross-entropy."
        ),
        catalogue=("C10", "C23"),
        reads=("base", "bounded loss"),
        control=("bounded loss", "base"),
        evidence=_gain,
        measured="by the clean labels, validation accuracy ends .05 or more higher",
        rule=at_least("gain", 0.05),
        effect="gain",
    ),
    Claim(
        name="clipping is a rate",
        sentence=(
            "Clipping to .1 does what a small rate does: the clean accuracies end within 5 points."
        ),
        catalogue=("C23", "C38"),
        reads=("small rate", "clipped"),
        control=("base", "clipped"),
        evidence=_gain,
        measured="by the clean labels, validation accuracies end within .05 of each other",
        rule=below(size("gain"), 0.05),
        effect="gain",
    ),
)

EXPERIMENT = Experiment(
    name="wrong-labels",
    title="Wrong labels among real images",
    question="Some of my labels are wrong. How do I find them, and what keeps the network safe?",
    knobs=KNOBS,
    arms=ARMS,
    claims=CLAIMS,
    trains=trains,
    classes=4,
    examples=TRAIN + VALIDATION,
    prediction=PREDICTION,
    # From 600 photographs too little is learned to tell a wrong label from a hard image. They are
    # trained on at .03, and with a gradient clipped to .1 that is as slow as .0015.
    photographs=Photographs(
        knobs={"learning_rate": 0.03, "epochs": 40},
        arms={"small rate": {"learning_rate": 0.0015}},
        more=(
            Knob(
                "examples",
                "training images",
                "How many images the network learns from.",
                PHOTOGRAPHS,
                (TRAIN, PHOTOGRAPHS),
            ),
        ),
        examples=PHOTOGRAPHS + VALIDATION,
    ),
)
