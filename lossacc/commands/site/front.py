"""The start page: a recorded run to try, the lessons, and where each case is explained."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from lossacc.claims import catalogue
from lossacc.commands.site.pages import filled, form, panel_outputs
from lossacc.commands.site.tidy import Page, tidied
from lossacc.lab.static_view import RECORD

TO_TRY = "sure-and-wrong"  # its panel stands on the start page, if a notebook shows it
CASES = "| what you see |"  # how the table of cases begins
TOLD = "C"  # how the ids of sentences begin that people were told; the others nobody said
_TIME = re.compile(r"\*\*Time:\*\* (.+?)\.(?:\s|$)")


def front_page(series: Sequence[tuple[Page, Any]]) -> Page:
    """Make the start page.

    Parameters
    ----------
    series
        Each page of a notebook, with the executed notebook that it was made of.
    """
    lessons = [(page, _time(notebook)) for page, notebook in series]
    home, panel = _to_try(series)
    judged = Counter(entry.verdict for entry in catalogue.entries() if entry.id[0] == TOLD)
    html = filled(
        "index", lessons=lessons, home=home, panel=panel, cases=_cases(series), judged=judged
    )
    return tidied("index", html, [page.name for page, _ in series])


def _to_try(series: Sequence[tuple[Page, Any]]) -> tuple[Page, str]:
    """Give the panel that can be tried at once, and the page that it comes from."""
    shown = [(page, data) for page, notebook in series for data in panel_outputs(notebook)]
    home, data = max(shown, key=lambda one: one[1][RECORD]["experiment"] == TO_TRY)
    return home, form(data)


def _time(notebook: Any) -> str:
    """Read how long a lesson takes; empty where it does not say so."""
    found = _TIME.search(notebook.cells[0].source)
    return found[1] if found else ""


def _cases(series: Sequence[tuple[Page, Any]]) -> str:
    """Give the table that leads from what one sees to the section about it; empty without one."""
    from nbconvert.filters import markdown2html

    return "".join(markdown2html(source) for source in _tables(series) if source.startswith(CASES))


def _tables(series: Sequence[tuple[Page, Any]]) -> Iterator[str]:
    """Go through the Markdown of the first notebook, which is the way into the series."""
    for cell in series[0][1].cells:
        if cell.cell_type == "markdown":
            yield cell.source
