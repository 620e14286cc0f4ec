"""A run that a notebook's kernel trained is the one that would be trained here, to the bit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lossacc import lessons
from lossacc.runs.run import Run
from lossacc.support.arithmetic import copy_of_run
from tests import session_runs
from tests.notebooks import rules, running
from tests.notebooks.test_rules import code, notebook

NAME, ARM, SEED = "nine-against-one", "linear", 7
TRAINS = f"""\
from lossacc.lessons import experiment
experiment({NAME!r}).run({ARM!r}, seed={SEED})
None"""


def found(**more: int) -> Run | None:
    return session_runs.find(lessons.experiment(NAME), ARM, **{"seed": SEED, **more})


def test_a_kernels_run_is_found_and_is_the_one_of_this_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(session_runs.FOLDER, str(tmp_path / "runs"))
    assert found() is None
    lesson = notebook(code(TRAINS))
    executed = running.run(lesson, tmp_path, tmp_path, first=session_runs.KEEPS)
    assert not rules.complaints(executed.notebook)
    assert len(executed.notebook.cells) == 1
    kept, here = found(), lessons.experiment(NAME).run(ARM, seed=SEED)
    assert kept is not None
    np.testing.assert_array_equal(kept.train.logits, here.train.logits)
    np.testing.assert_array_equal(kept.gradient_norm, here.gradient_norm)
    assert kept.settings == here.settings
    assert kept.environment == here.environment
    assert found(seed=SEED + 1) is None
    with copy_of_run(0):  # computed otherwise
        assert found() is None
