"""What a trained network gives in each mode: the same weights on the same images.

Everything here leaves the network's weights and running statistics as they were.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import numpy as np

from lossacc.backend import keras, tensorflow
from lossacc.data import Examples
from lossacc.scores import Scores
from lossacc.training import shuffled
from lossacc.types import FloatArray, Seed

PASSES = 4  # over the images in training mode: Dropout's masks are drawn anew in each
SIZES = (1, 2, 4, 8, 32)  # of the batches that a network is tried on in training mode


def measured(
    model: Any, examples: Examples, held_out: Examples, batch_size: int, seed: Seed
) -> dict[str, float]:
    """Measure a network in training mode, and in evaluation mode with statistics computed anew.

    Returns
    -------
    dict of str to float
        Loss in nats and accuracy, 0 to 1, each under its name.
    """
    found: dict[str, float] = {}
    with kept(model):
        scores = in_training(model, examples, batch_size, seed)
        found |= _named("training mode", scores)
        for size in SIZES:
            one = in_training(model, examples, size, seed, passes=1)
            found[f"training mode, batches of {size}, accuracy"] = float(one.accuracy.mean())
    with kept(model):
        shifts = list(_shifts(model, examples.images))
        found |= {f"variance shift {n}": shift for n, shift in enumerate(shifts, 1)}
    with kept(model):
        recompute(model, examples.images)
        found |= _named("recomputed", in_evaluation(model, examples))
        found |= _named("recomputed, validation", in_evaluation(model, held_out))
    return found


def _named(name: str, scores: Scores) -> dict[str, float]:
    """Give mean loss and accuracy over the passes."""
    return {
        f"{name}, loss": float(scores.loss.mean()),
        f"{name}, accuracy": float(scores.accuracy.mean()),
    }


@contextmanager
def kept(model: Any) -> Iterator[None]:
    """Put the weights back afterwards, running statistics and Dropout's generators included."""
    variables = [*model.weights, *_generators(model)]
    held = [variable.numpy() for variable in variables]
    try:
        yield
    finally:
        for variable, value in zip(variables, held, strict=True):
            variable.assign(value)


def _generators(model: Any) -> list[Any]:
    """List the states of the layers' random generators."""
    found = (getattr(layer, "seed_generator", None) for layer in model.layers)
    return [generator.state for generator in found if generator is not None]


def in_training(
    model: Any, examples: Examples, batch_size: int, seed: Seed, passes: int = PASSES
) -> Scores:
    """Score the images in training mode, in batches, with the weights held; a row for each pass.

    Parameters
    ----------
    batch_size
        Images in one batch; the last one of a pass may be smaller.
    seed
        Decides which images share a batch.
    passes
        How often all images are passed through.
    """
    rows = [_passed(model, examples.images, batch_size, seed, n) for n in range(passes)]
    return Scores(np.stack(rows), examples.labels)


def _passed(model: Any, images: FloatArray, batch_size: int, seed: Seed, n: int) -> FloatArray:
    """Give the logits (N, K) of one pass."""
    order = shuffled(len(images), seed, n)
    logits: FloatArray = np.asarray(_training_pass(model)(images[order], batch_size))
    return logits[np.argsort(order)]


@lru_cache(maxsize=16)
def _training_pass(model: Any) -> Any:
    """Compile a pass in training mode over batches of any size."""
    tf = tensorflow()

    def walk(images: Any, size: Any) -> Any:
        count = tf.shape(images)[0]
        steps = (count + size - 1) // size
        found = tf.TensorArray(tf.float32, steps, infer_shape=False)

        def body(step: Any, found: Any) -> Any:
            batch = images[step * size : (step + 1) * size]
            return step + 1, found.write(step, model(batch, training=True))

        _, found = tf.while_loop(lambda i, _: i < steps, body, (0, found), parallel_iterations=1)
        return found.concat()

    signature = [tf.TensorSpec((None, *model.input_shape[1:])), tf.TensorSpec((), tf.int32)]
    return tf.function(walk, input_signature=signature, autograph=False)


def in_evaluation(model: Any, examples: Examples) -> Scores:
    """Score the images in evaluation mode; one row."""
    logits = np.asarray(model(examples.images, training=False))
    return Scores(logits[None], examples.labels)


def recompute(model: Any, images: FloatArray) -> None:
    """Set BatchNormalization's running statistics to those of these images, without dropout.

    Layer by layer, so that each statistic is that of what the layer meets in evaluation mode.

    Parameters
    ----------
    model
        A sequential model; its running statistics are changed.
    images
        Shape (N, H, W, C).
    """
    values = tensorflow().constant(images)
    for layer in model.layers:
        if isinstance(layer, keras().layers.BatchNormalization):
            axes = list(range(len(values.shape) - 1))
            mean, variance = tensorflow().nn.moments(values, axes)
            layer.moving_mean.assign(mean)
            layer.moving_variance.assign(variance)
        values = layer(values, training=False)


def _shifts(model: Any, images: FloatArray) -> Iterator[float]:
    """Give the variance of what follows each convolution or dense layer, with over without dropout.

    Both in batch statistics, so that dropout alone makes the difference. The logits are left out.
    """
    without, given = (_variances(model, images, drop) for drop in (False, True))
    for one, other in zip(without[:-1], given[:-1], strict=True):
        yield other / one if one else float("inf")


def _variances(model: Any, images: FloatArray, drop: bool) -> list[float]:
    """Give the variance, within a channel, behind each layer with a kernel."""
    layers = keras().layers
    values, found = tensorflow().constant(images), []
    for layer in model.layers:
        normal = isinstance(layer, layers.BatchNormalization)
        values = layer(values, training=True if normal else drop)
        if hasattr(layer, "kernel"):
            axes = tuple(range(len(values.shape) - 1))
            found.append(float(np.asarray(values).var(axis=axes).mean()))
    return found
