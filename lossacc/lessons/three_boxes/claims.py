"""What `three-boxes` claims, and what each remedy gains."""

from __future__ import annotations

from lossacc.analysis.phases import LOSS
from lossacc.claims.experiment import Claim, Remedy
from lossacc.lessons.three_boxes import evidence as read

CLAIMS = (
    Claim(
        "red",
        "Between the cuts the validation loss rises by a twentieth or more, the accuracy falls by "
        "a point or more, and a temperature takes less than half of the rise away.",
        ("C41", "C50"),
        ("base",),
        ("no decay",),
        read.cooled_rise,
        lambda e: (
            read.is_red(e)
            and e["gain in accuracy"] <= -0.01
            and e["rise with a temperature"] > e["rise of the loss"] / 2
        ),
        "from the five epochs of the lowest mean loss in the first half between the cuts to the "
        "second half: loss 5 % higher or more, accuracy .01 lower or more; with a temperature "
        "fitted for each epoch on half of the images, the loss of the others rises by more than "
        "half as much",
        "rise of the loss",
    ),
    Claim(
        "green",
        "In each of the third to seventh epochs after the second cut the validation loss is lower "
        "by a twentieth or more, and the accuracy higher by half a point or more.",
        ("C43", "C44", "C50"),
        ("base",),
        ("no second cut",),
        read.falling,
        read.is_green,
        "each of the third to seventh epoch after the cut, against the mean of the second half "
        "between the cuts: loss 5 % lower or more, accuracy .005 higher or more",
        "fall of the loss",
    ),
    Claim(
        "decay off",
        "Without weight decay the second half between the cuts has a higher validation loss, and a "
        "higher accuracy too.",
        ("C41", "C44"),
        ("base", "no decay"),
        ("no decay", "base"),
        read.released,
        lambda e: (
            e["loss in the second half, without minus with"] > 0
            and e["accuracy in the second half, without minus with"] > 0
        ),
        "over epochs 31 to 48 both means are higher",
        "accuracy in the second half, without minus with",
    ),
    Claim(
        "blue",
        "At one small rate, without weight decay, the validation loss rises by a twentieth or "
        "more, and a temperature takes half of the rise away or more.",
        ("C03",),
        ("small rate",),
        ("base",),
        read.whole_rise,
        lambda e: (
            e["rise of the loss, of itself"] >= LOSS
            and e["rise with a temperature"] <= e["rise of the loss"] / 2
        ),
        "from the five epochs of the lowest mean loss in the first half of the run to the second "
        "half: loss 5 % higher or more; with a temperature fitted for each epoch on half of the "
        "images, the loss of the others rises by at most half as much",
        "rise of the loss",
    ),
    Claim(
        "kernels shrink",
        "Between the cuts, at one rate, the kernels shrink by a third or more, and the effective "
        "rate doubles or more.",
        ("C41",),
        ("base",),
        ("no decay",),
        read.shrinking,
        lambda e: (
            e["length of the kernels, of itself"] <= 2 / 3 and e["effective rate, times"] >= 2
        ),
        "from epoch 12 to 48 the length of all kernels falls to 2/3 or less; the rate over its "
        "square is twice as high or more",
        "effective rate, times",
    ),
    Claim(
        "effective rate held",
        "With the effective rate held, under the same decay, the second half between the cuts has "
        "a lower validation loss, and an accuracy higher by a point or more.",
        ("C41",),
        ("base", "effective rate held"),
        ("effective rate held", "base"),
        read.holding,
        lambda e: (
            e["loss in the second half, held minus free"] < 0
            and e["accuracy in the second half, held minus free"] >= 0.01
        ),
        "over epochs 31 to 48 the loss is lower and the accuracy .01 higher or more",
        "accuracy in the second half, held minus free",
    ),
    Claim(
        "two weight decays",
        "Between the cuts Keras' weight decay shrinks the kernels by a third or more at ten times "
        "PyTorch's number, and by a quarter or less at the same number.",
        ("C41",),
        ("Keras' decay, tenfold", "Keras' decay"),
        ("Keras' decay", "Keras' decay, tenfold"),
        read.meanings,
        lambda e: e["length, tenfold"] <= 2 / 3 and e["length, same number"] >= 0.75,
        "from epoch 12 to 48 the length of all kernels falls to 2/3 or less at .1, and to 3/4 or "
        "more at .01",
        "length, tenfold",
    ),
    Claim(
        "batch for rate",
        "Ten times the batch, at the same rate and with a tenth of the steps in an epoch, lowers "
        "the validation loss too, by 4 % or more, and raises the accuracy.",
        ("C43",),
        ("larger batch",),
        ("no second cut",),
        read.falling_slowly,
        lambda e: e["least fall, of itself"] >= 0.04 and e["gain in accuracy"] > 0,
        "against the mean of the second half between the cuts: the loss of each of the twentieth "
        "to twenty-fourth epoch after is 4 % lower or more, their mean accuracy higher",
        "fall of the loss",
    ),
    Claim(
        "average for rate",
        "The mean of the weights from before the cut makes a green box too, without a single step "
        "at a lower rate.",
        ("C43", "C45"),
        ("averaged weights",),
        ("no second cut",),
        read.falling,
        read.is_green,
        "as for `green`",
        "fall of the loss",
    ),
    Claim(
        "fits faster",
        "Within a few epochs the second cut takes the training loss to half or less of what it was "
        "between the cuts.",
        ("C44", "C46"),
        ("base",),
        ("no second cut",),
        read.training_falls,
        lambda e: e["left"] <= 1 / 2,
        "mean training loss, in evaluation mode, of the third to seventh epoch after the cut at "
        "most half of that of the second half between the cuts",
        "left",
    ),
    Claim(
        "wrong ones grow surer",
        "Without weight decay, between the cuts, the images that stay wrong add .01 nats or more "
        "to the loss, at least half of what it rises by, and fewer than one image in ten changes "
        "sides.",
        ("C03", "C04"),
        ("no decay",),
        ("base",),
        read.payers,
        lambda e: (
            e["paid by those that stayed wrong"] >= max(0.01, e["rise of the loss"] / 2)
            and e["images that change sides"] < 0.1
        ),
        "in the ledger from the low to the second half between the cuts: `stayed wrong` adds "
        "at least .01 and half of the change in loss; newly right and newly wrong are fewer than "
        ".1 of the images",
        "images that change sides",
    ),
    Claim(
        "temperature",
        "Without decay a temperature above 1.5 fits at the end and takes .1 nats or more off the "
        "validation loss.",
        ("C03",),
        ("no decay",),
        ("base",),
        read.cooled,
        lambda e: e["temperature"] > 1.5 and e["loss"] - e["loss with it"] >= 0.1,
        "fitted on one half of the validation images, judged on the other",
        "temperature",
    ),
    Claim(
        "two training losses",
        "With fresh noise the printed training loss lies above the validation loss, by .05 or "
        "more, while the training loss in evaluation mode lies below it in every epoch.",
        ("C42", "C47"),
        ("fresh noise",),
        ("base",),
        read.two_losses,
        lambda e: e["printed minus validation"] >= 0.05 and e["epochs with training below"] == 1,
        "mean over epochs 13 to 24; each of these epochs",
        "printed minus validation",
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
