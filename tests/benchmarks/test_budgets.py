"""The speeds that the project promises, on an idle machine: `pytest -m slow tests/benchmarks`."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def report(module, tmp_path, *flags):
    """Run a benchmark as one would by hand, and read its JSON."""
    path = tmp_path / "report.json"
    command = [sys.executable, "-m", f"tests.benchmarks.{module}", "--json", str(path), *flags]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    print(done.stdout)
    return json.loads(path.read_text())


@pytest.mark.slow
def test_train_is_as_many_times_faster_as_it_must_at_8x8(tmp_path):
    rivals = report("speed", tmp_path, "--size", "8")["reports"][0]["rivals"]
    assert {"fit+predict", "fit"} <= rivals.keys()
    assert {name: r["ratio"] for name, r in rivals.items() if r["ratio"] < r["must"]} == {}


@pytest.mark.slow
def test_train_is_the_fastest_at_28x28_too(tmp_path):
    """There the arithmetic, which is the same for all, takes most of the time."""
    rivals = report("speed", tmp_path, "--size", "28")["reports"][0]["rivals"]
    assert {name: r["ratio"] for name, r in rivals.items() if r["ratio"] < 1} == {}


@pytest.mark.slow
def test_recorder_costs_no_more_than_it_may(tmp_path):
    result = report("recorder", tmp_path)
    assert "2500 of 20000" in result["recorder"]
    assert result["ratio"] <= result["must"], result["ratios"]


@pytest.mark.slow
@pytest.mark.browser
def test_the_panel_keeps_its_budgets(tmp_path):
    lines = report("lab", tmp_path)["lines"]
    medians = {one["what"]: (statistics.median(one["values"]), one["must"]) for one in lines}
    assert {what: pair for what, pair in medians.items() if pair[0] > pair[1]} == {}
