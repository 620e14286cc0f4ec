"""Find lessons and experiments by looking at the folders beside this file."""

from __future__ import annotations

import importlib
import os
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from importlib.resources.abc import Traversable
from typing import Any

from lossacc.claims import results as kept
from lossacc.claims import verify as measuring
from lossacc.claims.evidence import SeedEvidence
from lossacc.claims.experiment import Claim, Experiment
from lossacc.claims.pages import Measured, results_page, verdicts_page
from lossacc.claims.report import Report, Verdict
from lossacc.runs.run import Run
from lossacc.support.files import write_whole
from lossacc.support.names import named


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

    @property
    def notebook(self) -> str:
        """The name of its notebook, as "01_two_rulers"."""
        return f"{self.number:02}_{self.name}"


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
    return named("experiment", name, {one: of for of in lessons() for one in of.experiments})


def claim(id: str) -> Claim:
    """Give a claim by its id, `experiment/claim`.

    Raises
    ------
    ValueError
        If there is none of that id.
    """
    if not isinstance(id, str):
        raise TypeError(f"got the claim {id!r}; expected experiment/claim, as a text")
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
    return measuring.verify(experiments(names_of), seeds, **settings)


def experiments(names_of: Sequence[str] | None = None) -> list[Experiment]:
    """Give some experiments by name, each once, by default all of them, in reading order.

    Raises
    ------
    TypeError, ValueError
        If these are no names, or there is none of a name.
    """
    if names_of is None:
        names_of = names()
    if isinstance(names_of, str) or not isinstance(names_of, Sequence) or not names_of:
        raise TypeError(f"got {names_of!r}; expected a list of names, such as {[names()[0]]}")
    return [experiment(name) for name in dict.fromkeys(names_of)]


def results(name: str) -> Report:
    """Give what `verify` found of one experiment, as it was committed.

    Raises
    ------
    FileNotFoundError
        If nothing was committed for it.
    """
    with as_file(_results(_home(name))) as folder:
        return kept.load(folder, name)


def evidence(name: str) -> tuple[SeedEvidence, ...]:
    """Give the evidence behind `results`, seed by seed.

    Raises
    ------
    FileNotFoundError
        If none was committed for it.
    """
    with as_file(_results(_home(name))) as folder:
        return kept.load_evidence(folder, name)


def commit(name: str, report: Report, found: Sequence[SeedEvidence] | None = None) -> None:
    """Write the results of one experiment beside its lesson, and every page made of results.

    Parameters
    ----------
    name
        The experiment.
    report, found
        What `verify` found, and the evidence behind it, which stays as it is where none is given.
    """
    with as_file(_results(_home(name))) as folder:
        kept.save(folder, name, report, found)
    _write_pages()


def commit_elsewhere(name: str, report: Report) -> None:
    """Write what was found of an experiment on other images, and every page made of results."""
    with as_file(_results(_home(name))) as folder:
        kept.save_elsewhere(folder, name, report)
    _write_pages()


def _write_pages() -> None:
    with as_file(_folder()) as folder:
        for place, text in pages().items():
            write_whole(folder / place, text)


def elsewhere(name: str) -> tuple[Report, ...]:
    """Give what was found of an experiment on other images than its own, a report each."""
    with as_file(_results(_home(name))) as folder:
        return kept.load_elsewhere(folder, name)


def why_not(name: str) -> dict[str, dict[str, str]]:
    """Give why claims of a lesson do not hold on other images: the images, the claim, the words."""
    file = _folder().joinpath(_home(name).name, "elsewhere.toml")
    return tomllib.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}


def check_folder(name: str) -> None:
    """Refuse, before anything is trained, where the results of an experiment could not be written.

    Raises
    ------
    OSError
        If their folder takes no file, as one that an administrator installed.
    """
    with as_file(_folder().joinpath(_home(name).name)) as folder:
        if not os.access(folder, os.W_OK):
            raise PermissionError(f"got --commit, and {str(folder)!r} cannot be written to")


def pages() -> dict[str, str]:
    """Give the pages that are made of the results: their place beside the lessons, their text.

    An experiment that was not measured yet is on none of them.
    """
    every = measured()
    made = {}
    for lesson in lessons():
        if found := [one for one in every if one.notebook == lesson.notebook]:
            made[f"{lesson.name}/results/README.md"] = results_page(found)
    return made | {"VERDICTS.md": verdicts_page(every)}


def measured(*names_of: str) -> list[Measured]:
    """Give some experiments, by default all that were measured, with their committed results."""
    return [
        Measured(
            _home(name).notebook, experiment(name), results(name), elsewhere(name), why_not(name)
        )
        for name in names_of or filter(_is_measured, names())
    ]


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
    return _folder().joinpath(lesson.name, "results")


def _is_measured(name: str) -> bool:
    return _results(_home(name)).joinpath(f"{name}.json").is_file()


def _folder() -> Traversable:
    """Give the folder of all lessons."""
    return files(__package__)
