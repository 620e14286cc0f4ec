"""Same seed, same bits: on a thread, in a panel, and in another process."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from lossacc import Run, lessons
from lossacc.lab import Lab

NAME, SEED = "sure-and-wrong", 7
KNOBS = {"epochs": 30, "examples": 100}


def trained() -> Run:
    return lessons.experiment(NAME).run("base", seed=SEED, **KNOBS)


def on_a_thread() -> Run:
    """Train as a worker of the panel does, while nothing else goes on."""
    found: list[Run] = []
    thread = threading.Thread(target=lambda: found.append(trained()))
    thread.start()
    thread.join()
    return found[0]


def in_another_process(file: Path) -> Run:
    program = f"from tests.lab.test_same_bits import trained; trained().save({str(file)!r})"
    subprocess.run([sys.executable, "-c", program], check=True, cwd=Path(__file__).parents[2])
    return Run.load(file)


def in_a_panel(until: Callable[..., None]) -> Run:
    """Train by a click, with everything drawn."""
    lab = Lab(NAME, seed=SEED, **KNOBS)
    lab._repr_mimebundle_()
    lab._controller.run()
    until(lambda: lab.state == "idle")
    found = lab.run
    lab.close()
    return found


@pytest.fixture(scope="module")
def here() -> Run:
    return trained()


def same(here: Run, there: Run) -> None:
    assert dict(there.environment) == dict(here.environment)
    for on in here.sets:
        np.testing.assert_array_equal(there.scores(on).logits, here.scores(on).logits)
    np.testing.assert_array_equal(there.gradient_norm, here.gradient_norm)
    assert there.settings == here.settings


def test_same_seed_same_bits_again_and_on_a_thread(here: Run) -> None:
    same(here, trained())
    same(here, on_a_thread())


def test_same_seed_same_bits_in_another_process(here: Run, tmp_path: Path) -> None:
    same(here, in_another_process(tmp_path / "run.npz"))


def test_same_seed_same_bits_in_a_panel(
    here: Run, until: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOSSACC_PANELS", "live")
    same(here, in_a_panel(until))
