"""A diagnosis as one page: it stands alone, and nothing in it is markup that it did not write."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import lossacc
from lossacc.figures.diagnosis_page import page
from tests.checks.clinic.made import log_of, sound


class Reader(HTMLParser):
    """Collects tags, and the addresses that they name."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.named: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.named += [value or "" for name, value in attrs if name in ("src", "href")]


def read(text):
    reader = Reader()
    reader.feed(text)
    return reader


def test_it_stands_alone_with_its_figures() -> None:
    run = sound()
    for record, figures in ((run, 2), (log_of(run, 5), 2)):
        text = page(record, lossacc.diagnose(record))
        found = read(text)
        assert found.tags.count("svg") >= figures
        assert "script" not in found.tags
        assert all(not name or name.startswith(("data:", "#")) for name in found.named)
        assert not re.search(r"(?:src|href|url\()\s*=?\s*[\"']?https?:", text)


def test_texts_are_escaped() -> None:
    log = replace(log_of(sound(), 5), source="<img src=x onerror=alert(1)>")
    text = page(log, lossacc.diagnose(log))
    assert "<img" not in text
    assert "&lt;img src=x onerror=alert(1)&gt;" in text


def test_it_says_what_the_report_says() -> None:
    found = lossacc.diagnose(sound())
    text = page(sound(), found)
    for part in ("Nothing wrong", "What decides", "model.evaluate(x_test, y_test)", "notebook 01"):
        assert part in text
