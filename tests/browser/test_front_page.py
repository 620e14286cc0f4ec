"""The pictures of README can be made anew, by the command that made them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser

from tests.browser import front_page
from tests.browser.jupyter import Lab
from tests.browser.shots import THEMES
from tests.project import ROOT

KEPT = ROOT / ".github" / "images"

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("theme", THEMES)
def test_the_panel_is_taken_as_it_is_kept(
    theme: str, browser: Browser, lab: Lab, tmp_path: Path
) -> None:
    front_page.take(browser, lab, theme, tmp_path)
    made, kept = tmp_path / f"panel-{theme}.png", KEPT / f"panel-{theme}.png"
    assert made.stat().st_size < 150_000
    with Image.open(made) as new, Image.open(kept) as old:
        assert new.size == old.size


def test_the_ledger_says_what_the_kept_one_says(tmp_path: Path) -> None:
    front_page.ledgers(tmp_path)
    for theme in THEMES:
        name = f"ledger-{theme}.svg"
        assert words_of(tmp_path / name) == words_of(KEPT / name)


def words_of(picture: Path) -> list[str]:
    """The names of the bars and axes; the numbers, and the title, differ between machines."""
    texts = re.findall(r"<text[^>]*>(.*?)</text>", picture.read_text("utf-8"), flags=re.S)
    plain = (re.sub(r"<[^>]*>", "", text) for text in texts)
    return [text for text in plain if not re.search(r"\d|Loss|from their", text)]
