"""`vote`: a room votes, discusses, votes again, and only then reads the replies.

Both votes are kept with a learner's other answers, under `vote/NAME/first` and `vote/NAME/second`;
`lossacc.quiz.tally` counts them. There is no server: the replies open at the instructor's word,
which stands with the question in its table, or at a time by the clock of the kernel's computer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import Any

from lossacc.quiz.question_tables import question
from lossacc.quiz.questions import Choice
from lossacc.support.cells import shows
from lossacc.support.frontend import is_live
from lossacc.support.validate import quoted, truth

TWICE = ("first", "second")


@dataclass(frozen=True, repr=False)
class Vote:
    """A vote that shows itself.

    Parameters
    ----------
    question
        What is voted on.
    again
        Whether it is the second vote, behind which the replies stand.
    opens
        When these open; None for the instructor's word.
    """

    question: Choice
    again: bool
    opens: time | None = None

    def __repr__(self) -> str:
        """Give the question as text; with the replies only if it is the second vote."""
        if self.again:
            return self.question.text()
        return self.question.text().partition("\n\n")[0]

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """Give the live panel where there can be one, and the still face beside it."""
        html = self.question.html() if self.again else self.question.options_html()
        still = {"text/html": html, "text/plain": repr(self)}
        if not is_live():
            return still
        from lossacc.quiz.vote_panel import FirstVote, SecondVote

        panel = SecondVote(self.question, self.opens) if self.again else FirstVote(self.question)
        shows(panel)
        live: dict[str, Any] = panel.box._repr_mimebundle_()
        return live | still


def vote(name: str, *, again: bool = False, opens: str | None = None) -> Vote:
    """Let a room vote on a question: once before it discusses, and once after.

    Parameters
    ----------
    name
        The question's name.
    again
        Whether this is the second vote. The replies stand behind it alone.
    opens
        When the replies open, as "14:30" by this computer's clock. None for the instructor's word.

    Raises
    ------
    TypeError, ValueError
        If there is no such question, it has no options or no word, or the time is none.
    """
    asked = question(name)
    if not isinstance(asked, Choice):
        raise ValueError(f"question {name!r} has no options; expected one to vote on")
    at = None if opens is None else _time(opens)
    if truth("again", again) and at is None and not asked.word:
        raise ValueError(f"question {name!r} has no word to open its replies; give opens, a time")
    return Vote(asked, again, at)


def _time(opens: object) -> time:
    """Read a time of day."""
    try:
        if not isinstance(opens, str):
            raise ValueError
        return time.fromisoformat(opens.strip()).replace(tzinfo=None)
    except ValueError:
        raise ValueError(f"opens is {quoted(opens)}; expected a time, such as '14:30'") from None
