"""`lossacc kit`: handout, poster and slides, into a folder."""

from __future__ import annotations

import argparse
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from lossacc.commands.arguments import check_folder, place
from lossacc.support.files import write_whole

if TYPE_CHECKING:
    from lossacc.commands.arguments import Parser

WORKSHOPS = "workshops"


def add_kit(commands: argparse._SubParsersAction[Parser]) -> None:
    """Add the command to the others."""
    kit = commands.add_parser(
        "kit",
        help="what an instructor prints and projects: handout, poster, slides of the workshops",
        description="Write handout.pdf, poster.pdf, and the slides of each workshop as one HTML "
        "file that needs no network. The workshops are run for it: some minutes.",
    )
    kit.add_argument("folder", type=place("a folder"), help="where to write; it is made if need be")
    kit.add_argument("--print-only", action="store_true", help="the two PDFs, without the slides")
    kit.set_defaults(does=_kit)


def _kit(given: argparse.Namespace) -> int:
    from lossacc.commands.figure import as_pdf
    from lossacc.commands.kit.pages import handout, poster

    notebooks = [] if given.print_only else _workshops()
    check_folder(given.folder, "FOLDER")
    for name, page in (("handout.pdf", handout()), ("poster.pdf", poster())):
        _write(given.folder / name, as_pdf(page))
    for notebook in notebooks:
        from lossacc.commands.kit.slides import slides

        _write(given.folder / f"{notebook.stem}.html", slides(notebook))
    return 0


def _workshops() -> list[Path]:
    """Find the workshops and what runs them; say what is missing."""
    from lossacc.commands.series import cloned_series, installed_series

    if find_spec("nbclient") is None or find_spec("nbconvert") is None:
        raise ModuleNotFoundError(
            "what runs notebooks is not installed: pip install 'lossacc[lab]'"
        )
    series = installed_series() or cloned_series()
    found = [] if series is None else sorted((series / WORKSHOPS).glob("*.ipynb"))
    if not found:
        raise OSError("the package was installed without its workshops")
    return found


def _write(path: Path, content: str | bytes) -> None:
    write_whole(path, content)
    print(f"Wrote {path}", flush=True)
