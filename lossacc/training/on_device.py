"""Put examples on the device: images, targets, the weights of their losses, and their labels."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from lossacc.data import Examples
from lossacc.support import validate
from lossacc.support.compiled_model import (
    ONE_OUTPUT,
    applied,
    check_images,
    is_plain_cross_entropy,
    outputs_of,
)
from lossacc.support.keras_api import environment, tensorflow
from lossacc.support.types import FloatArray, IntArray
from lossacc.training.evaluate import Arrays
from lossacc.training.record import Record, Targets

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


def unpacked(data: Data, *, finite: bool = True) -> tuple[Any, Any, Targets]:
    """Give images, targets as Keras takes them, and what they are scored against.

    Parameters
    ----------
    data
        `Examples` or a pair (x, y): y whole numbers (N,), or one row of K an example.
    finite
        Whether images with NaN or infinity are refused.

    Raises
    ------
    TypeError, ValueError
        If it is neither, x and y do not have the same length, there is nothing in them or a number
        that is not finite, or a label is not a whole number.
    """
    if isinstance(data, Examples):
        return data.images, data.labels, Targets(data.labels, data.clean_labels)
    if not isinstance(data, (tuple, list)) or len(data) != 2:
        raise TypeError(
            f"got {validate.quoted(data)} for the examples; expected lossacc Examples or a pair "
            "(x, y) of arrays."
        )
    x, y = images_of(data[0], finite=finite), targets_of(data[1])
    if len(x) != len(y):
        raise ValueError(
            f"got x of shape {x.shape} and y of shape {y.shape}; expected as many images as labels."
        )
    if y.ndim == 2 and y.shape[1] > 1:
        return x, y.astype(np.float32), _rows(y)
    return x, y, Targets(validate.labels("y", y))


def images_of(x: Any, *, finite: bool = True) -> Any:
    """Read images, shape (N, ...); doubles become single floats, as in Keras."""
    found = validate.read("x", x, "biuf", validate.NUMBERS)
    if not found.ndim or 0 in found.shape:
        raise ValueError(f"x has the shape {found.shape}; expected (N, ...), N at least 1.")
    if found.dtype.kind == "b" or (found.dtype.kind == "f" and found.dtype.itemsize > 4):
        found = found.astype(np.float32)
    return validate.array("x", found, finite=finite)


def targets_of(y: Any) -> Any:
    """Read labels (N,) or (N, 1), or one row (N, K) an example, finite."""
    found = validate.read("y", y, "biuf", validate.NUMBERS)
    if found.ndim not in (1, 2) or not found.size:
        raise ValueError(
            f"y has the shape {found.shape}; expected (N,), (N, 1) or (N, K), N at least 1."
        )
    found = found.astype(np.int64) if found.dtype.kind == "b" else found
    return validate.array("y", found, finite=True)


def _rows(y: Any) -> Targets:
    """Read targets of one row an example: one-hot, or soft."""
    hard = np.isin(y, (0, 1)).all() and (y.sum(axis=1) == 1).all()
    return Targets(y.argmax(axis=1).astype(np.int64), None, None if hard else y.astype(np.float32))


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
    TypeError, ValueError
        If both are given, a class is no whole number, or there is not one finite weight an example.
    """
    if by_class is not None and by_sample is not None:
        raise ValueError("got class_weight and sample_weight; expected one of them, as in Keras.")
    if by_class is not None:
        checked = _checked_weights(by_class)
        return np.array([checked.get(int(label), 1.0) for label in labels], np.float32)
    if by_sample is None:
        return None
    weights = validate.array("sample_weight", by_sample, (len(labels),), finite=True)
    return np.asarray(weights, np.float32)


def _checked_weights(by_class: Mapping[int, float]) -> dict[int, float]:
    """Refuse class weights that would not be used, as those of {"0": 5}."""
    if not isinstance(by_class, Mapping):
        raise TypeError(
            f"class_weight is {validate.quoted(by_class)}; expected classes and their weights, as "
            "{0: 5.0}."
        )
    return {
        validate.whole_number("a class in class_weight", label, least=0): validate.number(
            f"class_weight[{label!r}]", weight, least=0
        )
        for label, weight in by_class.items()
    }


def check_fit(
    model: Any,
    data: DeviceSet,
    held_out: DeviceSet | None,
    class_weight: Mapping[int, float] | None = None,
) -> None:
    """Refuse images that the model does not take, and labels that are no class of the model's.

    Raises
    ------
    ValueError
        If images have another shape, a label is below 0, or the model has no output for a label
        or for a class that has a weight.
    """
    parts = [part for part in (data, held_out) if part is not None]
    for part in parts:
        check_images(model, part.arrays["x"])
    classes = max(_units(model, data.arrays["x"]), 2)
    for name, part in zip(("training", "validation"), parts, strict=False):
        labels = part.goal.labels
        if labels.min() < 0 or labels.max() >= classes:
            raise ValueError(
                f"the {name} labels run from {labels.min()} to {labels.max()}; expected 0 to "
                f"{classes - 1}, as model {model.name!r} tells {classes} classes apart."
            )
    for label in class_weight or ():
        validate.whole_number("a class in class_weight", label, least=0, most=classes - 1)


def _units(model: Any, images: Any) -> int:
    """Give the number of a model's outputs; a subclassed model is traced to find out."""
    shape = getattr(model, "output_shape", None)
    if shape is None:
        # A partial has no code of its own: TensorFlow would warn that it is traced too often.
        call = functools.partial(applied, model, training=False)
        graph = tensorflow().function(call, autograph=False)
        shape = graph.get_concrete_function(images[:1]).output_shapes
    if len(shape) != 2:
        raise ValueError(f"model {model.name!r} gives {shape}; {ONE_OUTPUT}.")
    return int(shape[-1])
