"""HTML that is put in order: one id a heading, links within the site, wide things that scroll."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from itertools import count
from urllib.parse import unquote

from bs4 import BeautifulSoup, Tag

from lossacc.commands.site.formulas import drawn

HEADINGS = ("h1", "h2", "h3", "h4")
_INLINE = {"a", "b", "code", "em", "i", "span", "strong", "sub", "sup"}  # within a word or a line
_NOTEBOOK = re.compile(r"(?:[^:]*/)?([^/:#]+)\.ipynb(#.*)?")
_MARKDOWN = re.compile(r"(?:[^:]*/)?([A-Z]+)\.md")  # VERDICTS.md and its like have pages
_FORMULA = re.compile(r"\$\$(.+?)\$\$", re.S)


@dataclass(frozen=True)
class Section:
    """A heading with the text below it, for the search."""

    id: str
    title: str
    text: str


@dataclass(frozen=True)
class Page:
    """A page without what stands around it on every page.

    Parameters
    ----------
    name, title
        Of its file, without the ending; its first heading.
    body
        HTML.
    headings
        Id and text of those that its table of contents lists.
    sections
        What the search knows of it.
    question
        The quotation with which a lesson opens; empty elsewhere.
    """

    name: str
    title: str
    body: str
    headings: tuple[tuple[str, str], ...] = ()
    sections: tuple[Section, ...] = ()
    question: str = ""


def tidied(name: str, html: str, pages: Collection[str]) -> Page:
    """Make a page of HTML as nbconvert writes it.

    Parameters
    ----------
    name
        Of its file, without the ending.
    html
        What it holds.
    pages
        The names of the notebooks that are pages of the site.
    """
    marks = (f"formula-{number}" for number in count(1))
    html = _FORMULA.sub(lambda found: drawn(found[1], next(marks)), html)
    soup = BeautifulSoup(html, "html.parser")
    _number_headings(soup)
    for link in soup.find_all("a", href=True):
        _point(link, pages)
    _let_scroll(soup)
    headings = [one for one in soup.find_all("h2") if isinstance(one, Tag)]
    quoted = soup.find("blockquote")
    return Page(
        name=name,
        title=_said(soup.h1) if soup.h1 else name,
        body=str(soup),
        headings=tuple((str(one["id"]), _said(one)) for one in headings),
        sections=tuple(_sections(soup)),
        question=_said(quoted) if quoted else "",
    )


def _number_headings(soup: BeautifulSoup) -> None:
    """Give a heading whose words stood in an earlier one an id of its own.

    The sign beside each that links to itself goes: there is a table of contents, and it would be a
    stop on every way by keyboard.
    """
    seen: Counter[str] = Counter()
    for heading in soup.find_all(HEADINGS):
        for link in heading.find_all("a", class_="anchor-link"):
            link.decompose()
        name = unquote(str(heading.get("id") or _said(heading).replace(" ", "-")))
        seen[name] += 1
        heading["id"] = name if seen[name] == 1 else f"{name}-{seen[name]}"


def _point(link: Tag, pages: Collection[str]) -> None:
    """Let a link to a notebook go to its page; where the site has none, the words stay."""
    found = _NOTEBOOK.fullmatch(str(link["href"]))
    if found and found[1] in pages:
        link["href"] = f"{found[1]}.html{found[2] or ''}"
    elif found:
        link.unwrap()
    elif page := _MARKDOWN.fullmatch(str(link["href"])):
        link["href"] = f"{page[1].lower()}.html"


def _let_scroll(soup: BeautifulSoup) -> None:
    """Let wide tables and code scroll by themselves, by keyboard too."""
    for pre in soup.find_all("pre"):
        pre["tabindex"] = "0"
    for table in soup.find_all("table"):
        around = soup.new_tag("div", attrs={"class": "scroll", "tabindex": "0", "role": "group"})
        around["aria-label"] = _label(table)
        table.wrap(around)
        for head in table.find_all("th"):
            if not _said(head):  # Markdown cannot do without it
                head.name = "td"
                head.attrs.pop("scope", None)


def _label(table: Tag) -> str:
    columns = [_said(one) for one in table.find_all("th") if _said(one)]
    return f"Table: {', '.join(columns[:6])}" if columns else "Table"


def _sections(soup: BeautifulSoup) -> list[Section]:
    """Cut the text at the headings."""
    found: list[tuple[str, str, list[str]]] = []
    for piece in soup.descendants:
        if isinstance(piece, Tag):
            if piece.name in HEADINGS:
                found.append((str(piece["id"]), _said(piece), []))
            elif found and piece.name not in _INLINE:
                found[-1][2].append(" ")
        elif found and _counts(piece.parent):
            found[-1][2].append(str(piece))
    return [Section(id, title, " ".join("".join(text).split())) for id, title, text in found]


def _counts(parent: Tag | None) -> bool:
    """Tell whether a text is prose or code: nobody searches for the numbers of a figure."""
    if parent is None:
        return False
    names = {parent.name, *(one.name for one in parent.parents)}
    return not names & {*HEADINGS, "svg", "figure", "table", "script", "form"}


def _said(tag: Tag) -> str:
    return " ".join(tag.get_text(" " if tag.name == "blockquote" else "").split())
