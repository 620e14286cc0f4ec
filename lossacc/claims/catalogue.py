"""What people were told about loss and accuracy, with a verdict on each sentence.

The text lives in `catalogue.toml`, beside this file; its head says what the fields mean. Lessons,
`lossacc verify` and the README read it from here.
"""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

VERDICTS = ("right", "wrong", "depends", "fact")


@dataclass(frozen=True)
class Source:
    """A paper or thread: a short name to show, and its address."""

    name: str
    url: str


@dataclass(frozen=True)
class Question:
    """A thread in which somebody was puzzled.

    Parameters
    ----------
    url
        Its address.
    symptom
        What they saw, in our words.
    ids
        The catalogue entries that explain it.
    """

    url: str
    symptom: str
    ids: tuple[str, ...]


@dataclass(frozen=True)
class Entry:
    """A sentence that people were told, or a cause that nobody named to them.

    Parameters
    ----------
    id
        "C01" to "C70" were said in a thread; "M01" to "M18" are causes missing there.
    sentence
        What was said, in our words.
    verdict
        One of `VERDICTS`; "fact" is a setting, a number or a cause, with nothing to judge.
    on
        What it depends on; empty unless the verdict is "depends".
    why
        The reason for the verdict.
    sources
        Papers and threads to read.
    questions
        The threads that this entry explains.

    Raises
    ------
    ValueError
        If the verdict is none of `VERDICTS`, or `on` is missing or out of place.
    """

    id: str
    sentence: str
    verdict: str
    why: str
    sources: tuple[Source, ...] = ()
    questions: tuple[Question, ...] = ()
    on: str = ""

    def __post_init__(self) -> None:
        """Refuse a verdict that says nothing."""
        if self.verdict not in VERDICTS:
            raise ValueError(f"{self.id} has verdict {self.verdict!r}; expected one of {VERDICTS}")
        if (self.verdict == "depends") != bool(self.on):
            raise ValueError(
                f"{self.id} has verdict {self.verdict!r} and on={self.on!r}; "
                'expected on with "depends", and only there'
            )

    @property
    def judgement(self) -> str:
        """The verdict as a phrase: "right", or "depends on ..."."""
        return f"depends on {self.on}" if self.on else self.verdict


def entry(id: str) -> Entry:
    """Give one entry.

    Raises
    ------
    KeyError
        If the catalogue has no such id.
    """
    found = _by_id().get(id)
    if found is None:
        raise KeyError(f"the catalogue has no entry {id!r}; its ids are C01 to C70 and M01 to M18")
    return found


def entries() -> tuple[Entry, ...]:
    """Give every entry, in the order of their ids."""
    return tuple(_by_id().values())


@functools.cache
def questions() -> tuple[Question, ...]:
    """Give the threads in which somebody was puzzled."""
    return tuple(
        Question(item["url"], item["symptom"], tuple(item["ids"])) for item in _text()["questions"]
    )


@functools.cache
def _text() -> dict[str, Any]:
    """Read the file once, when somebody asks."""
    return tomllib.loads(
        files("lossacc.claims").joinpath("catalogue.toml").read_text(encoding="utf-8")
    )


@functools.cache
def _by_id() -> dict[str, Entry]:
    """Join entries, sources and questions."""
    sources = {key: Source(**item) for key, item in _text()["sources"].items()}
    made: dict[str, Entry] = {}
    for item in _text()["entries"]:
        asked = tuple(question for question in questions() if item["id"] in question.ids)
        cited = tuple(sources[key] for key in item["sources"])
        if item["id"] in made:
            raise ValueError(f"catalogue.toml has {item['id']} twice; expected every id once")
        made[item["id"]] = Entry(**{**item, "sources": cited, "questions": asked})
    return made
