"""The small residual network: its shape, its weights, its noise."""

from __future__ import annotations

import numpy as np
import pytest

from lossacc.networks.cnn import initialise
from lossacc.networks.small_resnet import small_residual
from tests import small


def test_it_has_the_weights_that_the_drawing_says():
    """Kernels 3x3: 1-16, two 16-16, 16-32, 32-32; a shortcut 16-32; BatchNorm; a dense layer."""
    model = small_residual((8, 8, 1), 10)
    kernels = 9 * (1 * 16 + 2 * 16 * 16 + 16 * 32 + 32 * 32) + 16 * 32
    normal = 4 * (16 + 16 + 16 + 32 + 32)
    assert model.count_params() == kernels + normal + 32 * 10 + 10
    assert model.output_shape == (None, 10)


@pytest.mark.parametrize(("shape", "stride"), [((8, 8, 1), 2), ((9, 7, 3), 1)])
def test_it_takes_images_of_any_size(shape, stride):
    model = small_residual(shape, 3, stride=stride)
    assert model(np.zeros((2, *shape), np.float32)).shape == (2, 3)


def test_the_noise_is_there_in_training_mode_only():
    x, _ = small.data(16)
    model = initialise(small_residual(small.SHAPE, 3, noise=0.5), 0)
    plain = [np.asarray(model(x, training=False)) for _ in range(2)]
    noisy = [np.asarray(model(x, training=True)) for _ in range(2)]
    np.testing.assert_array_equal(*plain)
    assert np.abs(noisy[0] - noisy[1]).max() > 0.01


def test_the_same_seed_gives_the_same_weights():
    model = small_residual(small.SHAPE, 3)
    first = [w.copy() for w in initialise(model, 4).get_weights()]
    again = initialise(model, 4).get_weights()
    assert small.same(first, again)
    other = initialise(model, 5).get_weights()
    assert not small.same(first, other)
