"""What an audit is handed: refused with a sentence, or read into plain parts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from lossacc.support.compiled_model import check_built, check_compiled, check_model
from lossacc.support.keras_api import keras
from lossacc.support.types import IntArray
from lossacc.training.on_device import unpacked

PROBE = 64  # examples that go through the model


def check_ready(model: Any) -> None:
    """Refuse a model that is not ready to be trained, or has several inputs or outputs."""
    check_model(model)
    check_parts(model)


def check_parts(model: Any) -> None:
    """Refuse a model that is not ready to be trained."""
    check_compiled(model)
    check_built(model)
    if model.loss is None:
        raise ValueError(f"model {model.name!r} is compiled without a loss; expected one.")
    for layer in _layers(model):
        if not layer.built:
            raise ValueError(
                f"layer {layer.name!r} of model {model.name!r} is not built; apply the model to a "
                "few images first, as in model(x[:1])."
            )


def _layers(model: Any) -> Iterator[Any]:
    """List the layers of a model, those of models inside it too."""
    for layer in model.layers:
        yield layer
        yield from _layers(layer) if hasattr(layer, "layers") else ()


def read(x: Any, y: Any) -> tuple[Any, Any, IntArray]:
    """Read images and labels as Keras would take them."""
    x, y, goal = unpacked((x, y), finite=False)  # NaN in the images is a finding
    return x, y, goal.labels


def only_loss(loss: Any) -> Any:
    """Take the one loss out of a list or dictionary of one."""
    if not isinstance(loss, (list, tuple, dict)):
        return loss
    losses = list(loss.values()) if isinstance(loss, dict) else list(loss)
    if len(losses) != 1:
        raise ValueError(f"got a model with {len(losses)} losses; expected one.")
    return losses[0]


def evenly(size: int) -> IntArray:
    """Give the places of at most 64 of so many examples, evenly spread."""
    return np.linspace(0, size - 1, min(size, PROBE)).astype(np.int64)


def metrics_of(model: Any) -> tuple[Any, ...]:
    """Give the compiled metrics as they were handed to `compile`, one list."""
    return _listed(_given_metrics(model))


def metrics_by_output(model: Any, name: str, place: int) -> tuple[Any, ...]:
    """Give the compiled metrics of one output, by its name or place."""
    return _listed([_of_output(given, name, place) for given in _given_metrics(model)])


def _given_metrics(model: Any) -> list[Any]:
    """Give what `compile` was handed as metrics, and as weighted metrics."""
    compiled = getattr(model, "_compile_metrics", None)
    return [getattr(compiled, f"_user_{kind}metrics", None) for kind in ("", "weighted_")]


def _of_output(given: Any, name: str, place: int) -> Any:
    if isinstance(given, dict):
        return given.get(name)
    if name and isinstance(given, (list, tuple)):
        return given[place] if place < len(given) else None
    return given


def _listed(given: list[Any]) -> tuple[Any, ...]:
    return tuple(metric for metric in keras().tree.flatten(given) if metric is not None)


def own_steps(model: Any) -> tuple[str, ...]:
    """Name the methods by which a model computes its loss in a way of its own."""
    plain = keras().Model
    steps = ("train_step", "compute_loss")
    return tuple(step for step in steps if getattr(type(model), step) is not getattr(plain, step))
