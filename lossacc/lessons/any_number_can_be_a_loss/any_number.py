"""Any number can be trained on: what moves, what falls, and what becomes of the accuracy."""

from __future__ import annotations

import numpy as np

from lossacc.claims.experiment import Experiment, Hooks, Knob, Outcome, Prediction, Settings
from lossacc.claims.networks import fresh
from lossacc.claims.trial import single_steps, trained
from lossacc.data import Examples, split, wrong_labels
from lossacc.lessons.any_number_can_be_a_loss.claims import CLAIMS, REMEDIES
from lossacc.lessons.any_number_can_be_a_loss.evidence import final_accuracy, trained_on
from lossacc.lessons.any_number_can_be_a_loss.variants import ARMS
from lossacc.losses.formulas import FORMULAS
from lossacc.runs.run import Run
from lossacc.support.text import nats, percent
from lossacc.support.types import Seed


def trains(settings: Settings, data: Examples, seed: Seed, hooks: Hooks) -> Run:
    """Train the one network on whatever the knob `loss` names."""
    train, held_out = sets(settings, data, seed)
    model = fresh(
        seed,
        train.shape,
        train.classes,
        loss=settings["loss"],
        momentum=settings["momentum"],
        dropout=settings["dropout"],
    )
    if settings["recorded"] == "every epoch":
        return trained(model, settings, train, held_out, seed, hooks)
    order = single_steps(len(train), int(settings["batch_size"]), seed)
    told = Hooks(hooks.should_stop, hooks.told(unit="step"), hooks.on_data)
    # Single steps are looked at on the training images alone: a second set would double the time.
    run = trained(model, settings, train, None, seed, told, order=order)
    return run.with_settings(unit="step")


def sets(settings: Settings, data: Examples, seed: Seed) -> tuple[Examples, Examples]:
    """Give as many training as validation images, the share `wrong` of both mislabelled."""
    parts = split(data, int(settings["examples"]), int(settings["examples"]), seed=seed)
    share = float(settings["wrong"])
    corrupted = [wrong_labels(part, share, 2 * seed + n) for n, part in enumerate(parts)]
    train, held_out = corrupted if share else parts
    return train, held_out


def _moved(run: Run) -> bool:
    """Tell whether what the network says of the training images ever moved, but for rounding."""
    return bool(np.nanmax(np.abs(run.train.logits[-1] - run.train.logits[0])) > 1e-3)


def _at_chance(run: Run) -> bool:
    return final_accuracy(run) < 3 / run.train.classes


def _fell(run: Run) -> bool:
    """Tell whether the trained objective ended lower; one that is no number fell without end."""
    loss = trained_on(run)
    end = float(loss[-1])
    return not np.isfinite(end) or bool(end < loss[0] - 0.01 * abs(loss[0]))


def _measured(run: Run) -> str:
    """Say what the trained objective, the gradient and the accuracy came to."""
    loss, right = trained_on(run), run.scores(run.main).accuracy
    return (
        f"The trained objective went from {nats(float(loss[0]))} to {nats(float(loss[-1]))}, the "
        f"mean length of the gradient in the first {run.unit} was {run.gradient_norm[1]:.2g}, and "
        f"the accuracy went from {percent(float(right[0]))} to {percent(float(right[-1]))}."
    )


def _broke(run: Run) -> bool:
    return not np.isfinite(run.train.logits[-1]).all()


PREDICTION = Prediction(
    "What will the number that is trained on do, and what will the accuracy do?",
    (
        Outcome("It breaks down: the network ends with numbers that are none.", _broke),
        Outcome("Nothing moves.", lambda run: not _moved(run)),
        Outcome(
            "It falls, and the accuracy rises far above chance.",
            lambda run: _fell(run) and not _at_chance(run),
        ),
        Outcome("It falls, and the accuracy stays near chance or below.", _fell),
        Outcome("It does not fall.", lambda run: True),
    ),
    _measured,
)

KNOBS = (
    Knob("loss", "loss", "The number that training makes small.", "cross-entropy", tuple(FORMULAS)),
    Knob(
        "learning_rate",
        "learning_rate",
        "SGD's rate.",
        0.05,
        (0.00005, 0.0005, 0.0031, 0.005, 0.01, 0.03, 0.05, 0.1, 0.2, 0.25, 0.5),
    ),
    Knob("wrong", "wrong labels", "The share of the labels that are wrong.", 0.0, (0.0, 0.1, 0.3)),
    Knob("momentum", "momentum", "SGD's momentum.", 0.9, (0.0, 0.9)),
    Knob("batch_size", "batch_size", "Images in one step; 400: all.", 32, (4, 32, 400)),
    Knob("dropout", "Dropout", "Share of the units that each step drops.", 0.0, (0.0, 0.5)),
    Knob("examples", "training images", "How many the network learns from.", 400, (200, 400)),
    Knob(
        "recorded",
        "recorded",
        "Whether loss and accuracy are taken after every epoch, or after every step.",
        "every epoch",
        ("every epoch", "every step"),
    ),
    Knob(
        "epochs",
        "epochs",
        "Passes over the training images; or steps, where every step is recorded.",
        25,
        (10, 25, 100),
    ),
)

EXPERIMENT = Experiment(
    name="any-number-can-be-a-loss",
    title="Any number can be a loss",
    question="I was told that any formula can be a loss. Does that train, and what becomes of it?",
    knobs=KNOBS,
    arms=ARMS,
    claims=CLAIMS,
    trains=trains,
    classes=4,
    examples=800,
    prediction=PREDICTION,
    remedies=REMEDIES,
)
