"""What was committed speaks of the code that stands here; rows and pages are made of it."""

import pytest

from lossacc import lessons
from lossacc.claims.fingerprint import changes, fingerprint
from lossacc.claims.judge import judged
from tests.project import ROOT

EVERY = pytest.mark.parametrize("name", lessons.names())


@EVERY
def test_the_results_are_those_of_this_code(name):
    """Mend by measuring anew, or with `--confirm` where the change does not touch the numbers."""
    before = lessons.results(name).fingerprint
    assert before, f"measure it: lossacc verify {name} --seeds 0:60 --commit"
    differ = changes(before, fingerprint(lessons.experiment(name)))
    assert not differ, f"{'; '.join(differ)}. Try: lossacc verify {name} --confirm"


@EVERY
def test_the_committed_evidence_gives_the_committed_rows_by_todays_rules(name):
    report = lessons.results(name)
    anew = judged(lessons.experiment(name), lessons.evidence(name), report.data)
    assert anew.seeds == report.seeds
    for was, now in zip((*report.rows, *report.gains), (*anew.rows, *anew.gains), strict=True):
        for field, value in vars(was).items():
            same = pytest.approx(value) if isinstance(value, float) else value
            assert getattr(now, field) == same, (was.id, field, f"lossacc verify {name} --judge")


def test_the_evidence_is_small():
    for file in ROOT.glob("lossacc/lessons/*/results/*.seeds.json"):
        assert file.stat().st_size < 200_000, file


@pytest.mark.parametrize("place", lessons.pages())
def test_a_page_is_made_of_the_committed_results(place):
    """Write it anew with `lossacc verify NAME --judge --commit`."""
    assert (ROOT / "lossacc" / "lessons" / place).read_text(encoding="utf-8") == PAGES[place]


def test_the_pages_name_notebooks_that_exist():
    for lesson in lessons.lessons():
        assert (ROOT / "notebooks" / f"{lesson.notebook}.ipynb").exists()


PAGES = lessons.pages()
