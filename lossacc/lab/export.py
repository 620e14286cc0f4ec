"""Runs of a panel as one figure with its caption, and as files."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path

from lossacc import figures
from lossacc.claims.experiment import Experiment
from lossacc.figures.draw import Picture
from lossacc.figures.words import ROLE, main_set
from lossacc.lab.run_history import HistoryEntry, RunHistory
from lossacc.lab.run_names import names_of
from lossacc.lab.task import arm_of, differing
from lossacc.runs.run import Run
from lossacc.support.validate import quoted

_FIGURES = (".png", ".svg")
_STEM = re.compile(r"[^\W_][\w .,()#=-]{0,79}")


def comparison(experiment: Experiment, history: RunHistory, numbers: Sequence[int]) -> Picture:
    """Compare runs by their numbers: loss and accuracy of each, and a caption that tells them."""
    names = names_of(experiment, history)
    runs = {names[number]: history.run(number) for number in numbers}
    first = next(iter(runs.values()))
    told = settings_told(experiment, history, numbers)
    return captioned(figures.compare(runs), experiment, first, told)


def captioned(picture: Picture, experiment: Experiment, run: Run, told: str) -> Picture:
    """Write below a picture of a run what it is of, and what is told of its lines."""
    of = ROLE[main_set(run, None)]
    lead = f"{experiment.title}. Loss and accuracy on the {of} set over the {run.unit}s."
    return replace(picture, caption=f"{lead} {told}")


def settings_told(experiment: Experiment, history: RunHistory, numbers: Sequence[int]) -> str:
    """Say of each run, by its name, with what it was trained."""
    names, entries = names_of(experiment, history), history.entries
    return " ".join(
        f"{names[number]}: {_trained(experiment, entries[number - 1], names[number])}."
        for number in numbers
    )


def _trained(experiment: Experiment, entry: HistoryEntry, name: str) -> str:
    """Say what was trained: "seed 1", "as “clipped”, seed 1", "as “base” but clip 0.1, seed 1"."""
    moved = differing(experiment, entry.knobs, experiment.settings())
    arm = arm_of(experiment, entry.knobs)
    words = f"as “{arm.name}”, " if arm else "as “base” but "
    words += "" if arm else "".join(f"{knob} {entry.knobs[knob]}, " for knob in moved)
    words = "" if arm and arm.name == name else words
    last = f"{entry.outline.unit} {entry.outline.epochs[-1]}"
    return f"{words}seed {entry.seed}" + ("" if entry.whole else f", stopped at {last}")


def save_figure(picture: Picture, folder: Path, stem: str) -> list[Path]:
    """Write a picture as PNG and as SVG, under a name that no such file has; give both paths.

    Raises
    ------
    OSError
        If they cannot be written.
    ValueError
        If no file can have that name.
    """
    return [picture.save(path) for path in _free(folder, _checked_stem(stem), _FIGURES)]


def save_runs(runs: Mapping[str, Run], folder: Path, stem: str) -> list[Path]:
    """Write each run as a file of its own, with its name in its settings; give the paths.

    Raises
    ------
    OSError
        If one cannot be written.
    ValueError
        If no file can have that name.
    """
    stem = _checked_stem(stem)
    return [_saved(run, name, folder, stem) for name, run in runs.items()]


def _saved(run: Run, name: str, folder: Path, stem: str) -> Path:
    plain = re.sub(r"[^\w.=-]+", "-", name).strip("-.")
    ending = run.file_name("")
    (path,) = _free(folder, f"{stem}-{plain}" if plain else stem, [ending])
    return run.with_settings(name=name).save(path)


def _checked_stem(stem: str) -> str:
    """Give the name of a file without its ending."""
    written = re.sub(r"\.(png|svg|npz)$", "", stem.strip(), flags=re.IGNORECASE)
    if not _STEM.fullmatch(written):
        raise ValueError(
            f"the file name is {quoted(stem)}; expected letters, digits, spaces, - and _, "
            "80 at most, a letter or digit first."
        )
    return written


def _free(folder: Path, stem: str, endings: Sequence[str]) -> list[Path]:
    """Give paths that differ in their endings alone, and at which there is nothing yet."""
    stems = (stem if n == 1 else f"{stem}-{n}" for n in count(1))
    tried = ([folder / f"{one}{ending}" for ending in endings] for one in stems)
    return next(paths for paths in tried if not any(map(os.path.lexists, paths)))
