"""What `three-boxes` claims, and what each remedy gains."""

from __future__ import annotations

from lossacc.analysis.phases import LOSS
from lossacc.claims.experiment import Claim, Remedy
from lossacc.claims.rules import (
    above,
    all_of,
    at_least,
    at_most,
    below,
    difference,
    equal,
    times,
)
from lossacc.lessons.three_boxes import evidence as read

# The box, by the rule of `lossacc.analysis.phases`.
GREEN = equal("green", 1)

CLAIMS = (
    Claim(
        name="red",
        sentence=(
            "Between the cuts the validation loss rises from its low by a twentieth or more, the "
            "accuracy falls from its best by a point or more, and a temperature takes less than "
            "half of the rise away."
        ),
        catalogue=("C41", "C50"),
        reads=("base",),
        control=("no decay",),
        evidence=read.red_rise,
        measured=(
            "from the five epochs of the lowest mean loss in the first half between the cuts to "
            "the second half: loss 5 % higher or more; from the five of the highest mean accuracy: "
            "accuracy .01 lower or more; with a temperature fitted for each epoch on half of the "
            "images, the loss of the others rises by more than half as much"
        ),
        rule=all_of(
            at_least("rise of the loss, of itself", LOSS),
            at_least("fall of the accuracy from its best", 0.01),
            above("rise with a temperature", times(1 / 2, "rise of the loss")),
        ),
        effect="rise of the loss",
    ),
    Claim(
        name="green",
        sentence=(
            "In each of the third to seventh epochs after the second cut the validation loss is "
            "lower by a twentieth or more, and the accuracy higher by half a point or more."
        ),
        catalogue=("C43", "C44", "C50"),
        reads=("base",),
        control=("no second cut",),
        evidence=read.falling,
        measured=(
            "each of the third to seventh epoch after the cut, against the mean of the second "
            "half between the cuts: loss 5 % lower or more, accuracy .005 higher or more"
        ),
        rule=GREEN,
        effect="fall of the loss",
    ),
    Claim(
        name="decay off",
        sentence=(
            "Without weight decay the second half between the cuts has a higher validation loss, "
            "and a higher accuracy too."
        ),
        catalogue=("C41", "C44"),
        reads=("base", "no decay"),
        control=("no decay", "base"),
        evidence=read.released,
        measured="over epochs 31 to 48 both means are higher",
        rule=all_of(
            above("loss in the second half, without minus with", 0),
            above("accuracy in the second half, without minus with", 0),
        ),
        effect="accuracy in the second half, without minus with",
    ),
    Claim(
        name="blue",
        sentence=(
            "At one small rate, without weight decay, the validation loss rises by a twentieth or "
            "more, and a temperature takes half of the rise away or more."
        ),
        catalogue=("C03",),
        reads=("small rate",),
        control=("base",),
        evidence=read.whole_rise,
        measured=(
            "from the five epochs of the lowest mean loss in the first half of the run to the "
            "second half: loss 5 % higher or more; with a temperature fitted for each epoch on "
            "half of the images, the loss of the others rises by at most half as much"
        ),
        rule=all_of(
            at_least("rise of the loss, of itself", LOSS),
            at_most("rise with a temperature", times(1 / 2, "rise of the loss")),
        ),
        effect="rise of the loss",
    ),
    Claim(
        name="kernels shrink",
        sentence=(
            "Between the cuts, at one rate, the kernels shrink by a third or more, and the "
            "effective rate doubles or more."
        ),
        catalogue=("C41",),
        reads=("base",),
        control=("no decay",),
        evidence=read.shrinking,
        measured=(
            "from epoch 12 to 48 the length of all kernels falls to 2/3 or less; the rate over "
            "its square is twice as high or more"
        ),
        rule=all_of(
            at_most("length of the kernels, of itself", 2 / 3), at_least("effective rate, times", 2)
        ),
        effect="effective rate, times",
    ),
    Claim(
        name="effective rate held",
        sentence=(
            "With the effective rate held, under the same decay, the second half between the cuts "
            "has a lower validation loss, and an accuracy higher by a point or more."
        ),
        catalogue=("C41",),
        reads=("base", "effective rate held"),
        control=("effective rate held", "base"),
        evidence=read.holding,
        measured="over epochs 31 to 48 the loss is lower and the accuracy .01 higher or more",
        rule=all_of(
            below("loss in the second half, held minus free", 0),
            at_least("accuracy in the second half, held minus free", 0.01),
        ),
        effect="accuracy in the second half, held minus free",
    ),
    Claim(
        name="two weight decays",
        sentence=(
            "Between the cuts Keras' weight decay shrinks the kernels by a third or more at ten "
            "times PyTorch's number, and by a quarter or less at the same number."
        ),
        catalogue=("C41",),
        reads=("Keras' decay, tenfold", "Keras' decay"),
        control=("Keras' decay", "Keras' decay, tenfold"),
        evidence=read.meanings,
        measured=(
            "from epoch 12 to 48 the length of all kernels falls to 2/3 or less at .1, and to 3/4 "
            "or more at .01"
        ),
        rule=all_of(at_most("length, tenfold", 2 / 3), at_least("length, same number", 0.75)),
        effect="length, tenfold",
    ),
    Claim(
        name="batch for rate",
        sentence=(
            "Ten times the batch, at the same rate and with a tenth of the steps in an epoch, "
            "lowers the validation loss too, by 4 % or more, and raises the accuracy."
        ),
        catalogue=("C43",),
        reads=("larger batch",),
        control=("no second cut",),
        evidence=read.falling_slowly,
        measured=(
            "against the mean of the second half between the cuts: the loss of each of the "
            "twentieth to twenty-fourth epoch after is 4 % lower or more, their mean accuracy "
            "higher"
        ),
        rule=all_of(at_least("least fall, of itself", 0.04), above("gain in accuracy", 0)),
        effect="fall of the loss",
    ),
    Claim(
        name="average for rate",
        sentence=(
            "The mean of the weights from before the cut makes a green box too, without a single "
            "step at a lower rate."
        ),
        catalogue=("C43", "C45"),
        reads=("averaged weights",),
        control=("no second cut",),
        evidence=read.falling,
        measured="as for `green`",
        rule=GREEN,
        effect="fall of the loss",
    ),
    Claim(
        name="fits faster",
        sentence=(
            "Within a few epochs the second cut takes the training loss to half or less of what "
            "it was between the cuts."
        ),
        catalogue=("C44", "C46"),
        reads=("base",),
        control=("no second cut",),
        evidence=read.training_falls,
        measured=(
            "mean training loss, in evaluation mode, of the third to seventh epoch after the cut "
            "at most half of the median of the second half between the cuts"
        ),
        rule=at_most("left", 1 / 2),
        effect="left",
    ),
    Claim(
        name="wrong ones grow surer",
        sentence=(
            "Without weight decay, between the cuts, the images that stay wrong add .01 nats or "
            "more to the loss, at least half of what it rises by, and fewer than one image in ten "
            "changes sides."
        ),
        catalogue=("C03", "C04"),
        reads=("no decay",),
        control=("base",),
        evidence=read.payers,
        measured=(
            "in the ledger from the low to the second half between the cuts: `stayed wrong` adds "
            "at least .01 and half of the change in loss; newly right and newly wrong are fewer "
            "than .1 of the images"
        ),
        rule=all_of(
            at_least("paid by those that stayed wrong", 0.01),
            at_least("paid by those that stayed wrong", times(1 / 2, "rise of the loss")),
            below("images that change sides", 0.1),
        ),
        effect="images that change sides",
    ),
    Claim(
        name="temperature",
        sentence=(
            "Without decay a temperature above 1.5 fits at the end and takes .1 nats or more off "
            "the validation loss."
        ),
        catalogue=("C03",),
        reads=("no decay",),
        control=("base",),
        evidence=read.cooled,
        measured="fitted on one half of the validation images, judged on the other",
        rule=all_of(above("temperature", 1.5), at_least(difference("loss", "loss with it"), 0.1)),
        effect="temperature",
    ),
    Claim(
        name="two training losses",
        sentence=(
            "With fresh noise the printed training loss lies above the validation loss, by .05 or "
            "more, while the training loss in evaluation mode lies below it in every epoch."
        ),
        catalogue=("C42", "C47"),
        reads=("fresh noise",),
        control=("base",),
        evidence=read.two_losses,
        measured="mean over epochs 13 to 24; each of these epochs",
        rule=all_of(
            at_least("printed minus validation", 0.05), equal("epochs with training below", 1)
        ),
        effect="printed minus validation",
    ),
)

