"""What scores say of each class, against loops over single examples."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossacc.analysis.per_class import (
    balanced_accuracy,
    class_loss,
    class_shares,
    confusion,
    recall,
    without_prior,
)
from lossacc.runs.base_rate import base_rate_of
from lossacc.runs.scores import Scores
from tests.made_runs import random_scores, run_of, scores_of_answers

SCORES = st.builds(
    random_scores,
    st.integers(0, 10**6),
    st.integers(1, 3),
    st.integers(1, 30),
    st.integers(2, 6),
)


@given(SCORES)
def test_each_class_is_averaged_over_its_own_examples(scores):
    for row in range(len(scores.logits)):
        for label in range(scores.classes):
            own = [n for n in range(scores.size) if scores.labels[n] == label]
            if not own:
                assert np.isnan(recall(scores)[row, label])
                assert np.isnan(class_loss(scores)[row, label])
                continue
            right = sum(scores.predicted[row, n] == label for n in own)
            assert recall(scores)[row, label] == pytest.approx(right / len(own))
            losses = [scores.cross_entropy[row, n] for n in own]
            assert class_loss(scores)[row, label] == pytest.approx(sum(losses) / len(own))


@given(SCORES)
def test_weighted_by_their_shares_the_classes_give_loss_and_accuracy(scores):
    shares = class_shares(scores.labels, scores.classes)
    assert np.nansum(class_loss(scores) * shares, axis=1) == pytest.approx(scores.loss)
    assert np.nansum(recall(scores) * shares, axis=1) == pytest.approx(scores.accuracy)


@given(SCORES)
def test_the_confusion_counts_every_example_once_and_its_diagonal_is_what_is_right(scores):
    counts = confusion(scores, 0)
    assert (
        counts.sum(axis=1).tolist() == np.bincount(scores.labels, minlength=scores.classes).tolist()
    )
    assert np.trace(counts) == scores.correct[0].sum()
    for label in range(scores.classes):
        for answer in range(scores.classes):
            both = (scores.labels == label) & (scores.predicted[0] == answer)
            assert counts[label, answer] == both.sum()


@given(st.integers(2, 6), st.integers(0, 100))
def test_one_answer_to_everything_has_a_balanced_accuracy_of_one_in_k(classes, seed):
    labels = np.append(np.arange(classes), np.random.default_rng(seed).integers(0, classes, 20))
    logits = np.zeros((1, len(labels), classes), np.float32)
    logits[..., seed % classes] = 1.0
    assert balanced_accuracy(Scores(logits, labels))[0] == pytest.approx(1 / classes)


def test_balanced_accuracy_passes_over_a_class_without_examples():
    logits = np.log([[[0.8, 0.1, 0.1], [0.8, 0.1, 0.1], [0.1, 0.8, 0.1]]]).astype(np.float32)
    assert balanced_accuracy(Scores(logits, np.array([0, 1, 1])))[0] == pytest.approx(0.75)


@given(st.floats(0.02, 0.98), st.floats(0.02, 0.98).filter(lambda p: abs(p - 0.5) > 1e-3))
def test_of_two_classes_the_threshold_moves_to_the_share_of_the_second(share, p):
    if abs(p - share) < 1e-3:
        return
    scores = Scores(np.log([[[1 - p, p]]]).astype(np.float32), np.array([1]))
    moved = without_prior(scores, (1 - share, share))
    assert bool(moved.predicted[0, 0]) == (p > share)


@given(SCORES)
def test_equal_shares_move_nothing(scores):
    moved = without_prior(scores, [1 / scores.classes] * scores.classes)
    np.testing.assert_allclose(moved.cross_entropy, scores.cross_entropy, atol=1e-5)


def test_the_base_rate_check_sees_one_answer():
    found = base_rate_of(scores_of_answers([0] * 10, [0] * 9 + [1]))
    assert found.one_answer
    assert found.equal
    assert (found.rate, found.accuracy) == (0.9, 0.9)
    assert str(found) == (
        "All 10 images get one answer, class 0; the accuracy, 90.0%, is the share of that class "
        "and says nothing of the network."
    )


def test_the_base_rate_check_tells_a_coincidence_from_one_answer():
    found = base_rate_of(scores_of_answers([0] * 8 + [1, 1], [0] * 8 + [0, 1]))
    assert found.equal
    assert not found.one_answer
    assert "is equal to the base rate, 90.0%; 80.0% of the answers are class 0" in str(found)


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ([0] * 9 + [1], "100.0%, is 10.0 points above the base rate"),
        ([1] * 4 + [0] * 6, "50.0%, is 40.0 points below the base rate"),
    ],
)
def test_the_base_rate_check_says_how_far_the_accuracy_is_off(answers, words):
    assert words in str(base_rate_of(scores_of_answers(answers, [0] * 9 + [1])))


def test_a_run_asks_it_of_an_epoch_and_a_set():
    both = scores_of_answers([[0] * 10, [0] * 9 + [1]], [0] * 9 + [1])
    run = run_of(both, both)
    assert run.base_rate("train", 0).one_answer
    assert run.base_rate(epoch=0) == run.base_rate("validation", 0)
    assert run.base_rate("train").accuracy == 1.0
    with pytest.raises(ValueError, match="epoch 7 was not recorded"):
        run.base_rate("train", 7)


def test_no_examples_are_refused():
    empty = Scores(np.zeros((1, 0, 2), np.float32), np.zeros(0, int))
    for ask in (base_rate_of, balanced_accuracy):
        with pytest.raises(ValueError, match="no examples; expected at least one"):
            ask(empty)
