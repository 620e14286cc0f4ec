"""What each remedy for labels that conflict gains."""

from __future__ import annotations

from lossacc.claims.experiment import Remedy
from lossacc.lessons.five_against_five import evidence as read
from lossacc.runs.run import Run

NATS, POINTS = 0.01, 0.05  # so little is no gain
TRAINING = "fall of the training loss at the end, nats"
VALIDATION = "validation accuracy at the end"


def _fall(without: Run, remedied: Run) -> float:
    return read.end_loss(without) - read.end_loss(remedied)


def _gain(without: Run, remedied: Run) -> float:
    return read.held_out(remedied)[1] - read.held_out(without)[1]


REMEDIES = (
    Remedy("large network", ("C26",), TRAINING, _fall, NATS, "does nothing"),
    Remedy(
        "alike",
        ("C26",),
        VALIDATION,
        _gain,
        POINTS,
        "helps",
        "alike, linear",
        "A larger network than one linear layer, on images that are merely alike.",
    ),
    Remedy(
        "few, random, large",
        ("C26",),
        VALIDATION,
        _gain,
        POINTS,
        "does nothing",
        "few, random",
        "A larger network, where the labels of such images are random.",
    ),
    Remedy("clipped", ("C23",), TRAINING, _fall, NATS, "does nothing"),
    Remedy("patient", ("C31",), TRAINING, _fall, NATS, "does nothing"),
    Remedy("ten labels", ("C26",), TRAINING, _fall, NATS, "does nothing"),
    Remedy(
        "few, ten labels",
        ("C26",),
        "fall of the validation loss at the end, nats",
        lambda without, remedied: read.held_out(without)[0] - read.held_out(remedied)[0],
        0.05,
        "helps",
        "few, random",
        "Ten labels an image, where the labels of images that are alike are random.",
    ),
    Remedy(
        "few, ten labels",
        ("C26",),
        VALIDATION,
        _gain,
        POINTS,
        "does nothing",
        "few, random",
        "Ten labels an image, where the labels of images that are alike are random.",
    ),
    Remedy(
        "relabelled",
        ("C26",),
        "fall of the training loss by the right labels, nats",
        lambda without, remedied: read.true_loss(without) - read.true_loss(remedied),
        NATS,
        "helps",
    ),
    Remedy(
        "few, right",
        ("C26",),
        "validation accuracy at the end, by the right labels",
        lambda without, remedied: read.true_accuracy(remedied) - read.true_accuracy(without),
        POINTS,
        "helps",
        "few, random",
        "A second look at forty images that are alike: right labels instead of random ones.",
    ),
    Remedy(
        "alike",
        ("C26",),
        VALIDATION,
        _gain,
        POINTS,
        "helps",
        "alike, coarse",
        "Images whose pixels are small enough to show the details.",
    ),
    Remedy(
        "merged",
        ("C26",),
        "training accuracy at the end",
        lambda without, remedied: read.end_accuracy(remedied) - read.end_accuracy(without),
        POINTS,
        "helps",
        "three classes",
        "A and B made one class, beside a third.",
    ),
    Remedy(
        "merged",
        ("C26",),
        "what the network tells of an image's label, nats",
        lambda without, remedied: read.information(remedied) - read.information(without),
        0.03,
        "does nothing",
        "three classes",
        "A and B made one class, beside a third.",
    ),
)
