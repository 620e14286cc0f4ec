"""What axe-core finds in everything that we show, light and dark; how far colours lie apart.

    python -m tests.browser.accessibility SITE KIT

SITE and KIT are what `lossacc site SITE` and `lossacc kit KIT` wrote. Every notebook is opened in
JupyterLab and run, with its panels and questions live. It writes `.github/ACCESSIBILITY.md`. What
was found is kept in `--found FILE`, line by line: after a stop it goes on from there.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.accessibility_page import SCHEMES, Row, report
from tests.browser.axe import LESSER, SERIOUS, violations
from tests.browser.finding import chromium, flags
from tests.browser.jupyter import do, running_lab
from tests.browser.measured_site import choose_every_run
from tests.browser.notebook import opened
from tests.project import ROOT

FILE = ROOT / ".github" / "ACCESSIBILITY.md"
OURS = ".jp-RenderedMarkdown, .jp-OutputArea-child"
PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"
# Of the tables of numbers, which are alike and long, one is enough.
UNFOLD = """document.querySelectorAll("details").forEach((one) => {
  one.open = !one.matches("figure *, .run *") || one === document.querySelector("figure details");
})"""
LOADED = "performance.getEntriesByType('navigation')[0].loadEventEnd"


Done = Collection[tuple[str, str, str]]  # kind, name and scheme of what was looked at before


def looked(page: Page, scope: str, kind: str, name: str, scheme: str) -> Row:
    """Let axe look at a page as it stands."""
    found = violations(page, scope, (*SERIOUS, *LESSER))
    serious = [one for one in found if one.split(": ")[0].endswith(SERIOUS)]
    lesser = Counter(one.split(",")[0] for one in found if one not in serious)
    return Row(kind, name, scheme, serious, dict(lesser))


def pages_of(browser: Browser, folder: Path, done: Done = ()) -> Iterator[Row]:
    """Look at every page of the site, without a network: unfolded, with runs shown."""
    for scheme in SCHEMES:
        page = _page(browser, scheme)
        page.context.set_offline(True)
        asked: list[str] = []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        for path in sorted(folder.glob("*.html")):
            if ("site", path.stem, scheme) not in done:
                yield _page_of_site(page, path, scheme)
        page.context.close()
        elsewhere = [url for url in asked if not url.startswith(("file:", "data:"))]
        if elsewhere:
            raise ValueError(f"the site asked for {elsewhere}")


def _page_of_site(page: Page, path: Path, scheme: str) -> Row:
    page.goto(path.absolute().as_uri())
    page.wait_for_function(f"{PAINT} > 0")
    paint, loaded = (float(page.evaluate(one)) for one in (PAINT, LOADED))
    runs = choose_every_run(page)
    page.evaluate(UNFOLD)
    row = looked(page, "body", "site", path.stem, scheme)
    return replace(row, paint=paint, loaded=loaded, runs=runs)


def slides_of(browser: Browser, folder: Path, done: Done = ()) -> Iterator[Row]:
    """Go through the slides with the arrow key, and look at each."""
    for path in sorted(folder.glob("*.html")):
        for scheme in SCHEMES:
            if ("slides", path.stem, scheme) not in done:
                page = _page(browser, scheme)
                page.goto(path.absolute().as_uri())
                yield _slides(page, path.stem, scheme)
                page.context.close()


def _slides(page: Page, name: str, scheme: str) -> Row:
    serious: dict[str, None] = {}
    lesser: Counter[str] = Counter()
    for _ in range(page.locator("section, .fragment").count()):
        row = looked(page, "body", "slides", name, scheme)
        serious |= dict.fromkeys(row.serious)
        lesser |= Counter(row.lesser)
        page.keyboard.press("ArrowRight")
    return Row("slides", name, scheme, [*serious], dict(lesser))


def notebooks() -> list[str]:
    """Every notebook, as a path below the folder."""
    folder = ROOT / "notebooks"
    found = [*folder.glob("[0-9]*.ipynb"), *folder.glob("*/[0-9]*.ipynb")]
    return sorted(path.relative_to(folder).as_posix() for path in found)


def cells_of(browser: Browser, home: Path, done: Done = ()) -> Iterator[Row]:
    """Run every notebook in JupyterLab, and look at its texts and at what its cells show."""
    folder = home / "notebooks"
    shutil.copytree(ROOT / "notebooks", folder)
    with running_lab(folder, home) as lab:
        for name in notebooks():
            if ("notebook", name, "dark") in done:
                continue
            with opened(browser, lab, name) as notebook:
                do(notebook.page, 900, "runAll")
                _show_all(notebook.page)
                for scheme in SCHEMES:
                    notebook.theme(f"JupyterLab {scheme.title()}")
                    yield looked(notebook.page, OURS, "notebook", name, scheme)


def _show_all(page: Page) -> None:
    """Make the window as high as the notebook: axe passes over what is scrolled out of sight."""
    high = page.evaluate("document.querySelector('.jp-WindowedPanel-inner').scrollHeight")
    page.set_viewport_size({"width": 1366, "height": int(high) + 400})


def _page(browser: Browser, scheme: Any) -> Page:
    size: Any = {"width": 1366, "height": 768}
    return browser.new_context(viewport=size, color_scheme=scheme).new_page()


def kept(file: Path | None) -> list[Row]:
    """Read what was found before a stop."""
    if file is None or not file.exists():
        return []
    lines = file.read_text(encoding="utf-8").splitlines()
    rows = {(row.kind, row.name, row.scheme): row for row in (Row(**json.loads(x)) for x in lines)}
    return [*rows.values()]


def main() -> None:
    """Look at everything, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("site", type=Path)
    parser.add_argument("kit", type=Path)
    parser.add_argument("--found", type=Path, help="keeps what was found, and goes on from there")
    parser.add_argument("--write", action="store_true", help="look no further, write the page")
    given = parser.parse_args()
    rows = kept(given.found)
    if not given.write:
        rows += _look(given, {(row.kind, row.name, row.scheme) for row in rows})
    FILE.write_text(report(rows, given.site, notebooks()), encoding="utf-8")


def _look(given: argparse.Namespace, done: Done) -> list[Row]:
    """Look at what is not done, and keep what is found."""
    rows = []
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as home:
        browser = playwright.chromium.launch(executable_path=chromium(), args=flags())
        looks = (pages_of(browser, given.site, done), slides_of(browser, given.kit, done),
                 cells_of(browser, Path(home), done))  # fmt: skip
        for row in (row for look in looks for row in look):
            print(row.kind, row.name, row.scheme, len(row.serious), row.lesser, flush=True)
            rows.append(row)
            if given.found is not None:
                with given.found.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(asdict(row), ensure_ascii=False) + "\n")
    return rows


if __name__ == "__main__":
    main()
