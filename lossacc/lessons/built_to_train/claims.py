"""What `built-to-train` claims, and what each remedy gains."""

from __future__ import annotations

from lossacc.claims.experiment import Claim, Remedy
from lossacc.claims.rules import (
    above,
    all_of,
    any_of,
    at_least,
    at_most,
    difference,
    equal,
    least,
    most,
)
from lossacc.lessons.built_to_train import evidence as read

CLAIMS = (
    Claim(
        name="stuck",
        sentence=(
            "At a rate ten times higher, and at one ten times lower, twelve plain convolutions "
            "with Keras' own first weights end within .1 nats of ln K."
        ),
        catalogue=("M18", "C17"),
        reads=("base", "higher rate", "lower rate"),
        control=("He", "residual", "normalised"),
        evidence=read.stuck,
        measured="ln K less the training loss at the end is .1 or less, at rates of 1 and of .01",
        rule=at_most(most("below ln K at a rate of 1", "below ln K at a rate of .01"), 0.1),
        effect="below ln K at a rate of .1",
    ),
    Claim(
        name="still in there",
        sentence=(
            "In the middle of that network a linear readout still tells half of the new images "
            "or more, of which the network itself has at most one in five right."
        ),
        catalogue=("M18",),
        reads=("base",),
        control=("He",),
        evidence=read.hidden,
        measured=(
            "validation accuracy at the end: of a ridge regression on the frozen features of the "
            "middle .5 or more, of the network .2 or less"
        ),
        rule=all_of(at_least("readout in the middle", 0.5), at_most("the network", 0.2)),
        effect="readout in the middle",
    ),
    Claim(
        name="starts",
        sentence=(
            "BatchNormalization and residual connections bring it to 85 % of the training images "
            "or more, and He's first weights to 40 % or more."
        ),
        catalogue=("C36", "M18"),
        reads=("He", "normalised", "residual", "Adam"),
        control=("base", "base", "base", "base"),
        evidence=read.started,
        measured="highest training accuracy of any epoch",
        rule=all_of(at_least(least("normalised", "residual"), 0.85), at_least("He", 0.4)),
        effect="residual",
    ),
    Claim(
        name="no number",
        sentence=(
            "At a rate of 100 the network with residual connections ends without a number or above "
            "guessing, and where its losses are nan, its accuracy is the share of class 0 among "
            "the labels."
        ),
        catalogue=("M11", "M10"),
        reads=("residual, rate of 100",),
        control=("residual",),
        evidence=read.no_number,
        measured=(
            "validation at the end: all losses nan and the accuracy equal to the share of class 0, "
            "or no loss nan and their mean above ln K"
        ),
        rule=any_of(
            all_of(equal("losses that are no number", 1), equal("off the share of class 0", 0)),
            all_of(equal("losses that are no number", 0), above("above ln K", 0)),
        ),
        effect="losses that are no number",
    ),
    Claim(
        name="collapse",
        sentence=(
            "Four convolutions at a rate of .07 and a momentum of .95 learn to have 60 % right or "
            "more, and then lose 15 points or more within one epoch."
        ),
        catalogue=("M11",),
        reads=("hot",),
        control=("hot, clipped",),
        evidence=read.collapse,
        measured=(
            "training accuracy: the steepest fall within one epoch is .15 or more, after a best "
            "of .6 or more"
        ),
        rule=all_of(at_least("steepest fall", 0.15), at_least("best so far", 0.6)),
        effect="steepest fall",
    ),
    Claim(
        name="clipping saves",
        sentence=(
            "The same training clipped to a norm of 1 ends with 90 % right or more, and above the "
            "one without; more than half of its steps were cut."
        ),
        catalogue=("C38",),
        reads=("hot", "hot, clipped"),
        control=("hot", "hot"),
        evidence=read.saved,
        measured=(
            "training accuracy over the last three epochs: clipped .9 or more, and .05 or more "
            "above; the share of steps with a longer gradient is above .5"
        ),
        rule=all_of(
            at_least("clipped", 0.9),
            at_least(difference("clipped", "without"), 0.05),
            above("share of steps cut", 0.5),
        ),
        effect="share of steps cut",
    ),
    Claim(
        name="a rate in disguise",
        sentence=(
            "Where every step is cut, half the limit at twice the rate is the same training: the "
            "losses stay within .001 nats, from the first epoch to the last."
        ),
        catalogue=("C38",),
        reads=("residual, cut", "residual, cut twice"),
        control=("residual", "residual, cut twice"),
        evidence=read.product,
        measured=(
            "99 % of the steps or more were cut in both; the training losses are at most .001 "
            "nats apart in any epoch, and fall by .02 or more"
        ),
        rule=all_of(
            at_least("share of steps cut", 0.99),
            at_most("losses apart", 0.001),
            at_least("fall of the loss", 0.02),
        ),
        effect="losses apart",
    ),
    Claim(
        name="bottleneck",
        sentence=(
            "A bottleneck of one channel keeps the loss up and the accuracy down, at 1 nat or more "
            "and at 65 % right or fewer, and they go opposite ways all the same."
        ),
        catalogue=("C39",),
        reads=("one channel",),
        control=("residual",),
        evidence=read.capped,
        measured=(
            "training, last three epochs: loss 1 or more, accuracy .65 or less; their rank "
            "correlation over all epochs is -.5 or less"
        ),
        rule=all_of(
            at_least("loss", 1), at_most("accuracy", 0.65), at_most("rank correlation", -0.5)
        ),
        effect="rank correlation",
    ),
    Claim(
        name="summed heads",
        sentence=(
            "With two auxiliary heads the printed validation loss lies .1 nats or more above the "
            "cross-entropy of the network's own answers."
        ),
        catalogue=("C40",),
        reads=("normalised, heads",),
        control=("normalised",),
        evidence=read.heads_in_the_loss,
        measured="val_loss less the cross-entropy of the last head, at the end: .1 or more",
        rule=at_least("printed less own", 0.1),
        effect="printed less own",
    ),
)

