"""A compiled loss as a black box: numbers go in, a loss comes out, whatever its spelling."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np

from lossacc.checks.model.labels import LabelForm
from lossacc.checks.model.outputs import Outputs
from lossacc.support.keras_api import keras, tensorflow
from lossacc.support.types import FloatArray, IntArray

Reads = Literal["logits", "probabilities", "either"]
POINTS = 64  # examples made up to ask the loss about; their classes take turns
_SPREAD = 1.5  # standard deviation of made-up logits
SURE = 100.0  # a logit as good as infinite


@dataclass(frozen=True, eq=False)
class BlackBox:
    """A loss, asked about examples that are made up for the purpose.

    Parameters
    ----------
    stand_in
        A throw-away model that was compiled with the loss.
    outputs
        What the audited model gives.
    form
        How the labels are written.
    eager
        Whether the audited model runs without a graph.
    """

    stand_in: Any
    outputs: Outputs
    form: LabelForm
    eager: bool

    @cached_property
    def classes(self) -> IntArray:
        """The classes of the made-up examples, shape (n,): all of them, or 64 of many."""
        count = max(self.outputs.units, 2)
        turns = np.arange(POINTS)
        return turns % count if count <= POINTS else turns * count // POINTS

    @cached_property
    def truth(self) -> FloatArray:
        """The outputs that are right and sure, as probabilities, shape (n, U)."""
        if self.outputs.units == 1:
            return self.classes[:, None].astype(np.float32)
        return np.eye(self.outputs.units, dtype=np.float32)[self.classes]

    @property
    def toward(self) -> FloatArray:
        """The direction of the right answer in logits, shape (n, U): 1 or -1."""
        return 2 * self.truth - 1

    @property
    def astray(self) -> FloatArray:
        """The direction of one wrong answer in logits, shape (n, U): 1 or -1."""
        return -self.toward if self.outputs.units == 1 else np.roll(self.toward, 1, axis=1)

    @cached_property
    def logits(self) -> FloatArray:
        """Made-up logits, shape (n, U)."""
        return self._drawn(_SPREAD)

    def _drawn(self, spread: float) -> FloatArray:
        drawn = np.random.default_rng(0).normal(scale=spread, size=self.truth.shape)
        return drawn.astype(np.float32)

    def bare(self, values: FloatArray, classes: IntArray | None = None) -> float:
        """Give the mean loss of outputs that lead back to no logits."""
        tf = tensorflow()
        y = self.form(self.classes if classes is None else classes)
        output = tf.constant(values, tf.float32)
        return self._scale * float(self._loss(tf.constant(y), output))

    def here(self, logits: FloatArray, classes: IntArray | None = None) -> float:
        """Give the mean loss as `fit` computes it, of a model that gave these logits."""
        return self._traced(logits, classes)[0]

    def slopes(self, classes: IntArray | None = None) -> FloatArray:
        """Give the slope of the loss in logits near 0, one nearly even answer a row.

        Returns
        -------
        array
            Shape (n, U): times n, so that it is of the size of one example's slope. 0 where
            TensorFlow knows no gradient.
        """
        return POINTS * self._traced(self._drawn(0.1), classes)[1]

    def plain(self, logits: FloatArray) -> FloatArray:
        """Give the outputs that the model would give for logits, as they are printed."""
        tf = tensorflow()
        return np.asarray(self.outputs.values(tf.constant(logits, tf.float32)))

    @cached_property
    def reads(self) -> Reads:
        """What the loss takes its input for, found by asking it.

        A loss of probabilities is flat, or not a number, below 0. For a loss of logits an answer
        of 1 and 0 is not yet the best, and there is a best. For others, such as the squared error,
        both are equally possible.
        """
        outside = [self.bare(self._beyond(step)) for step in (1.0, 2.0)]
        if self._slopes_at_probabilities() and (
            not np.isfinite(outside).all() or _close(outside[0], outside[1])
        ):
            return "probabilities"
        sure, surer, surest = (self.bare(v) for v in (self.truth, self.toward * 1.5,
                                                      self.toward * SURE))  # fmt: skip
        falls = surer < sure - 1e-3 * abs(sure)
        return "logits" if falls and surest > -1e-3 else "either"

    def _beyond(self, step: float) -> FloatArray:
        """Give outputs whose labelled unit is no probability, by some step.

        The other units are large enough for the sum to stay positive, by which a loss may divide.
        """
        rest = 4.0 if self.outputs.units > 1 else 1.0 + step
        return np.asarray(np.where(self.truth == 1, -step, rest), np.float32)

    def _slopes_at_probabilities(self) -> bool:
        """Tell whether the loss reacts to the size of a probability, and not only to its rank."""
        tf = tensorflow()
        values = tf.constant(0.2 + 0.6 * self.truth)
        with tf.GradientTape() as tape:
            tape.watch(values)
            loss = self._loss(tf.constant(self.form(self.classes)), values)
        slope = tape.gradient(loss, values)
        return slope is not None and bool((np.abs(np.asarray(slope)) > 1e-9).any())

    @cached_property
    def agreement(self) -> float:
        """The share of made-up examples for which the steepest way down leads to the label.

        Examples that the loss leaves out, as it may one class, do not count. A single unit is
        asked whether a yes draws it higher than a no, wherever the border between them lies.
        """
        if self.outputs.units == 1:
            no, yes = (-self.slopes(np.full_like(self.classes, label)) for label in (0, 1))
            return float((yes > no).mean())
        down = -self.slopes()
        counted = np.abs(down).max(axis=1) > 0
        right = down.argmax(axis=1) == self.classes
        return float(right[counted].mean()) if counted.any() else 0.0

    @cached_property
    def follows_values(self) -> bool:
        """Whether the loss is one of the outputs alone, as it is on every backend."""
        return _close(self.here(self.logits), self.bare(self.plain(self.logits)), 5e-3)

    @property
    def _scale(self) -> float:
        return 1 / POINTS if self.summed else 1.0

    @cached_property
    def summed(self) -> bool:
        """Whether the loss is a sum over the examples, and no mean."""
        tf = tensorflow()
        y, values = tf.constant(self.form(self.classes)), tf.constant(0.2 + 0.6 * self.truth)
        once = float(self._loss(y, values))
        twice = float(self._loss(tf.concat([y, y], 0), tf.concat([values, values], 0)))
        return once != 0 and _close(twice, 2 * once)

    def _loss(self, y: Any, output: Any) -> Any:
        tf = tensorflow()
        return tf.reduce_mean(self.stand_in.compute_loss(y=y, y_pred=output))

    def _traced(self, logits: FloatArray, classes: IntArray | None) -> tuple[float, FloatArray]:
        tf = tensorflow()
        y = self.form(self.classes if classes is None else classes)
        loss, slope = self._with_slope(tf.constant(y), tf.constant(logits))
        return self._scale * float(loss), self._scale * np.asarray(slope)

    @cached_property
    def _with_slope(self) -> Callable[[Any, Any], Any]:
        """The loss and its slope in the logits, in a graph where the model runs in one."""
        if self.eager:
            return self._sloped
        tf = tensorflow()
        y = self.form(self.classes)
        specs = [tf.TensorSpec(y.shape, y.dtype), tf.TensorSpec(self.truth.shape, tf.float32)]
        # A partial has no code of its own: TensorFlow would warn that it is traced too often.
        traced = tf.function(functools.partial(self._sloped), autograph=False)
        return traced.get_concrete_function(*specs)  # type: ignore[no-any-return]

    def _sloped(self, y: Any, logits: Any) -> tuple[Any, Any]:
        tf = tensorflow()
        with tf.GradientTape() as tape:
            tape.watch(logits)
            loss = self._loss(y, self.outputs.imitate(logits))
        none = tf.UnconnectedGradients.ZERO
        return loss, tape.gradient(loss, logits, unconnected_gradients=none)


def stand_in(loss: Any, units: int | tuple[int, ...], metrics: list[Any] | None = None) -> Any:
    """Compile a model without weights with a loss, so that the audited model's own stays unused."""
    shape = (units,) if isinstance(units, int) else units
    inputs = keras().Input(shape, name="audit_input")
    model = keras().Model(inputs, inputs, name="audit_stand_in")
    model.compile(optimizer=None, loss=loss, metrics=metrics)
    return model


def _close(first: float, second: float, within: float = 1e-4) -> bool:
    return bool(np.isclose(first, second, rtol=within, atol=1e-6, equal_nan=True))
