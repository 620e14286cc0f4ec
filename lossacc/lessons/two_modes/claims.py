"""What `two-modes` claims, and what each remedy gains."""

from __future__ import annotations

from lossacc.claims.experiment import Claim, Remedy
from lossacc.lessons.two_modes import evidence as read

CLAIMS = (
    Claim(
        "both ways",
        "The same weights on the same images: with dropout training mode costs .1 nats more than "
        "evaluation mode, and after few updates with BatchNormalization .4 nats less.",
        ("C48",),
        ("at the end", "few updates"),
        ("plain", "plain"),
        read.both_ways,
        lambda e: e["with dropout"] >= 0.1 and e["after few updates"] <= -0.4,
        "at the end, without the penalty: training mode less evaluation mode is .1 or more with "
        "dropout before the last layer, and -.4 or less after 54 updates",
        "after few updates",
    ),
    Claim(
        "place",
        "With dropout before max-pooling, statistics computed anew gain evaluation mode 15 points "
        "or more on the training images; after max-pooling it is 10 points or more above training "
        "mode without them.",
        ("C53", "C48"),
        ("before pooling", "after pooling"),
        ("after pooling", "before pooling"),
        read.place,
        lambda e: (
            e["before, gain of new statistics"] >= 0.15
            and e["after, evaluation less training mode"] >= 0.1
        ),
        "accuracy on the training images at the end: new statistics gain .15 or more before; "
        "evaluation less training mode is .1 or more after",
        "before, gain of new statistics",
    ),
    Claim(
        "predicted",
        "Before training, the variance behind the first block is, with dropout over without, "
        "within 30 % of what four independent units give: 23 times with dropout before and after "
        "max-pooling, 9.3 times before, 4.4 times after.",
        ("C52", "C53"),
        ("base", "before pooling", "after pooling"),
        ("at the end", "at the end", "at the end"),
        read.predicted,
        lambda e: e["furthest off"] <= 0.3,
        "the variance ratio behind the first block, both in batch statistics, is within 30 % of "
        "the toy's in all three places",
        "furthest off",
    ),
    Claim(
        "variance",
        "Dropout before and after max-pooling makes the variance that the next BatchNormalization "
        "meets three times as large in training mode, or more.",
        ("C52", "C53"),
        ("base",),
        ("at the end",),
        read.variance,
        lambda e: min(e.values()) >= 3,
        "variance behind the second convolution, with dropout over without, both in batch "
        "statistics: 3 or more before training and at the end",
        "at the end",
    ),
    Claim(
        "of another network",
        "On the network that was asked about, a momentum of .9 takes less than .1 nats off the "
        "validation loss; statistics computed anew, with nothing trained, take .1 or more.",
        ("C52", "C54"),
        ("base", "momentum .9"),
        ("few updates", "few updates, momentum .9"),
        read.other_network,
        lambda e: e["fall by the momentum"] < 0.1 <= e["fall by new statistics"],
        "mean validation loss of the last six epochs: with the momentum less than .1 lower, with "
        "new statistics at the end .1 lower or more",
        "fall by new statistics",
    ),
    Claim(
        "few updates",
        "After 54 updates at a momentum of .99 evaluation mode costs .4 nats more than training "
        "mode; at .9, with the same weights, and with statistics computed anew, less than .2.",
        ("C54",),
        ("few updates", "few updates, momentum .9"),
        ("few updates, momentum .9", "few updates"),
        read.few_updates,
        lambda e: (
            e["at .99"] >= 0.4
            and e["at .9"] < 0.2
            and e["statistics anew"] < 0.2
            and e["printed losses apart"] == 0
        ),
        "on the training images, evaluation less training mode: .4 or more at .99, below .2 at "
        ".9 and with new statistics; both print the same losses",
        "at .99",
    ),
    Claim(
        "batches of one",
        "In batches of one, training mode learns nothing, and evaluation costs 5 nats or more.",
        ("C37", "C54"),
        ("batches of 1",),
        ("plain, batches of 1",),
        read.ruined,
        lambda e: (
            e["training mode"] >= read.ALL_ALIKE - 0.1
            and e["evaluation mode"] >= 5
            and e["accuracy, statistics anew"] <= 0.4
        ),
        "on the training images: at least ln 6 - .1 in training mode, 5 or more in evaluation "
        "mode, and an accuracy of at most .4 with new statistics",
        "evaluation mode",
    ),
    Claim(
        "batches of two",
        "From batches of four to batches of two a network with BatchNormalization loses 7 points "
        "or more in validation, statistics computed anew, and more than one without it.",
        ("C37",),
        ("batches of 2", "batches of 4", "plain, batches of 2", "plain, batches of 4"),
        ("plain, batches of 2", "plain, batches of 4", "batches of 2", "batches of 4"),
        read.halved,
        lambda e: e["loss"] >= 0.07 and e["loss"] > e["loss, plain"],
        "validation accuracy at the end, with new statistics: .07 or more lower in batches of 2 "
        "than in batches of 4, and further than in the plain network",
        "loss",
    ),
    Claim(
        "batch size in each mode",
        "A trained network with BatchNormalization has at most 40 % of its training images right "
        "in training mode in batches of one, and 95 % or more in batches of 32; in evaluation "
        "mode the size of the batch changes nothing.",
        ("C57", "C48"),
        ("no dropout",),
        ("plain",),
        read.batch_sizes,
        lambda e: (
            e["batches of 1, training mode"] <= 0.4
            and e["batches of 32, training mode"] >= 0.95
            and e["evaluation mode, loss apart"] < 1e-4
        ),
        "on 96 training images: .4 or less, .95 or more; the losses in evaluation mode are within "
        ".0001",
        "batches of 1, training mode",
    ),
    Claim(
        "lag",
        "Without dropout and normalisation, moving the printed curve back by half an epoch takes "
        "away a third of its distance from evaluation mode, or more.",
        ("C49",),
        ("plain",),
        ("whole maps",),
        read.lag,
        lambda e: e["share left"] <= 0.67,
        "over the first 30 epochs, printed less evaluation mode in mid-epoch is at most two thirds "
        "of printed less evaluation mode at the epoch's end, in the mean of absolute values",
        "share left",
    ),
    Claim(
        "above validation",
        "With dropout after max-pooling the printed training loss lies above the validation loss, "
        "and in evaluation mode below; most of its gap is the part of dropout.",
        ("C47", "C48"),
        ("after pooling",),
        ("no dropout",),
        read.above,
        lambda e: (
            e["epochs with printed above validation"] >= 9
            and e["epochs with evaluation below validation"] >= 9
            and e["part of dropout"] > e["gap"] / 2 > 0
        ),
        "of the last ten epochs nine or more have the printed loss above, and nine or more that "
        "in evaluation mode below the validation loss; dropout makes more than half of the gap",
        "part of dropout",
    ),
    Claim(
        "rate",
        "At a rate of 3 the network trains with BatchNormalization, and not without.",
        ("C36",),
        ("rate of 3", "plain, rate of 3"),
        ("no dropout", "plain"),
        read.rates,
        lambda e: e["training mode"] >= 0.7 and e["training mode, plain"] <= 0.4,
        "accuracy in training mode at the end: .7 or more, and .4 or less without",
        "training mode",
    ),
    Claim(
        "unsteady in evaluation",
        "At that rate the validation loss leaps by 1 nat or more from one epoch to the next, and "
        "at least three times as far as the printed loss.",
        ("C36", "C54"),
        ("rate of 3",),
        ("no dropout",),
        read.leaps,
        lambda e: e["validation"] >= 1 and e["validation"] >= 3 * e["printed"],
        "largest rise from one epoch to the next after epoch 5: 1 or more, and three times that of "
        "the printed loss",
        "validation",
    ),
)

ACCURACY, ANEW = "validation accuracy at the end", "the same, statistics anew in both"
NONE, CLOSE = 0.05, 0.02

REMEDIES = (
    Remedy("momentum .9", ("C54",), ACCURACY, read.gain_validation, NONE, "does nothing"),
    Remedy(
        "base",
        ("C52", "C54"),
        ACCURACY,
        read.gain_anew,
        NONE,
        "helps",
        says="The running statistics computed anew; nothing is trained.",
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
        read.gain_anew,
        NONE,
        "helps",
        against="few updates",
        says="After 54 updates, the running statistics computed anew; nothing is trained.",
    ),
    Remedy(
        "batches of 4",
        ("C37",),
        "fall of the validation loss, nats, statistics anew in both",
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
        "batches of 2", ("C37",), ANEW, read.gain_both_anew, CLOSE, "harms", against="no dropout"
    ),
    Remedy(
        "rate of 3",
        ("C36",),
        ACCURACY,
        read.gain_validation,
        NONE,
        "helps",
        against="plain, rate of 3",
        says="BatchNormalization, at a rate of 3, without dropout.",
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
