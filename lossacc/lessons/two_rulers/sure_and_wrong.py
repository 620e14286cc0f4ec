"""Few images, many epochs: validation loss turns up while validation accuracy goes on rising."""

from __future__ import annotations

import math

import numpy as np

from lossacc.analysis.calibration import fit_temperature, with_temperature
from lossacc.analysis.ledger import Ledger, ledger
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
)
from lossacc.claims.networks import fresh
from lossacc.claims.rules import Evidence, above, all_of, at_least, below, equal
from lossacc.claims.trial import noisy_split, trained
from lossacc.data import Examples
from lossacc.losses.cross_entropy import cross_entropy
from lossacc.runs.run import Run
from lossacc.support.text import nats, percent
from lossacc.support.types import FloatArray, IntArray, Seed

VALIDATION = 1000


def trains(settings: Settings, data: Examples, seed: Seed, hooks: Hooks) -> Run:
    """Train a small CNN on few noisy images."""
    examples, held_out = noisy_split(data, settings, VALIDATION, seed)
    model = fresh(
        seed,
        examples.shape,
        examples.classes,
        momentum=0.9,
        l2=settings["l2"],
        noise=settings["fresh_noise"],
    )
    return trained(model, settings, examples, held_out, seed, hooks)


def turning_point(run: Run) -> int:
    """Give the row of the lowest validation loss."""
    return int(run.scores("validation").loss.argmin())


def _since_the_turn(run: Run) -> Ledger:
    """Draw up the ledger from the lowest validation loss to the end."""
    return ledger(run, int(run.epochs[turning_point(run)]), int(run.epochs[-1]))


def _turned(run: Run) -> Evidence:
    """Read what loss and accuracy do after the turn, and the odds that a coin did it.

    One epoch's accuracy is a point of luck up or down, and the epoch of the lowest loss tends to
    be a lucky one; so five epochs around it are set against the last five.
    """
    scores, turn = run.scores("validation"), turning_point(run)
    around = slice(max(turn - 2, 0), turn + 3)
    before, after = scores.correct[around].mean(axis=0), scores.correct[-5:].mean(axis=0)
    return {
        "epoch of the lowest loss": float(run.epochs[turn]),
        "rise of the loss": float(scores.loss[-5:].min() - scores.loss[turn]),
        "rise of the accuracy": float((after - before).mean()),
        "sign test": sign_test(int((after > before).sum()), int((after < before).sum())),
    }


def _payers(run: Run) -> Evidence:
    """Read who pays for the rise of the loss."""
    account = _since_the_turn(run)
    others = [share for name, share in account.shares.items() if name != "stayed wrong"]
    return {
        "rise of the loss": account.loss_change,
        "stayed wrong": account.shares["stayed wrong"],
        "next group": max(others),
        "part of the rise": account.shares["stayed wrong"] / account.loss_change
        if account.loss_change
        else 0.0,
    }


def _cooled(run: Run) -> Evidence:
    """Fit one temperature on half of the validation images; read the other half."""
    scores, last = run.scores("validation"), run.scores("validation").logits[-1]
    half = scores.size // 2
    temperature = fit_temperature(last[:half], scores.labels[:half])
    cooled = with_temperature(last[half:], temperature)
    return {
        "temperature": temperature,
        "loss at the turn": float(scores.cross_entropy[turning_point(run), half:].mean()),
        "loss at the end": float(scores.cross_entropy[-1, half:].mean()),
        "loss after cooling": _loss(cooled, scores.labels[half:]),
        "accuracy at the end": float(scores.correct[-1, half:].mean()),
        "accuracy after cooling": float((cooled.argmax(axis=1) == scores.labels[half:]).mean()),
    }


def _loss(logits: FloatArray, labels: IntArray) -> float:
    return float(cross_entropy(logits, labels).mean())


