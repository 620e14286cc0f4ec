"""A picture as SVG, written in Python: for what moves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import singledispatch
from html import escape
from itertools import groupby

import numpy as np

from lossacc.figures.draw.layout import layout
from lossacc.figures.draw.palette import DOT, FAINT, FAINT_WIDTH, style
from lossacc.figures.draw.paths import arrowheads, pieces, straightened, thinned
from lossacc.figures.draw.picture import Area, Bars, Line, Mark, Panel, Picture, Points, Reference
from lossacc.figures.draw.plot_area import SAMPLE, Layout, Leader, Placed, Swatch, Tile
from lossacc.figures.draw.png import data_uri, png
from lossacc.figures.draw.text import SMALL, Text
from lossacc.support.types import FloatArray

# JupyterLab and Notebook set the variables with their theme; elsewhere the colours of the text
# and the ground around the picture are taken.
_INK = "var(--jp-ui-font-color1,currentColor)"
_GROUND = "var(--jp-layout-color0,transparent)"
_FONT = "var(--jp-ui-font-family,system-ui,sans-serif)"
_FIXED = {False: ("#222", "#fff"), True: ("#eee", "#111")}


def svg(
    picture: Picture,
    *,
    width: int | None = None,
    dark: bool | None = None,
    titled: bool = True,
    scale: float = 1.0,
) -> str:
    """Draw a picture as one `<svg>` element.

    Parameters
    ----------
    picture
        What to draw.
    width
        In pixels; None takes the picture's own.
    dark
        None follows the page (JupyterLab's theme, or the colour of the text around it); True and
        False fix a dark or a light ground, for a file of its own.
    titled
        Whether the title is drawn; False leaves it to the page. The label has it either way.
    scale
        How large it is shown, texts and all: .86 makes texts of 14 pixels 12.

    Returns
    -------
    str
        With `role="img"`, and the title and the alt text as its `aria-label`.
    """
    plan = layout(picture, width, titled=titled)
    ink, ground = (_INK, _GROUND) if dark is None else _FIXED[dark]
    body = "".join(_panel(placed) for placed in plan.panels)
    texts = _texts(plan.texts(), ground)
    paper = "" if dark is None else f'<rect width="100%" height="100%" fill="{ground}"/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" '
        f'aria-label="{escape(_label(picture))}" {_size(plan, scale)} '
        f'style="color:{ink};font:{SMALL}px {_FONT};max-width:100%;height:auto" '
        f'fill="currentColor">{paper}{body}{texts}</svg>'
    )


def _label(picture: Picture) -> str:
    return f"{picture.title}. {picture.alt}"


def _size(plan: Layout, scale: float) -> str:
    size = f'width="{plan.width * scale:.0f}" height="{plan.height * scale:.0f}"'
    return f'{size} viewBox="0 0 {plan.width} {plan.height}"'


def _panel(placed: Placed) -> str:
    """Draw one panel without its texts."""
    if not isinstance(placed.panel, Panel):
        return "".join(map(_tile, placed.tiles))
    drawn = [_grid(placed)]
    drawn.append(_references(placed.panel.references, placed))
    drawn += [_draw(mark, placed) for mark in placed.panel.marks]
    drawn.append(_leaders(placed.leaders))
    drawn += map(_swatch, placed.swatches)
    return "".join(drawn)


def _grid(placed: Placed) -> str:
    """Draw the axes and pale lines at the ticks of the upright one; named rows have no line."""
    panel, (left, top, right, bottom) = placed.panel, placed.frame
    assert isinstance(panel, Panel)
    rulers = panel.y.ticks if panel.y.grid else ()
    lines = "".join(f"M{left:.0f} {_n(placed.y(tick.value))}H{right:.0f}" for tick in rulers)
    ticks = "".join(f"M{_n(placed.x(tick.value))} {bottom:.0f}v4" for tick in panel.x.ticks)
    upright = f"M{left:.0f} {top:.0f}V{bottom:.0f}" if panel.y.grid else ""
    return (
        f'<path d="{lines}" stroke="currentColor" stroke-opacity=".15"/>'
        f'<path d="{upright}M{left:.0f} {bottom:.0f}H{right:.0f}{ticks}" fill="none" '
        f'stroke="currentColor" stroke-opacity=".6"/>'
    )


def _n(pixels: float) -> str:
    """Write pixels to a tenth."""
    return f"{pixels:.1f}".removesuffix(".0")


def _colour(role: str) -> str:
    return style(role).colour or "currentColor"


def _dash(dash: Iterable[float]) -> str:
    lengths = ",".join(f"{length:g}" for length in dash)
    return f' stroke-dasharray="{lengths}"' if lengths else ""


def _points(x: FloatArray, y: FloatArray) -> str:
    """Write pixels as `x,y x,y ...`, to a tenth."""
    pairs = np.stack([x, y], axis=1).round(1).tolist()
    return " ".join([f"{a:g},{b:g}" for a, b in pairs])


def _steps(x: FloatArray, y: FloatArray) -> str:
    """Write pixels as a path in tenths: where it starts, then each step."""
    tenths = np.rint(np.stack([x, y], axis=1) * 10).astype(int)
    first, steps = tenths[0].tolist(), np.diff(tenths, axis=0).ravel().tolist()
    return f"M{first[0]} {first[1]}l{' '.join(map(str, steps))}".replace(" -", "-")


def _thinned(x: FloatArray, y: FloatArray, placed: Placed) -> tuple[FloatArray, FloatArray]:
    """Keep of a curve what can be seen: one point for two pixels, and none on a straight line.

    A path that goes to and fro keeps all its corners.
    """
    if (x[1:] >= x[:-1]).all():
        x, y = thinned(x, y, max(int(placed.frame[2] - placed.frame[0]) // 2, 50))
    return straightened(x, y)


@singledispatch
def _draw(mark: Mark, placed: Placed) -> str:
    """Draw one mark."""
    raise TypeError(f"got a mark of type {type(mark).__name__}; expected Line, Points, Bars, Area")


@_draw.register(Line)
def _line(mark: Line, placed: Placed) -> str:
    look, x = style(mark.role), placed.across(mark.x)
    width = FAINT_WIDTH if mark.faint else look.width
    dash = _dash(10 * length for length in (look.dash if mark.dash is None else mark.dash))
    seen = np.where(np.isfinite(mark.y), mark.y, np.nan)
    parts = [_thinned(*part, placed) for part in pieces(x, placed.upwards(seen))]
    # In tenths of a pixel, whole and relative, a point takes half the letters.
    path = "".join(_steps(*part) for part in parts if len(part[0]) > 1)
    stroke = (
        f'<path d="{path}" transform="scale(.1)" fill="none" stroke="{_colour(mark.role)}" '
        f'stroke-width="{10 * width:g}"{dash} stroke-linejoin="round"{_faint(mark)}/>'
    )
    dots = [_dot(*part, mark) for part in parts if len(part[0]) == 1]
    heads = arrowheads(x, placed.upwards(seen)) if mark.arrows else []
    drawn = [_band(mark, placed), stroke if path else "", *dots]
    return "".join(drawn + [_head(one, mark) for one in heads])


def _dot(x: FloatArray, y: FloatArray, mark: Line) -> str:
    """Draw a piece of one point."""
    place = f'cx="{_n(x[0])}" cy="{_n(y[0])}"'
    return f'<circle {place} r="{DOT / 2:g}" fill="{_colour(mark.role)}"{_faint(mark)}/>'


def _faint(mark: Line) -> str:
    return f' opacity="{FAINT:g}"' if mark.faint else ""


def _head(corners: FloatArray, mark: Line) -> str:
    return f'<path d="M{_points(*corners.T)}z" fill="{_colour(mark.role)}"{_faint(mark)}/>'


def _band(mark: Line, placed: Placed) -> str:
    if mark.band is None:
        return ""
    return _region(mark.x, *mark.band, mark.role, placed)


def _region(x: FloatArray, low: FloatArray, high: FloatArray, role: str, placed: Placed) -> str:
    """Shade what lies between two curves."""
    seen = np.isfinite(low) & np.isfinite(high) & np.isfinite(x)
    if not seen.any():
        return ""
    across = placed.across(x[seen])
    edges = [_thinned(across, placed.upwards(edge[seen]), placed) for edge in (low, high)]
    (there_x, there_y), (back_x, back_y) = edges
    around = np.append(there_x, back_x[::-1]), np.append(there_y, back_y[::-1])
    return (
        f'<path d="{_steps(*around)}z" transform="scale(.1)" fill="{_colour(role)}" '
        f'fill-opacity=".2"/>'
    )


@_draw.register(Area)
def _area(mark: Area, placed: Placed) -> str:
    return _region(mark.x, mark.low, mark.high, mark.role, placed)


@_draw.register(Points)
def _rings(mark: Points, placed: Placed) -> str:
    centres = zip(placed.across(mark.x), placed.upwards(mark.y), strict=True)
    colour = _colour(mark.role)
    fill = "none" if mark.hollow else colour
    return "".join(
        f'<circle cx="{_n(x)}" cy="{_n(y)}" r="6" fill="{fill}" stroke="{colour}" '
        f'stroke-width="2.5"/>'
        for x, y in centres
        if np.isfinite(x) and np.isfinite(y)
    )


@_draw.register(Bars)
def _bars(mark: Bars, placed: Placed) -> str:
    across = np.sort(np.stack([placed.across(mark.x0), placed.across(mark.x1)]), axis=0)
    upwards = np.sort(np.stack([placed.upwards(mark.y0), placed.upwards(mark.y1)]), axis=0)
    path = "".join(
        f"M{_n(left)} {_n(top)}H{_n(right)}V{_n(bottom)}H{_n(left)}z"
        for left, right, top, bottom in zip(*across, *upwards, strict=True)
    )
    if not path:
        return ""
    return f'<path d="{path}" {_fill(mark.role, mark.hollow)}/>'


def _fill(role: str, hollow: bool) -> str:
    """Fill a bar and outline it, or outline it alone, over a breath of its colour."""
    colour = _colour(role)
    if hollow:
        return f'fill="{colour}" fill-opacity=".15" stroke="{colour}" stroke-width="2"'
    return f'fill="{colour}" stroke="currentColor" stroke-opacity=".7" stroke-width=".8"'


def _references(lines: Iterable[Reference], placed: Placed) -> str:
    """Draw the thin named lines."""
    left, top, right, bottom = placed.frame
    path = "".join(
        f"M{left:.0f} {_n(placed.y(line.value))}H{right:.0f}"
        if line.of == "y"
        else f"M{_n(placed.x(line.value))} {top:.0f}V{bottom:.0f}"
        for line in lines
    )
    look = style("reference")
    stroke = f'stroke="currentColor" stroke-width="{look.width:g}" opacity=".75"{_dash(look.dash)}'
    return f'<path d="{path}" {stroke}/>' if path else ""


def _leaders(leaders: Sequence[Leader]) -> str:
    """Draw the lines to the names, those of one role as one path."""
    paths: dict[str, str] = {}
    for line in leaders:
        path = f"M{_n(line.x0)} {_n(line.y0)}L{_n(line.x1)} {_n(line.y1)}"
        paths[line.role] = paths.get(line.role, "") + path
    return "".join(
        f'<path d="{path}" fill="none" stroke="{_colour(role)}" '
        f'stroke-width="{min(style(role).width, 1.5):g}" opacity=".7"/>'
        for role, path in paths.items()
    )


def _swatch(swatch: Swatch) -> str:
    if swatch.dash is not None:
        return _sample(swatch)
    place = f'x="{swatch.x:.1f}" y="{swatch.y - 6:.1f}" width="12" height="12"'
    return f"<rect {place} {_fill(swatch.role, swatch.hollow)}/>"


def _sample(swatch: Swatch) -> str:
    """Draw a short piece of a curve."""
    width = FAINT_WIDTH if swatch.faint else style(swatch.role).width
    pale = f' opacity="{FAINT:g}"' if swatch.faint else ""
    return (
        f'<path d="M{_n(swatch.x)} {_n(swatch.y)}h{SAMPLE}" fill="none" stroke-width="{width:g}" '
        f'stroke="{_colour(swatch.role)}"{_dash(swatch.dash or ())}{pale}/>'
    )


def _tile(tile: Tile) -> str:
    return (
        f'<image x="{tile.left:.1f}" y="{tile.top:.1f}" width="{tile.size:g}" '
        f'height="{tile.size:g}" href="{data_uri(png(tile.image))}" '
        f'style="image-rendering:pixelated;outline:1px solid currentColor"/>'
    )


def _texts(texts: Iterable[Text], ground: str) -> str:
    """Write the texts; neighbours that look the same share a group."""
    groups = groupby(texts, lambda text: _look(text, ground))
    return "".join(f"<g{look}>{''.join(map(_text, group))}</g>" for look, group in groups)


def _look(text: Text, ground: str) -> str:
    """Give a text's attributes; what the svg element sets already is left out."""
    anchor = "" if text.anchor == "start" else f' text-anchor="{text.anchor}"'
    size = "" if text.size == SMALL else f' font-size="{text.size:g}"'
    weight = ' font-weight="bold"' if text.bold else ""
    pale = ' opacity=".75"' if text.pale else ""
    halo = f' stroke="{ground}" stroke-width="4" paint-order="stroke"' if text.halo else ""
    return f"{anchor}{size}{weight}{pale}{halo}"


def _text(text: Text) -> str:
    place = f'x="{_n(text.x)}" y="{_n(text.y + text.size * 0.35)}"'
    return f"<text {place}>{escape(text.text)}</text>"
