"""What `the-penalty-inside-the-loss` claims."""

from __future__ import annotations

from lossacc.claims.experiment import Claim
from lossacc.lessons.the_penalty_inside_the_loss import evidence as read

CLAIMS = (
    Claim(
        "falls alone",
        "With far too much L2 the printed loss falls by 5 nats or more, the cross-entropy ends "
        "within .05 of ln 10, and the accuracy stays at chance.",
        ("C34",),
        ("base",),
        ("strong L2",),
        read.falls_alone,
        lambda e: (
            e["fall of the printed loss"] >= 5
            and e["its distance from ln K"] <= 0.05
            and e["accuracy above the base rate"] <= 0.05
        ),
        "from the first epoch to the last the printed training loss falls by 5 or more; the "
        "training cross-entropy ends within .05 of ln K, the accuracy at most .05 above the base "
        "rate",
        "fall of the printed loss",
    ),
    Claim(
        "weights shrink",
        "The penalty pays for more than nine tenths of the fall: the squared norm of the kernels "
        "ends below a hundredth of where it began.",
        ("C34",),
        ("base",),
        ("strong L2",),
        read.paid_by,
        lambda e: e["part of the penalty"] >= 0.9 and e["squared norm left"] <= 0.01,
        "of the fall of cross-entropy plus penalty the penalty makes .90 or more; the squared "
        "norm at the end is .01 of that at the start or less",
        "part of the penalty",
    ),
    Claim(
        "small rate",
        "A tenth of the rate draws the fall out, and the network learns no more.",
        ("C34",),
        ("small rate",),
        ("BatchNorm, L2",),
        read.falls_alone,
        lambda e: (
            e["fall of the printed loss"] >= 5
            and e["its distance from ln K"] <= 0.05
            and e["accuracy above the base rate"] <= 0.05
        ),
        "as for `falls alone`",
        "fall of the printed loss",
    ),
    Claim(
        "the log tells",
        "Logged beside it by Keras, the cross-entropy falls by less than .1 nats while the loss "
        "falls by 5 or more.",
        ("C35",),
        ("fit",),
        ("fit, strong L2",),
        read.logged,
        lambda e: e["fall of the loss"] >= 5 and abs(e["fall of the cross-entropy"]) <= 0.1,
        "in Keras' own log, from the first epoch to the last: loss down by 5 or more, crossentropy "
        "by .1 or less",
        "fall of the cross-entropy",
    ),
    Claim(
        "which numbers",
        "What `fit` prints as loss and val_loss and what `evaluate` gives contain the penalty; the "
        "cross-entropy logged as a metric does not.",
        ("C60",),
        ("fit, strong L2",),
        ("fit, weight decay",),
        read.contained,
        lambda e: (
            e["penalty"] >= 0.1
            and e["val_loss is off by"] <= 1e-4
            and e["evaluate is off by"] <= 1e-4
            and e["loss is outside its epoch by"] <= 0.01
        ),
        "with a penalty of .1 or more: val_loss minus val_crossentropy is the penalty to .0001 in "
        "every epoch, and so is the difference that evaluate gives; loss minus crossentropy lies "
        "between the penalties at the epoch's start and end, give or take .01",
        "val_loss is off by",
    ),
    Claim(
        "training mode",
        "With a Dropout of .5, the cross-entropy that Keras logs in training is .2 nats or more "
        "above that of the same images in evaluation mode.",
        ("C35",),
        ("fit, Dropout",),
        ("fit, strong L2",),
        read.training_mode,
        lambda e: e["too high by"] >= 0.2,
        "mean over the last five epochs, against the epoch's final weights in evaluation mode",
        "too high by",
    ),
    Claim(
        "share grows",
        "With a strong L2 the network learns, and the penalty's part of the loss grows from less "
        "than half to more than half.",
        ("C34", "C60"),
        ("strong L2",),
        ("base",),
        read.shares,
        lambda e: (
            e["at the start"] <= 0.45 and e["at the end"] >= 0.55 and e["training accuracy"] >= 0.8
        ),
        "of training cross-entropy plus penalty, the penalty makes .45 or less before training and "
        ".55 or more at the end; training accuracy .80 or more",
        "at the end",
    ),
    Claim(
        "not comparable",
        "The run with the strong L2 prints the higher validation loss, and has the lower "
        "validation cross-entropy.",
        ("C60", "C34"),
        ("no L2", "strong L2"),
        ("no L2", "base"),
        read.order,
        lambda e: e["printed, higher by"] > 0 and e["cross-entropy, lower by"] > 0,
        "over the last ten epochs the mean val_loss is higher with the L2, the mean validation "
        "cross-entropy lower",
        "cross-entropy, lower by",
    ),
    Claim(
        "never printed",
        "Too much weight_decay shrinks the weights as far, and the printed loss never leaves ln 10 "
        "by more than .1.",
        ("C34", "C41"),
        ("too much weight decay",),
        ("base",),
        read.unprinted,
        lambda e: (
            e["squared norm left"] <= 0.01
            and e["printed loss off ln K"] <= 0.1
            and e["accuracy above the base rate"] <= 0.05
        ),
        "the squared norm ends at .01 of its start or less, every printed training loss is within "
        ".1 of ln K, and the accuracy ends at most .05 above the base rate",
        "printed loss off ln K",
    ),
    Claim(
        "same in plain SGD",
        "Without momentum an L2 of .01 and a weight_decay of .02 make the same network, and print "
        "two losses.",
        ("C41", "C60"),
        ("plain SGD, L2", "plain SGD, weight decay"),
        ("strong L2", "weight decay, same pull"),
        read.same_network,
        lambda e: (
            abs(e["difference in cross-entropy"]) <= 0.03
            and e["difference in printed val_loss"] >= 0.5
            and e["accuracy above the base rate"] >= 0.1
        ),
        "at the end the training cross-entropies are within .03 of each other, and the printed "
        "val_loss of the L2 is .5 higher or more; training accuracy .10 above the base rate or "
        "more",
        "difference in cross-entropy",
    ),
    Claim(
        "momentum multiplies",
        "With momentum .9 the same weight_decay leaves twice the squared norm or more; ten times "
        "of it leaves as much as the L2, within a tenth.",
        ("C41",),
        ("strong L2", "weight decay, same pull", "weight decay, tenfold"),
        ("strong L2", "weight decay, tenfold", "weight decay, same pull"),
        read.tenfold,
        lambda e: e["same pull"] >= 2 and abs(e["ten times the pull"] - 1) <= 0.1,
        "squared norm at the end, over that with L2: 2 or more with the same pull, .9 to 1.1 with "
        "ten times the pull",
        "same pull",
    ),
    Claim(
        "Adam divides",
        "With Adam a weak L2 takes 8 % of the squared norm or more, over a hundred times what its "
        "pull adds up to; the same pull by the optimizer takes less than 1 %.",
        ("C41",),
        ("Adam, no L2", "Adam, weak L2", "Adam, weight decay"),
        ("no L2", "weak L2", "no L2"),
        read.adam,
        lambda e: (
            e["taken by L2"] >= 0.08
            and e["times its pull"] > 100
            and abs(e["taken by weight_decay"]) < 0.01
        ),
        "of the squared norm without a penalty, L2 takes .08 or more, and over 100 times what the "
        "rate times its slope adds up to in all steps; weight_decay takes less than .01",
        "taken by L2",
    ),
    Claim(
        "BatchNorm survives",
        "With BatchNorm the same L2 and rate shrink the squared norm to a tenth or less, and the "
        "network still learns.",
        ("C36", "C60"),
        ("BatchNorm, L2",),
        ("small rate",),
        read.survives,
        lambda e: e["squared norm left"] <= 0.1 and e["accuracy above the base rate"] >= 0.5,
        "the squared norm ends at .1 of its start or less, and training accuracy .50 or more above "
        "the base rate",
        "accuracy above the base rate",
    ),
    Claim(
        "BatchNorm shields",
        "L2 on convolutions that BatchNorm follows halves their squared norm or more, and leaves "
        "the network's answers, scored with the batch's own statistics, as they are.",
        ("C60", "C41"),
        ("BatchNorm, no L2", "BatchNorm, convolutions"),
        ("BatchNorm, no L2", "BatchNorm, L2"),
        read.shielded,
        lambda e: (
            e["squared norm left"] <= 0.5
            and abs(e["cross-entropy, higher by"]) <= 0.15
            and abs(e["spread of the logits, ratio"] - 1) <= 0.15
        ),
        "their squared norm ends at .5 of its start or less; with the statistics of the batch, the "
        "validation cross-entropy is within .15 of that without L2, and the logits' standard "
        "deviation within 15 %",
        "spread of the logits, ratio",
    ),
    Claim(
        "statistics lag",
        "In evaluation mode that network's validation cross-entropy is .1 nats or more higher "
        "than with the batch's own statistics: the running variance lags behind the weights.",
        ("C60", "C54"),
        ("BatchNorm, convolutions",),
        ("BatchNorm, no L2",),
        read.lagging,
        lambda e: e["too high by"] >= 0.1,
        "at the end, on the same images, evaluation mode .1 or more above",
        "too high by",
    ),
)
