"""What `five-against-five` claims, and what is asked before a run."""

from __future__ import annotations

from lossacc.claims.experiment import Claim, Outcome, Prediction
from lossacc.claims.rules import above, all_of, at_least, below, equal
from lossacc.lessons.five_against_five import evidence as read
from lossacc.lessons.five_against_five.evidence import LN2
from lossacc.runs.run import Run
from lossacc.support.text import percent

# The loss is ln 2, the accuracy one half.
SETTLED = all_of(equal("loss", LN2, within=0.003), equal("accuracy", 0.5, within=1e-9))

CLAIMS = (
    Claim(
        name="settles",
        sentence=(
            "On ten identical images, five A and five B, the network settles at 50 % and a loss "
            "of ln 2 = .693."
        ),
        catalogue=("C25",),
        reads=("base",),
        control=("nine against one",),
        evidence=read.settled,
        measured="the loss ends within .003 of ln 2, the accuracy at .50",
        rule=SETTLED,
        effect="loss",
    ),
    Claim(
        name="any network",
        sentence=(
            "A small network, a large one and a single linear layer all settle at ln 2 and 50 %."
        ),
        catalogue=("C25", "C26"),
        reads=("base", "large network", "linear"),
        control=("base", "large network", "nine against one"),
        evidence=read.settled,
        measured="all three losses end within .003 of ln 2, all accuracies at .50",
        rule=SETTLED,
        effect="loss",
    ),
    Claim(
        name="spike",
        sentence=(
            "All ten losses end at ln 2: the histogram is a spike, with no tail of high losses."
        ),
        catalogue=("C28",),
        reads=("base",),
        control=("nine against one",),
        evidence=read.spike,
        measured=(
            "every loss within .05 of ln 2; the costliest tenth of the images carries less than "
            ".11 of the loss"
        ),
        rule=all_of(below("furthest from ln 2", 0.05), below("share of the costliest tenth", 0.11)),
        effect="share of the costliest tenth",
    ),
    Claim(
        name="not untrained",
        sentence=(
            "Beside a third class the conflict still ends at ln 2, and an untrained network "
            "stands well above it."
        ),
        catalogue=("C28",),
        reads=("three classes",),
        control=("base",),
        evidence=read.beside_a_third,
        measured=(
            "every A and B ends within .05 of ln 2 and every C below .05; before training the "
            "mean loss of A and B is more than .15 above ln 2"
        ),
        rule=all_of(
            below("A and B, furthest from ln 2", 0.05),
            below("C, highest loss", 0.05),
            above("A and B, before training", LN2 + 0.15),
        ),
        effect="A and B, before training",
    ),
    Claim(
        name="capacity, identical",
        sentence=(
            "On identical images a larger network changes nothing: the same loss, the same "
            "accuracy."
        ),
        catalogue=("C26",),
        reads=("base", "large network"),
        control=("alike, linear", "alike"),
        evidence=read.apart,
        measured="the losses end within .003 of each other, the accuracies within .01",
        rule=all_of(below("difference in loss", 0.003), below("difference in accuracy", 0.01)),
        effect="difference in loss",
    ),
    Claim(
        name="capacity, alike",
        sentence=(
            "On images that are merely alike, one linear layer stays near ln 2, and a network "
            "with hidden layers tells A from B in the same number of epochs."
        ),
        catalogue=("C26",),
        reads=("alike, linear", "alike"),
        control=("alike, linear", "alike, coarse"),
        evidence=read.small_and_large,
        measured=(
            "linear: the training loss never below .6, validation accuracy within .10 of .50; "
            "hidden layers: training loss below .1, validation accuracy above .95"
        ),
        rule=all_of(
            above("small: lowest training loss", 0.6),
            equal("small: validation accuracy", 0.5, within=0.1),
            below("large: training loss", 0.1),
            above("large: validation accuracy", 0.95),
        ),
        effect="large: validation accuracy",
    ),
    Claim(
        name="learned by heart",
        sentence=(
            "Random labels on forty images that are alike are learned by heart: almost every "
            "training image is right, about half of the new ones are, and the validation loss "
            "lies far above ln 2."
        ),
        catalogue=("C26",),
        reads=("few, random",),
        control=("few, right",),
        evidence=read.by_heart,
        measured=(
            "training accuracy .95 or more, validation accuracy within .10 of .50, validation "
            "loss .2 or more above ln 2"
        ),
        rule=all_of(
            at_least("training accuracy", 0.95),
            equal("validation accuracy", 0.5, within=0.1),
            above("validation loss", LN2 + 0.2),
        ),
        effect="validation loss",
    ),
    Claim(
        name="same floor",
        sentence=(
            "Clipping, three times as many epochs and ten labels for every image all end at the "
            "same ln 2 and 50 %."
        ),
        catalogue=("C23", "C26", "C31"),
        reads=("clipped", "patient", "ten labels"),
        control=("clipped", "patient", "relabelled"),
        evidence=read.settled,
        measured="all three losses end within .003 of ln 2, all accuracies at .50",
        rule=SETTLED,
        effect="loss",
    ),
    Claim(
        name="second look",
        sentence=(
            "A second look that gives all ten copies one label ends the conflict: a loss below "
            ".05, and 100 %."
        ),
        catalogue=("C26",),
        reads=("relabelled",),
        control=("base",),
        evidence=read.second_look,
        measured="the loss ends below .05, the accuracy at 1",
        rule=all_of(below("loss", 0.05), equal("accuracy", 1.0)),
        effect="loss",
    ),
    Claim(
        name="ten labels",
        sentence=(
            "Where labels are random, ten for each image instead of one bring the validation loss "
            "down by .2 nats or more, and the answers are guesses as before."
        ),
        catalogue=("C26",),
        reads=("few, random", "few, ten labels"),
        control=("few, random", "few, right"),
        evidence=read.more_labels,
        measured=(
            "the validation loss ends .2 or more lower; validation accuracy within .10 of .50"
        ),
        rule=all_of(
            at_least("fall of the validation loss", 0.2),
            equal("validation accuracy, many", 0.5, within=0.1),
        ),
        effect="fall of the validation loss",
    ),
    Claim(
        name="better images",
        sentence=(
            "With pixels twice as large the details are lost, and the network stays at ln 2 and "
            "one half; images that show them let it tell A from B."
        ),
        catalogue=("C26",),
        reads=("alike, coarse", "alike"),
        control=("alike, coarse", "alike, linear"),
        evidence=read.sight,
        measured=(
            "coarse: the training loss never below .6, validation accuracy within .10 of .50; "
            "fine: validation accuracy above .95"
        ),
        rule=all_of(
            above("coarse: lowest training loss", 0.6),
            equal("coarse: validation accuracy", 0.5, within=0.1),
            above("fine: validation accuracy", 0.95),
        ),
        effect="fine: validation accuracy",
    ),
    Claim(
        name="merged classes",
        sentence=(
            "Making A and B one class raises the accuracy by 25 points and lowers the loss by "
            ".347; what the network tells of an image stays at .693 nats."
        ),
        catalogue=("C26",),
        reads=("three classes", "merged"),
        control=("alike, linear", "alike"),
        evidence=read.merging,
        measured=(
            "accuracy up by .25, loss down by .347 within .03; the entropy of the labels minus "
            "the loss changes by less than .03"
        ),
        rule=all_of(
            equal("gain in accuracy", 0.25, within=1e-9),
            equal("fall of the loss", LN2 / 2, within=0.03),
            below("difference in what is told", 0.03),
        ),
        effect="difference in what is told",
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
        f"{percent(read.end_accuracy(run))} of the labels right"
    )
    if run.validation is None:
        return f"{said}."
    return f"{said}; of other images it was {percent(_on_others(run))}."


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
