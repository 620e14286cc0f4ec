"""What an audit examines: a model, its loss and a probe of the data, each looked at once."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from lossacc.checks.model.behaviour import BlackBox, stand_in
from lossacc.checks.model.intake import (
    check_ready,
    evenly,
    metrics_of,
    only_loss,
    own_steps,
    read,
)
from lossacc.checks.model.labels import LabelForm, form_of
from lossacc.checks.model.outputs import (
    KINDS,
    Kind,
    Memory,
    Outputs,
    activations_of,
    kind_of,
    memory_of,
)
from lossacc.support.compiled_model import ONE_OUTPUT, applied, check_images
from lossacc.support.keras_api import tensorflow
from lossacc.support.text import first_line
from lossacc.support.types import FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class Passage:
    """What a probe's way through the model and its loss showed.

    Parameters
    ----------
    outputs
        The form of the outputs.
    behind
        Shape (n, ...): the numbers before the last activation; None where they are out of sight.
    objective
        The compiled loss, without penalties; NaN where it failed.
    gradient
        The norm of its gradient in the trainable weights; None where no way leads to them.
    only_at_rest
        Whether the loss finds the logits behind the outputs in evaluation mode and not in training.
    failure
        What was raised where the loss failed; empty where it did not.
    """

    outputs: Outputs
    behind: FloatArray | None
    objective: float
    gradient: float | None
    only_at_rest: bool
    failure: str = ""


@dataclass(frozen=True, eq=False)
class Subject:
    """A model, its loss and a probe of the data, as the checks read them.

    Parameters
    ----------
    name
        The model's name.
    labels
        Shape (N,): the labels of all examples.
    form
        How they are written.
    images
        Shape (n, ...): the probe.
    values
        Shape (n, U): what the model gives for the probe, in evaluation mode.
    passage
        What the probe's way through model and loss showed.
    loss
        The compiled loss, to be asked about made-up examples.
    trainable
        The number of trainable weights.
    metrics
        The compiled metrics, as given to `compile`.
    own_steps
        The names of Keras' methods that the model overrides and that decide what is trained.
    """

    name: str
    labels: IntArray
    form: LabelForm
    images: Any
    values: FloatArray
    passage: Passage
    loss: BlackBox
    trainable: int
    metrics: tuple[Any, ...]
    own_steps: tuple[str, ...]

    @property
    def outputs(self) -> Outputs:
        """The form of the outputs, as the loss settles it."""
        return self.loss.outputs

    @property
    def classes(self) -> int:
        """The classes that the outputs tell apart, K."""
        return max(self.outputs.units, 2)

    @property
    def mean_objective(self) -> float:
        """The loss of the probe as a mean, also where the model was compiled with a sum."""
        divisor = len(self.values) if self.loss.summed else 1
        return self.passage.objective / divisor

    @functools.cached_property
    def clueless(self) -> float:
        """The loss of an answer that knows nothing: all logits alike."""
        return self.loss.here(np.zeros_like(self.loss.logits))

    def __str__(self) -> str:
        """Say in a few sentences what was seen."""
        outputs, size = KINDS[self.outputs.kind], len(self.labels)
        probe = f"{len(self.values)} of {size}" if len(self.values) < size else f"{size}"
        units = f"{self.outputs.units} output unit{'s' * (self.outputs.units > 1)}"
        seen = f"Seen: {probe} examples, {units}; it gives {outputs}."
        if not self.passage.failure:
            seen += f" Their loss is {self.passage.objective:.4g}"
            seen += f"; an answer that knows nothing costs {self.clueless:.4g}."
        if self.own_steps:
            seen += f" The model has a {' and a '.join(self.own_steps)} of its own, not examined."
        return seen


def examine(model: Any, x: Any, y: Any) -> Subject:
    """Look at a compiled model, its loss and a probe of the data.

    Raises
    ------
    ValueError
        If the model is not compiled or not built, has several inputs, outputs or losses, does not
        take x, or the labels are not one class an example.
    """
    check_ready(model)
    x, y, labels = read(x, y)
    chosen = evenly(len(labels))
    form, images = form_of(y, labels), x[chosen]
    values = _applied(model, images)
    loss = stand_in(only_loss(model.loss), values.shape[1])
    passage = _passage(model, images, y[chosen], values, loss)
    # Keras keeps the penalties of the latest call, and a graph's cannot be read outside it.
    model(images[:1], training=False)
    box = BlackBox(loss, passage.outputs, form, bool(model.run_eagerly))
    passage = passage if passage.failure else replace(passage, failure=_fault(box))
    return Subject(
        name=model.name,
        labels=labels,
        form=form,
        images=images,
        values=values,
        passage=passage,
        loss=box if passage.failure else _settled(box),
        trainable=len(model.trainable_variables),
        metrics=metrics_of(model),
        own_steps=own_steps(model),
    )


def _fault(loss: BlackBox) -> str:
    """Give what a loss raises about made-up examples; nothing where it takes them."""
    try:
        loss.reads, loss.agreement  # noqa: B018
    except Exception as error:  # a loss may hold any code, and raise anything
        return first_line(error)
    return ""


def _settled(loss: BlackBox) -> BlackBox:
    """Give unclear outputs the benefit of the doubt: they are what the loss takes them for."""
    if loss.outputs.kind != "unclear":
        return loss
    kind: Kind = "answers" if loss.reads == "probabilities" else "numbers"
    return replace(loss, outputs=replace(loss.outputs, kind=kind))


def _applied(model: Any, images: Any) -> FloatArray:
    """Give the model's outputs for the probe, shape (n, U), in evaluation mode."""
    check_images(model, images)
    output = applied(model, images, training=False)
    shape = getattr(output, "shape", type(output).__name__)
    if not hasattr(output, "shape") or len(shape) != 2:
        raise ValueError(f"model {model.name!r} gives {shape}; {ONE_OUTPUT}.")
    return np.asarray(tensorflow().cast(output, "float32"))


