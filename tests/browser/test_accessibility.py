"""The report on accessibility: it looks at pages and slides, and says what it finds."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from lossacc.commands.kit import slides as kit
from tests.browser.accessibility import Row, pages_of, report, slides_of

FAULTY = '<!DOCTYPE html><html lang="en"><title>a</title><main><h1>A</h1>{}</main></html>'


@pytest.mark.browser
def test_it_looks_at_every_page_and_every_slide(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "good.html").write_text(FAULTY.format("<p>Words.</p>"), encoding="utf-8")
    (tmp_path / "poor.html").write_text(FAULTY.format("<button></button>"), encoding="utf-8")
    found = [*pages_of(browser, tmp_path)]
    assert [(row.name, row.scheme) for row in found] == [
        ("good", "light"), ("poor", "light"), ("good", "dark"), ("poor", "dark"),
    ]  # fmt: skip
    assert [[one.split(",")[0] for one in row.serious] for row in found[:2]] == [
        [], ["button-name"],
    ]  # fmt: skip
    assert all(row.paint > 0 for row in found)
    slide = (
        '<section>one</section><section>two<div class="fragment"><a href="x"></a></div></section>'
    )
    page = kit.files(kit.__package__).joinpath("slides.html").read_text(encoding="utf-8")
    talk = tmp_path / "talk"
    talk.mkdir()
    page = page.replace("{title}", "A talk").replace("{sections}", slide)
    (talk / "talk.html").write_text(page, encoding="utf-8")
    for row in slides_of(browser, talk):
        assert [one.split(",")[0] for one in row.serious] == ["link-name"], "on the last key"


def test_the_report_counts_by_kind_and_scheme(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(b"x" * 2000)
    rows = [
        Row("site", "a", "light", ["rule, serious: words"], Counter(region=2), paint=10.0),
        Row("site", "a", "dark", [], Counter(region=1), paint=30.0),
    ]
    text = report(rows, tmp_path)
    assert "| site | 1 | 1 | 0 | region (3) |" in text
    assert "- a, light: rule, serious: words" in text
    assert "`a.html`, 2 kB" in text
    assert "median 20 ms, at most\n30 ms" in text
    assert "| runs that are compared | 34 | 22 | 22 | 20 | 1 | 30% |" in text
