"""The long tail: how its classes fall, and what it validates on."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossacc.lessons import experiment as load
from lossacc.lessons.the_ninety_per_cent_class.long_tail import counts, found
from lossacc.runs.run import Run
from lossacc.runs.scores import Scores

TAIL = load("long-tail")


@given(st.floats(1, 100))
def test_counts_fall_by_equal_factors(ratio):
    falling = counts(ratio)
    assert (falling[0], falling[-1]) == (100, round(100 / ratio))
    assert falling == sorted(falling, reverse=True)
    for before, after in pairwise(falling):
        assert after == pytest.approx(before * ratio ** (-1 / 9), abs=1)


def test_it_trains_on_falling_counts_and_validates_on_equal_ones():
    run = TAIL.run(epochs=20, seed=4)
    assert run.settings["data"].startswith("glyphs")
    assert np.bincount(run.train.labels).tolist() == counts(50)
    assert np.bincount(run.validation.labels).tolist() == [60] * 10


def test_head_and_tail_are_means_over_their_classes():
    labels = np.arange(10)
    logits = np.zeros((1, 10, 10), np.float32)
    logits[0, labels, np.where(labels < 8, labels, 0)] = 1.0
    scores = Scores(logits, labels)
    run = Run(scores, scores, np.arange(1), np.zeros(1), np.zeros(1), np.zeros(1))
    assert found(run, slice(0, 3))[0] == 1.0
    assert found(run, slice(7, 10))[0] == pytest.approx(1 / 3)
    assert TAIL.prediction.outcome(run).says == "Worse, though some are found."
    assert "100 % of the images of the three largest" in TAIL.prediction.measured(run)
