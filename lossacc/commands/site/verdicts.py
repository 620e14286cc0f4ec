"""The page of what people are told: each sentence with its verdict, why, and what was measured."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from lossacc.claims.pages import Told
from lossacc.commands.site.pages import filled
from lossacc.commands.site.tidy import Page, tidied

HEADINGS = {
    "wrong": "Wrong",
    "depends": "It depends",
    "right": "Right",
    "fact": "Settings, numbers and causes",
}


def verdicts_page(told: Sequence[Told], pages: Collection[str]) -> Page:
    """Make the page.

    Parameters
    ----------
    told
        Every sentence, with what was measured of it.
    pages
        The names of the notebooks that are pages of the site.
    """
    groups = [
        (heading, [one for one in told if one.entry.verdict == verdict])
        for verdict, heading in HEADINGS.items()
    ]
    return tidied("verdicts", filled("verdicts", groups=groups), pages)
