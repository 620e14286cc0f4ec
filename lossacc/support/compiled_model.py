"""What a compiled Keras model says of itself: its loss, its outputs, its optimizer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from lossacc.support import validate
from lossacc.support.keras_api import tensorflow
from lossacc.support.text import first_line

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
    TypeError, ValueError
        If it is no Keras model, not compiled, not built, or has several inputs, several outputs or
        an output that is not one row an example.
    """
    check_compiled(model)
    check_built(model)
    name = f"model {model.name!r}"
    if len(getattr(model, "inputs", None) or [None]) > 1:
        raise ValueError(f"{name} takes {len(model.inputs)} inputs; expected one, the images.")
    shape = getattr(model, "output_shape", None)
    if isinstance(shape, (list, dict)) or (shape is not None and len(shape) != 2):
        raise ValueError(f"{name} gives {shape}; {ONE_OUTPUT}.")


def check_keras(model: Any) -> None:
    """Refuse what is no Keras model; TypeError."""
    if isinstance(model, type) or not hasattr(model, "compute_loss"):
        raise TypeError(f"model is {validate.quoted(model)}; expected a Keras model.")


def check_compiled(model: Any) -> None:
    """Refuse what is no Keras model, or is not compiled."""
    check_keras(model)
    if getattr(model, "optimizer", None) is None:
        raise ValueError(f"model {model.name!r} is not compiled; call model.compile(...) first.")


def check_built(model: Any) -> None:
    """Refuse what is no Keras model, or is not built."""
    check_keras(model)
    if not model.built:
        raise ValueError(
            f"model {model.name!r} is not built; add an Input or call model.build(...)."
        )


def check_images(model: Any, images: Any) -> None:
    """Refuse images (N, ...) of another shape than the model says it takes.

    As Keras does, take an axis of length 1 at the end for granted.
    """
    wanted = getattr(model, "input_shape", None)
    if not isinstance(wanted, tuple):  # a subclassed model does not say
        return
    sides, given = tuple(wanted[1:]), tuple(images.shape[1:])
    if not any(_fit(one, two) for one, two in ((sides, given), (sides, (*given, 1)),
                                               ((*sides, 1), given))):  # fmt: skip
        listed = ", ".join("any" if side is None else str(side) for side in sides)
        raise ValueError(
            f"x has the shape {tuple(images.shape)}; expected (N, {listed}), as model "
            f"{model.name!r} takes it."
        )


def _fit(sides: tuple[int | None, ...], given: tuple[int, ...]) -> bool:
    return len(sides) == len(given) and all(
        side in (None, has) for side, has in zip(sides, given, strict=True)
    )


def row_units(shape: Any) -> int | None:
    """Give the length of a row of outputs by their shape (N, K); None for any other form."""
    fits = hasattr(shape, "__len__") and len(shape) == 2 and isinstance(shape[1], int)
    return int(shape[1]) if fits and not isinstance(shape, (list, dict)) else None


def applied(model: Any, images: Any, **mode: bool) -> Any:
    """Apply a model to images; where it cannot take them, say so in its own words.

    Raises
    ------
    ValueError
        If the model raises an error about what it was handed.
    """
    try:
        return model(images, **mode)
    except _raised() as error:
        raise ValueError(
            f"model {model.name!r} cannot be applied to x of shape {_shape(images)}; expected "
            "images of the shape and type that it was made for."
        ) from error


def compared(model: Any, y: Any, output: Any, **more: Any) -> Any:
    """Give the compiled loss of a batch; where labels do not fit the outputs, say so.

    Raises
    ------
    ValueError
        If the loss raises an error about what it was handed.
    """
    try:
        return model.compute_loss(y=y, y_pred=output, **more)
    except _raised() as error:
        raise ValueError(
            f"the loss of model {model.name!r}, {_name(model.loss)}, cannot compare y of shape "
            f"{_shape(y)} with outputs of shape {_shape(output)}; expected whole numbers (N,) for "
            "a sparse loss, one row (N, K) an example for another."
        ) from error


@contextmanager
def explained(model: Any) -> Iterator[None]:
    """Turn what a model and its loss raise, which may hold any code, into a sentence."""
    try:
        yield
    except (TypeError, ValueError):
        raise  # a sentence
    except Exception as error:
        raise ValueError(
            f"model {model.name!r} and its loss cannot be applied to these examples. It says: "
            f"{first_line(error)}"
        ) from error


def _raised() -> tuple[type[Exception], ...]:
    """Give what a model or a loss raises about what it is handed."""
    return (ValueError, TypeError, IndexError, tensorflow().errors.InvalidArgumentError)


def _shape(array: Any) -> str:
    sides = ["N", *(str(side) for side in array.shape[1:])]
    return f"({', '.join(sides)})" if len(sides) > 1 else "(N,)"


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
        'say outputs="logits" or outputs="probabilities".'
    )


def is_plain_cross_entropy(model: Any) -> bool:
    """Tell whether the compiled loss is plain cross-entropy, without smoothing or class weights."""
    config = config_of(model.loss)
    altered = config.get("label_smoothing", 0) or config.get("ignore_class") is not None
    altered = altered or config.get("reduction") in ("sum", "none", None)
    return _name(model.loss) in _PLAIN and not (config and altered)


def is_binary(model: Any) -> bool:
    """Tell whether the loss asks each output unit a yes-or-no question of its own."""
    return asks_yes_or_no(model.loss)


def asks_yes_or_no(loss: Any) -> bool:
    """Tell whether a loss is a binary cross-entropy, as Keras takes it."""
    return _name(loss) in ("BinaryCrossentropy", "binary_crossentropy")


def is_sparse(model: Any) -> bool:
    """Tell whether the compiled loss takes whole numbers for labels, and picks by them."""
    return _name(model.loss).lower().replace("_", "").startswith("sparse")


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
    return callable(optimizer_of(model)._learning_rate)  # get_config() takes .2 ms


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
