"""The bounds against the probabilities that come closest to breaking them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossacc.losses.bounds import (
    base_rate,
    error_bound,
    loss_ceiling_if_perfect,
    loss_floor,
    prior_entropy,
    topk_error_bound,
)
from lossacc.runs.scores import Scores


def _softmaxed(seed: int, n: int, k: int, scale: float) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, scale, (n, k))
    chances = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return chances, rng.integers(0, k, n)


cases = st.tuples(
    st.integers(0, 2**32 - 1), st.integers(1, 30), st.integers(2, 12), st.floats(0.0, 8.0)
)


@given(cases)
def test_no_probabilities_break_the_bound(case: tuple[int, int, int, float]) -> None:
    chances, labels = _softmaxed(*case)
    loss = np.mean([-math.log(row[label]) for row, label in zip(chances, labels, strict=True)])
    wrong = np.mean([row.argmax() != label for row, label in zip(chances, labels, strict=True)])
    assert wrong <= error_bound(float(loss)) + 1e-12
    assert loss >= loss_floor(1.0 - float(wrong)) - 1e-12


@given(cases, st.integers(1, 11))
def test_no_probabilities_break_the_top_k_bound(case: tuple[int, int, int, float], k: int) -> None:
    chances, labels = _softmaxed(*case)
    own = chances[np.arange(len(labels)), labels]
    missed = np.mean((chances > own[:, None]).sum(axis=1) >= k)
    assert missed <= topk_error_bound(float(-np.log(own).mean()), k) + 1e-12


@given(cases)
def test_without_an_error_the_loss_is_at_most_ln_k(case: tuple[int, int, int, float]) -> None:
    chances, _ = _softmaxed(*case)
    right = -np.log(chances.max(axis=1)).mean()
    assert right <= loss_ceiling_if_perfect(chances.shape[1]) + 1e-12


@pytest.mark.parametrize("k", [1, 2, 5])
def test_the_bound_is_tight(k: int) -> None:
    # Three of ten share their probability evenly with k rivals; the rest are certain.
    loss = 3 * math.log(k + 1) / 10
    assert topk_error_bound(loss, k) == pytest.approx(0.3)


def test_the_figures_of_the_catalogue() -> None:
    assert 1 - error_bound(0.20) == pytest.approx(0.71, abs=0.005)
    assert error_bound(0.6932) == 1.0
    assert error_bound(0.6931) < 1.0
    # Below ln 2 / N not even one of N examples can be wrong.
    assert error_bound(math.log(2) / 10 * 0.999) < 1 / 10


def test_the_bound_holds_for_the_floats_of_a_run_at_a_tie() -> None:
    # float32 logits that tie: the first class wins, and the second is wrong at exactly ln 2.
    scores = Scores(np.full((1, 1, 2), 37.25, np.float32), np.array([1]))
    assert not scores.correct[0, 0]
    assert error_bound(float(scores.loss[0])) >= 1.0 - 1e-12


@pytest.mark.parametrize("accuracy", [0.0, 0.25, 1.0])
def test_floor_and_bound_are_each_others_inverse(accuracy: float) -> None:
    assert error_bound(loss_floor(accuracy)) == pytest.approx(1 - accuracy)


def test_base_rate_and_entropy_by_hand() -> None:
    labels = np.array([0] * 9 + [1])
    assert base_rate(labels) == 0.9
    assert prior_entropy(labels) == pytest.approx(-(0.9 * math.log(0.9) + 0.1 * math.log(0.1)))
    assert prior_entropy(np.arange(13)) == pytest.approx(math.log(13))
    assert math.copysign(1.0, prior_entropy(np.array([4, 4]))) == 1.0  # and not minus zero
    assert prior_entropy(np.array([4, 4])) == 0.0


@given(st.lists(st.integers(0, 5), min_size=1, max_size=40))
def test_no_constant_answer_does_better_than_the_frequencies(labels: list[int]) -> None:
    other = np.random.default_rng(len(labels)).dirichlet(np.ones(6))
    loss = np.mean([-math.log(other[label]) for label in labels])
    assert prior_entropy(np.array(labels)) <= loss + 1e-12
