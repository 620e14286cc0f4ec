"""The record of one output of a model, which stays within so many bytes however long it trains.

Memory is taken as epochs come. Where the next one would not fit, every example is dropped that is
not in a half drawn at random, from what was recorded too, and the record goes on with the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from lossacc.runs.as_examples import AsExamples
from lossacc.runs.run import Run
from lossacc.runs.scores import Scores
from lossacc.support.types import FloatArray, IntArray
from lossacc.training.evaluate import Scored
from lossacc.training.record import Epoch, Record, SoFar, Targets

_FIRST = 20  # recorded epochs that are sure to fit before examples are dropped
_SINGLE = 4  # bytes of a logit


class _ByEpoch(SoFar):
    """The scores of a run in the making, worked out an epoch at a time.

    What that takes beside the logits is the work of one epoch, and not of all.
    """

    def _upto_now(self, name: str) -> Any:
        """As in `SoFar`, in other steps."""
        known = list(self._known.get(name, ()))
        if len(known) < len(self.logits):
            for row in range(len(known), len(self.logits)):
                known.append(getattr(self.rows(slice(row, row + 1)), name)[0])
            self._known[name] = np.stack(known)
        return self._known[name][: len(self.logits)]


class _ByEpochRecord(Record):
    def _scores(self, on: str, logits: FloatArray) -> Scores:
        goal = self.targets[on]
        return _ByEpoch(logits, goal.labels, goal.clean_labels, goal.targets, self._known[on])


class BoundedRecord:
    """A `Record` within so many bytes.

    Parameters
    ----------
    goals
        "train" and, where there is any, "validation": which examples are recorded.
    clean_labels
        Under the same names, shape (N,), where the labels were before they were corrupted.
    max_bytes
        What the logits may take.
    epochs
        How many are planned, epoch 0 included.
    environment
        As in `Record`.
    """

    def __init__(
        self,
        goals: Mapping[str, AsExamples],
        clean_labels: Mapping[str, IntArray | None],
        *,
        max_bytes: float,
        epochs: int,
        environment: Mapping[str, Any],
    ) -> None:
        """Drop what the first epochs have no room for; take no memory yet."""
        self.goals, self._clean = dict(goals), clean_labels
        self._max_bytes, self._environment = max_bytes, environment
        self._begun = {on: len(goal.kept) for on, goal in self.goals.items()}
        while min(epochs, _FIRST) * self.epoch_bytes > max_bytes and self._smaller():
            self.goals = {on: goal.sample(_half(goal)) for on, goal in self.goals.items()}
        fit = int(max_bytes // self.epoch_bytes)
        self.record = self._empty(max(1, min(epochs, fit)))

    @property
    def epoch_bytes(self) -> int:
        """What the logits of one epoch take."""
        return sum(_SINGLE * len(goal.kept) * goal.classes for goal in self.goals.values())

    def make_room(self) -> None:
        """Drop examples where the next epoch would not fit. Ask before scoring it."""
        while (len(self.record) + 1) * self.epoch_bytes > self._max_bytes and self._smaller():
            self._thin()

    def run(self) -> Run:
        """Give the run so far; of several answers an input, with how often all are right."""
        return with_shares(self.record.run(), self.goals)

    def __str__(self) -> str:
        """Say which examples are kept, and how well they stand for all; nothing where all are."""
        told = [self._kept(on, goal) for on, goal in self.goals.items()]
        if any(map(self._cut, self.goals)):
            least = min(len(goal.kept) for on, goal in self.goals.items() if self._cut(on))
            told += [
                f"so the run stays within {self._max_bytes / 1e6:.4g} MB, and an accuracy is off "
                f"by less than {98 / np.sqrt(least):.2g} points in 19 of 20 draws of {least}"
            ]
        return "; ".join(filter(None, told))

    def _kept(self, on: str, goal: AsExamples) -> str:
        if goal.group > 1 or goal.counted < goal.total:
            return f"of {on} {goal}"
        return f"{len(goal.kept)} of the {on} examples are kept" if self._cut(on) else ""

    def _cut(self, on: str) -> bool:
        return len(self.goals[on].kept) < self._begun[on]

    def _smaller(self) -> bool:
        return any(_half(goal) < len(goal.kept) for goal in self.goals.values())

    def _thin(self) -> None:
        """Keep half of the examples, in every recorded epoch."""
        old = self.record
        rows = {on: goal.drawn(_half(goal)) for on, goal in self.goals.items()}
        self.goals = {on: goal.among(rows[on]) for on, goal in self.goals.items()}
        had, old.has_objective = old.has_objective, True
        run = old.run()
        self.record = self._empty(int(self._max_bytes // self.epoch_bytes))
        self.record.settings, self.record.has_objective = old.settings, had
        for row in range(len(old)):
            self.record.add(_epoch(run, row, rows))

    def _empty(self, capacity: int) -> Record:
        targets = {on: _targets(goal, self._clean.get(on)) for on, goal in self.goals.items()}
        return _ByEpochRecord(
            targets["train"],
            targets.get("validation"),
            capacity=capacity,
            has_objective=False,
            environment=self._environment,
        )


def with_shares(run: Run, goals: Mapping[str, AsExamples]) -> Run:
    """Say in a run what share of its places counts, and how often several answers are all right."""
    counted = {on: goal.counted / goal.total for on, goal in goals.items()}
    if min(counted.values()) < 1:
        run = run.with_settings(counted=counted)
    several = {on: goal for on, goal in goals.items() if goal.kind == "several"}
    if not several:
        return run
    shares = {on: goal.all_right(run.scores(on).correct).tolist() for on, goal in several.items()}
    return run.with_settings(answers=goals["train"].shape[-1], all_right=shares)


def _half(goal: AsExamples) -> int:
    """Give half of the examples; of several answers to an input all or none."""
    least = goal.shape[-1] if goal.kind == "several" else 1
    return max(len(goal.kept) // 2, least)


def _targets(goal: AsExamples, clean: IntArray | None) -> Targets:
    return Targets(goal.labels, None if clean is None else clean[goal.kept], goal.targets)


def _epoch(run: Run, row: int, rows: Mapping[str, IntArray]) -> Epoch:
    """Take one recorded epoch of a run, and of its examples some."""
    objective = np.nan if run.objective is None else float(run.objective[row])
    scored = {
        on: Scored(run.scores(on).logits[row][rows[on]], objective, float(run.penalty[row]))
        for on in run.sets
    }
    return Epoch(
        int(run.epochs[row]),
        scored["train"],
        scored.get("validation"),
        float(run.learning_rate[row]),
        float(run.gradient_norm[row]),
        {name: float(values[row]) for name, values in run.printed.items()},
    )
