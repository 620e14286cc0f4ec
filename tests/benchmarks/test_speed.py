"""What the page says of speed is what was measured."""

from __future__ import annotations

import json
import statistics
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROUNDS = json.loads((HERE / "speed.json").read_text())["8"]


def milliseconds(found: list[dict[str, list[float]]]) -> float:
    """Give an epoch's milliseconds at the setting that was the fastest."""
    settings: dict[str, list[float]] = {}
    for one in found:
        settings.setdefault(str(one["settings"]), []).extend(one["ms"])
    return min(statistics.median(all_of_it) for all_of_it in settings.values())


@pytest.mark.parametrize("rival", ["fit+predict", "fit", "torch", "fit, an epoch in one call"])
def test_the_page_has_the_ratio_of_each_round(rival: str) -> None:
    ratios = [milliseconds(one[rival]) / milliseconds(one["train"]) for one in ROUNDS]
    told = ", ".join(f"{ratio:.1f}" for ratio in ratios)
    assert f"| {told} |" in (HERE / "README.md").read_text(encoding="utf-8")
