"""What notebook 02, nine against one, needs of its own: a reading of a run, and exercises."""

from __future__ import annotations

import math

import numpy as np

from lossacc.losses.bounds import prior_entropy
from lossacc.quiz import Exercise
from lossacc.runs import toys
from lossacc.runs.run import Run
from lossacc.support.types import FloatArray


def outlier_pushes(run: Run) -> FloatArray:
    """Give how hard each step on the B pushed, where a run of nine against one takes single images.

    A push is how far the step moved the margin, divided by the rate and by the B's pull p. With
    nothing but two output biases it is 2; every weight that feeds the margin adds to it.

    Parameters
    ----------
    run
        A run of "nine-against-one", one image a step. The steps on which the margin falls are the
        B's: an A only raises it.

    Returns
    -------
    FloatArray
        One push for each such step, in their order.
    """
    margin, p = run.train.margin[:, 0], run.train.probability[:, 0]
    steps = np.flatnonzero(np.diff(margin) < 0.0)
    rate = run.learning_rate[steps + 1]
    return np.asarray(-np.diff(margin)[steps] / (rate * p[steps]))


EXERCISES = (
    Exercise(
        "share of the B",
        "the B's part of the summed loss at p = .9, between 0 and 1",
        lambda: toys.NineAgainstOne(0.9).outlier_share,
        "The B costs ln 10, each A ln(10 / 9): 2.303 out of 2.303 + 9 times .105. One image in "
        "ten holds seven tenths of the loss, and nothing is wrong with the network.",
        slips={
            0.1: "That is its part of the images; its part of the loss is far larger.",
            2.303: "That is its loss in nats; divide it by the sum of all ten losses.",
            0.230: "That is its part of the mean loss, in nats; divide it by the mean, .325.",
            0.956: "That sets it against one A; there are nine.",
        },
    ),
    Exercise(
        "eight against two",
        "the lowest mean loss, in nats, of ten identical images with eight A and two B",
        lambda: prior_entropy(np.array([0] * 8 + [1] * 2)),
        "The pulls balance at p = .8, and the loss there is the entropy of the labels, "
        "-.8 ln .8 - .2 ln .2.",
        slips={
            0.325: "That is nine against one; here two of ten are B.",
            0.693: "That is five against five, where nothing is known.",
            0.223: "That is what each A costs at p = .8; average over all ten.",
            1.609: "That is what each B costs at p = .8; average over all ten.",
            0.2: "That is the share of the B, and the lowest error; the loss is in nats.",
        },
    ),
    Exercise(
        "one in a hundred",
        "the rate above which one step on a single B among a hundred images turns the answer, "
        "from the balance, on one logit",
        lambda: math.log(99) / 0.99,
        "At the balance p is .99 and the margin ln 99; a step on the B moves it by rate times "
        ".99. The rarer the outlier, the higher the rate that it takes.",
        slips={
            2.441: "That is nine against one; here it is ninety-nine against one.",
            4.595: "That is how far the margin must move; a step moves it by rate times p.",
            2.321: "That is for two softmax logits; this asks for one.",
            4.652: "Nearly: at the balance p is .99, and the odds are 99 to 1.",
        },
    ),
    Exercise(
        "a push of thirty",
        "the rate above which one step on the B turns the answer from p = .9, at a push of 30",
        lambda: math.log(9) / (0.9 * 30),
        "The margin must move by ln 9, and a step moves it by rate times push times p. A linear "
        "network on these digits is such a case: a rate of .1 is enough.",
        within=0.001,
        slips={
            2.441: "That is a push of 1, one logit; here every weight pushes too.",
            1.221: "That is a push of 2, two biases; here every weight pushes too.",
            0.0732: "You left out the pull: the B pulls by p = .9, not by 1.",
            0.0407: "You halved it for two logits; the push of 30 contains both of them.",
        },
    ),
    Exercise(
        "clipped at .3",
        "the p at which nine A and one B balance on one logit, each gradient clipped to .3",
        lambda: toys.clipped_fixed_point(0.3),
        "The B may pull by .3 at most, and nine A together pull as much when 9 (1 - p) = .3.",
        within=0.001,
        slips={
            0.9: "That is the balance without clipping, 9 (1 - p) = p.",
            0.97: "The nine share the clipped pull: divide .3 by 9, not by 10, and give three "
            "digits.",
            0.976: "That is for two softmax logits; this asks for one.",
            0.7: "The nine share the clipped pull: divide .3 by 9.",
            0.989: "That is clipping to .1.",
        },
    ),
    Exercise(
        "wrong labels left",
        "the share of all 600 labels that is still wrong, between 0 and 1",
        lambda: (120 - 108) / 600,
        "Twelve of the 120 were not among the first 120 of the list: 12 of 600, where it was one "
        "label in five. The other twelve on the list were right, and a person who looks sees it.",
        within=0.0005,
        slips={
            0.9: "That is the precision of the list.",
            0.1: "That is the share of the planted ones that was missed; of all 600 it is less.",
            12: "That is how many; divide by all 600.",
            0.18: "That is the share that you mended; count what is left.",
            0.2: "That is the share before you mended any.",
            0.04: "The twelve right ones on the list do no harm if you look before you relabel.",
        },
    ),
)
