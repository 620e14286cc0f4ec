"""Write a file whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path


def write_whole(path: Path, content: str | bytes) -> None:
    """Put a new file in place of the old one in one step, so that a crash leaves no half of it.

    Parameters
    ----------
    path
        The file; its folder must exist.
    content
        What it is to hold; text is written as UTF-8.
    """
    new = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        new.write_bytes(content.encode() if isinstance(content, str) else content)
        os.replace(new, path)
    finally:
        new.unlink(missing_ok=True)
