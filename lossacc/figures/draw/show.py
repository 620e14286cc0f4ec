"""How a picture shows itself in a notebook."""

from __future__ import annotations

import io
from html import escape
from typing import Any

from lossacc.figures.draw.mpl import figure
from lossacc.figures.draw.picture import Picture, Table, written
from lossacc.figures.draw.png import data_uri

_SHARP = 2  # pixels of the image for one on the page


def png_of(picture: Picture) -> bytes:
    """Draw a picture with matplotlib, as PNG."""
    file = io.BytesIO()
    sheet = figure(picture)
    sheet.savefig(file, format="png", dpi=sheet.dpi * _SHARP, facecolor="white")
    return file.getvalue()


def mimebundle(picture: Picture) -> dict[str, Any]:
    """Give the picture as HTML (an image with its alt text, the numbers folded), PNG and text."""
    image = png_of(picture)
    return {
        "text/html": _html(picture, image),
        "image/png": image,
        "text/plain": f"{picture.title}\n{picture.alt}\n\n{picture.table.text()}".strip(),
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
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in table.columns)
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(written(cell))}</td>" for cell in row) + "</tr>"
        for row in table.rows
    )
    numbers = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    return f"<details><summary>The numbers</summary>{numbers}</details>"
