"""Figures as data, and two renderers that draw the same figure: SVG and matplotlib."""

from __future__ import annotations

from lossacc.figures.draw.axes import Axis, Tick, axis
from lossacc.figures.draw.mpl import figure
from lossacc.figures.draw.palette import ROLES, Style, style
from lossacc.figures.draw.picture import (
    RENDERERS,
    Area,
    Bars,
    Line,
    Mark,
    Note,
    Panel,
    Picture,
    Points,
    Reference,
    Table,
    Thumbnails,
)
from lossacc.figures.draw.show import mimebundle
from lossacc.figures.draw.svg import svg

__all__ = [
    "ROLES",
    "Area",
    "Axis",
    "Bars",
    "Line",
    "Mark",
    "Note",
    "Panel",
    "Picture",
    "Points",
    "Reference",
    "Style",
    "Table",
    "Thumbnails",
    "Tick",
    "axis",
    "figure",
    "style",
    "svg",
]

RENDERERS.update(svg=svg, matplotlib=figure, notebook=mimebundle)
