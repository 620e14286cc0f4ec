"""The tables of the lessons are in order, and a table that is not is refused with a sentence."""

from __future__ import annotations

import pytest

from lossacc.quiz import ask, question_tables
from lossacc.quiz.markup import as_text
from lossacc.quiz.questions import LETTERS, Choice, FreeText, Question

GOOD = """
[[question]]
name = "tie"
asks = '''
What happened
to it?'''
right = "B"
A.says = "Nothing."
A.reply = "It did."
B.says = "Much."
B.reply = "Yes."

[[question]]
name = "why"
asks = "Why?"
model = "Because."
"""
ALL = [one for table in question_tables.tables().values() for one in table]
CHOICES = [one for one in ALL if isinstance(one, Choice)]


def test_a_table_is_read() -> None:
    tie, why = question_tables.read(GOOD)
    assert isinstance(tie, Choice)
    assert tie.asks == "What happened to it?"
    assert [option.key for option in tie.options] == ["A", "B"]
    assert tie.right == "B"
    assert why == FreeText("why", "Why?", "Because.")


@pytest.mark.parametrize(
    ("good", "bad", "fault"),
    [
        ('A.reply = "It did."', "", "expected 'reply' among it"),
        ('asks = "Why?"', 'asks = " "', "expected 'asks' among it"),
        ('model = "Because."', "", "question 'why' has name, asks"),
        ('right = "B"', 'model = "Both."', "either a model answer or options"),
        ('right = "B"', 'rihgt = "B"', "question 'tie' has name, asks, rihgt"),
        ('right = "B"', 'right = "C"', "'C' is right in 'tie'"),
    ],
)
def test_a_faulty_table_is_refused(good: str, bad: str, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        question_tables.read(GOOD.replace(good, bad))


def test_an_unknown_name_says_which_there_are() -> None:
    with pytest.raises(ValueError, match=r"no question 'tie past'.*past the tie"):
        ask("tie past")


def test_every_name_is_used_once() -> None:
    assert len({one.name for one in ALL}) == len(ALL)


@pytest.mark.parametrize("question", ALL, ids=lambda question: question.name)
def test_the_words_are_sentences(question: Question) -> None:
    assert question.asks[-1] in ".?!:"
    answers = [question.model] if isinstance(question, FreeText) else []
    replies = [one.reply for one in question.options] if isinstance(question, Choice) else []
    for words in [*answers, *replies]:
        assert words[-1] in ".?!)"


@pytest.mark.parametrize("question", CHOICES, ids=lambda question: question.name)
def test_options_are_in_order_and_different(question: Choice) -> None:
    said = [as_text(option.says) for option in question.options]
    assert len(set(said)) == len(said)
    assert [option.key for option in question.options] == list(LETTERS[: len(said)])
    for words in said:
        assert not set("*`") & set(words)  # every mark has its partner
