"""Ten identical images, nine labelled A and one B: what one wrong label can and cannot do."""

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
from lossacc.claims.networks import LOSSES, SIZES, fresh
from lossacc.claims.rules import Evidence, above, all_of, at_least, below, equal
from lossacc.claims.trial import single_steps
from lossacc.data import Examples, identical
from lossacc.runs.run import Run
from lossacc.support.text import nats
from lossacc.support.types import BoolArray, Seed
from lossacc.training.train import train

N, STEPS = 10, 300
A, B = 0, 1
PRIOR = 0.9
FLOOR = -(0.9 * np.log(0.9) + 0.1 * np.log(0.1))  # the entropy of 9 against 1: 0.325 nats


def trains(settings: Settings, data: Examples, seed: Seed, hooks: Hooks) -> Run:
    """Train on one image, copied ten times; record after every step."""
    labels = [A] * (N - int(settings["outliers"])) + [B] * int(settings["outliers"])
    examples = identical(data, labels, seed)
    model = fresh(
        seed,
        examples.shape,
        examples.classes,
        size=settings["network"],
        loss=settings["loss"],
        clip=settings["clip"],
    )
    hooks.show(examples)
    batch = int(settings["batch_size"])
    run = train(
        model,
        examples,
        epochs=STEPS,
        batch_size=batch,
        seed=seed,
        learning_rate=float(settings["learning_rate"]),
        order=single_steps(N, batch, seed),
        should_stop=hooks.should_stop,
        on_epoch=hooks.told(unit="step"),
    )
    return run.with_settings(unit="step")


def _saw_outlier(run: Run) -> BoolArray:
    """Tell for every step whether its batch held a B, shape (steps,)."""
    order = single_steps(N, run.settings["batch_size"], run.settings["seed"])
    return np.array([bool((run.train.labels[order(s)] == B).any()) for s in range(STEPS)])


def _settled(run: Run) -> Evidence:
    """Read the end of a run."""
    losses = run.train.cross_entropy[-1]
    return {
        "loss": float(losses.mean()),
        "off the floor": float(abs(losses.mean() - FLOOR)),
        "accuracy": float(run.train.accuracy[-1]),
        "p(A)": float(run.train.probability[-1, 0]),
        "loss of an A": float(losses[run.train.labels == A].mean()),
        "loss of the B": float(losses[run.train.labels == B].mean()),
        "share of the B": float(losses[run.train.labels == B].sum() / losses.sum()),
    }


def _all_settled(*runs: Run) -> Evidence:
    """Read the end of several runs: the one that is furthest from the floor."""
    ends = [_settled(run) for run in runs]
    return {
        "off the floor": max(end["off the floor"] for end in ends),
        "accuracy off .9": max(abs(end["accuracy"] - PRIOR) for end in ends),
    }


def _course(run: Run) -> Evidence:
    """Read a whole run: how far the loss ever rises, and whether the answer ever flips."""
    score = run.train
    told = np.flatnonzero(score.probability[:, 0] > 0.5)
    since = int(told[0]) if len(told) else len(score.loss) - 1
    return {
        "steepest rise of the loss": float(np.diff(score.loss).max()),
        "lowest accuracy once A is the answer": float(score.accuracy[since:].min()),
    }


def _blind(run: Run) -> Evidence:
    """Read how far the loss moves while the accuracy does not."""
    return {
        "lowest accuracy from step 50 on": float(run.train.accuracy[50:].min()),
        "last loss over lowest": float(run.train.loss[-1] / run.train.loss.min()),
    }


def _flips(run: Run) -> float:
    """Give the share of the outlier's steps, in the second half, that turn the answer to B."""
    late = np.arange(STEPS) >= STEPS // 2
    steps = np.flatnonzero(_saw_outlier(run) & late)
    return float(np.mean(run.train.accuracy[steps + 1] < 0.5))


def _slow_and_fast(slow: Run, fast: Run) -> Evidence:
    return {"flips, slow": _flips(slow), "flips, fast": _flips(fast)}


def _apart(one: Run, other: Run) -> Evidence:
    """Compare two ends."""
    a, b = _settled(one), _settled(other)
    return {
        "difference in loss": abs(a["loss"] - b["loss"]),
        "difference in p(A)": abs(a["p(A)"] - b["p(A)"]),
    }


