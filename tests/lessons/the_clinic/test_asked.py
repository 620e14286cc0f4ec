"""The page of questions: every row leads to a section that exists, and the page is up to date."""

from __future__ import annotations

import pytest

from lossacc.lessons.the_clinic.asked import PAGE, Asked, asked, page
from tests.notebooks.running import read
from tests.project import ROOT


@pytest.mark.parametrize("one", asked(), ids=lambda one: one.url.rpartition("/")[2][:30])
def test_a_row_leads_to_a_heading_that_exists(one: Asked) -> None:
    (path,) = (ROOT / "notebooks").glob(f"{one.lesson:02}_*.ipynb")
    headings = [
        line.lstrip("#").strip()
        for cell in read(path).cells
        if cell.cell_type == "markdown"
        for line in cell.source.splitlines()
        if line.startswith("#")
    ]
    assert one.section in headings
    for text in (one.asks, one.decide, one.todo):
        assert text[0].isalnum()
        assert text[-1] in ".?"


def test_every_thread_is_there_once_and_the_page_is_written() -> None:
    urls = [one.url for one in asked()]
    assert len(set(urls)) == len(urls) == 37
    assert all(url.startswith("https://") for url in urls)
    written = (ROOT / "lossacc/lessons" / PAGE).read_text(encoding="utf-8")
    assert written == page()
    assert all(url in written for url in urls)
