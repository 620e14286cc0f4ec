"""What the kernels of notebooks trained, for the tests of this session that speak of the same runs.

A notebook is always run for real: its budget is about that. Each run that it trains is put into a
folder of the session, and `tests.copies.shown` takes it from there. The same arm, seed and
environment make the same bits in whatever process, which `tests/notebooks/test_session_runs.py`
shows. The folder is one of pytest's own, new in every session.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lossacc.claims.experiment import Experiment
from lossacc.claims.fingerprint import digest
from lossacc.runs.run import Run
from lossacc.support.keras_api import environment

ROOT = Path(__file__).parents[1]
FOLDER = "LOSSACC_SESSION_RUNS"  # the environment variable that names it

# What a kernel runs before a notebook's first cell.
KEEPS = f"""\
import sys
sys.path.append({str(ROOT)!r})
from tests.session_runs import keep_each
keep_each()
sys.path.pop()
del sys, keep_each
"""


def find(experiment: Experiment, arm: str, seed: int, **knobs: Any) -> Run | None:
    """The run of this arm that was trained in this session by the same arithmetic, if any was."""
    path = _path(experiment.name, arm, seed, experiment.settings(arm, **knobs))
    return Run.load(path) if path is not None and path.exists() else None


def keep_each() -> None:
    """From now on keep whatever this process trains on an experiment's own data."""
    trained = Experiment.run

    def kept(self: Experiment, *arguments: Any, **named: Any) -> Run:
        run = trained(self, *arguments, **named)
        if named.get("data") is None and "stopped" not in run.settings:
            _keep(run)
        return run

    change: Callable[..., Any] = kept
    Experiment.run = change  # type: ignore[method-assign]


def _keep(run: Run) -> None:
    path = _path(*(run.settings[name] for name in ("experiment", "arm", "seed", "knobs")))
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        run.save(path)


def _path(*what: Any) -> Path | None:
    """Where a run lies: its name says what it is of, and how this process computes."""
    folder = os.environ.get(FOLDER)
    return Path(folder) / f"{digest([*what, environment()])}.npz" if folder else None
