"""Loss and metrics of outputs of any form, asked about answers that are all right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from lossacc.checks.model.behaviour import stand_in
from lossacc.checks.model.check_metrics import fresh, is_accuracy, named
from lossacc.checks.model.intake import metrics_by_output
from lossacc.checks.model.setup import Setup
from lossacc.runs.as_examples import AsExamples
from lossacc.support.compiled_model import asks_yes_or_no, config_of
from lossacc.support.finding import Finding
from lossacc.support.keras_api import tensorflow
from lossacc.support.text import as_share, first_line
from lossacc.support.types import FloatArray
from lossacc.training.score_outputs import part_of

LABELS = "range of the labels"
_ASKED = 2**20  # numbers in the made-up outputs that a metric is asked about
_REMEDIES = {
    "classes": "Say metrics=['accuracy'], which compares the largest output with the label.",
    "yes or no": "Say metrics=['binary_accuracy'], of logits keras.metrics.BinaryAccuracy("
    "threshold=0.0).",
    "several": "Say metrics=['binary_accuracy'], of logits keras.metrics.BinaryAccuracy("
    "threshold=0.0): it counts each answer by itself. How often all answers to an input are right "
    "is another number.",
}


@dataclass(frozen=True)
class LabelRange:
    """Labels beyond 0 and 1 under a binary cross-entropy."""

    name: str = LABELS

    def __call__(self, setup: Setup) -> Finding | None:
        """Look at the labels of each output that was not read as answers."""
        for place, name in enumerate([*setup.goals, *setup.numbers]):
            loss = part_of(setup.model.loss, name, place)
            y = part_of(setup.arrays["y"], name, place)
            if name in setup.numbers and asks_yes_or_no(loss) and (y.min() < 0 or y.max() > 1):
                return _outside(y)
        return None


def _outside(y: Any) -> Finding:
    values = np.unique(y)
    low, high = float(values[0]), float(values[-1])
    held = f"are {low:g} and {high:g}" if len(values) == 2 else f"run from {low:g} to {high:g}"
    return Finding(
        LABELS,
        "wrong",
        f"The loss is a binary cross-entropy, which takes labels from 0 to 1, and these {held}: it "
        "has no lowest value then, and falls below 0.",
        f"Divide the labels by {high:g}."
        if low == 0
        else "Write them as 0 and 1, or take a loss for numbers, such as mse.",
    )


@dataclass(frozen=True)
class Computes:
    """A loss that cannot be computed."""

    name: str = "labels and loss"

    def __call__(self, setup: Setup) -> Finding | None:
        """Compute it for a few examples."""
        try:
            value = float(setup.loss(setup.probe, training=False))
        except Exception as error:  # a loss may hold any code, and raise anything
            return Finding(
                self.name,
                "wrong",
                f"The loss cannot be computed. It says: {first_line(error)}",
                "Compare the shapes of labels and outputs.",
            )
        if np.isfinite(value):
            return None
        return Finding(
            self.name,
            "wrong",
            f"The loss is {value} before training: the first step would turn every weight into "
            "NaN.",
            "Look for the logarithm of 0, a division by 0, and labels that are no class.",
        )


@dataclass(frozen=True)
class RightAnswers:
    """An accuracy that is not the share of right answers.

    Parameters
    ----------
    within
        How far from 1 it may be where every answer is right.
    """

    name: str = "accuracy"
    within: float = 0.02

    def __call__(self, setup: Setup) -> Finding | None:
        """Show each accuracy labels of this training, and outputs that are right in all of them."""
        for place, name in enumerate([*setup.goals, *setup.numbers]):
            metrics = [
                (called, metric)
                for called, metric in named(metrics_by_output(setup.model, name, place))
                if is_accuracy(called, metric)
            ]
            if name in setup.numbers and metrics:
                return self._of_numbers(metrics[0][0], setup.numbers[name])
            if name in setup.goals:
                found = self._of_answers(setup, name, place, metrics)
                if found is not None:
                    return found
        return None

    def _of_numbers(self, metric: str, told: str) -> Finding:
        return Finding(
            self.name,
            "wrong",
            f"The metric {metric!r} means nothing here: {told}",
            'Leave it out, or say metrics=["mae"]: by how much an output is off.',
        )

    def _of_answers(
        self, setup: Setup, name: str, place: int, metrics: list[tuple[str, Any]]
    ) -> Finding | None:
        goal = setup.goals[name]
        if goal.counted < goal.total:
            return None  # a metric that is asked without the mask says another number
        goal = _first(goal, max(1, _ASKED // int(np.prod(goal.shape[1:]))))
        labels = part_of(setup.arrays["y"], name, place)[: goal.shape[0]]
        outputs = right_outputs(setup.model, goal)
        for called, metric in metrics:
            try:
                share = _measured(metric, labels, outputs)
            except Exception as error:  # a metric may raise anything
                said = f"cannot be computed: {first_line(error)}"
            else:
                if abs(share - 1) <= self.within:
                    continue
                said = f"says {as_share(share)} where every answer is right"
            return Finding(
                self.name, "wrong", f"The metric {called!r} {said}.", _REMEDIES[goal.kind]
            )
        return None


def _first(goal: AsExamples, inputs: int) -> AsExamples:
    """Keep the examples of the first inputs alone; all of them count."""
    inputs = min(inputs, goal.shape[0])
    few = goal.among(np.arange(inputs * goal.group))
    return replace(few, shape=(inputs, *goal.shape[1:]), counted=len(few.kept))


def right_outputs(model: Any, goal: AsExamples) -> FloatArray:
    """Make up outputs that are right for all labels, unequally sure, as the model gives them.

    Probabilities where its loss takes these, else logits.
    """
    rng = np.random.default_rng(0)
    sure = rng.uniform(0.5, 4.0, goal.shape)
    if goal.kind == "classes":
        truth = np.eye(goal.classes)[goal.labels].reshape(goal.shape)
        logits = truth * (sure + 4.0) + rng.uniform(-1, 1, goal.shape)
        p = np.exp(logits) / np.exp(logits).sum(axis=-1, keepdims=True)
    else:
        logits = np.where(goal.labels.reshape(goal.shape) == 1, sure, -sure)
        p = 1 / (1 + np.exp(-logits))
    from_logits = any(config_of(one).get("from_logits") for one in _losses(model))
    return np.asarray(logits if from_logits else p, np.float32)


def _losses(model: Any) -> Iterator[Any]:
    loss = model.loss
    given = loss.values() if isinstance(loss, dict) else loss
    yield from given if isinstance(given, (list, tuple)) or isinstance(loss, dict) else [loss]


def _measured(metric: Any, labels: Any, outputs: FloatArray) -> float:
    """Give what a metric says of outputs."""
    tf = tensorflow()
    model = stand_in("mse", outputs.shape[1:], [fresh(metric)])
    found = model.compute_metrics(None, tf.constant(labels), tf.constant(outputs))
    return float(next(value for name, value in found.items() if name != "loss"))
