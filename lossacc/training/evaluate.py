"""Score every example of a Keras model inside the graph, from logits, in evaluation mode.

`model.predict` gives probabilities, and Keras clips them before it takes a logarithm: an example
that is confidently wrong then loses 16.1 nats at most, whatever the network said. The logits keep
what it said.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from lossacc.support import validate
from lossacc.support.compiled_model import (
    ONE_OUTPUT,
    OUTPUTS,
    applied,
    check_model,
    compared,
    config_of,
    is_binary,
    outputs_of,
)
from lossacc.support.keras_api import tensorflow
from lossacc.support.types import FloatArray

Arrays = dict[str, Any]  # tensors whose first axis counts the examples

_SPLIT = 256  # from here on two halves run side by side, each on a thread of its own
_CHUNK = 2**20  # numbers in the images scored in one call: some tens of milliseconds


@dataclass(frozen=True)
class Scored:
    """What one pass over a set of examples gave.

    Parameters
    ----------
    logits
        Shape (N, K), float32.
    objective
        The mean of the compiled loss, sample weights and all, without the penalty.
    penalty
        The sum of the regularisation penalties.
    """

    logits: FloatArray
    objective: float
    penalty: float


class Scorer:
    """The compiled evaluation pass of one compiled model.

    Parameters
    ----------
    model
        A built and compiled Keras model with one input and one output of shape (N, K) or (N, 1).
    outputs
        "logits" or "probabilities": what the model gives. By default it is read off the model's
        last operation and its loss.

    Raises
    ------
    ValueError
        If the model cannot be scored. That it cannot be told what it gives shows at the first
        call.
    """

    def __init__(self, model: Any, outputs: str | None = None) -> None:
        """Check the model, and compile nothing yet."""
        check_model(model)
        if outputs is not None:
            validate.one_of("outputs", outputs, OUTPUTS)
        self.model = model
        self.outputs = outputs
        self._passes: dict[tuple[Any, ...], Any] = {}
        self._parts: dict[tuple[Any, ...], Any] = {}
        self._to_prove = False  # whether outputs taken for probabilities are yet to be looked at

    def logits(self, output: Any) -> Any:
        """Give the logits (n, K), float32, behind a symbolic model output (n, K) or (n, 1)."""
        tf = tensorflow()
        self._check_units(output)
        found = _behind(output)
        if found is None and (self.outputs or outputs_of(self.model)) == "probabilities":
            self._to_prove = True
            return _log_probabilities(tf, tf.cast(output, tf.float32))
        found = tf.cast(output if found is None else found, tf.float32)
        return tf.concat([tf.zeros_like(found), found], -1) if found.shape[-1] == 1 else found

    def _check_units(self, output: Any) -> None:
        """Refuse outputs that are not one probability for each label."""
        units, last = output.shape[-1], getattr(getattr(output, "op", None), "type", None)
        if len(output.shape) != 2:
            raise ValueError(f"model {self.model.name!r} gives {output.shape}; {ONE_OUTPUT}.")
        if units == 1 and last == "Softmax":
            raise ValueError("a softmax over one unit gives 1 for every example; "
                             "use a sigmoid, or two units.")  # fmt: skip
        if units > 1 and self.outputs is None and (last == "Sigmoid" or is_binary(self.model)):
            raise ValueError(
                f"model {self.model.name!r} gives {units} separate yes-or-no answers, and no "
                'one probability for a label; say outputs="logits" to read its numbers, before '
                "the sigmoid, as the logits of a softmax."
            )

    def __call__(
        self, arrays: Arrays, should_stop: Callable[[], bool] | None = None
    ) -> Scored | None:
        """Score examples that lie on the device.

        Parameters
        ----------
        arrays
            Tensors of N rows: "x", the images, "y", the targets as the loss wants them, and
            where there are any "weights", the sample weights.
        should_stop
            Asked between chunks of some thousand examples.

        Returns
        -------
        Scored or None
            None where it was told to stop.
        """
        n, parts = int(arrays["x"].shape[0]), []
        run = self._pass_for(arrays)
        chunk = _chunk(arrays["x"])
        for first in range(0, n, chunk):
            if should_stop is not None and should_stop():
                return None
            edges = (first, min(first + chunk, n))
            parts.append(run(arrays, *(tensorflow().constant(edge) for edge in edges)))
        logits = np.concatenate([part[0].numpy() for part in parts])
        self._check_sums(logits)
        objective, penalty = np.sum([part[1].numpy() for part in parts], axis=0) / n
        return Scored(logits, float(objective), float(penalty))

    def _check_sums(self, logits: FloatArray) -> None:
        """Refuse, once, outputs that were taken for probabilities and do not sum to 1."""
        if not self._to_prove:
            return
        self._to_prove = False
        refuse_sums(self.model, logits)

    def _pass_for(self, arrays: Arrays) -> Any:
        """Give the compiled pass for inputs of this kind, whatever their number."""
        halves = 1 if int(arrays["x"].shape[0]) < _SPLIT else 2
        key = (halves, kind_of(arrays))
        if key not in self._passes:
            self._passes[key] = self._compile(halves, arrays)
        return self._passes[key]

    def _compile(self, halves: int, arrays: Arrays) -> Compiled:
        kind, number = kind_of(arrays), tensorflow().TensorSpec((), tensorflow().int32)
        if kind not in self._parts:
            self._parts[kind] = function_of(self._part, arrays, number, number)
        if halves == 1:
            return Compiled(self._parts[kind])
        score = functools.partial(self._score, halves, self._parts[kind])
        return Compiled(function_of(score, arrays, number, number))

    def _score(self, halves: int, score: Any, arrays: Arrays, first: Any, last: Any) -> Any:
        """Give the logits, and objective and penalty times the number of examples."""
        tf = tensorflow()
        edges = [first + (last - first) * part // halves for part in range(halves + 1)]
        parts = [score(arrays, *edges[i : i + 2]) for i in range(halves)]
        logits, sums = zip(*parts, strict=True)
        return tf.concat(logits, 0), tf.add_n(sums)

    def _part(self, arrays: Arrays, first: Any, last: Any) -> Any:
        """Score one part."""
        tf, model = tensorflow(), self.model
        part = {name: values[first:last] for name, values in arrays.items()}
        output = applied(model, part["x"], training=False)
        total = tf.cast(compute_loss(model, part, output, training=False), tf.float64)
        penalties = [tf.cast(tf.reduce_sum(loss), tf.float64) for loss in model.losses]
        penalty = tf.add_n(penalties or [tf.zeros((), tf.float64)])
        size = tf.cast(last - first, tf.float64)
        summed = config_of(model.loss).get("reduction") == "sum"
        objective = (total - penalty) * (1.0 if summed else size)
        return self.logits(output), tf.stack([objective, penalty * size])


def function_of(call: Callable[..., Any], arrays: Arrays, *more: Any) -> Any:
    """Give a TensorFlow function of arrays of this kind, of any length, and of more tensors."""
    # A partial has no code of its own: TensorFlow would count those of all models as one function,
    # and warn that it is traced too often.
    signature = [signature_of(arrays), *more]
    return tensorflow().function(
        functools.partial(call), input_signature=signature, autograph=False
    )


class Compiled:
    """A TensorFlow function as it was traced, to be called with what it takes and nothing else.

    TensorFlow's own call looks every argument over, at .25 ms of Python: as long as some steps.

    Parameters
    ----------
    function
        As `function_of` gives it.
    """

    def __init__(self, function: Any) -> None:
        """Trace it."""
        self._traced = function.get_concrete_function()
        self._captured = tuple(self._traced.captured_inputs)

    def __call__(self, arrays: Arrays, *more: Any) -> Any:
        """Give the list of the tensors that it gives."""
        flat = (arrays[name] for name in sorted(arrays))  # as TensorFlow orders a mapping
        return self._traced.inference_fn.call_flat(*flat, *more, *self._captured)


def refuse_sums(model: Any, logits: FloatArray) -> None:
    """Refuse logarithms (..., K) of what was taken for probabilities and does not sum to 1."""
    sums = np.exp(logits.astype(np.float64)).sum(axis=-1)
    wrong = sums[np.isfinite(sums) & (np.abs(sums - 1) > 0.01)]
    if len(wrong):
        raise ValueError(
            f"model {model.name!r} should give probabilities, as its loss has "
            f"from_logits=False, and an example's sum to {wrong[0]:.3g}. If these are logits, "
            'compile the loss with from_logits=True, or say outputs="logits".'
        )


def compute_loss(model: Any, arrays: Arrays, output: Any, training: bool) -> Any:
    """Give the compiled loss of a batch, penalties included, as Keras computes it."""
    weights = arrays.get("weights")
    return compared(
        model, arrays["y"], output, x=arrays["x"], sample_weight=weights, training=training
    )


def kind_of(arrays: Arrays) -> tuple[Any, ...]:
    """Give what a compiled function depends on: names, shapes but for the first axis, types."""
    return tuple((name, tuple(v.shape[1:]), v.dtype) for name, v in sorted(arrays.items()))


def signature_of(arrays: Arrays) -> Arrays:
    """Give the signature of arrays whose first axis may have any length."""
    spec = tensorflow().TensorSpec
    return {name: spec((None, *v.shape[1:]), v.dtype) for name, v in arrays.items()}


def _chunk(images: Any) -> int:
    """Give the examples to score in one call: it must not depend on time, or bits would."""
    values = int(np.prod(images.shape[1:]))
    return max(256, min(2048, _CHUNK // max(values, 1)))


def _behind(output: Any) -> Any:
    """Give the logits behind a softmax or sigmoid, None where there is neither."""
    if hasattr(output, "_keras_logits"):
        return output._keras_logits
    op = getattr(output, "op", None)
    return op.inputs[0] if op is not None and op.type in ("Softmax", "Sigmoid") else None


def _log_probabilities(tf: Any, output: Any) -> Any:
    """Give log p for outputs without logits; the smallest normal number stands in for zero."""
    if output.shape[-1] == 1:
        output = tf.concat([1 - output, output], -1)
    return tf.math.log(tf.maximum(output, np.finfo(np.float32).tiny))
