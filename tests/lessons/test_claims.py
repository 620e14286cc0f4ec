"""Every claim, trained for real on seeds that nobody tuned on; its control arm must fail.

Few seeds here; `lossacc verify` measures many.
"""

from functools import cache

import pytest

from lossacc import lessons
from lossacc.claims.report import Report
from lossacc.claims.verify import verify

SEEDS = (2000, 2002)
CLAIMS = [f"{name}/{claim.name}" for name in lessons.names()
          for claim in lessons.experiment(name).claims]  # fmt: skip


@cache
def report(name: str) -> Report:
    """Both seeds in one process: the second uses what was compiled for the first."""
    return verify([name], SEEDS, jobs=1)


@pytest.mark.parametrize("id", CLAIMS)
def test_the_claim_holds_and_its_control_does_not(id: str) -> None:
    row = next(row for row in report(id.partition("/")[0]).rows if row.id == id)
    assert (row.held, row.held_on_control) == (2, 0)
    assert row.least <= row.mean <= row.most


def test_the_committed_results_cover_every_claim_as_it_stands_now():

    for name in lessons.names():
        rows = {row.id: row for row in lessons.results(name).rows}
        for claim in lessons.experiment(name).claims:
            assert rows[f"{name}/{claim.name}"].sentence == claim.sentence
            assert rows[f"{name}/{claim.name}"].ready
            assert rows[f"{name}/{claim.name}"].seeds >= 20
