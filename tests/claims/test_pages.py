"""What people are told stands on a page, in the terminal and on the site: of one piece."""

from __future__ import annotations

import pytest

from lossacc import lessons
from lossacc.claims.catalogue import entries
from lossacc.claims.pages import Told, told, verdicts_page, verdicts_text

MEASURED = lessons.measured()
TOLD = told(MEASURED)
PAGE, TEXT = verdicts_page(MEASURED), verdicts_text(MEASURED)


def test_every_sentence_is_there_once() -> None:
    assert [one.entry for one in TOLD] == list(entries())


def test_every_claim_stands_under_the_sentences_that_it_speaks_to() -> None:
    for experiment in lessons.experiments():
        for claim in experiment.claims:
            id = f"{experiment.name}/{claim.name}"
            under = {one.entry.id for one in TOLD if id in {effect.id for effect in one.effects}}
            assert under >= set(claim.catalogue), id


@pytest.mark.parametrize("one", TOLD, ids=lambda one: one.entry.id)
def test_page_and_terminal_say_the_same(one: Told) -> None:
    rows = PAGE.splitlines()
    (row,) = (line for line in rows if line.startswith(f"| {one.entry.id}: {one.entry.sentence}"))
    paragraph = TEXT.partition(f"{one.entry.id}  {one.entry.sentence}\n")[2].partition("\n\n")[0]
    for effect in one.effects:
        assert f"`{effect.id}`{effect.words}" in row
        assert f"  {effect.id}{effect.words} ({effect.notebook})" in paragraph
    assert paragraph.count("\n") == len(one.effects)
    assert row.count("../../notebooks/") == len(one.notebooks)
    assert ("not measured" in row) == (not one.effects)
