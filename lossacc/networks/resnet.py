"""ResNet-18 for small images, as it is trained on CIFAR-10."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lossacc.networks.cnn import MOST, Model
from lossacc.support import validate
from lossacc.support.keras_api import keras

STAGES, BLOCKS = 4, 2
# PyTorch's settings of BatchNormalization; its momentum of .1 is called .9 in Keras.
_NORMAL = {"momentum": 0.9, "epsilon": 1e-5}
# And its first weights: uniform, of a variance of 1 / (3 inputs).
_FIRST = {"scale": 1 / 3, "mode": "fan_in", "distribution": "uniform"}


def resnet18(
    shape: tuple[int, int, int],
    classes: int,
    *,
    width: int = 64,
    mean: Sequence[float] | None = None,
    variance: Sequence[float] | None = None,
    dtype: str = "float32",
) -> Model:
    """Build the ResNet-18 of CIFAR-10: the stem is one 3x3 convolution, without pooling.

    Four stages of two blocks follow, with `width`, 2, 4 and 8 times as many channels; all but the
    first halve height and width. Global average pooling and one dense layer end it. With the
    default width and ten classes that is 11,173,962 trainable weights. BatchNormalization and the
    weights begin as they do in PyTorch.

    Parameters
    ----------
    shape
        Height, width and channels of an image.
    classes
        The number of classes, K. The network ends in K logits, float32 whatever `dtype` is.
    width
        The channels of the first stage.
    mean, variance
        C numbers each: every channel of the images is normalised by them first.
    dtype
        What the layers calculate in: "float32", or "mixed_float16" on a GPU.

    Returns
    -------
    keras.Model
        Not compiled. Output shape (N, K).

    Raises
    ------
    TypeError, ValueError
        If a setting is out of range.

    References
    ----------
    He, Zhang, Ren and Sun: Deep Residual Learning for Image Recognition, arXiv:1512.03385.
    """
    shape = validate.image_shape("shape", shape)
    classes = validate.whole_number("classes", classes, least=1, most=MOST)
    width = validate.whole_number("width", width, least=1, most=MOST // 8)
    dtype = validate.one_of("dtype", dtype, ("float32", "mixed_float16"))
    channels = (shape[-1],)
    if (mean is None) != (variance is None):
        raise ValueError("got one of mean and variance; expected both, or neither.")
    layers = keras().layers
    images = layers.Input(shape)
    x: Any = images
    if mean is not None:
        mean = validate.array("mean", mean, channels, finite=True).tolist()
        variance = validate.array("variance", variance, channels, least=0).tolist()
        x = layers.Normalization(mean=mean, variance=variance, dtype=dtype)(x)
    x = _activated(_convolution(x, width, 3, 1, dtype), dtype)
    for stage in range(STAGES):
        for block in range(BLOCKS):
            stride = 2 if stage and not block else 1
            x = _block(x, width * 2**stage, stride, dtype)
    x = layers.GlobalAveragePooling2D(dtype=dtype)(x)
    logits = layers.Dense(classes, kernel_initializer=_first_weights(), dtype="float32")(x)
    return keras().Model(images, logits)


def _block(x: Any, channels: int, stride: int, dtype: str) -> Any:
    """Add to x what two convolutions make of it."""
    found = _activated(_convolution(x, channels, 3, stride, dtype), dtype)
    found = _convolution(found, channels, 3, 1, dtype)
    if stride > 1 or x.shape[-1] != channels:
        x = _convolution(x, channels, 1, stride, dtype)
    return _activated(keras().layers.Add(dtype=dtype)([x, found]), dtype)


def _convolution(x: Any, channels: int, size: int, stride: int, dtype: str) -> Any:
    """Convolve, without a bias, and normalise by the batch."""
    layers = keras().layers
    settings = {"use_bias": False, "kernel_initializer": _first_weights(), "dtype": dtype}
    x = layers.Conv2D(channels, size, stride, padding="same", **settings)(x)
    return layers.BatchNormalization(**_NORMAL, dtype=dtype)(x)


def _first_weights() -> Any:
    return keras().initializers.VarianceScaling(**_FIRST)


def _activated(x: Any, dtype: str) -> Any:
    return keras().layers.ReLU(dtype=dtype)(x)
