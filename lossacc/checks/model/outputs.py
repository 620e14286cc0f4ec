"""What a model gives: probabilities, separate answers or plain numbers, and how that is known.

Keras on TensorFlow looks behind a loss's input. Where that is a softmax or sigmoid, it takes the
numbers before it, the logits, and works from these. It finds them in one of two ways: Keras' own
activations leave them on the tensor, as `_keras_logits`; and in a graph the tensor's operation can
be asked. An operation after the softmax hides them, as does a dropout there in training, and a
change of the number type. Other backends never look (see `_get_logits` in
keras/src/backend/tensorflow/nn.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from lossacc.support.keras_api import tensorflow
from lossacc.support.types import FloatArray

Memory = Literal["attribute", "operation", "none"]
Kind = Literal["probabilities", "answers", "ones", "numbers", "unclear"]
KINDS = {
    "probabilities": "probabilities that sum to 1",
    "answers": "one probability a unit, each for itself",
    "ones": "1 for every example",
    "numbers": "numbers of any size",
    "unclear": "numbers between 0 and 1",
}
# Operations that leave every number as it is.
_PASSES = ("Identity", "Reshape", "Squeeze", "ExpandDims", "Cast", "StopGradient", "EnsureShape")
# Operations of activation functions, by TensorFlow's names.
_ACTIVATIONS = (
    *("Softmax", "Sigmoid", "LogSoftmax", "Tanh", "Relu", "Relu6"),
    *("Elu", "Selu", "Softplus", "Softsign"),
)


@dataclass(frozen=True)
class Outputs:
    """The form of a model's outputs.

    Parameters
    ----------
    units
        How many numbers an example gets.
    kind
        One of `KINDS`.
    activations
        The activation functions at the model's end, the last first, by TensorFlow's names.
    memory
        How the loss finds the logits behind the outputs in training: "attribute", "operation", or
        "none".
    dtype
        TensorFlow's type of the outputs.
    """

    units: int
    kind: Kind
    activations: tuple[str, ...]
    memory: Memory
    dtype: Any

    def values(self, logits: Any) -> Any:
        """Turn logits (n, U), a tensor, into what this model would give for them."""
        tf = tensorflow()
        if self.kind == "probabilities":
            return tf.nn.softmax(logits)
        return tf.math.sigmoid(logits) if self.kind == "answers" else logits

    def imitate(self, logits: Any) -> Any:
        """Turn logits into outputs that a loss cannot tell from this model's own.

        They have their number type, and where the model's outputs lead back to their logits, so
        do these.
        """
        tf = tensorflow()
        logits = tf.cast(logits, self.dtype)
        output = self.values(logits)
        if self.memory == "attribute":
            output._keras_logits = logits
        return tf.identity(output) if self.memory == "none" else output


def memory_of(output: Any) -> Memory:
    """Tell how a loss would find the logits behind an output tensor."""
    if hasattr(output, "_keras_logits"):
        return "attribute"
    last = getattr(getattr(output, "op", None), "type", None)
    return "operation" if last in ("Softmax", "Sigmoid") else "none"


def activations_of(output: Any) -> tuple[tuple[str, ...], Any]:
    """Walk back from an output tensor over the activations at its end.

    Returns
    -------
    names
        The activations, the last first. Without a graph one at most is known: where Keras left
        the logits on the tensor, softmax or sigmoid.
    behind
        The tensor before the last activation; None where there is none.
    """
    if not hasattr(output, "op"):
        logits = getattr(output, "_keras_logits", None)
        return ((), None) if logits is None else ((_last_of(output, logits),), logits)
    names: list[str] = []
    behind, here = None, _skip(output)
    while here.op.type in _ACTIVATIONS:
        names.append(here.op.type)
        before = here.op.inputs[0]
        behind = before if behind is None else behind
        here = _skip(before)
    return tuple(names), behind


def _last_of(output: Any, logits: Any) -> str:
    """Tell which of the two activations turned logits into an output."""
    sigmoids = tensorflow().math.sigmoid(logits)
    return "Sigmoid" if np.allclose(sigmoids, output, atol=1e-3) else "Softmax"


def _skip(tensor: Any) -> Any:
    """Step back over operations that change no number."""
    while tensor.op.type in _PASSES:
        tensor = tensor.op.inputs[0]
    return tensor


def kind_of(values: FloatArray, last: str | None) -> Kind:
    """Tell what outputs (n, U) are, from their values and the last activation's name."""
    if values.shape[1] == 1 and last == "Softmax":
        return "ones"
    if last == "Sigmoid":
        return "answers"
    if values.shape[1] > 1 and are_distributions(values):
        return "probabilities"
    # A sigmoid written by hand looks like this, and so might small positive logits.
    return "unclear" if ((values > 0) & (values < 1)).all() else "numbers"


def are_distributions(values: FloatArray) -> bool:
    """Tell whether every row (n, U) could be the probabilities of U classes."""
    inside = bool(((values >= 0) & (values <= 1)).all())
    return inside and bool((np.abs(values.sum(axis=1) - 1) < 0.01).all())