END_LOSS = "validation loss at the end, nats"
END_ACCURACY = "validation accuracy at the end"
LATE_LOSS = "validation loss, epochs 31 to 48, nats"
LATE_ACCURACY = "validation accuracy, epochs 31 to 48"
NATS, POINTS = 0.05, 0.005
AT_THE_END = 0.02  # about half of what is gained between the cuts

REMEDIES = (
    Remedy("no decay", ("C41",), LATE_ACCURACY, read.gain_late_accuracy, POINTS, "helps"),
    Remedy("no decay", ("C41",), END_LOSS, read.gain_loss, NATS, "harms"),
    Remedy("tenth of the decay", ("C41", "C50"), END_LOSS, read.gain_loss, NATS, "harms"),
    Remedy("Keras' decay", ("C41",), END_LOSS, read.gain_loss, NATS, "harms"),
    Remedy(
        "effective rate held", ("C41",), LATE_ACCURACY, read.gain_late_accuracy, POINTS, "helps"
    ),
    Remedy("effective rate held", ("C41",), LATE_LOSS, read.gain_late_loss, NATS, "helps"),
    Remedy(
        "effective rate held",
        ("C41",),
        END_ACCURACY,
        read.gain_accuracy,
        AT_THE_END,
        "does nothing",
    ),
    Remedy(
        "base",
        ("C43", "C44"),
        END_LOSS,
        read.gain_loss,
        NATS,
        "helps",
        against="no second cut",
        says="The second cut, against none.",
    ),
    Remedy(
        "base",
        ("C43", "C44"),
        END_ACCURACY,
        read.gain_accuracy,
        POINTS,
        "helps",
        against="no second cut",
        says="The second cut, against none.",
    ),
    Remedy("early second cut", ("C43",), LATE_ACCURACY, read.gain_late_accuracy, POINTS, "helps"),
    Remedy("early second cut", ("C43",), END_LOSS, read.gain_loss, NATS, "does nothing"),
    Remedy(
        "larger batch",
        ("C43",),
        END_LOSS,
        read.gain_loss,
        NATS,
        "helps",
        against="no second cut",
    ),
    Remedy(
        "averaged weights",
        ("C43", "C45"),
        END_LOSS,
        read.gain_loss,
        NATS,
        "helps",
        against="no second cut",
    ),
    Remedy("averaged weights", ("C45",), END_ACCURACY, read.gain_accuracy, POINTS, "helps"),
    Remedy(
        "no decay",
        ("C03",),
        END_LOSS,
        read.gain_cooled,
        NATS,
        "helps",
        against="no decay",
        says="Without decay: a temperature, fitted on half of the images and judged on the others.",
    ),
    Remedy(
        "base",
        ("C03",),
        END_LOSS,
        read.gain_cooled,
        NATS,
        "does nothing",
        says="With decay: the same.",
    ),
    Remedy(
        "no decay",
        ("C03", "C45"),
        "validation loss, against the end, nats",
        read.gain_low_loss,
        NATS,
        "helps",
        against="no decay",
        says="Without decay: the weights of the lowest loss instead of the last.",
    ),
    Remedy(
        "no decay",
        ("C03", "C45"),
        "validation accuracy, against the end",
        read.gain_low_accuracy,
        POINTS,
        "harms",
        against="no decay",
        says="Without decay: the weights of the lowest loss instead of the last.",
    ),
)
