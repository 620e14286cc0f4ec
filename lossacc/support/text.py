"""Shares and tables as a reader sees them."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence

_LEFT = 'style="text-align: left"'  # JupyterLab sets tables to the right


def percent(share: float) -> str:
    """Write a share with four digits at most, as `14.29 %`."""
    return f"{100 * share:.4g} %"


def html_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table of texts as HTML, every cell escaped and set to the left."""
    head = "".join(f'<th scope="col" {_LEFT}>{html.escape(name)}</th>' for name in columns)
    body = "".join(
        "<tr>" + "".join(f"<td {_LEFT}>{html.escape(cell)}</td>" for cell in row) + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
