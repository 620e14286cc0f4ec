"""Questions with options, and questions to answer in one's own words: what they say, at rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lossacc.quiz.markup import as_html, as_text
from lossacc.quiz.order import shown_order

LETTERS = "ABCDEF"
_LIST = '<ul style="list-style: none; padding-left: 0">'


@dataclass(frozen=True)
class Option:
    """One option: its key in the table, what it says, and the reply to whoever takes it.

    The key is kept as the answer. The letter beside it on the page is that of its place there, see
    `Choice.shown`.
    """

    key: str
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
        The key of the right option; None where there is no single right one.
    word
        What an instructor says to open the replies after a vote; "" where nobody votes.

    Raises
    ------
    ValueError
        If there are fewer than two options, or `right` is none of them.
    """

    name: str
    asks: str
    options: tuple[Option, ...]
    right: str | None = None
    word: str = ""

    def __post_init__(self) -> None:
        """Refuse a question that cannot be answered."""
        keys = [option.key for option in self.options]
        if len(keys) < 2:
            raise ValueError(f"question {self.name!r} has the options {keys}; expected two")
        if self.right is not None and self.right not in keys:
            raise ValueError(f"{self.right!r} is right in {self.name!r}; expected one of {keys}")

    @property
    def kept_as(self) -> str:
        """The key under which an answer is kept."""
        return f"ask/{self.name}"

    def voted_as(self, which: str) -> str:
        """Give the key under which the "first" or the "second" vote of a room is kept."""
        return f"vote/{self.name}/{which}"

    @property
    def shown(self) -> dict[str, Option]:
        """The options in the order of the page, by their letters there."""
        places = shown_order(self.name, [option.says for option in self.options])
        return {letter: self.options[place] for letter, place in zip(LETTERS, places, strict=False)}

    def option(self, key: Any) -> Option | None:
        """Give the option with this key; None if there is none."""
        return next((option for option in self.options if option.key == key), None)

    def said(self, option: Option) -> str:
        """Give what an option says, marked up, with its letter on the page."""
        return f"{self._letter(option)}. {option.says}"

    def _letter(self, option: Option) -> str:
        return next(letter for letter, one in self.shown.items() if one is option)

    def reply_html(self, option: Option, *, chosen: bool = False) -> str:
        """Give the reply to an option as HTML; whoever chose it is told if it is not the one."""
        missed = chosen and self.right is not None and option.key != self.right
        return f"<b>{self._head(option)}{' Not this one.' * missed}</b> {as_html(option.reply)}"

    def _head(self, option: Option) -> str:
        return f"{self._letter(option)}.{' This one.' * (option.key == self.right)}"

    def options_html(self) -> str:
        """Give the options as a list."""
        said = "".join(
            f"<li><b>{letter}.</b> {as_html(one.says)}</li>" for letter, one in self.shown.items()
        )
        return f"{_LIST}{said}</ul>"

    def html(self) -> str:
        """Give the options, and the replies folded away."""
        replies = "".join(f"<li>{self.reply_html(one)}</li>" for one in self.shown.values())
        return (
            f"{self.options_html()}<details><summary>Answer, with a reply to every option</summary>"
            f"{_LIST}{replies}</ul></details>"
        )

    def text(self) -> str:
        """Give the question, the options and the replies, one a line."""
        said = [as_text(self.said(one)) for one in self.shown.values()]
        replies = [f"{self._head(one)} {as_text(one.reply)}" for one in self.shown.values()]
        return "\n".join(
            [as_text(self.asks), *said, "", "Answer, with a reply to every option:", *replies]
        )


@dataclass(frozen=True)
class FreeText:
    """A question to answer in one's own words, and an answer to compare with."""

    name: str
    asks: str
    model: str

    @property
    def kept_as(self) -> str:
        """The key under which an answer is kept."""
        return f"ask/{self.name}"

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
