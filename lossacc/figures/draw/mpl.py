"""A picture as a matplotlib figure: for what stays. Never through pyplot."""

from __future__ import annotations

from functools import singledispatch
from typing import TYPE_CHECKING, Any

import numpy as np

from lossacc.figures.draw.fonts import Fonts, fonts_for
from lossacc.figures.draw.layout import layout
from lossacc.figures.draw.palette import DOT, FAINT, FAINT_WIDTH, style
from lossacc.figures.draw.paths import arrowheads, pieces
from lossacc.figures.draw.picture import Area, Bars, Line, Mark, Panel, Picture, Points, Reference
from lossacc.figures.draw.plot_area import SAMPLE, Layout, Leader, Placed, Swatch
from lossacc.figures.draw.text import SMALL, Text
from lossacc.support.types import FloatArray

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_DPI = 100
_POINT = 72 / _DPI  # points a pixel
_INK = "#222222"
_PLAIN: dict[str, Any] = {"parse_math": False, "usetex": False}  # "$" and "\\" are letters here


def figure(
    picture: Picture, *, width: int | None = None, titled: bool = True, sheet: Any = None
) -> Figure:
    """Draw a picture as a matplotlib figure of its own.

    Parameters
    ----------
    picture
        What to draw.
    width
        In pixels of 1/100 inch; None takes the picture's own.
    titled
        Whether the title is drawn; False leaves it to the page.
    sheet
        A part of a page to draw on, of the picture's size; None makes a figure of its own.

    Returns
    -------
    matplotlib.figure.Figure
        One pair of axes a panel, in the units of the data, on a white ground.
    """
    from matplotlib.figure import Figure

    plan = layout(picture, width, titled=titled)
    fonts = fonts_for(text.text for text in plan.texts())
    if fonts.lacking:
        plan = layout(fonts.written(picture), width, titled=titled)
    size = (plan.width / _DPI, plan.height / _DPI)
    sheet = sheet or Figure(figsize=size, dpi=_DPI, facecolor="white")
    for placed in plan.panels:
        if isinstance(placed.panel, Panel):
            _panel(sheet, plan, placed, fonts)
        else:
            _tiles(sheet, plan, placed)
    for text in plan.texts():
        if not text.tick:
            _text(sheet, plan, text, fonts)
    drawn: Figure = sheet
    return drawn


def _text(sheet: Figure, plan: Layout, text: Text, fonts: Fonts) -> None:
    sheet.text(
        text.x / plan.width,
        1 - (text.y + 0.35 * text.size) / plan.height,
        text.text,
        fontsize=text.size * _POINT,
        ha={"start": "left", "middle": "center", "end": "right"}[text.anchor],
        va="baseline",
        fontweight="bold" if text.bold else "normal",
        alpha=0.75 if text.pale else 1.0,
        color=_INK,
        family=fonts.families,
        **_PLAIN,
        path_effects=_halo() if text.halo else None,
    )


def _halo() -> list[Any]:
    """Give the white edge of a text that stands over curves."""
    from matplotlib.patheffects import withStroke

    return [withStroke(linewidth=4 * _POINT, foreground="white")]


def _add_axes(sheet: Figure, plan: Layout, left: float, top: float, w: float, h: float) -> Axes:
    size = (left / plan.width, 1 - (top + h) / plan.height, w / plan.width, h / plan.height)
    return sheet.add_axes(size)


def _panel(sheet: Figure, plan: Layout, placed: Placed, fonts: Fonts) -> None:
    """Draw one panel."""
    panel, (left, top, right, bottom) = placed.panel, placed.frame
    assert isinstance(panel, Panel)
    axes = _add_axes(sheet, plan, left, top, right - left, bottom - top)
    axes.patch.set_alpha(0)
    _dress(axes, placed, fonts)
    for line in panel.references:
        _reference(line, axes)
    for mark in panel.marks:
        _draw(mark, axes, placed)
    for leader in placed.leaders:
        _leader(sheet, plan, leader)
    for swatch in placed.swatches:
        if swatch.dash is not None:
            _sample(sheet, plan, swatch)
            continue
        box = _add_axes(sheet, plan, swatch.x, swatch.y - 6, 12, 12)
        box.set(xticks=[], yticks=[], xlim=(0, 1), ylim=(0, 1))
        box.set_axis_off()
        box.bar([0.5], [1.0], width=1.0, **_fill(swatch.role, swatch.hollow))


