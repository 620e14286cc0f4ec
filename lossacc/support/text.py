"""Numbers and tables as a reader sees them."""

from __future__ import annotations

import html
import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import count

MINUS = "\N{MINUS SIGN}"

_LINE = 200  # letters of somebody else's error that are worth quoting
_PLACE = re.compile(r"\{\{.*?\}\}")  # where in a graph TensorFlow raised an error
_LEFT = ' style="text-align: left"'  # JupyterLab sets tables to the right


def as_share(share: float) -> str:
    """Write a share with four digits at most, as `14.29 %`."""
    return f"{100 * share:.4g} %"


def html_table(columns: Sequence[str], rows: Iterable[Sequence[str]], *, left: bool = True) -> str:
    """Write a table of texts as HTML, every cell escaped and, if so wished, set to the left."""
    style = _LEFT if left else ""
    head = "".join(f'<th scope="col"{style}>{html.escape(name)}</th>' for name in columns)
    body = "".join(
        "<tr>" + "".join(f"<td{style}>{html.escape(cell)}</td>" for cell in row) + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


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
        """Give the table as Markdown, for a page."""
        lines = [self.columns, ("---",) * len(self.columns), *self.rows]
        bars = ([cell.replace("|", "\\|") for cell in line] for line in lines)
        table = "\n".join("| " + " | ".join(line) + " |" for line in bars)
        return f"{table}\n\n{self.source}".rstrip()


_JOINERS = "\u200c\u200d"  # they belong to how some scripts and picture signs are written
_LONGEST = 24  # letters of a name in a figure
_BAD_IN_XML = {0xFFFE, 0xFFFF}


def shown(text: str) -> str:
    """Write what cannot be seen, or would move its neighbours, by its number, as Python does.

    These are control characters, halves of pairs, marks of direction, what has no width, and what
    is no character at all.
    """
    if text.isprintable():
        return text
    return "".join(numbered(c) if _is_hidden(c) else c for c in text)


def numbered(letter: str) -> str:
    """Write a letter by its number, as Python does."""
    return letter.encode("unicode_escape").decode()


def _is_hidden(letter: str) -> bool:
    kind = unicodedata.category(letter)
    if kind == "Cf":  # Arabic has some that are signs, and read from the right
        signs = unicodedata.bidirectional(letter) in ("AN", "AL") and letter != "\u061c"
        return letter not in _JOINERS and not signs
    return kind in ("Cc", "Cs", "Zl", "Zp") or ord(letter) & 0xFFFF in _BAD_IN_XML


def shown_names(names: Iterable[str]) -> list[str]:
    """Write names so that they can be seen and told apart, and leave room for what they name."""
    found: dict[str, None] = {}
    for name in map(shown, names):
        name = name if name.strip() else "(no name)"
        name = name if len(name) <= _LONGEST else f"{name[: _LONGEST - 12]}…{name[-11:]}"
        again = (f"{name} #{n}" for n in count(2))
        found[name if name not in found else next(one for one in again if one not in found)] = None
    return list(found)


def plain(value: float) -> str:
    """Write a number so that a person can read it."""
    if value == 0:
        return "0"
    if 0.001 <= abs(value) < 10_000:
        return f"{value:.3f}".rstrip("0").rstrip(".")
    return f"{value:.1e}"


def interval(mean: float, low: float | None, high: float | None) -> str:
    """Write a mean with its interval, where there is one."""
    if low is None or high is None:
        return plain(mean)
    return f"{plain(mean)} [{plain(low)}, {plain(high)}]"


def nats(value: float) -> str:
    """Write a loss: three decimals below 1, two above, as `0.325` or `2.30`."""
    if not math.isfinite(value):
        return "not a number" if math.isnan(value) else "infinite"
    size = abs(value)
    if 0 < size < 0.0005:
        return "under 0.001"
    text = f"{value:.3f}" if size < 0.9995 else f"{value:.2f}" if size < 999.5 else f"{value:.3g}"
    return text.replace("-", MINUS)


def signed(value: float) -> str:
    """Write a change of loss with its sign, as `+0.290`."""
    if abs(value) < 0.0005:
        return "0"
    return nats(value) if value < 0 else f"+{nats(value)}"


def percent(share: float) -> str:
    """Write a share as `71.5 %`."""
    return f"{100 * share:.1f}".removesuffix(".0") + " %"


def how_many(count: int, example: str = "image") -> str:
    """Write a number of images, or of what an example is called."""
    return f"{count} {example}" if count == 1 else f"{count} {example}s"


def first_line(error: Exception) -> str:
    """Give the line that says most of an error's text, cut to a readable length."""
    lines = [_PLACE.sub("", line).strip() for line in str(error).splitlines()]
    lines = [line for line in lines if line and not line.startswith("[[")]
    graph = bool(lines) and lines[0].startswith("Graph execution error")
    text = lines[-1 if graph else 0] if lines else type(error).__name__
    return text if len(text) <= _LINE else text[: _LINE - 3] + "..."
