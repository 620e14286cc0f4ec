"""Exercises reply to every kind of answer, and a lesson's table is in order."""

from __future__ import annotations

import math
import subprocess
import sys
from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossacc.quiz import Exercise, check, exercises

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
