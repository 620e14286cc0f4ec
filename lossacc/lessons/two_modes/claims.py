"""What `two-modes` claims, and what each remedy gains."""

from __future__ import annotations

from lossacc.claims.experiment import Claim, Remedy
from lossacc.claims.rules import above, all_of, at_least, at_most, below, equal, least, times
from lossacc.lessons.two_modes import evidence as read

CLAIMS = (
    Claim(
        name="both ways",
        sentence=(
            "The same weights on the same images: with dropout training mode costs .1 nats more "
            "than evaluation mode, and after few updates with BatchNormalization .4 nats less."
        ),
        catalogue=("C48",),
        reads=("at the end", "few updates"),
        control=("plain", "plain"),
        evidence=read.both_ways,
        measured=(
            "at the end, without the penalty: training mode less evaluation mode is .1 or more "
            "with dropout before the last layer, and -.4 or less after 54 updates"
        ),
        rule=all_of(at_least("with dropout", 0.1), at_most("after few updates", -0.4)),
        effect="after few updates",
    ),
    Claim(
        name="place",
        sentence=(
            "With dropout before max-pooling, recomputed statistics gain evaluation mode 15 "
            "points or more on the training images; after max-pooling it is 10 points or more "
            "above training mode without them."
        ),
        catalogue=("C53", "C48"),
        reads=("before pooling", "after pooling"),
        control=("after pooling", "before pooling"),
        evidence=read.place,
        measured=(
            "accuracy on the training images at the end: new statistics gain .15 or more before; "
            "evaluation less training mode is .1 or more after"
        ),
        rule=all_of(
            at_least("before, gain of new statistics", 0.15),
            at_least("after, evaluation less training mode", 0.1),
        ),
        effect="before, gain of new statistics",
    ),
    Claim(
        name="predicted",
        sentence=(
            "Before training, the variance behind the first block is, with dropout over without, "
            "within 30 % of what four independent units give: 23 times with dropout before and "
            "after max-pooling, 9.3 times before, 4.4 times after."
        ),
        catalogue=("C52", "C53"),
        reads=("base", "before pooling", "after pooling"),
        control=("at the end", "at the end", "at the end"),
        evidence=read.predicted,
        measured=(
            "the variance ratio behind the first block, both in batch statistics, is within 30 % "
            "of the toy's in all three places"
        ),
        rule=at_most("furthest off", 0.3),
        effect="furthest off",
    ),
    Claim(
        name="variance",
        sentence=(
            "Dropout before and after max-pooling makes the variance that the next "
            "BatchNormalization meets three times as large in training mode, or more."
        ),
        catalogue=("C52", "C53"),
        reads=("base",),
        control=("at the end",),
        evidence=read.variance,
        measured=(
            "variance behind the second convolution, with dropout over without, both in batch "
            "statistics: 3 or more before training and at the end"
        ),
        rule=at_least(least(), 3),
        effect="at the end",
    ),
    Claim(
        name="of another network",
        sentence=(
            "On the network that was asked about, a momentum of .9 takes less than .1 nats off "
            "the validation loss; recomputed statistics, with nothing trained, take .1 or "
            "more."
        ),
        catalogue=("C52", "C54"),
        reads=("base", "momentum .9"),
        control=("few updates", "few updates, momentum .9"),
        evidence=read.other_network,
        measured=(
            "mean validation loss of the last six epochs: with the momentum less than .1 lower, "
            "with new statistics at the end .1 lower or more"
        ),
        rule=all_of(below("fall by the momentum", 0.1), at_least("fall by new statistics", 0.1)),
        effect="fall by new statistics",
    ),
    Claim(
        name="few updates",
        sentence=(
            "After 54 updates at a momentum of .99 evaluation mode costs .4 nats more than "
            "training mode; at .9, with the same weights, and with recomputed statistics, less "
            "than .2."
        ),
        catalogue=("C54",),
        reads=("few updates", "few updates, momentum .9"),
        control=("few updates, momentum .9", "few updates"),
        evidence=read.few_updates,
        measured=(
            "on the training images, evaluation less training mode: .4 or more at .99, below .2 "
            "at .9 and with new statistics; both print the same losses"
        ),
        rule=all_of(
            at_least("at .99", 0.4),
            below("at .9", 0.2),
            below("statistics recomputed", 0.2),
            equal("printed losses apart", 0),
        ),
        effect="at .99",
    ),
    Claim(
        name="batches of one",
        sentence=(
            "In batches of one, training mode learns nothing, and evaluation costs 5 nats or more."
        ),
        catalogue=("C37", "C54"),
        reads=("batches of 1",),
        control=("plain, batches of 1",),
        evidence=read.ruined,
        measured=(
            "on the training images: at least ln 6 - .1 in training mode, 5 or more in evaluation "
            "mode, and an accuracy of at most .4 with new statistics"
        ),
        rule=all_of(
            at_least("training mode", read.ALL_ALIKE - 0.1),
            at_least("evaluation mode", 5),
            at_most("accuracy, statistics recomputed", 0.4),
        ),
        effect="evaluation mode",
    ),
    Claim(
        name="batches of two",
        sentence=(
            "From batches of four to batches of two a network with BatchNormalization loses 7 "
            "points or more in validation, with recomputed statistics, and more than one without "
            "it."
        ),
        catalogue=("C37",),
        reads=("batches of 2", "batches of 4", "plain, batches of 2", "plain, batches of 4"),
        control=("plain, batches of 2", "plain, batches of 4", "batches of 2", "batches of 4"),
        evidence=read.halved,
        measured=(
            "validation accuracy at the end, with new statistics: .07 or more lower in batches of "
            "2 than in batches of 4, and further than in the plain network"
        ),
        rule=all_of(at_least("loss", 0.07), above("loss", "loss, plain")),
        effect="loss",
    ),
    Claim(
        name="batch size in each mode",
        sentence=(
            "A trained network with BatchNormalization has at most 40 % of its training images "
            "right in training mode in batches of one, and 95 % or more in batches of 32; in "
            "evaluation mode the size of the batch changes nothing."
        ),
        catalogue=("C57", "C48"),
        reads=("no dropout",),
        control=("plain",),
        evidence=read.batch_sizes,
        measured=(
            "on 96 training images: .4 or less, .95 or more; the losses in evaluation mode are "
            "within .0001"
        ),
        rule=all_of(
            at_most("batches of 1, training mode", 0.4),
            at_least("batches of 32, training mode", 0.95),
            below("evaluation mode, loss apart", 1e-4),
        ),
        effect="batches of 1, training mode",
    ),
    Claim(
        name="lag",
        sentence=(
            "Without dropout and normalisation, moving the printed curve back by half an epoch "
            "takes away a third of its distance from evaluation mode, or more."
        ),
        catalogue=("C49",),
        reads=("plain",),
        control=("whole maps",),
        evidence=read.lag,
        measured=(
            "over the first 30 epochs, printed less evaluation mode in mid-epoch is at most two "
            "thirds of printed less evaluation mode at the epoch's end, in the mean of absolute "
            "values"
        ),
        rule=at_most("share left", 0.67),
        effect="share left",
    ),
    Claim(
        name="above validation",
        sentence=(
            "With dropout after max-pooling the printed training loss lies above the validation "
            "loss, and in evaluation mode below; most of its gap is the part of dropout."
        ),
        catalogue=("C47", "C48"),
        reads=("after pooling",),
        control=("no dropout",),
        evidence=read.above,
        measured=(
            "of the last ten epochs nine or more have the printed loss above, and nine or more "
            "that in evaluation mode below the validation loss; dropout makes more than half of "
            "the gap"
        ),
        rule=all_of(
            at_least("epochs with printed above validation", 9),
            at_least("epochs with evaluation below validation", 9),
            all_of(above("part of dropout", times(1 / 2, "gap")), above(times(1 / 2, "gap"), 0)),
        ),
        effect="part of dropout",
    ),
    Claim(
        name="rate",
        sentence="At a rate of 2 the network trains with BatchNormalization, and not without.",
        catalogue=("C36",),
        reads=("rate of 2", "plain, rate of 2"),
        control=("no dropout", "plain"),
        evidence=read.rates,
        measured="accuracy in training mode at the end: .85 or more, and .4 or less without",
        rule=all_of(at_least("training mode", 0.85), at_most("training mode, plain", 0.4)),
        effect="training mode",
    ),
    Claim(
        name="unsteady in evaluation",
        sentence=(
            "At that rate the validation loss leaps by 1 nat or more from one epoch to the next, "
            "and at least three times as far as the printed loss."
        ),
        catalogue=("C36", "C54"),
        reads=("rate of 2",),
        control=("no dropout",),
        evidence=read.leaps,
        measured=(
            "largest rise from one epoch to the next after epoch 5: 1 or more, and three times "
            "that of the printed loss"
        ),
        rule=all_of(at_least("validation", 1), at_least("validation", times(3, "printed"))),
        effect="validation",
    ),
)

