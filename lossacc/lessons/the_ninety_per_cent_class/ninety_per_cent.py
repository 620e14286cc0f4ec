"""Nine in ten images are of one class: 90 % right at once, and not one of the others found."""

from __future__ import annotations

from functools import lru_cache

from lossacc.claims.experiment import Arm, Experiment, Hooks, Knob, Outcome, Prediction, Settings
from lossacc.claims.networks import SIZES, fresh
from lossacc.claims.trial import trained
from lossacc.data import (
    Examples,
    hardest_pair,
    imbalanced,
    one_against_others,
    only_classes,
    split,
    with_noise,
    wrong_labels,
)
from lossacc.lessons.the_ninety_per_cent_class.claims import CLAIMS, REMEDIES
from lossacc.lessons.the_ninety_per_cent_class.evidence import blind_epochs, found
from lossacc.lessons.the_ninety_per_cent_class.rare import FEEDING, WEIGHTS, feeding
from lossacc.runs.run import Run
from lossacc.support.text import percent
from lossacc.support.types import Seed

COMMON, RARE = 0, 1
OTHERS, NEAREST = "all the others", "its nearest"
PARTS = {OTHERS: (300, 1000), NEAREST: (100, 80)}  # training and validation images
NOISE = 0.2
_FEWEST = 20  # validation images: where there are not even so many, the data do not suit


def trains(settings: Settings, data: Examples, seed: Seed, hooks: Hooks) -> Run:
    """Train on a common and a rare class."""
    examples, held_out = sets(settings, data, seed)
    model = fresh(
        seed,
        examples.shape,
        2,
        size=settings["network"],
        momentum=0.9,
        clip=settings["clip"],
        prior=_shares(settings) if settings["bias"] == "log prior" else None,
    )
    options = feeding(settings, examples.labels, seed)
    return trained(model, settings, examples, held_out, seed, hooks, **options)


def _shares(settings: Settings) -> tuple[float, float]:
    """Give the shares of both labels: of all seeds alike, so that a network is compiled once."""
    rare, wrong = float(settings["rare"]), float(settings["wrong"])
    told = rare * (1 - wrong) + (1 - rare) * wrong
    return 1 - told, told


def sets(settings: Settings, data: Examples, seed: Seed) -> tuple[Examples, Examples]:
    """Give training and validation images with the same share of the rare class, noise on all."""
    two, share = two_classes(data, str(settings["against"])), float(settings["rare"])
    sizes = _sizes(two, share, *PARTS[str(settings["against"])])
    rare = round(sum(sizes) * share)
    drawn = imbalanced(two, [sum(sizes) - rare, rare], seed)
    parts = split(drawn, *sizes, seed=seed, stratify=True)
    wrong = float(settings["wrong"])
    corrupted = [wrong_labels(p, wrong, 2 * seed + n) if wrong else p for n, p in enumerate(parts)]
    train, held_out = (with_noise(p, NOISE, 2 * seed + n) for n, p in enumerate(corrupted))
    return train, held_out


@lru_cache(maxsize=4)
def two_classes(data: Examples, against: str) -> Examples:
    """Make a common class 0 and a rare class 1: the one that is hardest to tell from the others.

    Parameters
    ----------
    data
        The images, of three classes or more.
    against
        OTHERS or NEAREST: what the common class is made of.
    """
    rare, nearest = hardest_pair(with_noise(data, NOISE, 0))
    if against == NEAREST:
        return only_classes(data, [nearest, rare])
    return one_against_others(data, rare)


def _sizes(two: Examples, share: float, train: int, most: int) -> tuple[int, int]:
    """Give the sizes of both sets; validation shrinks where the images do not suffice."""
    left = two.counts - [round(train * (1 - share)), round(train * share)]
    common, rare = max(int(left[COMMON]), 0), max(int(left[RARE]), 0)
    return train, max(_FEWEST, min(most, int(common / (1 - share)), int(rare / share)))


def _measured(run: Run) -> str:
    """Say what became of the rare class."""
    scores, blind = run.scores("validation"), blind_epochs(run.scores("validation"))
    end = (
        f"at the end {percent(found(run)[-1])} of the rare images were found, and "
        f"{percent(scores.accuracy[-1])} of all images were right"
    )
    if not blind:
        return f"Some images were called rare in the first epoch; {end}."
    return f"To epoch {run.epochs[blind]} every validation image was called common; {end}."


