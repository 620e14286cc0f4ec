"""`lossacc read`: what a log says, as text and as a figure."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lossacc.commands.arguments import Parser
    from lossacc.runs.curves import Curves


def add_read(commands: argparse._SubParsersAction[Parser]) -> None:
    """Add the command to the others."""
    read = commands.add_parser(
        "read",
        help="read a log that a training printed, of any framework; tell what its numbers say",
        description="Read a training's log: lines of Keras or of one's own, CSV, JSON, printed "
        "dicts, tables, event files of TensorBoard, metrics of MLflow. It shows what it "
        "understood, and asks where two readings are possible.",
    )
    add_log(read)
    read.add_argument(
        "--save", type=Path, metavar="FIGURE", help="the curves, as .png, .svg or .pdf"
    )
    read.add_argument("--plane", type=Path, metavar="FIGURE", help="loss against accuracy, too")
    read.add_argument("--examples", type=int, metavar="N", help="of the validation set")
    read.set_defaults(does=_read)


def add_log(parser: Parser) -> None:
    """Add what a command that reads a log takes."""
    parser.add_argument(
        "file", help="the log, a folder of TensorBoard's or MLflow's, or - for stdin"
    )
    parser.add_argument(
        "--classes", type=int, metavar="K", help="the number of classes: marks ln K"
    )
    parser.add_argument("--base-rate", type=float, metavar="SHARE", help="of the commonest class")
    parser.add_argument("--run", type=int, metavar="N", help="which of several runs, from 1")
    parser.add_argument(
        "--column", action="append", default=[], metavar="ROLE=NAME",
        help="which column is train_loss, train_accuracy, validation_loss, validation_accuracy, "
        "epoch or step",
    )  # fmt: skip
    parser.add_argument(
        "--steps", choices=("last", "mean", "pair"), help="of several values in an epoch"
    )
    parser.add_argument("--percent", choices=("yes", "no"), help="whether accuracies are per cent")
    parser.add_argument("--decimal", choices=(".", ","), help="what stands before the decimals")


def _read(given: argparse.Namespace) -> int:
    from lossacc.analysis.log_findings import log_findings
    from lossacc.commands.figure import check_figure

    for path in (given.save, given.plane):
        check_figure(path)
    curves = curves_of(given)
    print(curves)
    for finding in log_findings(curves, given.examples):
        print(f"\n{finding}")
    _save(curves, given.save, given.plane)
    return 0


def curves_of(given: argparse.Namespace) -> Curves:
    """Read the log that was named, with what was told of it."""
    from lossacc.runs.logs.reading import read_log

    columns = dict(_pair(text) for text in given.column)
    told: dict[str, Any] = {"run": given.run, "steps": given.steps, "decimal": given.decimal}
    told["percent"] = None if given.percent is None else given.percent == "yes"
    source = sys.stdin.buffer.read() if given.file == "-" else Path(given.file)
    curves = read_log(source, columns=columns or None, **told)
    return curves.with_marks(given.classes, given.base_rate)


def _pair(text: str) -> tuple[str, str]:
    role, equals, name = text.partition("=")
    if not equals:
        raise ValueError(f"got --column {text!r}; expected ROLE=NAME, as validation_loss=eval/nll")
    return role.strip(), name


def _save(curves: Curves, save: Path | None, plane: Path | None) -> None:
    from lossacc import figures

    for path, draw in ((save, figures.curves), (plane, figures.plane)):
        if path is not None:
            draw(curves).save(path)
            print(f"\nSaved {path}")
