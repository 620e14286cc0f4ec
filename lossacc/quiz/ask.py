"""`ask`: shows a question, live where something can answer a click, still elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lossacc.quiz.question_tables import question
from lossacc.quiz.questions import Question
from lossacc.support.cells import shows
from lossacc.support.frontend import is_live


@dataclass(frozen=True, repr=False)
class Asked:
    """A question that shows itself."""

    question: Question

    def __repr__(self) -> str:
        """Give the question as text."""
        return self.question.text()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """Give the live panel where there can be one, and the still face beside it."""
        still = {"text/html": self.question.html(), "text/plain": self.question.text()}
        if not is_live():
            return still
        from lossacc.quiz.widget import panel_of

        panel = panel_of(self.question)
        shows(panel)
        live: dict[str, Any] = panel.box._repr_mimebundle_()
        return live | still


def ask(name: str) -> Asked:
    """Show a question of the series, and reply to the answer.

    Parameters
    ----------
    name
        The question's name, as the notebook gives it.

    Raises
    ------
    TypeError, ValueError
        If there is no such question.
    """
    return Asked(question(name))
