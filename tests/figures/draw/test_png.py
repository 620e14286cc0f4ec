from __future__ import annotations

import io

import numpy as np
import pytest
from matplotlib.image import imread

from lossacc.figures.draw.png import png


@pytest.mark.parametrize("shape", [(8, 8), (5, 9), (4, 6, 3)])
def test_another_reader_finds_the_same_pixels(shape):
    image = np.random.default_rng(0).uniform(-0.2, 1.2, shape)
    read = imread(io.BytesIO(png(image)), format="png")
    assert read == pytest.approx(np.clip(image, 0, 1), abs=0.5 / 255 + 1e-6)


def test_one_channel_is_grey():
    image = np.random.default_rng(0).uniform(size=(4, 4, 1))
    assert png(image) == png(image[..., 0])


def test_not_a_number_is_black():
    assert imread(io.BytesIO(png(np.array([[np.nan, 1.0]])))).tolist() == [[0.0, 1.0]]


def test_two_channels_are_refused():
    with pytest.raises(ValueError, match=r"\(4, 4, 2\)"):
        png(np.zeros((4, 4, 2)))
