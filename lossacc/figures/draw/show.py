"""How a picture shows itself in a notebook."""

from __future__ import annotations

import io
import os
from html import escape
from typing import Any

from lossacc.figures.draw.mpl import figure
from lossacc.figures.draw.picture import Picture, Table, written
from lossacc.figures.draw.png import data_uri
from lossacc.support.text import html_table

APART = "LOSSACC_TITLES"  # this environment variable says "apart" while slides are made
_SHARP = 2  # pixels of the image for one on the page


def png_of(picture: Picture, *, titled: bool = True) -> bytes:
    """Draw a picture with matplotlib, as PNG."""
    file = io.BytesIO()
    sheet = figure(picture, titled=titled)
    sheet.savefig(file, format="png", dpi=sheet.dpi * _SHARP, facecolor="white")
    return file.getvalue()


def mimebundle(picture: Picture) -> dict[str, Any]:
    """Give the picture as HTML (an image with its alt text, the numbers folded), PNG and text."""
    apart = os.environ.get(APART) == "apart"
    image = png_of(picture, titled=not apart)
    title = f'<p class="fragment"><strong>{escape(picture.title)}</strong></p>' * apart
    return {
        "text/html": _html(picture, image) + title,
        "image/png": image,
        "text/plain": str(picture),
    }


def _html(picture: Picture, image: bytes) -> str:
    alt = escape(f"{picture.title}. {picture.alt}")
    return (
        f'<figure style="margin:0"><img alt="{alt}" width="{picture.width}" '
        f'style="max-width:100%;height:auto" src="{data_uri(image)}"/>'
        f"{_folded(picture.table)}</figure>"
    )


def _folded(table: Table) -> str:
    """Write the table behind a line that unfolds it."""
    if not table.rows:
        return ""
    rows = ([written(cell) for cell in row] for row in table.rows)
    numbers = html_table([*map(written, table.columns)], rows, left=False)
    return f"<details><summary>The numbers</summary>{numbers}</details>"
