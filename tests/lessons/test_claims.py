"""Every claim, trained for real on seeds that nobody tuned on; its control arm must fail.

Few seeds here; `lossacc verify` measures many.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from lossacc import lessons
from lossacc.claims.report import Report
from lossacc.claims.verify import verify

QUICK, MORE = (2000, 2001), (2001, 2004)


def _claims() -> Iterator[Any]:
    """Every claim, on one seed in the quick tests and on three more in the slow ones.

    Those of one experiment stay in one process: the second seed uses what was compiled for the
    first.
    """
    for name in lessons.names():
        group = pytest.mark.xdist_group(f"claims of {name}")
        for claim in lessons.experiment(name).claims:
            id = f"{name}/{claim.name}"
            yield pytest.param(id, QUICK, marks=group, id=id)
            yield pytest.param(id, MORE, marks=[group, pytest.mark.slow], id=f"{id}, more seeds")


@cache
def report(name: str, seeds: tuple[int, int]) -> Report:
    """Measure all claims of an experiment at once; its remedies too, where there is time."""
    measured = lessons.experiment(name)
    if seeds == QUICK:
        measured = replace(measured, remedies=())
    return verify([measured], seeds, jobs=1)


@pytest.mark.parametrize(("id", "seeds"), list(_claims()))
def test_the_claim_holds_and_its_control_does_not(id: str, seeds: tuple[int, int]) -> None:
    row = next(row for row in report(id.partition("/")[0], seeds).rows if row.id == id)
    assert (row.held, row.held_on_control) == (seeds[1] - seeds[0], 0)
    assert row.least <= row.mean <= row.most


def test_the_committed_results_cover_every_claim_as_it_stands_now():
    for name in lessons.names():
        rows = {row.id: row for row in lessons.results(name).rows}
        for claim in lessons.experiment(name).claims:
            assert rows[f"{name}/{claim.name}"].sentence == claim.sentence
            assert rows[f"{name}/{claim.name}"].ready
            assert rows[f"{name}/{claim.name}"].seeds >= 20
