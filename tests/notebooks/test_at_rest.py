"""Every notebook of the series keeps the rules that can be read off the file; none of them runs."""

from __future__ import annotations

from pathlib import Path

import pytest

import lossacc
from lossacc import lessons
from lossacc.quiz import again, question_tables
from tests.notebooks import core, rules, running
from tests.project import ROOT

FOLDER = ROOT / "notebooks"
SERIES = sorted(FOLDER.glob("*.ipynb"))
STATIC: list[rules.Rule] = [
    rules.left_over,
    rules.sizes,
    rules.balance,
    rules.imports,
    rules.wording,
    rules.metadata,
    rules.exercises,
    lambda notebook: rules.links(notebook, FOLDER),
]
IDS = ["left over", "sizes", "balance", "imports", "wording", "metadata", "exercises", "links"]

each_notebook = pytest.mark.parametrize("path", SERIES, ids=lambda path: path.stem)


def sentence(name: str) -> str:
    """The sentence of the claim "experiment/slug"."""
    experiment, _, slug = name.partition("/")
    try:
        return lessons.experiment(experiment).claim(slug).sentence
    except (ValueError, LookupError) as error:
        raise KeyError(name) from error


@each_notebook
@pytest.mark.parametrize("rule", STATIC, ids=IDS)
def test_the_file_keeps_the_rules(path: Path, rule: rules.Rule) -> None:
    assert not rule(running.read(path))


@each_notebook
def test_of_the_package_it_uses_what_is_kept_stable(path: Path) -> None:
    _, _, lesson = path.stem.partition("_")
    assert not rules.doors(running.read(path), lesson, lossacc.__all__)


@each_notebook
def test_a_claim_is_said_word_for_word(path: Path) -> None:
    assert not rules.claims(running.read(path), sentence)


def asks(name: str) -> str:
    """The words of a question."""
    return question_tables.question(name).asks


@each_notebook
def test_a_question_is_asked_below_its_words(path: Path) -> None:
    assert not rules.questions(running.read(path), asks)


@each_notebook
def test_every_question_of_the_table_is_asked_once_and_in_order(path: Path) -> None:
    _, _, lesson = path.stem.partition("_")
    found = [rules.lossacc_metadata(cell).get("question") for cell in running.read(path).cells]
    table = question_tables.tables().get(lesson, ())
    assert [name for name in found if name] == [question.name for question in table]


@each_notebook
def test_the_core_is_short_and_its_minutes_are_counted(path: Path) -> None:
    faults = core.core(running.read(path), core.replies)
    assert not faults


@each_notebook
def test_earlier_notebooks_are_asked_again_at_the_opening(path: Path) -> None:
    _, _, lesson = path.stem.partition("_")
    assert not rules.asked_again(running.read(path), lesson)


def test_every_notebook_behind_the_first_asks_again_from_every_one_before_the_last() -> None:
    """What is asked again in a notebook stands in a table of each of the earlier lessons."""
    numbers = [lesson.number for lesson in lessons.lessons()]
    opened = [
        int(path.stem[:2])
        for path in SERIES
        if any(rules.lossacc_metadata(cell).get("again") for cell in running.read(path).cells)
    ]
    told = sorted({variant.lesson for variant in again.variants()})
    if not {numbers[0], numbers[-2]} <= set(told):
        pytest.skip("the tables of what is asked again are not all written yet")
    assert told[: len(numbers) - 1] == numbers[:-1]
    assert opened == numbers[1:]
