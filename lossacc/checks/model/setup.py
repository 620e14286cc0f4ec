"""A training as it is handed to `audit`, whatever its inputs and outputs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from lossacc.checks.model.intake import PROBE, evenly
from lossacc.runs.as_examples import AsExamples
from lossacc.support.compiled_model import applied, row_units
from lossacc.support.keras_api import tensorflow
from lossacc.support.types import FloatArray
from lossacc.training.batches import Tree, are_images, mapped, rows_of, size_of, whole
from lossacc.training.score_outputs import OutputScorer


@dataclass(frozen=True, eq=False)
class Setup:
    """A compiled model and all the examples that it was handed with.

    Parameters
    ----------
    model
        Built and compiled, with a loss.
    arrays
        "x", "y" and, where there are any, "weights": trees of arrays of N inputs.
    goals, numbers
        Of a model that is not `plain`, by the name of an output: what its examples are; or, where
        it is trained towards numbers, what that means.
    plain
        Whether there is one input of numbers, one row of outputs, and one class an example.
    note
        What of the data was taken, where that is not all.
    """

    model: Any
    arrays: dict[str, Tree]
    plain: bool
    goals: Mapping[str, AsExamples]
    numbers: Mapping[str, str]
    note: str = ""

    @cached_property
    def probe(self) -> dict[str, Tree]:
        """At most 64 of the inputs, evenly spread, as tensors."""
        chosen = evenly(size_of(self.arrays))
        found: dict[str, Tree] = mapped(tensorflow().constant, rows_of(self.arrays, chosen))
        return found

    def loss(self, batch: Mapping[str, Tree], *, training: bool) -> Any:
        """Give the mean compiled loss of a batch, penalties included, as Keras asks for it."""
        output = self.model(batch["x"], training=training)
        # Keras' own call leaves `training` out where a compute_loss does not take it.
        found = self.model._compute_loss(
            batch["x"], batch["y"], output, batch.get("weights"), training=training
        )
        return tensorflow().reduce_mean(found)

    @property
    def called(self) -> str:
        """What an input is called: an image where it has the form of one."""
        return "images" if are_images(self.arrays["x"]) else "inputs"

    @property
    def headline(self) -> str:
        """How many inputs were read."""
        note = f" {self.note}" if self.note else ""
        return f"Seen: {size_of(self.arrays)} {self.called}{note}."

    def __str__(self) -> str:
        """Say in a few sentences what was seen of a model that is not plain."""
        told = [f"{name or 'the output'}: {goal}" for name, goal in self.goals.items()]
        told += [f"{name or 'the output'} is trained towards numbers" for name in self.numbers]
        return (
            f"{self.headline[:-1]}; {'; '.join(told)}. What the loss makes of right and wrong "
            "answers is examined for one input and one class an example only."
        )


def prepare(model: Any, x: Any, y: Any) -> Setup:
    """Read what is handed to `audit`.

    Raises
    ------
    TypeError, ValueError
        If the model cannot be applied to x, or the data do not fit it.
    """
    arrays, note = _read(x, y)
    if _is_plain(model, arrays):
        return Setup(model, arrays, True, {}, {}, note)
    scorer = OutputScorer(model, arrays["x"])
    goals, numbers = scorer.goals(arrays["x"], arrays["y"], arrays.get("weights"), {})
    return Setup(model, arrays, False, goals, numbers, note)


def _read(x: Any, y: Any) -> tuple[dict[str, Tree], str]:
    """Read arrays, or batches where there is no y."""
    parts, note = whole(x, y, finite=False)
    arrays = {"x": parts[0], "y": parts[1]}
    return arrays if parts[2] is None else {**arrays, "weights": parts[2]}, note


def _is_plain(model: Any, arrays: dict[str, Tree]) -> bool:
    """Tell whether the loss can be examined as a black box."""
    x, y = arrays["x"], arrays["y"]
    numeric = all(hasattr(one, "dtype") and one.dtype.kind in "iuf" for one in (x, y))
    if not numeric or "weights" in arrays or len(getattr(model, "inputs", None) or [None]) > 1:
        return False
    units = _units(model, x)
    if units is None or y.ndim > 2:
        return False
    if y.ndim == 2 and y.shape[1] > 1:
        one_class = bool((np.abs(y.sum(axis=1) - 1) < 0.01).all())
        return one_class or y.shape[1] != units
    if units > 1 or set(np.unique(y)) <= {0, 1} or set(np.unique(y)) == {-1, 1}:
        return True
    return not _comes_close(model, y.reshape(len(y), 1).astype(np.float32))


def _units(model: Any, x: Any) -> int | None:
    """Give the length of a model's row of outputs; None where it gives anything else."""
    shape = getattr(model, "output_shape", None)
    if shape is None:  # a subclassed model does not say
        shape = getattr(applied(model, x[:1], training=False), "shape", None)
    return row_units(shape)


def _comes_close(model: Any, y: FloatArray) -> bool:
    """Tell whether a loss is least where an output equals its number, as a regression's is.

    It is asked about numbers other than 0 and 1, for which cross-entropy is least there too.
    """
    tf = tensorflow()
    labels = tf.constant(y[~np.isin(y, (0, 1)).all(axis=1)][:PROBE])
    off = 0.5 * max(float(np.std(y)), 0.1)
    try:
        here, above, below = (
            float(tf.reduce_mean(model.compute_loss(y=labels, y_pred=labels + step)))
            for step in (0.0, off, -off)
        )
    except Exception:  # a loss may raise anything when it is given what it does not take
        return False
    return here < above and here < below
