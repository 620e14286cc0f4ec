"""A penalty inside the loss: what is printed falls, and it is the weights that shrink."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from lossacc.claims.experiment import Arm, Experiment, Hooks, Knob, Outcome, Prediction, Settings
from lossacc.claims.trial import noisy_split, trained
from lossacc.data import Examples
from lossacc.lessons.the_penalty_inside_the_loss.claims import CLAIMS
from lossacc.lessons.the_penalty_inside_the_loss.evidence import above_base, with_penalty
from lossacc.lessons.the_penalty_inside_the_loss.remedies import REMEDIES
from lossacc.lessons.the_penalty_inside_the_loss.training import (
    KERNELS,
    OPTIMIZERS,
    penalised,
    squared_norm,
)
from lossacc.losses.cross_entropy import cross_entropy
from lossacc.runs.run import Run
from lossacc.support.keras_api import keras
from lossacc.support.text import nats, percent
from lossacc.support.types import Seed

VALIDATION = 600
LOOPS = ("lossacc", "Keras fit")
ON, OFF = "yes", "no"


def trains(settings: Settings, data: Examples, seed: Seed, hooks: Hooks) -> Run:
    """Train a network whose weights are held down, and note how large they are."""
    examples, held_out = noisy_split(data, settings, VALIDATION, seed)
    by_fit = settings["loop"] == LOOPS[1]
    network = penalised(
        examples.shape,
        examples.classes,
        optimizer=str(settings["optimizer"]),
        batch_norm=settings["batch_norm"] == ON,
        dropout=float(settings["dropout"]),
        logged=by_fit,
    )
    on = str(settings["on"])
    strengths = {"l2": float(settings["l2"]), "decay": float(settings["weight_decay"])}
    model = network.start(seed, on=on, **strengths)
    norms: list[float] = []
    watched = replace(hooks, on_epoch=_noting(norms, model, on, hooks))
    go = _fitted if by_fit else trained
    run = go(model, settings, examples, held_out, seed, watched)
    told: dict[str, Any] = {"squared norm": norms}
    if settings["batch_norm"] == ON:
        told["batch statistics"] = _by_batch(model, held_out)
    return run.with_settings(**told)


def _noting(norms: list[float], model: Any, on: str, hooks: Hooks) -> Any:
    """Note the squared norm of the kernels at each epoch, then call the hook that was given."""

    def note(run: Run) -> None:
        norms.append(squared_norm(model, on))
        if hooks.on_epoch is not None:
            hooks.on_epoch(run)

    return note


def _by_batch(model: Any, examples: Examples) -> dict[str, float]:
    """Score images as one batch with its own statistics, as training does: no running ones."""
    logits = np.asarray(model(examples.images, training=True))
    return {
        "loss": float(cross_entropy(logits, examples.labels).mean()),
        "accuracy": float((logits.argmax(axis=1) == examples.labels).mean()),
        "spread": float(logits.std(axis=1).mean()),
    }


def _fitted(
    model: Any, settings: Settings, examples: Examples, held_out: Examples, seed: Seed, hooks: Hooks
) -> Run:
    """Train with `model.fit`, the images in one order, and ask `evaluate` at the end."""
    from lossacc.training.recorder import (
        Recorder,  # starts TensorFlow, which listing experiments should not
    )

    hooks.show(examples, held_out)
    model.optimizer.learning_rate = float(settings["learning_rate"])
    recorder = Recorder(examples, held_out, probe="all")

    def seen(epoch: int, logs: Any = None) -> None:
        if hooks.on_epoch is not None:
            hooks.on_epoch(recorder.run)
        model.stop_training = hooks.stopped()

    first = keras().callbacks.LambdaCallback(
        on_epoch_begin=lambda epoch, logs: seen(epoch) if epoch == 0 else None, on_epoch_end=seen
    )
    model.fit(
        examples.images,
        examples.labels,
        epochs=int(settings["epochs"]),
        validation_data=(held_out.images, held_out.labels),
        shuffle=False,
        callbacks=[recorder, first],
        verbose=0,
    )
    told = model.evaluate(held_out.images, held_out.labels, verbose=0, return_dict=True)
    numbers = {name: float(value) for name, value in told.items()}
    return recorder.run.with_settings(seed=seed, evaluated=numbers)


def _went(run: Run, *, fell: bool, learned: bool = False) -> bool:
    """Tell whether cross-entropy plus penalty fell, and whether anything was learned."""
    whole = with_penalty(run, "train")
    if not whole[0] - whole[-1] >= 0.01:
        return not fell
    return fell and (above_base(run) >= 0.1) == learned


def _measured(run: Run) -> str:
    """Say what the loss did, and its two parts."""
    whole, plain = with_penalty(run, "train"), run.train.loss
    return (
        f"On the training images cross-entropy plus penalty went from {nats(whole[0])} to "
        f"{nats(whole[-1])}: the cross-entropy from {nats(plain[0])} to {nats(plain[-1])}, the "
        f"penalty from {nats(run.penalty[0])} to {nats(run.penalty[-1])}. The accuracy ended at "
        f"{percent(run.train.accuracy[-1])}."
    )


PREDICTION = Prediction(
    "What do the printed loss and the training accuracy do, from the start to the end?",
    (
        Outcome(
            "The loss falls, and the network learns: it ends 10 points or more above chance.",
            lambda run: _went(run, fell=True, learned=True),
        ),
        Outcome(
            "The loss falls, and nothing is learned.",
            lambda run: _went(run, fell=True, learned=False),
        ),
        Outcome("The loss does not fall.", lambda run: _went(run, fell=False)),
    ),
    _measured,
)

KNOBS = (
    Knob(
        "l2",
        "L2",
        "The factor of the L2 penalty: it adds L2 times the sum of the squared weights to the "
        "loss. 0: none.",
        0.1,
        (0.0, 0.0001, 0.001, 0.003, 0.01, 0.03, 0.1),
    ),
    Knob(
        "on",
        "L2 on",
        "Which kernels the L2 penalty is on.",
        KERNELS[0],
        KERNELS,
    ),
    Knob(
        "weight_decay",
        "weight_decay",
        "The optimizer shrinks each kernel by this times the rate at every step, outside the "
        "loss. 0: not at all.",
        0.0,
        (0.0, 0.0002, 0.002, 0.02, 0.2, 2.0),
    ),
    Knob("optimizer", "optimizer", "SGD has momentum .9.", OPTIMIZERS[0], OPTIMIZERS),
    Knob(
        "batch_norm",
        "BatchNormalization",
        "Whether one stands behind each convolution.",
        OFF,
        (OFF, ON),
    ),
    Knob("dropout", "Dropout", "Share of the units that each step drops.", 0.0, (0.0, 0.5, 0.8)),
    Knob(
        "learning_rate",
        "learning_rate",
        "The optimizer's rate; Adam wants about .001.",
        0.03,
        (0.001, 0.003, 0.01, 0.03, 0.1),
    ),
    Knob("epochs", "epochs", "Passes over the training images.", 40, (10, 15, 30, 40, 80)),
    Knob(
        "examples", "training images", "How many images the network learns from.", 400, (200, 400)
    ),
    Knob(
        "noise",
        "pixel noise",
        "Standard deviation of the noise on every image.",
        0.3,
        (0.0, 0.3, 0.4),
    ),
    Knob(
        "loop",
        "trained by",
        "The fast loop of this package, or Keras' own fit with the cross-entropy as a metric.",
        LOOPS[0],
        LOOPS,
    ),
)

_PLAIN: Settings = {"optimizer": OPTIMIZERS[1], "epochs": 30}
_ADAM: Settings = {"optimizer": OPTIMIZERS[2], "learning_rate": 0.001, "epochs": 30}
_FIT: Settings = {"loop": LOOPS[1], "epochs": 10}
_FIT_LONGER: Settings = {"loop": LOOPS[1], "epochs": 15, "l2": 0.01}
_BATCH_NORM: Settings = {"batch_norm": ON, "learning_rate": 0.01, "epochs": 30}
_SLOW: Settings = {"learning_rate": 0.003}

ARMS = (
    Arm("base", "An L2 penalty of .1 on every kernel: far too much."),
    Arm("no L2", "No penalty at all.", {"l2": 0.0}),
    Arm("weak L2", "An L2 of .0001.", {"l2": 0.0001}),
    Arm("moderate L2", "An L2 of .001.", {"l2": 0.001}),
    Arm("strong L2", "An L2 of .01.", {"l2": 0.01}),
    Arm("small rate", "An L2 of .1 at a tenth of the rate.", _SLOW),
    Arm("Adam", "An L2 of .1 with Adam instead of SGD.", _ADAM),
    Arm(
        "BatchNorm, L2",
        "An L2 of .1 at the small rate, with BatchNorm behind each convolution.",
        {**_SLOW, "batch_norm": ON},
    ),
    Arm(
        "BatchNorm, no L2",
        "BatchNorm behind each convolution and no penalty, at a rate of .01.",
        {**_BATCH_NORM, "l2": 0.0, "on": KERNELS[1]},  # so that these are measured
    ),
    Arm(
        "BatchNorm, convolutions",
        "The same with an L2 of .01 on the convolutions, which BatchNorm follows.",
        {**_BATCH_NORM, "l2": 0.01, "on": KERNELS[1]},
    ),
    Arm(
        "weight decay, same pull",
        "No L2; weight_decay .02, which pulls each weight as an L2 of .01 does in one step.",
        {"l2": 0.0, "weight_decay": 0.02},
    ),
    Arm(
        "weight decay, tenfold",
        "No L2; weight_decay .2, ten times that pull.",
        {"l2": 0.0, "weight_decay": 0.2},
    ),
    Arm(
        "too much weight decay",
        "No L2; weight_decay 2, far too much.",
        {"l2": 0.0, "weight_decay": 2.0},
    ),
    Arm("plain SGD, L2", "SGD without momentum, an L2 of .01.", {**_PLAIN, "l2": 0.01}),
    Arm(
        "plain SGD, weight decay",
        "SGD without momentum, no L2, weight_decay .02.",
        {**_PLAIN, "l2": 0.0, "weight_decay": 0.02},
    ),
    Arm("Adam, no L2", "Adam without any penalty.", {**_ADAM, "l2": 0.0}),
    Arm("Adam, weak L2", "Adam with an L2 of .0001.", {**_ADAM, "l2": 0.0001}),
    Arm(
        "Adam, weight decay",
        "Adam with a weight_decay of .0002.",
        {**_ADAM, "l2": 0.0, "weight_decay": 0.0002},
    ),
    Arm("fit", "Ten epochs of Keras' own fit, the cross-entropy logged; an L2 of .1.", _FIT),
    Arm(
        "fit, weight decay",
        "Ten epochs of it with a weight_decay of .2 and no L2.",
        {**_FIT, "l2": 0.0, "weight_decay": 0.2},
    ),
    Arm("fit, strong L2", "Fifteen epochs of it with an L2 of .01.", _FIT_LONGER),
    Arm(
        "fit, Dropout",
        "The same, with a Dropout of .5.",
        {**_FIT_LONGER, "dropout": 0.5},
    ),
)

EXPERIMENT = Experiment(
    name="the-penalty-inside-the-loss",
    title="The penalty inside the loss",
    question="My loss falls and falls, and the network has learned nothing. What is falling?",
    knobs=KNOBS,
    arms=ARMS,
    claims=CLAIMS,
    trains=trains,
    classes=4,
    examples=400 + VALIDATION,
    prediction=PREDICTION,
    remedies=REMEDIES,
)
