"""The figures that commands save."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from lossacc.runs.run import Run
from lossacc.support.files import write_whole

if TYPE_CHECKING:
    from lossacc.figures.draw import Picture


def save_figure(run: Run, path: Path) -> Path:
    """Write the curves of a run as PNG beside its file; give back where."""
    from lossacc.figures import curves

    figure = path.with_suffix(".png")
    save_picture(curves(run), figure)
    return figure


def save_picture(picture: Picture, path: Path) -> None:
    """Write a picture as SVG where the name ends so, else as PNG."""
    if path.suffix.lower() == ".svg":
        write_whole(path, picture.svg())
        return
    file = io.BytesIO()
    picture.figure().savefig(file, format="png")
    write_whole(path, file.getvalue())
