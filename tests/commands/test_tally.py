"""`lossacc tally`, called as an instructor calls it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from lossacc.commands.cli import main


@pytest.fixture
def room(tmp_path: Path) -> Path:
    """Three learners who vote twice, and a damaged file."""
    folder = tmp_path / "room"
    for n, (first, second) in enumerate(["AB", "AB", "CA"]):
        place = folder / f"Anna Nym {n}"
        place.mkdir(parents=True)
        votes = {
            "vote/the fall of both/first": first,
            "vote/the fall of both/second": second,
            "vote/over the line/first": first,
        }
        (place / "my_answers.json").write_text(json.dumps(votes), encoding="utf-8")
    (folder / "broken.json").write_text("{", encoding="utf-8")
    return folder


def test_it_tells_the_votes_and_no_name(room: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tally", str(room)]) == 0
    said = capsys.readouterr().out
    assert said.startswith(
        "4 files of answers: 3 with votes, 0 without, 1 damaged and not counted\n"
    )
    assert re.search(r"^ +2 +1  [A-D]\. Look for the bug", said, flags=re.M)
    assert re.search(r"^ +0 +2  [A-D]\. Find out which", said, flags=re.M)
    assert "the key" not in said
    assert "Anna" not in said
    assert "broken" not in said


def test_one_question_is_saved_as_a_picture(
    room: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["tally", str(room), "--question", "the fall of both", "--key", "--save"]
    starts = {"bars.png": b"\x89PNG", "bars.svg": b"<svg", "bars.pdf": b"%PDF"}
    for name, start in starts.items():
        assert main([*words, str(tmp_path / name)]) == 0
        assert (tmp_path / name).read_bytes().startswith(start)
    said = capsys.readouterr().out
    assert re.search(r"Find out which.*\(the key\)$", said, flags=re.M)
    assert "over the line" not in said


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (["ROOM/nowhere"], "which is no folder; expected one with answers in it"),
        (["ROOM/Anna Nym 0/my_answers.json"], "which is no folder"),
        ([" "], "expected a folder"),
        (["ROOM", "--question", "past the tie"], 'there are votes on "the fall of both"'),
        (["ROOM", "--save", "bars.png"], "got --save and 2 questions; expected one"),
        (["ROOM", "--save", "bars.gif"], "ends in .png, .svg or .pdf"),
        (["ROOM", "--save", "/nowhere/bars.png"], "there is no folder '/nowhere'"),
    ],
)
def test_bad_input_is_answered_in_a_sentence(
    words: list[str], fault: str, room: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["tally", *(word.replace("ROOM", str(room)) for word in words)]) == 2
    told = capsys.readouterr().err
    assert fault in told
    assert "Traceback" not in told


def test_a_folder_without_answers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tally", str(tmp_path)]) == 2
    assert "ends in .json" in capsys.readouterr().err
