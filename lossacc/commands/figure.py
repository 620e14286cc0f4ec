"""The figures that commands save."""

from __future__ import annotations

from pathlib import Path

from lossacc.runs.run import Run


def save_figure(run: Run, path: Path) -> Path:
    """Write the curves of a run as PNG beside its file; give back where."""
    from lossacc.figures import curves

    return curves(run).save(path.with_suffix(".png"))
