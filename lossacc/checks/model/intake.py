"""What an audit is handed: refused with a sentence, or read into plain parts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lossacc.support.compiled_model import check_built, check_compiled, check_model
from lossacc.support.keras_api import keras
from lossacc.support.types import IntArray
from lossacc.training.on_device import unpacked


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


def metrics_of(model: Any) -> tuple[Any, ...]:
    """Give the compiled metrics as they were handed to `compile`, one list."""
    tree = keras().tree
    compiled = getattr(model, "_compile_metrics", None)
    given = [getattr(compiled, f"_user_{kind}metrics", None) for kind in ("", "weighted_")]
    return tuple(metric for metric in tree.flatten(given) if metric is not None)


def metrics_by_output(model: Any, name: str, place: int) -> tuple[Any, ...]:
    """Give the compiled metrics of one output, by its name or place."""
    compiled = getattr(model, "_compile_metrics", None)
    found: list[Any] = []
    for kind in ("", "weighted_"):
        given = getattr(compiled, f"_user_{kind}metrics", None)
        if isinstance(given, dict):
            given = given.get(name)
        elif name and isinstance(given, (list, tuple)):
            given = given[place] if place < len(given) else None
        found += keras().tree.flatten(given)
    return tuple(metric for metric in found if metric is not None)


def own_steps(model: Any) -> tuple[str, ...]:
    """Name the methods by which a model computes its loss in a way of its own."""
    plain = keras().Model
    steps = ("train_step", "compute_loss")
    return tuple(step for step in steps if getattr(type(model), step) is not getattr(plain, step))
