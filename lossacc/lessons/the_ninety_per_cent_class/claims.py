"""What `the-ninety-per-cent-class` claims, and what each remedy gains."""

from __future__ import annotations

from lossacc.claims.experiment import Claim, Remedy
from lossacc.lessons.the_ninety_per_cent_class import evidence as read

CLAIMS = (
    Claim(
        "one answer",
        "Early on every image is called common: accuracy 90 %, and a loss within .05 of .325.",
        ("C29", "C33"),
        ("base",),
        ("equal classes",),
        read.constant_answer,
        read.is_constant,
        "in epochs 5 to 8 all training images are called common, accuracy is .90 on both sets, and "
        "both mean losses are within .05 of .325",
        "loss",
    ),
    Claim(
        "any two classes",
        "One class against one other, nine to one, gives the same two numbers.",
        ("C29",),
        ("two classes",),
        ("equal classes",),
        read.constant_answer,
        read.is_constant,
        "as for `one answer`",
        "loss",
    ),
    Claim(
        "rare loss rises",
        "The loss of the rare class rises first, by one nat or more, while that of the common "
        "class falls below .3.",
        ("C30",),
        ("base",),
        ("equal classes",),
        read.rare_loss,
        lambda e: (
            e["rare, at its highest"] - e["rare, at the start"] >= 1.0 and e["common, then"] < 0.3
        ),
        "within six epochs the rare class's mean training loss is 1 above its start; the common "
        "class's is then below .3",
        "rare, at its highest",
    ),
    Claim(
        "log prior",
        "An output bias at the log prior spares the loss its first fall, and not the one answer.",
        ("C29",),
        ("base", "log prior"),
        ("log prior", "base"),
        read.prior,
        lambda e: (
            e["first fall, bias 0"] >= 0.2
            and abs(e["first fall, log prior"]) <= 0.05
            and e["epochs with one answer, log prior"] >= 6
        ),
        "from epoch 0 to 3 the training loss falls by .2 or more with a bias of 0, by .05 or less "
        "with the log prior; with it too, all is called common for six epochs or more",
        "first fall, log prior",
    ),
    Claim(
        "knows before it says",
        "While every image is called common, the network ranks them already: with the threshold "
        "moved, balanced accuracy is .65 or more.",
        ("C29", "C33"),
        ("base",),
        ("equal classes",),
        read.knows,
        lambda e: e["balanced accuracy"] == 0.5 and e["with the threshold moved"] >= 0.65,
        "in the last epoch with one answer: balanced accuracy .50, and .65 or more with the "
        "threshold at the rare class's share",
        "with the threshold moved",
    ),
    Claim(
        "patience helps",
        "Of the rare validation images none is found in epochs 5 to 8, and 15 % or more at the "
        "end.",
        ("C29", "C31"),
        ("base",),
        ("rate too high",),
        read.patience,
        lambda e: e["found, epochs 5 to 8"] == 0 and e["found at the end"] >= 0.15,
        "recall of the rare class 0 in epochs 5 to 8, .15 or more over the last five",
        "found at the end",
    ),
    Claim(
        "patience harms",
        "With one label in ten wrong, in validation too, waiting harms: the validation loss ends "
        ".2 or more above its lowest, and so does that of the rare class.",
        ("C31",),
        ("wrong labels",),
        ("clipped short",),
        read.impatience,
        lambda e: e["rise of the loss"] >= 0.2 and e["rise of the rare class's loss"] >= 0.2,
        "over the last five epochs both losses are .2 or more above those of the epoch with the "
        "lowest validation loss",
        "rise of the loss",
    ),
    Claim(
        "imbalance is calm",
        "At the same rate the steepest rise of the training loss is at most .15 nats higher for "
        "nine to one than for equal classes; both are learned.",
        ("C30",),
        ("base", "equal classes"),
        ("rate too high", "equal classes"),
        read.swings,
        lambda e: (
            e["steepest rise"] <= e["steepest rise, equal classes"] + 0.15
            and min(e["training accuracy"], e["training accuracy, equal classes"]) >= 0.99
        ),
        "the steepest rise of the training loss from one epoch to the next is at most .15 above "
        "that with equal classes; both training accuracies end at .99 or more",
        "steepest rise",
    ),
    Claim(
        "rate destabilises",
        "At a rate of .4 neither is learned: nine to one and equal classes both end within 10 "
        "points of their base rates.",
        ("C30",),
        ("rate too high", "equal classes, rate too high"),
        ("base", "equal classes"),
        read.frozen,
        lambda e: max(e.values()) <= 0.1,
        "over the last 20 epochs the mean training accuracy is at most .10 above the base rate",
        "accuracy above the base rate",
    ),
    Claim(
        "loss and accuracy part",
        "When class weights begin at the constant answer, the weighted loss and the accuracy fall "
        "together, in the same epochs, the accuracy by 20 points or more.",
        ("C32",),
        ("log prior, class weights",),
        ("log prior",),
        read.parting,
        lambda e: (
            e["fall of the weighted loss"] >= 0.3
            and e["fall of the accuracy"] >= 0.2
            and e["epochs in which both fell"] >= 1
        ),
        "in one of the first six epochs the training accuracy is down by .2 or more and the "
        "weighted loss by .3 or more, and in one at least both fall",
        "fall of the accuracy",
    ),
    Claim(
        "weights trade",
        "In epochs 2 to 8 class weights raise balanced accuracy by 10 points or more, and lower "
        "plain accuracy by 2 or more.",
        ("C32",),
        ("base", "class weights"),
        ("base", "log prior"),
        read.weighted,
        lambda e: (
            e["gain in balanced accuracy, epochs 2 to 8"] >= 0.1
            and e["gain in accuracy, epochs 2 to 8"] <= -0.02
        ),
        "mean gain in balanced validation accuracy .10 or more, in plain accuracy -.02 or less",
        "gain in accuracy, epochs 2 to 8",
    ),
    Claim(
        "weights fade",
        "In epochs 5 to 15 class weights gain 10 points of balanced accuracy or more; at the end "
        "less than half of that is left.",
        ("C32",),
        ("base", "class weights"),
        ("base", "log prior"),
        read.weighted,
        lambda e: (
            e["gain in balanced accuracy, epochs 5 to 15"] >= 0.1
            and e["gain in balanced accuracy, last five epochs"]
            < e["gain in balanced accuracy, epochs 5 to 15"] / 2
        ),
        "the gain in balanced accuracy over the last five epochs is less than half of that in "
        "epochs 5 to 15, which is .10 or more",
        "gain in balanced accuracy, last five epochs",
    ),
    Claim(
        "two scales",
        "With class_weight Keras first prints a training loss 1.4 times as high as the validation "
        "loss, or more, while the plain losses are alike.",
        ("M12", "C32"),
        ("class weights",),
        ("sample weights",),
        read.scales,
        lambda e: e["printed"] >= 1.4 and abs(e["plain"] - 1) <= 0.1,
        "over epochs 1 to 3 the printed training loss is 1.4 times the printed validation loss or "
        "more; the plain ones are within 10 % of each other",
        "printed",
    ),
    Claim(
        "base-rate check",
        "The base-rate check warns at epoch 5, and no longer at the end.",
        ("C33",),
        ("base",),
        ("rate too high",),
        read.checked,
        lambda e: (
            e["epoch 5: accuracy is the base rate"] == 1
            and e["end: accuracy is the base rate"] == 0
            and e["end: accuracy above the base rate"] >= 0.05
        ),
        "on the training images: accuracy is the base rate and there is one answer at epoch 5; at "
        "the end it is .05 or more above",
        "end: accuracy above the base rate",
    ),
)

