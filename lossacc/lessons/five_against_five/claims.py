"""What `five-against-five` claims, and what is asked before a run."""

from __future__ import annotations

from lossacc.claims.experiment import Claim, Outcome, Prediction
from lossacc.lessons.five_against_five import evidence as read
from lossacc.lessons.five_against_five.evidence import LN2
from lossacc.runs.run import Run

CLAIMS = (
    Claim(
        "settles",
        "On ten identical images, five A and five B, the network settles at 50 % and a loss of "
        "ln 2 = .693.",
        ("C25",),
        ("base",),
        ("nine against one",),
        read.settled,
        read.is_settled,
        "the loss ends within .003 of ln 2, the accuracy at .50",
        "loss",
    ),
    Claim(
        "any network",
        "A small network, a large one and a single linear layer all settle at ln 2 and 50 %.",
        ("C25", "C26"),
        ("base", "large network", "linear"),
        ("base", "large network", "nine against one"),
        read.settled,
        read.is_settled,
        "all three losses end within .003 of ln 2, all accuracies at .50",
        "loss",
    ),
    Claim(
        "spike",
        "All ten losses end at ln 2: the histogram is a spike, with no tail of high losses.",
        ("C28",),
        ("base",),
        ("nine against one",),
        read.spike,
        lambda e: e["furthest from ln 2"] < 0.05 and e["share of the dearest tenth"] < 0.11,
        "every loss within .05 of ln 2; the dearest tenth of the images carries less than .11 of "
        "the loss",
        "share of the dearest tenth",
    ),
    Claim(
        "not untrained",
        "Beside a third class the conflict still ends at ln 2, and an untrained network stands "
        "well above it.",
        ("C28",),
        ("three classes",),
        ("base",),
        read.beside_a_third,
        lambda e: (
            e["A and B, furthest from ln 2"] < 0.05
            and e["C, highest loss"] < 0.05
            and e["A and B, before training"] > LN2 + 0.15
        ),
        "every A and B ends within .05 of ln 2 and every C below .05; before training the mean "
        "loss of A and B is more than .15 above ln 2",
        "A and B, before training",
    ),
    Claim(
        "capacity, identical",
        "On identical images a larger network changes nothing: the same loss, the same accuracy.",
        ("C26",),
        ("base", "large network"),
        ("alike, linear", "alike"),
        read.apart,
        lambda e: e["difference in loss"] < 0.003 and e["difference in accuracy"] < 0.01,
        "the losses end within .003 of each other, the accuracies within .01",
        "difference in loss",
    ),
    Claim(
        "capacity, alike",
        "On images that are merely alike, one linear layer stays near ln 2, and a network with "
        "hidden layers tells A from B in the same number of epochs.",
        ("C26",),
        ("alike, linear", "alike"),
        ("alike, linear", "alike, coarse"),
        read.small_and_large,
        lambda e: (
            e["small: lowest training loss"] > 0.6
            and abs(e["small: validation accuracy"] - 0.5) < 0.1
            and e["large: training loss"] < 0.1
            and e["large: validation accuracy"] > 0.95
        ),
        "linear: the training loss never below .6, validation accuracy within .10 of .50; hidden "
        "layers: training loss below .1, validation accuracy above .95",
        "large: validation accuracy",
    ),
    Claim(
        "learned by heart",
        "Random labels on forty images that are alike are learned by heart: almost every training "
        "image is right, about half of the new ones are, and the validation loss lies far above "
        "ln 2.",
        ("C26",),
        ("few, random",),
        ("few, right",),
        read.by_heart,
        lambda e: (
            e["training accuracy"] >= 0.95
            and abs(e["validation accuracy"] - 0.5) < 0.1
            and e["validation loss"] > LN2 + 0.2
        ),
        "training accuracy .95 or more, validation accuracy within .10 of .50, validation loss .2 "
        "or more above ln 2",
        "validation loss",
    ),
    Claim(
        "same floor",
        "Clipping, three times as many epochs and ten labels for every image all end at the same "
        "ln 2 and 50 %.",
        ("C23", "C26", "C31"),
        ("clipped", "patient", "ten labels"),
        ("clipped", "patient", "relabelled"),
        read.settled,
        read.is_settled,
        "all three losses end within .003 of ln 2, all accuracies at .50",
        "loss",
    ),
    Claim(
        "second look",
        "A second look that gives all ten copies one label ends the conflict: a loss below .05, "
        "and 100 %.",
        ("C26",),
        ("relabelled",),
        ("base",),
        read.second_look,
        lambda e: e["loss"] < 0.05 and e["accuracy"] == 1.0,
        "the loss ends below .05, the accuracy at 1",
        "loss",
    ),
    Claim(
        "ten labels",
        "Where labels are random, ten for each image instead of one bring the validation loss "
        "down by .2 nats or more, and the answers are guesses as before.",
        ("C26",),
        ("few, random", "few, ten labels"),
        ("few, random", "few, right"),
        read.more_labels,
        lambda e: (
            e["fall of the validation loss"] >= 0.2
            and abs(e["validation accuracy, many"] - 0.5) < 0.1
        ),
        "the validation loss ends .2 or more lower; validation accuracy within .10 of .50",
        "fall of the validation loss",
    ),
    Claim(
        "better images",
        "With pixels twice as large the details are lost, and the network stays at ln 2 and one "
        "half; images that show them let it tell A from B.",
        ("C26",),
        ("alike, coarse", "alike"),
        ("alike, coarse", "alike, linear"),
        read.sight,
        lambda e: (
            e["coarse: lowest training loss"] > 0.6
            and abs(e["coarse: validation accuracy"] - 0.5) < 0.1
            and e["fine: validation accuracy"] > 0.95
        ),
        "coarse: the training loss never below .6, validation accuracy within .10 of .50; fine: "
        "validation accuracy above .95",
        "fine: validation accuracy",
    ),
    Claim(
        "merged classes",
        "Making A and B one class raises the accuracy by 25 points and lowers the loss by .347; "
        "what the network tells of an image stays at .693 nats.",
        ("C26",),
        ("three classes", "merged"),
        ("alike, linear", "alike"),
        read.merging,
        lambda e: (
            abs(e["gain in accuracy"] - 0.25) < 1e-9
            and abs(e["fall of the loss"] - LN2 / 2) < 0.03
            and e["difference in what is told"] < 0.03
        ),
        "accuracy up by .25, loss down by .347 within .03; the entropy of the labels minus the "
        "loss changes by less than .03",
        "difference in what is told",
    ),
)

