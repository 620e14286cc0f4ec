"""Where everything in a picture goes, in pixels, for both renderers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from lossacc.draw.picture import Bars, Line, Panel, Picture, Points, Reference, Thumbnails
from lossacc.draw.place import beside, clear_ticks, rows, spread
from lossacc.draw.plan import Layout, Leader, Placed, Swatch, Tile
from lossacc.draw.text import LINE, SMALL, TEXT, TITLE, Text, overlap, text_width, wrap
from lossacc.types import FloatArray

EDGE = 8  # free pixels around everything
_LEADER = 20  # from the frame to the names at the curves' ends
_GAP = 18  # between two panels
_NARROW = 130  # a panel with less room than this for its curves is cramped


def layout(picture: Picture, width: int | None = None) -> Layout:
    """Place everything in a picture.

    Parameters
    ----------
    picture
        What to draw.
    width
        In pixels; None takes the picture's own. Texts keep their size; where they need it the
        height grows, and panels that would be too narrow stand one below the other.

    Returns
    -------
    Layout
    """
    width = width or picture.width
    lines = wrap(picture.title, TITLE, width - 2 * EDGE, True)
    step = TITLE + 5
    title = tuple(
        Text(EDGE, EDGE + TITLE * 0.6 + n * step, line, TITLE, bold=True)
        for n, line in enumerate(lines)
    )
    top = EDGE + len(lines) * step + 6.0
    body = picture.height - top - EDGE
    placed: list[Placed] = []
    for row in _rows(picture.panels, width):
        slots = _slots(row, width)
        deep = max(body, *(_least(panel, *slot) for panel, slot in zip(row, slots, strict=True)))
        pairs = zip(row, slots, strict=True)
        placed += [_place(panel, *slot, top, top + deep) for panel, slot in pairs]
        top += deep + EDGE
    return Layout(width, round(top), title, tuple(placed))


def _rows(panels: Sequence[Panel | Thumbnails], width: int) -> list[Sequence[Panel | Thumbnails]]:
    """Put the panels side by side, or one below the other where that would cramp one."""
    slots = zip(panels, _slots(panels, width), strict=True)
    if all(right - left >= _NARROW for left, right in (_edges(panel, *s) for panel, s in slots)):
        return [panels]
    return [[panel] for panel in panels]


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
        fits = text_width(panel.heading, SMALL) <= right - left
        return left, right if fits else left
    left += 8 + max((text_width(tick.text, SMALL) for tick in panel.y.ticks), default=0)
    names = [text for text, _, _, _ in _named(panel)]
    if not names:
        return left, right - 10
    return left, right - _LEADER - max(text_width(name, TEXT) for name in names)


def _least(panel: Panel | Thumbnails, left: float, right: float) -> float:
    """Give the least height that a panel's texts need."""
    if isinstance(panel, Thumbnails):
        return _grid(panel, right - left, 32)[2] + LINE + 6
    return 120.0 + LINE * max(len(_named(panel)), 3)


def _place(
    panel: Panel | Thumbnails, left: float, right: float, top: float, bottom: float
) -> Placed:
    if isinstance(panel, Thumbnails):
        return _place_thumbnails(panel, left, right, top, bottom)
    heading = Text(left, top + LINE / 2, panel.y.label, SMALL)
    key, swatches = _key(panel, left, top + LINE * 1.5)
    top += LINE * (1.3 + bool(key))
    frame_left, frame_right = _edges(panel, left, right)
    frame_right = max(frame_right, frame_left + 40)
    upright = _upright(panel, frame_left, frame_right, left, right, top)
    top += 4 + max((LINE * (row + 1) + 5 for row, _ in upright), default=0)
    frame = (frame_left, top, frame_right, bottom - LINE * 2.2 - 4)
    bare = Placed(panel, frame, ())
    ends, leaders = _ends(bare, right)
    inside = _inside(bare, right, ends)
    labels = [label for _, label in upright]
    texts = (heading, *key, *labels, *_ticks(bare), *ends, *inside)
    return Placed(panel, frame, texts, leaders, swatches)


