"""Find lessons and experiments by looking at the folders beside this file."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from importlib.resources.abc import Traversable
from typing import Any

from lossacc.claims import results as kept
from lossacc.claims import verify as measuring
from lossacc.claims.experiment import Claim, Experiment
from lossacc.claims.report import Report, Verdict
from lossacc.runs.run import Run


@dataclass(frozen=True)
class Lesson:
    """One folder, as its `__init__` describes it.

    Parameters
    ----------
    number
        That of its notebook.
    name
        The folder's, which is the notebook's without the number.
    experiments
        The name of each experiment and its module, in reading order.
    """

    number: int
    name: str
    experiments: Mapping[str, str]


@cache
def lessons() -> tuple[Lesson, ...]:
    """Give every lesson, in the order of the notebooks."""
    found = [_lesson(folder.name) for folder in files(__package__).iterdir() if _is_lesson(folder)]
    return tuple(sorted(found, key=lambda lesson: lesson.number))


def _is_lesson(folder: Traversable) -> bool:
    return folder.joinpath("__init__.py").is_file()


def _lesson(name: str) -> Lesson:
    module = importlib.import_module(f"{__package__}.{name}")
    return Lesson(module.NUMBER, name, dict(module.EXPERIMENTS))


def names() -> tuple[str, ...]:
    """Give the names of the experiments, in reading order."""
    return tuple(name for lesson in lessons() for name in lesson.experiments)


def experiment(name: str) -> Experiment:
    """Give an experiment by name.

    Raises
    ------
    ValueError
        If there is none of that name.
    """
    lesson = _home(name)
    module = importlib.import_module(f"{__package__}.{lesson.name}.{lesson.experiments[name]}")
    found: Experiment = module.EXPERIMENT
    return found


def _home(name: str) -> Lesson:
    """Give the lesson that an experiment belongs to."""
    for lesson in lessons():
        if name in lesson.experiments:
            return lesson
    raise ValueError(f"there is no experiment {name!r}; expected one of {', '.join(names())}")


def claim(id: str) -> Claim:
    """Give a claim by its id, `experiment/claim`.

    Raises
    ------
    ValueError
        If there is none of that id.
    """
    of, _, name = id.partition("/")
    return experiment(of).claim(name)


def verdict(id: str, runs: Mapping[str, Run]) -> Verdict:
    """Judge a claim on runs that are at hand.

    Parameters
    ----------
    id
        `experiment/claim`, for example "nine-against-one/settles".
    runs
        Arm to run, for every arm that the claim reads.

    Raises
    ------
    ValueError
        If there is no such claim.
    """
    return measuring.verdict(id, claim(id), runs)


def verify(
    names_of: Sequence[str] | None = None, seeds: tuple[int, int] = (0, 20), **settings: Any
) -> Report:
    """Measure every claim of some experiments over seeds, by default of all.

    Parameters and errors are those of `lossacc.claims.verify.verify`, with names for experiments.
    """
    chosen = [experiment(name) for name in (names() if names_of is None else names_of)]
    return measuring.verify(chosen, seeds, **settings)


def results(name: str) -> Report:
    """Give what `verify` found of one experiment, as it was committed.

    Raises
    ------
    FileNotFoundError
        If nothing was committed for it.
    """
    with as_file(_results(_home(name))) as folder:
        return kept.load(folder, name)


def recorded(name: str) -> Run | None:
    """Give the recorded run of a whole recipe; where there is none, say how to make it.

    Parameters
    ----------
    name
        Recipe and data set, such as "three-boxes-cifar10".
    """
    with as_file(_results(_home(name.rpartition("-")[0]))) as folder:
        return kept.recorded(folder, name)


def _results(lesson: Lesson) -> Traversable:
    return files(__package__).joinpath(lesson.name, "results")
