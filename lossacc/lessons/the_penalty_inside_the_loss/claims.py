"""What `the-penalty-inside-the-loss` claims."""

from __future__ import annotations

from lossacc.claims.experiment import Claim
from lossacc.claims.rules import above, all_of, at_least, at_most, below, equal, size
from lossacc.lessons.the_penalty_inside_the_loss import evidence as read

CLAIMS = (
    Claim(
        name="falls alone",
        sentence=(
            "With far too much L2 the printed loss falls by 5 nats or more, the cross-entropy "
            "ends within .05 of ln 10, and the accuracy stays at chance."
        ),
        catalogue=("C34",),
        reads=("base",),
        control=("strong L2",),
        evidence=read.falls_alone,
        measured=(
            "from the first epoch to the last the printed training loss falls by 5 or more; the "
            "training cross-entropy ends within .05 of ln K, the accuracy at most .05 above the "
            "base rate"
        ),
        rule=all_of(
            at_least("fall of the printed loss", 5),
            at_most("its distance from ln K", 0.05),
            at_most("accuracy above the base rate", 0.05),
        ),
        effect="fall of the printed loss",
    ),
    Claim(
        name="weights shrink",
        sentence=(
            "The penalty pays for more than nine tenths of the fall: the squared norm of the "
            "kernels ends below a hundredth of where it began."
        ),
        catalogue=("C34",),
        reads=("base",),
        control=("strong L2",),
        evidence=read.paid_by,
        measured=(
            "of the fall of cross-entropy plus penalty the penalty makes .90 or more; the squared "
            "norm at the end is .01 of that at the start or less"
        ),
        rule=all_of(at_least("part of the penalty", 0.9), at_most("squared norm left", 0.01)),
        effect="part of the penalty",
    ),
    Claim(
        name="small rate",
        sentence="A tenth of the rate draws the fall out, and the network learns no more.",
        catalogue=("C34",),
        reads=("small rate",),
        control=("BatchNorm, L2",),
        evidence=read.falls_alone,
        measured="as for `falls alone`",
        rule=all_of(
            at_least("fall of the printed loss", 5),
            at_most("its distance from ln K", 0.05),
            at_most("accuracy above the base rate", 0.05),
        ),
        effect="fall of the printed loss",
    ),
    Claim(
        name="the log tells",
        sentence=(
            "Logged beside it by Keras, the cross-entropy falls by less than .1 nats while the "
            "loss falls by 5 or more."
        ),
        catalogue=("C35",),
        reads=("fit",),
        control=("fit, strong L2",),
        evidence=read.logged,
        measured=(
            "in Keras' own log, from the first epoch to the last: loss down by 5 or more, "
            "crossentropy by .1 or less"
        ),
        rule=all_of(
            at_least("fall of the loss", 5), at_most(size("fall of the cross-entropy"), 0.1)
        ),
        effect="fall of the cross-entropy",
    ),
    Claim(
        name="which numbers",
        sentence=(
            "What `fit` prints as loss and val_loss and what `evaluate` gives contain the "
            "penalty; the cross-entropy logged as a metric does not."
        ),
        catalogue=("C60",),
        reads=("fit, strong L2",),
        control=("fit, weight decay",),
        evidence=read.contained,
        measured=(
            "with a penalty of .1 or more: val_loss minus val_crossentropy is the penalty to "
            ".0001 in every epoch, and so is the difference that evaluate gives; loss minus "
            "crossentropy lies between the penalties at the epoch's start and end, give or take "
            ".01"
        ),
        rule=all_of(
            at_least("penalty", 0.1),
            at_most("val_loss is off by", 1e-4),
            at_most("evaluate is off by", 1e-4),
            at_most("loss is outside its epoch by", 0.01),
        ),
        effect="val_loss is off by",
    ),
    Claim(
        name="training mode",
        sentence=(
            "With a Dropout of .5, the cross-entropy that Keras logs in training is .2 nats or "
            "more above that of the same images in evaluation mode."
        ),
        catalogue=("C35",),
        reads=("fit, Dropout",),
        control=("fit, strong L2",),
        evidence=read.training_mode,
        measured=(
            "mean over the last five epochs, against the epoch's final weights in evaluation mode"
        ),
        rule=at_least("too high by", 0.2),
        effect="too high by",
    ),
    Claim(
        name="share grows",
        sentence=(
            "With a strong L2 the network learns, and the penalty's part of the loss grows from "
            "less than half to more than half."
        ),
        catalogue=("C34", "C60"),
        reads=("strong L2",),
        control=("base",),
        evidence=read.shares,
        measured=(
            "of training cross-entropy plus penalty, the penalty makes .45 or less before "
            "training and .55 or more at the end; training accuracy .80 or more"
        ),
        rule=all_of(
            at_most("at the start", 0.45),
            at_least("at the end", 0.55),
            at_least("training accuracy", 0.8),
        ),
        effect="at the end",
    ),
    Claim(
        name="not comparable",
        sentence=(
            "The run with the strong L2 prints the higher validation loss, and has the lower "
            "validation cross-entropy."
        ),
        catalogue=("C60", "C34"),
        reads=("no L2", "strong L2"),
        control=("no L2", "base"),
        evidence=read.order,
        measured=(
            "over the last ten epochs the mean val_loss is higher with the L2, the mean "
            "validation cross-entropy lower"
        ),
        rule=all_of(above("printed, higher by", 0), above("cross-entropy, lower by", 0)),
        effect="cross-entropy, lower by",
    ),
    Claim(
        name="never printed",
        sentence=(
            "Too much weight_decay shrinks the weights as far, and the printed loss never leaves "
            "ln 10 by more than .1."
        ),
        catalogue=("C34", "C41"),
        reads=("too much weight decay",),
        control=("base",),
        evidence=read.unprinted,
        measured=(
            "the squared norm ends at .01 of its start or less, every printed training loss is "
            "within .1 of ln K, and the accuracy ends at most .05 above the base rate"
        ),
        rule=all_of(
            at_most("squared norm left", 0.01),
            at_most("printed loss off ln K", 0.1),
            at_most("accuracy above the base rate", 0.05),
        ),
        effect="printed loss off ln K",
    ),
    Claim(
        name="same in plain SGD",
        sentence=(
            "Without momentum an L2 of .01 and a weight_decay of .02 make the same network, and "
            "print two losses."
        ),
        catalogue=("C41", "C60"),
        reads=("plain SGD, L2", "plain SGD, weight decay"),
        control=("strong L2", "weight decay, same pull"),
        evidence=read.same_network,
        measured=(
            "at the end the training cross-entropies are within .03 of each other, and the "
            "printed val_loss of the L2 is .5 higher or more; training accuracy .10 above the "
            "base rate or more"
        ),
        rule=all_of(
            at_most(size("difference in cross-entropy"), 0.03),
            at_least("difference in printed val_loss", 0.5),
            at_least("accuracy above the base rate", 0.1),
        ),
        effect="difference in cross-entropy",
    ),
    Claim(
        name="momentum multiplies",
        sentence=(
            "With momentum .9 the same weight_decay leaves twice the squared norm or more; ten "
            "times of it leaves as much as the L2, within a tenth."
        ),
        catalogue=("C41",),
        reads=("strong L2", "weight decay, same pull", "weight decay, tenfold"),
        control=("strong L2", "weight decay, tenfold", "weight decay, same pull"),
        evidence=read.tenfold,
        measured=(
            "squared norm at the end, over that with L2: 2 or more with the same pull, .9 to 1.1 "
            "with ten times the pull"
        ),
        rule=all_of(at_least("same pull", 2), equal("ten times the pull", 1, within=0.1)),
        effect="same pull",
    ),
    Claim(
        name="Adam divides",
        sentence=(
            "With Adam a weak L2 takes 8 % of the squared norm or more, over a hundred times what "
            "its pull adds up to; the same pull by the optimizer takes less than 1 %."
        ),
        catalogue=("C41",),
        reads=("Adam, no L2", "Adam, weak L2", "Adam, weight decay"),
        control=("no L2", "weak L2", "no L2"),
        evidence=read.adam,
        measured=(
            "of the squared norm without a penalty, L2 takes .08 or more, and over 100 times what "
            "the rate times its slope adds up to in all steps; weight_decay takes less than .01"
        ),
        rule=all_of(
            at_least("taken by L2", 0.08),
            above("times its pull", 100),
            below(size("taken by weight_decay"), 0.01),
        ),
        effect="taken by L2",
    ),
    Claim(
        name="BatchNorm survives",
        sentence=(
            "With BatchNorm the same L2 and rate shrink the squared norm to a tenth or less, and "
            "the network still learns."
        ),
        catalogue=("C36", "C60"),
        reads=("BatchNorm, L2",),
        control=("small rate",),
        evidence=read.survives,
        measured=(
            "the squared norm ends at .1 of its start or less, and training accuracy .50 or more "
            "above the base rate"
        ),
        rule=all_of(
            at_most("squared norm left", 0.1), at_least("accuracy above the base rate", 0.5)
        ),
        effect="accuracy above the base rate",
    ),
    Claim(
        name="BatchNorm shields",
        sentence=(
            "L2 on convolutions that BatchNorm follows halves their squared norm or more, and "
            "leaves the network's answers, scored with the batch's own statistics, as they are."
        ),
        catalogue=("C60", "C41"),
        reads=("BatchNorm, no L2", "BatchNorm, convolutions"),
        control=("BatchNorm, no L2", "BatchNorm, L2"),
        evidence=read.shielded,
        measured=(
            "their squared norm ends at .5 of its start or less; with the statistics of the "
            "batch, the validation cross-entropy is within .15 of that without L2, and the "
            "logits' standard deviation within 15 %"
        ),
        rule=all_of(
            at_most("squared norm left", 0.5),
            at_most(size("cross-entropy, higher by"), 0.15),
            equal("spread of the logits, ratio", 1, within=0.15),
        ),
        effect="spread of the logits, ratio",
    ),
    Claim(
        name="statistics lag",
        sentence=(
            "In evaluation mode that network's validation cross-entropy is .1 nats or more higher "
            "than with the batch's own statistics: the running variance lags behind the weights."
        ),
        catalogue=("C60", "C54"),
        reads=("BatchNorm, convolutions",),
        control=("BatchNorm, no L2",),
        evidence=read.lagging,
        measured="at the end, on the same images, evaluation mode .1 or more above",
        rule=at_least("too high by", 0.1),
        effect="too high by",
    ),
)
