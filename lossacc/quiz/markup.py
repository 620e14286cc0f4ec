"""The little markup of questions and replies: *stressed*, **strong**, and `code`."""

from __future__ import annotations

import html
import re

# Longest mark first, so that ** is not taken for two *.
_MARKS = (
    (re.compile(r"\*\*(.+?)\*\*"), "strong"),
    (re.compile(r"\*(.+?)\*"), "em"),
    (re.compile(r"`(.+?)`"), "code"),
)


def as_html(text: str) -> str:
    """Give marked up text as HTML; what looks like HTML in it is shown as it stands."""
    text = html.escape(text)
    for mark, tag in _MARKS:
        text = mark.sub(rf"<{tag}>\1</{tag}>", text)
    return text


def as_text(text: str) -> str:
    """Give marked up text without its marks."""
    for mark, _ in _MARKS:
        text = mark.sub(r"\1", text)
    return text
