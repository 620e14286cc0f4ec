"""The runs that lessons show, each trained once for all tests, and their copies.

What the notebook itself trained in this session is taken from there (`tests.session_runs`).

What a lesson says of one run must hold wherever it is run. So a test that speaks of a run is marked
`copies`: it is tried on the run as it is, and on copies whose first weights are moved by a
millionth, as the last bits of another processor would move them. `pytest --arithmetic NAME` tries
the same tests under another processor's kernels.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from lossacc import lessons
from lossacc.runs.run import Run
from lossacc.support.arithmetic import COPIES, current_copy
from tests import session_runs


def _copies(quick: int) -> list[Any]:
    """The run as it is and its copies; those beyond the first few take minutes altogether."""
    beyond = [pytest.param(n, marks=pytest.mark.slow) for n in range(quick, COPIES)]
    return [None, *range(quick), *beyond]


def _named(copy: int | None) -> str:
    return "as it is" if copy is None else f"copy {copy}"


copies = pytest.mark.parametrize("copy", _copies(1), indirect=True, ids=_named)
# For runs of several seconds.
slow_copies = pytest.mark.parametrize("copy", _copies(0), indirect=True, ids=_named)


def shown(experiment: str, arm: str = "base", *, seed: int, **knobs: Any) -> Run:
    """The run that a lesson shows, or the copy of it that is being tried."""
    return _trained(experiment, arm, seed, current_copy(), tuple(sorted(knobs.items())))


@cache
def _trained(
    experiment: str, arm: str, seed: int, copy: int | None, knobs: tuple[tuple[str, Any], ...]
) -> Run:
    of = lessons.experiment(experiment)
    kept = session_runs.find(of, arm, seed, **dict(knobs))
    return of.run(arm, seed=seed, **dict(knobs)) if kept is None else kept
