"""Loss and accuracy fall together, epoch after epoch: a network that is too sure learns anew."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from typing import Any

import numpy as np

from lossacc.analysis.stats import sign_test
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
    StoppedEarly,
)
from lossacc.claims.networks import fresh
from lossacc.claims.rules import Evidence, all_of, at_least, below
from lossacc.claims.trial import noisy_split, trained
from lossacc.data import Examples, wrong_labels
from lossacc.runs.run import Run
from lossacc.runs.scores import Scores
from lossacc.support.arithmetic import current_copy
from lossacc.support.text import nats, percent
from lossacc.support.types import FloatArray, Seed

VALIDATION = 1000
FIRST_RATE = 0.05
FIRST_EPOCHS = 40  # mostly enough to be right and very sure on every training image
# A late spike of the loss may fall into the last of these epochs. Then it trains as long again.
FIRST_ROUNDS = 3
SURE_LOSS = 0.002  # mean training loss, in nats

# What the first training ended with, for the last few starts: the same images, noise and seed lead
# to the same weights.
_SURE: OrderedDict[tuple[Any, ...], list[Any]] = OrderedDict()
_SURE_KEPT = 8


def trains(settings: Settings, data: Examples, seed: Seed, hooks: Hooks) -> Run:
    """Train until the network is sure, change what it is taught, and record what follows."""
    examples, held_out = noisy_split(data, settings, VALIDATION, seed)
    model = fresh(
        seed,
        examples.shape,
        examples.classes,
        dropout=settings["dropout"],
        noise=settings["fresh_noise"],
    )
    if settings["start"] == "sure":
        rate = float(settings.get("first_rate", FIRST_RATE))
        key = (data, settings["examples"], settings["noise"], rate, current_copy(), seed)
        model.set_weights(_sure_weights(key, examples, rate, seed, hooks))
    taught = wrong_labels(examples, float(settings["wrong"]), seed)
    # It is the training images on which both fall; under heavy noise alone, the validation images.
    main = "validation" if settings["fresh_noise"] and not settings["wrong"] else "train"
    told = replace(hooks, on_epoch=hooks.told(main=main))
    return trained(model, settings, taught, held_out, seed, told).with_settings(main=main)


def _sure_weights(
    key: tuple[Any, ...], examples: Examples, rate: float, seed: Seed, hooks: Hooks
) -> list[Any]:
    """Give the weights of a network that is sure of the right labels, made only once for a key."""
    if key not in _SURE:
        _SURE[key] = _made_sure(examples, rate, seed, hooks)
    _SURE.move_to_end(key)
    while len(_SURE) > _SURE_KEPT:
        _SURE.popitem(last=False)
    return _SURE[key]


def _made_sure(examples: Examples, rate: float, seed: Seed, hooks: Hooks) -> list[Any]:
    """Train a network on the right labels until it is sure: all right, at a loss next to none."""
    model = fresh(seed, examples.shape, examples.classes, momentum=0.9)
    first = {"epochs": FIRST_EPOCHS, "learning_rate": rate}
    for _ in range(FIRST_ROUNDS):
        run = trained(model, first, examples, None, seed, Hooks(should_stop=hooks.should_stop))
        if "stopped" in run.settings:
            raise StoppedEarly(
                "stopped while the network was still being made sure: there is no run"
            )
        if run.train.accuracy[-1] == 1 and run.train.loss[-1] < SURE_LOSS:
            break
    weights: list[Any] = model.get_weights()
    return weights


def _stretch(scores: Scores, last: int) -> Evidence:
    """Read what happened from epoch 0 to epoch `last`."""
    right, loss = scores.correct, scores.loss[: last + 1]
    falls = (np.diff(loss) < 0) & (np.diff(scores.accuracy[: last + 1]) < 0)
    gained = int((~right[0] & right[last]).sum())
    lost = int((right[0] & ~right[last]).sum())
    return {
        "epochs": float(last),
        "fall of the loss": float(loss[0] - loss[-1]),
        "fall of the accuracy": float(scores.accuracy[0] - scores.accuracy[last]),
        "epochs in which both fell": float(falls.sum()),
        "sign test": sign_test(gained, lost),
    }


def _training_stretch(run: Run) -> Evidence:
    """Read the stretch to the lowest training accuracy; its odds are corrected for the search."""
    found = dict(_stretch(run.train, int(run.train.accuracy.argmin())))
    found["sign test"] = min(1.0, found["sign test"] * (len(run.epochs) - 1))
    return found


def _validation_stretch(run: Run) -> Evidence:
    """Read the stretch to the last epoch whose validation loss is .1 below the first one.

    The end is chosen by the loss alone, so the odds of the accuracy need no correction.
    """
    scores = run.scores("validation")
    return _stretch(scores, int(np.flatnonzero(scores.loss <= scores.loss[0] - 0.1)[-1:].sum()))


def _rises(run: Run) -> Evidence:
    """Read in how many epochs the training loss rose."""
    steps = np.diff(run.train.loss)
    return {
        "epochs in which it rose": float((steps > 0).sum()),
        "steepest rise": float(steps.max()),
    }


def _together(run: Run) -> Evidence:
    """Read the rank correlation of training loss and accuracy over the epochs."""
    loss, accuracy = _ranks(run.train.loss), _ranks(run.train.accuracy)
    return {"rank correlation": float(np.corrcoef(loss, accuracy)[0, 1])}


def _ranks(values: FloatArray) -> FloatArray:
    """Give the rank of each value; equal values share the mean of their ranks."""
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(count) - (count - 1) / 2)[place])


def _went(run: Run, loss: int, accuracy: int) -> bool:
    """Tell whether training loss and accuracy went these ways, 1 or -1; (0, 0): neither clearly."""
    change = run.train.loss[-1] - run.train.loss[0]
    gain = run.train.accuracy[-1] - run.train.accuracy[0]
    clear = bool(abs(change) >= 0.01 and abs(gain) >= 0.01)
    if not loss:
        return not clear
    return clear and bool(change * loss > 0 and gain * accuracy > 0)


def _measured(run: Run) -> str:
    loss, right = run.train.loss, run.train.accuracy
    return (
        f"From epoch 0 to {run.epochs[-1]}, the training loss went from {nats(float(loss[0]))} to "
        f"{nats(float(loss[-1]))}, the training accuracy from {percent(float(right[0]))} to "
        f"{percent(float(right[-1]))}."
    )


PREDICTION = Prediction(
    "What do the training loss and the training accuracy do, from the start to the end?",
    (
        Outcome("The loss falls and the accuracy rises.", lambda run: _went(run, -1, 1)),
        Outcome("Both fall.", lambda run: _went(run, -1, -1)),
        Outcome("The loss rises and the accuracy falls.", lambda run: _went(run, 1, -1)),
        Outcome("Both rise.", lambda run: _went(run, 1, 1)),
        Outcome(
            "One of them hardly moves: by less than .01 nats, or less than a point.",
            lambda run: _went(run, 0, 0),
        ),
    ),
    _measured,
)

KNOBS = (
    Knob(
        "start",
        "before",
        "Whether the network is sure of these images already.",
        "sure",
        ("sure", "scratch"),
    ),
    Knob(
        "wrong",
        "wrong labels",
        "The share of the labels that are wrong from now on.",
        0.5,
        (0.0, 0.25, 0.5),
    ),
    Knob(
        "learning_rate",
        "learning_rate",
        "SGD's rate, without momentum.",
        0.003,
        (0.001, 0.003, 0.01, 0.03, 0.3),
    ),
    Knob("batch_size", "batch_size", "Images in one step.", 32, (32, 400)),
    Knob("epochs", "epochs", "Passes over the training images.", 25, (25, 60)),
    Knob(
        "examples", "training images", "How many images the network learns from.", 400, (200, 400)
    ),
    Knob(
        "noise",
        "pixel noise",
        "Standard deviation of the noise on every image.",
        0.3,
        (0.0, 0.1, 0.3, 0.4),
    ),
    Knob(
        "fresh_noise",
        "GaussianNoise",
        "Fresh noise on each training batch (augmentation).",
        0.7,
        (0.0, 0.3, 0.7, 1.0),
    ),
    Knob("dropout", "Dropout", "Share of the units that each step drops.", 0.0, (0.0, 0.5, 0.9)),
)

_SCRATCH: Settings = {"start": "scratch", "wrong": 0.0, "fresh_noise": 0.0}

ARMS = (
    Arm(
        "base",
        "A network sure of 400 images goes on, in small steps and with noise on every batch, with "
        "half of their labels wrong.",
    ),
    Arm(
        "nothing changed",
        "It goes on with the same right labels and no noise.",
        {"wrong": 0.0, "fresh_noise": 0.0},
    ),
    Arm(
        "heavy noise",
        "It goes on with the right labels and heavy noise on every batch.",
        {
            "wrong": 0.0,
            "fresh_noise": 1.0,
            "epochs": 60,
            "examples": 200,
            "noise": 0.4,
        },
    ),
    Arm("from scratch", "A new network, small steps.", {**_SCRATCH, "learning_rate": 0.03}),
    Arm(
        "from scratch, fast",
        "A new network at ten times the rate.",
        {**_SCRATCH, "learning_rate": 0.3},
    ),
    Arm(
        "from scratch, full batch",
        "A new network, all images in every step.",
        {**_SCRATCH, "learning_rate": 0.03, "batch_size": 400},
    ),
)

BOTH_FELL = all_of(
    at_least("epochs in which both fell", 5),
    at_least("fall of the loss", 0.1),
    at_least("fall of the accuracy", 0.05),
    below("sign test", 0.01),
)

CLAIMS = (
    Claim(
        name="training",
        sentence=(
            "Training loss and training accuracy fall together, over five epochs or more and by "
            "five points or more."
        ),
        catalogue=("C01", "C05"),
        reads=("base",),
        control=("nothing changed",),
        evidence=_training_stretch,
        measured=(
            "from epoch 0 to the lowest training accuracy: both fall in five epochs or more, the "
            "loss is down by .1 or more, the accuracy by .05 or more, sign test p < .01 after "
            "correction for the search"
        ),
        rule=BOTH_FELL,
        effect="fall of the accuracy",
    ),
    Claim(
        name="validation",
        sentence=(
            "Heavy augmentation makes a sure network less sure and less right: validation loss "
            "and accuracy are both lower, the accuracy by five points or more."
        ),
        catalogue=("C01", "C05"),
        reads=("heavy noise",),
        control=("nothing changed",),
        evidence=_validation_stretch,
        measured=(
            "from epoch 0 to the last epoch whose validation loss is .1 lower: both fall in five "
            "epochs or more, the accuracy is down by .05 or more, sign test p < .01"
        ),
        rule=BOTH_FELL,
        effect="fall of the accuracy",
    ),
    Claim(
        name="loss need not fall",
        sentence="At a high rate the training loss rises in at least three of 25 epochs.",
        catalogue=("C12",),
        reads=("from scratch, fast",),
        control=("from scratch, full batch",),
        evidence=_rises,
        measured=(
            "the training loss at the end of an epoch is above the one before in three epochs or "
            "more"
        ),
        rule=at_least("epochs in which it rose", 3),
        effect="epochs in which it rose",
    ),
    Claim(
        name="mostly opposite",
        sentence=(
            "From scratch, loss and accuracy mostly move opposite ways: their rank correlation is "
            "below -.7."
        ),
        catalogue=("C01", "C13"),
        reads=("from scratch",),
        control=("base",),
        evidence=_together,
        measured="the rank correlation over the epochs is below -.7",
        rule=below("rank correlation", -0.7),
        effect="rank correlation",
    ),
)

EXPERIMENT = Experiment(
    name="both-fall",
    title="New labels for a sure network",
    question=(
        "A network meets other labels, more noise or another rate. What do its loss and its "
        "accuracy do?"
    ),
    knobs=KNOBS,
    arms=ARMS,
    claims=CLAIMS,
    trains=trains,
    classes=4,
    examples=1400,
    prediction=PREDICTION,
    # Trained on 2,000 photographs it has enough new ones right that there is something to lose. At
    # a first rate of .05 its loss leaps up on them, and it is not sure in the end.
    photographs=Photographs(
        arms={"heavy noise": {"examples": 2000, "noise": 0.0, "first_rate": 0.01}},
        more=(
            Knob(
                "first_rate",
                "rate before",
                "SGD's rate, with momentum .9, while the network is made sure.",
                FIRST_RATE,
                (0.01, FIRST_RATE),
            ),
        ),
        examples=2000 + VALIDATION,
    ),
)
