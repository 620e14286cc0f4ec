"""Padding that is counted: found in sequences, and in nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from lossacc.checks.run.padding import padding_findings
from lossacc.runs.as_examples import as_examples

N, T, K = 30, 12, 5


def sentences(seed=0, at_end=True):
    """Words from 1 on, padded with 0, and a label a word."""
    random = np.random.default_rng(seed)
    words = random.integers(1, 9, (N, T))
    short = np.arange(T) >= random.integers(2, 6, (N, 1))
    words[short if at_end else short[:, ::-1]] = 0
    return words, np.where(words == 0, 0, 1 + words % (K - 1))


@pytest.mark.parametrize("at_end", [True, False])
def test_the_padding_is_counted(at_end) -> None:
    words, tags = sentences(at_end=at_end)
    goal = as_examples(tags, (N, T, K))
    right = goal.labels == 0  # a network that knows padding and nothing else
    (one,) = padding_findings(words, goal, right)
    share = (words == 0).mean()
    assert f"{100 * share:.1f}".removesuffix(".0") + " % of the steps are padding" in one.what
    assert "of the other steps 0 %" in one.what
    assert one.severity == "wrong"
    (one,) = padding_findings(words, goal, np.ones(len(right), bool))
    assert one.severity == "note"


@pytest.mark.parametrize("ids", [np.int64, np.float64])
def test_ids_may_be_as_large_as_hashes(ids) -> None:
    """Nothing is made as long as their range: 2**40 would not fit in memory."""
    words, tags = sentences()
    large = np.where(words == 0, 2**40, words).astype(ids)
    goal = as_examples(tags, (N, T, K))
    (one,) = padding_findings(large, goal, goal.labels == 0)
    assert f"(input {2**40}, label 0)" in one.what


def test_what_is_left_out_already_is_not_told_again() -> None:
    words, tags = sentences()
    goal = as_examples(tags, (N, T, K), counts=words != 0)
    assert list(padding_findings(words, goal, np.ones(len(goal.kept), bool))) == []


@pytest.mark.parametrize("kind", ["no padding", "numbers", "inside", "labels differ", "one answer"])
def test_what_is_no_padding(kind) -> None:
    random = np.random.default_rng(1)
    words, tags = sentences()
    shape = (N, T, K)
    if kind == "no padding":
        words = random.integers(1, 9, (N, T))
    if kind == "numbers":
        words = random.normal(size=(N, T))
    if kind == "inside":
        words = random.permuted(words, axis=1)
    if kind == "labels differ":
        tags = random.integers(0, K, (N, T))
    if kind == "one answer":
        tags, shape = tags[:, 0], (N, K)
    goal = as_examples(tags, shape)
    assert list(padding_findings(words, goal, np.ones(len(goal.kept), bool))) == []
