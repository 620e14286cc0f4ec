"""The multiplications that set the floor, counted by hand."""

from __future__ import annotations

from lossacc.networks.cnn import small_cnn
from tests.benchmarks.floor import multiplications, per_epoch


def test_a_linear_network_multiplies_each_pixel_for_each_class() -> None:
    linear = small_cnn((8, 8, 1), 10, filters=(), dense=0)
    assert multiplications(linear) == 640
    # Two steps forward and back to the weights, none back to the images; then three are scored.
    assert per_epoch(linear, 2, 1) == 2 * (640 + 640) + 3 * 640


def test_a_convolution_is_put_on_every_pixel() -> None:
    network = small_cnn((8, 8, 1), 10, filters=(16, 32), dense=64)
    first, second = 9 * 16 * 64, 9 * 16 * 32 * 16
    forward = first + second + 4 * 32 * 64 + 64 * 10
    assert multiplications(network) == forward
    assert per_epoch(network, 1, 0) == 3 * forward - first + forward
