"""Ten classes with ever fewer images: the mean is made by the first classes, not by the last."""

from __future__ import annotations

import numpy as np

from lossacc.analysis.per_class import balanced_accuracy, class_shares, recall, without_prior
from lossacc.claims.experiment import (
    Arm,
    Claim,
    Experiment,
    Hooks,
    Knob,
    Outcome,
    Photographs,
    Prediction,
    Remedy,
    Settings,
)
from lossacc.claims.networks import fresh
from lossacc.claims.rules import Evidence, above, all_of, at_least, at_most, below, plus
from lossacc.claims.trial import trained
from lossacc.data import Examples, imbalanced, only_classes, split, with_noise
from lossacc.lessons.the_ninety_per_cent_class.rare import FEEDING, WEIGHTS, feeding
from lossacc.runs.run import Run
from lossacc.support.text import percent
from lossacc.support.types import FloatArray, Seed

CLASSES, MOST, VALIDATION, NOISE = 10, 100, 600, 0.1
HEAD, TAIL = slice(0, 3), slice(7, 10)  # the three largest classes, and the three smallest
EARLY, MIDDLE, LAST = slice(3, 8), slice(10, 21), slice(-5, None)  # epochs


def trains(settings: Settings, data: Examples, seed: Seed, hooks: Hooks) -> Run:
    """Train on ever fewer images of each class, and validate on as many of each."""
    ten = data if data.classes == CLASSES else only_classes(data, range(CLASSES))
    held_out, rest = split(ten, VALIDATION, len(ten) - VALIDATION, seed=seed, stratify=True)
    drawn = imbalanced(rest, counts(float(settings["ratio"])), seed)
    examples = with_noise(drawn, NOISE, 2 * seed)
    held_out = with_noise(held_out, NOISE, 2 * seed + 1)
    model = fresh(seed, examples.shape, CLASSES, momentum=0.9)
    options = feeding(settings, examples.labels, seed)
    return trained(model, settings, examples, held_out, seed, hooks, **options)


def counts(ratio: float) -> list[int]:
    """Give the images of each class: from 100 down by equal factors, by `ratio` in all."""
    return [round(MOST * ratio ** (-k / (CLASSES - 1))) for k in range(CLASSES)]


def found(run: Run, which: slice) -> FloatArray:
    """Give the mean recall of some classes in validation, shape (R,)."""
    return np.asarray(recall(run.scores("validation"))[:, which].mean(axis=1))


def _moved(run: Run) -> FloatArray:
    """Give the validation recalls with the training shares taken out of the logits, (R, K)."""
    shares = class_shares(run.train.labels, CLASSES)
    return recall(without_prior(run.scores("validation"), shares))


def _first(run: Run) -> Evidence:
    """Read the first epochs."""
    return {
        "head, epochs 3 to 7": float(found(run, HEAD)[EARLY].mean()),
        "tail, epochs 3 to 7": float(found(run, TAIL)[EARLY].mean()),
    }


def _hidden(run: Run) -> Evidence:
    """Read the first epoch in which 70 % of the training images are right."""
    good = run.train.accuracy >= 0.7
    row = int(good.argmax()) if good.any() else -1
    return {
        "epoch": float(run.epochs[row]),
        "training accuracy": float(run.train.accuracy[row]),
        "validation accuracy, equal classes": float(run.scores("validation").accuracy[row]),
        "tail": float(found(run, TAIL)[row]),
    }


def _without_prior(run: Run) -> Evidence:
    """Read what taking the shares out of the logits changes at the end."""
    moved, kept = _moved(run)[LAST], recall(run.scores("validation"))[LAST]
    return {
        "tail": float(kept[:, TAIL].mean()),
        "tail, moved": float(moved[:, TAIL].mean()),
        "gain of the tail": float((moved - kept)[:, TAIL].mean()),
        "gain in balanced accuracy": float((moved - kept).mean()),
    }


def _weighted(base: Run, weighted: Run) -> Evidence:
    """Read what weights gain for the tail, midway and at the end."""
    gain = found(weighted, TAIL) - found(base, TAIL)
    return {
        "gain of the tail, epochs 10 to 20": float(gain[MIDDLE].mean()),
        "gain of the tail, last five epochs": float(gain[LAST].mean()),
    }


def _gain(without: Run, given: Run) -> float:
    """Give the gain in balanced accuracy over the last five epochs."""
    one, other = (balanced_accuracy(run.scores("validation")) for run in (without, given))
    return float((other[LAST] - one[LAST]).mean())


def _gain_of_tail(without: Run, given: Run) -> float:
    return _weighted(without, given)["gain of the tail, last five epochs"]


def _gain_moved(_: Run, run: Run) -> float:
    return _without_prior(run)["gain in balanced accuracy"]


def _measured(run: Run) -> str:
    """Say what became of the tail."""
    head, tail = found(run, HEAD)[-1], found(run, TAIL)[-1]
    return (
        f"At the end {percent(head)} of the images of the three largest classes were right, and "
        f"{percent(tail)} of those of the three smallest."
    )


PREDICTION = Prediction(
    "The largest of ten classes has fifty times the images of the smallest. How will the three "
    "smallest fare against the three largest, on new images?",
    (
        Outcome(
            "About as well: within 10 points.",
            lambda run: bool(found(run, HEAD)[-1] - found(run, TAIL)[-1] < 0.1),
        ),
        Outcome("Worse, though some are found.", lambda run: bool(found(run, TAIL)[-1] > 0.05)),
        Outcome("None is found, or nearly none.", lambda run: True),
    ),
    _measured,
)

