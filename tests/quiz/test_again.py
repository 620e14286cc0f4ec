"""A notebook opens with what was missed; with nothing known, everybody gets the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossacc.quiz import again, ask_again, question_tables, store
from lossacc.quiz.again import NOTHING, Variant, chosen
from lossacc.quiz.folders import folders_with, number_of
from lossacc.quiz.questions import Choice, FreeText, Option
from tests.quiz.conftest import OWN

WIDGET = "application/vnd.jupyter.widget-view+json"
PAIR = (Option("A", "Up.", "It did."), Option("B", "Down.", "It did not."))
TABLE = """
[[question]]
of = "tie 1"
name = "tie 1, again"
asks = "And now?"
right = "B"
A.says = "Up."
A.reply = "No."
B.says = "Down."
B.reply = "Yes."
"""


def of(lesson: int, name: str) -> Variant:
    """A variant whose question, and whose original, has A for an answer."""
    return Variant(
        Choice(f"{name}, again", f"Again {name}?", PAIR, "A"), Choice(name, "?", PAIR, "A"), lesson
    )


EVERY = [of(lesson, f"tie {lesson} {n}") for lesson in range(4) for n in range(3)]


def names(here: int, answers: dict[str, Any]) -> list[str]:
    return [one.of.name for one in chosen(EVERY, here, answers)]


def test_what_was_missed_comes_first_and_what_nothing_is_known_of_last() -> None:
    right = {one.of.kept_as: "A" for one in EVERY}
    missed = {"ask/tie 1 2": "B", "ask/tie 0 1": "B"}
    assert sorted(names(3, right | missed)) == ["tie 0 1", "tie 1 2"]
    unknown = {key: value for key, value in right.items() if key != "ask/tie 2 0"}
    one_missed = unknown | {"ask/tie 1 1": "B"}
    first, second = names(3, one_missed)
    assert (first, second != "tie 2 0") == ("tie 1 1", True)


def test_a_later_right_answer_mends_a_missed_one_and_a_later_slip_counts() -> None:
    right: dict[str, Any] = {one.of.kept_as: "A" for one in EVERY}
    mended = right | {"ask/tie 0 1": "B", "again/01/tie 0 1, again": "A"}
    assert names(3, mended) == names(3, right)
    slipped = right | {"again/01/tie 0 1, again": "B"}
    assert names(3, slipped)[0] == "tie 0 1"


def test_once_answered_the_opening_stays_as_it_was() -> None:
    first = names(3, {})
    answered = {f"again/03/{name}, again": "B" for name in first}
    assert sorted(names(3, answered | {"ask/tie 0 0": "B"})) == sorted(first)


@given(
    st.integers(0, 5),
    st.dictionaries(
        st.sampled_from([one.of.kept_as for one in EVERY] + [one.key(3) for one in EVERY]),
        st.sampled_from(["A", "B", "C", 3, None, ["A"], {"A": 1}]),
    ),
)
def test_two_of_earlier_notebooks_whatever_was_kept(here: int, answers: dict[str, Any]) -> None:
    found = chosen(EVERY, here, answers)
    assert len(set(map(id, found))) == len(found) == (2 if here else 0)
    assert all(one.lesson < here for one in found)
    assert found == chosen(reversed(EVERY), here, answers)


def test_notebooks_do_not_all_open_with_the_same() -> None:
    assert len({tuple(names(here, {})) for here in range(4, 9)}) > 2


def test_words_of_ones_own_are_never_missed() -> None:
    free = Variant(OWN, FreeText("x", "?", "."), 0)
    assert free.was_missed({"ask/x": "text", free.key(1): "text"}) is None


def test_a_table_is_read() -> None:
    (variant,) = again.read(TABLE, 1, [Choice("tie 1", "?", PAIR, "A")])
    assert variant.question.name == "tie 1, again"
    assert variant.of.name == "tie 1"


def test_a_variant_of_nothing_is_refused() -> None:
    for table in (TABLE, TABLE.replace('of = "tie 1"', "")):
        with pytest.raises(ValueError, match="expected a question of its lesson"):
            again.read(table, 1, [OWN])


@pytest.fixture
def made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(again, "variants", lambda: tuple(EVERY))
    monkeypatch.delenv("LOSSACC_PANELS", raising=False)
    monkeypatch.delenv("VSCODE_PID", raising=False)


@pytest.mark.usefixtures("made_up")
def test_still_it_says_the_same_to_everybody_and_touches_no_file(own_folder: Path) -> None:
    store.keep("ask/tie 0 0", "B")
    before = ask_again("three_boxes")._repr_mimebundle_()
    (own_folder / store.NAME).unlink()
    after = ask_again("three_boxes")._repr_mimebundle_()
    assert before == after
    assert set(after) == {"text/html", "text/plain"}
    assert not list(own_folder.iterdir())
    for variant in chosen(EVERY, number_of("three_boxes"), {}):
        assert f"From notebook {variant.lesson:02}" in after["text/html"]
        assert f"Again {variant.of.name}?" in after["text/html"]
        assert f"Again {variant.of.name}?" in after["text/plain"]


@pytest.mark.usefixtures("made_up")
def test_live_it_asks_what_was_missed_and_keeps_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOSSACC_PANELS", "live")
    store.keep("ask/tie 2 1", "B")
    shown = []
    monkeypatch.setattr(again, "shows", shown.append)
    asked = ask_again("three_boxes")
    bundle = asked._repr_mimebundle_()
    assert set(bundle) == {WIDGET, "text/html", "text/plain"}
    panel = shown[0].panels[0]
    assert "<b>From notebook 02.</b> Again tie 2 1?" in panel.box.children[0].value
    panel.buttons["A"].click()
    assert store.answers() == {"again/07/tie 2 1, again": "A", "ask/tie 2 1": "B"}
    asked._repr_mimebundle_()
    assert "(your answer)" in shown[1].panels[0].buttons["A"].description


def test_before_the_first_notebook_there_is_nothing_to_ask_again() -> None:
    assert repr(ask_again("start_here")) == NOTHING


def test_an_unknown_lesson_says_which_there_are() -> None:
    with pytest.raises(ValueError, match=r"no lesson 'three_boxs'.*\"three_boxes\""):
        ask_again("three_boxs")
    with pytest.raises(TypeError, match="expected its name"):
        ask_again(7)  # type: ignore[arg-type]


@pytest.mark.parametrize("folder", folders_with(again.VARIANTS), ids=lambda folder: folder.name)
def test_the_variants_of_a_lesson(folder: Any) -> None:
    own = [one for one in again.variants() if one.lesson == number_of(folder.name)]
    assert 4 <= len(own) <= 6
    originals = {one.name for one in question_tables.tables()[folder.name]}
    assert {one.of.name for one in own} <= originals
    assert all(one.question.asks != one.of.asks for one in own)


def test_no_two_variants_have_one_name() -> None:
    used = [one.question.name for one in again.variants()]
    assert len(set(used)) == len(used)
