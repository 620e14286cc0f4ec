"""Slides of a notebook: one HTML file that needs no network, moved with the arrow keys.

A cell's metadata says where it goes, as Jupyter's own slides have it: "slide" and "subslide" begin
a slide, "-" goes on with it, "fragment" is shown at the next key, "skip" is left out. Cells
are run, and show what they gave, not their code; a figure stands first without its title.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

from lossacc.commands.execute import execute
from lossacc.figures.draw.show import FORM


def slides(notebook: Path) -> str:
    """Run a notebook and give its slides.

    Raises
    ------
    ValueError
        If a cell of it fails.
    """
    executed = execute(notebook, {FORM: "apart"})
    sections = "\n".join(f"<section>{body}</section>" for body in _sections(executed.cells))
    page = files(__package__).joinpath("slides.html").read_text(encoding="utf-8")
    title = html.escape(executed.cells[0].source.splitlines()[0].strip("# "))
    return page.replace("{title}", title).replace("{sections}", sections)


def _sections(cells: Iterable[Any]) -> Iterator[str]:
    """Give what stands on each slide."""
    body = ""
    for cell in cells:
        kind = cell.metadata.get("slideshow", {}).get("slide_type", "-")
        if kind == "skip":
            continue
        if kind in ("slide", "subslide") and body:
            yield body
            body = ""
        shown = _shown(cell)
        body += f'<div class="fragment">{shown}</div>' if kind == "fragment" else shown
    if body:
        yield body


def _shown(cell: Any) -> str:
    """Give what a cell shows, as HTML."""
    from nbconvert.filters import markdown2html

    if cell.cell_type == "markdown":
        told: str = markdown2html(cell.source)
        return told
    return "".join(map(_output, cell.get("outputs", [])))


def _output(output: Any) -> str:
    data = output.get("data", {})
    text = output.get("text") or data.get("text/plain", "")
    return str(data.get("text/html") or f"<pre>{html.escape(text)}</pre>")
