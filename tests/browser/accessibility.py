"""What axe-core finds in everything that we show, light and dark; how far colours lie apart.

    python -m tests.browser.accessibility SITE KIT

SITE and KIT are what `lossacc site SITE` and `lossacc kit KIT` wrote. Every notebook is opened in
JupyterLab and run, with its panels and questions live. It writes `.github/ACCESSIBILITY.md`.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.axe import LESSER, SERIOUS, violations
from tests.browser.finding import chromium, flags
from tests.browser.jupyter import do, running_lab
from tests.browser.notebook import opened
from tests.figures.draw.colour_vision import SEEN, nearest, strokes_apart
from tests.project import ROOT

FILE = ROOT / ".github" / "ACCESSIBILITY.md"
SCHEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
OURS = ".jp-RenderedMarkdown, .jp-OutputArea-child"
FAMILIES = {
    "training, validation, penalty": ["training", "validation", "penalty"],
    "runs that are compared": [f"variant {n}" for n in range(1, 6)],
    "bars of the ledger": ["stayed right", "stayed wrong", "newly right", "newly wrong"],
    "boxes around a stretch": ["red box", "green box", "blue box"],
}


@dataclass(frozen=True)
class Row:
    """What was found in one thing, under one scheme.

    Parameters
    ----------
    kind, name, scheme
        "site", "slides" or "notebook"; which; "light" or "dark".
    serious
        Violations that axe calls serious or critical.
    lesser
        The rules that the others break, each with how often.
    paint
        Milliseconds to the first paint; of a page of the site alone.
    """

    kind: str
    name: str
    scheme: str
    serious: list[str]
    lesser: Counter[str]
    paint: float = 0.0


PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"


def looked(page: Page, scope: str, kind: str, name: str, scheme: str) -> Row:
    """Let axe look at a page as it stands."""
    lesser = Counter(one.split(",")[0] for one in violations(page, scope, LESSER))
    return Row(kind, name, scheme, violations(page, scope, SERIOUS), lesser)


def pages_of(browser: Browser, folder: Path) -> Iterator[Row]:
    """Look at every page of the site, without a network, and at how soon it shows something."""
    for scheme in SCHEMES:
        page = _page(browser, scheme)
        page.context.set_offline(True)
        for path in sorted(folder.glob("*.html")):
            page.goto(path.absolute().as_uri())
            page.wait_for_function(f"{PAINT} > 0")
            paint = float(page.evaluate(PAINT))
            yield replace(looked(page, "body", "site", path.stem, scheme), paint=paint)
        page.context.close()


def slides_of(browser: Browser, folder: Path) -> Iterator[Row]:
    """Go through the slides with the arrow key, and look at each."""
    for path in sorted(folder.glob("*.html")):
        for scheme in SCHEMES:
            page = _page(browser, scheme)
            page.goto(path.absolute().as_uri())
            serious: dict[str, None] = {}
            lesser: Counter[str] = Counter()
            for _ in range(page.locator("section, .fragment").count()):
                row = looked(page, "body", "slides", path.stem, scheme)
                serious |= dict.fromkeys(row.serious)
                lesser |= row.lesser
                page.keyboard.press("ArrowRight")
            yield Row("slides", path.stem, scheme, [*serious], lesser)
            page.context.close()


def notebooks() -> list[str]:
    """Every notebook, as a path below the folder."""
    folder = ROOT / "notebooks"
    found = [*folder.glob("[0-9]*.ipynb"), *folder.glob("*/[0-9]*.ipynb")]
    return sorted(path.relative_to(folder).as_posix() for path in found)


def cells_of(browser: Browser, home: Path) -> Iterator[Row]:
    """Run every notebook in JupyterLab, and look at its texts and at what its cells show."""
    folder = home / "notebooks"
    shutil.copytree(ROOT / "notebooks", folder)
    with running_lab(folder, home) as lab:
        for name in notebooks():
            with opened(browser, lab, name) as notebook:
                do(notebook.page, 900, "runAll")
                for scheme, theme in SCHEMES.items():
                    notebook.theme(theme)
                    yield looked(notebook.page, OURS, "notebook", name, scheme)


def _page(browser: Browser, scheme: Any) -> Page:
    size: Any = {"width": 1366, "height": 768}
    return browser.new_context(viewport=size, color_scheme=scheme).new_page()


def report(rows: list[Row], site: Path) -> str:
    """Write the page."""
    files = {path.name: path.stat().st_size for path in site.rglob("*") if path.is_file()}
    pages = {name: size for name, size in files.items() if name.endswith(".html")}
    largest = max(pages, key=lambda name: pages[name])
    paints = sorted(row.paint for row in rows if row.kind == "site")
    lines = [
        "# Accessibility, as measured",
        "",
        "`python -m tests.browser.accessibility SITE KIT` writes this page. axe-core looks at",
        "what we show, as it stands in a real browser: texts and outputs of every notebook in",
        "JupyterLab, with panels and questions live; every slide; every page of the site.",
        "",
        "| what | how many | serious, light | serious, dark | lesser rules that are broken |",
        "|---|---|---|---|---|",
        *(_line(kind, rows) for kind in dict.fromkeys(row.kind for row in rows)),
        "",
        *(f"- {row.name}, {row.scheme}: {one}" for row in rows for one in row.serious),
        "",
        "## The site",
        "",
        f"{len(pages)} pages; {sum(files.values()) / 1e6:.1f} MB with the recorded runs. The",
        f"largest page is `{largest}`, {pages[largest] / 1e3:.0f} kB. First paint, from the disk,",
        f"without a network: median {statistics.median(paints):.0f} ms, at most",
        f"{paints[-1]:.0f} ms, beside a load of {os.getloadavg()[0]:.0f}.",
        "",
        "## Colours",
        "",
        "The two of each family that lie nearest: CIE 1976 distance of their colours, as seen by",
        "most, by people with the three kinds of colour blindness (Machado and others 2009), and",
        "in grey, where it is the difference in lightness. From 2 or 3 on a difference is seen,",
        "from about 10 at a glance. Where colours fail, strokes tell: the last column is the share",
        "of the way on which only one of two lines has ink, at the least favourable shift.",
        "",
        f"| family | {' | '.join(SEEN)} | strokes |",
        f"|---|{'---|' * (len(SEEN) + 1)}",
        *(_colours(name, roles) for name, roles in FAMILIES.items()),
        "",
        "Bars stand in places with their names beside them, and boxes carry their name.",
    ]
    return "\n".join(lines).replace("\n\n\n", "\n\n") + "\n"


def _line(kind: str, rows: list[Row]) -> str:
    own = [row for row in rows if row.kind == kind]
    serious = [sum(len(row.serious) for row in own if row.scheme == scheme) for scheme in SCHEMES]
    lesser = sum((row.lesser for row in own), Counter[str]())
    told = ", ".join(f"{rule} ({count})" for rule, count in sorted(lesser.items())) or "none"
    return f"| {kind} | {len({row.name for row in own})} | {serious[0]} | {serious[1]} | {told} |"


def _colours(name: str, roles: list[str]) -> str:
    found = " | ".join(f"{nearest(roles, eyes)[0]:.0f}" for eyes in SEEN)
    least = min(strokes_apart(*pair) for pair in combinations(roles, 2))
    return f"| {name} | {found} | {f'{least:.0%}' if least else 'all solid'} |"


def main() -> None:
    """Look at everything, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("site", type=Path)
    parser.add_argument("kit", type=Path)
    given = parser.parse_args()
    rows: list[Row] = []
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as home:
        browser = playwright.chromium.launch(executable_path=chromium(), args=flags())
        looks = (cells_of(browser, Path(home)), slides_of(browser, given.kit),
                 pages_of(browser, given.site))  # fmt: skip
        for row in (row for look in looks for row in look):
            print(row.kind, row.name, row.scheme, len(row.serious), dict(row.lesser), flush=True)
            rows.append(row)
    FILE.write_text(report(rows, given.site), encoding="utf-8")


if __name__ == "__main__":
    main()