ACCURACY = "validation accuracy, last three epochs"
EPOCHS = "epochs sooner that 60 % of the validation images are right"
MIDDLE = "validation accuracy of a linear readout in the middle"
END = "the same at the end"
NONE, SOON = 0.05, 1.0
LOOSE = 2  # times these bounds, where He's weights alone leave a wide spread


def _started(arm: str, says: str, verdict: str, *catalogue: str) -> Remedy:
    """Give what was tried on the network that does not begin."""
    told = f"Twelve plain layers: {says}"
    return Remedy(arm, catalogue, ACCURACY, read.gain_accuracy, NONE, verdict, says=told)


def _heads(arm: str, against: str, on: str, loose: float) -> tuple[Remedy, ...]:
    """Give everything that heads might gain on a network that trains."""
    gains = (
        (ACCURACY, read.gain_accuracy, NONE),
        (EPOCHS, read.gain_epochs, SOON),
        (MIDDLE, read.gain_middle, NONE),
        (END, read.gain_end, NONE),
    )
    return tuple(
        Remedy(
            arm,
            ("C40",),
            what,
            gain,
            loose * bound,
            "does nothing",
            against,
            f"{on}: two auxiliary heads.",
        )
        for what, gain, bound in gains
    )


REMEDIES = (
    _started("He", "He's first weights.", "helps", "M18"),
    _started("normalised", "BatchNormalization.", "helps", "C36", "M18"),
    _started("residual", "residual connections.", "helps", "M18"),
    _started("Adam", "Adam at .003.", "helps", "M18"),
    _started("higher rate", "a rate of 1.", "does nothing", "M18", "M11"),
    _started("lower rate", "a rate of .01.", "does nothing", "M18"),
    _started("heads", "two auxiliary heads.", "does nothing", "C40", "M18"),
    *_heads("He, heads", "He", "He's first weights", LOOSE),
    *_heads("normalised, heads", "normalised", "BatchNormalization", 1),
    Remedy(
        "hot, clipped",
        ("C38",),
        ACCURACY,
        read.gain_accuracy,
        NONE,
        "helps",
        "hot",
        "Four layers at a rate too high: clipped to a norm of 1.",
    ),
    Remedy(
        "residual, cut",
        ("C38",),
        ACCURACY,
        read.gain_accuracy,
        NONE,
        "harms",
        "residual",
        "Residual connections: clipped to a norm of .1.",
    ),
    Remedy(
        "one channel",
        ("C39",),
        ACCURACY,
        read.gain_accuracy,
        NONE,
        "harms",
        "residual",
        "Residual connections: a bottleneck of one channel.",
    ),
)
