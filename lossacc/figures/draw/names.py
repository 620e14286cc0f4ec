"""The names of curves: at the right edge, or at the end of a curve that ends before it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from lossacc.figures.draw.picture import Line, Panel
from lossacc.figures.draw.place import FREE, Lines, beside, costs, spaced, spread
from lossacc.figures.draw.plot_area import Leader, Placed
from lossacc.figures.draw.text import LINE, SMALL, TEXT, Anchor, Box, Text, boxes, text_width

LEADER = 20  # from the frame, or from a curve's end, to the names
_NEAR_EDGE = 0.85  # a curve that ends left of this has its name at its end, and not at the edge
_TETHER = 16  # a name farther than this from its curve's end is tied to it by a line
_SIDES: tuple[tuple[float, Anchor], ...] = ((LEADER, "start"), (-LEADER, "end"))


@dataclass(frozen=True)
class Name:
    """The name of a curve or of a level line, and the point that it belongs to.

    Parameters
    ----------
    text
        The name.
    at
        The point, in the units of the axes; None for a curve without any.
    role
        The palette gives the colour of the line that leads to it.
    size, pale
        Of the text.
    """

    text: str
    at: tuple[float, float] | None
    role: str
    size: float = TEXT
    pale: bool = False


def edge_names(panel: Panel) -> list[Name]:
    """List what is named at the right edge: curves that reach it, and level references."""
    curves = [_name(line) for line in _named(panel) if not _ends_early(line, panel)]
    levels = [
        Name(line.label, (panel.x.high, line.value), "reference", SMALL, True)
        for line in panel.references
        if line.of == "y" and line.label
    ]
    return curves + levels


def early_names(panel: Panel) -> list[Name]:
    """List the curves that end before the right edge."""
    return [_name(line) for line in _named(panel) if _ends_early(line, panel)]


def fold(panel: Panel, room: float) -> tuple[Panel, list[Line]]:
    """Take from the right edge the names that need more room than there is.

    Returns
    -------
    Panel, list of Line
        The panel without those names, and the lines that they belong to, each with its name and
        with its dashes, for the key.
    """
    wide = {id(line): line for line in _named(panel) if _is_wide(line, panel, room)}
    levels = [
        one for one in panel.references if one.of == "y" and text_width(one.label, SMALL) > room
    ]
    if not wide and not levels:
        return panel, []
    marks = [
        replace(one, label="") if isinstance(one, Line) and id(one) in wide else one
        for one in panel.marks
    ]
    references = [replace(one, label="") if one in levels else one for one in panel.references]
    nowhere = np.empty(0)
    named = [*wide.values(), *(Line(nowhere, nowhere, "reference", one.label) for one in levels)]
    return replace(panel, marks=tuple(marks), references=tuple(references)), named


def _is_wide(line: Line, panel: Panel, room: float) -> bool:
    return not _ends_early(line, panel) and text_width(line.label, TEXT) > room


def _named(panel: Panel) -> Iterator[Line]:
    return (mark for mark in panel.marks if isinstance(mark, Line) and mark.label)


def _name(line: Line) -> Name:
    return Name(line.label, line.end, line.role, pale=line.faint)


def _ends_early(line: Line, panel: Panel) -> bool:
    return line.end is not None and panel.x.place_of(line.end[0]) < _NEAR_EDGE


def at_edge(placed: Placed) -> tuple[list[Text], list[Leader]]:
    """Write the names at the right edge, each near the height at which its curve ends."""
    assert isinstance(placed.panel, Panel)
    named = edge_names(placed.panel)
    _, top, edge, bottom = placed.frame
    wanted = [bottom if name.at is None else placed.y(name.at[1]) for name in named]
    texts, leaders = [], []
    for name, y in zip(named, spread(wanted, LINE, top, bottom), strict=True):
        texts.append(Text(edge + LEADER, y, name.text, name.size, pale=name.pale))
        if name.at is not None:
            end = edge + LEADER - 3, y
            leaders.append(Leader(placed.x(name.at[0]), placed.y(name.at[1]), *end, name.role))
    return texts, leaders


def at_ends(
    placed: Placed, room: Box, taken: Sequence[Box], lines: Lines
) -> tuple[list[Text], list[Leader]]:
    """Write the names of curves that end early, in a column where several end at one x.

    Parameters
    ----------
    placed
        The panel.
    room
        What the names should not leave.
    taken
        Boxes of what is there already.
    lines
        What they should not cover.
    """
    assert isinstance(placed.panel, Panel)
    groups: dict[int, list[_End]] = {}
    for name in early_names(placed.panel):
        if name.at is not None:
            end = _End(name, placed.x(name.at[0]), placed.y(name.at[1]))
            groups.setdefault(round(end.x), []).append(end)
    texts: list[Text] = []
    ties: list[Leader] = []
    for group in groups.values():
        there = [*taken, *spaced(texts)]
        written = _column(group, room, there, lines) or _apart(group, room, there, lines)
        for end, text in zip(group, written, strict=True):
            ties += tie(end.x, end.y, text, end.name.role)
        texts += written
    return texts, ties


@dataclass(frozen=True)
class _End:
    """A name, and the end of its curve in pixels."""

    name: Name
    x: float
    y: float

    def text(self, x: float, y: float, anchor: Anchor = "start") -> Text:
        name = self.name
        return Text(x, y, name.text, name.size, anchor, pale=name.pale, halo=True)


def _column(group: Sequence[_End], room: Box, taken: Sequence[Box], lines: Lines) -> list[Text]:
    """Write the names below each other, right of the curves' ends or left; nothing if neither."""
    if len(group) < 2:
        return []
    heights = spread([end.y for end in group], LINE, room[1] + LINE / 2, room[3] - LINE / 2)
    pairs = list(zip(group, heights, strict=True))
    for shift, anchor in _SIDES:
        column = [end.text(end.x + shift, y, anchor) for end, y in pairs]
        if (costs(np.array(boxes(column)), room, taken, lines) < FREE).all():
            return column
    return []


def _apart(group: Sequence[_End], room: Box, taken: Sequence[Box], lines: Lines) -> list[Text]:
    """Write each name where it covers least."""
    texts: list[Text] = []
    for end in group:
        there = [*taken, *spaced(texts)]
        texts.append(beside(end.text(end.x, end.y), room, there, lines))
    return texts


def tie(x: float, y: float, text: Text, role: str) -> list[Leader]:
    """Tie a text to its point, in pixels, where it stands off; none where it is near."""
    left, top, right, bottom = text.box
    to_x, near_y = min(max(x, left - 3), right + 3), min(max(y, top), bottom)
    if np.hypot(to_x - x, near_y - y) <= _TETHER:
        return []
    return [Leader(x, y, to_x, near_y if to_x == x else text.y, role)]