LEARNED = "It gets the training images right, and other images of the same kind too."
BY_HEART = "It gets the training images right, and not the others."
STUCK = "It stays at a loss of about ln 2, with about half of the labels right."
ELSEWHERE = "It ends elsewhere."


def _end(run: Run) -> str:
    """Say in words how a run ended."""
    if read.end_accuracy(run) > 0.95:
        return LEARNED if _on_others(run) >= 0.9 else BY_HEART
    near = abs(read.end_loss(run) - LN2) <= 0.1 and abs(read.end_accuracy(run) - 0.5) <= 0.15
    return STUCK if near else ELSEWHERE


def _on_others(run: Run) -> float:
    """Give the accuracy on other images, or on the same ones where there are no others."""
    return read.end_accuracy(run) if run.validation is None else read.held_out(run)[1]


def _measured(run: Run) -> str:
    """Say where loss and accuracy ended."""
    said = (
        f"The training loss ended at {read.end_loss(run):.3f}, beside ln 2 = {LN2:.3f}, with "
        f"{read.end_accuracy(run):.0%} of the labels right"
    )
    if run.validation is None:
        return f"{said}."
    return f"{said}; of other images it was {_on_others(run):.0%}."


PREDICTION = Prediction(
    "A and B are shown in images that are identical, or nearly so. Where will the network end?",
    (
        Outcome(LEARNED, lambda run: _end(run) == LEARNED),
        Outcome(BY_HEART, lambda run: _end(run) == BY_HEART),
        Outcome(STUCK, lambda run: _end(run) == STUCK),
        Outcome(ELSEWHERE, lambda run: _end(run) == ELSEWHERE),
    ),
    _measured,
)
