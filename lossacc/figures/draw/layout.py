"""Where everything in a picture goes, in pixels, for both renderers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from lossacc.figures.draw.names import LEADER, at_edge, edge_names, fold
from lossacc.figures.draw.palette import style
from lossacc.figures.draw.picture import Bars, Line, Panel, Picture, Thumbnails
from lossacc.figures.draw.place import clear_ticks, rows
from lossacc.figures.draw.place_labels import inside, room_beside
from lossacc.figures.draw.plot_area import SAMPLE, Layout, Placed, Swatch
from lossacc.figures.draw.text import LINE, SMALL, TITLE, Text, text_width, wrap
from lossacc.figures.draw.tiles import least_height, place_thumbnails

EDGE = 8  # free pixels around everything
_GAP = 18  # between two panels
_NARROW = 160  # a panel with less room than this for its curves is cramped
_LEAST = 0.6  # of a panel's width is for its curves: names that would take more go to the key


def layout(picture: Picture, width: int | None = None, *, titled: bool = True) -> Layout:
    """Place everything in a picture.

    Parameters
    ----------
    picture
        What to draw.
    width
        In pixels; None takes the picture's own. Texts keep their size; where they need it the
        height grows, and panels that would be too narrow stand one below the other.
    titled
        Whether title and caption are drawn; False leaves them to the page.

    Returns
    -------
    Layout
    """
    width = width or picture.width
    title, top = _words(picture.title if titled else "", EDGE, width, TITLE)
    top += 6.0
    body = picture.height - top - EDGE
    placed: list[Placed] = []
    for row in _rows(picture.panels, width):
        slots = _slots(row, width)
        deep = max(body, *(_least(panel, *slot) for panel, slot in zip(row, slots, strict=True)))
        pairs = zip(row, slots, strict=True)
        placed += [_place(panel, *slot, top, top + deep) for panel, slot in pairs]
        top += deep + EDGE
    caption, top = _words(picture.caption if titled else "", top, width, SMALL)
    return Layout(width, round(top), (*title, *caption), tuple(placed))


def _words(words: str, top: float, width: int, size: float) -> tuple[tuple[Text, ...], float]:
    """Place the lines of a title or of a caption; give where they end."""
    step = size + 5
    lines = wrap(words, size, width - 2 * EDGE, size == TITLE) if words else []
    placed = (
        Text(EDGE, top + size * 0.6 + n * step, line, size, bold=size == TITLE)
        for n, line in enumerate(lines)
    )
    return tuple(placed), top + len(lines) * step


def _rows(panels: Sequence[Panel | Thumbnails], width: int) -> list[Sequence[Panel | Thumbnails]]:
    """Put the panels side by side, or one below the other where that would cramp one."""
    row = _named_once(panels)
    if all(_fits(panel, *slot) for panel, slot in zip(row, _slots(row, width), strict=True)):
        return [row]
    return [[panel] for panel in panels]


def _named_once(panels: Sequence[Panel | Thumbnails]) -> list[Panel | Thumbnails]:
    """Leave out the names of rows that the panel to the left has already."""
    return [*panels[:1], *(_without_names_of(*pair) for pair in pairwise(panels))]


def _without_names_of(before: Panel | Thumbnails, panel: Panel | Thumbnails) -> Panel | Thumbnails:
    if isinstance(before, Thumbnails) or isinstance(panel, Thumbnails) or panel.y.grid:
        return panel
    if set(panel.y.ticks) <= set(before.y.ticks):
        return replace(panel, y=replace(panel.y, ticks=()))
    return panel


def _fits(panel: Panel | Thumbnails, left: float, right: float) -> bool:
    """Tell whether a panel has room for its heading and for its curves or images."""
    heading = panel.heading if isinstance(panel, Thumbnails) else panel.y.label
    low, high = _edges(panel, left, right)
    return text_width(heading, SMALL) <= right - left and high - low >= _NARROW


def _slots(panels: Sequence[Panel | Thumbnails], width: int) -> list[tuple[float, float]]:
    """Give each panel its left and right edge."""
    free = width - 2 * EDGE - _GAP * (len(panels) - 1)
    whole = sum(panel.share for panel in panels)
    slots, left = [], float(EDGE)
    for panel in panels:
        right = left + free * panel.share / whole
        slots.append((left, right))
        left = right + _GAP
    return slots


def _edges(panel: Panel | Thumbnails, left: float, right: float) -> tuple[float, float]:
    """Give the left and right edge of the axes, between the ticks and the names at the right."""
    if isinstance(panel, Thumbnails):
        return left, right
    panel, _ = _folded(panel, left, right)
    names = [text_width(name.text, name.size) for name in edge_names(panel)]
    before, after = room_beside(panel)
    left += _ticks_width(panel)
    return left + before, right - after - (LEADER + max(names) if names else 10)


def _ticks_width(panel: Panel) -> float:
    return 8 + max((text_width(tick.text, SMALL) for tick in panel.y.ticks), default=0)


def _folded(panel: Panel, left: float, right: float) -> tuple[Panel, list[Line]]:
    """Leave to the key the names that would take too much of the width from the curves."""
    ours = (1 - _LEAST) * (right - left)
    return fold(panel, ours - _ticks_width(panel) - LEADER - sum(room_beside(panel)))


def _least(panel: Panel | Thumbnails, left: float, right: float) -> float:
    """Give the least height that a panel's texts need."""
    if isinstance(panel, Thumbnails):
        return least_height(panel, right - left)
    named_rows = 0 if panel.y.grid else len(panel.y.ticks)
    panel, folded = _folded(panel, left, right)
    key = LINE * _key(panel, folded, left, right, 0)[2] if folded else 0
    return 120.0 + key + LINE * max(len(edge_names(panel)), named_rows, 3)