PREDICTION = Prediction(
    "Nine images in ten are of one class. What will the network do with the tenth?",
    (
        Outcome(
            "It tells some of them apart from the first epoch on.",
            lambda run: blind_epochs(run.scores("validation")) == 0 and found(run)[-1] >= 0.05,
        ),
        Outcome(
            "It calls them common at first, and finds some later.",
            lambda run: found(run)[-1] >= 0.05,
        ),
        Outcome("It calls them common to the end, or nearly all of them.", lambda run: True),
    ),
    _measured,
)

KNOBS = (
    Knob(
        "rare",
        "share of the rare class",
        "How many of the images are of the rare class.",
        0.1,
        (0.1, 0.2, 0.5),
    ),
    Knob(
        "against",
        "common class",
        "What the rare class, the one that is hardest to tell, is set against.",
        OTHERS,
        (OTHERS, NEAREST),
    ),
    Knob("wrong", "wrong labels", "The share of the labels that are wrong.", 0.0, (0.0, 0.1, 0.2)),
    Knob(
        "weights",
        "weights",
        "class_weight 1 and 9; or sample_weight of the same ratio with a mean of 1.",
        WEIGHTS[0],
        WEIGHTS,
    ),
    Knob(
        "feeding",
        "batches",
        "Oversampled: as many rare images as common ones in every epoch.",
        FEEDING[0],
        FEEDING,
    ),
    Knob(
        "bias",
        "output bias",
        "Where the bias of the last layer starts.",
        "zero",
        ("zero", "log prior"),
    ),
    Knob("network", "network", "How large the network is.", "small", tuple(SIZES)),
    Knob("clip", "global_clipnorm", "Longest gradient allowed; 0: any.", 0.0, (0.0, 0.1, 1.0)),
    Knob(
        "learning_rate",
        "learning_rate",
        "SGD's rate, with momentum .9.",
        0.01,
        (0.003, 0.01, 0.03, 0.1, 0.4),
    ),
    Knob("epochs", "epochs", "Passes over the training images.", 60, (15, 60, 120)),
)

_FAST: Settings = {"learning_rate": 0.4}

ARMS = (
    Arm("base", "One image in ten is of the rare class, nine of any other; plain cross-entropy."),
    Arm("equal classes", "The same with as many rare images as common ones.", {"rare": 0.5}),
    Arm("two classes", "The rare class against the one nearest to it.", {"against": NEAREST}),
    Arm("log prior", "The output bias starts at the log prior.", {"bias": "log prior"}),
    Arm("class weights", "class_weight 1 and 9.", {"weights": "class_weight"}),
    Arm("sample weights", "sample_weight 0.56 and 5: mean 1.", {"weights": "sample_weight"}),
    Arm(
        "log prior, class weights",
        "class_weight 1 and 9, from an output bias at the log prior.",
        {"weights": "class_weight", "bias": "log prior", "epochs": 15},
    ),
    Arm(
        "oversampled",
        "As many rare images as common ones in every epoch.",
        {"feeding": "oversampled"},
    ),
    Arm("clipped", "Each step's gradient clipped to 1.", {"clip": 1.0}),
    Arm("clipped short", "Each step's gradient clipped to .1.", {"clip": 0.1}),
    Arm("large network", "The same with a larger network.", {"network": "large"}),
    Arm("wrong labels", "One label in ten is wrong; 120 epochs.", {"wrong": 0.1, "epochs": 120}),
    Arm("rate too high", "A rate of .4.", _FAST),
    Arm("equal classes, rate too high", "Equal classes at a rate of .4.", {**_FAST, "rare": 0.5}),
    Arm(
        "rate too high, clipped short",
        "A rate of .4, each step's gradient clipped to .1.",
        {**_FAST, "clip": 0.1},
    ),
)

EXPERIMENT = Experiment(
    name="the-ninety-per-cent-class",
    title="The ninety per cent class",
    question="My network is right on 90 % of the images from the first epoch on. Is it any good?",
    knobs=KNOBS,
    arms=ARMS,
    claims=CLAIMS,
    trains=trains,
    classes=3,
    examples=1400,
    prediction=PREDICTION,
    remedies=REMEDIES,
)
