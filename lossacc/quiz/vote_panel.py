"""The live face of a vote: no reply before the second vote, nor before the room may read it."""

from __future__ import annotations

import html
from datetime import datetime, time
from typing import Any

import ipywidgets as widgets

from lossacc.quiz import store
from lossacc.quiz.questions import Choice
from lossacc.quiz.widget import OptionsPanel, styled_button, told_html


class FirstVote(OptionsPanel):
    """The vote before the room has discussed. After the second one it can no longer be changed."""

    def __init__(self, question: Choice) -> None:
        super().__init__(question, question.voted_as("first"), "")
        kept = store.kept(self.kept_as)
        self._mark(kept, "your first vote")
        if question.option(kept):
            self._say("Your first vote is kept.", "note")

    def _choose(self, answer: str, _: Any) -> None:
        if self.question.option(store.kept(self.question.voted_as("second"))):
            self._say("You have voted again since: your first vote stays as it was.", "status")
            return
        store.keep(self.kept_as, answer)
        self._mark(answer, "your first vote")
        self._say("Your first vote is kept. Discuss it; you will vote again.", "status")

    def _say(self, sentence: str, role: str) -> None:
        self.reply.value = told_html(html.escape(sentence), role)


class SecondVote(OptionsPanel):
    """The vote after the room has discussed, and the replies, once they are open.

    Parameters
    ----------
    question
        What is voted on. Its word opens the replies.
    opens
        The time that opens them instead; None for the word.
    """

    def __init__(self, question: Choice, opens: time | None = None) -> None:
        self.opens = opens
        self.word = widgets.Text(description="The word", continuous_update=False)
        self.word.layout.display = "none" if opens else None
        self.show = styled_button("lossacc-compare", "Show the replies")
        self.show.on_click(self._open)
        super().__init__(question, question.voted_as("second"), "", self.word, self.show)
        self._mark(store.kept(self.kept_as), "your second vote")
        if store.kept(self._opened) is True and question.option(store.kept(self.kept_as)):
            self._read("note")

    @property
    def _opened(self) -> str:
        return self.question.voted_as("opened")

    def _choose(self, answer: str, _: Any) -> None:
        store.keep(self.kept_as, answer)
        self._mark(answer, "your second vote")
        self._say("Your second vote is kept.")

    def _open(self, _: Any) -> None:
        """Show the replies if the learner has voted and the room may read them."""
        if not self.question.option(store.kept(self.kept_as)):
            self._say("Vote first.")
        elif obstacle := self._closed():
            self._say(obstacle)
        else:
            store.keep(self._opened, True)
            self._read("status")

    def _closed(self) -> str:
        """Say why the replies are not open yet; "" if they are."""
        now = datetime.now().time()
        if self.opens is not None:
            told = f"The replies open at {self.opens:%H:%M}; this computer's clock says {now:%H:%M}"
            return f"{told}." if now < self.opens else ""
        given = self.word.value.strip().casefold()
        return "" if given == self.question.word.casefold() else "That is not the word."

    def _read(self, role: str) -> None:
        """Show the replies. What was read no longer changes a vote."""
        self._reply(store.kept(self.kept_as), role)
        for button in self.buttons.values():
            button.disabled = True
        self.word.layout.display = self.show.layout.display = "none"

    def _say(self, sentence: str) -> None:
        self.reply.value = told_html(html.escape(sentence), "status")
