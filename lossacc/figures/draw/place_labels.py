"""The texts inside a panel, none over another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from lossacc.figures.draw.names import at_ends, early_names, tie
from lossacc.figures.draw.picture import Bars, Line, Panel, Points
from lossacc.figures.draw.place import Lines, beside, covered, spaced
from lossacc.figures.draw.plot_area import Leader, Placed
from lossacc.figures.draw.text import LINE, SMALL, TEXT, Box, Text, overlap, text_width

_BESIDE = 6  # pixels between a bar and the text beside it
_RING = 7  # pixels from the middle of a round mark to its edge


def inside(placed: Placed, right: float, taken: Sequence[Text]) -> tuple[list[Text], list[Leader]]:
    """Write what stands in a panel: notes, the bars' texts, the names of points and of curves.

    Parameters
    ----------
    placed
        The panel.
    right
        The right edge of what is the panel's.
    taken
        Texts that are there already.
    """
    panel, (left, top, _, bottom) = placed.panel, placed.frame
    assert isinstance(panel, Panel)
    texts = [Text(placed.x(note.x), placed.y(note.y), note.text, SMALL) for note in panel.notes]
    points = [mark for mark in panel.marks if isinstance(mark, Points) and mark.labels]
    bars = [mark for mark in panel.marks if isinstance(mark, Bars) and mark.texts]
    if not (points or bars or early_names(panel)):
        return texts, []
    lines, room = _lines(placed), (left, top, right, bottom)
    for mark in bars:
        for text in _bar_texts(placed, mark, room, lines):
            texts.append(_lifted(text, texts))
    labels = [*_point_labels(placed, points)]
    rings = [(one.x - _RING, one.y - _RING, one.x + _RING, one.y + _RING) for one in labels]
    ties: list[Leader] = []
    for label in labels:
        held = beside(label, room, spaced([*taken, *texts]) + rings, lines)
        ties += tie(label.x, label.y, held, "reference")  # a colour would make it a path
        texts.append(held)
    names, more = at_ends(placed, room, spaced([*taken, *texts]) + rings, lines)
    return [*texts, *names], [*ties, *more]


def _point_labels(placed: Placed, marks: Sequence[Points]) -> Iterator[Text]:
    """Give the labels of round marks, each at its mark."""
    for mark in marks:
        for x, y, label in zip(mark.x, mark.y, mark.labels, strict=True):
            yield Text(placed.x(float(x)), placed.y(float(y)), label, TEXT, bold=True, halo=True)


def _bar_texts(placed: Placed, bars: Bars, room: Box, lines: Lines) -> Iterator[Text]:
    """Write each bar's text above it, or beside it."""
    for n, text in enumerate(bars.texts):
        if text:
            x0, x1 = placed.x(float(bars.x0[n])), placed.x(float(bars.x1[n]))
            y0, y1 = placed.y(float(bars.y0[n])), placed.y(float(bars.y1[n]))
            above = Text((x0 + x1) / 2, min(y0, y1) - 9, text, SMALL, "middle")
            if bars.texts_at == "beside":
                yield _beside_bar(text, x0, x1, (y0 + y1) / 2, lines)
            else:
                yield _held(above, room[0] + 3, room[2])


def room_beside(panel: Panel) -> tuple[float, float]:
    """Give the pixels that the texts beside bars need left and right of the axes."""
    before = after = 0.0
    for mark in panel.marks:
        if isinstance(mark, Bars) and mark.texts and mark.texts_at == "beside":
            wide = _BESIDE + max(text_width(text, TEXT) for text in mark.texts)
            falls = mark.x1 < mark.x0
            # A text that would cross the line at zero stands at the other end.
            if (falls | (np.minimum(mark.x0, mark.x1) < 0)).any():
                before = max(before, wide)
            if (~falls | (np.maximum(mark.x0, mark.x1) > 0)).any():
                after = max(after, wide)
    return before, after


def _beside_bar(text: str, x0: float, x1: float, y: float, lines: Lines) -> Text:
    """Write a text beside the end that a bar points to, or beside the other to cover less."""
    after = Text(max(x0, x1) + _BESIDE, y, text, TEXT)
    before = Text(min(x0, x1) - _BESIDE, y, text, TEXT, "end")
    first, second = (after, before) if x1 >= x0 else (before, after)
    every = np.concatenate([lines.curves, lines.thin])
    here, there = covered(np.array([first.box, second.box]), every)
    return second if here > there else first


def _held(text: Text, left: float, right: float) -> Text:
    """Move a text sideways until it is inside."""
    box = text.box
    return replace(text, x=text.x + max(left - box[0], 0.0) - max(box[2] - right, 0.0))


def _lifted(text: Text, others: Sequence[Text]) -> Text:
    """Move a text up until it is clear of the others."""
    while any(overlap(text.box, other.box) for other in others):
        text = replace(text, y=text.y - LINE / 3)
    return text


def _lines(placed: Placed) -> Lines:
    """Give the pieces of all curves and references in pixels."""
    panel, (left, top, right, bottom) = placed.panel, placed.frame
    assert isinstance(panel, Panel)
    curves = [np.empty((0, 4))]
    for mark in panel.marks:
        if isinstance(mark, Line):
            points = np.stack([placed.across(mark.x), placed.upwards(mark.y)], axis=1)
            pieces = np.concatenate([points[:-1], points[1:]], axis=1)
            curves.append(pieces[np.isfinite(pieces).all(axis=1)])
    thin = [np.empty((0, 4))]
    for line in panel.references:
        across, upwards = placed.x(line.value), placed.y(line.value)
        level, upright = (left, upwards, right, upwards), (across, top, across, bottom)
        thin.append(np.array([level if line.of == "y" else upright]))
    return Lines(np.concatenate(curves), np.concatenate(thin))
