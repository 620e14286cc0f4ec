"""What the runs of a panel are called: what the learner has named them, or what sets them apart."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain, count

from lossacc.claims.experiment import Experiment
from lossacc.lab.run_history import HistoryEntry, RunHistory
from lossacc.lab.task import Task, name_of
from lossacc.support.types import Seed
from lossacc.support.validate import instance, quoted

LONGEST = 40  # letters of a name


def names_of(experiment: Experiment, history: RunHistory) -> dict[int, str]:
    """Name all runs, by their numbers; no two names are alike."""
    given = history.given_names
    names: dict[int, str] = {}
    for entry in history.entries:
        taken = {*given.values(), *names.values()}
        own = _own_name(experiment, entry, history.entries[0].seed)
        free = (one for one in _numbered(own) if one not in taken)
        names[entry.number] = given.get(entry.number) or next(free)
    return names


def _own_name(experiment: Experiment, entry: HistoryEntry, usual: Seed) -> str:
    """Name a run by its arm, or by the knobs that are not the base's, and by an unusual seed."""
    base = Task(experiment.settings(), entry.seed)
    name = name_of(experiment, Task(entry.knobs, entry.seed), base) or "base"
    return name if entry.seed == usual else f"{name}, seed {entry.seed}"


def _numbered(name: str) -> chain[str]:
    return chain([name], (f"{name} #{n}" for n in count(2)))


def checked_name(name: str, number: int, names: Mapping[int, str]) -> str:
    """Give the name that a run may have, without needless spaces.

    Parameters
    ----------
    name, number
        What it is to be called, and which run it is.
    names
        What all runs are called now.

    Raises
    ------
    TypeError, ValueError
        If it is no text, is empty or too long, or another run has it.
    """
    written = " ".join(instance("name", name, str, "text").split())
    if not written.isprintable() or not 0 < len(written) <= LONGEST:
        raise ValueError(f"name is {quoted(name)}; expected 1 to {LONGEST} letters.")
    same = [other for other, one in names.items() if one == written and other != number]
    if same:
        raise ValueError(
            f"name is {quoted(name)}, which is the name of run {same[0]}; expected another one."
        )
    return written
