"""What a compiled Keras model says of itself: its loss, its outputs, its optimizer."""

from __future__ import annotations

from typing import Any

import numpy as np

OUTPUTS = ("logits", "probabilities")
ONE_OUTPUT = "expected one output (examples, K)"
_PLAIN = (
    "SparseCategoricalCrossentropy",
    "CategoricalCrossentropy",
    "BinaryCrossentropy",
    "sparse_categorical_crossentropy",
    "categorical_crossentropy",
    "binary_crossentropy",
)


def check_model(model: Any) -> None:
    """Refuse, by name, a model that cannot be scored.

    Raises
    ------
    ValueError
        If it is not compiled, not built, or has several inputs, several outputs or an output that
        is not one row an example.
    """
    name = f"model {model.name!r}"
    if getattr(model, "optimizer", None) is None:
        raise ValueError(f"{name} is not compiled; call model.compile(...) first")
    if not model.built:
        raise ValueError(f"{name} is not built; add an Input or call model.build(...)")
    if len(getattr(model, "inputs", None) or [None]) > 1:
        raise ValueError(f"{name} takes {len(model.inputs)} inputs; expected one, the images")
    shape = getattr(model, "output_shape", None)
    if isinstance(shape, (list, dict)) or (shape is not None and len(shape) != 2):
        raise ValueError(f"{name} gives {shape}; {ONE_OUTPUT}")


def outputs_of(model: Any) -> str:
    """Read off its loss whether a model gives logits or probabilities.

    Raises
    ------
    ValueError
        If the loss does not tell.
    """
    config = config_of(model.loss)
    if "from_logits" in config:
        return OUTPUTS[0] if config["from_logits"] else OUTPUTS[1]
    if "crossentropy" in _name(model.loss):
        return "probabilities"  # Keras' named losses take from_logits=False
    raise ValueError(
        f"it cannot be told whether model {model.name!r} gives logits or probabilities; "
        'say outputs="logits" or outputs="probabilities"'
    )


def is_plain_cross_entropy(model: Any) -> bool:
    """Tell whether the compiled loss is plain cross-entropy, without smoothing or class weights."""
    config = config_of(model.loss)
    altered = config.get("label_smoothing", 0) or config.get("ignore_class") is not None
    altered = altered or config.get("reduction") in ("sum", "none", None)
    return _name(model.loss) in _PLAIN and not (config and altered)


def is_binary(model: Any) -> bool:
    """Tell whether the loss asks each output unit a yes-or-no question of its own."""
    return _name(model.loss) in ("BinaryCrossentropy", "binary_crossentropy")


def _name(loss: Any) -> str:
    """Name a loss: Keras takes it as text, as a function and as an object."""
    if isinstance(loss, str):
        return loss
    return str(getattr(loss, "__name__", type(loss).__name__))


def config_of(loss: Any) -> dict[str, Any]:
    """Give the settings of a loss, nothing where it has none."""
    return loss.get_config() if hasattr(loss, "get_config") else {}


def optimizer_of(model: Any) -> Any:
    """Give the optimizer that takes the steps; mixed precision wraps it in another."""
    return getattr(model.optimizer, "inner_optimizer", model.optimizer)


def has_schedule(model: Any) -> bool:
    """Tell whether the optimizer was made with a schedule of its own for the learning rate."""
    return isinstance(optimizer_of(model).get_config()["learning_rate"], dict)


def last_rate(model: Any) -> float:
    """Give the learning rate of the last step."""
    optimizer = optimizer_of(model)
    if has_schedule(model):  # `learning_rate` would be the next step's
        return float(np.asarray(optimizer._learning_rate(optimizer.iterations - 1)))
    return float(np.asarray(optimizer.learning_rate))


def model_settings(model: Any) -> dict[str, Any]:
    """Give a model's loss, optimizer and size as JSON values."""
    optimizer = optimizer_of(model)
    plain = {
        name: value
        for name, value in optimizer.get_config().items()
        if isinstance(value, (int, float, str, bool, type(None)))
    }
    plain["name"] = type(optimizer).__name__  # Keras numbers its own names through the session
    return {
        "loss": _name(model.loss),
        "optimizer": plain,
        "parameters": int(model.count_params()),
    }