ACCURACY, RECOMPUTED = "validation accuracy at the end", "the same, statistics recomputed in both"
NONE, CLOSE = 0.05, 0.02

REMEDIES = (
    Remedy("momentum .9", ("C54",), ACCURACY, read.gain_validation, NONE, "does nothing"),
    Remedy(
        "base",
        ("C52", "C54"),
        ACCURACY,
        read.gain_recomputed,
        NONE,
        "helps",
        says="The running statistics recomputed; nothing is trained.",
    ),
    Remedy("larger batch", ("C55",), ACCURACY, read.gain_validation, NONE, "does nothing"),
    Remedy("before pooling", ("C53",), ACCURACY, read.gain_validation, NONE, "helps"),
    Remedy("after pooling", ("C53",), ACCURACY, read.gain_validation, NONE, "helps"),
    Remedy("at the end", ("C53",), ACCURACY, read.gain_validation, NONE, "helps"),
    Remedy("whole maps", ("C53",), ACCURACY, read.gain_validation, NONE, "helps"),
    Remedy("no normalisation", ("C36",), ACCURACY, read.gain_validation, NONE, "does nothing"),
    Remedy("layers normalised", ("C36",), ACCURACY, read.gain_validation, NONE, "does nothing"),
    Remedy(
        "few updates, momentum .9",
        ("C54",),
        ACCURACY,
        read.gain_validation,
        NONE,
        "helps",
        against="few updates",
    ),
    Remedy(
        "few updates",
        ("C54",),
        ACCURACY,
        read.gain_recomputed,
        NONE,
        "helps",
        against="few updates",
        says="After 54 updates, the running statistics recomputed; nothing is trained.",
    ),
    Remedy(
        "batches of 4",
        ("C37",),
        "fall of the validation loss, nats, statistics recomputed in both",
        read.gain_loss,
        CLOSE,
        "helps",
        against="no dropout",
    ),
    Remedy(
        "batches of 4",
        ("C37",),
        ACCURACY,
        read.gain_validation,
        NONE,
        "does nothing",
        against="no dropout",
    ),
    Remedy(
        "batches of 2",
        ("C37",),
        RECOMPUTED,
        read.gain_both_recomputed,
        CLOSE,
        "harms",
        against="no dropout",
    ),
    Remedy(
        "rate of 2",
        ("C36",),
        ACCURACY,
        read.gain_validation,
        NONE,
        "helps",
        against="plain, rate of 2",
        says="BatchNormalization, at a rate of 2, without dropout.",
    ),
    Remedy(
        "plain, batches of 4",
        ("C37",),
        "fall of the validation loss, nats",
        read.gain_loss,
        CLOSE,
        "harms",
        against="plain",
    ),
)
