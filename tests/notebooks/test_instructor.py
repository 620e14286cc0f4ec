"""The guide speaks of every vote and every lesson there is, and its links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from nbformat import v4

from lossacc import lessons
from lossacc.quiz import question_tables
from lossacc.quiz.questions import Choice
from tests.notebooks import rules
from tests.project import ROOT

FOLDER = ROOT / "notebooks"
GUIDE = FOLDER / "instructor" / "guide.md"
PAGES = [GUIDE, FOLDER / "instructor" / "survey.md", FOLDER / "workshops" / "plans.md"]
PARTS = ("Aim", "Misconception", "The room says", "Minutes", "Late", "When it fails")
VOTES = [one for one in question_tables.tables()["workshops"] if isinstance(one, Choice)]


def sections() -> dict[str, str]:
    """The parts of the guide under a third-level heading, by their names."""
    parts = re.split(r"^### ", GUIDE.read_text(encoding="utf-8"), flags=re.M)[1:]
    return {part.splitlines()[0]: part.split("\n## ")[0] for part in parts}


@pytest.mark.parametrize("vote", VOTES, ids=lambda vote: vote.name)
def test_every_vote_has_its_notes_its_word_and_its_key(vote: Choice) -> None:
    notes = sections()[vote.name]
    assert [part for part in PARTS if f"**{part}.**" in notes] == list(PARTS)
    rows = re.findall(
        rf"^\| {vote.name} \| (.+) \| (.+) \|$", GUIDE.read_text(encoding="utf-8"), flags=re.M
    )
    right = vote.option(vote.right)
    assert right
    ((word, key),) = rows
    assert word == vote.word
    assert right.says.startswith(key)


def test_words_are_different_and_none_is_in_a_question() -> None:
    words = [vote.word for vote in VOTES]
    assert len(set(words)) == len(words)
    assert not [word for word in words for vote in VOTES if word in vote.text()]


def test_every_lesson_has_a_row() -> None:
    rows = re.findall(r"^\| (\d\d) [^|]+(?:\| [^|]+){4}\|", GUIDE.read_text("utf-8"), flags=re.M)
    assert [int(number) for number in rows] == [lesson.number for lesson in lessons.lessons()]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_links_lead_somewhere(path: Path) -> None:
    page = v4.new_notebook(cells=[v4.new_markdown_cell(path.read_text(encoding="utf-8"))])
    assert not rules.links(page, path.parent)
    assert not rules.wording(page)


@pytest.mark.parametrize("heading", ["Half a day", "A day"])
def test_the_minutes_of_a_plan_follow_on_each_other(heading: str) -> None:
    text = (FOLDER / "workshops" / "plans.md").read_text(encoding="utf-8")
    plan = text.split(f"## {heading}")[1].split("\n## ")[0]
    rows = re.findall(r"^\| (\d):(\d\d) \| (\d+) \|", plan, flags=re.M)
    starts = [60 * int(hour) + int(minute) for hour, minute, _ in rows]
    ends = [start + int(took) for start, (_, _, took) in zip(starts, rows, strict=True)]
    assert starts == [0, *ends[:-1]]
    assert len(rows) >= 7


def test_the_survey_has_eight_questions() -> None:
    text = (FOLDER / "instructor" / "survey.md").read_text(encoding="utf-8")
    assert re.findall(r"^(\d)\. ", text, flags=re.M) == list("12345678")
