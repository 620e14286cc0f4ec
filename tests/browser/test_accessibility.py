"""The report on accessibility: it looks at pages and slides, and says what it finds."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from lossacc.commands.kit import slides as kit
from tests.browser.accessibility import kept, pages_of, slides_of
from tests.browser.accessibility_page import Row, report

LINK = "link-in-text-block, serious: x"
CODE = 'color-contrast, serious: z: <span class="\u037c11"># words</span>'
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
    assert all(row.paint > 0 and row.loaded > 0 for row in found)
    done = {(row.kind, row.name, row.scheme) for row in found[:3]}
    assert [row.name for row in pages_of(browser, tmp_path, done)] == ["poor"]
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
    (tmp_path / "panels").mkdir()
    for name, size in {"index.html": 1000, "a.html": 2000, "panels/x.js": 30_000}.items():
        (tmp_path / name).write_bytes(b"x" * size)
    rows = [
        Row("site", "a", "light", ["rule, serious: words"], {"region": 2}, 10.0, 40.0, 3),
        Row("site", "a", "dark", [], {"region": 1}, paint=30.0, loaded=20.0, runs=3),
        Row("site", "index", "light", [], paint=20.0, loaded=25.0, runs=4),
        Row(
            "notebook", "n", "light", ["link-in-text-block, serious: x", "other, serious: y", CODE]
        ),
    ]
    text = report(rows, tmp_path, ["n", "m"])
    assert "| site | 2 | 1 | 0 | region (3) |" in text
    assert "- a, light: rule, serious: words" in text
    assert "| notebook | 1 | 1 | 0 | none |" in text
    assert "Not counted: 2 places" in text
    assert "Not looked at yet: m\n" in text
    assert "Not looked at yet" not in report(rows, tmp_path, ["n"])
    assert "| recorded runs | 1 | 0.03 | 0.00 |" in text
    assert "| together | 3 | 0.03 | 0.00 |" in text
    assert "| `a.html` | 2 | 0 | 30 ms | 40 ms |" in text
    assert "| `index.html` | 1 | 0 | 20 ms | 25 ms |" in text
    assert text.count(".html`") == 2
    assert "\n7 times, " in text
    assert "20 ms at the median and 30 ms at most" in text
    assert "| runs that are compared | 34 | 22 | 22 | 20 | 1 | 30% |" in text


def test_what_was_found_is_kept_line_by_line(tmp_path: Path) -> None:
    assert kept(None) == kept(tmp_path / "none") == []
    row = Row("site", "a", "light", ["x"], {"region": 2}, 10.0)
    (tmp_path / "found").write_text(json.dumps(asdict(row)) + "\n", encoding="utf-8")
    assert kept(tmp_path / "found") == [row]
