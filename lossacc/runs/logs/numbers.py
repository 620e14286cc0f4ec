"""Numbers as logs write them: which sign divides the decimals, and what stands in an empty cell."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress

from lossacc.runs.logs.rows import LogError

_EMPTY = frozenset({"", "-", "--", "none", "null", "n/a", "na", "#na#", "<na>", "..."})
_NOT_FINITE = {"nan": "nan", "inf": "inf", "infinity": "inf", "1.#inf": "inf", "1.#qnan": "nan"}
_CELL = re.compile(
    r"([-+]?)(nan|inf(?:inity)?|1\.#(?:INF|QNAN)|(?:\d[\d.,]*|[.,]\d+)(?:e[-+]?\d+)?) ?(%?)", re.I
)
_COMMA = re.compile(r"(?<![\d.,])(\d+),(\d+)(?![\d.,])")
_POINT = re.compile(r"(?<![\d.,])\d+\.\d+(?![\d.,])")


def parsed(text: str, decimal: str = ".") -> float | None:
    """Turn a number as printed into a float; None where it is not one number."""
    sign, digits = (text[0], text[1:]) if text[:1] in "+-" else ("", text)
    plain = _NOT_FINITE.get(digits.lower())
    if plain is None:
        other = "," if decimal == "." else "."
        if other in digits:
            if not re.fullmatch(rf"\d{{1,3}}(?:\{other}\d{{3}})+(?:\{decimal}\d*)?", digits):
                return None
            digits = digits.replace(other, "")
        plain = digits.replace(decimal, ".")
    try:
        return float(sign + plain)
    except ValueError:
        return None


def cell(text: str, decimal: str = ".") -> tuple[float, bool] | None:
    """Read a cell of a table: number and whether it bears "%"; None where it holds no number."""
    if decimal == "." and "_" not in text:
        with suppress(ValueError):
            return float(text), False
    found = _CELL.fullmatch(text.strip())
    if not found:
        return None
    value = parsed(found[1] + found[2], decimal)
    return None if value is None else (value, bool(found[3]))


def empty(text: str) -> bool:
    """Tell whether a cell of a table says that there is nothing."""
    return text.strip().lower() in _EMPTY


def decimal_sign(texts: Iterable[str], asked: str | None) -> str:
    """Find out whether decimals stand behind "." or ",".

    Parameters
    ----------
    texts
        Numbers as printed, each whole and alone.
    asked
        What the caller says; None leaves it to the numbers.

    Raises
    ------
    LogError
        If both readings fit.
    """
    if asked is not None:
        return asked
    commas: list[tuple[str, str]] = []
    for text in texts:
        if "." in text and _POINT.search(text):
            return "."
        commas += _COMMA.findall(text) if "," in text else []
    if not commas:
        return "."
    if any(len(behind) != 3 or before == "0" or len(before) > 3 for before, behind in commas):
        return ","
    shown = ",".join(commas[0])
    raise LogError(
        f"{shown!r} can be {commas[0][0]}.{commas[0][1]} or {commas[0][0]}{commas[0][1]}; "
        'say decimal="," or decimal="."'
    )
