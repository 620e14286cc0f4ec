"""The best renaming of classes, against every renaming there is."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import lossacc
from lossacc.checks.run.renaming import EXACT, best_renaming, renaming_findings
from tests.made_runs import random_scores, run_of, scores_of_answers

SQUARES = st.integers(2, 6).flatmap(
    lambda k: hnp.arrays(np.int64, (k, k), elements=st.integers(0, 50))
)


def right(counts, names):
    return counts[np.arange(len(counts)), list(names)].sum()


@given(SQUARES)
def test_up_to_eight_classes_it_is_the_best_of_all(counts) -> None:
    best = max(right(counts, names) for names in itertools.permutations(range(len(counts))))
    names = best_renaming(counts)
    assert sorted(names) == list(range(len(counts)))
    assert right(counts, names) == best


@given(hnp.arrays(np.int64, (12, 12), elements=st.integers(0, 50)))
def test_beyond_no_swap_makes_it_better(counts) -> None:
    names = best_renaming(counts)
    assert sorted(names) == list(range(12))
    assert right(counts, names) >= counts.trace()
    for one, two in itertools.combinations(range(12), 2):
        swapped = names.copy()
        swapped[[one, two]] = names[[two, one]]
        assert right(counts, swapped) <= right(counts, names)


def learned(classes, wrong=0.1, size=400, seed=0):
    """Labels, and answers of which some are wrong."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, classes, size)
    answers = np.where(rng.random(size) < wrong, rng.integers(0, classes, size), labels)
    return labels, answers


def trained(answers, labels, classes=2):
    """Scores of these answers before training and after an epoch."""
    return scores_of_answers([answers, answers], labels, classes)


def found(run):
    return [one for one in lossacc.check_run(run).findings if one.check == "class numbers"]


@pytest.mark.parametrize("classes", [2, 3, EXACT, EXACT + 1, 10, 40])
def test_labels_that_are_numbered_otherwise_are_found(classes) -> None:
    labels, answers = learned(classes)
    moved = np.roll(np.arange(classes), 1)
    train = trained(answers, labels, classes)
    held_out = trained(answers, moved[labels], classes)
    (one,) = found(run_of(train, held_out))
    assert one.severity == "wrong"
    assert "validation examples" in one.what
    assert f"0 as {moved[0]}" in one.what
    judged = (answers == labels)[1::2].mean()
    assert f"{100 * judged:.1f}".removesuffix(".0") + " % would be" in one.what
    assert ("swaps of two" in one.what) == (classes > EXACT)


@pytest.mark.parametrize("classes", [2, 5, 10, 100])
def test_a_guess_is_not_renamed(classes) -> None:
    scores = random_scores(3, 2, 300, classes)
    assert found(run_of(scores, replace(scores))) == []


@pytest.mark.parametrize("wrong", [0.0, 0.3, 0.6, 0.9])
def test_wrong_answers_are_not_other_numbers(wrong) -> None:
    labels, answers = learned(6, wrong)
    assert found(run_of(trained(answers, labels, 6))) == []


def test_pure_chance_on_twenty_examples_is_hardly_ever_taken_for_a_renaming() -> None:
    rng = np.random.default_rng(0)
    drawn = rng.integers(0, 2, (1000, 2, 20))
    alarms = sum(bool(list(renaming_findings(run_of(trained(*both))))) for both in drawn)
    assert alarms <= 2


def test_before_training_no_numbers_were_learned() -> None:
    labels = np.arange(40) % 2
    assert found(run_of(scores_of_answers(1 - labels, labels))) == []
    assert found(run_of(trained(1 - labels, labels))) != []


def test_a_few_examples_say_nothing() -> None:
    scores = trained([0, 1, 0, 1], [1, 0, 1, 0])
    assert found(run_of(scores)) == []
