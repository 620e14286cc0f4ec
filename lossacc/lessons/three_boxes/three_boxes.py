"""Three boxes around the cuts of a rate: decay with BatchNorm, less noise, and growing surer."""

from __future__ import annotations

from lossacc.analysis.phases import find_boxes
from lossacc.claims.experiment import Arm, Experiment, Hooks, Knob, Outcome, Prediction, Settings
from lossacc.claims.trial import noisy_split
from lossacc.data import Examples
from lossacc.lessons.three_boxes.claims import CLAIMS, REMEDIES
from lossacc.lessons.three_boxes.training import (
    AVERAGE,
    BATCH,
    CUT,
    EFFECTIVE,
    HELD,
    KERAS,
    KINDS,
    NEVER,
    NOTHING,
    PYTORCH,
    RATE,
    SECOND,
    fresh_network,
    trained,
)
from lossacc.runs.run import Run
from lossacc.support.text import nats, percent
from lossacc.support.types import Seed

VALIDATION = 1000  # where there are as many; the fewer there are, the more luck is in a claim


def trains(settings: Settings, data: Examples, seed: Seed, hooks: Hooks) -> Run:
    """Train a small residual network with BatchNormalization by a schedule of rates."""
    size = min(VALIDATION, len(data) - int(settings["examples"]))
    examples, held_out = noisy_split(data, settings, size, seed)
    model = fresh_network(settings, examples.shape, examples.classes, seed)
    return trained(model, settings, examples, held_out, seed, hooks)


def _marked(run: Run) -> tuple[str, ...]:
    """Name the boxes of a run, each once, in the order of their epochs."""
    return tuple(dict.fromkeys(box.name for box in find_boxes(run)))


def _measured(run: Run) -> str:
    """Say which boxes the run has, and where it ends."""
    found = find_boxes(run)
    scores = run.scores("validation")
    end = (
        f"validation loss ends at {nats(float(scores.loss[-1]))}, accuracy at "
        f"{percent(float(scores.accuracy[-1]))}."
    )
    if not found:
        return f"There is no box; {end}"
    boxes = "; ".join(map(str, found))
    return f"{boxes[0].upper()}{boxes[1:]}. The {end}"


PREDICTION = Prediction(
    "The rate is cut twice. What happens in validation between the two cuts, and at the second?",
    (
        Outcome(
            "In between, the loss rises and the accuracy falls; at the cut, both improve.",
            lambda run: {"red", "green"} <= set(_marked(run)),
        ),
        Outcome(
            "In between, the loss rises and the accuracy falls; at the cut, no improvement.",
            lambda run: "red" in _marked(run),
        ),
        Outcome(
            "The loss rises somewhere, and the accuracy does not fall with it.",
            lambda run: "blue" in _marked(run),
        ),
        Outcome("None of this: no stretch in which the loss clearly rises.", lambda run: True),
    ),
    _measured,
)

KNOBS = (
    Knob(
        "weight_decay",
        "weight_decay",
        "How much of each weight a step takes away, times the rate.",
        1e-2,
        (0.0, 1e-3, 1e-2, 1e-1),
    ),
    Knob(
        "optimizer",
        "decay as in",
        "PyTorch: in the gradient, through the momentum. Keras: beside the step, ten times weaker.",
        PYTORCH,
        KINDS,
    ),
    Knob(
        "learning_rate",
        "learning_rate",
        "SGD's first rate, with Nesterov's momentum .9; each cut takes it to a tenth.",
        0.3,
        (0.05, 0.1, 0.3, 0.5),
    ),
    Knob("first_cut", "first cut after", "An epoch; 0: none.", 12, (NEVER, 12)),
    Knob("second_cut", "second cut after", "An epoch; 0: none.", 48, (NEVER, 24, 36, 48)),
    Knob(
        "second",
        "at the second cut",
        "What is done there: the rate to a tenth, the batch times ten, the weights averaged over "
        "the epochs before, nothing.",
        CUT,
        SECOND,
    ),
    Knob(
        "held",
        "held after a cut",
        "The rate itself; or the rate divided by the squared length of the kernels.",
        RATE,
        HELD,
    ),
    Knob(
        "fresh_noise",
        "GaussianNoise",
        "Fresh noise on each training batch (augmentation).",
        0.0,
        (0.0, 0.2, 0.3, 0.4, 0.5),
    ),
    Knob(
        "noise",
        "pixel noise",
        "Standard deviation of the noise on every image.",
        0.35,
        (0.1, 0.3, 0.35, 0.4),
    ),
    Knob("examples", "training images", "How many images it learns from.", 300, (150, 300, 600)),
    Knob("epochs", "epochs", "Passes over the training images.", 60, (24, 60, 76)),
)

ARMS = (
    Arm("base", "PyTorch's weight decay of .01; the rate cut to a tenth after epochs 12 and 48."),
    Arm("no decay", "The same without weight decay.", {"weight_decay": 0.0}),
    Arm("tenth of the decay", "A weight decay of .001.", {"weight_decay": 1e-3}),
    Arm("Keras' decay", "Keras' weight decay of the same .01.", {"optimizer": KERAS}),
    Arm(
        "Keras' decay, tenfold",
        "Keras' weight decay of .1.",
        {"optimizer": KERAS, "weight_decay": 1e-1},
    ),
    Arm(
        "effective rate held",
        "After the cut the rate follows the squared length of the kernels down.",
        {"held": EFFECTIVE},
    ),
    Arm(
        "no second cut",
        "The rate stays where the first cut took it; 76 epochs.",
        {"second": NOTHING, "epochs": 76},
    ),
    Arm("early second cut", "The second cut after epoch 24.", {"second_cut": 24}),
    Arm(
        "larger batch",
        "Ten times the batch instead of the second cut; 76 epochs.",
        {"second": BATCH, "epochs": 76},
    ),
    Arm(
        "averaged weights",
        "The weights averaged over epochs 31 to 48 instead of the second cut.",
        {"second": AVERAGE},
    ),
    Arm(
        "fresh noise",
        "Fresh noise of .5 on each training batch; 24 epochs.",
        {"fresh_noise": 0.5, "epochs": 24},
    ),
    Arm(
        "small rate",
        "One rate of .05, no decay, noisier images.",
        {
            "learning_rate": 0.05,
            "weight_decay": 0.0,
            "first_cut": NEVER,
            "second_cut": NEVER,
            "noise": 0.4,
        },
    ),
)

EXPERIMENT = Experiment(
    name="three-boxes",
    title="Three boxes",
    question=(
        "After I cut the rate, my validation loss rose and my accuracy fell; at the next cut both "
        "improved at once. Was it overfitting or not?"
    ),
    knobs=KNOBS,
    arms=ARMS,
    claims=CLAIMS,
    trains=trains,
    classes=4,
    examples=900,
    prediction=PREDICTION,
    remedies=REMEDIES,
)
