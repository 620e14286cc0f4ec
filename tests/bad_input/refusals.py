"""What a call raises, and what is wrong with that."""

from __future__ import annotations

import re
import traceback
from collections.abc import Mapping
from typing import Any

# What no sentence for people has: names of other libraries' things, and what terminals obey.
JARGON = re.compile(
    r"\x1b|\n|<class|object at 0x|Traceback|NoneType|ndarray|dtype[(=]|ufunc|broadcast|unhashable|"
    r"\bnp\.|\btf\.(?!data\.Dataset|nn,)|numpy|Tensor(?!Flow)|KerasTensor|EagerTensor|astype|subscript|"
    r"has no attribute|takes \d+ positional|unexpected keyword|could not convert"
)
GIVEN = re.compile(
    r"\b(is|are|has|holds|have|cannot|ask|runs?|names|does|was|covers|got|gives|turned)\b", re.I
)
# Rooms that word their refusals for themselves; these sentences end without a stop.
ELSEWHERE = re.compile(r"lossacc/(runs/(run|scores)|data|claims|lessons|support/names)")


def refusal(call: str, names: Mapping[str, Any]) -> Exception:
    """Give the error of a call, or say that there is none."""
    try:
        eval(call, dict(names))
    except Exception as error:
        return error
    raise AssertionError(f"{call} was taken")


def raised_in(error: Exception) -> str:
    """Give the file that raised an error."""
    return traceback.extract_tb(error.__traceback__)[-1].filename


def faults(error: Exception) -> list[str]:
    """List what keeps an error from being a sentence of this package's own."""
    text, place = str(error), raised_in(error)
    checks = {
        "of a kind that nobody expects": isinstance(error, TypeError | ValueError | OSError),
        f"raised in {place}": "/lossacc/" in place,
        "does not end": text.endswith((".", "?")) or bool(ELSEWHERE.search(place)),
        "speaks of another library": not JARGON.search(text),
        "does not quote what was given": bool(GIVEN.search(text)),
        "too long": len(text) < 700,
    }
    return [fault for fault, fine in checks.items() if not fine]
