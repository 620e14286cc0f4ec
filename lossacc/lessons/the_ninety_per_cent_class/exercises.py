"""What notebook 04, the ninety per cent class, needs of its own: a reading, and exercises."""

from __future__ import annotations

import math

import numpy as np

from lossacc.losses.bounds import LN2, prior_entropy
from lossacc.quiz import Exercise
from lossacc.runs.scores import Scores
from lossacc.support.types import FloatArray

RARE = 1


def rare_probability(scores: Scores, row: int) -> tuple[FloatArray, FloatArray]:
    """Give p of the rare class for the rare images, and for the others, at one recorded row.

    Parameters
    ----------
    scores
        Of two classes, of which class 1 is the rare one.
    row
        A recorded row; negative ones count from the end.

    Returns
    -------
    tuple of FloatArray
        One p for each image with the rare label, and one for each other.

    Raises
    ------
    ValueError
        If there are not two classes.
    """
    if scores.classes != 2:
        raise ValueError(f"got scores of {scores.classes} classes; expected two")
    rare, own = scores.labels == RARE, scores.probability[row]
    return own[rare], 1 - own[~rare]


EXERCISES = (
    Exercise(
        "ninety-five against five",
        "the lowest mean loss, in nats, of one answer to 95 images A and 5 images B",
        lambda: prior_entropy(np.array([0] * 95 + [1] * 5)),
        "The best single answer is p = .95, and its loss is -.95 ln .95 - .05 ln .05. The rarer "
        "the rare class, the better the number that comes of knowing nothing.",
        slips={
            0.325: "That is ninety against ten.",
            0.051: "That is what each A costs at p = .95; average over all hundred.",
            2.996: "That is what each B costs at p = .95; average over all hundred.",
            0.693: "That is p = .5. How often each class comes is worth something.",
        },
    ),
    Exercise(
        "balanced by hand",
        "the balanced accuracy, between 0 and 1",
        lambda: (870 / 900 + 50 / 100) / 2,
        "The recalls are .967 and .50, and their mean is .733. Plain accuracy is .92.",
        slips={
            0.92: "That is plain accuracy: 920 of 1000.",
            0.5: "That is the recall of the rare class alone.",
            0.967: "That is the recall of the common class alone.",
            0.9: "That is the base rate.",
            0.625: "That is the share of the rare among the 80 that were called rare.",
        },
    ),
    Exercise(
        "three in a hundred",
        "the bias of the common class minus that of the rare one, at the log prior",
        lambda: math.log(97 / 3),
        "ln .97 - ln .03 = ln(97 / 3): the log of the odds. Only the difference counts in a "
        "softmax.",
        slips={
            3.507: "That is -ln .03, the bias of the rare class with its sign turned; subtract it "
            "from that of the common class.",
            -3.476: "The other way round: the common class has the higher bias.",
            32.333: "Those are the odds; the biases are logarithms.",
            0.94: "That is the difference of the shares; the biases are logarithms.",
            2.197: "That is nine to one.",
        },
    ),
    Exercise(
        "a price for each mistake",
        "the p of the rare class from which on to call an image rare, between 0 and 1",
        lambda: 1 / (1 + 4),
        "Calling it common costs 4 p, calling it rare costs 1 - p. They are equal at p = .2.",
        slips={
            0.25: "Nearly: 4 p against 1 - p, not against 1.",
            0.8: "The other way round: what is costly to miss is to be called sooner.",
            0.5: "That is for mistakes of one price.",
            0.1: "That is for a price of 9, or for balanced accuracy at a share of one in ten.",
        },
    ),
    Exercise(
        "half of the rare labels",
        "the share of truly rare images among those that are labelled rare, between 0 and 1",
        lambda: 27 / (27 + 27),
        "Of 30 rare images 27 keep their label, and of 270 common ones 27 get the rare label. One "
        "wrong label in ten spoils the rare class by half.",
        slips={
            0.9: "That is the share of right labels among all images.",
            0.1: "That is the share of rare images; and of wrong labels among all.",
            0.111: "That would be 30 of 270.",
            0.474: "That sets 27 against 30; of 270 common ones it is 27 that turn.",
        },
    ),
    Exercise(
        "weights of 1 and 4",
        "the lowest weighted loss, in nats, of one answer; divided by the number of images",
        lambda: (0.8 * 1 + 0.2 * 4) * LN2,
        "80 x 1 and 20 x 4 weigh the same, so p = .5; the mean weight is 1.6, and 1.6 ln 2 = "
        "1.109.",
        slips={
            0.693: "That is for weights with a mean of 1; here it is 1.6.",
            1.248: "That is nine to one, with weights of 1 and 9.",
            0.5: "That is p, or the plain loss at p = .8; this asks for the weighted loss.",
            1.733: "That takes the mean of the two weights, 2.5; take it over the images.",
        },
    ),
)
