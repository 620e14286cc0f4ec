"""The commands. Each one says what went wrong in a sentence, and ends with 1 or 2 then."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lossacc.commands.arguments import (
    DATA,
    Parser,
    add_form,
    check_command,
    check_folder,
    place,
    text,
    whole,
)
from lossacc.commands.diagnose import add_diagnose
from lossacc.commands.kit.command import add_kit
from lossacc.commands.read import add_read
from lossacc.commands.site.command import add_site
from lossacc.commands.tally import add_tally
from lossacc.commands.verify import add_verify

SEED = whole(0, 2**31 - 1)

if TYPE_CHECKING:
    from lossacc.claims.experiment import Experiment


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; give its exit status.

    Parameters
    ----------
    arguments
        The words behind `lossacc`; those of the command line by default.
    """
    for stream in (sys.stdout, sys.stderr):  # a sign that a terminal lacks ends no command
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        given = _read(sys.argv[1:] if arguments is None else list(arguments))
        status: int = given.does(given)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read has gone, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except (ValueError, OSError, ModuleNotFoundError, MemoryError) as error:
        print(f"lossacc: {_sentence(error)}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("lossacc: interrupted", file=sys.stderr)
        return 130
    return status


def _sentence(error: Exception) -> str:
    """Say what is wrong; what the system says of a file gets the file's name in front."""
    if isinstance(error, MemoryError):
        return "this computer has not enough memory for it"
    if isinstance(error, OSError) and error.strerror and error.filename:
        return f"{str(error.filename)!r}: {error.strerror.lower()}"
    return str(error)


def _read(words: list[str]) -> argparse.Namespace:
    """Read the words of a command line."""
    parser = _parser()
    if words:
        check_command(words[0], parser.commands)
    given, beyond = parser.parse_known_args(words)
    if beyond and given.does is not _lab:
        parser.error(f"unrecognized arguments: {' '.join(beyond)}")
    given.beyond = beyond
    return given


def _parser() -> Parser:
    parser = Parser(
        prog="lossacc", description="Why loss and accuracy part ways when a network is trained."
    )
    parser.commands = commands = parser.add_subparsers(required=True, metavar="COMMAND")
    lab = commands.add_parser(
        "lab",
        help="open JupyterLab on the series",
        usage="lossacc lab [NOTEBOOK] [what JupyterLab takes]",
        description="Open JupyterLab on the series, at a notebook's number or name. What else is "
        "given goes to JupyterLab: lossacc lab 2 --no-browser --port 9999. `jupyter lab --help` "
        "lists it.",
        allow_abbrev=False,
    )
    lab.set_defaults(does=_lab)
    doctor = commands.add_parser("doctor", help="the day before a workshop: is this machine fit?")
    doctor.set_defaults(does=_doctor)
    listing = commands.add_parser("experiments", help="the phenomena, their knobs, arms and claims")
    listing.set_defaults(does=_experiments)
    _add_run(commands)
    _add_recipe(commands)
    add_verify(commands)
    add_read(commands)
    add_diagnose(commands)
    add_tally(commands)
    add_kit(commands)
    add_site(commands)
    return parser


def _add_run(commands: argparse._SubParsersAction[Parser]) -> None:
    run = commands.add_parser("run", help="train one experiment here; save its figure and its Run")
    run.add_argument("name", help="an experiment")
    run.add_argument("knobs", nargs="*", metavar="knob=value", help="knobs to move")
    run.add_argument("--arm", default="base", help="where to start from (default: base)")
    run.add_argument("--seed", type=SEED, default=0, help="images, weights and order (default: 0)")
    run.add_argument("--data", type=text(DATA), help=f"{DATA} (default: its own)")
    add_form(run)
    run.add_argument(
        "--out", type=place("a folder"), default=Path(), help="where to save (default: here)"
    )
    run.set_defaults(does=_run)


def _add_recipe(commands: argparse._SubParsersAction[Parser]) -> None:
    recipe = commands.add_parser(
        "recipe",
        help="train the recipe of a report, whole: hours on a GPU, days without; resumable",
        description="Train ResNet-18 by the recipe that an experiment was made of, epoch by epoch "
        "kept in a folder. The same command goes on after Ctrl+C, a kill or a power cut. "
        "At the end it saves a Run of a few MB, and its figure.",
    )
    recipe.add_argument("name", help="three-boxes: SGD .1, cut to a fifth at 60, 120 and 160")
    count = whole(1)
    recipe.add_argument(
        "--data", type=text(DATA), default="cifar10", help="a set or a folder (default: cifar10)"
    )
    recipe.add_argument("--epochs", type=count, default=200, help="the cuts move along (200)")
    recipe.add_argument("--batch-size", type=count, default=128, help="images in a step (128)")
    recipe.add_argument("--seed", type=SEED, default=0, help="weights, order and crops (0)")
    recipe.add_argument("--limit", type=count, metavar="N", help="train on N images, for a trial")
    recipe.add_argument("--width", type=count, default=64, help="channels of the first stage (64)")
    recipe.add_argument(
        "--out", type=place("a folder"), help="the folder (default: NAME-DATA, here)"
    )
    recipe.set_defaults(does=_recipe)


def _lab(given: argparse.Namespace) -> int:
    from lossacc.commands.lab import open_lab

    words = given.beyond
    if words and not words[0].startswith("-"):
        return open_lab(words[0], words[1:])
    return open_lab(None, words)


def _doctor(given: argparse.Namespace) -> int:
    from lossacc.commands.doctor import doctor

    return doctor()


def _experiments(given: argparse.Namespace) -> int:
    from lossacc import lessons

    print("\n\n".join(_described(lessons.experiment(name)) for name in lessons.names()))
    return 0


def _described(experiment: Experiment) -> str:
    """Describe an experiment in plain text."""
    lines = [f"{experiment.name}: {experiment.title}", f"  {experiment.question}", "  knobs"]
    for knob in experiment.knobs:
        values = " ".join(f"[{v}]" if v == knob.default else str(v) for v in knob.values)
        lines.append(f"    {knob.name} = {values}    {knob.means}")
    lines.append("  arms")
    lines += [f"    {arm.name}: {arm.says}" for arm in experiment.arms]
    lines.append("  claims")
    lines += [
        f"    {claim.name} ({' '.join(claim.catalogue)}): {claim.sentence}"
        for claim in experiment.claims
    ]
    return "\n".join(lines)


def _run(given: argparse.Namespace) -> int:
    from lossacc.commands.run import run

    return run(given)


def _recipe(given: argparse.Namespace) -> int:
    from lossacc.commands.recipe import follow, save
    from lossacc.commands.run import tell
    from lossacc.recipe.recipes import Plan

    asked = ("data", "epochs", "batch_size", "seed", "limit", "width")
    plan = Plan(given.name, **{name: getattr(given, name) for name in asked})
    folder = given.out or Path(plan.name)
    check_folder(folder, "--out")
    run = follow(plan, folder)
    if run is None:
        return 130
    tell(run)
    save(run, plan, folder)
    return 0
