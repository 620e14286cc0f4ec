"""Reliability against a loop, temperature against a fine grid."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossacc.analysis.calibration import (
    TEMPERATURE_BOUNDS,
    fit_temperature,
    reliability,
    reliability_of,
    with_temperature,
)
from lossacc.runs.scores import Scores

judged = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60)


def _loss(logits: np.ndarray, labels: np.ndarray, temperature: float) -> float:
    total = 0.0
    for row, label in zip(logits, labels, strict=True):
        total += math.log(sum(math.exp((z - row[label]) / temperature) for z in row))
    return total / len(labels)


def _noisy(seed: int, n: int = 300, k: int = 4, scale: float = 1.0) -> tuple[np.ndarray, ...]:
    """Labels drawn from the softmax of the logits, which are then scaled: T should undo it."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 2, (n, k))
    labels = (logits + rng.gumbel(size=(n, k))).argmax(axis=1)
    return logits * scale, labels


@given(judged, st.integers(1, 12))
def test_bins_against_a_loop(pairs: list[tuple[float, bool]], bins: int) -> None:
    confidence, right = (np.array(column) for column in zip(*pairs, strict=True))
    found = reliability_of(confidence, right, bins)
    error = 0.0
    for b in range(bins):
        low, high = found.edges[b], found.edges[b + 1]
        inside = [(c, r) for c, r in pairs if low < c <= high or (b == 0 and c == 0)]
        assert found.counts[b] == len(inside)
        if not inside:
            assert math.isnan(found.confidence[b])
            assert math.isnan(found.accuracy[b])
            continue
        sure, hit = (sum(column) / len(inside) for column in zip(*inside, strict=True))
        assert (found.confidence[b], found.accuracy[b]) == pytest.approx((sure, hit))
        error += len(inside) / len(pairs) * abs(sure - hit)
    assert found.error == pytest.approx(error, abs=1e-12)
    gap = sum(c - r for c, r in pairs) / len(pairs)
    assert found.overconfidence == pytest.approx(gap, abs=1e-12)


def test_by_hand() -> None:
    found = reliability_of(
        np.array([0.95, 0.85, 0.55, 0.55]), np.array([True, False, True, False]), 2
    )
    assert found.counts.tolist() == [0, 4]
    assert found.error == pytest.approx(abs(2.9 / 4 - 0.5))


def test_a_row_of_scores_is_read() -> None:
    logits, labels = _noisy(1)
    scores = Scores(np.stack([logits * 0, logits]).astype(np.float32), labels)
    untrained, trained = reliability(scores, 0), reliability(scores, -1, bins=5)
    assert untrained.counts.tolist() == [0, 0, 300, 0, 0, 0, 0, 0, 0, 0]  # all at 1 / 4
    chances = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    assert trained.counts.sum() == 300
    assert trained.overconfidence == pytest.approx(
        chances.max(axis=1).mean() - (logits.argmax(axis=1) == labels).mean(), abs=1e-6
    )


@pytest.mark.parametrize("scale", [0.01, 0.3, 1.0, 7.0, 100.0])
def test_the_temperature_undoes_a_scale(scale: float) -> None:
    logits, labels = _noisy(2, n=3000, scale=scale)
    assert fit_temperature(logits, labels) == pytest.approx(scale, rel=0.1)
    # Exactly proportional, whatever the sampling error: the same data, scaled.
    ratio = fit_temperature(logits, labels) / fit_temperature(logits / scale, labels)
    assert ratio == pytest.approx(scale, rel=1e-6)


@given(st.integers(0, 2**32 - 1), st.sampled_from([0.3, 1.0, 5.0]))
def test_no_temperature_nearby_is_better(seed: int, scale: float) -> None:
    logits, labels = _noisy(seed, n=60, scale=scale)
    best = fit_temperature(logits, labels)
    for factor in (0.5, 0.9, 0.99, 1.01, 1.1, 2.0):
        assert _loss(logits, labels, best) <= _loss(logits, labels, best * factor) + 1e-12
    assert _loss(logits, labels, best) <= _loss(logits, labels, 1.0) + 1e-12


@given(st.integers(0, 2**32 - 1), st.floats(*TEMPERATURE_BOUNDS))
def test_a_temperature_changes_no_decision(seed: int, temperature: float) -> None:
    logits = _noisy(seed, n=40)[0]
    assert (with_temperature(logits, temperature).argmax(1) == logits.argmax(1)).all()


def test_all_right_gives_the_lower_bound() -> None:
    logits = np.random.default_rng(0).normal(0, 30, (50, 3)).astype(np.float32)
    assert fit_temperature(logits, logits.argmax(axis=1)) == TEMPERATURE_BOUNDS[0]


def test_worse_than_nothing_gives_the_upper_bound() -> None:
    logits = np.random.default_rng(0).normal(0, 3, (50, 3))
    assert fit_temperature(logits, logits.argmin(axis=1)) == TEMPERATURE_BOUNDS[1]


def test_equal_logits_give_one() -> None:
    assert fit_temperature(np.full((5, 3), 2.0), np.array([0, 1, 2, 0, 1])) == 1.0


def test_huge_logits_do_not_overflow() -> None:
    logits = np.array([[1e4, 0.0], [1e4, 0.0], [1e4, 0.0]])
    # Two right, one wrong: best at p = 2/3, so at a margin of ln 2.
    found = fit_temperature(logits, np.array([0, 0, 1]))
    assert found == TEMPERATURE_BOUNDS[1]  # 1e4 / ln 2 lies beyond it
    assert fit_temperature(logits / 100, np.array([0, 0, 1])) == pytest.approx(100 / math.log(2))
