"""Write a file whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path


def write_whole(path: Path, text: str) -> None:
    """Put a new file in place of the old one in one step, so that a crash leaves no half of it.

    Parameters
    ----------
    path
        The file; its folder must exist.
    text
        What it is to hold, written as UTF-8.
    """
    new = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        new.write_text(text, encoding="utf-8")
        os.replace(new, path)
    finally:
        new.unlink(missing_ok=True)
