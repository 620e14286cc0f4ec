"""BatchNormalization's running statistics, computed anew from images."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lossacc.checks.modes.switches import Call, wrapped
from lossacc.support import validate
from lossacc.support.compiled_model import applied, check_built, check_images
from lossacc.support.keras_api import keras, tensorflow
from lossacc.support.restore_variables import untouched
from lossacc.support.types import FloatArray
from lossacc.training.on_device import images_of

_STATISTICS = ("moving_mean", "moving_variance", "moving_stddev")


def recompute_statistics(
    model: Any, x: Any, *, batch_size: int = 256
) -> dict[str, tuple[FloatArray, FloatArray]]:
    """Set BatchNormalization's running statistics to those of images, exactly.

    Each layer gets the mean and the variance, over all images and places, of what reaches it in
    evaluation mode. The layers are done in the order in which images pass them, so that each sees
    what the new statistics before it make. Nothing else is changed. Layers that are frozen
    (`trainable=False`) are left alone.

    This is what evaluation meets. An average of the batches' statistics in training mode, as
    PyTorch's `update_bn` takes, is not, where Dropout stands before a BatchNormalization.

    Parameters
    ----------
    model
        A built Keras model with one input.
    x
        Images, shape (N, ...).
    batch_size
        How many to send through at once. It does not change what comes out, but for rounding.

    Returns
    -------
    dict of str to (array, array)
        The new mean and variance, each of shape (C,), by the layer's path, in the order of the
        layers.

    Raises
    ------
    TypeError, ValueError
        If the model has no BatchNormalization that is not frozen, or one under a mask; if the
        images are not finite numbers of the shape that it takes.
    """
    check_built(model)
    batch_size = validate.whole_number("batch_size", batch_size, least=1)
    _check_has_any(model)
    images = images_of(x)
    check_images(model, images)
    found: dict[str, tuple[FloatArray, FloatArray]] = {}
    own = {id(v) for layer in _normalisations(model) for v in _statistics(layer)}
    with untouched(v for v in model.variables if id(v) not in own):
        applied(model, images[:1], training=False)
        moments = _Moments(model, images[:1])
        for layer in moments.layers:
            mean, variance = moments(layer, images, batch_size)
            _set(layer, mean, variance)
            found[layer.path] = (mean, variance)
    return found


def _check_has_any(model: Any) -> None:
    if not _normalisations(model):
        raise ValueError(
            f"model {model.name!r} has no BatchNormalization that is not frozen; there are no "
            "running statistics to compute."
        )


def _normalisations(model: Any) -> list[Any]:
    """List the layers whose statistics move in training."""
    kind = keras().layers.BatchNormalization
    return [
        layer for layer in model._flatten_layers() if isinstance(layer, kind) and layer.trainable
    ]


def _statistics(layer: Any) -> list[Any]:
    found = (getattr(layer, name, None) for name in _STATISTICS)
    return [variable for variable in found if variable is not None]


def _set(layer: Any, mean: FloatArray, variance: FloatArray) -> None:
    """Set a layer's statistics."""
    layer.moving_mean.assign(mean)
    layer.moving_variance.assign(variance)
    if getattr(layer, "moving_stddev", None) is not None:  # of batch renormalisation
        layer.moving_stddev.assign(np.sqrt(variance + layer.epsilon))


@dataclass(frozen=True)
class Moments:
    """Count, mean and sum of squared distances from it, per channel."""

    count: float
    mean: FloatArray
    squares: FloatArray

    def __add__(self, other: Moments) -> Moments:
        """Pool two sets of numbers (Chan, Golub and LeVeque)."""
        count = self.count + other.count
        apart = other.mean - self.mean
        mean = self.mean + apart * other.count / count
        between = apart**2 * self.count * other.count / count
        return Moments(count, mean, self.squares + other.squares + between)


class _Moments:
    """The compiled pass in evaluation mode that tells the moments of what reaches each layer.

    Attributes
    ----------
    layers
        The BatchNormalization layers, in the order in which images reach them.
    """

    def __init__(self, model: Any, images: Any) -> None:
        tf = tensorflow()
        self._model = model
        self._calls: list[Any] = []
        spec = tf.TensorSpec((None, *images.shape[1:]), images.dtype)
        run = functools.partial(self._pass)
        if not getattr(model, "run_eagerly", False):
            # A partial has no code of its own: TensorFlow would warn that it is traced too often.
            run = tf.function(run, input_signature=[spec], autograph=False).get_concrete_function()
        else:
            run(tf.constant(images))
        self._run = run
        self.layers = list(dict.fromkeys(self._calls))

    def __call__(self, layer: Any, images: Any, size: int) -> tuple[FloatArray, FloatArray]:
        """Give mean and variance of what reaches a layer, over all images and calls."""
        tf = tensorflow()
        parts: list[Moments] = []
        for first in range(0, len(images), size):
            seen = self._run(tf.constant(images[first : first + size]))
            parts += _numbers(seen, [call is layer for call in self._calls])
        total = functools.reduce(Moments.__add__, parts)
        return total.mean, total.squares / total.count

    def _pass(self, images: Any) -> Any:
        """Give the moments at each call of each layer."""
        seen: list[Any] = []
        self._calls = []

        def wrap(layer: Any, inner: Call) -> Call:
            def call(inputs: Any, *args: Any, mask: Any = None, **kwargs: Any) -> Any:
                if mask is not None:
                    raise ValueError(
                        f"layer {layer.name!r} normalises under a mask; expected none."
                    )
                self._calls.append(layer)
                seen.append(_moments(inputs, layer.axis))
                return inner(inputs, *args, **kwargs)

            return call

        with wrapped(_normalisations(self._model), wrap):
            self._model(images, training=False)
        return seen


def _moments(inputs: Any, axis: int) -> Any:
    """Give the count, the means and the summed squares of one batch, in float64."""
    tf = tensorflow()
    values = tf.cast(inputs, tf.float64)
    axes = [a for a in range(len(values.shape)) if a != axis % len(values.shape)]
    mean, variance = tf.nn.moments(values, axes)
    count = tf.cast(tf.size(values) / tf.size(mean), tf.float64)
    return count, mean, variance * count


def _numbers(seen: Sequence[Any], wanted: Sequence[bool]) -> list[Moments]:
    """Read those moments that are wanted."""
    chosen = [part for part, is_wanted in zip(seen, wanted, strict=True) if is_wanted]
    return [Moments(float(count), mean.numpy(), sq.numpy()) for count, mean, sq in chosen]
