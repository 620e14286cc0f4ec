"""The tables of questions, read.

A lesson's questions stand in its folder, in `questions.toml`, in the order of the notebook:

    [[question]]
    name = "past the tie"
    asks = "What happened to it?"
    right = "B"
    A.says = "Hardly anything."
    A.reply = "True for the loss, not for the count."
    B.says = "It no longer counts as right."
    B.reply = "It passed one half on its way."

    [[question]]
    name = "why both fell"
    asks = "Say in your own words why both fell."
    model = "The confident mistakes were taken back."

`right` may be missing, where every option has its point. `word` opens the replies after a vote.
Line breaks in a text do not count.
All texts may be marked up, see `lossacc.quiz.markup`; a button shows an option without its marks.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from typing import Any

from lossacc.quiz.folders import folders_with
from lossacc.quiz.names import find
from lossacc.quiz.questions import LETTERS, Choice, FreeText, Option, Question

TABLE = "questions.toml"


def question(name: str) -> Question:
    """Give a question of the series by its name.

    Raises
    ------
    TypeError, ValueError
        If there is no such question.
    """
    known = {one.name: one for table in tables().values() for one in table}
    return find("question", name, known)


@functools.cache
def tables() -> Mapping[str, tuple[Question, ...]]:
    """Give the questions of every lesson, by the lesson's name.

    Raises
    ------
    ValueError
        If a table is not in order, or two questions have one name.
    """
    lessons = {
        folder.name: read(folder.joinpath(TABLE).read_text(encoding="utf-8"))
        for folder in folders_with(TABLE)
    }
    names = [one.name for table in lessons.values() for one in table]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"{names.count(name)} questions are called {name!r}; expected one")
    return lessons


def read(text: str) -> tuple[Question, ...]:
    """Read a table of questions.

    Raises
    ------
    ValueError
        If it is not in order.
    """
    return tuple(map(question_of, entries(text)))


def entries(text: str) -> list[dict[str, Any]]:
    """Give the entries of a table of questions, as they stand.

    Raises
    ------
    ValueError
        If it is no TOML, or no table of questions.
    """
    found = tomllib.loads(text).get("question")
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise ValueError(f"a table of questions has {found!r:.60}; expected entries [[question]]")
    return found


def question_of(entry: dict[str, Any]) -> Question:
    """Make the question of an entry.

    Raises
    ------
    ValueError
        If the entry is not in order.
    """
    name, asks = _line(entry, "name"), _line(entry, "asks")
    letters = [letter for letter in LETTERS if letter in entry]
    unknown = set(entry) - {"name", "asks", "right", "word", "model", *letters}
    if unknown or ("model" in entry) == bool(letters):
        raise ValueError(
            f"question {name!r} has {', '.join(entry)}; expected name and asks, "
            "and either a model answer or options with the letters A, B, ..."
        )
    if "model" in entry:
        return FreeText(name, asks, _line(entry, "model"))
    options = tuple(
        Option(letter, _line(entry[letter], "says"), _line(entry[letter], "reply"))
        for letter in letters
    )
    return Choice(name, asks, options, entry.get("right"), entry.get("word", ""))


def _line(entry: Mapping[str, str], key: str) -> str:
    """Give a text without its line breaks."""
    line = " ".join(entry.get(key, "").split())
    if not line:
        raise ValueError(f"a question has {dict(entry)}; expected {key!r} among it")
    return line
