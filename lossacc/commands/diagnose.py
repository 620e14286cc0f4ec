"""`lossacc diagnose`: what a saved run or a log supports, as text and as one page."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from lossacc.commands.read import add_log, curves_of

if TYPE_CHECKING:
    from lossacc.commands.arguments import Parser
    from lossacc.runs.curves import Record


def add_diagnose(commands: argparse._SubParsersAction[Parser]) -> None:
    """Add the command to the others."""
    from lossacc.checks.clinic.causes import FRAMEWORKS

    found = commands.add_parser(
        "diagnose",
        help="say what a saved run or a log supports, what it rules out, and what would decide",
        description="Read a run (.npz, from run.save) or a training's log, and say which causes "
        "its numbers support, with the measurement that tells them apart. Of a log say --classes, "
        "if you can.",
    )
    add_log(found)
    found.add_argument(
        "--framework",
        default=FRAMEWORKS[0],
        choices=FRAMEWORKS,
        help="whose code to print for what would decide (default: keras)",
    )
    found.add_argument(
        "--html", type=Path, metavar="PAGE", help="the same as one page with figures, ends in .html"
    )
    found.set_defaults(does=_diagnose)


def _diagnose(given: argparse.Namespace) -> int:
    from lossacc.checks.clinic.diagnose import diagnose

    if given.html is not None:
        _check_page(given.html)
    record = _record(given)
    found = diagnose(record, framework=given.framework)
    print(found)
    if given.html is not None:
        from lossacc.figures.diagnosis_page import page
        from lossacc.support.files import write_whole

        write_whole(given.html, page(record, found))
        print(f"\nSaved {given.html}")
    return 0


def _check_page(path: Path) -> None:
    if path.suffix.lower() != ".html":
        raise ValueError(f"got --html {str(path)!r}; expected a name that ends in .html")
    if not path.parent.is_dir():
        raise ValueError(f"got --html {str(path)!r}; there is no folder {str(path.parent)!r}")


def _record(given: argparse.Namespace) -> Record:
    """Read a saved run, or else a log."""
    from lossacc.runs.run import Run

    if not given.file.lower().endswith(".npz"):
        return curves_of(given)
    told = {
        "--classes": given.classes, "--base-rate": given.base_rate, "--run": given.run,
        "--column": " ".join(given.column) or None, "--steps": given.steps,
        "--percent": given.percent, "--decimal": given.decimal,
    }  # fmt: skip
    for name, value in told.items():
        if value is not None:
            raise ValueError(f"got {name} {value}; expected none: a saved run knows it")
    return Run.load(given.file)
