"""On another processor a notebook says of every claim, and of every solution, what it says here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lossacc.support.arithmetic import ARITHMETICS
from tests.notebooks import rules, running
from tests.notebooks.running import Executed
from tests.notebooks.test_series import SERIES

OTHERS = [name for name in ("no-onednn", "sse41") if ARITHMETICS[name].possible]

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("path", SERIES, ids=lambda path: path.stem)
@pytest.mark.parametrize("name", OTHERS)
def test_every_verdict_is_the_same(
    name: str, path: Path, execute: Callable[[Path], Executed], tmp_path: Path
) -> None:
    variables = ARITHMETICS[name].variables
    here = execute(path)
    there = running.run(running.read(path), path.parent, tmp_path, variables=variables)
    assert not rules.complaints(there.notebook)
    assert running.said_of_claims(there) == running.said_of_claims(here)
    assert there.verdicts == here.verdicts
    assert all(said.startswith("Holds") for _, said in running.said_of_claims(here))
