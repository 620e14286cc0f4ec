"""Look a name up, or say which there are and which one was meant."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import TypeVar

T = TypeVar("T")


def named(kind: str, name: object, known: Mapping[str, T]) -> T:
    """Give the one of that name.

    Parameters
    ----------
    kind
        What it is, in a word or two: "arm".
    name
        What was given.
    known
        All that there are, by name.

    Raises
    ------
    ValueError
        If there is none of that name.
    """
    if isinstance(name, str) and name in known:
        return known[name]
    close = difflib.get_close_matches(str(name).lower(), {one.lower(): one for one in known}, 1)
    meant = next((one for one in known if one.lower() in close), None)
    hint = "" if meant is None else f" (did you mean {meant!r}?)"
    raise ValueError(f"there is no {kind} {name!r}; expected one of {', '.join(known)}{hint}")
