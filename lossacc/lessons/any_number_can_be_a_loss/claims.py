"""What `any-number-can-be-a-loss` claims, and what each loss comes to."""

from __future__ import annotations

from lossacc.claims.experiment import Claim, Remedy
from lossacc.claims.rules import all_of, at_least, at_most, equal
from lossacc.lessons.any_number_can_be_a_loss import evidence as read
from lossacc.lessons.any_number_can_be_a_loss.variants import WRONG_ON, wrong
from lossacc.losses.formulas import FORMULAS

HARD, SHARP = "1 - accuracy", "smoothed error, T 0.01"
SMOOTH = ("smoothed error, T 0.1", "smoothed error, T 1", "smoothed error, T 10")

CLAIMS = (
    Claim(
        name="nothing moves",
        sentence=(
            "Trained on 1 - accuracy, the network has a gradient of exactly 0 in every epoch, and "
            "no logit moves by a single bit."
        ),
        catalogue=("C09", "C10"),
        reads=(HARD,),
        control=("base",),
        evidence=read.stillness,
        measured="the gradient norm is 0 in every epoch, and all logits stay as they were",
        rule=all_of(equal("longest gradient", 0), equal("largest change of a logit", 0)),
        effect="longest gradient",
    ),
    Claim(
        name="too hard",
        sentence=(
            "1 - accuracy smoothed over a hundredth of a logit has a gradient, and still nothing "
            "is learned: at most one training image in four is right at the end."
        ),
        catalogue=("C10",),
        reads=(SHARP,),
        control=(SMOOTH[1],),
        evidence=read.end,
        measured="the training accuracy ends at .25 or less",
        rule=at_most("training accuracy", 0.25),
        effect="training accuracy",
    ),
    Claim(
        name="soft enough",
        sentence=(
            "1 - accuracy smoothed over a tenth of a logit, over one, or over ten trains, each at "
            "a rate of its own: three in four validation images are right, or more."
        ),
        catalogue=("C10",),
        reads=SMOOTH,
        control=(SHARP, SHARP, SHARP),
        evidence=read.least_accuracy,
        measured="each of the three validation accuracies ends at .75 or more",
        rule=at_least("lowest validation accuracy", 0.75),
        effect="lowest validation accuracy",
    ),
    Claim(
        name="slow where far off",
        sentence=(
            "After eight epochs cross-entropy has eight in ten training images right or more, and "
            "the same network trained on 1 - p six in ten at most."
        ),
        catalogue=("C10",),
        reads=("base", "expected error"),
        control=("base", "generalised cross-entropy"),
        evidence=read.early,
        measured="at epoch 8 the training accuracies are .80 or more, and .60 or less",
        rule=all_of(at_least("cross-entropy, epoch 8", 0.8), at_most("the other, epoch 8", 0.6)),
        effect="the other, epoch 8",
    ),
    Claim(
        name="mean of all classes",
        sentence=(
            "The mean over all classes of a softmax is 1/K in every epoch, and no logit moves by "
            "more than rounding."
        ),
        catalogue=("C11",),
        reads=("mean probability, all classes",),
        control=("mean probability, sigmoids",),
        evidence=read.constant,
        measured=(
            "the objective is within 1e-6 of 1/K in every epoch, and no logit is ever 1e-3 from "
            "its start"
        ),
        rule=all_of(at_most("furthest from 1/K", 1e-6), at_most("largest change of a logit", 1e-3)),
        effect="largest change of a logit",
    ),
    Claim(
        name="mean of sigmoids",
        sentence=(
            "The mean of ten sigmoids is trained to below .01, and the accuracy stays where "
            "guessing is: at most three in ten."
        ),
        catalogue=("C11",),
        reads=("mean probability, sigmoids",),
        control=("base",),
        evidence=read.end,
        measured="the objective ends at .01 or less, the training accuracy at .30 or less",
        rule=all_of(at_most("objective", 0.01), at_most("training accuracy", 0.3)),
        effect="training accuracy",
    ),
    Claim(
        name="trained to be wrong",
        sentence=(
            "The probability of the right class, made small, brings the accuracy below chance: to "
            "2 % or less."
        ),
        catalogue=("C11",),
        reads=("mean probability, true class",),
        control=("base",),
        evidence=read.end,
        measured="the objective ends at .01 or less, the validation accuracy at .02 or less",
        rule=all_of(at_most("objective", 0.01), at_most("validation accuracy", 0.02)),
        effect="validation accuracy",
    ),
    Claim(
        name="scale is a rate",
        sentence=(
            "At the rate of cross-entropy mean squared error ends with 40 % of the images wrong "
            "or more; at ten times that rate with 15 % at most."
        ),
        catalogue=("M17",),
        reads=("mean squared error, same rate", "mean squared error"),
        control=("mean squared error", "mean squared error, same rate"),
        evidence=read.rates,
        measured="the validation accuracy ends at .60 or less, and at .85 or more",
        rule=all_of(at_most("at the same rate", 0.6), at_least("at its own rate", 0.85)),
        effect="gain",
    ),
    Claim(
        name="one training, two numbers",
        sentence=(
            "Mean absolute error at five times the rate is the same training as 1 - p: after "
            "three epochs no logit differs by more than .01, and one number is a fifth of the "
            "other."
        ),
        catalogue=("M17",),
        reads=("expected error", "mean absolute error"),
        control=("expected error", "mean squared error"),
        evidence=read.same_training,
        measured=(
            "over epochs 0 to 3 no logit differs by more than .01, and the mean ratio of the "
            "objectives is within .001 of .2"
        ),
        rule=all_of(
            at_most("largest difference of a logit", 0.01),
            equal("ratio of the objectives", 0.2, within=1e-3),
        ),
        effect="largest difference of a logit",
    ),
    Claim(
        name="floor of a second softmax",
        sentence=(
            "Through a second softmax the loss never goes below 1.461, though half of the "
            "validation images or more are right."
        ),
        catalogue=("C16",),
        reads=("softmax twice",),
        control=("base",),
        evidence=read.above_floor,
        measured=(
            "the objective is never below 1.460, and the validation accuracy ends at .50 or more"
        ),
        rule=all_of(at_least("lowest objective", 1.460), at_least("validation accuracy", 0.5)),
        effect="lowest objective",
    ),
    Claim(
        name="below zero",
        sentence=(
            "With labels and logits swapped in tf.nn the loss falls below -5, epoch after epoch, "
            "and never more than three in ten images are right."
        ),
        catalogue=("C14",),
        reads=("swapped: tf.nn, logits",),
        control=("swapped: Keras",),
        evidence=read.bottomless,
        measured=(
            "the objective goes to -5 or below, falls in every epoch in which it is a number, and "
            "the training accuracy is never above .30"
        ),
        rule=all_of(
            at_most("lowest objective", -5),
            equal("epochs in which it fell", "epochs with a number"),
            at_most("highest accuracy", 0.3),
        ),
        effect="highest accuracy",
    ),
    Claim(
        name="swapped and positive",
        sentence=(
            "With the arguments of Keras' categorical_crossentropy swapped, the loss is 16.118 (1 "
            "- p) in every epoch, and it trains: three in ten training images end right, or more."
        ),
        catalogue=("C14",),
        reads=("swapped: Keras",),
        control=("base",),
        evidence=read.swapped,
        measured=(
            "the objective is within a thousandth of 16.118 (1 - p) in every epoch, and the "
            "training accuracy ends at .30 or more"
        ),
        rule=all_of(
            at_most("largest relative difference", 1e-3), at_least("training accuracy", 0.3)
        ),
        effect="training accuracy",
    ),
    Claim(
        name="swapped is 1 - p",
        sentence=(
            "With labels and probabilities swapped in tf.nn the training is that of 1 - p: after "
            "three epochs no logit differs by more than .01."
        ),
        catalogue=("C14",),
        reads=("expected error", "swapped: tf.nn, probabilities"),
        control=("expected error", "softmax twice"),
        evidence=read.same_training,
        measured="over epochs 0 to 3 no logit differs by more than .01",
        rule=at_most("largest difference of a logit", 0.01),
        effect="largest difference of a logit",
    ),
    Claim(
        name="another ruler",
        sentence=(
            "1 - accuracy smoothed over a tenth of a logit ends with 85 % of the training images "
            "right, or more, and even the right ones cost 1 nat of cross-entropy or more, on "
            "average."
        ),
        catalogue=("M17", "C07"),
        reads=(SMOOTH[0],),
        control=("base",),
        evidence=read.right_by_a_hair,
        measured=(
            "over the last five epochs the training accuracy is .85 or more, and the mean plain "
            "cross-entropy of the images that are right 1.0 or more"
        ),
        rule=all_of(
            at_least("training accuracy", 0.85), at_least("cross-entropy of the right ones", 1.0)
        ),
        effect="cross-entropy of the right ones",
    ),
    Claim(
        name="floor of smoothed labels",
        sentence=(
            "With label smoothing the loss never goes below .500, while plain cross-entropy of "
            "the same images ends below .2 and all but one in a hundred are right."
        ),
        catalogue=("M08", "M17"),
        reads=("label smoothing",),
        control=("base",),
        evidence=read.above_floor,
        measured=(
            "the objective is never below .499, plain cross-entropy ends at .2 or less, the "
            "training accuracy at .99 or more"
        ),
        rule=all_of(
            at_least("lowest objective", 0.499),
            at_most("cross-entropy", 0.2),
            at_least("training accuracy", 0.99),
        ),
        effect="lowest objective",
    ),
    Claim(
        name="always falls",
        sentence=(
            "With all images in every step and a small rate, the training loss falls in each of a "
            "hundred steps."
        ),
        catalogue=("C12",),
        reads=("full batch",),
        control=("small batches",),
        evidence=read.rises,
        measured="the training loss rises in none of the steps, and falls by .03 or more in all",
        rule=all_of(equal("rises of the training loss", 0), at_least("fall in all", 0.03)),
        effect="rises of the training loss",
    ),
    Claim(
        name="small batches",
        sentence=(
            "With four images in a step the printed loss rises in three of ten steps or more, and "
            "that of all images in one of twenty or more."
        ),
        catalogue=("C12",),
        reads=("small batches",),
        control=("full batch",),
        evidence=read.rises,
        measured=(
            "of a hundred steps, the printed loss rises in 30 or more and the training loss in 5 "
            "or more"
        ),
        rule=all_of(
            at_least("rises of the printed loss", 30), at_least("rises of the training loss", 5)
        ),
        effect="rises of the printed loss",
    ),
    Claim(
        name="dropout",
        sentence=(
            "With dropout the printed loss rises in three of ten steps or more, while that of all "
            "images, without dropout, falls in nearly all."
        ),
        catalogue=("C12",),
        reads=("dropout",),
        control=("full batch",),
        evidence=read.rises,
        measured=(
            "of a hundred steps, the printed loss rises in 30 or more and the training loss in 5 "
            "or fewer"
        ),
        rule=all_of(
            at_least("rises of the printed loss", 30), at_most("rises of the training loss", 5)
        ),
        effect="rises of the printed loss",
    ),
    Claim(
        name="rate too high",
        sentence=(
            "With all images in every step and a rate too high, the loss rises in one step of ten "
            "or more."
        ),
        catalogue=("C12",),
        reads=("rate too high",),
        control=("full batch",),
        evidence=read.rises,
        measured="of a hundred steps, the training loss rises in 10 or more",
        rule=at_least("rises of the training loss", 10),
        effect="rises of the training loss",
    ),
)

