"""Gather the epochs of a training, one by one, into a `Run`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lossacc.run import Run
from lossacc.scores import Scores
from lossacc.scoring import Scored
from lossacc.types import FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class Targets:
    """What a set of examples is scored against; the fields are those of `Scores`."""

    labels: IntArray
    clean_labels: IntArray | None = None
    targets: FloatArray | None = None


@dataclass(frozen=True)
class Epoch:
    """What one epoch left: the scores of both sets, and the numbers beside them."""

    number: int
    train: Scored
    validation: Scored | None
    learning_rate: float = float("nan")
    gradient_norm: float = float("nan")
    printed: Mapping[str, float] | None = None


class Record:
    """A run in the making. It can give the run so far at any time.

    Parameters
    ----------
    train, validation
        What the two sets are scored against.
    capacity
        The number of epochs to make room for.
    has_objective
        Whether the trained objective is something else than plain cross-entropy.
    environment
        Versions and thread settings.
    """

    def __init__(
        self,
        train: Targets,
        validation: Targets | None,
        *,
        capacity: int,
        has_objective: bool,
        environment: Mapping[str, Any],
    ) -> None:
        """Make room; the arrays are filled row by row."""
        self.targets = {"train": train} | ({"validation": validation} if validation else {})
        self.capacity = capacity
        self.has_objective = has_objective
        self.environment = environment
        self.settings: dict[str, Any] = {}
        self._epochs: list[Epoch] = []
        self._logits: dict[str, FloatArray] = {}

    def __len__(self) -> int:
        """Give the number of epochs recorded so far."""
        return len(self._epochs)

    @property
    def last(self) -> int:
        """The last recorded epoch."""
        return self._epochs[-1].number

    def add(self, epoch: Epoch) -> None:
        """Add the next epoch."""
        row = len(self._epochs)
        for on, scored in (("train", epoch.train), ("validation", epoch.validation)):
            if scored is not None:
                self._room(on, scored.logits, row)[row] = scored.logits
        self._epochs.append(epoch)

    def _room(self, on: str, logits: FloatArray, row: int) -> FloatArray:
        """Give the array that holds a set's logits, made longer where a run outgrows it."""
        held = self._logits.get(on)
        if held is None or row >= len(held):
            rows = max(self.capacity, 2 * row, 1)
            grown = np.empty((rows, *logits.shape), np.float32)
            if held is not None:
                grown[:row] = held[:row]
            self._logits[on] = grown
        return self._logits[on]

    def run(self) -> Run:
        """Give the run so far. Its logits are views: nothing is copied.

        Raises
        ------
        ValueError
            If no epoch was recorded.
        """
        epochs = self._epochs
        if not epochs:
            raise ValueError("nothing was recorded yet; expected epoch 0 at least")
        objective = _column(e.train.objective for e in epochs) if self.has_objective else None
        return Run(
            train=self._scores("train"),
            validation=self._scores("validation") if "validation" in self._logits else None,
            epochs=np.array([e.number for e in epochs], dtype=np.int64),
            penalty=_column(e.train.penalty for e in epochs),
            learning_rate=_column(e.learning_rate for e in epochs),
            gradient_norm=_column(e.gradient_norm for e in epochs),
            printed=_printed(epochs),
            objective=objective,
            settings=dict(self.settings),
            environment=self.environment,
        )

    def _scores(self, on: str) -> Scores:
        goal = self.targets[on]
        logits = self._logits[on][: len(self._epochs)]
        return Scores(logits, goal.labels, goal.clean_labels, goal.targets)


def _column(values: Any) -> FloatArray:
    return np.array(list(values), dtype=np.float64)


def _printed(epochs: Sequence[Epoch]) -> dict[str, FloatArray]:
    """Give every printed number as an array, NaN in the epochs that lack it."""
    names = sorted({name for epoch in epochs for name in (epoch.printed or {})})
    return {
        name: _column((e.printed or {}).get(name, float("nan")) for e in epochs) for name in names
    }