def _passage(model: Any, images: Any, y: Any, values: FloatArray, loss: Any) -> Passage:
    """Send the probe through model and loss as `fit` would, but in evaluation mode."""
    try:
        return _sent(model, images, y, values, loss)
    except Exception as error:  # a loss may hold any code, and raise anything
        failure = first_line(error)
    try:
        return replace(_sent(model, images, y, values, None), failure=failure)
    except Exception as error:  # then it is the model that cannot be run as `fit` runs it
        raise ValueError(
            f"model {model.name!r} cannot be run in a graph, as fit does: {first_line(error)}"
        ) from error


def _sent(model: Any, images: Any, y: Any, values: FloatArray, loss: Any) -> Passage:
    """Send the probe through the model, and through the loss where there is one."""
    tf = tensorflow()
    seen: dict[str, Any] = {}

    def pass_through(x: Any, y: Any) -> Any:
        with tf.GradientTape() as tape:
            output = model(x, training=False)
            objective = tf.constant(np.nan) if loss is None else tf.reduce_mean(
                loss.compute_loss(y=y, y_pred=output))  # fmt: skip
        slopes = tape.gradient(objective, model.trainable_variables)
        norms = [
            tf.norm(tf.cast(tf.convert_to_tensor(s), tf.float32)) for s in slopes if s is not None
        ]
        names, behind = activations_of(output)
        seen.update(names=names, dtype=output.dtype, memory=memory_of(output), reached=bool(norms))
        return output if behind is None else behind, objective, tf.norm(norms or [0.0])

    run = pass_through if model.run_eagerly else _graph(pass_through)
    behind, objective, gradient = run(tf.constant(images), tf.constant(y))
    names, memory = seen["names"], _memory_in_training(model, images)
    kind = kind_of(values, names[0] if names else None)
    return Passage(
        outputs=Outputs(values.shape[1], kind, names, memory, seen["dtype"]),
        behind=np.asarray(tf.cast(behind, tf.float32)) if names else None,
        objective=float(objective),
        gradient=float(gradient) if seen["reached"] else None,
        only_at_rest=memory == "none" and seen["memory"] != "none",
    )


def _memory_in_training(model: Any, images: Any) -> Memory:
    """Tell how the loss finds the logits in training, where a dropout may stand in the way."""
    seen: list[Memory] = []

    def look(x: Any) -> None:
        seen.append(memory_of(model(x, training=True)))

    images = tensorflow().constant(images)
    if model.run_eagerly:
        look(images)
    else:
        _graph(look).get_concrete_function(images)  # traced, and never run
    return seen[0]


def _graph(function: Callable[..., Any]) -> Any:
    # A partial has no code of its own: TensorFlow would warn that it is traced too often.
    return tensorflow().function(functools.partial(function), autograph=False)