def _named(panel: Panel) -> list[tuple[str, float, float, Line | Reference]]:
    """List what is named at the right edge: text, last x, last y, mark."""
    found: list[tuple[str, float, float, Line | Reference]] = []
    for mark in panel.marks:
        if isinstance(mark, Line) and mark.label:
            seen = np.flatnonzero(np.isfinite(mark.y) & np.isfinite(mark.x))
            last = (mark.x[seen[-1]], mark.y[seen[-1]]) if len(seen) else (panel.x.low, panel.y.low)
            found.append((mark.label, float(last[0]), float(last[1]), mark))
    level = (reference for reference in panel.references if reference.of == "y")
    found += [(line.label, panel.x.high, line.value, line) for line in level]
    return found


def _ends(placed: Placed, right: float) -> tuple[list[Text], tuple[Leader, ...]]:
    """Write the names at the ends of curves and level references, none over another."""
    assert isinstance(placed.panel, Panel)
    named = _named(placed.panel)
    wanted = [float(placed.upwards(y)) for _, _, y, _ in named]
    places = spread(wanted, LINE, placed.frame[1], placed.frame[3])
    texts, leaders = [], []
    for (text, x, _, mark), from_y, y in zip(named, wanted, places, strict=True):
        edge = placed.frame[2]
        curve = isinstance(mark, Line)
        pale = not curve or (isinstance(mark, Line) and mark.faint)
        texts.append(Text(edge + _LEADER, y, text, TEXT if curve else SMALL, pale=pale))
        role = mark.role if isinstance(mark, Line) else "reference"
        dash = mark.dash if isinstance(mark, Line) else None
        leaders.append(Leader(float(placed.across(x)), from_y, edge + _LEADER - 3, y, role, dash))
    return texts, tuple(leaders)


def _upright(
    panel: Panel, low: float, high: float, left: float, right: float, top: float
) -> list[tuple[int, Text]]:
    """Write the names of upright references above the frame, in as many rows as they need."""
    lines = [reference for reference in panel.references if reference.of == "x"]
    texts = []
    for line in lines:
        half = text_width(line.label, SMALL) / 2
        x = low + float(panel.x.place(line.value)) * (high - low)
        x = max(left + half, min(x, right - half))
        texts.append(Text(x, top, line.label, SMALL, "middle", pale=True))
    chosen = rows([(text.box[0], text.box[2]) for text in texts])
    return [
        (row, Text(text.x, top + LINE * (row + 0.5), text.text, SMALL, "middle", pale=True))
        for row, text in zip(chosen, texts, strict=True)
    ]


def _key(panel: Panel, left: float, y: float) -> tuple[list[Text], tuple[Swatch, ...]]:
    """Name the bars in a row above the frame."""
    texts, swatches, x = [], [], left
    for mark in panel.marks:
        if isinstance(mark, Bars) and mark.label:
            swatches.append(Swatch(x, y, mark.role, mark.hollow))
            texts.append(Text(x + 18, y, mark.label, SMALL))
            x = texts[-1].box[2] + 16
    return texts, tuple(swatches)


def _ticks(placed: Placed) -> list[Text]:
    """Write the numbers along both axes, and the name of the x axis."""
    panel, (left, top, right, bottom) = placed.panel, placed.frame
    assert isinstance(panel, Panel)
    below, middle = bottom + LINE * 0.95, (left + right) / 2
    across = [
        Text(float(placed.across(tick.value)), below, tick.text, SMALL, "middle", tick=True)
        for tick in panel.x.ticks
    ]
    upwards = [
        Text(left - 6, float(placed.upwards(tick.value)), tick.text, SMALL, "end", tick=True)
        for tick in panel.y.ticks
    ]
    every = max(1, int(np.ceil(LINE * len(upwards) / max(bottom - top + LINE, 1.0))))
    name = Text(middle, below + LINE, panel.x.label, SMALL, "middle")
    return [*clear_ticks(across), *upwards[::every], name]


