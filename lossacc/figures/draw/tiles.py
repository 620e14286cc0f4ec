"""Where small images and their captions go."""

from __future__ import annotations

from lossacc.figures.draw.picture import Thumbnails
from lossacc.figures.draw.plot_area import Placed, Tile
from lossacc.figures.draw.text import LINE, SMALL, Text, text_width

_HEADING = LINE + 6
_LARGEST, _SMALLEST = 96, 32  # sizes of an image in pixels


def least_height(panel: Thumbnails, width: float) -> float:
    """Give the height that the images need at their smallest."""
    return _grid(panel, width, _SMALLEST)[2] + _HEADING


def place_thumbnails(
    panel: Thumbnails, left: float, right: float, top: float, bottom: float
) -> Placed:
    """Fill the slot with the largest images of which all fit."""
    height, width = bottom - top - _HEADING, right - left
    sizes = range(_LARGEST, _SMALLEST - 1, -4)
    size = next((size for size in sizes if _grid(panel, width, size)[2] <= height), _SMALLEST)
    columns, cell, deep = _grid(panel, width, size)
    step = deep / _rows(panel, columns)
    texts, tiles = [Text(left, top + LINE / 2, panel.heading, SMALL)], []
    for n, image in enumerate(panel.images):
        x, y = left + n % columns * cell, top + _HEADING + n // columns * step
        tiles.append(Tile(image, x, y, size))
        for k, line in enumerate(panel.captions[n]):
            texts.append(Text(x, y + size + 10 + k * (LINE - 1), line, SMALL))
    return Placed(panel, (left, top, right, bottom), tuple(texts), tiles=tuple(tiles))


def _rows(panel: Thumbnails, columns: int) -> int:
    return -(-len(panel.images) // columns)


def _grid(panel: Thumbnails, width: float, size: float) -> tuple[int, float, float]:
    """Give the columns, the width of a cell and the height of all rows for a size of image.

    The rows are as even as they can be: six images of which five would fit stand in threes.
    """
    words = max(text_width(line, SMALL) for caption in panel.captions for line in caption)
    lines = max(len(caption) for caption in panel.captions)
    fit = max(1, min(len(panel.images), int(width // (max(words, size) + 10))))
    rows = _rows(panel, fit)
    return _rows(panel, rows), width / fit, rows * (size + lines * (LINE - 1) + 10)
