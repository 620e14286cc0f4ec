"""Put variables back after something that moves them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np


@contextmanager
def untouched(variables: Iterable[Any]) -> Iterator[None]:
    """Put every variable that was moved inside back, bit for bit."""
    kept = [(variable, np.array(variable.numpy())) for variable in variables]
    try:
        yield
    finally:
        for variable, value in kept:
            if variable.numpy().tobytes() != value.tobytes():
                variable.assign(value)


@contextmanager
def left_alone(model: Any) -> Iterator[None]:
    """Put back what asking a compiled model moves.

    That is its variables, what its metrics have counted, and its loss: Keras builds that at the
    first call, for outputs like those of that call.
    """
    loss = model._compile_loss
    if not loss.built:
        settings = {"reduction": loss.reduction, "output_names": loss.output_names}
        model._compile_loss = type(loss)(loss._user_loss, loss._user_loss_weights, **settings)
    try:
        with untouched([*model.variables, *model.metrics_variables]):
            yield
    finally:
        model._compile_loss = loss
