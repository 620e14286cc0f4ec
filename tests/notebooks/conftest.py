from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests import session_runs
from tests.notebooks import running
from tests.notebooks.running import Executed


@pytest.fixture(scope="session")
def execute(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Executed]:
    """Run a notebook once a session, however many tests look at it."""
    done: dict[Path, Executed] = {}

    def once(path: Path) -> Executed:
        if path not in done:
            guard = tmp_path_factory.mktemp("guard")
            notebook = running.read(path)
            done[path] = running.run(notebook, path.parent, guard, first=session_runs.KEEPS)
        return done[path]

    return once