def _few_carry_most(run: Run) -> Evidence:
    """Read how much of the final loss the costliest tenth of the images carries."""
    losses = np.sort(run.scores("validation").cross_entropy[-1])[::-1]
    return {"share of the costliest tenth": float(losses[: len(losses) // 10].sum() / losses.sum())}


def _promise(run: Run) -> Evidence:
    """Read how far the share of wrong answers stays below the loss over ln 2, epoch by epoch."""
    allowed = {on: run.scores(on).loss / math.log(2) for on in ("train", "validation")}
    wrong = {on: 1 - run.scores(on).accuracy for on in allowed}
    return {
        "room, training": float((allowed["train"] - wrong["train"]).min()),
        "room, validation": float((allowed["validation"] - wrong["validation"]).min()),
        "beyond what the training loss allows": float(
            wrong["validation"][-1] - allowed["train"][-1]
        ),
    }


def _rose(run: Run, low: float = -np.inf, high: float = np.inf) -> bool:
    """Tell whether the loss rose by .1, and the accuracy's change lies from low to below high."""
    found = _turned(run)
    return found["rise of the loss"] >= 0.1 and low <= found["rise of the accuracy"] < high


def _measured(run: Run) -> str:
    """Say what became of the loss and the accuracy since the turn."""
    scores, found = run.scores("validation"), _turned(run)
    turn = turning_point(run)
    before = float(scores.accuracy[max(turn - 2, 0) : turn + 3].mean())
    after = before + found["rise of the accuracy"]
    return (
        f"The validation loss was {nats(float(scores.loss[turn]))} at epoch {run.epochs[turn]}. "
        "The end is the last five epochs: in these it was "
        f"{nats(float(scores.loss[-5:].min()))} or more; the accuracy, "
        f"averaged over the five epochs around each, went from {percent(before)} to "
        f"{percent(after)}."
    )


PREDICTION = Prediction(
    "What do validation loss and accuracy do, from the epoch of the lowest validation loss on?",
    (
        Outcome("The loss ends within .1 of its lowest.", lambda run: not _rose(run)),
        Outcome("The loss rises; the accuracy falls.", lambda run: _rose(run, high=-0.01)),
        Outcome(
            "The loss rises; the accuracy stays within a point.",
            lambda run: _rose(run, low=-0.01, high=0.01),
        ),
        Outcome("The loss rises; the accuracy rises too.", lambda run: _rose(run, low=0.01)),
    ),
    _measured,
)

KNOBS = (
    Knob(
        "examples",
        "training images",
        "How many images the network learns from.",
        200,
        (100, 200, 400),
    ),
    Knob(
        "noise",
        "pixel noise",
        "Standard deviation of the noise on every image.",
        0.3,
        (0.0, 0.1, 0.2, 0.3),
    ),
    Knob(
        "learning_rate", "learning_rate", "SGD's rate, with momentum .9.", 0.05, (0.01, 0.02, 0.05)
    ),
    Knob("epochs", "epochs", "Passes over the training images.", 80, (30, 80, 160)),
    Knob(
        "l2",
        "kernel_regularizer L2",
        "Factor of the penalty on the squared weights.",
        0.0,
        (0.0, 0.001, 0.01),
    ),
    Knob(
        "fresh_noise",
        "GaussianNoise",
        "Fresh noise on each training batch (augmentation).",
        0.0,
        (0.0, 0.3, 0.5),
    ),
)

ARMS = (
    Arm("base", "200 noisy images, 80 epochs, nothing held back."),
    Arm("fresh noise", "Fresh noise of .5 on every training batch.", {"fresh_noise": 0.5}),
    Arm("penalty", "An L2 penalty of .01 on the kernels.", {"l2": 0.01}),
    Arm("more images", "400 images instead of 200.", {"examples": 400}),
)

CLAIMS = (
    Claim(
        name="turns up",
        sentence=(
            "Validation loss turns up by .1 nats or more while validation accuracy goes on rising."
        ),
        catalogue=("C01", "C03"),
        reads=("base",),
        control=("fresh noise",),
        evidence=_turned,
        measured=(
            "in each of the last five epochs the loss is .1 or more above its lowest; the mean "
            "accuracy of these five is .01 or more above that of the five around the lowest loss, "
            "sign test p < .05"
        ),
        rule=all_of(
            at_least("rise of the loss", 0.1),
            at_least("rise of the accuracy", 0.01),
            below("sign test", 0.05),
        ),
        effect="rise of the loss",
    ),
    Claim(
        name="stayed wrong pays",
        sentence=(
            "The images that stayed wrong pay at least half of the rise, and more than any other "
            "group."
        ),
        catalogue=("C02", "C04", "C08"),
        reads=("base",),
        control=("fresh noise",),
        evidence=_payers,
        measured=(
            "the loss rises by .1 or more; the stayed-wrong share is the largest and half of the "
            "rise or more"
        ),
        rule=all_of(
            at_least("rise of the loss", 0.1),
            above("stayed wrong", "next group"),
            at_least("part of the rise", 0.5),
        ),
        effect="part of the rise",
    ),
    Claim(
        name="temperature",
        sentence=(
            "One temperature, fitted on other images, brings the loss below its lowest point; "
            "every answer stays the same."
        ),
        catalogue=("C03",),
        reads=("base",),
        control=("fresh noise",),
        evidence=_cooled,
        measured=(
            "temperature above 1.5; the cooled loss below the loss at the turn; accuracy unchanged"
        ),
        rule=all_of(
            below("loss after cooling", "loss at the turn"),
            equal("accuracy after cooling", "accuracy at the end"),
            above("temperature", 1.5),
        ),
        effect="loss after cooling",
    ),
    Claim(
        name="few carry most",
        sentence=(
            "At the end the costliest tenth of the validation images carries more than half of the "
            "loss."
        ),
        catalogue=("C07", "C24"),
        reads=("base",),
        control=("fresh noise",),
        evidence=_few_carry_most,
        measured="the 10 % of the images that lose most carry more than .50 of the loss",
        rule=above("share of the costliest tenth", 0.5),
        effect="share of the costliest tenth",
    ),
    Claim(
        name="a promise",
        sentence=(
            "In no epoch is the share of wrong answers above the loss over ln 2, in training or in "
            "validation; set against the training loss the validation answers break that promise, "
            "by ten points or more at the end."
        ),
        catalogue=("C06",),
        reads=("base",),
        control=("fresh noise",),
        evidence=_promise,
        measured=(
            "in every epoch, on both sets, loss / ln 2 is at least the share of wrong answers; in "
            "the last, the share of wrong validation answers is .10 or more above the training "
            "loss / ln 2"
        ),
        rule=all_of(
            at_least("room, training", 0),
            at_least("room, validation", 0),
            at_least("beyond what the training loss allows", 0.1),
        ),
        effect="beyond what the training loss allows",
    ),
)

EXPERIMENT = Experiment(
    name="sure-and-wrong",
    title="Sure and wrong",
    question="My validation loss rises and my validation accuracy rises too. Which one is right?",
    knobs=KNOBS,
    arms=ARMS,
    claims=CLAIMS,
    trains=trains,
    classes=4,
    examples=1200,
    prediction=PREDICTION,
    # Photographs are noisy enough as they are; from 200 of them the accuracy gains nothing.
    photographs=Photographs(
        knobs={"examples": 400, "noise": 0.0, "learning_rate": 0.01, "epochs": 50},
        arms={"fresh noise": {"fresh_noise": 1.0}, "more images": {"examples": 800}},
        examples=1400,
    ),
)
