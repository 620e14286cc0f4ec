"""What random layers make of a signal, by hand: who halves it, and who keeps it."""

from __future__ import annotations

import numpy as np

from lossacc.support import validate
from lossacc.support.types import FloatArray, Seed

UNITS, IMAGES = 256, 64
GLOROT, HE = 1.0, 2.0  # variance of a first weight, times the inputs of its unit


def left(layers: int) -> float:
    """Give what is left of a mean square that each of some layers halves.

    Raises
    ------
    TypeError, ValueError
        If it is no whole number, or below 0.
    """
    return float(0.5 ** validate.whole_number("layers", layers, least=0))


def mean_squares(variance: float, layers: int, seed: Seed = 0) -> FloatArray:
    """Give the mean square behind each of some random layers with a ReLU, over that in front.

    Parameters
    ----------
    variance
        GLOROT or HE: the variance of a weight is this over the number of inputs.
    layers
        How many.
    seed
        Of the weights and the signal.

    Returns
    -------
    FloatArray
        Shape (layers + 1,), 1 in front.

    Raises
    ------
    TypeError, ValueError
        If a setting is out of range.
    """
    variance = validate.number("variance", variance, least=0)
    layers = validate.whole_number("layers", layers, least=0)
    random = validate.generator(seed, "toy")
    values = np.maximum(random.standard_normal((IMAGES, UNITS)), 0)
    found = [float(np.square(values).mean())]
    for _ in range(layers):
        weights = random.normal(0, np.sqrt(variance / UNITS), (UNITS, UNITS))
        values = np.maximum(values @ weights, 0)
        found.append(float(np.square(values).mean()))
    return np.array(found) / found[0]
