"""One measure of one network in both modes and as `fit` prints it, and the parts of the gap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from lossacc.checks.modes.kinds import AUGMENTATION, DROPOUT, OTHER, STATISTICS
from lossacc.checks.modes.shapley import Switched

PENALTY, LAG = "penalty", "lag"
PARTS = (DROPOUT, STATISTICS, AUGMENTATION, OTHER, PENALTY, LAG)
K = TypeVar("K")


@dataclass(frozen=True)
class Split:
    """One measure of one network, three times, and the parts of the gap.

    Parameters
    ----------
    evaluation
        In evaluation mode, without penalties.
    training
        In training mode, penalties included, of the same weights on the same images.
    printed
        The running mean of an epoch, as `fit` prints it; None where there is none.
    parts
        One number for each of PARTS. They add up to the gap.
    switched
        What was measured for each set of switches that are on, without penalties: 2^n numbers for
        n kinds of layers. `switched[frozenset()]` is evaluation mode.
    """

    evaluation: float
    training: float
    printed: float | None
    parts: Mapping[str, float]
    switched: Mapping[Switched, float]

    @property
    def alone(self) -> dict[str, float]:
        """What each switch changes by itself, all others off. These need not add up."""
        one = {next(iter(on)): value for on, value in self.switched.items() if len(on) == 1}
        return {part: one[part] - self.switched[frozenset()] for part in PARTS if part in one}

    @property
    def gap(self) -> float:
        """What is printed (without it, what training mode gives), less evaluation."""
        last = self.training if self.printed is None else self.printed
        return last - self.evaluation


def mean_split(splits: Sequence[Split]) -> Split:
    """Average over draws; the parts of the mean add up as the parts of each do."""
    printed = [split.printed for split in splits if split.printed is not None]
    return Split(
        evaluation=float(np.mean([split.evaluation for split in splits])),
        training=float(np.mean([split.training for split in splits])),
        printed=float(np.mean(printed)) if printed else None,
        parts=_means([split.parts for split in splits]),
        switched=_means([split.switched for split in splits]),
    )


def _means(numbers: Sequence[Mapping[K, float]]) -> dict[K, float]:
    """Average mappings that have the same keys."""
    return {key: float(np.mean([one[key] for one in numbers])) for key in numbers[0]}
