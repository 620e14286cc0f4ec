"""What the pictures of a panel show at one moment, and what runs are called in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lossacc.claims.experiment import Arm, Experiment, Settings
from lossacc.data import Examples
from lossacc.lab.run_history import Entry, Outline
from lossacc.runs.run import Run
from lossacc.support.types import Seed

MOST_EARLIER = 4
_LONGEST = 18  # letters of a name that stands at the end of a curve


@dataclass(frozen=True, eq=False)
class Faint:
    """A faint line: what stands at its end, its full name, and its curves."""

    label: str
    name: str
    outline: Outline

    @property
    def told(self) -> str:
        """What a caption calls it."""
        return self.name if self.name == self.label else f"{self.label} ({self.name})"


@dataclass(frozen=True)
class Task:
    """One training: every knob's value, and the seed."""

    knobs: Settings
    seed: Seed


@dataclass(frozen=True, eq=False)
class Scene:
    """What the pictures show.

    Parameters
    ----------
    number
        Of the run drawn in full, counted from 1.
    task
        What it was asked to do.
    asked
        Where the knobs stood when it was asked for; of five seeds, the first.
    run
        As far as it has come.
    ended
        Whether it has come to its end, or to a stop.
    name
        What it is called beside other runs; empty where there are none.
    earlier
        The faint lines.
    hidden
        How many earlier runs are not drawn, to keep the picture legible.
    seeds
        Outlines of the same settings with other seeds: the band.
    images
        Of training and validation, where the experiment shows them.
    """

    number: int
    task: Task
    asked: Task
    run: Run
    ended: bool = False
    name: str = ""
    earlier: tuple[Faint, ...] = ()
    hidden: int = 0
    seeds: tuple[Outline, ...] = ()
    images: tuple[Examples | None, Examples | None] = (None, None)

    def images_of(self, on: str) -> Examples | None:
        """Give the images of one set."""
        return self.images[0 if on == "train" else 1]


def arm_of(experiment: Experiment, knobs: Settings) -> Arm | None:
    """Give the arm that has just these settings, if there is one."""
    found = (arm for arm in experiment.arms if experiment.settings(arm.name) == dict(knobs))
    return next(found, None)


def differing(experiment: Experiment, knobs: Settings, other: Settings) -> tuple[str, ...]:
    """Name the knobs that stand elsewhere, in their order."""
    return tuple(knob.name for knob in experiment.knobs if knobs[knob.name] != other[knob.name])


def name_of(experiment: Experiment, one: Task, beside: Task) -> str:
    """Name a run by what sets it apart from another: its arm, or the knobs that differ; its seed.

    Returns
    -------
    str
        "clipped" beside another arm; elsewhere "clip 0.1, seed 2". Empty if nothing differs.
    """
    moved = differing(experiment, one.knobs, beside.knobs)
    words = [f"{name} {one.knobs[name]}" for name in moved]
    arm = arm_of(experiment, one.knobs)
    if moved and arm is not None and arm_of(experiment, beside.knobs) is not None:
        words = [arm.name]
    if one.seed != beside.seed:
        words.append(f"seed {one.seed}")
    return ", ".join(words)


def earlier_lines(
    experiment: Experiment, entries: Sequence[Entry], shown: Task
) -> tuple[Faint, ...]:
    """Name the runs that differ from what is shown, the newest first.

    Parameters
    ----------
    entries
        Oldest first.
    shown
        The run drawn in full.
    """
    lines: dict[str, Faint] = {}
    for entry in reversed(entries):
        name = name_of(experiment, Task(entry.knobs, entry.seed), shown)
        label = name if len(name) <= _LONGEST else f"run {entry.number}"
        if name:  # the same settings and the same seed give the same lines
            lines.setdefault(name, Faint(label, name, entry.outline))
    return tuple(lines.values())