OVER_CHANCE = "validation accuracy at the end, above chance"
CORRUPTED = "validation accuracy by the right labels, three training labels in ten wrong"
_STILL = (HARD, SHARP, "mean probability, all classes", "mean probability, sigmoids",
          "swapped: tf.nn, logits")  # fmt: skip
_UPSIDE_DOWN = "mean probability, true class"


def _catalogue(loss: str) -> tuple[str, ...]:
    """Give the ids that a loss speaks to."""
    for start, ids in (
        ("1 -", ("C09", "C10")),
        ("mean probability", ("C11",)),
        ("softmax", ("C16",)),
        ("swapped", ("C14",)),
        ("cross", ("C10",)),
    ):
        if loss.startswith(start):
            return ids
    return ("C10", "M17")


def _trains(loss: str) -> str:
    """Say what is expected of a loss: whether it trains at all."""
    return "harms" if loss == _UPSIDE_DOWN else "does nothing" if loss in _STILL else "helps"


REMEDIES = (
    *(
        Remedy(
            "base" if loss == "cross-entropy" else loss,
            _catalogue(loss),
            OVER_CHANCE,
            read.gain_over_chance,
            0.05,
            _trains(loss),
        )
        for loss in FORMULAS
    ),
    *(
        Remedy(
            wrong(loss),
            _catalogue(loss),
            CORRUPTED,
            read.gain,
            0.03,
            verdict,
            against=wrong("cross-entropy"),
        )
        for loss, verdict in WRONG_ON.items()
    ),
)
