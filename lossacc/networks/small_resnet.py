"""A residual network small enough to be trained in two seconds, BatchNormalization and all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lossacc.networks.cnn import MOST, Model
from lossacc.support import validate
from lossacc.support.keras_api import keras


def small_residual(
    shape: tuple[int, int, int],
    classes: int,
    *,
    filters: Sequence[int] = (16, 32),
    stride: int = 2,
    noise: float = 0.0,
) -> Model:
    """Build a residual network in which BatchNormalization stands before each convolution.

    One convolution, then for each entry of `filters` a block of two; every block but the first
    halves height and width. Global average pooling and one dense layer end it. No convolution has
    a bias, and BatchNormalization follows every path that leads out of one, so that the network
    computes the same whatever the length of the kernels.

    Parameters
    ----------
    shape
        Height, width and channels of an image.
    classes
        The number of classes, K. The network ends in K logits.
    filters
        The channels of each block.
    stride
        The stride of the first convolution: 2 makes a step four times as cheap.
    noise
        The standard deviation, 0 to 1, of noise that is added to the images in training mode.

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
    He, Zhang, Ren and Sun: Identity Mappings in Deep Residual Networks, arXiv:1603.05027.
    """
    shape = validate.image_shape("shape", shape)
    classes = validate.whole_number("classes", classes, least=1, most=MOST)
    filters = validate.whole_numbers("filters", filters, least=1, most=MOST)
    if not filters:
        raise ValueError("filters is empty; expected the channels of one block at least.")
    stride = validate.whole_number("stride", stride, least=1, most=max(shape))
    noise = validate.number("noise", noise, least=0, most=1)
    layers = keras().layers
    images = layers.Input(shape)
    x = layers.GaussianNoise(noise)(images) if noise else images
    x = _convolution(x, filters[0], 3, stride)
    for place, channels in enumerate(filters):
        x = _block(x, channels, 2 if place else 1)
    x = layers.GlobalAveragePooling2D()(_activated(x))
    return keras().Model(images, layers.Dense(classes)(x))


def _block(x: Any, channels: int, stride: int) -> Any:
    """Add to x what two convolutions make of it; a third brings x to the same shape."""
    ready = _activated(x)
    found = _convolution(ready, channels, 3, stride)
    found = _convolution(_activated(found), channels, 3, 1)
    if stride > 1 or x.shape[-1] != channels:
        x = _convolution(ready, channels, 1, stride)
    return keras().layers.Add()([x, found])


def _activated(x: Any) -> Any:
    """Normalise by the batch, then ReLU; a momentum of .9 follows within some twenty steps."""
    layers = keras().layers
    return layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))


def _convolution(x: Any, channels: int, size: int, stride: int) -> Any:
    settings = {"padding": "same", "use_bias": False, "kernel_initializer": "he_normal"}
    return keras().layers.Conv2D(channels, size, stride, **settings)(x)
