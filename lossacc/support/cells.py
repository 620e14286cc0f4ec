"""Which cell shows which panel, so that what is shown no longer is closed and forgotten.

A panel is live as long as its widgets are open, and these hold on to it. Here it is only known, not
held: what nobody shows and nobody has a name for is gone.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from lossacc.support.frontend import after_each_cell, running_cell


class Panel(Protocol):
    """What a cell shows."""

    def close(self) -> None:
        """Take it away."""

    def is_like(self, other: Any) -> bool:
        """Tell whether another panel of the same kind shows the same."""


P = TypeVar("P", bound=Panel)


@dataclass(eq=False)
class _Cell:
    """What a cell shows since it ran last.

    Parameters
    ----------
    execution
        The id of the request that ran it.
    shown
        The panels, in the order in which they were shown.
    former
        Those that it showed before and that are closed, while the cell runs that may replace them.
    """

    execution: str
    shown: list[weakref.ref[Panel]] = field(default_factory=list)
    former: list[Panel] = field(default_factory=list)

    def panels(self) -> Iterator[Panel]:
        """Give the panels that are still there."""
        return (panel for one in self.shown if (panel := one()) is not None)


_cells: dict[str, _Cell] = {}
_lock = threading.RLock()


def shows(panel: P) -> P | None:
    """Note that the running cell shows a panel, so that those of its next run can replace it.

    All panels of the cell's last run that no cell shows any more are closed. A cell may show
    several, in one run of it.

    Returns
    -------
    Panel or None
        A closed one of the same kind that showed the same: its heir is the panel.
    """
    name, execution = running_cell()
    if not name:
        return None
    after_each_cell(_ran)
    with _lock:
        cell, last = _cells.get(name), None
        if cell is None or cell.execution != execution:
            last, cell = cell, _Cell(execution)
            _cells[name] = cell
        cell.shown.append(weakref.ref(panel))
        if last is not None:
            cell.former = _closed(last)
        alike = (one for one in cell.former if isinstance(one, type(panel)) and panel.is_like(one))
        heir_of = next(alike, None)
        cell.former = [one for one in cell.former if one is not heir_of]
    return heir_of


def _closed(cell: _Cell) -> list[Panel]:
    """Close what a cell showed and no cell shows any more."""
    shown = [panel for other in _cells.values() for panel in other.panels()]
    gone = [panel for panel in cell.panels() if not any(panel is one for one in shown)]
    for panel in gone:
        panel.close()
    return gone


def _ran(result: Any) -> None:
    """Close what the cell that has run showed before and shows no more; forget what is gone."""
    if not result.success:  # it will run again
        return
    name, execution = running_cell()
    with _lock:
        cell = _cells.get(name)
        if cell is not None and cell.execution != execution:
            _closed(_cells.pop(name))
        for other, there in list(_cells.items()):
            there.former = []
            if not any(there.panels()):
                del _cells[other]
