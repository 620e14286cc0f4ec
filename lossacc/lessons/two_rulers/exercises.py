"""The exercises of notebook 01, two rulers."""

from __future__ import annotations

import math

import numpy as np

from lossacc.analysis.ledger import Ledger, ledger_of
from lossacc.analysis.stats import sign_test
from lossacc.losses.bounds import error_bound, loss_ceiling_if_perfect
from lossacc.quiz import Exercise
from lossacc.runs import toys


def ten_account() -> Ledger:
    """Draw up the ledger of the ten examples on which loss and accuracy fall together."""
    before, after = toys.ten_examples()
    losses = toys.losses_of(before), toys.losses_of(after)
    return ledger_of(*losses, np.asarray(before > 0.5), np.asarray(after > 0.5))


EXERCISES = (
    Exercise(
        "margin of .9",
        "the margin of an example of two classes with p = .9",
        lambda: math.log(0.9 / 0.1),
        "The odds are 9 to 1, and the margin is their logarithm, ln 9. Its loss is ln(1 + 1/9).",
        slips={
            0.8: "That is the difference of the probabilities; the margin is the difference of "
            "the logits, ln p - ln(1 - p).",
            9.0: "Those are the odds; the margin is their natural logarithm.",
            0.954: "That is a logarithm to base 10; nats take the natural one, np.log.",
            0.105: "That is the loss, -ln p; the margin sets p against its rival 1 - p.",
        },
    ),
    Exercise(
        "share of the newly right",
        "the newly right group's part of the change in mean loss, in nats, with its sign",
        lambda: ten_account().shares["newly right"],
        "Four examples each give back ln(.90 / .01), about 4.5 nats. A share is their sum over "
        "all ten examples, so that the four shares add up to the change in mean loss.",
        slips={
            1.8: "The size is right, the sign is not: their loss falls.",
            -18.0: "That is the sum over the group; a share is that sum over all ten examples.",
            -4.5: "That is one example's change; a share is the group's sum over all ten.",
            -1.776: "That is the change in mean loss; the six newly wrong ones take a little back.",
        },
    ),
    Exercise(
        "costliest right answer of six",
        "the loss, in nats, that an example of six classes cannot exceed while it is right",
        lambda: loss_ceiling_if_perfect(6),
        "It is right as long as no rival is ahead, so p can sink to almost 1/6: -ln(1/6) = ln 6.",
        slips={
            0.693: "ln 2 is the ceiling with two classes; with six, p can be far below one half.",
            1.609: "That is ln 5: the rivals alone. The labelled class needs its own share too.",
            2.303: "That is ln 10, for ten classes.",
        },
    ),
    Exercise(
        "accuracy that .35 promises",
        "the accuracy, between 0 and 1, that a mean loss of .35 promises",
        lambda: 1.0 - error_bound(0.35),
        "At most .35 / ln 2 of the examples can be wrong, since each wrong one costs ln 2 or more.",
        within=0.002,
        slips={
            0.505: "That is the largest error; the accuracy is what is left.",
            0.65: "That is 1 - loss; the price of one error is ln 2, not 1.",
            0.705: "That is exp(-loss), a typical p. It promises no accuracy.",
        },
    ),
    Exercise(
        "one against nine",
        "the two-sided probability that a fair coin splits ten flips one to nine or more unevenly",
        lambda: sign_test(1, 9),
        "Of the 1024 ways that ten coins fall, 1 + 10 have no or one head, and as many no or one "
        "tail: 22 in 1024.",
        within=0.0005,
        slips={
            0.0107: "That is one side; a split of nine to one would surprise you as much.",
            0.0195: "That is a split of exactly one to nine; ten to none is more uneven still.",
            0.002: "That is ten to none; one to nine belongs to it too.",
            0.1: "That is one in ten; ask how many of the 1024 ways ten coins fall so unevenly.",
        },
    ),
    Exercise(
        "all fifty right",
        "the mean loss, in nats, below which all of fifty examples must be right",
        lambda: math.log(2) / 50,
        "One wrong example costs at least ln 2, and adds at least ln 2 / 50 to the mean.",
        within=0.0002,
        slips={
            0.6931: "A single wrong example can hide in a mean of fifty: divide its price by 50.",
            0.02: "That is the error of one in fifty; its price is ln 2 times that.",
            0.0007: "Take ln 2 as it is, .693, and divide once by 50.",
        },
    ),
    Exercise(
        "the one that costs",
        "the loss of the one wrong example, in nats",
        lambda: 100 * 0.5 - 99 * -math.log(0.99),
        "The hundred losses add up to 50 nats, and the 99 right ones hold one nat of them. The "
        "wrong one is given p = exp(-49): sure beyond reason.",
        within=0.05,
        slips={
            50.0: "Nearly: the 99 right ones hold about one nat of the 50.",
            0.5: "That is the mean over all hundred; one example holds almost the whole sum.",
            4.605: "That is -ln .01; its p follows from the mean loss, not from the accuracy.",
        },
    ),
    Exercise(
        "a quarter changed",
        "the accuracy at epoch 0, between 0 and 1, if a quarter of the labels are changed",
        lambda: 0.75,
        "Before the first step the network still gives every image its old label, and three "
        "quarters of the labels are still that.",
        slips={
            0.25: "That is the share that was changed; on those the network is wrong.",
            0.5: "That is with half of the labels changed, as above.",
            0.1: "That is a blind guess among ten classes; this network is sure and was right.",
            1.0: "The changed labels count against it at once, before it has learned anything.",
        },
    ),
)
