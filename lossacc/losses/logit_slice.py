"""The surface of a loss along one weight: what a gradient would have to work with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lossacc.losses.formulas import formula
from lossacc.runs.scores import Scores
from lossacc.support.types import FloatArray


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
    rows, classes = len(scores.logits), scores.classes
    if not -rows <= row < rows or not 0 <= unit < classes:
        raise ValueError(
            f"got row {row} and unit {unit}; expected one of {rows} rows, and 0 to {classes - 1}"
        )
    if not reach > 0 or places < 2:
        raise ValueError(f"got reach={reach}, places={places}; expected more than 0, and 2 or more")
    moved = np.linspace(-reach, reach, places)
    logits = np.repeat(scores.logits[row][None].astype(np.float64), places, axis=0)
    logits[:, :, unit] += moved[:, None]
    flat, labels = logits.reshape(-1, classes), np.tile(scores.labels, places)
    losses = {name: formula(name)(flat, labels).reshape(places, -1).mean(axis=1) for name in names}
    return Slice(moved, losses)
