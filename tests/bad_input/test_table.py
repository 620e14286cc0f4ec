from __future__ import annotations

from collections import Counter
from itertools import groupby

import pytest

from tests.bad_input.refusals import faults, refusal
from tests.bad_input.table import ANY, Row, rows, said
from tests.bad_input.world import public, world

ROWS = sorted(rows(), key=lambda row: row.name)
# What writes files is tried in its own room.
WRITES = {"data.save_folder"}


@pytest.mark.parametrize(
    "calls",
    [pytest.param(list(some), id=name) for name, some in groupby(ROWS, key=lambda row: row.name)],
)
def test_bad_input_is_refused_with_the_sentence_of_the_table(calls: list[Row]) -> None:
    for row in calls:
        error = refusal(row.call, world())
        assert row.error in (ANY, said(error)), row.call
        assert not faults(error), f"{row.call}: {error}"


def test_every_public_callable_is_tried_three_times_at_least() -> None:
    tried = Counter(row.name for row in ROWS)
    assert len(ROWS) >= 300
    assert {name: tried[name] for name in public() if tried[name] < 3} == dict.fromkeys(WRITES, 0)


def test_no_call_stands_there_twice() -> None:
    assert len({row.call for row in ROWS}) == len(ROWS)
