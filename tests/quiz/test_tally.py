"""The votes of thirty made-up learners are counted, and what is damaged is told and not counted."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from lossacc.quiz.question_tables import question
from lossacc.quiz.questions import Choice
from lossacc.quiz.tally import Tally, tally

FALL, TIE = "the fall of both", "over the line"
FIRST = "A" * 12 + "B" * 6 + "C" * 5 + "D" * 2  # of 25
SECOND = "A" * 3 + "B" * 18 + "C" * 2  # of 23: two have left


def answers(n: int) -> dict[str, object]:
    """What the learner of this number answered."""
    found: dict[str, object] = {"ask/past the tie": "B", f"vote/{FALL}/first": FIRST[n]}
    if n < len(SECOND):
        found[f"vote/{FALL}/second"] = SECOND[n]
    return found


@pytest.fixture
def room(tmp_path: Path) -> Path:
    """Thirty files, in folders of their own and under names of their own: 25 with votes.

    One learner has answered other things only, one has voted for what is no option, three files
    are damaged. A hidden copy and a notebook are no files of answers.
    """
    for n in range(25):
        place = f"learner {n}/my_answers.json" if n % 2 else f"{n} (answers).json"
        file = tmp_path / place
        file.parent.mkdir(exist_ok=True)
        file.write_text(json.dumps(answers(n)), encoding="utf-8-sig" if n == 3 else "utf-8")
    (tmp_path / "other.json").write_text('{"ask/past the tie": "B"}', encoding="utf-8")
    (tmp_path / "strange.json").write_text(
        json.dumps({f"vote/{FALL}/first": ["A"], f"vote/{FALL}/second": "Z", "vote/x/first": 3})
    )
    (tmp_path / "half.json").write_text('{"vote/', encoding="utf-8")
    (tmp_path / "list.JSON").write_text("[1, 2]", encoding="utf-8")
    (tmp_path / "noise.json").write_bytes(bytes(range(256)))
    hidden = tmp_path / ".ipynb_checkpoints"
    hidden.mkdir()
    (hidden / "my_answers.json").write_text(json.dumps(answers(0)))
    (tmp_path / "notes.ipynb").write_text("{}")
    return tmp_path


def test_thirty_files_are_counted(room: Path) -> None:
    found = tally(room)
    assert str(found) == (
        "30 files of answers: 25 with votes, 2 without, 3 damaged and not counted"
    )
    (fall,) = found.tallies
    assert fall.question.name == FALL
    assert dict(fall.first) == {key: FIRST.count(key) for key in "ABCD"}
    assert dict(fall.second) == {key: SECOND.count(key) for key in "ABC"}


def test_the_bars_are_in_the_order_of_the_page(room: Path) -> None:
    (fall,) = tally(room).tallies
    table = fall.picture().table
    assert [row[0] for row in table.rows] == list("ABCD")
    for letter, first, second in table.rows:
        key = fall.question.shown[str(letter)].key
        assert (first, second) == (FIRST.count(key), SECOND.count(key))


def test_the_picture_tells_the_key_only_when_it_is_asked_to(room: Path) -> None:
    (fall,) = tally(room).tallies
    asked = question(FALL)
    assert isinstance(asked, Choice)
    key = next(letter for letter, one in asked.shown.items() if one.key == asked.right)
    assert not any("the key" in text for text in fall.picture().texts())
    assert f"{key}, the key" in [tick.text for tick in fall.picture(key=True).panels[0].x.ticks]
    assert fall.picture(key=True).title == f"{FALL}: {key} has 6 of 25, then 18 of 23 votes"


@pytest.mark.parametrize("which", ["first", "second"])
def test_one_vote_alone_is_drawn(which: str, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps({f"vote/{TIE}/{which}": "A"}))
    (found,) = tally(tmp_path).tallies
    assert "1 of 1 votes" in found.picture().title
    assert "<svg" in found.picture().svg()
    assert found.picture().figure()


def test_nobody_has_voted() -> None:
    asked = question(TIE)
    assert isinstance(asked, Choice)
    assert "nobody has voted" in Tally(asked, Counter(), Counter()).picture().title


def test_a_file_that_is_far_too_large_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "large.json").write_text(json.dumps({"x": "y" * 1_100_000}))
    assert tally(tmp_path).damaged == 1


def test_without_folder_or_files_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="no folder; expected one with answers"):
        tally(tmp_path / "nowhere")
    with pytest.raises(OSError, match=r"ends in \.json"):
        tally(tmp_path)
