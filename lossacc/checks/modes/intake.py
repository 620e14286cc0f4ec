"""What `mode_gap` is handed: refused with a sentence, or read into plain parts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from lossacc.support import validate
from lossacc.support.compiled_model import check_model
from lossacc.support.types import FloatArray, IntArray
from lossacc.training.batches import whole
from lossacc.training.on_device import images_of, weights_of

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
    if y is None:
        (x, y, own), _ = whole(x)
        if own is not None and sample_weight is not None:
            raise ValueError("got sample_weight, and x gives weights too; expected one of them.")
        sample_weight = own if sample_weight is None else sample_weight
    x, y = images_of(x), _targets(y)
    if len(x) != len(y):
        raise ValueError(
            f"got x of shape {x.shape} and y of shape {y.shape}; expected as many images as labels."
        )
    arrays, labels = {"x": x, "y": y}, _labels(y)
    if class_weight is not None and labels is None:
        raise ValueError("got class_weight and labels that are no classes; give sample_weight.")
    weights = weights_of(
        np.arange(len(y)) if labels is None else labels, class_weight, sample_weight
    )
    if labels is not None:
        arrays["labels"] = labels
    return arrays if weights is None else {**arrays, "weights": weights}


def _targets(y: Any) -> Any:
    """Read targets of any shape; doubles become single floats, as in Keras."""
    found = validate.read("y", y, "biuf", validate.NUMBERS)
    if not found.ndim or not found.size:
        raise ValueError(f"y has the shape {found.shape}; expected (N, ...), N at least 1.")
    found = found.astype(np.int64) if found.dtype.kind == "b" else found
    found = validate.array("y", found, finite=True)
    return found.astype(np.float32) if found.dtype.kind == "f" and found.itemsize > 4 else found


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
    check_model(model)
    if model.loss is None:
        raise ValueError(f"model {model.name!r} is compiled without a loss; expected one.")
    if train and not model.trainable_variables:
        raise ValueError(
            f"model {model.name!r} has nothing to train, so no next epoch; give printed=None, or "
            "the loss that fit printed."
        )


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
    if isinstance(printed, str):
        raise ValueError(
            f'printed is {validate.quoted(printed)}; expected "{NEXT_EPOCH}", a loss, a mapping '
            'such as {"loss": .31, "accuracy": .88}, or None.'
        )
    return {"loss": validate.number("printed", printed)}


def _of_history(printed: Mapping[str, float]) -> dict[str, float]:
    """Take loss and accuracy out of a line of history."""
    if "loss" not in printed:
        raise ValueError(f'printed is {validate.quoted(dict(printed))}; expected a "loss" in it.')
    found = {"loss": _number("loss", printed["loss"])}
    names = [str(name) for name in printed if str(name).endswith(("accuracy", "acc"))]
    for name in names:
        if not name.startswith("val_") and "top" not in name:
            kind = name if name == "binary_accuracy" else "accuracy"
            found.setdefault(kind, _number(name, printed[name]))
    return found


def _number(name: str, value: Any) -> float:
    return validate.number(f"printed[{name!r}]", value)
