"""What notebook 99 asks for."""

from __future__ import annotations

import math

from lossacc.quiz import Exercise

EXERCISES = (
    Exercise(
        "seven of ten",
        "the lowest mean loss, in nats, with seven A and three B",
        lambda: -0.7 * math.log(0.7) - 0.3 * math.log(0.3),
        "The loss is lowest at p = .7, where it is the entropy of the labels.",
    ),
)
