"""One epoch more with Keras' own `fit`, of which nothing is left behind."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from lossacc.checks.modes.measuring import Draw
from lossacc.checks.modes.passes import Passes
from lossacc.support.restore_variables import untouched


@contextmanager
def undone(model: Any) -> Iterator[None]:
    """Leave a model as it was: weights, statistics, random generators, optimizer, metrics."""
    if not model.optimizer.built:
        model.optimizer.build(model.trainable_variables)
    # Not among them: the functions that Keras traced, which hold no numbers.
    held = {name: vars(model).get(name) for name in ("history", "stop_training")}
    variables = [*model.variables, *model.optimizer.variables, *model.metrics_variables]
    with untouched({id(v): v for v in variables}.values()):
        try:
            yield
        finally:
            for name, value in held.items():
                vars(model).pop(name, None)
                if value is not None:
                    vars(model)[name] = value


def next_epoch(passes: Passes, draw: Draw) -> dict[str, float]:
    """Train for one epoch, on this draw's batches and masks; give what `fit` printed."""
    draw.sow(passes)
    arrays, order = draw.arrays, draw.order
    history = passes.model.fit(
        arrays["x"][order] if draw.shown is None else draw.shown,
        arrays["y"][order],
        sample_weight=arrays["weights"][order] if "weights" in arrays else None,
        batch_size=draw.batch_size,
        shuffle=False,
        epochs=1,
        verbose=0,
    )
    return {name: float(values[-1]) for name, values in history.history.items()}
