"""A question at rest says what there is to choose, and has a reply to every option."""

from __future__ import annotations

import dataclasses

import pytest

from lossacc.quiz.markup import as_html
from lossacc.quiz.questions import Choice, Option
from tests.quiz.conftest import OWN, TIE


def test_the_text_has_question_options_and_replies() -> None:
    assert TIE.text().splitlines() == [
        "What does <it> do?",
        "A. It falls & stays.",
        "B. It rises.",
        "C. Neither.",
        "",
        "Answer, with a reply to every option:",
        "A. No: it rises.",
        "B. This one. By ln 2.",
        "C. It did <i>move</i>.",
    ]


def test_the_html_folds_every_reply_and_nothing_else() -> None:
    before, _, folded = TIE.html().partition("<details>")
    for letter, option in TIE.shown.items():
        assert f"<li><b>{letter}.</b> {as_html(option.says)}</li>" in before
        assert TIE.reply_html(option) in folded
    assert "It falls &amp; stays." in before
    assert "<em>rises</em>" in folded
    assert "<em>rises</em>" not in before
    assert "<i>" not in before + folded


def test_whoever_missed_is_told() -> None:
    missed, right, _ = TIE.options
    assert TIE.reply_html(missed, chosen=True).startswith("<b>A. Not this one.</b> No")
    assert TIE.reply_html(right, chosen=True).startswith("<b>B. This one.</b> By")


def test_without_a_right_one_nobody_missed() -> None:
    open_question = dataclasses.replace(TIE, right=None)
    for letter, option in open_question.shown.items():
        assert open_question.reply_html(option, chosen=True).startswith(f"<b>{letter}.</b>")


def test_free_text_folds_its_answer() -> None:
    before, _, folded = OWN.html().partition("<details>")
    assert "<strong>confidence</strong>" in folded
    assert "confidence" not in before
    assert OWN.text() == "Why <both>?\n\nAn answer: Since confidence was taken back."


@pytest.mark.parametrize("letter", ["D", "", None, 3, ["A"]])
def test_an_option_that_is_not_there_is_none(letter: object) -> None:
    assert TIE.option(letter) is None


@pytest.mark.parametrize(
    ("options", "right", "fault"),
    [
        ((Option("A", "a", "b"),), "A", "expected two"),
        (TIE.options, "D", "'D' is right in 'x'; expected one of"),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused(
    options: tuple[Option, ...], right: str, fault: str
) -> None:
    with pytest.raises(ValueError, match=fault):
        Choice("x", "?", options, right)
