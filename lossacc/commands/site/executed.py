"""The notebooks of the series, executed; what was executed once is not executed again."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from lossacc.commands.execute import execute
from lossacc.commands.site.kept import kept
from lossacc.figures.draw.show import FORM


def executed(notebook: Path, folder: Path | None) -> Any:
    """Give a notebook with its outputs, its figures drawn as SVG.

    Parameters
    ----------
    notebook
        The file.
    folder
        Where what was made before is kept; None runs it, and keeps nothing.

    Raises
    ------
    ValueError
        If a cell of it fails.
    """
    import nbformat

    what = ["notebook", hashlib.sha256(notebook.read_bytes()).hexdigest()]
    return nbformat.from_dict(kept(folder, what, lambda: execute(notebook, {FORM: "drawn"})))
