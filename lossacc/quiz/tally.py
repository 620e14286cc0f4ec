"""The votes of a room, counted from the learners' files of answers; no name is read or told."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lossacc.figures.draw import Picture
from lossacc.figures.votes import vote_bars
from lossacc.quiz.question_tables import tables
from lossacc.quiz.questions import Choice
from lossacc.quiz.vote import TWICE
from lossacc.support.json_text import parsed

_MOST = 1_000_000  # bytes; a file of answers has some thousand


@dataclass(frozen=True)
class Tally:
    """The votes on one question.

    Parameters
    ----------
    question
        What was voted on.
    first, second
        The number of votes for each option, by its key in the table.
    """

    question: Choice
    first: Mapping[str, int]
    second: Mapping[str, int]

    @property
    def votes(self) -> tuple[list[int], list[int]]:
        """The first and the second votes, for each option in the order of the page."""
        keys = [option.key for option in self.question.shown.values()]
        return [self.first[key] for key in keys], [self.second[key] for key in keys]

    def picture(self, *, key: bool = False) -> Picture:
        """Give the bars; with `key` they say which option is right."""
        shown = self.question.shown
        right = next((one for one in shown if shown[one].key == self.question.right), None)
        return vote_bars(self.question.name, list(shown), self.votes, right if key else None)


@dataclass(frozen=True)
class Room:
    """What the files of a folder say together.

    Parameters
    ----------
    tallies
        One for each question that somebody voted on, in the order of the tables.
    files
        How many files of answers there are, the damaged ones among them.
    damaged
        How many of them could not be read.
    voted
        How many hold a vote on a question that there is.
    """

    tallies: tuple[Tally, ...]
    files: int
    damaged: int
    voted: int

    def __str__(self) -> str:
        """Say how many files were counted."""
        without = self.files - self.damaged - self.voted
        return (
            f"{self.files} file{'s' * (self.files != 1)} of answers: {self.voted} with votes, "
            f"{without} without, {self.damaged} damaged and not counted"
        )


def tally(folder: Path) -> Room:
    """Count the votes in every file of answers in a folder and the folders in it.

    A file of answers is one whose name ends in .json; hidden files and folders are passed over, so
    that a copy that JupyterLab keeps is no second learner.

    Raises
    ------
    OSError
        If there is no such folder, or no such file in it.
    """
    if not folder.is_dir():
        raise OSError(f"got {str(folder)!r}, which is no folder; expected one with answers in it")
    read = [_answers(file) for file in _files(folder)]
    if not read:
        raise OSError(f"no file in {str(folder)!r} ends in .json; expected my_answers.json, or so")
    answers = [one for one in read if one is not None]
    every = [_tally(one, answers) for one in _choices()]
    voted = sum(any(_vote(one, which, each) for one in _choices() for which in TWICE)
                for each in answers)  # fmt: skip
    found = tuple(one for one in every if one.first or one.second)
    return Room(found, len(read), len(read) - len(answers), voted)


def _files(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in names:
            file = Path(place, name)
            if name.lower().endswith(".json") and not name.startswith(".") and file.is_file():
                yield file


def _answers(file: Path) -> dict[str, Any] | None:
    """Read a learner's answers; None where the file is no table of answers."""
    try:
        found = parsed(file.read_bytes()) if file.stat().st_size <= _MOST else None
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _choices() -> list[Choice]:
    return [one for table in tables().values() for one in table if isinstance(one, Choice)]


def _tally(question: Choice, answers: list[dict[str, Any]]) -> Tally:
    counted = [
        Counter(vote for each in answers if (vote := _vote(question, which, each)))
        for which in TWICE
    ]
    return Tally(question, *counted)


def _vote(question: Choice, which: str, answers: Mapping[str, Any]) -> str | None:
    """Give a learner's vote; None where there is none, or it is for no option."""
    option = question.option(answers.get(question.voted_as(which)))
    return option.key if option else None
