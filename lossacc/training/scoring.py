"""Which examples of a training and a validation set are recorded, and how they are scored.

There are two ways. One input of numbers and one row of outputs an example go through `Scorer`,
which gives the bits that `train` gives; everything else through `OutputScorer`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np

from lossacc.data import Examples
from lossacc.runs.as_examples import PLACES, AsExamples
from lossacc.support.compiled_model import (
    applied,
    check_compiled,
    explained,
    is_binary,
    is_plain_cross_entropy,
    row_units,
)
from lossacc.support.keras_api import keras
from lossacc.support.types import FloatArray, IntArray
from lossacc.training.batches import rows_of, size_of
from lossacc.training.evaluate import Scored, Scorer
from lossacc.training.example_sample import Probe
from lossacc.training.on_device import DeviceSet, check_fit, new_record, on_device, weights_of
from lossacc.training.score_outputs import OutputScorer

_FEW = 64  # outputs that are looked at
Goals = dict[str, AsExamples]  # "train" and "validation" to what is recorded there


class Scoring(Protocol):
    """What scores the sets of a training."""

    goals: dict[str, Goals]  # by the name of an output
    numbers: dict[str, str]  # outputs that are trained towards numbers, and what that means

    def __call__(self, on: str, goals: Mapping[str, AsExamples]) -> dict[str, Scored]:
        """Score a set: what some outputs gave; under "" also where there is no such output."""

    def has_objective(self, name: str) -> bool:
        """Tell whether an output is trained on something else than plain cross-entropy."""


def scoring_of(
    model: Any,
    sets: Mapping[str, Probe],
    outputs: str | None,
    class_weight: Mapping[int, float] | None,
) -> Scoring:
    """Choose how the sets are scored.

    Raises
    ------
    TypeError, ValueError
        If the model cannot be scored on them.
    """
    check_compiled(model)
    if not model.built:
        OutputScorer(model, sets["train"].examples[0])  # which applies it to one input
    outputs = outputs or _by_numbers(model, sets["train"].examples[0])
    units = _units(model, sets["train"].examples[0])
    if units and all(_is_plain(model, probe, units, outputs) for probe in sets.values()):
        return RowScoring(model, sets, units, outputs, class_weight)
    return TreeScoring(model, sets, outputs, class_weight)


def _by_numbers(model: Any, x: Any) -> str | None:
    """Tell logits from probabilities by a few outputs, where there is no loss to ask.

    A row that is no share of 1 is of logits. One unit, and rows that sum to 1, tell nothing.
    """
    if model.loss is not None:
        return None
    heads = OutputScorer(model, x).heads
    if set(heads) != {""} or heads[""].shape[-1:] < (2,):
        return None
    found = np.asarray(applied(model, rows_of(x, np.arange(min(_FEW, size_of(x)))), training=False))
    shares = (found >= 0).all() and (np.abs(found.sum(axis=-1) - 1) < 0.01).all()
    return None if shares else "logits"


def _is_plain(model: Any, probe: Probe, units: int, outputs: str | None) -> bool:
    """Tell whether there is one input of numbers, one row of outputs, and one class an example."""
    x, y = probe.examples
    if not all(hasattr(one, "dtype") and one.dtype.kind in "iuf" for one in (x, y)) or y.ndim > 2:
        return False
    if probe.weights is not None and (np.ndim(probe.weights) != 1 or not np.all(probe.weights)):
        return False
    if model.loss is None or len(getattr(model, "inputs", None) or [None]) > 1:
        return False
    if units == 1:
        return bool(np.isin(y, (0, 1)).all()) and y.size == len(y)
    one_row = y.size == len(y) or y.shape[1] == units
    shares = y.size == len(y) or bool((np.abs(y.sum(axis=1) - 1) < 0.01).all() and (y >= 0).all())
    return one_row and shares and (outputs is not None or not _separate(model))


def _units(model: Any, x: Any) -> int | None:
    """Give the length of a model's row of outputs; None where it gives anything else."""
    shape = getattr(model, "output_shape", None)
    if shape is None:  # a subclassed model does not say
        heads = OutputScorer(model, x).heads
        shape = (None, *heads[""].shape) if set(heads) == {""} else ()
    return row_units(shape)


def _separate(model: Any) -> bool:
    """Tell whether several units answer a question each."""
    last = model.layers[-1] if getattr(model, "layers", None) else None
    activation = getattr(last, "activation", None)
    return is_binary(model) or activation is keras().activations.sigmoid


