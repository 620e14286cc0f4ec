"""Exercises reply to every kind of answer, and a lesson's table is in order."""

from __future__ import annotations

import dataclasses
import math
import subprocess
import sys
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossacc.quiz import Exercise, ask, check, exercises

HALF = Exercise(
    "half",
    "one half of <1>",
    lambda: 0.5,
    "One & a half of it.",
    within=0.01,
    slips={2.0: "That is twice.", 0.55: "That is a little more."},
)


@pytest.mark.parametrize("nothing", [..., None])
def test_no_answer_yet_is_answered_kindly(nothing: object) -> None:
    reply = HALF.reply(nothing)
    assert reply.verdict == "Your turn"
    assert HALF.asks in reply.words


@pytest.mark.parametrize(
    "right",
    [0.5, 0.509, Fraction(1, 2), np.float32(0.5), np.array(0.5), np.array([0.5]), np.mean([0, 1])],
)
def test_a_right_answer_is_told_why(right: object) -> None:
    reply = HALF.reply(right)
    assert (reply.verdict, reply.words) == ("Right", HALF.why)


@pytest.mark.parametrize(
    "wrong",
    ["0.5", True, np.True_, [0.5], 0.5j, math.nan, np.float64("nan"), np.array([0.5, 0.5]), print],
)
def test_what_is_no_number_is_called_so(wrong: object) -> None:
    reply = HALF.reply(wrong)
    assert reply.verdict == "Not yet"
    assert "is no number; this asks for one half" in reply.words


@pytest.mark.parametrize(("slip", "words"), [(2, "twice"), (2.009, "twice"), (0.545, "a little")])
def test_a_usual_slip_has_a_reply_of_its_own(slip: float, words: str) -> None:
    reply = HALF.reply(slip)
    assert reply.verdict == "Not yet"
    assert words in reply.words


@pytest.mark.parametrize(
    ("other", "way"), [(0.7, "high"), (math.inf, "high"), (-3, "low"), (-math.inf, "low")]
)
def test_any_other_answer_is_told_its_side(other: float, way: str) -> None:
    assert f"is too {way} for one half" in HALF.reply(other).words


@given(st.floats(allow_nan=True, allow_infinity=True))
def test_right_is_exactly_within(answer: float) -> None:
    assert (HALF.reply(answer).verdict == "Right") == (abs(answer - 0.5) <= 0.01)


def test_a_reply_is_shown_as_text_and_as_safe_html() -> None:
    reply = HALF.reply("<script>")
    assert str(reply) == repr(reply) == f"Not yet: {reply.words}"
    shown = reply._repr_html_()
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown
    assert shown.startswith('<p role="status"><strong>Not yet:</strong>')


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (10**400, "inf is too high"),
        (float("nan"), "nan is no number"),
        ("x" * 10**6, "... is no number"),
        (np.zeros(10**6), "an array of shape (1000000,) is no number"),
        (np.array(["a"]), "is no number"),
        (np.array(True), "is no number"),
        (1j, "1j is no number"),
        ({0.5}, "a set is no number"),
        (object(), "an object is no number"),
    ],
)
def test_whatever_is_given_gets_a_short_reply(given: object, said: str) -> None:
    reply = HALF.reply(given)
    assert reply.verdict == "Not yet"
    assert said in reply.words
    assert len(reply.words) < 200


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": 3}, "name is 3; expected text"),
        ({"asks": None}, "asks is None; expected text"),
        ({"why": ["because"]}, r"why is \['because'\]; expected text"),
        ({"answer": 0.5}, "answer is 0.5; expected a function"),
        ({"within": -1}, "within is -1; expected a finite number of at least 0"),
        ({"within": "a little"}, "within is 'a little'; expected a finite number"),
        ({"slips": [0.5]}, r"slips is \[0.5\]; expected numbers, each with a reply"),
        ({"slips": {"half": "no"}}, "a slip is 'half'; expected a finite number"),
        ({"slips": {0.5: 3}}, "the reply to a slip is 3; expected text"),
    ],
)
def test_what_is_no_exercise_is_refused(change: dict[str, Any], said: str) -> None:
    with pytest.raises((TypeError, ValueError), match=said):
        dataclasses.replace(HALF, **change)


@pytest.mark.parametrize("name", [3, None, ["share of the B"], ..., np.zeros(2), check, b"half"])
def test_a_name_that_is_no_text_is_refused(name: Any) -> None:
    with pytest.raises(TypeError, match=r"the exercise is .*; expected its name, as text"):
        check(name, 0.5)
    with pytest.raises(TypeError, match=r"the question is .*; expected its name, as text"):
        ask(name)


@pytest.mark.parametrize("name", ["", " ", "\ud800", "x" * 10**5, "share of the b", "\0"])
def test_a_name_that_nothing_has_is_refused_in_a_short_sentence(name: str) -> None:
    for find in (lambda: check(name, 0.5), lambda: ask(name)):
        with pytest.raises(ValueError, match=r"no .*; expected one of .*, nearest are") as e:
            find()
        assert len(str(e.value)) < 300


def test_check_knows_itsknown() -> None:
    assert check("share of the B", ...).verdict == "Your turn"
    with pytest.raises(ValueError, match=r"no exercise 'share of B'.*share of the B"):
        check("share of B", 0.7)


def test_two_exercises_of_one_name_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    twice = SimpleNamespace(EXERCISES=(HALF, HALF))
    monkeypatch.setitem(sys.modules, "lossacc.lessons.twice.exercises", twice)  # type: ignore[arg-type]
    monkeypatch.setattr(exercises, "folders_with", lambda file: [SimpleNamespace(name="twice")])
    with pytest.raises(ValueError, match="two exercises are called 'half'"):
        exercises.known.__wrapped__()


EVERY = list(exercises.known().values())


@pytest.mark.parametrize("exercise", EVERY, ids=lambda exercise: exercise.name)
def test_every_exercise_accepts_its_answer_as_a_learner_writes_it(exercise: Exercise) -> None:
    # Four significant digits, as a notebook prints them.
    assert check(exercise.name, float(f"{exercise.answer():.4g}")).verdict == "Right"


@pytest.mark.parametrize("exercise", EVERY, ids=lambda exercise: exercise.name)
def test_every_slip_is_wrong_and_gets_its_own_reply(exercise: Exercise) -> None:
    for slip, words in exercise.slips.items():
        assert check(exercise.name, slip).verdict == "Not yet"
        assert check(exercise.name, slip).words == words


@pytest.mark.parametrize("exercise", EVERY, ids=lambda exercise: exercise.name)
def test_the_words_are_sentences(exercise: Exercise) -> None:
    assert not exercise.asks.endswith(".")
    for words in (exercise.why, *exercise.slips.values()):
        assert words.endswith(".")


def test_checking_an_answer_starts_no_tensorflow() -> None:
    code = (
        "import sys; from lossacc.quiz import check; print(check('share of the B', .7083)); "
        "assert 'tensorflow' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("Right")
