"""The page of what people are told: each sentence with its verdict, why, and what was measured."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from bs4 import BeautifulSoup

from lossacc.claims import catalogue
from lossacc.claims.catalogue import Entry
from lossacc.commands.site.pages import filled
from lossacc.commands.site.tidy import Page, tidied

HEADINGS = {
    "wrong": "Wrong",
    "depends": "It depends",
    "right": "Right",
    "fact": "Settings, numbers and causes",
}


@dataclass(frozen=True)
class Told:
    """A sentence with what was measured of it.

    Parameters
    ----------
    entry
        Of the catalogue.
    measured, lessons
        The effects of the claims that speak to it, and the notebooks, as HTML.
    """

    entry: Entry
    measured: str
    lessons: str


def verdicts_page(text: str, pages: Collection[str]) -> Page:
    """Make the page.

    Parameters
    ----------
    text
        VERDICTS.md, as `lossacc.lessons.registry.pages` gives it.
    pages
        The names of the notebooks that are pages of the site.
    """
    told = [*_told(text)]
    groups = [
        (heading, [one for one in told if one.entry.verdict == verdict])
        for verdict, heading in HEADINGS.items()
    ]
    return tidied("verdicts", filled("verdicts", groups=groups), pages)


def _told(text: str) -> Iterator[Told]:
    """Read the rows of the page in Markdown, which has what was measured."""
    from nbconvert.filters import markdown2html

    for row in BeautifulSoup(markdown2html(text), "html.parser").select("tbody tr"):
        sentence, _, measured, lessons = row.find_all("td")
        entry = catalogue.entry(sentence.get_text().partition(":")[0])
        yield Told(entry, measured.decode_contents(), lessons.decode_contents())
