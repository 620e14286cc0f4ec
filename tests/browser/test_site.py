"""The site in a browser without a network: recorded runs by keyboard, the theme, the search."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.axe import serious
from tests.browser.measured_site import choose_every_run
from tests.commands.site.small_site import NAME, small_site

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The folder of the site, opened from the disk."""
    with pytest.MonkeyPatch.context() as patch:
        return small_site(tmp_path_factory.mktemp("site"), patch).as_uri()


@pytest.fixture(params=["light", "dark"])
def reader(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A page without a network; whatever asks for one, or goes wrong, fails the test."""
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    page = context.new_page()
    page.emulate_media(color_scheme=request.param)
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda asked: _note(asked.url, wrong))
    context.set_offline(True)
    yield page
    context.close()
    assert wrong == []


def _note(url: str, wrong: list[str]) -> None:
    if not url.startswith(("file:", "data:")):
        wrong.append(f"asked for {url}")


def test_a_recorded_run_is_chosen_by_keyboard(address: str, reader: Page) -> None:
    reader.goto(f"{address}/{NAME}.html")
    panel = reader.locator(".panel").first
    assert not panel.get_by_text("still").is_visible()  # nothing is given away beforehand
    panel.get_by_label("It stays above.").focus()
    reader.keyboard.press("Space")
    reader.keyboard.press("Tab")
    assert reader.evaluate("document.activeElement.value") == "base"
    reader.keyboard.press("ArrowRight")
    assert panel.locator(".says").inner_text() == "Twice as fast."
    reader.keyboard.press("Tab")
    reader.keyboard.press("Enter")
    status = panel.get_by_role("status")
    status.get_by_text("Variant “fast”").wait_for()
    assert "You predicted “It stays above”: not this time." in status.inner_text()
    assert panel.locator(".run svg").count() >= 4
    assert panel.locator(".run").get_by_text("Found:").is_visible()
    panel.get_by_text("The numbers").focus()
    reader.keyboard.press("Enter")
    assert panel.locator(".run td").first.inner_text() == "0"
    assert serious(reader, "body") == []


def test_every_recorded_run_is_chosen_by_keyboard(address: str, reader: Page) -> None:
    reader.goto(f"{address}/{NAME}.html")
    assert choose_every_run(reader) == 6


def test_without_its_records_a_panel_says_so(address: str, reader: Page, tmp_path: Path) -> None:
    text = Path(address.removeprefix("file://"), f"{NAME}.html").read_text(encoding="utf-8")
    for name in ("site.js", "theme.js", "site.css"):
        (tmp_path / name).write_bytes(Path(address.removeprefix("file://"), name).read_bytes())
    (tmp_path / "alone.html").write_text(text, encoding="utf-8")
    reader.goto((tmp_path / "alone.html").as_uri())
    panel = reader.locator(".panel").first
    panel.get_by_role("button").click()
    panel.get_by_role("status").get_by_text("could not be read").wait_for()


def test_the_theme_is_the_systems_until_the_reader_chooses(address: str, reader: Page) -> None:
    reader.goto(f"{address}/index.html")
    ground = "getComputedStyle(document.body).backgroundColor"
    before = reader.evaluate(ground)
    reader.locator("#theme").click()
    chosen = reader.evaluate(ground)
    assert {before, chosen} == {"rgb(255, 255, 255)", "rgb(17, 17, 17)"}
    reader.goto(f"{address}/{NAME}.html")
    assert reader.evaluate(ground) == chosen


def test_the_search_finds_sections(address: str, reader: Page) -> None:
    reader.goto(f"{address}/index.html")
    reader.get_by_role("searchbox").fill("A  BOX")
    reader.keyboard.press("Enter")
    first = reader.locator("#hits a").first
    first.wait_for()
    assert first.inner_text() == "Three boxes: 1. A box"
    assert serious(reader, "body") == []
    first.click()
    assert reader.url.endswith(f"{NAME}.html#1.-A-box")


def test_the_search_shows_a_piece_of_a_section_and_cuts_no_word(address: str, reader: Page) -> None:
    reader.goto(f"{address}/search_index.js")
    index = reader.locator("pre").inner_text()
    texts = [one["text"] for one in json.loads(index.partition("(")[2].rpartition(")")[0])]
    reader.goto(f"{address}/search.html?q=temperature")
    reader.locator("#hits p").first.wait_for()
    pieces = reader.locator("#hits p").all_inner_texts()
    assert any(piece.startswith("… ") for piece in pieces)
    for piece in pieces:
        assert any(f" {piece.strip('… ')} " in f" {text} " for text in texts)


@pytest.mark.parametrize("name", ["index", "verdicts", "results", "results_07_three_boxes"])
def test_axe_finds_nothing_serious(name: str, address: str, reader: Page) -> None:
    reader.goto(f"{address}/{name}.html")
    assert serious(reader, "body") == []


@pytest.mark.parametrize("name", ["index", NAME, "verdicts"])
def test_no_page_is_wider_than_a_narrow_window(name: str, address: str, reader: Page) -> None:
    reader.set_viewport_size({"width": 400, "height": 800})
    reader.goto(f"{address}/{name}.html")
    assert reader.evaluate("document.documentElement.scrollWidth") <= 400
