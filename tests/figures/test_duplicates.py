"""The figure of images that look alike."""

from __future__ import annotations

import numpy as np
import pytest

from lossacc.figures.draw import figure, svg
from lossacc.figures.draw.layout import layout
from lossacc.figures.duplicates import duplicates

LABELS = ["cat", "cat", "cat", "dog", "dog", "cow"]


def shown(images: np.ndarray, *groups: tuple[int, ...]):
    return duplicates("title", [f"group {k}" for k in range(len(groups))], groups, images, LABELS)


def test_every_label_of_a_group_is_seen() -> None:
    images = np.arange(6.0)[:, None, None, None] / 5 * np.ones((6, 4, 4, 1))
    picture = shown(images, (0, 1, 2, 3, 4, 5), (0, 3), (1, 5))
    tile = picture.panels[0]
    assert [caption[0] for caption in tile.captions] == [
        f"label {name}" for name in ("cat", "dog", "cow", "cat")
    ]
    assert [image.mean() for image in tile.images] == pytest.approx([0, 3 / 5, 5 / 5, 1 / 5])
    assert len(picture.table.rows) == 10
    assert "image 3 labelled dog" in picture.alt


def test_a_lone_group_has_all_the_room() -> None:
    (tile,) = shown(np.zeros((6, 4, 4, 1)), tuple(range(6))).panels
    assert len(tile.images) == 6


def test_only_the_first_groups_are_drawn_and_all_are_listed() -> None:
    picture = shown(np.zeros((6, 4, 4, 3)), (0, 3), (1, 4), (2, 5), (3, 0), (4, 1))
    assert len(picture.panels) == 3
    assert len(picture.table.rows) == 10


@pytest.mark.parametrize(
    ("low", "high", "drawn"),
    [(0, 1, (0, 1)), (0.2, 0.4, (0.2, 0.4)), (0, 200, (0, 1)), (-2, 2, (0, 1)), (-1, 0, (0, 0.5))],
)
def test_black_and_white_are_0_and_1_or_the_extremes(
    low: float, high: float, drawn: tuple[float, float]
) -> None:
    images = np.stack([np.full((4, 4, 1), value) for value in (low, high)])
    (tile,) = shown(images, (0, 1)).panels
    assert [image.mean() for image in tile.images] == pytest.approx(drawn)


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_both_renderers_draw_any_number_of_channels(channels: int) -> None:
    picture = shown(np.random.default_rng(0).random((6, 4, 4, channels)), (0, 3, 5), (1, 4))
    assert "label cow" in svg(picture)
    figure(picture).draw_without_rendering()
    assert layout(picture, 300)
