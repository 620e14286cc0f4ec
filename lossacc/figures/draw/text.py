"""Texts with a place in pixels, and how wide they are."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

SMALL, TEXT, TITLE = 14, 15, 19
LINE = 18  # pixels from one line of text to the next

# Widths of DejaVu Sans in hundredths of the size. It is what matplotlib draws with and the widest
# of the common screen fonts, so that a text which fits in it fits in the others.
_WIDTHS = {
    28: "'ijlIJ",
    33: " ,./:;\\|",
    39: "f-()[]t!r",
    52: '"*_`sz?c',
    59: "LFkvxyPTYaoe",
    64: "ESbdghnpqu$0123456789{}",
    70: "KAVBRXZCU",
    79: "HNDG&OQ",
    85: "w#+<=>^~M",
    99: "%mW@…",
}
_WIDTH = {letter: width / 100 for width, letters in _WIDTHS.items() for letter in letters}
_OTHER, _WIDE, _BOLD = 0.85, 1.2, 1.15

Anchor = Literal["start", "middle", "end"]
Box = tuple[float, float, float, float]


@lru_cache(maxsize=2048)
def text_width(text: str, size: float, bold: bool = False) -> float:
    """Give the width in pixels that a text needs at most."""
    width = sum(_WIDTH.get(letter) or _width(letter) for letter in text) * size
    return width * _BOLD if bold else width


def _width(letter: str) -> float:
    """Give the width of a letter that is not in the table, in parts of the size."""
    if unicodedata.category(letter) in ("Mn", "Me", "Cf"):  # stands on the letter before
        return 0.0
    return _WIDE if unicodedata.east_asian_width(letter) in "WF" else _OTHER


@dataclass(frozen=True)
class Text:
    """One line of text; `y` is its middle.

    A tick is also known to matplotlib's axes. One with a halo stands out from curves behind it.
    """

    x: float
    y: float
    text: str
    size: float = SMALL
    anchor: Anchor = "start"
    bold: bool = False
    pale: bool = False
    tick: bool = False
    halo: bool = False

    @property
    def box(self) -> Box:
        """Left, top, right, bottom."""
        width = text_width(self.text, self.size, self.bold)
        left = self.x - width * {"start": 0.0, "middle": 0.5, "end": 1.0}[self.anchor]
        return left, self.y - self.size * 0.6, left + width, self.y + self.size * 0.6


def wrap(text: str, size: float, width: float, bold: bool = False) -> list[str]:
    """Break a text at spaces into lines of about one length that fit the width.

    A word that is longer than the width has a line of its own. A number and its per cent sign are
    one word.
    """
    lines = _broken(text, size, width, bold)
    even = text_width(text, size, bold) / max(len(lines), 1)
    for share in (1.05, 1.15, 1.3):
        tried = _broken(text, size, min(even * share, width), bold)
        if len(tried) == len(lines):
            return tried
    return lines


def _broken(text: str, size: float, width: float, bold: bool) -> list[str]:
    lines: list[str] = []
    for word in _words(text):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size, bold) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _words(text: str) -> list[str]:
    """Split a text at its spaces; a per cent sign stays with its number."""
    words: list[str] = []
    for word in text.split():
        if words and word.startswith("%"):
            words[-1] += f" {word}"
        else:
            words.append(word)
    return words


def boxes(texts: Iterable[Text]) -> list[Box]:
    """Give the boxes of texts."""
    return [text.box for text in texts]


def overlap(one: Box, other: Box) -> float:
    """Give the area in square pixels that two boxes share."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    return max(width, 0.0) * max(height, 0.0)
