"""A picture with a place in pixels for everything: what both renderers draw."""

from __future__ import annotations

from dataclasses import dataclass

from lossacc.figures.draw.picture import Panel, Thumbnails
from lossacc.figures.draw.text import Box, Text
from lossacc.support.types import FloatArray

SAMPLE = 22  # pixels of a curve in the key


@dataclass(frozen=True)
class Leader:
    """The short line from a curve's end, or a reference's, to its name."""

    x0: float
    y0: float
    x1: float
    y1: float
    role: str


@dataclass(frozen=True)
class Swatch:
    """The small box in the key; x and y are its left edge and its middle.

    One with dashes stands for a curve: a short piece of it.
    """

    x: float
    y: float
    role: str
    hollow: bool = False
    dash: tuple[float, ...] | None = None
    faint: bool = False


@dataclass(frozen=True, eq=False)
class Tile:
    """One thumbnail: its image, left and top edge, size."""

    image: FloatArray
    left: float
    top: float
    size: float


@dataclass(frozen=True, eq=False)
class Placed:
    """A panel with its place. `frame` holds the axes: left, top, right, bottom."""

    panel: Panel | Thumbnails
    frame: Box
    texts: tuple[Text, ...]
    leaders: tuple[Leader, ...] = ()
    swatches: tuple[Swatch, ...] = ()
    tiles: tuple[Tile, ...] = ()

    def across(self, values: FloatArray) -> FloatArray:
        """Give the pixels of values on the x axis."""
        assert isinstance(self.panel, Panel)
        left, _, right, _ = self.frame
        return left + self.panel.x.place(values) * (right - left)

    def upwards(self, values: FloatArray) -> FloatArray:
        """Give the pixels of values on the y axis, counted from the top."""
        assert isinstance(self.panel, Panel)
        _, top, _, bottom = self.frame
        return bottom - self.panel.y.place(values) * (bottom - top)

    def x(self, value: float) -> float:
        """Give the pixel of one value on the x axis."""
        assert isinstance(self.panel, Panel)
        left, _, right, _ = self.frame
        return left + self.panel.x.place_of(value) * (right - left)

    def y(self, value: float) -> float:
        """Give the pixel of one value on the y axis, counted from the top."""
        assert isinstance(self.panel, Panel)
        _, top, _, bottom = self.frame
        return bottom - self.panel.y.place_of(value) * (bottom - top)


@dataclass(frozen=True, eq=False)
class Layout:
    """A whole picture in pixels."""

    width: int
    height: int
    words: tuple[Text, ...]  # of the title and the caption
    panels: tuple[Placed, ...]

    def texts(self) -> list[Text]:
        """Give all texts."""
        return [*self.words, *(text for placed in self.panels for text in placed.texts)]
