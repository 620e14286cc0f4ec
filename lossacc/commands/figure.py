"""The figure that a command saves beside a run."""

from __future__ import annotations

import io
from pathlib import Path

from lossacc.runs.run import Run
from lossacc.support.files import write_whole


def save_figure(run: Run, path: Path) -> Path:
    """Write the curves of a run as PNG beside its file; give back where."""
    from lossacc.figures import curves

    drawn = io.BytesIO()
    curves(run).figure().savefig(drawn, format="png")
    figure = path.with_suffix(".png")
    write_whole(figure, drawn.getvalue())
    return figure
