"""Which panels a cell shows, so that those of its next run can take their place.

A cell is known by its id, where the front end sends one, and by its text elsewhere.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lossacc.support.frontend import cell_id, request

if TYPE_CHECKING:
    from lossacc.lab.lab import Lab


@dataclass(eq=False)
class Cell:
    """What a cell shows since it ran last.

    Parameters
    ----------
    execution
        The id of the request that ran it.
    labs
        The panels, in the order in which they were shown.
    former
        Those that it showed before, as far as none has taken their place yet.
    """

    execution: str
    labs: list[Lab] = field(default_factory=list)
    former: list[Lab] = field(default_factory=list)


_cells: dict[str, Cell] = {}
_lock = threading.Lock()


def shows(lab: Lab) -> Lab | None:
    """Note that the running cell shows a panel.

    All panels of the cell's last run that no cell shows any more are closed. A cell may show
    several, in one run of it.

    Returns
    -------
    Lab or None
        The closed one, of the same experiment and data, whose runs the panel may take over.
    """
    name, execution = _running()
    if not name:
        return None
    with _lock:
        cell, gone = _cells.get(name), []
        if cell is None or cell.execution != execution:
            gone = [] if cell is None else cell.labs
            cell = _cells[name] = Cell(execution)
        cell.labs.append(lab)
        gone = [one for one in gone if not _is_shown(one)]
        cell.former += gone
        heir_of = next((one for one in cell.former if one.is_like(lab)), None)
        if heir_of is not None:
            cell.former.remove(heir_of)
    for one in gone:
        one.close()
    return heir_of


def _is_shown(lab: Lab) -> bool:
    return any(one is lab for cell in _cells.values() for one in cell.labs)


def _running() -> tuple[str, str]:
    """Give what tells the running cell, and this run of it, from all others; empty if unknown."""
    asked = request()
    name = cell_id() or (asked.get("content") or {}).get("code") or ""
    return str(name), str((asked.get("header") or {}).get("msg_id", ""))
