"""`ask_again`: opens a notebook with two questions from earlier ones, on changed numbers.

What was missed is asked first. Each question's variants stand in its lesson's folder, in
`again.toml`: as in `questions.toml`, and each says in `of` which question it is a variant of.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from lossacc.quiz import store
from lossacc.quiz.folders import folders_with, number_of
from lossacc.quiz.markup import as_html
from lossacc.quiz.question_tables import entries, question_of, tables
from lossacc.quiz.questions import Choice, Question
from lossacc.support.cells import shows
from lossacc.support.frontend import is_live

VARIANTS = "again.toml"
AT_ONCE = 2
NOTHING = "There is nothing to ask again: no earlier notebook has such questions."


@dataclass(frozen=True)
class Variant:
    """A question on changed numbers, the one that it is a variant of, and their lesson's number."""

    question: Question
    of: Question
    lesson: int

    def key(self, here: int) -> str:
        """Give the key of an answer that was given at the opening of notebook `here`."""
        return f"again/{here:02}/{self.question.name}"

    def was_missed(self, answers: Mapping[str, Any]) -> bool | None:
        """Say whether the last answer, to the question or to this variant, was a wrong one.

        None where there is no answer, or none that is right or wrong.
        """
        given = [(self.of, answers.get(self.of.kept_as))]
        openings = range(self.lesson + 1, 100)
        given += [(self.question, answers.get(self.key(here))) for here in openings]
        verdicts = [_is_right(one, answer) for one, answer in given]
        known = [verdict for verdict in verdicts if verdict is not None]
        return not known[-1] if known else None


def _is_right(question: Question, answer: Any) -> bool | None:
    if not isinstance(question, Choice) or question.right is None:
        return None
    return None if question.option(answer) is None else answer == question.right


def chosen(
    variants: Iterable[Variant], here: int, answers: Mapping[str, Any]
) -> tuple[Variant, ...]:
    """Choose what the opening of a notebook asks.

    First what was answered at this very opening, so that a second look finds the same questions;
    then what was missed, then what was right, then what nothing is known of: that notebook may not
    have been read, so 00 and 01, which everybody needs, come first among them. Within each of them,
    lots that fall the same way for everybody decide.

    Parameters
    ----------
    variants
        Those of every lesson.
    here
        The number of the notebook; only earlier lessons are asked from.
    answers
        The learner's, by key.
    """
    earlier = (one for one in variants if one.lesson < here)

    def urgency(one: Variant) -> tuple[bool, int, bool, str]:
        missed = one.was_missed(answers)
        drawn = sha256(f"{here}/{one.question.name}".encode()).hexdigest()
        return (
            one.key(here) not in answers,
            {True: 0, False: 1, None: 2}[missed],
            missed is None and one.lesson > 1,
            drawn,
        )

    return tuple(sorted(earlier, key=urgency)[:AT_ONCE])


@functools.cache
def variants() -> tuple[Variant, ...]:
    """Give the variants of every lesson.

    Raises
    ------
    ValueError
        If a table is not in order, or names no question of its own lesson.
    """
    return tuple(
        variant
        for folder in folders_with(VARIANTS)
        for variant in read(
            folder.joinpath(VARIANTS).read_text(encoding="utf-8"),
            number_of(folder.name),
            tables().get(folder.name, ()),
        )
    )


def read(text: str, lesson: int, questions: Iterable[Question]) -> tuple[Variant, ...]:
    """Read a table of variants.

    Parameters
    ----------
    text
        The table.
    lesson
        The number of its lesson.
    questions
        The questions of the lesson, of which these are variants.

    Raises
    ------
    ValueError
        If it is not in order.
    """
    known = {one.name: one for one in questions}
    found = []
    for entry in entries(text):
        of = entry.pop("of", None)
        if of not in known:
            name = entry.get("name")
            raise ValueError(f"{name!r} is a variant of {of!r}; expected a question of its lesson")
        found.append(Variant(question_of(entry), known[of], lesson))
    return tuple(found)


@dataclass(frozen=True, repr=False)
class AskedAgain:
    """The opening questions of a notebook, which show themselves."""

    here: int

    def __repr__(self) -> str:
        """Give the questions as text."""
        told = [f"{_source(one)}. {one.question.text()}" for one in self._chosen({})]
        return "\n\n".join(told) or NOTHING

    def _chosen(self, answers: Mapping[str, Any]) -> tuple[Variant, ...]:
        return chosen(variants(), self.here, answers)

    def _html(self) -> str:
        told = [
            f"<p><b>{_source(one)}.</b> {as_html(one.question.asks)}</p>{one.question.html()}"
            for one in self._chosen({})
        ]
        return "".join(told) or f"<p>{NOTHING}</p>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """Give the live panel where there can be one, and the still face beside it."""
        still = {"text/html": self._html(), "text/plain": repr(self)}
        asked = self._chosen(store.answers()) if is_live() else ()
        if not asked:
            return still
        from lossacc.quiz.widget import Stacked, panel_of

        panel = Stacked(
            [panel_of(one.question, one.key(self.here), heading=_source(one)) for one in asked]
        )
        shows(panel)
        live: dict[str, Any] = panel.box._repr_mimebundle_()
        return live | still


def _source(variant: Variant) -> str:
    return f"From notebook {variant.lesson:02}"


def ask_again(lesson: str) -> AskedAgain:
    """Open a notebook: ask two questions from earlier ones again, on changed numbers.

    What was missed is asked first; the learner's answers decide, where there are any.

    Parameters
    ----------
    lesson
        The name of the notebook, without its number: the folder of its lesson.

    Raises
    ------
    TypeError, ValueError
        If there is no such lesson, or a table of variants is not in order.
    """
    return AskedAgain(number_of(lesson))
