"""Questions with options, and questions to answer in one's own words: what they say, at rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lossacc.quiz.markup import as_html, as_text

_LIST = '<ul style="list-style: none; padding-left: 0">'


@dataclass(frozen=True)
class Option:
    """One option: its letter, what it says, and the reply to whoever takes it."""

    letter: str
    says: str
    reply: str


@dataclass(frozen=True)
class Choice:
    """A question with options.

    Parameters
    ----------
    name
        What the notebook calls it.
    asks
        The question, as the notebook asks it.
    options
        Two or more.
    right
        The letter of the right option; None where there is no single right one.

    Raises
    ------
    ValueError
        If there are fewer than two options, or `right` is none of them.
    """

    name: str
    asks: str
    options: tuple[Option, ...]
    right: str | None = None

    def __post_init__(self) -> None:
        """Refuse a question that cannot be answered."""
        letters = [option.letter for option in self.options]
        if len(letters) < 2:
            raise ValueError(f"question {self.name!r} has the options {letters}; expected two")
        if self.right is not None and self.right not in letters:
            raise ValueError(f"{self.right!r} is right in {self.name!r}; expected one of {letters}")

    def option(self, letter: Any) -> Option | None:
        """Give the option with this letter; None if there is none."""
        return next((option for option in self.options if option.letter == letter), None)

    def reply_html(self, option: Option, *, chosen: bool = False) -> str:
        """Give the reply to an option as HTML; whoever chose it is told if it is not the one."""
        missed = chosen and self.right is not None and option.letter != self.right
        return f"<b>{self._head(option)}{' Not this one.' * missed}</b> {as_html(option.reply)}"

    def _head(self, option: Option) -> str:
        return f"{option.letter}.{' This one.' * (option.letter == self.right)}"

    def html(self) -> str:
        """Give the options, and the replies folded away."""
        said = "".join(f"<li><b>{one.letter}.</b> {as_html(one.says)}</li>" for one in self.options)
        replies = "".join(f"<li>{self.reply_html(one)}</li>" for one in self.options)
        return (
            f"{_LIST}{said}</ul><details><summary>Answer, with a reply to every option</summary>"
            f"{_LIST}{replies}</ul></details>"
        )

    def text(self) -> str:
        """Give the question, the options and the replies, one a line."""
        said = [f"{one.letter}. {as_text(one.says)}" for one in self.options]
        replies = [f"{self._head(one)} {as_text(one.reply)}" for one in self.options]
        return "\n".join(
            [as_text(self.asks), *said, "", "Answer, with a reply to every option:", *replies]
        )


@dataclass(frozen=True)
class FreeText:
    """A question to answer in one's own words, and an answer to compare with."""

    name: str
    asks: str
    model: str

    def html(self) -> str:
        """Give the answer, folded away."""
        return (
            "<p>Write your answer down before you unfold this one.</p>"
            f"<details><summary>An answer</summary><p>{as_html(self.model)}</p></details>"
        )

    def text(self) -> str:
        """Give the question and the answer."""
        return f"{as_text(self.asks)}\n\nAn answer: {as_text(self.model)}"


Question = Choice | FreeText