def _dress(axes: Axes, placed: Placed, fonts: Fonts) -> None:
    """Set limits, scales, ticks and the pale grid."""
    panel = placed.panel
    assert isinstance(panel, Panel)
    axes.set_xscale(panel.x.scale)
    axes.set_yscale(panel.y.scale)
    axes.set_xlim(panel.x.low, panel.x.high)
    axes.set_ylim(panel.y.low, panel.y.high)
    for side, ruler, anchor in ((axes.xaxis, panel.x, "middle"), (axes.yaxis, panel.y, "end")):
        shown = {text.text for text in placed.texts if text.tick and text.anchor == anchor}
        names = [tick.text if tick.text in shown else "" for tick in ruler.ticks]
        places = [tick.value for tick in ruler.ticks]
        side.set_ticks(places, names, family=fonts.families, **_PLAIN)
        side.set_ticks([], minor=True)
    axes.tick_params(labelsize=SMALL * _POINT, labelcolor=_INK, color="#888888")
    axes.tick_params(axis="y", length=0, pad=4)
    axes.tick_params(axis="x", length=3, pad=4)
    if panel.y.grid:
        axes.grid(axis="y", color=_INK, alpha=0.15, linewidth=0.7)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines["left"].set_visible(panel.y.grid)
    axes.spines[["left", "bottom"]].set_color("#888888")


def _colour(role: str) -> str:
    return style(role).colour or _INK


def _dashes(dash: tuple[float, ...]) -> Any:
    """Give matplotlib's line style; it counts dashes in points, not in widths, from offset 0."""
    return (0, tuple(length * _POINT for length in dash)) if dash else "solid"


@singledispatch
def _draw(mark: Mark, axes: Axes, placed: Placed) -> None:
    """Draw one mark."""
    raise TypeError(f"got a mark of type {type(mark).__name__}; expected Line, Points, Bars, Area")


@_draw.register(Line)
def _line(mark: Line, axes: Axes, placed: Placed) -> None:
    look, alpha = style(mark.role), FAINT if mark.faint else 1.0
    dash = look.dash if mark.dash is None else mark.dash
    width = (FAINT_WIDTH if mark.faint else look.width) * _POINT
    axes.plot(
        mark.x,
        _held(np.where(np.isfinite(mark.y), mark.y, np.nan), placed),
        color=_colour(mark.role),
        linestyle=_dashes(tuple(length / width for length in dash)),
        linewidth=width,
        alpha=alpha,
        label=mark.label or "_",
        clip_on=False,
    )
    alone = [part for part in pieces(mark.x, mark.y) if len(part[0]) == 1]
    dot: dict[str, Any] = {"markersize": DOT * _POINT, "markeredgewidth": 0}
    for x, y in alone:
        axes.plot(
            x, _held(y, placed), "o", color=_colour(mark.role), alpha=alpha, clip_on=False, **dot
        )
    if mark.band is not None:
        _shade(axes, placed, mark.x, *mark.band, mark.role)
    if mark.arrows:
        _arrows(mark, axes, placed)


def _held(y: FloatArray, placed: Placed) -> FloatArray:
    """Hold values inside the panel."""
    assert isinstance(placed.panel, Panel)
    return np.clip(y, placed.panel.y.low, placed.panel.y.high)


def _shade(
    axes: Axes, placed: Placed, x: FloatArray, low: FloatArray, high: FloatArray, role: str
) -> None:
    low, high = _held(low, placed), _held(high, placed)
    axes.fill_between(x, low, high, color=_colour(role), alpha=0.2, linewidth=0)


