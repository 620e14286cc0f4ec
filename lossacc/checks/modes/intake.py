"""What `mode_gap` is handed: refused with a sentence, or read into plain parts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from lossacc.support.compiled_model import check_model
from lossacc.support.types import FloatArray, IntArray
from lossacc.training.on_device import weights_of

NEXT_EPOCH = "next epoch"
Printed = float | Mapping[str, float] | str | None


def read(
    x: Any, y: Any, class_weight: Mapping[int, float] | None, sample_weight: FloatArray | None
) -> dict[str, Any]:
    """Read images, targets and weights as `fit` would take them.

    Returns
    -------
    dict of str to array
        "x" and "y", and where there are any "labels", shape (N,), and "weights", shape (N,).
    """
    x, y = (_single(np.asarray(part)) for part in (x, y))
    for name, values in (("x", x), ("y", y)):
        if values.dtype.kind not in "biuf":
            raise ValueError(f"{name} is of type {values.dtype}; expected an array of numbers")
    if not x.ndim or not y.ndim or len(x) != len(y) or not len(x):
        raise ValueError(
            f"got x of shape {x.shape} and y of shape {y.shape}; expected as many images as "
            "labels, and at least one"
        )
    arrays, labels = {"x": x, "y": y}, _labels(y)
    if class_weight is not None and labels is None:
        raise ValueError("got class_weight and labels that are no classes; give sample_weight")
    weights = weights_of(
        np.arange(len(y)) if labels is None else labels, class_weight, sample_weight
    )
    if labels is not None:
        arrays["labels"] = labels
    return arrays if weights is None else {**arrays, "weights": weights}


def _single(values: Any) -> Any:
    """Give 64-bit floats in 32, as Keras does."""
    return values.astype(np.float32) if values.dtype == np.float64 else values


def _labels(y: Any) -> IntArray | None:
    """Read labels, shape (N,), out of whole numbers or rows that sum to 1; None where neither."""
    if y.ndim == 2 and y.shape[1] > 1:
        shares = (y >= 0).all() and np.abs(y.sum(axis=1) - 1).max() < 0.01
        return y.argmax(axis=1).astype(np.int64) if shares else None
    if y.size != len(y):
        return None
    flat = y.reshape(len(y))
    labels = flat.astype(np.int64)
    return labels if (labels == flat).all() and labels.min() >= 0 else None


def check_ready(model: Any, train: bool) -> None:
    """Refuse a model that cannot be measured, or trained where it is to be."""
    if not hasattr(model, "compute_loss"):
        raise ValueError(f"got a {type(model).__name__}; expected a compiled Keras model")
    check_model(model)
    if train and not model.trainable_variables:
        raise ValueError(
            f"model {model.name!r} has nothing to train, so no next epoch; give printed=None, or "
            "the loss that fit printed"
        )


def check_settings(**settings: int) -> None:
    """Refuse numbers that count nothing."""
    for name, value in settings.items():
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < 1:
            raise ValueError(f"got {name}={value!r}; expected a whole number, 1 or more")


def lines(printed: Printed) -> dict[str, float] | None:
    """Read what `fit` printed: a loss, or a line of its history.

    Returns
    -------
    dict of str to float, or None
        "loss", and where it was printed "accuracy".
    """
    if printed is None:
        return None
    if isinstance(printed, Mapping):
        return _of_history(printed)
    if isinstance(printed, (int, float, np.number)) and not isinstance(printed, bool):
        return {"loss": float(printed)}
    raise ValueError(
        f'got printed={printed!r}; expected "{NEXT_EPOCH}", a loss, a mapping such as '
        '{"loss": .31, "accuracy": .88}, or None'
    )


def _of_history(printed: Mapping[str, float]) -> dict[str, float]:
    """Take loss and accuracy out of a line of history."""
    if "loss" not in printed:
        raise ValueError(f'got printed with {sorted(printed)}; expected a "loss" in it')
    found = {"loss": _number("loss", printed["loss"])}
    names = [name for name in printed if name.endswith(("accuracy", "acc"))]
    own = [name for name in names if not name.startswith("val_")]
    return found | ({"accuracy": _number(own[0], printed[own[0]])} if own else {})


def _number(name: str, value: Any) -> float:
    if np.ndim(value):
        raise ValueError(
            f"got printed[{name!r}] with {len(value)} values; expected those of one epoch"
        )
    return float(value)
