"""JSON that came from outside: read to a depth that can be shown and written again."""

from __future__ import annotations

import json
from typing import Any

DEPTH = 100


def parsed(text: str | bytes, **settings: Any) -> Any:
    """Read JSON.

    Parameters
    ----------
    text
        The text, or a file's bytes: UTF-8 with or without a mark before it, UTF-16 or UTF-32.
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
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise ValueError(f"it is no JSON from {place} on") from error
    except RecursionError as error:
        raise ValueError(f"it is nested too deep; expected {DEPTH} at most") from error
    except ValueError as error:  # bytes of no encoding, or a number of thousands of digits
        raise ValueError("it is no JSON") from error
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
