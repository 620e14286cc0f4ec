"""Gather the epochs of a training, one by one, into a `Run`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import InitVar, dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from lossacc.runs.run import Run
from lossacc.runs.scores import Scores
from lossacc.support.arrays import read_only
from lossacc.support.types import BoolArray, FloatArray, IntArray
from lossacc.training.evaluate import Scored

_PRINTED = "printed/"


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
    """A run in the making. It can give the run so far at any time, and cheaply.

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
        """Make room; the columns are filled row by row."""
        self.targets = {"train": train} | ({"validation": validation} if validation else {})
        self.capacity = capacity
        self.has_objective = has_objective
        self.environment = environment
        self.settings: dict[str, Any] = {}
        self._rows = 0
        self._columns: dict[str, _Column] = {}
        self._known: dict[str, dict[str, FloatArray]] = {on: {} for on in self.targets}

    def __len__(self) -> int:
        """Give the number of epochs recorded so far."""
        return self._rows

    @property
    def last(self) -> int:
        """The last recorded epoch."""
        return int(self._columns["epochs"].upto(self._rows)[-1])

    def add(self, epoch: Epoch) -> None:
        """Add the next epoch."""
        values = _values(epoch)
        for name, value in values.items():
            if name not in self._columns:
                self._columns[name] = _Column(max(self.capacity, self._rows + 1), value)
        for name, column in self._columns.items():
            column.put(self._rows, values.get(name, np.nan))
        self._rows += 1

    def run(self) -> Run:
        """Give the run so far. Its arrays are views: nothing is copied.

        What one run so far has worked out of its logits the next does not work out again.

        Raises
        ------
        ValueError
            If no epoch was recorded.
        """
        rows = self._rows  # read once: another thread may be adding the next
        if not rows:
            raise ValueError("nothing was recorded yet; expected epoch 0 at least.")
        held = {name: column.upto(rows) for name, column in tuple(self._columns.items())}
        held_out = held.get("validation")
        return Run(
            train=self._scores("train", held["train"]),
            validation=None if held_out is None else self._scores("validation", held_out),
            epochs=held["epochs"].astype(np.int64),
            penalty=held["penalty"],
            learning_rate=held["learning_rate"],
            gradient_norm=held["gradient_norm"],
            printed=_printed(held),
            objective=held["objective"] if self.has_objective else None,
            settings=dict(self.settings),
            environment=self.environment,
        )

    def _scores(self, on: str, logits: FloatArray) -> Scores:
        goal = self.targets[on]
        return SoFar(logits, goal.labels, goal.clean_labels, goal.targets, self._known[on])


def _values(epoch: Epoch) -> dict[str, Any]:
    """Give what an epoch adds to each column."""
    values: dict[str, Any] = {
        "epochs": float(epoch.number),
        "train": epoch.train.logits,
        "penalty": epoch.train.penalty,
        "objective": epoch.train.objective,
        "learning_rate": epoch.learning_rate,
        "gradient_norm": epoch.gradient_norm,
    }
    if epoch.validation is not None:
        values["validation"] = epoch.validation.logits
    return values | {_PRINTED + name: value for name, value in (epoch.printed or {}).items()}


def _printed(held: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
    """Pick the printed numbers, by name."""
    names = sorted(name for name in held if name.startswith(_PRINTED))
    return {name.removeprefix(_PRINTED): held[name] for name in names}


class _Column:
    """An array that grows row by row. A number that an epoch lacks is NaN.

    Parameters
    ----------
    rows
        How many to make room for.
    like
        One row: a number, or logits of shape (N, K).
    """

    def __init__(self, rows: int, like: FloatArray | float) -> None:
        """Make room."""
        self._held = _room(rows, like)

    def put(self, row: int, value: FloatArray | float) -> None:
        """Set a row; where there is none the column doubles."""
        if row >= len(self._held):
            self._held = np.concatenate([self._held, _room(row, value)])
        self._held[row] = value

    def upto(self, rows: int) -> FloatArray:
        """Give a view of the first rows, which are never written again."""
        return read_only(self._held[:rows])


def _room(rows: int, like: FloatArray | float) -> FloatArray:
    """Make rows to be filled: numbers are NaN until then, logits whatever memory held."""
    if np.ndim(like) == 0:
        return np.full(rows, np.nan)
    return np.empty((rows, *np.shape(like)), np.float32)


@dataclass(frozen=True, eq=False)
class SoFar(Scores):
    """The scores of a run in the making.

    Parameters
    ----------
    known
        What earlier runs so far have worked out: name to its first rows. An argument and no field,
        so that `dataclasses.replace` by other logits does not keep it.
    """

    known: InitVar[dict[str, FloatArray] | None] = None
    _known: dict[str, FloatArray] = field(init=False, repr=False)

    def __post_init__(self, known: dict[str, FloatArray] | None) -> None:
        """Check the arrays, and keep what is known."""
        super().__post_init__()
        object.__setattr__(self, "_known", {} if known is None else known)

    @cached_property
    def cross_entropy(self) -> FloatArray:
        """As in `Scores`, row for row."""
        return read_only(self._upto_now("cross_entropy"))

    @cached_property
    def correct(self) -> BoolArray:
        """As in `Scores`, row for row."""
        return read_only(self._upto_now("correct"))

    def _upto_now(self, name: str) -> Any:
        """Give what `Scores` gives under a name; only the rows that nobody knows are worked out.

        Two threads may ask at the same time: what each writes is whole, and right.
        """
        known = self._known.get(name, ())
        if len(known) < len(self.logits):
            fresh = getattr(self.rows(slice(len(known), None)), name)
            known = np.concatenate([known, fresh]) if len(known) else fresh
            self._known[name] = known
        return known[: len(self.logits)]