BALANCED, EARLY = "balanced accuracy at the end", "balanced accuracy, epochs 5 to 15"
POINTS = 0.02  # two points of accuracy are no gain

REMEDIES = (
    Remedy(
        "base",
        ("C31",),
        "balanced accuracy at the end, against epoch 15",
        read.gain_waiting,
        POINTS,
        "helps",
        says="Patience: 60 epochs instead of 15.",
    ),
    Remedy(
        "wrong labels",
        ("C31",),
        "fall of the validation loss, nats, from its lowest point to the end",
        read.gain_waiting_loss,
        0.05,
        "harms",
        against="wrong labels",
        says="Patience where one label in ten is wrong: 120 epochs instead of the best one.",
    ),
    Remedy("clipped", ("C23", "C38"), BALANCED, read.gain_late, POINTS, "does nothing"),
    Remedy("clipped short", ("C23", "C38"), BALANCED, read.gain_late, POINTS, "harms"),
    Remedy(
        "rate too high, clipped short",
        ("C30", "C38"),
        BALANCED,
        read.gain_late,
        POINTS,
        "helps",
        against="rate too high",
    ),
    Remedy("large network", ("C26",), BALANCED, read.gain_late, POINTS, "does nothing"),
    Remedy("class weights", ("C32",), EARLY, read.gain_early, POINTS, "helps"),
    Remedy(
        "class weights",
        ("C32",),
        "plain accuracy, epochs 2 to 8",
        read.gain_plain_early,
        POINTS,
        "harms",
    ),
    Remedy("class weights", ("C32",), BALANCED, read.gain_late, POINTS, "helps"),
    Remedy("sample weights", ("C32",), EARLY, read.gain_early, POINTS, "helps"),
    Remedy("sample weights", ("C32",), BALANCED, read.gain_late, POINTS, "helps"),
    Remedy("oversampled", ("C32",), BALANCED, read.gain_late, POINTS, "helps"),
    Remedy("log prior", ("C29",), BALANCED, read.gain_late, POINTS, "does nothing"),
    Remedy(
        "base",
        ("C29", "C33"),
        BALANCED,
        read.gain_moved,
        POINTS,
        "helps",
        says="The threshold moved to the rare class's share; nothing is trained.",
    ),
)
