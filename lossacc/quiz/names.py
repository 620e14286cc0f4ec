"""Find a question or an exercise by its name, or say which names come near."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from functools import partial
from typing import TypeVar

from lossacc.support.validate import instance, quoted

T = TypeVar("T")

_COMPARED = 60  # letters; no name is longer


def find(kind: str, name: object, every: Mapping[str, T]) -> T:
    """Give the one of that name; there are too many for a sentence that lists them all.

    Raises
    ------
    TypeError, ValueError
        If there is none.
    """
    asked = instance(f"the {kind}", name, str, "its name, as text")
    if asked not in every:
        near = ", ".join(f'"{one}"' for one in sorted(every, key=partial(_far, asked))[:3])
        raise ValueError(
            f"there is no {kind} {quoted(asked)}; expected one of {len(every)}, nearest are {near}"
        )
    return every[asked]


def _far(asked: str, name: str) -> tuple[int, float]:
    """Say how far a name is from the one asked for: by the words that they share, then by letters.

    Names are words of a question, which are remembered in another order.
    """
    shared = len(set(asked.split()) & set(name.split()))
    return -shared, -difflib.SequenceMatcher(None, asked[:_COMPARED], name).ratio()
