"""The code of the widgets that are ours, as the page runs it."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).parent


def text_of(name: str) -> str:
    """Read a file of this folder.

    As text: of files anywidget keeps every widget that was ever made, to follow their changes.
    """
    return (_HERE / name).read_text(encoding="utf-8")


def script(name: str) -> str:
    """Give the code of one widget, after what all of them share."""
    return text_of("elements.js") + text_of(name)
