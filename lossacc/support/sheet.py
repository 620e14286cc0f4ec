"""A small table of text that shows itself as text, as HTML and as Markdown."""

from __future__ import annotations

import html
from dataclasses import dataclass

from lossacc.support.text import html_table


@dataclass(frozen=True, repr=False)
class Sheet:
    """Rows of text under their columns, with a line below that says where they come from.

    Parameters
    ----------
    columns
        Their names.
    rows
        One text a column in each.
    source
        The line below the table; empty for none.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    source: str = ""

    def __str__(self) -> str:
        """Give each row as a line with its first text, and the rest below it."""
        lines = []
        for first, *rest in self.rows:
            named = zip(self.columns[1:], rest, strict=True)
            lines.append(f"{first}\n  " + ", ".join(f"{name} {text}" for name, text in named))
        return "\n".join([*lines, self.source]).rstrip()

    __repr__ = __str__

    def _repr_html_(self) -> str:
        """Give the table for a notebook."""
        table = html_table(self.columns, self.rows)
        caption = f"<p><em>{html.escape(self.source)}</em></p>" if self.source else ""
        return f"{table}{caption}"

    def markdown(self) -> str:
        """Give the table as Markdown, as README shows it."""
        lines = [self.columns, ("---",) * len(self.columns), *self.rows]
        table = "\n".join("| " + " | ".join(line) + " |" for line in lines)
        return f"{table}\n\n{self.source}".rstrip()


def plain(value: float) -> str:
    """Write a number so that a person can read it."""
    if abs(value) < 1e-9:
        return "0"  # what is left is rounding
    if 0.001 <= abs(value) < 10_000:
        return f"{value:.3f}".rstrip("0").rstrip(".")
    return f"{value:.1e}"


def interval(mean: float, low: float | None, high: float | None) -> str:
    """Write a mean with its interval, where there is one."""
    if low is None or high is None:
        return plain(mean)
    return f"{plain(mean)} [{plain(low)}, {plain(high)}]"
