"""ResNet-18: its size, its shapes, and its logits against NumPy."""

from __future__ import annotations

import numpy as np
import pytest

from lossacc.networks.cnn import initialise
from lossacc.networks.resnet import resnet18


def test_on_cifar10_it_has_the_weights_that_the_paper_s_network_has():
    model = resnet18((32, 32, 3), 10)
    assert sum(int(np.prod(v.shape)) for v in model.trainable_variables) == 11_173_962
    assert model.output_shape == (None, 10)
    shapes = [layer.output.shape[1:] for layer in model.layers if layer.name.startswith("add")]
    assert (
        shapes == [(32, 32, 64)] * 2 + [(16, 16, 128)] * 2 + [(8, 8, 256)] * 2 + [(4, 4, 512)] * 2
    )


def convolved(x, kernel, stride):
    """A convolution with Keras' padding "same", which puts an odd pixel at the end."""
    size = kernel.shape[0]
    out = -(-x.shape[1] // stride)
    pad = max((out - 1) * stride + size - x.shape[1], 0)
    before, after = pad // 2, pad - pad // 2
    x = np.pad(x, [(0, 0), (before, after), (before, after), (0, 0)])
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(1, 2))
    return np.einsum("nhwcij,ijco->nhwo", windows[:, ::stride, ::stride], kernel)


def by_hand(images, weights, mean, variance):
    """The evaluation pass in NumPy; the weights come in the order in which they are used."""
    left = iter(weights)

    def normal(x):
        gamma, beta, center, spread = (next(left) for _ in range(4))
        return (x - center) / np.sqrt(spread + 1e-5) * gamma + beta

    def layer(x, stride):
        return normal(convolved(x, next(left), stride))

    x = np.maximum(layer((images - mean) / np.sqrt(variance), 1), 0)
    for stride in (1, 1, 2, 1, 2, 1, 2, 1):
        found = layer(np.maximum(layer(x, stride), 0), 1)
        if found.shape != x.shape:
            x = layer(x, stride)
        x = np.maximum(x + found, 0)
    return x.mean(axis=(1, 2)) @ next(left) + next(left)


def in_order(model):
    """The weights layer by layer, as the network was built."""
    by_name = {layer.name: layer.weights for layer in model.layers}
    number = {name: int("0" + name.rpartition("_")[2]) if "_" in name else 0 for name in by_name}
    convolutions = sorted((n for n in by_name if n.startswith("conv")), key=number.get)
    normals = sorted((n for n in by_name if n.startswith("batch")), key=number.get)
    pairs = zip(convolutions, normals, strict=True)
    weights = [w for pair in pairs for name in pair for w in by_name[name]]
    return [np.asarray(w, np.float64) for w in [*weights, *model.layers[-1].weights]]


def test_its_logits_are_those_that_numpy_finds():
    rng = np.random.default_rng(0)
    images, mean, variance = rng.random((3, 8, 8, 2)), [0.4, 0.6], [0.1, 0.2]
    model = initialise(resnet18((8, 8, 2), 3, width=2, mean=mean, variance=variance), 0)
    for weight in model.weights:  # what training would make of gamma, beta and the statistics
        if weight.name in ("gamma", "beta", "moving_mean", "moving_variance"):
            weight.assign(rng.uniform(0.5, 1.5, weight.shape))
    expected = by_hand(images, in_order(model), mean, variance)
    found = np.asarray(model(images.astype(np.float32), training=False))
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)


def test_its_logits_are_float32_under_mixed_precision():
    model = resnet18((8, 8, 1), 4, width=2, dtype="mixed_float16")
    assert model.layers[1].compute_dtype == "float16"
    assert model(np.zeros((2, 8, 8, 1), np.float32)).dtype == "float32"
    assert {str(v.dtype) for v in model.trainable_variables} == {"float32"}


def test_its_first_weights_are_spread_as_pytorch_s():
    model = initialise(resnet18((32, 32, 3), 10, width=16), 0)
    kernel = np.asarray(model.layers[1].weights[0] if model.layers[1].weights else 0)
    assert kernel.shape == (3, 3, 3, 16)
    assert np.abs(kernel).max() == pytest.approx(1 / np.sqrt(27), rel=0.02)  # 1 / sqrt(inputs)
