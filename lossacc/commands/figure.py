"""The figures that commands save."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from lossacc.runs.run import Run

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def check_figure(path: Path | None) -> None:
    """Refuse a figure's path before anything is read.

    Raises
    ------
    ValueError, OSError
        If its name ends otherwise, or there is no folder for it.
    """
    from lossacc.figures.draw.picture import ENDINGS

    if path is not None and path.suffix.lower() not in ENDINGS:
        told = "expected a name that ends in .png, .svg or .pdf"
        raise ValueError(f"got the figure {str(path)!r}; {told}")
    if path is not None and not path.parent.is_dir():
        raise FileNotFoundError(f"there is no folder {str(path.parent)!r} for the figure")


def save_figure(run: Run, path: Path) -> Path:
    """Write the curves of a run as PNG beside its file; give back where."""
    from lossacc.figures import curves

    return curves(run).save(path.with_suffix(".png"))


def as_pdf(sheet: Figure) -> bytes:
    """Give a matplotlib figure as the bytes of a PDF."""
    file = io.BytesIO()
    sheet.savefig(file, format="pdf")
    return file.getvalue()