def _last_p(run: Run) -> float:
    """Give the probability that the network gives to A at the end."""
    a = int(np.flatnonzero(run.train.labels == A)[0])
    return float(run.train.probability[-1, a])


def _above_share(run: Run) -> float:
    """Give how far p(A) ends above the share of A among the ten labels."""
    return _last_p(run) - float((run.train.labels == A).mean())


def _measured(run: Run) -> str:
    count = int((run.train.labels == A).sum())
    return f"p(A) is {nats(_last_p(run))} at the end; {count} of the ten labels are A."


PREDICTION = Prediction(
    "Where does p(A) end, the probability that the network gives to A?",
    (
        Outcome(
            "At the share of A among the labels, give or take .02.",
            lambda run: abs(_above_share(run)) <= 0.02,
        ),
        Outcome(
            "Above it: the network looks past label B.",
            lambda run: _above_share(run) > 0.02 and _last_p(run) > 0.5,
        ),
        Outcome(
            "Below it, but above one half.",
            lambda run: _above_share(run) < -0.02 and _last_p(run) > 0.5,
        ),
        Outcome(
            "Not above one half: the answer is B.",
            lambda run: not _last_p(run) > 0.5 and not abs(_above_share(run)) <= 0.02,
        ),
    ),
    _measured,
)

KNOBS = (
    Knob("network", "network", "How large the network is.", "small", tuple(SIZES)),
    Knob("outliers", "images labelled B", "How many of the ten are labelled B.", 1, (1, 2, 3, 4)),
    Knob("batch_size", "batch_size", "Images in one step.", 10, (10, 5, 2, 1)),
    Knob("learning_rate", "learning_rate", "SGD's rate.", 0.1, (0.03, 0.1, 0.3, 1.0, 3.0)),
    Knob("clip", "global_clipnorm", "Longest gradient allowed; 0: any.", 0.0, (0.0, 0.1, 1.0)),
    Knob("loss", "loss", "What the training makes small.", LOSSES[0], LOSSES),
)

ARMS = (
    Arm("base", "All ten images in every step, plain cross-entropy."),
    Arm("large network", "The same with a larger network.", {"network": "large"}),
    Arm("linear", "The same with one linear layer.", {"network": "linear"}),
    Arm("one by one", "One image a step.", {"batch_size": 1, "learning_rate": 0.3}),
    Arm(
        "one by one, fast",
        "One image a step, at a rate of 3.",
        {"batch_size": 1, "learning_rate": 3.0},
    ),
    Arm("clipped", "All ten in every step, the gradient clipped to .1.", {"clip": 0.1}),
    Arm(
        "one by one, clipped",
        "One image a step, each gradient clipped to .1.",
        {"batch_size": 1, "learning_rate": 0.3, "clip": 0.1},
    ),
    Arm("bounded loss", "All ten in every step; the loss is 1 - p.", {"loss": "expected error"}),
)

