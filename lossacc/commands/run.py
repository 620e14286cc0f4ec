"""`lossacc run`: train one experiment here, judge it, save its figure and its run."""

from __future__ import annotations

import argparse
import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from lossacc import lessons
from lossacc.analysis.ledger import ledger
from lossacc.claims.experiment import Experiment, Hooks
from lossacc.claims.task import check_form, formed, images, suited
from lossacc.commands.arguments import check_folder
from lossacc.commands.figure import save_figure
from lossacc.commands.progress import progress
from lossacc.data import Examples
from lossacc.runs.run import Run
from lossacc.support.names import named
from lossacc.training.train import TrainingError

_OPTIONS = ("seed", "data", "size", "channels", "arm", "out")
_NO_NAME = re.compile(r"[^\w.=]+")  # what is not wanted in the name of a file


def run(given: argparse.Namespace) -> int:
    """Train, tell, judge and save; give the exit status."""
    experiment = lessons.experiment(given.name)
    form = (given.size, given.channels)
    check_form(given.data, *form)
    if given.data is not None:
        experiment = suited(experiment, given.data, *form)
    knobs = _knobs(experiment, given.knobs)
    settings = experiment.settings(given.arm, **knobs)
    data = None if given.data is None else _images(experiment, given.data, form)
    check_folder(given.out, "--out")
    latest: list[Run] = []
    try:
        done = _trained(experiment, given, data, knobs, latest)
    except (KeyboardInterrupt, TrainingError) as cut:
        told = {"experiment": experiment.name, "arm": given.arm, "seed": given.seed}
        source = experiment.data if data is None else data.source
        _save_stopped(latest, given.out, {**told, "data": source, "knobs": settings})
        if isinstance(cut, KeyboardInterrupt):
            raise
        print(f"lossacc: {str(cut).splitlines()[0]}", file=sys.stderr)
        return 1
    saved = _save(done, given.out)  # before all else: an interrupt from here on costs nothing
    try:
        tell(done)
        _judge(experiment, given.arm, done, moved=bool(knobs))
    finally:
        print(f"\nSaved {saved}")
    return 0


def _images(experiment: Experiment, data: str, form: tuple[int | None, int | None]) -> Examples:
    """Load what `--data` names; what its images were made by hand stands in the run."""
    found = images(experiment, data)
    return replace(found, source=formed(found.source, *form))


def _knobs(experiment: Experiment, texts: list[str]) -> dict[str, Any]:
    """Read knob=value, each knob once."""
    knobs: dict[str, Any] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals:
            raise ValueError(f"got {text!r}; expected knob=value")
        if name in _OPTIONS:
            raise ValueError(f"got {text!r}, which is no knob; expected --{name} {value}")
        if name in knobs:
            raise ValueError(f"got {name}={knobs[name]} and {text}; expected each knob once")
        named("knob", name, {knob.name: knob for knob in experiment.knobs})
        knobs[name] = value
    return knobs


def _trained(
    experiment: Experiment,
    given: argparse.Namespace,
    data: Examples | None,
    knobs: dict[str, Any],
    latest: list[Run],
) -> Run:
    """Train with a bar that shows how long it will take yet; hold the run so far in `latest`."""
    epochs = experiment.settings(given.arm, **knobs).get("epochs")
    with progress("epochs") as bar:

        def on_epoch(run: Run) -> None:
            latest[:] = [run]
            bar(int(run.epochs[-1]), None if epochs is None else int(epochs))

        hooks = Hooks(on_epoch=on_epoch)
        return experiment.run(given.arm, seed=given.seed, data=data, hooks=hooks, **knobs)


def tell(run: Run) -> None:
    """Print the ledger from the epoch of the lowest loss, or from the start."""
    on = run.sets[-1]
    lowest = int(run.scores(on).loss.argmin())
    first = lowest if lowest < len(run.epochs) - 1 else 0
    print(f"{on} examples, from {run.unit} {run.epochs[first]} to {run.epochs[-1]}")
    print(ledger(run, int(run.epochs[first]), int(run.epochs[-1]), on=on))


def _judge(experiment: Experiment, arm: str, run: Run, *, moved: bool) -> None:
    """Print the verdicts of the claims that speak of this run alone."""
    if moved:
        print("\nNo claim covers these knob settings.")
        return
    for claim in experiment.claims:
        if claim.reads == (arm,):
            print(f"\n{lessons.verdict(f'{experiment.name}/{claim.name}', {arm: run})}")


def _save(run: Run, folder: Path) -> str:
    """Save the run and its figure side by side, and say where."""
    path = run.save(folder / run.file_name(_stem(run)))
    return f"{path} and {save_figure(run, path)}"


def _save_stopped(latest: list[Run], folder: Path, told: dict[str, Any]) -> None:
    """Save what there is of a run that ended before its last epoch, under a name that says so."""
    if not latest:
        return
    stopped = f"stopped after {latest[0].unit} {latest[0].epochs[-1]}"
    run = latest[0].with_settings(**told, stopped=stopped)
    path = run.save(folder / run.file_name(_stem(run)))
    print(f"lossacc: {stopped}; what there is, is in {path}", file=sys.stderr)


def _stem(run: Run) -> str:
    """Name a run by all that makes it another one, so that none takes the place of another."""
    told = run.settings
    experiment = lessons.experiment(told["experiment"])
    plain = experiment.settings(told["arm"])
    moved = [f"{name}={value}" for name, value in told["knobs"].items() if value != plain.get(name)]
    other = [] if told["data"] == experiment.data else [str(told["data"])[:40]]
    parts = [experiment.name, told["arm"], str(told["seed"]), *moved, *other]
    return _NO_NAME.sub("-", "-".join(parts)).strip("-")
