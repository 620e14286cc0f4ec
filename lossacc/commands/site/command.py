"""`lossacc site`: the series to read without a kernel, into a folder."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from lossacc.commands.arguments import check_folder, folder_to_keep, place

if TYPE_CHECKING:
    from lossacc.commands.arguments import Parser
    from lossacc.commands.site.build import Step

NEEDED = ("nbclient", "nbconvert", "bs4", "jinja2")


def add_site(commands: argparse._SubParsersAction[Parser]) -> None:
    """Add the command to the others."""
    site = commands.add_parser(
        "site",
        help="the series as a folder of pages to read, which need no kernel and no network",
        description="Execute the notebooks and train the variants of their panels, and write the "
        "series as pages to read: open FOLDER/index.html, or put the folder on any static host. "
        "The first time takes some ten minutes; what was made once is kept on this computer.",
    )
    site.add_argument("folder", type=place("a folder"), help="where to write; made if need be")
    site.set_defaults(does=_site)


def _site(given: argparse.Namespace) -> int:
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        raise ModuleNotFoundError(
            f"{' and '.join(missing)} is missing: pip install 'lossacc[cpu,site]'"
        )
    notebooks = _series()
    check_folder(given.folder, "FOLDER")
    from lossacc.commands.site.kept import user_folder

    kept_in = folder_to_keep(user_folder(), "what is made")
    made: dict[str, Step] = {}
    try:
        _build(notebooks, given.folder, kept_in, made)
    except KeyboardInterrupt:
        print(f"lossacc: {_interrupted(made, kept_in)}", file=sys.stderr)
        return 130
    pages = len(list(given.folder.glob("*.html")))
    print(f"Wrote {pages} pages: open {given.folder / 'index.html'}", flush=True)
    return 0


def _build(
    notebooks: Sequence[Path], folder: Path, kept_in: Path | None, made: dict[str, Step]
) -> None:
    """Write the site, print each step, and note the last one of each kind."""
    from lossacc.commands.site.build import build

    def say(step: Step) -> None:
        made[step.kind] = step
        if step.words:
            print(step.words, flush=True)

    build(notebooks, folder, kept_in, say)


def _interrupted(made: Mapping[str, Step], kept_in: Path | None) -> str:
    """Say how far it was, and what the same command will do."""
    if not made:
        return "interrupted; nothing is made yet"
    counts = " and ".join(f"{one.done} of {one.of} {kind}" for kind, one in made.items())
    if kept_in is None:
        return f"interrupted; {counts} were made, and nothing is kept"
    return f"interrupted; {counts} are made and kept, and the same command goes on from there"


def _series() -> list[Path]:
    """Find the notebooks of the series."""
    from lossacc.commands.series import SERIES, cloned_series, installed_series

    folder = installed_series() or cloned_series()
    if folder is None:
        raise OSError("the package was installed without its notebooks")
    return sorted(folder.glob(SERIES))
