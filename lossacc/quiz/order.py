"""The order in which options are shown: shuffled, and the same for everybody, always.

Whoever writes a question puts the right option where it reads well, which is mostly second. So the
table's order is not the order that a learner sees. The name of the question decides it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import sha256
from itertools import pairwise

_SHUFFLE = 39  # another number is another shuffle: a test says when the right ones crowd one letter
_NUMBER = re.compile(r"\d*\.?\d+")
_ON_ALL = re.compile(
    r"(all|none|both|neither|either|any)\b|(it|that) depends|it cannot be told|there is no telling",
    re.I,
)
_BY_PLACE = re.compile(r"\bthe (first|last|other) (two|three)\b", re.I)


def shown_order(name: str, says: Sequence[str]) -> list[int]:
    """Give the places of the options in the order to show them.

    A scale of numbers stays in order, and so do options of which one names others by their place. A
    last option that speaks of all the others, as "Both", stays last.

    Parameters
    ----------
    name
        The question's name.
    says
        What each option says, in the order of the table.
    """
    places = list(range(len(says)))
    if _is_scale(says) or any(_BY_PLACE.search(one) for one in says):
        return places
    last = [places.pop()] if _ON_ALL.match(says[-1]) else []
    return sorted(places, key=lambda place: _drawn(name, place)) + last


def _is_scale(says: Sequence[str]) -> bool:
    """Whether the first numbers of the options only rise, or only fall."""
    found = [_NUMBER.search(one) for one in says]
    numbers = [float(one.group()) for one in found if one]
    steps = [after - before for before, after in pairwise(numbers)]
    rises_or_falls = all(step > 0 for step in steps) or all(step < 0 for step in steps)
    return len(numbers) == len(says) and rises_or_falls


def _drawn(name: str, place: int) -> str:
    """Draw a lot for an option: the same on every machine and in every version of Python."""
    return sha256(f"{_SHUFFLE}/{name}/{place}".encode()).hexdigest()
