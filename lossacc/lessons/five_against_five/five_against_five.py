"""Labels that conflict: one image that is five times A and five times B, and images merely alike.

Clipping, patience and capacity are what people are told to try; a second look at the labels, more
labels for each image, better images and merged classes are what is left.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lossacc.claims.experiment import Arm, Experiment, Hooks, Knob, Photographs, Settings
from lossacc.claims.networks import SHARES, SIZES, fresh
from lossacc.data import Examples, identical, pixelated, two_details
from lossacc.lessons.five_against_five.claims import CLAIMS, PREDICTION
from lossacc.lessons.five_against_five.remedies import REMEDIES
from lossacc.runs.run import Run
from lossacc.runs.scores import Scores
from lossacc.support.types import FloatArray, Seed
from lossacc.support.validate import generator
from lossacc.training.train import train

A, B, C = 0, 1, 2
VALIDATION = 400
IMAGES = ("identical", "alike", "coarse")
LABELS = ("random", "right")
CLASSES = ("two", "three", "merged")


def trains(settings: Settings, data: Examples, seed: Seed, hooks: Hooks) -> Run:
    """Train on images of which A and B are one and the same, or nearly so."""
    examples, held_out = sets(settings, data, seed)
    hooks.show(examples, held_out)
    hooks = _judging(hooks, examples, held_out)
    model = fresh(
        seed,
        examples.shape,
        examples.classes,
        size=settings["network"],
        momentum=0.9,
        clip=settings["clip"],
        loss=SHARES,
    )
    run = train(
        model,
        (examples.images, shares(examples, int(settings["votes"]), seed)),
        None if held_out is None else (held_out.images, shares(held_out, 1, seed)),
        epochs=int(settings["epochs"]),
        batch_size=int(settings["batch_size"]),
        seed=seed,
        learning_rate=float(settings["learning_rate"]),
        should_stop=hooks.should_stop,
        on_epoch=hooks.on_epoch,
    )
    return _judged(run, examples, held_out)


def _judging(hooks: Hooks, examples: Examples, held_out: Examples | None) -> Hooks:
    """Give the hooks of a training on shares, of which the runs shown are judged by labels."""
    on_epoch = hooks.on_epoch
    if on_epoch is None:
        return hooks
    return replace(hooks, on_epoch=lambda run: on_epoch(_judged(run, examples, held_out)))


def _judged(run: Run, examples: Examples, held_out: Examples | None) -> Run:
    """Give the run judged by each image's own label: of shares it holds the largest only."""
    validation = run.validation
    if validation is not None and held_out is not None:
        validation = _by_labels(validation, held_out)
    return replace(run, train=_by_labels(run.train, examples), validation=validation)


def _by_labels(scores: Scores, examples: Examples) -> Scores:
    return Scores(scores.logits, examples.labels, examples.clean_labels, scores.targets)


def sets(settings: Settings, data: Examples, seed: Seed) -> tuple[Examples, Examples | None]:
    """Give the training images, and, where images are merely alike, others to validate on.

    A and B are variants of one image of any class but the data's last; C of one of the last class,
    and as many as A and B together.
    """
    n, last = int(settings["examples"]), data.labels == data.classes - 1
    third = settings["classes"] != CLASSES[0]
    disputed = n // 2 if third else n
    parts = _variants(data.take(~last), disputed, settings, seed)
    parts = [_labelled(part, settings, 2 * seed + place) for place, part in enumerate(parts)]
    if third:
        others = _variants(data.take(last), n - disputed, settings, seed)
        pairs = zip(parts, others, strict=True)
        parts = [_with_third(*pair, merged=settings["classes"] == CLASSES[2]) for pair in pairs]
    return parts[0], parts[1] if len(parts) > 1 else None


def _variants(data: Examples, n: int, settings: Settings, seed: Seed) -> list[Examples]:
    """Give n variants of one image with their true labels; and others, unless all are identical."""
    if settings["images"] == "identical":
        return [identical(data, [A] * n, seed)]
    difference = float(settings["difference"])
    both = two_details(data, n + VALIDATION, difference=difference, seed=seed)
    if settings["images"] == "coarse":
        both = pixelated(both)
    return [both.take(range(n)), both.take(range(n, len(both)))]


def _labelled(examples: Examples, settings: Settings, seed: Seed) -> Examples:
    """Draw the labels at random, exactly so many of them B, unless they are to be right."""
    if settings["labels"] == "right":
        return examples
    count = round(len(examples) * int(settings["labelled_b"]) / 10)
    labels = np.full(len(examples), A)
    labels[generator(seed, "five versus five").permutation(len(examples))[:count]] = B
    return replace(examples, labels=labels, clean_labels=examples.truth)


def _with_third(pair: Examples, others: Examples, *, merged: bool) -> Examples:
    """Add the images of a third class; where A and B are merged, both are one class beside it."""
    images = np.concatenate([pair.images, others.images])
    names, classes = (("A or B", "C"), [0, 0, 1]) if merged else (("A", "B", "C"), [A, B, C])
    labels, truth = (
        np.array(classes)[np.append(told, np.full(len(others), C))]
        for told in (pair.labels, pair.truth)
    )
    clean = None if pair.clean_labels is None else truth
    return Examples(images, labels, names, clean, pair.source)


