"""Put examples on the device: images, targets, the weights of their losses, and their labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from lossacc.data import Examples
from lossacc.support.compiled_model import is_plain_cross_entropy, outputs_of
from lossacc.support.keras_api import environment, tensorflow
from lossacc.support.types import FloatArray, IntArray
from lossacc.training.evaluate import Arrays
from lossacc.training.run_builder import Record, Targets

Data = Examples | tuple[Any, Any]


@dataclass(frozen=True, eq=False)
class DeviceSet:
    """One set of examples on the device, and what it is scored against."""

    arrays: Arrays
    goal: Targets

    def __len__(self) -> int:
        """Give the number of examples."""
        return len(self.goal.labels)


def on_device(
    data: Data,
    class_weight: Mapping[int, float] | None = None,
    sample_weight: FloatArray | None = None,
) -> DeviceSet:
    """Put one set of examples on the device.

    Parameters
    ----------
    data
        `Examples` or a pair (x, y); see `unpacked`.
    class_weight, sample_weight
        The weight of each class's or each example's loss; see `weights_of`.
    """
    tf = tensorflow()
    x, y, goal = unpacked(data)
    arrays = {"x": tf.constant(x), "y": tf.constant(y), "labels": tf.constant(goal.labels)}
    weights = weights_of(goal.labels, class_weight, sample_weight)
    if weights is not None:
        arrays["weights"] = tf.constant(weights)
    return DeviceSet(arrays, goal)


def new_record(
    model: Any, data: DeviceSet, held_out: DeviceSet | None, outputs: str | None, capacity: int
) -> Record:
    """Make an empty record for a model and its two sets of examples."""
    return Record(
        data.goal,
        None if held_out is None else held_out.goal,
        capacity=capacity,
        has_objective=not _is_plain(model, data, outputs),
        environment=environment(),
    )


def _is_plain(model: Any, data: DeviceSet, outputs: str | None) -> bool:
    """Tell whether what is trained is the mean of the plain cross-entropy of these examples."""
    unweighted = "weights" not in data.arrays and data.goal.targets is None
    if not unweighted or not is_plain_cross_entropy(model):
        return False
    return outputs is None or outputs == outputs_of(model)


def unpacked(data: Data) -> tuple[Any, Any, Targets]:
    """Give images, targets as Keras takes them, and what they are scored against.

    Parameters
    ----------
    data
        `Examples` or a pair (x, y): y whole numbers (N,), or one row of K an example.

    Raises
    ------
    ValueError
        If x and y do not have the same length, there is nothing in them, or a label is not a
        whole number.
    """
    if isinstance(data, Examples):
        return data.images, data.labels, Targets(data.labels, data.clean_labels)
    x, y = (np.asarray(part) for part in data)
    if not x.ndim or not y.ndim or len(x) != len(y) or not len(x):
        raise ValueError(f"got x of shape {x.shape} and y of shape {y.shape}; "
                         "expected as many images as labels, and at least one")  # fmt: skip
    x = x.astype(np.float32) if x.dtype == np.float64 else x
    if y.ndim == 2 and y.shape[1] > 1:
        return x, y.astype(np.float32), _rows(y)
    return x, y, Targets(_whole(y.reshape(len(y))))


def _rows(y: Any) -> Targets:
    """Read targets of one row an example: one-hot, or soft."""
    hard = np.isin(y, (0, 1)).all() and (y.sum(axis=1) == 1).all()
    return Targets(y.argmax(axis=1).astype(np.int64), None, None if hard else y.astype(np.float32))


def _whole(y: Any) -> IntArray:
    """Read labels, which Keras also takes as floats."""
    labels = y.astype(np.int64)
    if (labels != y).any():
        raise ValueError(f"got the label {y[labels != y][0]}; expected whole numbers, 0 to K-1")
    return np.asarray(labels)


def weights_of(
    labels: IntArray, by_class: Mapping[int, float] | None, by_sample: FloatArray | None
) -> FloatArray | None:
    """Turn class weights into the weights (N,) of single examples, as Keras does.

    Parameters
    ----------
    labels
        Shape (N,).
    by_class
        Class to weight; 1 for a class that is not in it.
    by_sample
        Shape (N,).

    Raises
    ------
    ValueError
        If both are given, or there is not one weight an example.
    """
    if by_class is not None and by_sample is not None:
        raise ValueError("got class_weight and sample_weight; expected one of them, as in Keras")
    if by_class is not None:
        return np.array([by_class.get(int(label), 1.0) for label in labels], np.float32)
    if by_sample is None:
        return None
    if np.shape(by_sample) != (len(labels),):
        raise ValueError(
            f"sample_weight has the shape {np.shape(by_sample)}; "
            f"expected ({len(labels)},), one number an example"
        )
    return np.asarray(by_sample, np.float32)


def check_labels(model: Any, data: DeviceSet, held_out: DeviceSet | None) -> None:
    """Refuse labels that are no class of the model's.

    Raises
    ------
    ValueError
        If a label is below 0, or the model has no output for it.
    """
    shape = getattr(model, "output_shape", None)
    if shape is None:  # a subclassed model does not say
        return
    top = max(int(shape[-1]), 2) - 1
    for name, part in (("training", data), ("validation", held_out)):
        labels = part.goal.labels if part is not None else np.zeros(1)
        if labels.min() < 0 or labels.max() > top:
            raise ValueError(
                f"the {name} labels run from {labels.min()} to {labels.max()}; expected 0 to "
                f"{top}, as model {model.name!r} tells {top + 1} classes apart"
            )