KNOBS = (
    Knob(
        "ratio",
        "largest over smallest",
        "How many times the images of the smallest class the largest has.",
        50,
        (1, 10, 50),
    ),
    Knob(
        "weights",
        "weights",
        "class_weight 1 for the largest class and up to 50; or the same ratios with a mean of 1.",
        WEIGHTS[0],
        WEIGHTS,
    ),
    Knob(
        "feeding",
        "batches",
        "Oversampled: as many images of each class in every epoch.",
        FEEDING[0],
        FEEDING,
    ),
    Knob("learning_rate", "learning_rate", "SGD's rate, momentum .9.", 0.01, (0.003, 0.01, 0.03)),
    Knob("epochs", "epochs", "Passes over the training images.", 60, (20, 60, 120)),
)

ARMS = (
    Arm("base", "Ten classes of 100 images down to 2; plain cross-entropy."),
    Arm("equal classes", "100 images of each class.", {"ratio": 1, "epochs": 20}),
    Arm(
        "class weights",
        "class_weight 1 to 50, 3.6 in the mean, at a rate of .003.",
        {"weights": "class_weight", "learning_rate": 0.003},
    ),
    Arm("sample weights", "The same ratios, with a mean of 1.", {"weights": "sample_weight"}),
    Arm(
        "oversampled",
        "As many images of each class in every epoch.",
        {"feeding": "oversampled"},
    ),
)

CLAIMS = (
    Claim(
        name="head first",
        sentence=(
            "While a third of the head's validation images are right already, hardly one of the "
            "tail's is."
        ),
        catalogue=("C29", "C33"),
        reads=("base",),
        control=("equal classes",),
        evidence=_first,
        measured=(
            "over epochs 3 to 7 the mean recall of the three largest classes is .30 or more, of "
            "the three smallest .05 or less"
        ),
        rule=all_of(at_least("head, epochs 3 to 7", 0.3), at_most("tail, epochs 3 to 7", 0.05)),
        effect="tail, epochs 3 to 7",
    ),
    Claim(
        name="accuracy hides the tail",
        sentence=(
            "When 70 % of the training images are right, fewer than 20 % of the tail's validation "
            "images are."
        ),
        catalogue=("C33",),
        reads=("base",),
        control=("equal classes",),
        evidence=_hidden,
        measured=(
            "in the first epoch with a training accuracy of .70 the three smallest classes have a "
            "mean recall below .20"
        ),
        rule=all_of(at_least("training accuracy", 0.7), below("tail", 0.2)),
        effect="tail",
    ),
    Claim(
        name="prior taken out",
        sentence=(
            "Taking the classes' shares out of the logits, with nothing trained, raises the "
            "tail's recall by 5 points or more, and balanced accuracy."
        ),
        catalogue=("C29", "C33"),
        reads=("base",),
        control=("equal classes",),
        evidence=_without_prior,
        measured=(
            "over the last five epochs the mean recall of the three smallest classes gains .05 or "
            "more, and that of all ten more than 0"
        ),
        rule=all_of(at_least("gain of the tail", 0.05), above("gain in balanced accuracy", 0)),
        effect="gain of the tail",
    ),
    Claim(
        name="weights fade",
        sentence=(
            "Weights gain the tail 20 points or more in epochs 10 to 20; at the end it is 10 "
            "points less, or more."
        ),
        catalogue=("C32",),
        reads=("base", "sample weights"),
        control=("equal classes", "equal classes"),
        evidence=_weighted,
        measured=(
            "mean gain in the recall of the three smallest classes .20 or more in epochs 10 to "
            "20, and over the last five .10 less than that, or more"
        ),
        rule=all_of(
            at_least("gain of the tail, epochs 10 to 20", 0.2),
            at_most(
                "gain of the tail, last five epochs",
                plus("gain of the tail, epochs 10 to 20", -0.1),
            ),
        ),
        effect="gain of the tail, last five epochs",
    ),
)

BALANCED, POINTS = "balanced accuracy at the end", 0.02

REMEDIES = (
    Remedy("class weights", ("C32",), BALANCED, _gain, POINTS, "helps"),
    Remedy("sample weights", ("C32",), BALANCED, _gain, POINTS, "helps"),
    Remedy(
        "sample weights",
        ("C32",),
        "recall of the three smallest classes at the end",
        _gain_of_tail,
        POINTS,
        "helps",
    ),
    Remedy("oversampled", ("C32",), BALANCED, _gain, POINTS, "helps"),
    Remedy(
        "base",
        ("C29", "C33"),
        BALANCED,
        _gain_moved,
        POINTS,
        "helps",
        says="The classes' shares taken out of the logits; nothing is trained.",
    ),
)

EXPERIMENT = Experiment(
    name="long-tail",
    title="The long tail",
    question="Nearly all of my training images are right, and my small classes are not found. Why?",
    knobs=KNOBS,
    arms=ARMS,
    claims=CLAIMS,
    trains=trains,
    classes=CLASSES,
    examples=1700,
    prediction=PREDICTION,
    remedies=REMEDIES,
    data="glyphs",
    photographs=Photographs(),
)