def _place(
    panel: Panel | Thumbnails, left: float, right: float, top: float, bottom: float
) -> Placed:
    if isinstance(panel, Thumbnails):
        return place_thumbnails(panel, left, right, top, bottom)
    whole = panel
    panel, folded = _folded(panel, left, right)
    heading = Text(left, top + LINE / 2, panel.y.label, SMALL)
    key, swatches, lines = _key(panel, folded, left, right, top + LINE * 1.5)
    top += LINE * (1.3 + lines)
    frame_left, frame_right = _edges(panel, left, right)
    frame_right = max(frame_right, frame_left + 40)
    upright = _upright(panel, frame_left, frame_right, left, right, top)
    top += 4 + max((LINE * (row + 1) + 5 for row, _ in upright), default=0)
    frame = (frame_left, top, frame_right, bottom - LINE * 2.2 - 4)
    bare = Placed(panel, frame, ())
    ends, leaders = at_edge(bare)
    held, ties = inside(bare, right, ends)
    labels = [label for _, label in upright]
    texts = (heading, *key, *labels, *_ticks(bare), *ends, *held)
    return Placed(whole, frame, texts, (*leaders, *ties), swatches)


def _upright(
    panel: Panel, low: float, high: float, left: float, right: float, top: float
) -> list[tuple[int, Text]]:
    """Write the names of upright references above the frame, in as many rows as they need."""
    lines = [reference for reference in panel.references if reference.of == "x"]
    texts = []
    for line in lines:
        half = text_width(line.label, SMALL) / 2
        x = low + panel.x.place_of(line.value) * (high - low)
        x = max(left + half, min(x, right - half))
        texts.append(Text(x, top, line.label, SMALL, "middle", pale=True))
    chosen = rows([(text.box[0], text.box[2]) for text in texts])
    return [
        (row, Text(text.x, top + LINE * (row + 0.5), text.text, SMALL, "middle", pale=True))
        for row, text in zip(chosen, texts, strict=True)
    ]


def _key(
    panel: Panel, folded: Sequence[Line], left: float, right: float, y: float
) -> tuple[list[Text], tuple[Swatch, ...], int]:
    """Name the bars, and the lines that have no room at their ends, in rows above the frame."""
    texts: list[Text] = []
    swatches: list[Swatch] = []
    x, row = left, 0
    named: list[Bars | Line] = [
        mark for mark in panel.marks if isinstance(mark, Bars) and mark.label
    ]
    for mark in [*named, *folded]:
        sample = SAMPLE if isinstance(mark, Line) else 12
        wide = sample + 6 + text_width(mark.label, SMALL)
        if x > left and x + wide > right:
            x, row = left, row + 1
        swatches.append(_swatch(mark, x, y + LINE * row))
        texts.append(Text(x + sample + 6, y + LINE * row, mark.label, SMALL))
        x += wide + 16
    return texts, tuple(swatches), row + 1 if texts else 0


def _swatch(mark: Bars | Line, x: float, y: float) -> Swatch:
    if isinstance(mark, Bars):
        return Swatch(x, y, mark.role, mark.hollow)
    dash = style(mark.role).dash if mark.dash is None else mark.dash
    return Swatch(x, y, mark.role, dash=dash, faint=mark.faint)


def _ticks(placed: Placed) -> list[Text]:
    """Write the numbers along both axes, and the name of the x axis."""
    panel, (left, top, right, bottom) = placed.panel, placed.frame
    assert isinstance(panel, Panel)
    below, middle = bottom + LINE * 0.95, (left + right) / 2
    across = [
        Text(placed.x(tick.value), below, tick.text, SMALL, "middle", tick=True)
        for tick in panel.x.ticks
    ]
    edge = left - 6 - room_beside(panel)[0]
    upwards = [
        Text(edge, placed.y(tick.value), tick.text, SMALL, "end", tick=panel.y.grid)
        for tick in panel.y.ticks
    ]
    every = max(1, int(np.ceil(LINE * len(upwards) / max(bottom - top + LINE, 1.0))))
    name = Text(middle, below + LINE, panel.x.label, SMALL, "middle")
    return [*clear_ticks(across), *upwards[::every], name]
