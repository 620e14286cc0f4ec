"""Fonts for the letters that matplotlib's own font lacks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lossacc.support.text import numbered

OWN = "DejaVu Sans"


@dataclass(frozen=True)
class Fonts:
    """The families to draw with, the first one first, and the letters that none of them has."""

    families: tuple[str, ...] = (OWN,)
    lacking: frozenset[str] = frozenset()

    def written(self, value: Any) -> Any:
        """Write by their numbers the letters that could only be drawn as boxes, all alike.

        `value` is a text, or whatever holds texts.
        """
        if isinstance(value, str):
            told = (numbered(c) if c in self.lacking else c for c in value)
            return value if self.lacking.isdisjoint(value) else "".join(told)
        if isinstance(value, tuple):
            return tuple(map(self.written, value))
        if is_dataclass(value) and not isinstance(value, type):
            parts = {one.name: self.written(getattr(value, one.name)) for one in fields(value)}
            return type(value)(**parts)
        return value


def fonts_for(texts: Iterable[str]) -> Fonts:
    """Find fonts for texts: matplotlib's own, and those here that have what it lacks."""
    lacking = frozenset(c for text in texts if not text.isascii() for c in text) - _own()
    return _with_others(lacking) if lacking else Fonts()


@cache
def _own() -> frozenset[str]:
    import matplotlib

    path = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
    return _letters(str(path))


@cache
def _with_others(lacking: frozenset[str]) -> Fonts:
    families = [OWN]
    for family, path in _installed():
        if held := lacking & _letters(path):
            families.append(family)
            lacking -= held
        if not lacking:
            break
    return Fonts(tuple(families), lacking)


def _installed() -> Iterator[tuple[str, str]]:
    """List the fonts of this computer, family and file, but for those that are no letters."""
    from matplotlib.font_manager import fontManager

    for font in fontManager.ttflist:
        if not font.name.startswith(("cm", "STIX", "Last")):
            yield font.name, str(font.fname)


@cache
def _letters(path: str) -> frozenset[str]:
    """Give the letters of a font; none of one that matplotlib cannot read."""
    from matplotlib.ft2font import FT2Font

    try:
        return frozenset(map(chr, FT2Font(path).get_charmap()))
    except (OSError, RuntimeError):
        return frozenset()
