"""Networks whose L2 and weight decay can be moved without compiling anew.

Keras bakes both numbers into what it compiles. Here a variable stands in the place of each, and
Keras' own code reads it: the bits are those of the plain number. So one compiled network, which
costs about half a second and 11 MB, serves every strength.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from lossacc.networks.cnn import initialise, small_cnn
from lossacc.support.keras_api import keras, tensorflow
from lossacc.support.types import Seed

OPTIMIZERS = ("SGD", "SGD, no momentum", "Adam")
MOMENTUM = 0.9
KERNELS = ("every kernel", "convolutions")
_NOT_DECAYED = ["bias", "gamma", "beta"]  # as with a kernel_regularizer: kernels alone


@dataclass(frozen=True, eq=False)
class Penalised:
    """A compiled network, and what holds its weights down.

    Parameters
    ----------
    model
        The Keras model.
    convolutions, dense
        The factors of the L2 penalties on the two kinds of kernels.
    decay
        The optimizer's `weight_decay`.
    """

    model: Any
    convolutions: Any
    dense: Any
    decay: Any

    def start(self, seed: Seed, *, l2: float, decay: float, on: str) -> Any:
        """Give the model with new weights and these strengths.

        Parameters
        ----------
        seed
            Of the weights, and of Dropout's masks.
        l2, decay
            The factor of the L2 penalty, and `weight_decay`.
        on
            One of KERNELS: where the penalty is. `weight_decay` is on every kernel.
        """
        self.convolutions.assign(l2)
        self.dense.assign(l2 if on == KERNELS[0] else 0.0)
        self.decay.assign(decay)
        return initialise(self.model, seed)


def squared_norm(model: Any, on: str = KERNELS[0]) -> float:
    """Give the sum of the squares of a model's kernels, or of its convolutions' alone."""
    kernels = [layer.kernel for layer in model.layers if _is_on(layer, on)]
    return float(sum(np.square(np.asarray(kernel), dtype=np.float64).sum() for kernel in kernels))


def _is_on(layer: Any, on: str) -> bool:
    has_kernel = hasattr(layer, "kernel")
    return has_kernel and (on == KERNELS[0] or isinstance(layer, keras().layers.Conv2D))


@lru_cache(maxsize=10)
def penalised(
    shape: tuple[int, int, int],
    classes: int,
    *,
    optimizer: str = OPTIMIZERS[0],
    batch_norm: bool = False,
    dropout: float = 0.0,
    logged: bool = False,
) -> Penalised:
    """Build and compile a small CNN whose penalties can be moved.

    Parameters
    ----------
    shape, classes, batch_norm, dropout
        See `lossacc.networks.cnn.small_cnn`.
    optimizer
        One of OPTIMIZERS.
    logged
        Whether Keras logs cross-entropy and accuracy beside the loss.
    """
    model = small_cnn(shape, classes, batch_norm=batch_norm, dropout=dropout)
    convolutions, dense = _movable(), _movable()
    for layer in model.layers:
        if hasattr(layer, "kernel"):
            on_convolution = _is_on(layer, KERNELS[1])
            layer.kernel.regularizer = convolutions if on_convolution else dense
    steps, decay = _optimizer(optimizer)
    loss = keras().losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(steps, loss, metrics=_metrics() if logged else None)
    return Penalised(model, convolutions.l2, dense.l2, decay)


def _movable() -> Any:
    """Give Keras' own L2 with a variable for its factor."""
    penalty = keras().regularizers.L2(0.0)
    penalty.l2 = keras().Variable(0.0, trainable=False, name="l2")
    return penalty


def _optimizer(name: str) -> tuple[Any, Any]:
    """Give an optimizer, and the variable that stands for its `weight_decay`."""
    optimizers = keras().optimizers
    made = optimizers.Adam()
    if name != "Adam":
        made = optimizers.SGD(momentum=MOMENTUM if name == "SGD" else 0.0)
    made.exclude_from_weight_decay(var_names=_NOT_DECAYED)
    # TensorFlow's, not Keras': an optimizer counts Keras' variables among its own state.
    made.weight_decay = tensorflow().Variable(0.0, trainable=False)
    return made, made.weight_decay


def _metrics() -> list[Any]:
    cross_entropy = keras().metrics.SparseCategoricalCrossentropy(
        from_logits=True, name="crossentropy"
    )
    return [cross_entropy, "accuracy"]
