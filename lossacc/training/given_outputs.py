"""What a network of any framework gave, read as logits: tensors, probabilities, single columns."""

from __future__ import annotations

from typing import Any

import numpy as np

from lossacc.support import validate
from lossacc.support.types import FloatArray

OUTPUTS = ("logits", "probabilities")
_OFF = 1e-3  # how far from 1 the sum of a row of probabilities may be, half precision allowed
_TINY = np.finfo(np.float32).tiny  # stands in for a probability of 0


def plain(value: Any) -> Any:
    """Take a PyTorch tensor off its graph and its device; anything else is given back as it is."""
    if not hasattr(value, "detach"):
        return value
    tensor = value.detach().cpu()
    return (tensor.float() if tensor.is_floating_point() else tensor).numpy()


def classes_last(name: str, outputs: FloatArray, labels: Any) -> FloatArray:
    """Give outputs (N, ..., K), also where they came as (N, K, ...), as PyTorch has them.

    Raises
    ------
    ValueError
        If the labels (N, ...) fit both readings.
    """
    places = labels.shape[1:]
    if not places or outputs.ndim != labels.ndim + 1 or outputs.shape == (*labels.shape, 1):
        return outputs
    last, first = outputs.shape[1:-1] == places, outputs.shape[2:] == places
    if last and first:
        raise ValueError(
            f"{name} has the shape {outputs.shape}, and its classes may be the second axis or the "
            "last; expected them last: np.moveaxis(logits, 1, -1)."
        )
    return np.moveaxis(outputs, 1, -1) if first else outputs


def refuse_classes_second(labels: Any, outputs: FloatArray) -> None:
    """Refuse labels (N, K, ...) that name one class a place: their last axis is none of classes.

    Raises
    ------
    ValueError
        If they have the shape of the outputs and sum to 1 over the second axis alone.
    """
    if labels.ndim < 3 or labels.shape != outputs.shape or not (labels >= 0).all():
        return
    second, last = (bool((np.abs(labels.sum(axis=at) - 1) < 0.01).all()) for at in (1, -1))
    if second and not last:
        raise ValueError(
            f"got labels of shape {labels.shape} that sum to 1 over their second axis, as rows "
            "that name one class do; expected class numbers, labels.argmax(axis=1). Where each is "
            "a yes-or-no answer of its own, reshape labels and outputs to (N, -1)."
        )


def single(name: str, found: FloatArray) -> FloatArray:
    """Give float32; refuse what is not finite, in float32 either.

    Raises
    ------
    ValueError
        If there is NaN or infinity: then the training has come apart.
    """
    with np.errstate(over="ignore"):
        array = found.astype(np.float32)
    wrong = np.flatnonzero(~np.isfinite(array).all(axis=1))
    if len(wrong):
        held = array[wrong[0]]
        raise ValueError(
            f"{name} holds {held[~np.isfinite(held)][0]} in row {wrong[0]}, and in {len(wrong)} of "
            f"{len(array)} rows; expected finite numbers. `run` holds the epochs before."
        )
    return array


def told(sets: list[FloatArray]) -> str:
    """Tell logits from probabilities by their numbers.

    Raises
    ------
    ValueError
        If they are probabilities, or one column that could be either.
    """
    inside = all(array.min() >= 0 and array.max() <= 1 for array in sets)
    if not inside:
        return "logits"
    if sets[0].shape[1] == 1:
        raise ValueError(
            f"logits are one column of numbers from {min(a.min() for a in sets):.3g} to "
            f"{max(a.max() for a in sets):.3g}, which may be either; expected "
            'RunBuilder(..., outputs="logits") or outputs="probabilities".'
        )
    if all(np.abs(array.sum(axis=1, dtype=np.float64) - 1).max() <= _OFF for array in sets):
        raise ValueError(
            "logits holds rows of numbers from 0 to 1 that sum to 1, which are probabilities; "
            "expected the numbers before the softmax, or RunBuilder(..., "
            'outputs="probabilities").'
        )
    return "logits"


def as_logits(name: str, array: FloatArray, outputs: str) -> FloatArray:
    """Give logits of shape (N, K), K at least 2."""
    if outputs == "probabilities":
        validate.array(name, array, least=-_OFF, most=1 + _OFF)
        _check_sums(name, array)
        array = np.hstack([1 - array, array]) if array.shape[1] == 1 else array
        return np.asarray(np.log(np.maximum(array, _TINY)))
    return np.hstack([np.zeros_like(array), array]) if array.shape[1] == 1 else array


def _check_sums(name: str, array: FloatArray) -> None:
    """Refuse rows that do not sum to 1."""
    sums = array.sum(axis=1, dtype=np.float64)
    off = np.abs(sums - 1)
    if array.shape[1] > 1 and off.max() > 10 * _OFF:
        raise ValueError(
            f"{name} should be probabilities, and row {off.argmax()} sums to "
            f"{sums[off.argmax()]:.3g}; expected 1."
        )
