"""What is gained by each thing that is added to a bare network, and by stopping early."""

from __future__ import annotations

from lossacc.claims.experiment import Remedy
from lossacc.lessons.little_data import few_evidence as read

NONE, KEPT, CLOSE = 0.03, 0.025, 0.02
ACCURACY = "validation accuracy at the end"
# What the epoch of the lowest loss does against the last, and that of the highest accuracy to it.
SETS = (
    ("bare", "digits", ("harms", "helps")),
    ("letters", "rendered letters", ("harms", "helps")),
    (
        "wrong labels",
        "digits, a fifth of the training labels wrong",
        ("does nothing", "does nothing"),
    ),
)


def _added(arm: str, catalogue: str, verdict: str, against: str = "bare") -> Remedy:
    return Remedy(arm, (catalogue,), ACCURACY, read.gain, NONE, verdict, against)


REMEDIES = (
    _added("bare", "C55", "helps", "base"),
    _added("normalised", "C55", "harms"),
    _added("normalised behind", "C70", "harms", "normalised"),
    _added("dropout", "C55", "harms"),
    _added("dropout in the blocks", "C55", "harms"),
    _added("L2", "C55", "does nothing"),
    _added("small moves", "C59", "harms"),
    _added("any rotation", "C59", "harms"),
    _added("brightness", "C59", "does nothing"),
    _added("tones, brightness", "C59", "harms", "tones"),
    _added("larger", "C65", "helps"),
    _added("linear", "C69", "helps"),
    *(
        Remedy(
            arm,
            ("C67",),
            "accuracy on new images of the epoch that is kept",
            read.gain_by_stopping,
            KEPT,
            verdicts[0],
            arm,
            f"The epoch of the lowest validation loss in place of the last: {images}.",
        )
        for arm, images, verdicts in SETS
    ),
    *(
        Remedy(
            arm,
            ("C67",),
            "accuracy on new images, by accuracy less by loss",
            read.gain_by_accuracy,
            CLOSE,
            verdicts[1],
            arm,
            f"The epoch of the highest accuracy in place of that of the lowest loss: {images}.",
        )
        for arm, images, verdicts in SETS
    ),
    Remedy(
        "bare",
        ("C68",),
        "accuracy on new images, less that on the sixty that chose the epoch",
        read.kept_promise,
        CLOSE,
        "harms",
        "bare",
        "The epoch is chosen by eye, the best on sixty validation images.",
    ),
)
