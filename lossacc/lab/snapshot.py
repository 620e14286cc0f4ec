"""What the pictures of a panel show at one moment: a run, and those that stand beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lossacc.claims.experiment import Experiment
from lossacc.data import Examples
from lossacc.lab.run_history import HistoryEntry, Outline, RunHistory
from lossacc.lab.sketch import Sketch
from lossacc.lab.task import Request, Task, name_of
from lossacc.runs.run import Run

Images = tuple[Examples | None, Examples | None]

MOST_EARLIER = 4
_LONGEST = 18  # letters of a name that stands at the end of a curve


@dataclass(frozen=True, eq=False)
class Training:
    """One training of a request, as far as it has come.

    Parameters
    ----------
    request, task
        What the learner asked for, and which of its trainings this is.
    number
        Of its run, counted from 1.
    run
        As far as it has come.
    images
        Of training and validation, where the experiment shows them.
    done
        The runs of the request that were trained before it.
    ended
        Whether it has come to its end, or to a stop.
    """

    request: Request
    task: Task
    number: int
    run: Run
    images: Images = (None, None)
    done: tuple[HistoryEntry, ...] = ()
    ended: bool = False


@dataclass(frozen=True, eq=False)
class FaintLine:
    """An earlier run: what stands at the end of its line, its full name, and its curves."""

    label: str
    name: str
    outline: Outline

    @property
    def told(self) -> str:
        """What a caption calls it."""
        return self.name if self.name == self.label else f"{self.label} ({self.name})"


@dataclass(frozen=True, eq=False)
class Snapshot:
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
    sketches
        The curves that the learner drew of this run before it.
    """

    number: int
    task: Task
    asked: Task
    run: Run
    ended: bool = False
    name: str = ""
    earlier: tuple[FaintLine, ...] = ()
    hidden: int = 0
    seeds: tuple[Outline, ...] = ()
    images: Images = (None, None)
    sketches: tuple[Sketch, ...] = ()

    def images_of(self, on: str) -> Examples | None:
        """Give the images of one set."""
        return self.images[0 if on == "train" else 1]


def take(experiment: Experiment, history: RunHistory, training: Training) -> Snapshot:
    """Take the snapshot of a training, with the runs of the panel that stand beside it."""
    many = training.request.kind == "seeds"
    asked = training.request.tasks[0] if many else training.task
    entries = _earlier(experiment, history, training)
    lines = earlier_lines(experiment, entries, asked, history.given_names)
    most = 0 if many else MOST_EARLIER  # beside a band, earlier runs would be too much
    return Snapshot(
        number=training.number,
        task=training.task,
        asked=asked,
        run=training.run,
        ended=training.ended,
        name=_name(experiment, training),
        earlier=lines[:most][::-1],
        hidden=len(lines[most:]),
        seeds=tuple(entry.outline for entry in training.done) if many else (),
        images=training.images,
        sketches=_sketches(training),
    )


def _sketches(training: Training) -> tuple[Sketch, ...]:
    """Give what was drawn of this training: nothing was of the base beside which it is set."""
    request = training.request
    mine = request.kind == "seeds" or training.task == request.tasks[-1]
    return request.sketches if mine else ()


def _earlier(experiment: Experiment, history: RunHistory, training: Training) -> list[HistoryEntry]:
    """Give the runs that may stand beside this one, oldest first."""
    entries = [entry for entry in history.in_view if entry.number < training.number]
    if training.request.kind == "seeds":
        return [entry for entry in entries if entry not in training.done]
    base = history.find(experiment.settings(), training.task.seed)
    return [*entries, base] if training.request.kind == "arm" and base else entries


def _name(experiment: Experiment, training: Training) -> str:
    """Name an arm that is set beside the base."""
    if training.request.kind != "arm":
        return ""
    base = Task(experiment.settings(), training.task.seed)
    return name_of(experiment, training.task, base)


def earlier_lines(
    experiment: Experiment,
    entries: Sequence[HistoryEntry],
    shown: Task,
    given: Mapping[int, str] | None = None,
) -> tuple[FaintLine, ...]:
    """Name the runs that differ from what is shown, the newest first.

    Parameters
    ----------
    entries
        Oldest first.
    shown
        The run drawn in full.
    given
        What the learner has called some of them, by their numbers.
    """
    lines: dict[str, FaintLine] = {}
    for entry in reversed(entries):
        name = name_of(experiment, Task(entry.knobs, entry.seed), shown)
        own = (given or {}).get(entry.number, name)
        label = own if len(own) <= _LONGEST else f"run {entry.number}"
        if name:  # the same settings and the same seed give the same lines
            lines.setdefault(name, FaintLine(label, own, entry.outline))
    return tuple(lines.values())
