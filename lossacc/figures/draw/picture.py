"""What a figure says before it is drawn."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np

from lossacc.figures.draw.axes import Axis, Shown
from lossacc.support.files import as_path, write_whole
from lossacc.support.text import shown
from lossacc.support.types import FloatArray

Cell = str | int | float
ENDINGS = (".png", ".svg", ".pdf")  # of the images that `Picture.save` writes


@dataclass(frozen=True, eq=False)
class Line(Shown):
    """A curve. Its name stands at its end.

    Parameters
    ----------
    x, y
        Shape (P,), in the units of the axes. NaN and infinity leave a gap.
    role
        What it is; the palette gives its colour and dashes.
    label
        Its name; empty for a curve without one.
    band
        The low and the high edge, shape (P,) each, of a band behind it.
    faint
        Drawn pale: an earlier run.
    arrows
        Arrowheads along it show the direction of travel.
    dash
        Dashes of its own instead of the role's: one of several runs with the same role.
    """

    x: FloatArray
    y: FloatArray
    role: str
    label: str = ""
    band: tuple[FloatArray, FloatArray] | None = None
    faint: bool = False
    arrows: bool = False
    dash: tuple[float, ...] | None = None

    @cached_property
    def end(self) -> tuple[float, float] | None:
        """The last point that can be drawn; None where there is none."""
        seen = np.flatnonzero(np.isfinite(self.x) & np.isfinite(self.y))
        return (float(self.x[seen[-1]]), float(self.y[seen[-1]])) if len(seen) else None


@dataclass(frozen=True, eq=False)
class Points(Shown):
    """Round marks, each with a label beside it or none.

    Parameters
    ----------
    x, y
        Shape (P,).
    role
        The palette gives the colour.
    labels
        P texts, or none at all.
    hollow
        A ring instead of a disc.
    """

    x: FloatArray
    y: FloatArray
    role: str
    labels: tuple[str, ...] = ()
    hollow: bool = False


@dataclass(frozen=True, eq=False)
class Bars(Shown):
    """Rectangles.

    Parameters
    ----------
    x0, x1, y0, y1
        Shape (P,): the edges. x0 may lie right of x1, as in a bar that points left.
    role
        The palette gives the colour.
    label
        What they are; written in the key above the panel.
    texts
        P texts, or none at all.
    texts_at
        Where a bar's text stands: above it, or beside the end that it points to (beside the other
        one where that end is at a line or at the edge).
    hollow
        An outline instead of a filled bar.
    """

    x0: FloatArray
    x1: FloatArray
    y0: FloatArray
    y1: FloatArray
    role: str
    label: str = ""
    texts: tuple[str, ...] = ()
    texts_at: Literal["above", "beside"] = "above"
    hollow: bool = False


@dataclass(frozen=True, eq=False)
class Area:
    """A shaded region between two curves over the same x, shape (P,) each."""

    x: FloatArray
    low: FloatArray
    high: FloatArray
    role: str


@dataclass(frozen=True)
class Reference(Shown):
    """A thin named line right across the panel.

    Parameters
    ----------
    value
        Where it stands.
    label
        Its name.
    of
        "y": a level line at this height; "x": an upright one.
    """

    value: float
    label: str
    of: Literal["x", "y"] = "y"


@dataclass(frozen=True)
class Note(Shown):
    """A text inside the panel that starts at (x, y)."""

    x: float
    y: float
    text: str


Mark = Line | Points | Bars | Area


@dataclass(frozen=True, eq=False)
class Panel:
    """One pair of axes with what is drawn on it.

    Parameters
    ----------
    x, y
        The axes.
    marks
        Drawn in this order.
    references, notes
        Named lines and texts.
    share
        The panel's part of the width, relative to the other panels'.
    """

    x: Axis
    y: Axis
    marks: tuple[Mark, ...]
    references: tuple[Reference, ...] = ()
    notes: tuple[Note, ...] = ()
    share: float = 1.0


@dataclass(frozen=True, eq=False)
class Thumbnails(Shown):
    """Small images, each with a caption of a few short lines.

    Parameters
    ----------
    heading
        What they have in common.
    images
        Shape (H, W) or (H, W, 3) each, 0 to 1; what lies beyond is clipped.
    captions
        For each image its lines.
    share
        The part of the width, relative to the other panels'.
    """

    heading: str
    images: tuple[FloatArray, ...]
    captions: tuple[tuple[str, ...], ...]
    share: float = 1.0


@dataclass(frozen=True)
class Table:
    """The numbers behind a figure: the columns' names, and the rows."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def text(self) -> str:
        """Write the table in aligned columns."""
        lines = [
            [*map(written, self.columns)],
            *([written(cell) for cell in row] for row in self.rows),
        ]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        return "\n".join(
            "  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True))
            for line in lines
        )


