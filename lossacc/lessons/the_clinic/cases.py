"""The ten case files: what is known of each, and, sealed, what was done to it.

A case is a recorded run or a printed log, both trained for this lesson. `cases.toml` says what was
done; `python -m tests.lessons.the_clinic.make`, in a clone, trains them all again.
"""

from __future__ import annotations

import html
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from typing import Any

import numpy as np

from lossacc.checks.clinic.causes import causes
from lossacc.checks.clinic.diagnose import diagnose
from lossacc.checks.clinic.diagnosis import Diagnosis
from lossacc.runs.curves import Record
from lossacc.runs.logs.reading import read_log
from lossacc.runs.run import Run
from lossacc.support.names import named
from lossacc.support.report import Report
from lossacc.support.text import Sheet
from lossacc.support.types import FloatArray


@dataclass(frozen=True, repr=False)
class Case(Report):
    """A case file: what the person said, what is known, and the record.

    Parameters
    ----------
    number
        1 to 10.
    said, known
        What the person said, and what else is known.
    classes
        How many classes there are, which a log does not say.
    record
        A `Run`, or the `Curves` of a log.
    images
        Shape (N, 8, 8, 1): the training images in the run's order, where a look at them decides.
    """

    number: int
    said: str
    known: str
    classes: int
    record: Record
    images: FloatArray | None = None

    @property
    def headline(self) -> str:
        """What the person said."""
        return f"Case {self.number}. “{self.said}”"

    @property
    def lines(self) -> tuple[str, ...]:
        """What is known."""
        kind = "A Run" if isinstance(self.record, Run) else "A printed log"
        return (f"{kind}, {self.classes} classes. {self.known}",)

    def diagnose(self) -> Diagnosis:
        """Ask the clinic; of a log it is told the number of classes."""
        if isinstance(self.record, Run):
            return diagnose(self.record)
        return diagnose(self.record.with_marks(classes=self.classes))


@dataclass(frozen=True, repr=False)
class Answer(Report):
    """What was done to a case, what shows it, and what the clinic says of it.

    Parameters
    ----------
    number
        The case's.
    done
        The names of the causes that were put in; those of a healthy run say so.
    shows, decide
        What in the numbers shows it, and the measurement that decides.
    level
        The causes that the clinic puts first together.
    """

    number: int
    done: tuple[str, ...]
    shows: str
    decide: str
    level: tuple[str, ...]

    @property
    def named(self) -> frozenset[str]:
        """What the clinic names of it. That dropout is at work is a healthy run's right answer."""
        right = {"healthy", "training mode"} if self.done == ("healthy",) else set(self.done)
        return frozenset(right & set(self.level))

    @property
    def verdict(self) -> str:
        """How far the clinic gets, in a sentence."""
        if not self.named:
            first = f"“{_title(self.level[0])}”" if self.level else "nothing"
            return f"The clinic is wrong here: it puts {first} first."
        if len(self.done) > len(self.named):
            return f"The clinic names one of {len(self.done)} causes: “{_title(min(self.named))}”."
        if len(self.level) > 1:
            one = f"“{_title(min(self.named))}”, one of {len(self.level)} causes"
            return f"The clinic names {one} that it cannot tell apart."
        return f"The clinic names it: “{_title(self.level[0])}”."

    @property
    def headline(self) -> str:
        """What was done."""
        return f"Case {self.number}: {', and '.join(map(_title, self.done))}."

    @property
    def lines(self) -> tuple[str, ...]:
        """What shows it, what decides, and how the clinic does."""
        return (f"It shows: {self.shows}", f"What decides: {self.decide}", self.verdict)

    def _repr_html_(self) -> str:
        """Give the answer, folded away."""
        told = "".join(f"<p>{html.escape(line)}</p>" for line in (self.headline, *self.lines))
        return f"<details><summary>Open case {self.number}</summary>{told}</details>"


def case(number: int) -> Case:
    """Give a case file, without its answer.

    Raises
    ------
    ValueError
        If there is none of this number.
    """
    told = named("case", str(number), _table())
    known = told["said"], told["known"], told["classes"]
    return Case(number, *known, _record(number), _images(number))


def answer(number: int) -> Answer:
    """Give the answer to a case: what was done to it, and what the clinic says today.

    Raises
    ------
    ValueError
        If there is no case of this number.
    """
    told = named("case", str(number), _table())
    level = case(number).diagnose().level
    return Answer(number, tuple(told["done"]), told["shows"], told["decide"], level)


def tally() -> Sheet:
    """Give a row for each case: how far the clinic gets."""
    every = [answer(int(number)) for number in _table()]
    rows = tuple((str(one.number), ", ".join(one.done), one.verdict) for one in every)
    return Sheet(("case", "what was done", "the clinic"), rows)


def _title(name: str) -> str:
    return causes()[name].title


@cache
def _table() -> Mapping[str, Mapping[str, Any]]:
    text = files(__package__).joinpath("cases.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _record(number: int) -> Record:
    folder = files(__package__).joinpath("cases")
    log = folder.joinpath(f"{number:02}.txt")
    if log.is_file():
        return read_log(log.read_text(encoding="utf-8"))
    with as_file(folder.joinpath(f"{number:02}.npz")) as path:
        return Run.load(path)


def _images(number: int) -> FloatArray | None:
    kept = files(__package__).joinpath("cases", f"{number:02}.images.npz")
    if not kept.is_file():
        return None
    with as_file(kept) as path, np.load(path, allow_pickle=False) as held:
        return np.asarray(held["images"], np.float64) / 255
