"""Seven against three: the network says A as often as A occurs."""

from __future__ import annotations

from lossacc.claims.experiment import Arm, Claim, Experiment, Hooks, Knob, Settings
from lossacc.claims.networks import fresh
from lossacc.claims.rules import Evidence, all_of, equal
from lossacc.data import Examples, identical
from lossacc.runs.run import Run
from lossacc.support.types import Seed
from lossacc.training.train import train


def trains(settings: Settings, data: Examples, seed: Seed, hooks: Hooks) -> Run:
    """Train on one image, copied ten times."""
    others = int(settings["others"])
    examples = identical(data, [0] * (10 - others) + [1] * others, seed)
    hooks.show(examples)
    return train(
        fresh(seed, examples.shape, examples.classes),
        examples,
        epochs=100,
        batch_size=10,
        seed=seed,
        learning_rate=0.3,
        should_stop=hooks.should_stop,
        on_epoch=hooks.on_epoch,
    )


def _ends(run: Run) -> Evidence:
    """Read the end of a run."""
    return {"loss": float(run.train.loss[-1]), "accuracy": float(run.train.accuracy[-1])}


EXPERIMENT = Experiment(
    name="seven-against-three",
    title="Seven against three",
    question="My accuracy stands at 70 %. Is the network too small?",
    knobs=(Knob("others", "images labelled B", "How many of the ten are B.", 3, (3, 5)),),
    arms=(Arm("base", "Three are B."), Arm("half", "Five are B.", {"others": 5})),
    claims=(
        Claim(
            name="settles",
            sentence="The network settles at 70 % and a loss of .611, the entropy of the labels.",
            catalogue=("C21",),
            reads=("base",),
            control=("half",),
            evidence=_ends,
            measured="the loss ends within .01 of .611, the accuracy at .70",
            rule=all_of(equal("loss", 0.611, within=0.01), equal("accuracy", 0.7, within=1e-6)),
            effect="loss",
        ),
    ),
    trains=trains,
    classes=2,
    examples=10,
)
