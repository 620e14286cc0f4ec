"""The figures that commands save."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from lossacc.runs.run import Run
from lossacc.support.files import write_whole

if TYPE_CHECKING:
    from lossacc.figures.draw import Picture


_ENDINGS = (".png", ".svg", ".pdf")


def check_figure(path: Path | None) -> None:
    """Refuse a figure's path before anything is read.

    Raises
    ------
    ValueError, OSError
        If its name ends otherwise, or there is no folder for it.
    """
    if path is not None and path.suffix.lower() not in _ENDINGS:
        told = "expected a name that ends in .png, .svg or .pdf"
        raise ValueError(f"got the figure {str(path)!r}; {told}")
    if path is not None and not path.parent.is_dir():
        raise FileNotFoundError(f"there is no folder {str(path.parent)!r} for the figure")


def save_figure(run: Run, path: Path) -> Path:
    """Write the curves of a run as PNG beside its file; give back where."""
    from lossacc.figures import curves

    figure = path.with_suffix(".png")
    save_picture(curves(run), figure)
    return figure


def save_picture(picture: Picture, path: Path) -> None:
    """Write a picture as SVG or PDF where the name ends so, else as PNG."""
    ending = path.suffix.lower()
    if ending == ".svg":
        write_whole(path, picture.svg())
        return
    file = io.BytesIO()
    picture.figure().savefig(file, format="pdf" if ending == ".pdf" else "png")
    write_whole(path, file.getvalue())