# What draws a picture, by name. The renderers know pictures, and pictures no renderer: the package
# puts them here.
RENDERERS: dict[str, Callable[..., Any]] = {}


@dataclass(frozen=True, eq=False, repr=False)
class Picture(Shown):
    """A figure as data: both renderers draw it, and it shows itself in a notebook.

    Parameters
    ----------
    title
        The answer to the one question that the figure asks.
    alt
        What the curves do, for people who do not see them.
    panels
        From left to right.
    table
        The numbers.
    width, height
        The size in pixels that suits it.
    caption
        What is shown, for a file that stands by itself: it is drawn below, in small letters.
    """

    title: str
    alt: str
    panels: tuple[Panel | Thumbnails, ...]
    table: Table = field(default_factory=lambda: Table((), ()))
    width: int = 720
    height: int = 300
    caption: str = ""

    def __repr__(self) -> str:
        """Give the title alone."""
        return f"Picture({self.title!r})"

    def __str__(self) -> str:
        """Give the title, what the curves do, and the numbers."""
        told = "\n".join(filter(None, (self.title, self.caption, self.alt)))
        return f"{told}\n\n{self.table.text()}".strip()

    def texts(self) -> Iterator[str]:
        """Give every text that a drawing of the picture must show, the ticks excepted."""
        yield self.title
        yield from [self.caption] * bool(self.caption)
        for panel in self.panels:
            yield from _thumbnail_texts(panel) if isinstance(panel, Thumbnails) else _texts(panel)

    def svg(
        self,
        *,
        width: int | None = None,
        dark: bool | None = None,
        titled: bool = True,
        scale: float = 1.0,
    ) -> str:
        """Draw the picture as SVG; see `lossacc.figures.draw.svg`."""
        drawn: str = RENDERERS["svg"](self, width=width, dark=dark, titled=titled, scale=scale)
        return drawn

    def figure(self, *, width: int | None = None) -> Any:
        """Draw the picture as a `matplotlib.figure.Figure`; see `lossacc.figures.draw.figure`."""
        return RENDERERS["matplotlib"](self, width=width)

    def save(self, path: str | Path) -> Path:
        """Write the picture as an image, whole or not at all; give back its path.

        Parameters
        ----------
        path
            Ends in .png, .svg or .pdf.

        Raises
        ------
        OSError
            If it cannot be written; the sentence says why.
        TypeError, ValueError
            If the path does not end so.
        """
        path = as_path(path)
        kind = path.suffix.lower()
        if kind not in ENDINGS:
            raise ValueError(f"got the path {str(path)!r}; expected one that ends in .png, .svg "
                             "or .pdf.")  # fmt: skip
        if kind == ".svg":
            write_whole(path, self.svg())
            return path
        file = io.BytesIO()
        self.figure().savefig(file, format=kind.removeprefix("."))
        write_whole(path, file.getvalue())
        return path

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """Show the picture in a notebook, with its alt text and its numbers folded away."""
        shown: dict[str, Any] = RENDERERS["notebook"](self)
        return shown


def _texts(panel: Panel) -> Iterator[str]:
    yield from (panel.x.label, panel.y.label)
    yield from (reference.label for reference in panel.references)
    yield from (note.text for note in panel.notes)
    for mark in panel.marks:
        if isinstance(mark, Line | Bars) and mark.label:
            yield mark.label
        if isinstance(mark, Bars):
            yield from (text for text in mark.texts if text)
        if isinstance(mark, Points):
            yield from mark.labels


def _thumbnail_texts(panel: Thumbnails) -> Iterator[str]:
    yield panel.heading
    for caption in panel.captions:
        yield from caption


def written(cell: Cell) -> str:
    """Write one cell of a table."""
    return f"{cell:.4g}" if isinstance(cell, float) else shown(str(cell))
