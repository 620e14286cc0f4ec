"""The options are shuffled by the question's name, and no letter is the key too often."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossacc.quiz import again, question_tables
from lossacc.quiz.order import shown_order
from lossacc.quiz.questions import Choice

ALL = [one for table in question_tables.tables().values() for one in table]
ALL += [one.question for one in again.variants()]
CHOICES = [one for one in ALL if isinstance(one, Choice)]
MOST = 0.35  # of all keys on one letter
NAMES_A_LETTER = re.compile(
    r"\b(option|answer|reply|choice|as in|like|see|under) [A-F]\b|\([A-F]\)"
)


@given(st.text(), st.lists(st.text(), min_size=2, max_size=6))
def test_every_option_is_shown_once_and_always_in_the_same_place(
    name: str, says: list[str]
) -> None:
    order = shown_order(name, says)
    assert sorted(order) == list(range(len(says)))
    assert order == shown_order(name, says)


@pytest.mark.parametrize(
    "says",
    [
        ["1 %.", "About 2.5 %.", "40 %, at most."],
        ["Batches of 32.", "Batches of 4.", "Batches of 1."],
        ["At p = .5, 3 right.", "At p = .9, 1 right."],
        ["It grows.", "It shrinks.", "Neither of the first two."],
    ],
)
def test_a_scale_and_options_named_by_their_place_stay_in_order(says: list[str]) -> None:
    for name in map(str, range(20)):
        assert shown_order(name, says) == list(range(len(says)))


def test_what_speaks_of_all_others_stays_last() -> None:
    orders = {tuple(shown_order(str(name), ["It.", "They.", "None."])) for name in range(20)}
    assert orders == {(0, 1, 2), (1, 0, 2)}
    assert {shown_order(str(name), ["None.", "It.", "They."])[0] for name in range(40)} == {0, 1, 2}


def test_numbers_in_no_order_are_no_scale() -> None:
    orders = {tuple(shown_order(str(name), ["80 %", "82 %", "71 %"])) for name in range(60)}
    assert len(orders) == 6


def test_no_letter_is_the_key_too_often() -> None:
    """Where it is: another number for `_SHUFFLE` in `lossacc/quiz/order.py`."""
    keys = Counter(
        letter
        for one in CHOICES
        for letter, option in one.shown.items()
        if option.key == one.right
    )  # fmt: skip
    assert keys.total() == sum(one.right is not None for one in CHOICES) > 0
    assert max(keys.values()) <= MOST * keys.total(), keys


@pytest.mark.parametrize("question", CHOICES, ids=lambda question: question.name)
def test_no_text_names_an_option_by_its_letter(question: Choice) -> None:
    said = [text for one in question.options for text in (one.says, one.reply)]
    assert not [text for text in [question.asks, *said] if NAMES_A_LETTER.search(text)]
