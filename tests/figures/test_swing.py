"""A run that goes to and fro, or away and back, says so in its title."""

from __future__ import annotations

import numpy as np
import pytest

from lossacc.figures import compare, curves
from lossacc.figures.words import swing
from lossacc.runs.run import Run
from lossacc.runs.scores import Scores
from tests.made_runs import run_of


def nine_against_one(probability: list[float]) -> Run:
    """Give ten examples of two classes, nine A and one B, at these p of A."""
    p = np.array(probability)
    logits = np.log(np.stack([p, 1 - p], axis=-1))[:, None, :].repeat(10, axis=1)
    return run_of(Scores(logits.astype(np.float32), np.array([0] * 9 + [1])))


FLIPPING = [0.95, 0.95, 0.2] * 8
CALM = [0.3] + [0.9] * 23
ONCE = [0.9] * 15 + [0.2] + [0.9] * 8


@pytest.mark.parametrize(
    ("path", "found"), [(FLIPPING, (0.1, 0.9)), (CALM, None), (ONCE, None), ([0.3], None)]
)
def test_a_swing_is_wide_and_comes_back(
    path: list[float], found: tuple[float, float] | None
) -> None:
    assert swing(nine_against_one(path).train) == (None if found is None else pytest.approx(found))


def test_small_ripples_are_no_swing() -> None:
    # Each example's own p: one of ten comes and goes, ten points of accuracy.
    p = np.full((24, 10), 0.9)
    p[::2, 0] = 0.2
    logits = np.log(np.stack([p, 1 - p], axis=-1))
    assert swing(Scores(logits.astype(np.float32), np.zeros(10, int))) is None


def test_the_titles_say_it() -> None:
    flipping, calm = nine_against_one(FLIPPING), nine_against_one(CALM)
    assert curves(flipping).title == (
        "Training accuracy swings between 10 % and 90 %, and loss between 0.346 and 1.47"
    )
    title = compare({"slow": calm, "fast": flipping}).title
    assert title.endswith("accuracy at 90 % (slow), swinging between 10 % and 90 % (fast)")
    assert "swing" not in curves(calm).title


def test_a_single_drop_is_owned_up_to() -> None:
    title = curves(nine_against_one(ONCE)).title
    assert title.endswith("accuracy stays at 90 %, but for a drop to 10 %")
    leap = [0.2] * 15 + [1 - 1e-9] + [0.2] * 8  # right, at a higher loss
    assert curves(nine_against_one(leap)).title.endswith("stays at 10 %, but for a leap to 90 %")
    assert "but for" not in curves(nine_against_one([0.9] * 24)).title