CLAIMS = (
    Claim(
        name="settles",
        sentence=(
            "With all ten images in every step, the network settles at 90 % and a loss of .325."
        ),
        catalogue=("C21",),
        reads=("base",),
        control=("one by one, fast",),
        evidence=_settled,
        measured="the loss ends within .003 of .325, the accuracy at .90",
        rule=all_of(below("off the floor", 0.003), equal("accuracy", PRIOR, within=1e-9)),
        effect="loss",
    ),
    Claim(
        name="any network",
        sentence=(
            "A small network, a large one and a single linear layer settle at the same two numbers."
        ),
        catalogue=("C21",),
        reads=("base", "large network", "linear"),
        control=("base", "large network", "one by one, clipped"),
        evidence=_all_settled,
        measured="all three losses end within .003 of .325, all accuracies at .90",
        rule=all_of(below("off the floor", 0.003), below("accuracy off .9", 1e-9)),
        effect="off the floor",
    ),
    Claim(
        name="outlier's share",
        sentence="The one B carries about 71 % of the loss: 2.303 nats against .105 for each A.",
        catalogue=("C21", "C24"),
        reads=("base",),
        control=("one by one, clipped",),
        evidence=_settled,
        measured=(
            "the B's share within .02 of .708, its loss within .05 of 2.303, an A's within .01 of "
            ".105"
        ),
        rule=all_of(
            equal("share of the B", 0.708, within=0.02),
            equal("loss of the B", np.log(10), within=0.05),
            equal("loss of an A", np.log(10 / 9), within=0.01),
        ),
        effect="share of the B",
    ),
    Claim(
        name="blind accuracy",
        sentence=(
            "Accuracy stays at 90 % for every p above one half, while the loss more than doubles."
        ),
        catalogue=("C07", "C21"),
        reads=("one by one, clipped",),
        control=("one by one, fast",),
        evidence=_blind,
        measured=(
            "from step 50 on the accuracy never leaves .90; the loss ends above twice its lowest"
        ),
        rule=all_of(
            above("lowest accuracy from step 50 on", PRIOR - 1e-9),
            above("last loss over lowest", 2.0),
        ),
        effect="last loss over lowest",
    ),
    Claim(
        name="full batch is calm",
        sentence=(
            "With all ten images in every step, the outlier never raises the loss or flips the "
            "answer."
        ),
        catalogue=("C22",),
        reads=("base",),
        control=("one by one, fast",),
        evidence=_course,
        measured=(
            "no step raises the loss by 1e-4; accuracy never leaves .90 once A is the answer"
        ),
        rule=all_of(
            below("steepest rise of the loss", 1e-4),
            above("lowest accuracy once A is the answer", PRIOR - 1e-9),
        ),
        effect="steepest rise of the loss",
    ),
    Claim(
        name="speed flips",
        sentence=(
            "One image a step, the B turns the answer at a rate of 3 and not at a rate of .3."
        ),
        catalogue=("C22",),
        reads=("one by one", "one by one, fast"),
        control=("one by one, fast", "one by one"),
        evidence=_slow_and_fast,
        measured=(
            "in the second half none of the B's steps flips the answer at .3, 90 % or more do at 3"
        ),
        rule=all_of(equal("flips, slow", 0), at_least("flips, fast", 0.9)),
        effect="flips, fast",
    ),
    Claim(
        name="clipping the batch",
        sentence=("Clipping the full batch's gradient changes nothing: the same loss, the same p."),
        catalogue=("C23", "C38"),
        reads=("base", "clipped"),
        control=("base", "one by one, clipped"),
        evidence=_apart,
        measured="the losses end within .003 of each other, the two p within .01",
        rule=all_of(below("difference in loss", 0.003), below("difference in p(A)", 0.01)),
        effect="difference in loss",
    ),
    Claim(
        name="clipping each step",
        sentence=(
            "Clipping each small step pushes p above .99 and the loss above .5; accuracy stays 90 "
            "%."
        ),
        catalogue=("C23",),
        reads=("one by one, clipped",),
        control=("one by one",),
        evidence=_settled,
        measured="p ends above .99, the loss above .5, the accuracy at .90",
        rule=all_of(above("p(A)", 0.99), above("loss", 0.5), equal("accuracy", PRIOR, within=1e-9)),
        effect="loss",
    ),
    Claim(
        name="bounded loss looks away",
        sentence="The loss 1 - p gives the B up: p ends above .97, and cross-entropy above .38.",
        catalogue=("C10", "C23"),
        reads=("bounded loss",),
        control=("base",),
        evidence=_settled,
        measured="p ends above .97, cross-entropy above .38",
        rule=all_of(above("p(A)", 0.97), above("loss", 0.38)),
        effect="p(A)",
    ),
)

EXPERIMENT = Experiment(
    name="nine-against-one",
    title="Nine against one",
    question="Ten identical images, nine labelled A and one B. Can that one label harm a network?",
    knobs=KNOBS,
    arms=ARMS,
    claims=CLAIMS,
    trains=trains,
    classes=2,
    examples=1,
    prediction=PREDICTION,
    # One linear layer bears a rate of 2 over .18 times one more than the pixels' sum of squares,
    # and of a white photograph of 16x16 in colour that sum is 768.
    photographs=Photographs(arms={"linear": {"learning_rate": 0.01}}),
)
