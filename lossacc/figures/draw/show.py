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

# This environment variable says "apart" while slides are made, whose figures stand first without
# their titles, and "drawn" for pages that follow the reader's light or dark theme.
FORM = "LOSSACC_FIGURES"
_SHARP = 2  # pixels of the image for one on the page


def png_of(picture: Picture, *, titled: bool = True) -> bytes:
    """Draw a picture with matplotlib, as PNG."""
    file = io.BytesIO()
    sheet = figure(picture, titled=titled)
    sheet.savefig(file, format="png", dpi=sheet.dpi * _SHARP, facecolor="white")
    return file.getvalue()


def mimebundle(picture: Picture) -> dict[str, Any]:
    """Give the picture as HTML (an image with its alt text, the numbers folded), PNG and text."""
    form = os.environ.get(FORM)
    if form == "drawn":
        drawn = picture.svg()
        return {"text/html": _html(drawn, picture), "text/plain": str(picture)}
    image = png_of(picture, titled=form != "apart")
    title = f'<p class="fragment"><strong>{escape(picture.title)}</strong></p>'
    return {
        "text/html": _html(_img(picture, image), picture) + title * (form == "apart"),
        "image/png": image,
        "text/plain": str(picture),
    }


def _img(picture: Picture, image: bytes) -> str:
    alt = escape(f"{picture.title}. {picture.alt}")
    return (
        f'<img alt="{alt}" width="{picture.width}" style="max-width:100%;height:auto" '
        f'src="{data_uri(image)}"/>'
    )


def _html(drawn: str, picture: Picture) -> str:
    return f'<figure style="margin:0">{drawn}{_folded(picture.table)}</figure>'


def _folded(table: Table) -> str:
    """Write the table behind a line that unfolds it."""
    if not table.rows:
        return ""
    rows = ([written(cell) for cell in row] for row in table.rows)
    numbers = html_table([*map(written, table.columns)], rows, left=False)
    return f"<details><summary>The numbers</summary>{numbers}</details>"
