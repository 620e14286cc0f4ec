"""Two pages to print: a handout to fill in, and a poster of the plane."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from lossacc.figures.draw import figure
from lossacc.figures.plane_map import plane_map

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_A4 = (8.27, 11.69)  # inches
_EDGE, _MIDDLE = 45, 737  # pixels of 1/100 inch across the page: a margin, what is printed
_HEIGHTS = (345, 390, 345)
GROUPS = ("stayed right", "stayed wrong", "newly right", "newly wrong", "together")
LEDGER = ("group", "examples", "change of each", "sum", "part of mean")
BOTH = (
    ("", "both fall", "both rise"),
    ("the way in the plane", "", ""),
    ("who moves the loss", "", ""),
    ("who moves the accuracy", "", ""),
    ("what settles it", "ledger(run, first, last)", "ledger(run, lowest, last)"),
)


def handout() -> Figure:
    """Draw the handout, one page of A4: an empty ledger, an empty plane, a table."""
    from matplotlib.figure import Figure

    page = Figure(figsize=_A4, facecolor="white")
    grid: Any = page.subfigures(3, 3, width_ratios=(_EDGE, _MIDDLE, _EDGE), height_ratios=_HEIGHTS)
    empty = [(group, *[""] * (len(LEDGER) - 1)) for group in GROUPS]
    _table(grid[0, 1], "The ledger: who paid?", (LEDGER, *empty))
    plane = replace(plane_map(paths=False), width=_MIDDLE, height=_HEIGHTS[1])
    figure(plane, sheet=grid[1, 1])
    _table(grid[2, 1], "Loss and accuracy move together: fill it in", BOTH)
    return page


def poster() -> Figure:
    """Draw the poster: the plane with every way named. As PDF it prints at any size."""
    drawn: Figure = plane_map(paths=True).figure()
    return drawn


def _table(part: Any, title: str, rows: tuple[tuple[str, ...], ...]) -> None:
    """Draw a table with room to write in."""
    part.text(0.0, 0.9, title, fontsize=13, fontweight="bold", color="#222222")
    axes = part.add_axes((0.0, 0.06, 1.0, 0.78))
    axes.set_axis_off()
    widths = [1.3, *[1.0] * (len(rows[0]) - 1)]
    drawn = axes.table(
        cellText=rows,
        cellLoc="left",
        colWidths=[width / sum(widths) for width in widths],
        bbox=(0, 0, 1, 1),
    )
    drawn.auto_set_font_size(False)
    drawn.set_fontsize(9.5)
    for (row, column), cell in drawn.get_celld().items():
        cell.set_edgecolor("#999999")
        cell.get_text().set_fontweight("bold" if row == 0 or column == 0 else "normal")
