"""A look at a set of images."""

from __future__ import annotations

import numpy as np
import pytest

from lossacc import figures
from lossacc.data import Examples, glyphs
from lossacc.figures.draw.layout import layout


def of(counts: list[int], channels: int = 3) -> Examples:
    """Images of 4x6, each as bright as its place among all."""
    labels = np.repeat(np.arange(len(counts)), counts)
    light = np.arange(len(labels)) / max(len(labels) - 1, 1)
    images = light[:, None, None, None] * np.ones((1, 4, 6, channels))
    return Examples(images, labels, tuple(f"class {n}" for n in range(len(counts))))


def test_it_says_what_the_images_are_and_shows_each_class_from_first_to_last() -> None:
    picture = figures.examples(of([30, 5]))
    assert picture.title == "35 images of 2 classes, each 4x6 in colour"
    first, second = picture.panels
    assert (first.heading, second.heading) == ("class 0: 8 of 30", "class 1: 5 of 5")
    assert first.captions[0] == ("image 0",)
    assert first.captions[-1] == ("image 29",)
    shown = [image.mean() for image in second.images]
    assert shown == pytest.approx(np.arange(30, 35) / 34)
    assert picture.table.rows == (("class 0", 30), ("class 1", 5))


def test_of_many_classes_the_first_with_images_are_drawn_and_all_are_counted() -> None:
    picture = figures.examples(of([2, 0, 9, 9, 9, 9], channels=1))
    assert [panel.heading for panel in picture.panels] == [
        "class 0: 2 of 2", "class 2: 4 of 9", "class 3: 4 of 9", "class 4: 4 of 9",
    ]  # fmt: skip
    assert len(picture.table.rows) == 6
    assert picture.title.endswith("in grey")


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_any_number_of_channels_and_any_width_can_be_drawn(channels: int) -> None:
    picture = figures.examples(of([3, 4, 5], channels))
    for width in (300, 800, 1200):
        assert len(layout(picture, width).panels) == 3


def test_noise_beyond_black_and_white_is_clipped() -> None:
    noisy = of([2, 2])
    noisy = Examples(noisy.images * 2 - 0.5, noisy.labels, noisy.class_names)
    for panel in figures.examples(noisy).panels:
        assert all(0 <= image.min() <= image.max() <= 1 for image in panel.images)


def test_what_is_no_set_of_images_is_refused() -> None:
    with pytest.raises(TypeError, match="images is an array of shape"):
        figures.examples(glyphs(10, size=8).images)
