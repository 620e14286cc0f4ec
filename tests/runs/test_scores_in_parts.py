"""The losses of a large run are worked out in parts: the same numbers, in little memory."""

from __future__ import annotations

import threading
import time
import tracemalloc

import numpy as np
import pytest

from lossacc.runs import scores
from lossacc.runs.scores import Scores
from lossacc.support.types import FloatArray
from tests.made_runs import random_scores

SHAPES = [
    (1, 3, 2),
    (7, 1000, 10),
    (2, 60_000, 10),
    (9, 60_000, 10),
    (5, 300, 100),
    (3000, 10, 10),
    (0, 4, 3),
]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_to_the_bit_as_of_the_whole_array(shape: tuple[int, int, int], kind: type) -> None:
    random = np.random.default_rng(0)
    logits = random.normal(0, 9, shape).astype(kind)
    if logits.size > 50:
        logits.flat[[3, 20, 40, 41]] = np.nan, np.inf, -np.inf, -np.inf
    made = Scores(logits, np.zeros(shape[1], int))
    top = logits.max(axis=-1).astype(np.float64)
    with np.errstate(invalid="ignore", over="ignore"):
        shifted = np.exp(logits.astype(np.float64) - top[..., None])
        whole = np.maximum(top + np.log(shifted.sum(axis=-1)) - logits[..., 0], 0.0)
    np.testing.assert_array_equal(made.cross_entropy, whole)
    np.testing.assert_array_equal(made.predicted, logits.argmax(axis=-1))


def test_what_it_takes_beside_its_results_does_not_grow_with_the_epochs() -> None:
    made = random_scores(0, 60, 20_000, 10)
    tracemalloc.start()
    _ = made.cross_entropy
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    results = 8 * 60 * 20_000  # bytes of one number an example and epoch
    assert most < 5 * results


def test_on_a_large_machine_only_four_parts_are_held_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 64)
    names: set[str] = set()

    def noted(logits: FloatArray) -> FloatArray:
        names.add(threading.current_thread().name)
        time.sleep(0.01)
        return logits.max(axis=-1)

    scores._in_parts(noted, np.zeros((40, 60_000, 10), np.float32))
    assert len(names) == 4
