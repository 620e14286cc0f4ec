"""Pictures of the panels, to be looked at: `python -m tests.browser.shots [EXPERIMENT ...]`.

Before, during and after a run, and with a variant beside the base; light and dark; on a laptop, on
a wide screen and in a narrow pane. They are written to `--folder`.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from lossacc.lab.featured import featured
from lossacc.lessons import experiment as load
from lossacc.lessons import names
from tests.browser.finding import chromium, flags
from tests.browser.jupyter import Lab, running_lab
from tests.browser.kernels import CURRENT
from tests.browser.notebook import opened, write
from tests.browser.panel import Panel, panel_in

SIZES = {"laptop": (1366, 768), "wide": (1920, 1080), "narrow": (790, 900)}
FILES = ("laptop",)  # where the file browser stays open
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
SHOW = "from lossacc.lab import Lab\nlab = Lab({!r})\nlab"


def shoot(panel: Panel, folder: Path, stem: str) -> None:
    """Write what is in sight, and the whole panel, for which the window is made taller."""
    page = panel.notebook.page
    size = page.viewport_size
    assert size is not None
    panel.root.evaluate("root => root.scrollIntoView()")
    page.screenshot(path=folder / f"{stem}.png")
    page.set_viewport_size({"width": size["width"], "height": 2600})
    panel.root.screenshot(path=folder / f"{stem}-panel.png")
    page.set_viewport_size(size)


def visit(browser: Browser, lab: Lab, name: str, size: str, theme: str, folder: Path) -> None:
    """Take the pictures of one experiment, in one size and one theme."""
    write(lab.folder / "shots.ipynb", CURRENT, SHOW.format(name))
    width, height = SIZES[size]
    viewport = {"width": width, "height": height}
    stem = f"{name}-{size}-{theme}"
    with opened(browser, lab, "shots.ipynb", viewport=viewport) as notebook:
        notebook.theme(THEMES[theme])
        if size not in FILES:
            notebook.command("application:toggle-left-area")
        notebook.run(0)
        panel = panel_in(notebook, "lab", 0)
        draws = panel.button("Draw your curve")
        notebook.wait_until(draws.is_enabled, 60, "the axes are known")
        shoot(panel, folder, f"{stem}-1-before")
        panel.button("Run").click()
        notebook.wait_until(lambda: panel.drawn() == 1, 60, "a first picture")
        notebook.page.wait_for_timeout(500)
        shoot(panel, folder, f"{stem}-2-during")
        panel.wait_for_end(60)
        shoot(panel, folder, f"{stem}-3-after")
        panel.choose(featured(load(name)).variants[1])
        panel.button("Run").click()
        notebook.wait_until(lambda: panel.runs() == 2, 60, "the variant has run")
        panel.wait_for_end(60)
        shoot(panel, folder, f"{stem}-4-variant")
        for faults in notebook.faults():
            print(f"{stem}: {faults}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("experiment", nargs="*")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "shots")
    parser.add_argument("--size", nargs="*", default=list(SIZES), choices=SIZES)
    parser.add_argument("--theme", nargs="*", default=list(THEMES), choices=THEMES)
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    home = Path(tempfile.mkdtemp(prefix="lossacc-shots-"))
    served = home / "notebooks"
    served.mkdir()
    write(served / "shots.ipynb", CURRENT, "")
    with sync_playwright() as playwright, running_lab(served, home) as lab:
        browser = playwright.chromium.launch(executable_path=chromium(), args=flags())
        for name in args.experiment or names():
            for size in args.size:
                for theme in args.theme:
                    print(load(name).title, size, theme, flush=True)
                    visit(browser, lab, name, size, theme, args.folder)


if __name__ == "__main__":
    main()
