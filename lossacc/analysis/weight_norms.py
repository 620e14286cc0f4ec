"""The length of a network's kernels, and the rate that it comes to.

BatchNormalization behind a convolution makes the network compute the same whatever the length of
the kernel. What a step then changes is the kernel's direction, and the same step turns a short
kernel further than a long one: what counts is the rate divided by the squared length (van
Laarhoven 2017, https://arxiv.org/abs/1706.05350).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from lossacc.runs.run import Run
from lossacc.support import validate
from lossacc.support.compiled_model import check_keras
from lossacc.support.types import FloatArray

KERNEL_NORM = "kernel_norm"


def kernel_norm(model: Any) -> float:
    """Give the length of all convolution kernels of a Keras model together: sqrt(sum of squares).

    Raises
    ------
    ValueError
        If it has no convolution.
    """
    check_keras(model)
    kernels = [v for v in model.trainable_variables if v.name == "kernel" and len(v.shape) == 4]
    if not kernels:
        raise ValueError(f"model {model.name!r} has no convolution; expected one or more.")
    return math.sqrt(sum(float(np.square(np.asarray(kernel)).sum()) for kernel in kernels))


class NormWatch:
    """Note the length of the kernels at every epoch of a training, beside what is printed.

    Parameters
    ----------
    model
        The model in training.
    on_epoch
        Called with the run so far, the lengths in it.

    Examples
    --------
    >>> watch = NormWatch(model)  # doctest: +SKIP
    >>> run = watch.noted(train(model, examples, epochs=9, on_epoch=watch))  # doctest: +SKIP
    """

    def __init__(self, model: Any, on_epoch: Callable[[Run], None] | None = None) -> None:
        """Note nothing yet."""
        self.model, self.norms, self._on_epoch = model, list[float](), on_epoch

    def __call__(self, run: Run) -> None:
        """Note the length at the end of the run's last epoch."""
        self.norms.append(kernel_norm(self.model))
        if self._on_epoch is not None:
            self._on_epoch(self.noted(run))

    def noted(self, run: Run) -> Run:
        """Give the run with the lengths beside what was printed."""
        return replace(run, printed={**run.printed, KERNEL_NORM: np.array(self.norms)})


def note_norms(model: Any) -> Any:
    """Give a Keras callback that notes the length of the kernels beside what `fit` prints.

    It stands before the `Recorder` among the callbacks, so that the run has the lengths.

    Raises
    ------
    TypeError, ValueError
        If it is no Keras model, or has no convolution.
    """
    from lossacc.support.keras_api import keras

    kernel_norm(model)  # refuses now what would fail after the first epoch

    def note(_: int, logs: dict[str, Any]) -> None:
        logs[KERNEL_NORM] = kernel_norm(model)

    return keras().callbacks.LambdaCallback(on_epoch_end=note)


def norms_of(run: Run) -> FloatArray:
    """Give the length of the kernels at each recorded epoch, shape (R,).

    Raises
    ------
    ValueError
        If it was not noted.
    """
    if KERNEL_NORM not in validate.instance("run", run, Run, "a Run").printed:
        raise ValueError(
            f"this run does not say how long its kernels were; expected {KERNEL_NORM!r} among what "
            "was printed, as NormWatch and note_norms put it there."
        )
    return np.asarray(run.printed[KERNEL_NORM])


def effective_rate(run: Run) -> FloatArray:
    """Give the rate divided by the squared length of the kernels, shape (R,); NaN at epoch 0.

    Raises
    ------
    ValueError
        If the length was not noted.
    """
    norms = norms_of(run)
    return np.asarray(run.learning_rate / norms**2)
