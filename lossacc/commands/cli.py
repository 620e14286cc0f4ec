"""The commands. Each one says what went wrong in a sentence, and ends with 1 or 2 then."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lossacc.commands.read import add_read
from lossacc.commands.verify import add_verify

if TYPE_CHECKING:
    from lossacc.claims.experiment import Experiment
    from lossacc.data import Examples
    from lossacc.runs.run import Run


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; give its exit status.

    Parameters
    ----------
    arguments
        The words behind `lossacc`; those of the command line by default.
    """
    parser = _parser()
    given, beyond = parser.parse_known_args(arguments)
    if beyond and given.does is not _lab:
        parser.error(f"unrecognized arguments: {' '.join(beyond)}")
    given.beyond = beyond
    try:
        status: int = given.does(given)
    except (ValueError, OSError, ModuleNotFoundError) as error:
        print(f"lossacc: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("lossacc: interrupted", file=sys.stderr)
        return 130
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="lossacc", description="Why loss and accuracy part ways when a network is trained."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
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
    return parser


def _add_run(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    run = commands.add_parser("run", help="train one experiment here; save its figure and its Run")
    run.add_argument("name", help="an experiment")
    run.add_argument("knobs", nargs="*", metavar="knob=value", help="knobs to move")
    run.add_argument("--arm", default="base", help="where to start from (default: base)")
    run.add_argument("--seed", type=int, default=0, help="images, weights and order (default: 0)")
    run.add_argument("--data", help="a data set, or a folder of folders (default: its own)")
    run.add_argument("--out", type=Path, default=Path(), help="where to save (default: here)")
    run.set_defaults(does=_run)


def _add_recipe(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    recipe = commands.add_parser(
        "recipe",
        help="train the recipe of a report, whole: hours on a GPU, days without; resumable",
        description="Train ResNet-18 by the recipe that an experiment was made of, epoch by epoch "
        "kept in a folder. The same command goes on after Ctrl+C, a kill or a power cut. "
        "At the end it saves a Run of a few MB, and its figure.",
    )
    recipe.add_argument("name", help="three-boxes: SGD .1, cut to a fifth at 60, 120 and 160")
    recipe.add_argument("--data", default="cifar10", help="a set or a folder (default: cifar10)")
    recipe.add_argument("--epochs", type=int, default=200, help="the cuts move along (200)")
    recipe.add_argument("--batch-size", type=int, default=128, help="images in a step (128)")
    recipe.add_argument("--seed", type=int, default=0, help="weights, order and crops (0)")
    recipe.add_argument("--limit", type=int, metavar="N", help="train on N images, for a trial")
    recipe.add_argument("--width", type=int, default=64, help="channels of the first stage (64)")
    recipe.add_argument("--out", type=Path, help="the folder (default: NAME-DATA, here)")
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
    from lossacc import lessons
    from lossacc.claims.measure import images

    experiment = lessons.experiment(given.name)
    knobs: dict[str, Any] = dict(_knob(text) for text in given.knobs)
    data = None if given.data is None else images(given.data)
    run = _trained(experiment, given.arm, given.seed, data, knobs)
    _tell(run)
    _judge(experiment, given.arm, run, moved=bool(knobs))
    _save(run, given.out)
    return 0


def _trained(
    experiment: Experiment, arm: str, seed: int, data: Examples | None, knobs: dict[str, Any]
) -> Run:
    """Train with a bar that shows how long it will take yet."""
    from lossacc.claims.experiment import Hooks
    from lossacc.commands.progress import on_terminal, progress

    epochs = experiment.settings(arm, **knobs).get("epochs")
    with progress("epochs") as tell:

        def on_epoch(run: Run) -> None:
            tell(int(run.epochs[-1]), None if epochs is None else int(epochs))

        # Without a terminal there is no bar, and no run is made of every epoch for it.
        hooks = Hooks(on_epoch=on_epoch) if on_terminal() else None
        return experiment.run(arm, seed=seed, data=data, hooks=hooks, **knobs)


def _recipe(given: argparse.Namespace) -> int:
    from lossacc.commands.recipe import follow, save
    from lossacc.recipe.recipes import Plan

    asked = ("data", "epochs", "batch_size", "seed", "limit", "width")
    plan = Plan(given.name, **{name: getattr(given, name) for name in asked})
    folder = given.out or Path(plan.name)
    run = follow(plan, folder)
    if run is None:
        return 130
    _tell(run)
    save(run, plan, folder)
    return 0


def _knob(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise ValueError(f"got {text!r}; expected knob=value")
    return name, value


def _tell(run: Run) -> None:
    """Print the ledger from the epoch of the lowest loss, or from the start."""
    from lossacc.analysis.ledger import ledger

    on = run.sets[-1]
    lowest = int(run.scores(on).loss.argmin())
    first = lowest if lowest < len(run.epochs) - 1 else 0
    print(f"{on} examples, from {run.unit} {run.epochs[first]} to {run.epochs[-1]}")
    print(ledger(run, int(run.epochs[first]), int(run.epochs[-1]), on=on))


def _judge(experiment: Experiment, arm: str, run: Run, *, moved: bool) -> None:
    """Print the verdicts of the claims that speak of this run alone."""
    from lossacc import lessons

    if moved:
        print("\nNo claim covers these knob settings.")
        return
    for claim in experiment.claims:
        if claim.reads == (arm,):
            print(f"\n{lessons.verdict(f'{experiment.name}/{claim.name}', {arm: run})}")


def _save(run: Run, folder: Path) -> None:
    """Save the figure and the run side by side."""
    from lossacc.figures import curves

    folder.mkdir(parents=True, exist_ok=True)
    told = run.settings
    stem = f"{told['experiment']}-{told['arm']}-{told['seed']}".replace(" ", "-").replace(",", "")
    path = run.save(folder / f"{stem}.npz")
    figure = path.with_suffix(".png")
    curves(run).figure().savefig(figure)
    print(f"\nSaved {path} and {figure}")
