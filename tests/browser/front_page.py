"""The pictures of README, light and dark: `python -m tests.browser.front_page`.

A panel after a run, in JupyterLab, and the ledger of that run: each from a training that is made
for it. They are written to `.github/images`, or to `--folder`.
"""

from __future__ import annotations

import argparse
import io
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from lossacc import experiment, figures, ledger
from tests.browser.finding import chromium, flags
from tests.browser.jupyter import Lab, running_lab
from tests.browser.kernels import CURRENT
from tests.browser.notebook import opened, write
from tests.browser.panel import Panel, panel_in
from tests.browser.shots import THEMES
from tests.project import ROOT

EXPERIMENT = "sure-and-wrong"
NOTEBOOK = "sure_and_wrong.ipynb"
SHOW = f'from lossacc.lab import Lab\n\nlab = Lab("{EXPERIMENT}")\nlab'
PREDICTION = "Loss up, accuracy down"
WINDOW = {"width": 1240, "height": 888}
SHARP = 1.5  # pixels of the file for one of the window: as wide as a page of the repository
COLOURS = 96  # enough for the letters' edges


def ledgers(folder: Path) -> None:
    """Draw who paid for the rise of the loss, from its lowest point to the end."""
    run = experiment(EXPERIMENT).run(seed=1)
    lowest = int(run.epochs[run.validation.loss.argmin()])
    picture = figures.ledger_picture(ledger(run, lowest, -1, on="validation"))
    for theme in THEMES:
        text = picture.svg(dark=theme == "dark")
        (folder / f"ledger-{theme}.svg").write_text(text + "\n", encoding="utf-8")


def take(browser: Browser, lab: Lab, theme: str, folder: Path) -> None:
    """Take the picture of JupyterLab with the panel after a prediction and a run."""
    write(lab.folder / NOTEBOOK, CURRENT, SHOW)
    with opened(browser, lab, NOTEBOOK, viewport=WINDOW, device_scale_factor=SHARP) as notebook:
        notebook.theme(THEMES[theme])
        notebook.command("application:toggle-left-area")
        notebook.run(0)
        shown = panel_in(notebook, "lab", 0)
        predict_and_run(shown)
        notebook.page.mouse.move(0, 0)
        notebook.cell(0).scroll_into_view_if_needed()
        image = notebook.page.screenshot()
        assert notebook.faults() == []
    small(image).save(folder / f"panel-{theme}.png", optimize=True)


def predict_and_run(panel: Panel) -> None:
    """Predict what most people would, and train."""
    panel.part("prediction").get_by_label(PREDICTION, exact=True).check()
    panel.run(seconds=120)


def small(png: bytes) -> Image.Image:
    """Give an image with few colours, which takes a fraction of the space."""
    with Image.open(io.BytesIO(png)) as image:
        return image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=ROOT / ".github" / "images")
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    ledgers(folder)
    home = Path(tempfile.mkdtemp(prefix="lossacc-front-page-"))
    served = home / "notebooks"
    served.mkdir()
    write(served / NOTEBOOK, CURRENT, SHOW)  # one notebook at least must be there
    with sync_playwright() as playwright, running_lab(served, home) as lab:
        browser = playwright.chromium.launch(executable_path=chromium(), args=flags())
        for theme in THEMES:
            take(browser, lab, theme, folder)


if __name__ == "__main__":
    main()
