"""What `the-ninety-per-cent-class` claims, and what each remedy gains."""

from __future__ import annotations

from lossacc.claims.experiment import Claim, Remedy
from lossacc.claims.rules import (
    all_of,
    at_least,
    at_most,
    below,
    difference,
    equal,
    least,
    most,
    plus,
    size,
    times,
)
from lossacc.lessons.the_ninety_per_cent_class import evidence as read

# One answer to every image, with its two numbers.
ONE_ANSWER = all_of(
    equal("epochs with one answer", read.EARLY.stop - read.EARLY.start),
    equal("accuracy", 0.9, within=1e-9),
    equal("validation accuracy", 0.9, within=1e-9),
    equal("loss", read.CONSTANT, within=0.05),
    equal("validation loss", read.CONSTANT, within=0.05),
)

CLAIMS = (
    Claim(
        name="one answer",
        sentence=(
            "Early on every image is called common: accuracy 90 %, and a loss within .05 of .325."
        ),
        catalogue=("C29", "C33"),
        reads=("base",),
        control=("equal classes",),
        evidence=read.constant_answer,
        measured=(
            "in epochs 5 to 8 all training images are called common, accuracy is .90 on both "
            "sets, and both mean losses are within .05 of .325"
        ),
        rule=ONE_ANSWER,
        effect="loss",
    ),
    Claim(
        name="any two classes",
        sentence="One class against one other, nine to one, gives the same two numbers.",
        catalogue=("C29",),
        reads=("two classes",),
        control=("equal classes",),
        evidence=read.constant_answer,
        measured="as for `one answer`",
        rule=ONE_ANSWER,
        effect="loss",
    ),
    Claim(
        name="rare loss rises",
        sentence=(
            "The loss of the rare class rises first, by one nat or more, while that of the common "
            "class falls below .3."
        ),
        catalogue=("C30",),
        reads=("base",),
        control=("equal classes",),
        evidence=read.rare_loss,
        measured=(
            "within six epochs the rare class's mean training loss is 1 above its start; the "
            "common class's is then below .3"
        ),
        rule=all_of(
            at_least(difference("rare, at its highest", "rare, at the start"), 1.0),
            below("common, then", 0.3),
        ),
        effect="rare, at its highest",
    ),
    Claim(
        name="log prior",
        sentence=(
            "An output bias at the log prior spares the loss its first fall, and not the one "
            "answer."
        ),
        catalogue=("C29",),
        reads=("base", "log prior"),
        control=("log prior", "base"),
        evidence=read.prior,
        measured=(
            "from epoch 0 to 3 the training loss falls by .2 or more with a bias of 0, by .05 or "
            "less with the log prior; with it too, all is called common for six epochs or more"
        ),
        rule=all_of(
            at_least("first fall, bias 0", 0.2),
            at_most(size("first fall, log prior"), 0.05),
            at_least("epochs with one answer, log prior", 6),
        ),
        effect="first fall, log prior",
    ),
    Claim(
        name="knows before it says",
        sentence=(
            "While every image is called common, the network ranks them already: with the "
            "threshold moved, balanced accuracy is .65 or more."
        ),
        catalogue=("C29", "C33"),
        reads=("base",),
        control=("equal classes",),
        evidence=read.knows,
        measured=(
            "in the last epoch with one answer: balanced accuracy .50, and .65 or more with the "
            "threshold at the rare class's share"
        ),
        rule=all_of(equal("balanced accuracy", 0.5), at_least("with the threshold moved", 0.65)),
        effect="with the threshold moved",
    ),
    Claim(
        name="patience helps",
        sentence=(
            "Of the rare validation images none is found in epochs 5 to 8, and 15 % or more at "
            "the end."
        ),
        catalogue=("C29", "C31"),
        reads=("base",),
        control=("rate too high",),
        evidence=read.patience,
        measured="recall of the rare class 0 in epochs 5 to 8, .15 or more over the last five",
        rule=all_of(equal("found, epochs 5 to 8", 0), at_least("found at the end", 0.15)),
        effect="found at the end",
    ),
    Claim(
        name="patience harms",
        sentence=(
            "With one label in ten wrong, in validation too, waiting harms: the validation loss "
            "ends .2 or more above its lowest, and so does that of the rare class."
        ),
        catalogue=("C31",),
        reads=("wrong labels",),
        control=("clipped short",),
        evidence=read.impatience,
        measured=(
            "over the last five epochs both losses are .2 or more above those of the epoch with "
            "the lowest validation loss"
        ),
        rule=all_of(
            at_least("rise of the loss", 0.2), at_least("rise of the rare class's loss", 0.2)
        ),
        effect="rise of the loss",
    ),
    Claim(
        name="imbalance is calm",
        sentence=(
            "At the same rate the steepest rise of the training loss is at most .15 nats higher "
            "for nine to one than for equal classes; both are learned."
        ),
        catalogue=("C30",),
        reads=("base", "equal classes"),
        control=("rate too high", "equal classes"),
        evidence=read.swings,
        measured=(
            "the steepest rise of the training loss from one epoch to the next is at most .15 "
            "above that with equal classes; both training accuracies end at .99 or more"
        ),
        rule=all_of(
            at_most("steepest rise", plus("steepest rise, equal classes", 0.15)),
            at_least(least("training accuracy", "training accuracy, equal classes"), 0.99),
        ),
        effect="steepest rise",
    ),
    Claim(
        name="rate destabilises",
        sentence=(
            "At a rate of .4 neither is learned: nine to one and equal classes both end within 10 "
            "points of their base rates."
        ),
        catalogue=("C30",),
        reads=("rate too high", "equal classes, rate too high"),
        control=("base", "equal classes"),
        evidence=read.frozen,
        measured=(
            "over the last 20 epochs the mean training accuracy is at most .10 above the base rate"
        ),
        rule=at_most(most(), 0.1),
        effect="accuracy above the base rate",
    ),
    Claim(
        name="loss and accuracy part",
        sentence=(
            "When class weights begin at the constant answer, the weighted loss and the accuracy "
            "fall together, in the same epochs, the accuracy by 20 points or more."
        ),
        catalogue=("C32",),
        reads=("log prior, class weights",),
        control=("log prior",),
        evidence=read.parting,
        measured=(
            "in one of the first six epochs the training accuracy is down by .2 or more and the "
            "weighted loss by .3 or more, and in one at least both fall"
        ),
        rule=all_of(
            at_least("fall of the weighted loss", 0.3),
            at_least("fall of the accuracy", 0.2),
            at_least("epochs in which both fell", 1),
        ),
        effect="fall of the accuracy",
    ),
    Claim(
        name="weights trade",
        sentence=(
            "In epochs 2 to 8 class weights raise balanced accuracy by 10 points or more, and "
            "lower plain accuracy by 2 or more."
        ),
        catalogue=("C32",),
        reads=("base", "class weights"),
        control=("base", "log prior"),
        evidence=read.weighted,
        measured=(
            "mean gain in balanced validation accuracy .10 or more, in plain accuracy -.02 or less"
        ),
        rule=all_of(
            at_least("gain in balanced accuracy, epochs 2 to 8", 0.1),
            at_most("gain in accuracy, epochs 2 to 8", -0.02),
        ),
        effect="gain in accuracy, epochs 2 to 8",
    ),
    Claim(
        name="weights fade",
        sentence=(
            "In epochs 5 to 15 class weights gain 10 points of balanced accuracy or more; at the "
            "end less than half of that is left."
        ),
        catalogue=("C32",),
        reads=("base", "class weights"),
        control=("base", "log prior"),
        evidence=read.weighted,
        measured=(
            "the gain in balanced accuracy over the last five epochs is less than half of that in "
            "epochs 5 to 15, which is .10 or more"
        ),
        rule=all_of(
            at_least("gain in balanced accuracy, epochs 5 to 15", 0.1),
            below(
                "gain in balanced accuracy, last five epochs",
                times(1 / 2, "gain in balanced accuracy, epochs 5 to 15"),
            ),
        ),
        effect="gain in balanced accuracy, last five epochs",
    ),
    Claim(
        name="two scales",
        sentence=(
            "With class_weight Keras first prints a training loss 1.4 times as high as the "
            "validation loss, or more, while the plain losses are alike."
        ),
        catalogue=("M12", "C32"),
        reads=("class weights",),
        control=("sample weights",),
        evidence=read.scales,
        measured=(
            "over epochs 1 to 3 the printed training loss is 1.4 times the printed validation "
            "loss or more; the plain ones are within 10 % of each other"
        ),
        rule=all_of(at_least("printed", 1.4), equal("plain", 1, within=0.1)),
        effect="printed",
    ),
    Claim(
        name="base-rate check",
        sentence="The base-rate check warns at epoch 5, and no longer at the end.",
        catalogue=("C33",),
        reads=("base",),
        control=("rate too high",),
        evidence=read.checked,
        measured=(
            "on the training images: accuracy is the base rate and there is one answer at epoch "
            "5; at the end it is .05 or more above"
        ),
        rule=all_of(
            equal("epoch 5: accuracy is the base rate", 1),
            equal("end: accuracy is the base rate", 0),
            at_least("end: accuracy above the base rate", 0.05),
        ),
        effect="end: accuracy above the base rate",
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
