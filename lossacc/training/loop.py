"""The compiled epoch: a walk over the steps inside the graph, over data that lies on the device.

Each step is `keras.Model.train_step`, in the shapes that `model.fit` would give it, so that
TensorFlow's optimizer of graphs rewrites it in the same way and both end at the same bits.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from lossacc.support.compiled_model import check_model
from lossacc.support.keras_api import keras, tensorflow
from lossacc.support.types import FloatArray
from lossacc.training.evaluate import (
    Arrays,
    Compiled,
    Scorer,
    compute_loss,
    function_of,
    kind_of,
)

SLICE = 0.05  # seconds between two looks at should_stop


class Loop:
    """The compiled functions of one model as it was compiled.

    Parameters
    ----------
    model
        A built and compiled model.
    outputs
        "logits" or "probabilities", where the model and its loss do not tell.
    """

    def __init__(self, model: Any, outputs: str | None) -> None:
        """Check the model, and compile nothing yet."""
        self.model = model
        self.scorer = Scorer(model, outputs)
        self.step_seconds = SLICE  # so that the first slice, which traces, is one step
        self._compiled: dict[tuple[Any, ...], Any] = {}
        if not model.optimizer.built:
            model.optimizer.build(model.trainable_variables)

    def steps(
        self, arrays: Arrays, order: Any, first: int, last: int, batch: int, sums: FloatArray
    ) -> FloatArray:
        """Take the steps first to last of an epoch.

        Parameters
        ----------
        arrays
            Tensors of N rows: "x", "y", "labels" and perhaps "weights".
        order
            int64 tensor: the examples of the epoch, in order.
        first, last, batch
            The steps, and the examples in each.
        sums
            Shape (3,): the loss, the hits and the gradient norm, summed over the epoch so far.

        Returns
        -------
        FloatArray
            The sums after these steps. They are carried on rather than added up here, so that no
            bit of them depends on where an epoch was cut.
        """
        key = (kind_of(arrays), _fixed_size(arrays, order, batch))
        if key not in self._compiled:
            self._compiled[key] = self._compile(arrays, key[1])
        numbers = (tensorflow().constant(number) for number in (first, last, batch, sums))
        return np.asarray(self._compiled[key](arrays, order, *numbers)[0])

    def _compile(self, arrays: Arrays, fixed: int | None) -> Compiled:
        tf = tensorflow()
        number, index = tf.TensorSpec((), tf.int32), tf.TensorSpec((None,), tf.int64)
        more = (index, number, number, number, tf.TensorSpec((3,), tf.float64))
        return Compiled(function_of(functools.partial(self._walk, fixed), arrays, *more))

    def _walk(
        self, fixed: int | None, arrays: Arrays, order: Any, first: Any, last: Any, size: Any,
        sums: Any,
    ) -> Any:  # fmt: skip
        """Loop over the steps inside the graph."""
        tf = tensorflow()

        def body(step: Any, sums: Any) -> Any:
            chosen = order[step * size : (step + 1) * size]
            chosen = tf.ensure_shape(chosen, [fixed])
            batch = {name: tf.gather(values, chosen) for name, values in arrays.items()}
            return step + 1, sums + self._step(batch)

        return tf.while_loop(lambda i, _: i < last, body, (first, sums), parallel_iterations=1)[1]

    def _step(self, batch: Arrays) -> Any:
        """Take one step, as `keras.Model.train_step` does; give loss, hits and gradient norm."""
        tf, model = tensorflow(), self.model
        variables = model.trainable_variables
        with tf.GradientTape() as tape:
            output = model(batch["x"], training=True)
            loss = compute_loss(model, batch, output, training=True)
            scaled = model.optimizer.scale_loss(loss)
        gradients = tape.gradient(scaled, [v.value for v in variables])
        model.optimizer.apply_gradients(zip(gradients, variables, strict=True))
        hits = tf.equal(tf.argmax(self.scorer.logits(output), -1), batch["labels"])
        size = tf.cast(tf.size(hits), loss.dtype)
        norm = _norm(tf, gradients) / tf.cast(model.optimizer.scale_loss(1.0), tf.float32)
        numbers = (loss * size, tf.reduce_sum(tf.cast(hits, tf.float32)), norm)
        return tf.stack([tf.cast(number, tf.float64) for number in numbers])


def loop_of(model: Any, outputs: str | None) -> Loop:
    """Give the model's compiled loop, a new one where the model was compiled anew.

    Raises
    ------
    ValueError
        If the model cannot be trained here; the sentence says why.
    """
    check_model(model)
    _check_trainable_here(model)
    names = [v.path for v in model.trainable_variables]
    key = (model.optimizer, model.loss, getattr(model, "_compile_loss", None), outputs, names)
    held = vars(model).get("_lossacc_loop")
    if held is None or any(a is not b and a != b for a, b in zip(held[0], key, strict=True)):
        held = (key, Loop(model, outputs))
        # Past Keras' own __setattr__, which would track it as a part of the model.
        vars(model)["_lossacc_loop"] = held
    loop: Loop = held[1]
    return loop


def _check_trainable_here(model: Any) -> None:
    if type(model).train_step is not keras().Model.train_step:
        raise ValueError(
            f"model {model.name!r} has a train_step of its own, which train() would not call; "
            "use model.fit with a lossacc.Recorder."
        )


def _fixed_size(arrays: Arrays, order: Any, batch: int) -> int | None:
    """Give the batch size where all batches have it, None where the last one is smaller.

    Keras, too, tells TensorFlow the batch size only where it divides the examples. It decides
    how BatchNormalization's means are divided, and with that their last bit.
    """
    even = int(arrays["x"].shape[0]) % batch == 0 and int(order.shape[0]) % batch == 0
    return batch if even else None


def _norm(tf: Any, gradients: list[Any]) -> Any:
    """Give the global norm of the gradients."""
    squares = [_sum_of_squares(tf, g) for g in gradients if g is not None]
    return tf.sqrt(tf.add_n(squares)) if squares else tf.zeros(())


def _sum_of_squares(tf: Any, gradient: Any) -> Any:
    """Give the sum of squares of one gradient, and leave the gradient's own bits alone.

    TensorFlow multiplies a product with the learning rate in whatever order is cheapest, but only
    where nobody else reads the product. So a gradient that is a product (BatchNormalization's
    gamma) is read through its two factors.
    """
    if isinstance(gradient, tf.IndexedSlices):  # of an Embedding: the rows that were used
        gradient = tf.convert_to_tensor(gradient)
    op = gradient.op
    factors = op.inputs if op.type == "Mul" else [gradient]
    squares = [tf.square(tf.cast(factor, tf.float32)) for factor in factors]
    return tf.reduce_sum(functools.reduce(tf.multiply, squares))