class RowScoring:
    """One input of numbers and one row of outputs an example."""

    def __init__(
        self,
        model: Any,
        sets: Mapping[str, Probe],
        units: int,
        outputs: str | None,
        class_weight: Mapping[int, float] | None,
    ) -> None:
        """Put the sets on the device; compile nothing yet."""
        self._sets = {
            on: on_device(probe.data, class_weight if on == "train" else None, probe.weights)
            for on, probe in sets.items()
        }
        self._scorer = Scorer(model, outputs)
        train, held_out = self._sets["train"], self._sets.get("validation")
        check_fit(model, train, held_out, class_weight)
        self._objective = new_record(model, train, held_out, outputs, 1).has_objective
        self.goals = {"": {on: _all_of(one, max(units, 2)) for on, one in self._sets.items()}}
        self.numbers: dict[str, str] = {}

    def __call__(self, on: str, goals: Mapping[str, AsExamples]) -> dict[str, Scored]:
        """Score a set."""
        scored: Any = self._run(on)
        kept = goals[""].kept
        if len(kept) == len(scored.logits):
            return {"": scored}
        return {"": Scored(scored.logits[kept], scored.objective, scored.penalty)}

    def _run(self, on: str) -> Any:
        with explained(self._scorer.model):
            return self._scorer(self._sets[on].arrays)

    def has_objective(self, name: str) -> bool:
        """As in `Scoring`."""
        return self._objective


def _all_of(one: DeviceSet, classes: int) -> AsExamples:
    goal, size = one.goal, len(one)
    return AsExamples(
        "classes", (size, classes), np.arange(size), goal.labels, goal.targets, counted=size
    )


class TreeScoring:
    """Any inputs and any outputs."""

    def __init__(
        self,
        model: Any,
        sets: Mapping[str, Probe],
        outputs: str | None,
        class_weight: Mapping[int, float] | None,
    ) -> None:
        """Read what each output is judged against."""
        self._model = model
        self._sets = {
            on: _arrays(probe, class_weight if on == "train" else None)
            for on, probe in sets.items()
        }
        self._scorer = OutputScorer(model, self._sets["train"]["x"], outputs)
        self._weighted = "weights" in self._sets["train"]
        self.goals: dict[str, Goals] = {}
        self.numbers: dict[str, str] = {}
        for on, probe in sets.items():
            x, y = probe.examples
            known = {name: goals["train"] for name, goals in self.goals.items()}
            found, numbers = self._scorer.goals(x, y, probe.weights, known)
            for name, goal in found.items():
                goal = goal.sample(PLACES) if goal.group > 1 else goal
                self.goals.setdefault(name, {})[on] = goal
            self.numbers |= numbers

    def __call__(self, on: str, goals: Mapping[str, AsExamples]) -> dict[str, Scored]:
        """Score a set."""
        rows, objective, penalty = self._scorer(goals, self._sets[on])
        if len(self._scorer.heads) > 1:
            # The compiled loss is the sum over the outputs, and nobody's own.
            return {
                "": Scored(np.empty((0, 2), np.float32), objective, penalty),
                **{name: Scored(one, np.nan, penalty) for name, one in rows.items()},
            }
        empty: FloatArray = np.empty((0, 2), np.float32)
        return {"": Scored(rows.get("", empty), objective, penalty)}

    def has_objective(self, name: str) -> bool:
        """As in `Scoring`."""
        head, goals = self._scorer.heads[name], self.goals[name]
        if len(self._scorer.heads) > 1 or head.loss is None:
            return False  # there is no number of its own
        separate = goals["train"].kind != "classes"
        soft = goals["train"].targets is not None
        fits = is_plain_cross_entropy(head) and is_binary(head) == separate
        return self._weighted or soft or not fits


def _arrays(probe: Probe, class_weight: Mapping[int, float] | None) -> dict[str, Any]:
    """Give inputs, labels and the weights of the loss."""
    x, y = probe.examples
    weights = probe.weights
    if class_weight is not None:
        if weights is not None or not hasattr(y, "dtype"):
            raise ValueError(
                "got class_weight and sample_weight, or several outputs; expected class_weight "
                "alone with one output, as in Keras."
            )
        classes = y.argmax(axis=-1) if y.ndim > 1 and y.shape[-1] > 1 else y.reshape(len(y), -1)
        found = weights_of(classes.reshape(-1).astype(np.int64), class_weight, None)
        weights = None if found is None else found.reshape(classes.shape)
    return {"x": x, "y": y} | ({} if weights is None else {"weights": weights})


def clean_labels(probe: Probe) -> IntArray | None:
    """Give the labels before they were corrupted, where that is known."""
    return probe.data.clean_labels if isinstance(probe.data, Examples) else None
