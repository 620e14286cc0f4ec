"""Whether every link of the site leads somewhere, and no page needs a network."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import unquote

_REFERS = re.compile(r'<([a-z]+)\b[^>]*?\s(href|src|action)="([^"]*)"', re.I)
_ID = re.compile(r'\sid="([^"]*)"')
_NETWORK = ("http:", "https:", "//")
_CLICKED = "a"  # what waits for a click may lead anywhere


def broken_links(folder: Path) -> list[str]:
    """List what is wrong with the links of the pages in a folder.

    Parameters
    ----------
    folder
        Of the site.

    Returns
    -------
    list of str
        `page: address` for each link to a file or a place in it that is not there, and for each
        file that a page would load from elsewhere.
    """
    pages = {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.html"))}
    ids = {name: {unescape(id) for id in _ID.findall(text)} for name, text in pages.items()}
    return [
        f"{name}: {address}"
        for name, text in pages.items()
        for tag, address in _addresses(text)
        if not _leads(folder, name, tag, address, ids)
    ]


def _addresses(text: str) -> Iterator[tuple[str, str]]:
    for tag, _, address in _REFERS.findall(text):
        yield tag.lower(), unescape(address)


def _leads(folder: Path, page: str, tag: str, address: str, ids: dict[str, set[str]]) -> bool:
    if address.startswith(_NETWORK):
        return tag == _CLICKED
    if address.startswith(("data:", "mailto:")):
        return True
    path, _, place = address.partition("#")
    file = unquote(path) or page
    if not (folder / file).is_file():
        return False
    return not place or file not in ids or unquote(place) in ids[file]
