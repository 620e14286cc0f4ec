"""Every notebook of the series runs as it stands, within its budget, and explains itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.notebooks import core, rules, running
from tests.notebooks.running import Executed

FOLDER = Path(__file__).parents[2] / "notebooks"
SERIES = sorted(FOLDER.glob("*.ipynb"))
WITH_EXERCISES = [
    path
    for path in SERIES
    if any("exercise" in rules.lossacc_metadata(cell) for cell in running.read(path).cells)
]
SECONDS_AT_MOST = 40
REFERENCE = 0.55  # seconds of the small training on the two cores for which that is meant
MEGABYTES_AT_MOST = 900


def each(paths: list[Path]) -> pytest.MarkDecorator:
    """Every test of one lesson runs in the same process, which runs the notebook once."""
    params = [
        pytest.param(path, id=path.stem, marks=pytest.mark.xdist_group(f"lesson {path.stem[3:]}"))
        for path in paths
    ]
    return pytest.mark.parametrize("path", params)


each_notebook = each(SERIES)


@each_notebook
def test_run_all_without_a_network(path: Path, execute: Callable[[Path], Executed]) -> None:
    assert not rules.complaints(execute(path).notebook)


@each_notebook
def test_run_all_keeps_its_budget(path: Path, execute: Callable[[Path], Executed]) -> None:
    """In processor seconds, which say the same beside other work, against a small training."""
    executed = execute(path)
    assert executed.took.cpu <= SECONDS_AT_MOST / REFERENCE * executed.reference.cpu
    if executed.peak_mb is None:
        pytest.skip("this system does not say how much memory a process took at its peak")
    assert executed.peak_mb <= MEGABYTES_AT_MOST


@pytest.mark.slow
@each_notebook
def test_run_all_keeps_its_budget_by_the_clock(path: Path, tmp_path: Path) -> None:
    """As a learner waits: alone on the machine, so without `-n`."""
    executed = running.run(running.read(path), path.parent, tmp_path)
    slower = max(1, executed.reference.clock / REFERENCE)
    assert executed.took.clock <= SECONDS_AT_MOST * slower


@each_notebook
def test_the_core_takes_no_longer_than_a_lesson(
    path: Path, execute: Callable[[Path], Executed]
) -> None:
    """With what its cells were measured to take."""
    cells, _ = core.parts(execute(path).notebook)
    counted = core.of(cells, core.replies)
    assert counted.seconds > 0
    assert counted.minutes <= core.MINUTES_AT_MOST


@each_notebook
def test_a_sentence_reads_every_picture(path: Path, execute: Callable[[Path], Executed]) -> None:
    assert not rules.unread_pictures(execute(path).notebook)


@each_notebook
def test_an_open_exercise_answers_kindly(path: Path, execute: Callable[[Path], Executed]) -> None:
    assert not rules.silent_exercises(execute(path).notebook)


@each(WITH_EXERCISES)
def test_every_solution_is_right(path: Path, execute: Callable[[Path], Executed]) -> None:
    verdicts = execute(path).verdicts
    assert verdicts
    assert {name: said for name, said in verdicts.items() if not said.startswith("Right: ")} == {}
