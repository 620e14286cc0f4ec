"""Whether the cell that is running is shown somewhere that brings widgets to life."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import sys
from collections.abc import Callable
from typing import Any

VARIABLE = "LOSSACC_PANELS"


def is_live() -> bool:
    """Say whether widgets shown by the running cell will answer a click.

    JupyterLab and Notebook 7 name the cell in the request that runs it. Colab and VS Code are known
    by what they leave in the process. nbclient, nbconvert and plain Python do none of this: they
    get a still face, and so does Colab with the ipywidgets 7 that it brings. The environment
    variable LOSSACC_PANELS, "live" or "still", overrides.

    Raises
    ------
    ValueError
        If LOSSACC_PANELS is neither.
    """
    asked = os.environ.get(VARIABLE, "")
    if asked not in ("", "live", "still"):
        raise ValueError(f"{VARIABLE} is {asked!r}; expected 'live' or 'still'")
    if asked == "still" or not _widgets_can_be_shown():
        return False
    return asked == "live" or cell_id() is not None or _known_front_end()


def _widgets_can_be_shown() -> bool:
    """Say whether there is an ipywidgets of 8 or later; Colab brings 7.7, which shows otherwise."""
    if importlib.util.find_spec("ipywidgets") is None:
        return False
    return int(importlib.metadata.version("ipywidgets").partition(".")[0]) >= 8


def cell_id() -> str | None:
    """Give the id of the cell that is running, where the front end tells it."""
    metadata = request().get("metadata") or {}
    found = metadata.get("cellId")
    return str(found) if found else None


def _known_front_end() -> bool:
    return "google.colab" in sys.modules or "VSCODE_PID" in os.environ


def request() -> dict[str, Any]:
    """Give the message that the kernel is working on; empty outside a kernel."""
    # Looked up, not imported: a process that is no kernel need not have it.
    ipython = sys.modules.get("IPython")
    shell = None if ipython is None else ipython.get_ipython()
    if shell is None or not hasattr(shell, "get_parent"):
        return {}
    request: dict[str, Any] = shell.get_parent() or {}
    return request


def running_cell() -> tuple[str, str]:
    """Give what tells the running cell, and this run of it, from all others; empty if unknown.

    A cell is known by its id, where the front end sends one, and by its text elsewhere.
    """
    asked = request()
    name = cell_id() or (asked.get("content") or {}).get("code") or ""
    return str(name), str((asked.get("header") or {}).get("msg_id", ""))


def after_each_cell(does: Callable[[Any], None]) -> None:
    """Let IPython call something after each cell, with what came of it; once, however often asked.

    Outside IPython it is never called.
    """
    ipython = sys.modules.get("IPython")
    shell = None if ipython is None else ipython.get_ipython()
    if shell is not None:
        shell.events.register("post_run_cell", does)


def close_widgets(root: Any) -> None:
    """Close a widget and all below it: its children, and the layout and style of each."""
    from ipywidgets import Widget

    for name in root.keys:
        value = getattr(root, name, None)
        for one in value if isinstance(value, (list, tuple)) else (value,):
            if isinstance(one, Widget):
                close_widgets(one)
    root.close()