def _arrows(mark: Line, axes: Axes, placed: Placed) -> None:
    """Draw the arrowheads where the SVG has them: they are found in pixels."""
    left, top, right, bottom = placed.frame
    for corners in arrowheads(placed.across(mark.x), placed.upwards(mark.y)):
        share = (corners - [left, bottom]) / [right - left, top - bottom]
        axes.fill(
            *share.T, color=_colour(mark.role), linewidth=0, transform=axes.transAxes, clip_on=False
        )


@_draw.register(Area)
def _area(mark: Area, axes: Axes, placed: Placed) -> None:
    _shade(axes, placed, mark.x, mark.low, mark.high, mark.role)


@_draw.register(Points)
def _points(mark: Points, axes: Axes, placed: Placed) -> None:
    axes.plot(
        mark.x,
        mark.y,
        "o",
        markersize=12 * _POINT,
        markerfacecolor="none" if mark.hollow else _colour(mark.role),
        markeredgecolor=_colour(mark.role),
        markeredgewidth=2.5 * _POINT,
        clip_on=False,
        zorder=4,
    )


@_draw.register(Bars)
def _bars(mark: Bars, axes: Axes, placed: Placed) -> None:
    low = np.minimum(mark.y0, mark.y1)
    axes.bar(
        np.minimum(mark.x0, mark.x1),
        np.abs(mark.y1 - mark.y0),
        width=np.abs(mark.x1 - mark.x0),
        bottom=low,
        align="edge",
        label=mark.label or "_",
        **_fill(mark.role, mark.hollow),
    )


def _fill(role: str, hollow: bool) -> dict[str, Any]:
    """Fill a bar and outline it, or outline it alone, over a breath of its colour."""
    from matplotlib.colors import to_rgba

    colour = _colour(role)
    if hollow:
        return {
            "facecolor": to_rgba(colour, 0.15),
            "edgecolor": colour,
            "linewidth": 2 * _POINT,
        }
    return {"facecolor": colour, "edgecolor": to_rgba(_INK, 0.7), "linewidth": 0.8 * _POINT}


def _reference(line: Reference, axes: Axes) -> None:
    look = style("reference")
    draw = axes.axhline if line.of == "y" else axes.axvline
    width = look.width * _POINT
    dash = _dashes(tuple(length / width for length in look.dash))
    draw(line.value, color=_INK, linewidth=width, alpha=0.75, linestyle=dash, label=line.label)


def _leader(sheet: Figure, plan: Layout, leader: Leader) -> None:
    from matplotlib.lines import Line2D

    across = [leader.x0 / plan.width, leader.x1 / plan.width]
    upwards = [1 - leader.y0 / plan.height, 1 - leader.y1 / plan.height]
    width = min(style(leader.role).width, 1.5) * _POINT
    sheet.add_artist(
        Line2D(across, upwards, color=_colour(leader.role), linewidth=width, alpha=0.7)
    )


def _sample(sheet: Figure, plan: Layout, swatch: Swatch) -> None:
    """Draw a short piece of a curve."""
    from matplotlib.lines import Line2D

    width = (FAINT_WIDTH if swatch.faint else style(swatch.role).width) * _POINT
    line = Line2D(
        [swatch.x / plan.width, (swatch.x + SAMPLE) / plan.width],
        [1 - swatch.y / plan.height] * 2,
        color=_colour(swatch.role),
        linewidth=width,
        alpha=FAINT if swatch.faint else 1.0,
        linestyle=_dashes(tuple(length / width for length in swatch.dash or ())),
    )
    sheet.add_artist(line)


def _tiles(sheet: Figure, plan: Layout, placed: Placed) -> None:
    """Draw the thumbnails."""
    for tile in placed.tiles:
        axes = _add_axes(sheet, plan, tile.left, tile.top, tile.size, tile.size)
        axes.set(xticks=[], yticks=[])
        image = np.clip(np.nan_to_num(tile.image), 0, 1)
        image = image[..., 0] if image.ndim == 3 and image.shape[2] == 1 else image
        axes.imshow(image, cmap="gray", vmin=0, vmax=1, interpolation="nearest", aspect="auto")
