"""What the site weighs by kind, and its recorded runs, each chosen by keyboard alone."""

from __future__ import annotations

import gzip
from collections import defaultdict
from pathlib import Path

from playwright.sync_api import Locator, Page

KINDS = {".html": "pages", ".json": "evidence of every seed"}


def weights(folder: Path, files: str = "*") -> dict[str, list[tuple[int, int]]]:
    """Give the bytes of files as they are and compressed, as a server sends them, by kind."""
    found: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for path in sorted(folder.rglob(files)):
        if path.is_file():
            content = path.read_bytes()
            found[_kind(path)].append((len(content), len(gzip.compress(content))))
    return dict(found)


def _kind(path: Path) -> str:
    if path.parent.name == "panels":
        return "recorded runs"
    if path.name == "search_index.js":
        return "index of the search"
    return KINDS.get(path.suffix, "style and scripts")


def choose_every_run(page: Page) -> int:
    """Choose each variant of each panel by keys, and wait until its run is shown; count the runs.

    Raises
    ------
    AssertionError, TimeoutError
        If one is not shown, or by other keys.
    """
    return sum(_choose_all(page, panel) for panel in page.locator(".panel").all())


def _choose_all(page: Page, panel: Locator) -> int:
    names = [one.get_attribute("value") for one in panel.locator("[name=variant]").all()]
    panel.locator("[name=variant]:checked").focus()
    for _ in names:
        page.keyboard.press("ArrowRight")
        chosen = page.evaluate("document.activeElement.value")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        panel.get_by_role("status").get_by_text(f"Variant “{chosen}”").wait_for()
        run = panel.locator(".run")
        assert run.get_by_text("Found:").is_visible(), chosen
        assert run.locator("svg").count() >= 4, chosen
        assert chosen in names, chosen
        names[names.index(chosen)] = None  # each once
        page.keyboard.press("Shift+Tab")
    return len(names)