def shares(examples: Examples, votes: int, seed: Seed) -> FloatArray:
    """Give the share of each label among all that people gave an image, shape (N, K).

    Labels that are right are given by all. Of random ones an image gets its own and others,
    which are dealt again, vote by vote, among the images of A and B.
    """
    rows = np.eye(examples.classes)[examples.labels]
    if examples.clean_labels is None:
        return rows
    random = generator(seed, "votes")
    names = np.array(examples.class_names)
    dealt = np.flatnonzero(names[examples.labels] != "C")
    given = [rows[dealt], *(rows[random.permutation(dealt)] for _ in range(votes - 1))]
    rows[dealt] = np.mean(given, axis=0)
    return rows


KNOBS = (
    Knob(
        "images",
        "images",
        "Copies of one image; variants of it, whose class two small details decide; or these "
        "with pixels so large that the details are lost.",
        IMAGES[0],
        IMAGES,
    ),
    Knob(
        "labels",
        "labels",
        "Drawn at random, or what the images show: copies of one image are then all A.",
        LABELS[0],
        LABELS,
    ),
    Knob("labelled_b", "B in ten", "How many in ten of the random labels are B.", 5, (5, 3, 1)),
    Knob("votes", "labels an image", "How many people label each image.", 1, (1, 3, 10)),
    Knob(
        "classes",
        "classes",
        "A and B; a third class of another image beside them, as many as both; or this third class "
        "beside A and B made one.",
        CLASSES[0],
        CLASSES,
    ),
    Knob("network", "network", "How large the network is.", "small", tuple(SIZES)),
    Knob(
        "examples", "training images", "How many images it learns from.", 10, (10, 20, 40, 100, 400)
    ),
    Knob(
        "difference",
        "details",
        "How much brighter and darker the halves of a detail are, in images that are alike.",
        0.4,
        (0.1, 0.2, 0.4),
    ),
    Knob("clip", "global_clipnorm", "Longest gradient allowed; 0: any.", 0.0, (0.0, 0.1, 1.0)),
    Knob("batch_size", "batch_size", "Images in one step.", 10, (1, 10, 20, 40)),
    Knob(
        "learning_rate", "learning_rate", "SGD's rate, with momentum .9.", 0.02, (0.01, 0.02, 0.05)
    ),
    Knob("epochs", "epochs", "Passes over the training images.", 200, (30, 200, 450, 600)),
)

_THREE: Settings = {"classes": CLASSES[1], "examples": 20, "batch_size": 20}
# All forty in every step: in smaller ones the loss leaps up, late, now and then.
_FEW: Settings = {"images": "alike", "examples": 40, "batch_size": 40, "epochs": 450}
_ALIKE: Settings = {
    "images": "alike",
    "labels": "right",
    "examples": 400,
    "batch_size": 20,
    "learning_rate": 0.01,
    "epochs": 30,
}

ARMS = (
    Arm("base", "Ten copies of one image, five labelled A and five B."),
    Arm("nine against one", "Nine of the copies labelled A and one B.", {"labelled_b": 1}),
    Arm("large network", "The same five and five with a larger network.", {"network": "large"}),
    Arm("linear", "The same with one linear layer.", {"network": "linear"}),
    Arm("clipped", "Each step's gradient clipped to .1.", {"clip": 0.1}),
    Arm("patient", "Three times as many epochs.", {"epochs": 600}),
    Arm("ten labels", "Ten labels for each copy, half A and half B.", {"votes": 10}),
    Arm("relabelled", "After a second look all ten copies are labelled A.", {"labels": "right"}),
    Arm("three classes", "Ten copies of another image beside them, labelled C.", _THREE),
    Arm("merged", "The same, with A and B made one class.", {**_THREE, "classes": CLASSES[2]}),
    Arm("alike", "400 images that are alike; two small details decide between A and B.", _ALIKE),
    Arm("alike, linear", "The same with one linear layer.", {**_ALIKE, "network": "linear"}),
    Arm(
        "alike, coarse",
        "The same, with pixels twice as large, in which the details are lost.",
        {**_ALIKE, "images": "coarse"},
    ),
    Arm("few, random", "Forty images that are alike; the labels are drawn at random.", _FEW),
    Arm("few, random, large", "The same with a larger network.", {**_FEW, "network": "large"}),
    Arm("few, ten labels", "The same with ten labels an image.", {**_FEW, "votes": 10}),
    Arm(
        "few, right", "The same forty images; their labels are right.", {**_FEW, "labels": "right"}
    ),
)

EXPERIMENT = Experiment(
    name="five-against-five",
    title="Five against five",
    question="Ten identical images, five labelled A and five B. Will a larger network sort it out?",
    knobs=KNOBS,
    arms=ARMS,
    claims=CLAIMS,
    trains=trains,
    classes=2,
    examples=2,
    prediction=PREDICTION,
    remedies=REMEDIES,
    # As in nine against one: a linear layer bears a smaller rate on the pixels of a photograph.
    photographs=Photographs(
        arms={"linear": {"learning_rate": 0.005}, "alike, linear": {"learning_rate": 0.002}}
    ),
)
