"""Exercises with a number for an answer: a reply to the right one, and to every usual slip."""

from __future__ import annotations

import html
import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from lossacc.quiz.folders import folders_with
from lossacc.quiz.names import find
from lossacc.support.validate import function, instance, number, quoted


@dataclass(frozen=True)
class Exercise:
    """One question with a number for an answer.

    Parameters
    ----------
    name
        What the notebook calls it.
    asks
        What is asked for, with its unit: "the loss in nats".
    answer
        Computes the right answer, so that it cannot drift from the lesson.
    why
        One or two sentences that explain it.
    within
        How far off an answer may be.
    slips
        What a usual slip gives, and the reply to it.

    Raises
    ------
    TypeError, ValueError
        If one of them is of another kind, or `within` is below 0.
    """

    name: str
    asks: str
    answer: Callable[[], float]
    why: str
    within: float = 0.005
    slips: Mapping[float, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what is no exercise."""
        for name in ("name", "asks", "why"):
            instance(name, getattr(self, name), str, "text")
        function("answer", self.answer)
        number("within", self.within, least=0)
        if not isinstance(self.slips, Mapping):
            raise TypeError(f"slips is {quoted(self.slips)}; expected numbers, each with a reply.")
        for slip, reply in self.slips.items():
            number("a slip", slip)
            instance("the reply to a slip", reply, str, "text")

    def reply(self, given: Any) -> Reply:
        """Reply to an answer; `...` is none yet."""
        if given is Ellipsis or given is None:
            return Reply("Your turn", f"replace the three dots by {self.asks}.")
        number = _number(given)
        if number is None:
            return Reply("Not yet", f"{quoted(given)} is no number; this asks for {self.asks}.")
        if abs(number - self.answer()) <= self.within:
            return Reply("Right", self.why)
        return Reply("Not yet", self._hint(number))

    def _hint(self, given: float) -> str:
        for slip, reply in self.slips.items():
            if abs(given - slip) <= self.within:
                return reply
        way = "too high" if given > self.answer() else "too low"
        return f"{given:g} is {way} for {self.asks}."


def _number(given: Any) -> float | None:
    """Read an answer; None where it is not one number. An array of one number is one."""
    if getattr(given, "size", None) == 1:
        given = given.item()
    try:
        return number("the answer", given, infinite=True)
    except (TypeError, ValueError):
        return None


@dataclass(frozen=True)
class Reply:
    """What the learner reads."""

    verdict: str
    words: str

    def __str__(self) -> str:
        """Give verdict and words in one line."""
        return f"{self.verdict}: {self.words}"

    __repr__ = __str__

    def _repr_html_(self) -> str:
        """Give the same for a notebook, as a status that a screen reader speaks."""
        words = html.escape(self.words)
        return f'<p role="status"><strong>{self.verdict}:</strong> {words}</p>'


def check(name: str, given: Any) -> Reply:
    """Reply to the answer of an exercise.

    Parameters
    ----------
    name
        The exercise's name, as the notebook gives it.
    given
        The learner's answer, a number; `...` while there is none.

    Raises
    ------
    TypeError, ValueError
        If there is no such exercise.
    """
    return find("exercise", name, known()).reply(given)


@cache
def known() -> dict[str, Exercise]:
    """Gather the exercises of every lesson."""
    found: dict[str, Exercise] = {}
    for lesson in folders_with("exercises.py"):
        module = importlib.import_module(f"lossacc.lessons.{lesson.name}.exercises")
        for exercise in module.EXERCISES:
            if exercise.name in found:
                raise ValueError(f"two exercises are called {exercise.name!r}; expected one")
            found[exercise.name] = exercise
    return found
