"""The same seed gives the same bits, whatever the process trained before."""

from __future__ import annotations

import numpy as np
import pytest

from lossacc import lessons
from lossacc.runs.run import Run


def ends(run: Run) -> list[np.ndarray]:
    """The logits of the last epoch, of each set."""
    return [run.scores(on).logits[-1] for on in run.sets]


@pytest.mark.slow
@pytest.mark.parametrize("name", lessons.names())
def test_an_arm_trained_again_after_all_others_ends_at_the_same_bits(name: str) -> None:
    """Networks are shared between arms and seeds; nothing of a run may stay in them."""
    trained = lessons.experiment(name)
    arms = [arm.name for arm in trained.arms]
    first = {arm: ends(trained.run(arm)) for arm in arms}
    for arm in reversed(arms):
        again = ends(trained.run(arm))
        same = [
            np.array_equal(a, b, equal_nan=True) for a, b in zip(first[arm], again, strict=True)
        ]
        assert all(same), arm
