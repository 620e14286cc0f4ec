"""The surface of a loss along one weight: what a gradient would have to work with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lossacc.losses.formulas import FORMULAS, formula
from lossacc.runs.scores import Scores
from lossacc.support import validate
from lossacc.support.types import FloatArray

_MOST = 10**5  # places: each takes the memory of all examples


@dataclass(frozen=True, eq=False)
class Slice:
    """Losses along one weight.

    Parameters
    ----------
    moved
        Shape (P,): how far the weight was moved, in rising order.
    losses
        Name to the mean loss at each place, shape (P,).
    """

    moved: FloatArray
    losses: Mapping[str, FloatArray]

    def steps(self, name: str) -> int:
        """Count the places at which a loss is another than at the place before."""
        return int(np.count_nonzero(np.diff(self.losses[name])))


def along_bias(
    scores: Scores,
    names: Sequence[str] = ("cross-entropy", "1 - accuracy"),
    *,
    row: int = -1,
    unit: int = 0,
    reach: float = 3.0,
    places: int = 601,
) -> Slice:
    """Move one weight of a trained network, the bias of one output unit, and take losses.

    The bias adds the same number to one logit of every example, so that the logits of a run
    suffice and nothing need be computed anew.

    Parameters
    ----------
    scores
        The logits of the examples.
    names
        Of formulas; see `lossacc.losses.formulas.FORMULAS`.
    row
        The recorded row to begin from; negative ones count from the end.
    unit
        The class whose bias is moved.
    reach, places
        How far it is moved to either side, and at how many places the losses are taken.

    Raises
    ------
    ValueError
        If there is no such formula, row or class, or the reach or the places do not make a slice.
    """
    validate.instance("scores", scores, Scores, "Scores")
    rows, classes = len(scores.logits), scores.classes
    row = validate.whole_number("row", row, least=-rows, most=rows - 1)
    unit = validate.whole_number("unit", unit, least=0, most=classes - 1)
    reach = validate.number("reach", reach, above=0)
    places = validate.whole_number("places", places, least=2, most=_MOST)
    chosen = [validate.one_of("names", name, FORMULAS) for name in validate.texts("names", names)]
    moved = np.linspace(-reach, reach, places)
    logits = np.repeat(scores.logits[row][None].astype(np.float64), places, axis=0)
    logits[:, :, unit] += moved[:, None]
    flat, labels = logits.reshape(-1, classes), np.tile(scores.labels, places)
    losses = {name: formula(name)(flat, labels).reshape(places, -1).mean(axis=1) for name in chosen}
    return Slice(moved, losses)
