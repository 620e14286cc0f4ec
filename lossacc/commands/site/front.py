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
from lossacc.lessons import experiment

TO_TRY = "sure-and-wrong"  # its panel stands on the start page, if a notebook shows it
FIRST = "both-fall"  # what its panel trains at first is the picture of the start page
CASES = "| what you see |"  # how the table of cases begins
TOLD = "C"  # how the ids of sentences begin that people were told; the others nobody said
_FIGURE = re.compile(r"<figure\b.*?</figure>", re.S)
_TIME = re.compile(r"\*\*Time:\*\* (.+?)\.(?:\s|$)")


def front_page(series: Sequence[tuple[Page, Any]]) -> Page:
    """Make the start page.

    Parameters
    ----------
    series
        Each page of a notebook, with the executed notebook that it was made of.
    """
    lessons = [(page, _time(notebook)) for page, notebook in series]
    home, panel = _panel(series, TO_TRY)
    _, shown = _panel(series, FIRST)
    judged = Counter(entry.verdict for entry in catalogue.entries() if entry.id[0] == TOLD)
    html = filled(
        "index",
        picture="".join(_FIGURE.findall(shown["text/html"])),
        pictured=experiment(FIRST).arm("base").says,
        home=home,
        panel=form(panel),
        lessons=lessons,
        cases=_cases(series),
        judged=judged,
    )
    return tidied("index", html, [page.name for page, _ in series])


def _panel(series: Sequence[tuple[Page, Any]], name: str) -> tuple[Page, Any]:
    """Give a panel of an experiment's base, or else any, and the page that it stands on."""
    found = [(page, data) for page, notebook in series for data in panel_outputs(notebook)]
    wanted = {"experiment": name, "arm": "base"}
    return max(found, key=lambda one: wanted.items() <= one[1][RECORD].items())


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
