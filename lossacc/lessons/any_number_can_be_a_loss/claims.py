"""What `any-number-can-be-a-loss` claims, and what each loss comes to."""

from __future__ import annotations

from lossacc.claims.experiment import Claim, Remedy
from lossacc.lessons.any_number_can_be_a_loss import evidence as read
from lossacc.lessons.any_number_can_be_a_loss.variants import WRONG_ON, wrong
from lossacc.losses.formulas import FORMULAS

HARD, SHARP = "1 - accuracy", "smoothed error, T 0.01"
SMOOTH = ("smoothed error, T 0.1", "smoothed error, T 1", "smoothed error, T 10")

CLAIMS = (
    Claim(
        "nothing moves",
        "Trained on 1 - accuracy, the network has a gradient of exactly 0 in every epoch, and no "
        "logit moves by a single bit.",
        ("C09", "C10"),
        (HARD,),
        ("base",),
        read.stillness,
        lambda e: e["longest gradient"] == 0 and e["largest change of a logit"] == 0,
        "the gradient norm is 0 in every epoch, and all logits stay as they were",
        "longest gradient",
    ),
    Claim(
        "too hard",
        "1 - accuracy smoothed over a hundredth of a logit has a gradient, and still nothing is "
        "learned: at most one training image in four is right at the end.",
        ("C10",),
        (SHARP,),
        (SMOOTH[1],),
        read.end,
        lambda e: e["training accuracy"] <= 0.25,
        "the training accuracy ends at .25 or less",
        "training accuracy",
    ),
    Claim(
        "soft enough",
        "1 - accuracy smoothed over a tenth of a logit, over one, or over ten trains, each at a "
        "rate of its own: three in four validation images are right, or more.",
        ("C10",),
        SMOOTH,
        (SHARP, SHARP, SHARP),
        read.least_accuracy,
        lambda e: e["lowest validation accuracy"] >= 0.75,
        "each of the three validation accuracies ends at .75 or more",
        "lowest validation accuracy",
    ),
    Claim(
        "slow where far off",
        "After eight epochs cross-entropy has eight in ten training images right or more, and the "
        "same network trained on 1 - p six in ten at most.",
        ("C10",),
        ("base", "expected error"),
        ("base", "generalised cross-entropy"),
        read.early,
        lambda e: e["cross-entropy, epoch 8"] >= 0.8 and e["the other, epoch 8"] <= 0.6,
        "at epoch 8 the training accuracies are .80 or more, and .60 or less",
        "the other, epoch 8",
    ),
    Claim(
        "mean of all classes",
        "The mean over all classes of a softmax is 1/K in every epoch, and no logit moves by more "
        "than rounding.",
        ("C11",),
        ("mean probability, all classes",),
        ("mean probability, sigmoids",),
        read.constant,
        lambda e: e["furthest from 1/K"] <= 1e-6 and e["largest change of a logit"] <= 1e-3,
        "the objective is within 1e-6 of 1/K in every epoch, and no logit is ever 1e-3 from its "
        "start",
        "largest change of a logit",
    ),
    Claim(
        "mean of sigmoids",
        "The mean of ten sigmoids is trained to below .01, and the accuracy stays where guessing "
        "is: at most three in ten.",
        ("C11",),
        ("mean probability, sigmoids",),
        ("base",),
        read.end,
        lambda e: e["objective"] <= 0.01 and e["training accuracy"] <= 0.3,
        "the objective ends at .01 or less, the training accuracy at .30 or less",
        "training accuracy",
    ),
    Claim(
        "trained to be wrong",
        "The probability of the right class, made small, brings the accuracy below chance: to 2 % "
        "or less.",
        ("C11",),
        ("mean probability, true class",),
        ("base",),
        read.end,
        lambda e: e["objective"] <= 0.01 and e["validation accuracy"] <= 0.02,
        "the objective ends at .01 or less, the validation accuracy at .02 or less",
        "validation accuracy",
    ),
    Claim(
        "scale is a rate",
        "At the rate of cross-entropy mean squared error ends with 40 % of the images wrong or "
        "more; at ten times that rate with 15 % at most.",
        ("M17",),
        ("mean squared error, same rate", "mean squared error"),
        ("mean squared error", "mean squared error, same rate"),
        read.rates,
        lambda e: e["at the same rate"] <= 0.6 and e["at its own rate"] >= 0.85,
        "the validation accuracy ends at .60 or less, and at .85 or more",
        "gain",
    ),
    Claim(
        "one training, two numbers",
        "Mean absolute error at five times the rate is the same training as 1 - p: after three "
        "epochs no logit differs by more than .01, and one number is a fifth of the other.",
        ("M17",),
        ("expected error", "mean absolute error"),
        ("expected error", "mean squared error"),
        read.same_training,
        lambda e: (
            e["largest difference of a logit"] <= 0.01
            and abs(e["ratio of the objectives"] - 0.2) <= 1e-3
        ),
        "over epochs 0 to 3 no logit differs by more than .01, and the mean ratio of the "
        "objectives is within .001 of .2",
        "largest difference of a logit",
    ),
    Claim(
        "floor of a second softmax",
        "Through a second softmax the loss never goes below 1.461, though half of the validation "
        "images or more are right.",
        ("C16",),
        ("softmax twice",),
        ("base",),
        read.above_floor,
        lambda e: e["lowest objective"] >= 1.460 and e["validation accuracy"] >= 0.5,
        "the objective is never below 1.460, and the validation accuracy ends at .50 or more",
        "lowest objective",
    ),
    Claim(
        "below zero",
        "With labels and logits swapped in tf.nn the loss falls below -5, epoch after epoch, and "
        "never more than three in ten images are right.",
        ("C14",),
        ("swapped: tf.nn, logits",),
        ("swapped: Keras",),
        read.bottomless,
        lambda e: (
            e["lowest objective"] <= -5
            and e["epochs in which it fell"] == e["epochs with a number"]
            and e["highest accuracy"] <= 0.3
        ),
        "the objective goes to -5 or below, falls in every epoch in which it is a number, and the "
        "training accuracy is never above .30",
        "highest accuracy",
    ),
    Claim(
        "swapped and positive",
        "With the arguments of Keras' categorical_crossentropy swapped, the loss is 16.118 (1 - p) "
        "in every epoch, and it trains: three in ten training images end right, or more.",
        ("C14",),
        ("swapped: Keras",),
        ("base",),
        read.swapped,
        lambda e: e["largest relative difference"] <= 1e-3 and e["training accuracy"] >= 0.3,
        "the objective is within a thousandth of 16.118 (1 - p) in every epoch, and the training "
        "accuracy ends at .30 or more",
        "training accuracy",
    ),
    Claim(
        "swapped is 1 - p",
        "With labels and probabilities swapped in tf.nn the training is that of 1 - p: after three "
        "epochs no logit differs by more than .01.",
        ("C14",),
        ("expected error", "swapped: tf.nn, probabilities"),
        ("expected error", "softmax twice"),
        read.same_training,
        lambda e: e["largest difference of a logit"] <= 0.01,
        "over epochs 0 to 3 no logit differs by more than .01",
        "largest difference of a logit",
    ),
    Claim(
        "another ruler",
        "1 - accuracy smoothed over a tenth of a logit ends with 85 % of the training images "
        "right, or more, and even the right ones cost 1 nat of cross-entropy or more, on average.",
        ("M17", "C07"),
        (SMOOTH[0],),
        ("base",),
        read.right_by_a_hair,
        lambda e: e["training accuracy"] >= 0.85 and e["cross-entropy of the right ones"] >= 1.0,
        "over the last five epochs the training accuracy is .85 or more, and the mean plain "
        "cross-entropy of the images that are right 1.0 or more",
        "cross-entropy of the right ones",
    ),
    Claim(
        "floor of smoothed labels",
        "With label smoothing the loss never goes below .500, while plain cross-entropy of the "
        "same images ends below .2 and all but one in a hundred are right.",
        ("M08", "M17"),
        ("label smoothing",),
        ("base",),
        read.above_floor,
        lambda e: (
            e["lowest objective"] >= 0.499
            and e["cross-entropy"] <= 0.2
            and e["training accuracy"] >= 0.99
        ),
        "the objective is never below .499, plain cross-entropy ends at .2 or less, the training "
        "accuracy at .99 or more",
        "lowest objective",
    ),
    Claim(
        "always falls",
        "With all images in every step and a small rate, the training loss falls in each of a "
        "hundred steps.",
        ("C12",),
        ("full batch",),
        ("small batches",),
        read.rises,
        lambda e: e["rises of the training loss"] == 0 and e["fall in all"] >= 0.03,
        "the training loss rises in none of the steps, and falls by .03 or more in all",
        "rises of the training loss",
    ),
    Claim(
        "small batches",
        "With four images in a step the printed loss rises in three of ten steps or more, and that "
        "of all images in one of twenty or more.",
        ("C12",),
        ("small batches",),
        ("full batch",),
        read.rises,
        lambda e: e["rises of the printed loss"] >= 30 and e["rises of the training loss"] >= 5,
        "of a hundred steps, the printed loss rises in 30 or more and the training loss in 5 or "
        "more",
        "rises of the printed loss",
    ),
    Claim(
        "dropout",
        "With dropout the printed loss rises in three of ten steps or more, while that of all "
        "images, without dropout, falls in nearly all.",
        ("C12",),
        ("dropout",),
        ("full batch",),
        read.rises,
        lambda e: e["rises of the printed loss"] >= 30 and e["rises of the training loss"] <= 5,
        "of a hundred steps, the printed loss rises in 30 or more and the training loss in 5 or "
        "fewer",
        "rises of the printed loss",
    ),
    Claim(
        "rate too high",
        "With all images in every step and a rate too high, the loss rises in one step of ten or "
        "more.",
        ("C12",),
        ("rate too high",),
        ("full batch",),
        read.rises,
        lambda e: e["rises of the training loss"] >= 10,
        "of a hundred steps, the training loss rises in 10 or more",
        "rises of the training loss",
    ),
)

OVER_CHANCE = "validation accuracy at the end, above chance"
SPOILT = "validation accuracy by the right labels, three training labels in ten wrong"
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
            SPOILT,
            read.gain,
            0.03,
            verdict,
            against=wrong("cross-entropy"),
        )
        for loss, verdict in WRONG_ON.items()
    ),
)
