"""JSON that came from outside: read to a depth that can be shown and written again."""

from __future__ import annotations

import json
from typing import Any

DEPTH = 100


def parsed(text: str, **settings: Any) -> Any:
    """Read JSON.

    Parameters
    ----------
    text
        The text.
    settings
        As of `json.loads`.

    Raises
    ------
    ValueError
        If it is no JSON, or lists and tables lie more than 100 deep in each other. Python itself
        gives up at a depth that depends on who asks.
    """
    try:
        value = json.loads(text, **settings)
    except RecursionError as error:
        raise ValueError(f"it is nested too deep; expected {DEPTH} at most") from error
    if _depth(value) > DEPTH:
        raise ValueError(f"it is nested too deep; expected {DEPTH} at most")
    return value


def _depth(value: Any) -> int:
    """Count how deep lists and tables lie in each other."""
    depth, level = 0, [value]
    while level := [inner for outer in level for inner in _inside(outer)]:
        depth += 1
    return depth


def _inside(value: Any) -> Any:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()