def _inside(placed: Placed, right: float, taken: list[Text]) -> list[Text]:
    """Write the notes, the bars' texts and the points' labels, clear of what is written."""
    panel, (left, top, _, bottom) = placed.panel, placed.frame
    assert isinstance(panel, Panel)
    room = (left, top, right, bottom)
    texts = [
        Text(float(placed.across(note.x)), float(placed.upwards(note.y)), note.text, SMALL)
        for note in panel.notes
    ]
    for mark in panel.marks:
        if isinstance(mark, Bars):
            held = (_held(text, left + 3, right) for text in _bar_texts(placed, mark))
            for text in held:
                texts.append(_lifted(text, texts))
    named = [mark for mark in panel.marks if isinstance(mark, Points) and mark.labels]
    path = _path(placed) if named else np.empty((0, 2))
    for mark in named:
        for x, y, label in zip(mark.x, mark.y, mark.labels, strict=True):
            place = float(placed.across(x)), float(placed.upwards(y))
            boxes = [text.box for text in (*taken, *texts)]
            texts.append(beside(label, *place, room, boxes, path))
    return texts


def _held(text: Text, left: float, right: float) -> Text:
    """Move a text sideways until it is inside."""
    box = text.box
    return replace(text, x=text.x + max(left - box[0], 0.0) - max(box[2] - right, 0.0))


def _lifted(text: Text, others: Sequence[Text]) -> Text:
    """Move a text up until it is clear of the others."""
    while any(overlap(text.box, other.box) for other in others):
        text = replace(text, y=text.y - LINE / 3)
    return text


def _bar_texts(placed: Placed, bars: Bars) -> list[Text]:
    """Write each bar's text above it, or right of it."""
    texts = []
    for n, text in enumerate(bars.texts):
        x = placed.across(np.array([bars.x0[n], bars.x1[n]]))
        y = placed.upwards(np.array([bars.y0[n], bars.y1[n]]))
        if bars.texts_at == "right":
            texts.append(Text(float(x.max()) + 6, float(y.mean()), text, TEXT))
        else:
            texts.append(Text(float(x.mean()), float(y.min()) - 9, text, SMALL, "middle"))
    return [text for text in texts if text.text]


def _path(placed: Placed) -> FloatArray:
    """Give points along all curves and references in pixels, shape (P, 2), close to each other."""
    panel, (left, top, right, bottom) = placed.panel, placed.frame
    assert isinstance(panel, Panel)
    pieces = [np.empty((0, 2))]
    for mark in panel.marks:
        if isinstance(mark, Line) and len(mark.x) > 1:
            pieces.append(np.stack([placed.across(mark.x), placed.upwards(mark.y)], axis=1))
    for line in panel.references:
        across, upwards = float(placed.across(line.value)), float(placed.upwards(line.value))
        level = [(left, upwards), (right, upwards)]
        pieces.append(np.array(level if line.of == "y" else [(across, top), (across, bottom)]))
    return np.concatenate([_dense(points) for points in pieces])


def _dense(points: FloatArray) -> FloatArray:
    """Add points between points, so that a text on the line covers some."""
    count = 4 if len(points) > 2 else 64
    between = np.linspace(0, 1, count)[:, None, None]
    return (points[:-1] * (1 - between) + points[1:] * between).reshape(-1, 2)


def _grid(panel: Thumbnails, width: float, size: float) -> tuple[int, float, float]:
    """Give the columns, the width of a cell and the height of all rows for a size of image."""
    words = max(text_width(line, SMALL) for caption in panel.captions for line in caption)
    lines = max(len(caption) for caption in panel.captions)
    columns = max(1, min(len(panel.images), int(width // (max(words, size) + 10))))
    deep = -(-len(panel.images) // columns)
    return columns, width / columns, deep * (size + lines * (LINE - 1) + 10)


def _place_thumbnails(
    panel: Thumbnails, left: float, right: float, top: float, bottom: float
) -> Placed:
    """Fill the slot with the largest images of which all fit."""
    height, width = bottom - top - LINE - 6, right - left
    sizes = (size for size in range(96, 31, -4) if _grid(panel, width, size)[2] <= height)
    size = next(sizes, 32)
    columns, cell, deep = _grid(panel, width, size)
    step = deep / -(-len(panel.images) // columns)
    texts, tiles = [Text(left, top + LINE / 2, panel.heading, SMALL)], []
    for n, image in enumerate(panel.images):
        x, y = left + n % columns * cell, top + LINE + 6 + n // columns * step
        tiles.append(Tile(image, x, y, size))
        for k, line in enumerate(panel.captions[n]):
            texts.append(Text(x, y + size + 10 + k * (LINE - 1), line, SMALL))
    return Placed(panel, (left, top, right, bottom), tuple(texts), tiles=tuple(tiles))
