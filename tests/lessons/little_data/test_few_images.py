"""The images of `few-images`, what is read of sixty of them, and Keras' callbacks by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossacc.data import load_digits
from lossacc.lessons.little_data import callbacks, few_evidence, sixty
from lossacc.lessons.little_data.few_images import (
    EXPERIMENT,
    HELD_OUT,
    LIFT,
    RIGHT,
    SHIFTED,
    sets,
)
from lossacc.runs.run import Run
from lossacc.runs.scores import Scores

DIGITS = load_digits()
SEEDS = st.integers(0, 1000)


def made(losses: list[float], right: list[list[int]]) -> Run:
    """A run whose validation images cost so much in each epoch, of which some are right."""
    hits = np.array(right, dtype=float)
    margins = np.where(hits == 1, 1.0, -1.0)
    logits = np.stack([margins, np.zeros_like(margins)], axis=-1).astype(np.float32)
    for row, loss in enumerate(losses):
        logits[row] *= loss
    scores = Scores(logits, np.zeros(hits.shape[1], dtype=int))
    rows = len(losses)
    return Run(scores, scores, np.arange(rows), *(np.zeros(rows) for _ in range(3)))


@given(seed=SEEDS)
def test_sixty_to_train_on_and_the_others_apart(seed: int) -> None:
    train, held_out = sets(EXPERIMENT.settings("bare"), DIGITS, seed)
    assert (len(train), len(held_out)) == (60, HELD_OUT)
    assert train.class_names == ("4", "5", "6", "7", "8", "9")
    seen = {image.tobytes() for image in train.images}
    assert not seen & {image.tobytes() for image in held_out.images}


@given(seed=SEEDS)
def test_every_validation_label_is_the_next_one_where_they_are_renumbered(seed: int) -> None:
    before, after = (
        sets(EXPERIMENT.settings("bare", labels=labels), DIGITS, seed)
        for labels in (RIGHT, SHIFTED)
    )
    np.testing.assert_array_equal(before[0].labels, after[0].labels)
    np.testing.assert_array_equal((before[1].labels + 1) % 6, after[1].labels)


@given(seed=SEEDS)
def test_the_tone_is_the_only_thing_that_parts_three_pairs_of_classes(seed: int) -> None:
    train, held_out = sets(EXPERIMENT.settings("tones"), DIGITS, seed)
    for part in (train, held_out):
        assert part.classes == 6
        mean = part.images.mean(axis=(1, 2, 3))
        lifted = part.labels >= 3
        assert mean[lifted].mean() - mean[~lifted].mean() == pytest.approx(LIFT, abs=0.1)


@given(seed=SEEDS)
def test_a_fifth_of_the_training_labels_are_wrong_and_no_validation_label(seed: int) -> None:
    train, held_out = sets(EXPERIMENT.settings("wrong labels"), DIGITS, seed)
    assert (train.labels != train.truth).sum() == 12
    assert (held_out.labels == held_out.truth).all()


def test_seen_and_unseen_are_all_the_images_once() -> None:
    run = made([1.0, 2.0], [[1] * 200 + [0] * 100] * 2)
    seen, unseen = sixty.seen(run, 3), sixty.unseen(run, 3)
    assert (seen.validation.size, unseen.validation.size) == (60, 240)
    hits = seen.validation.correct[-1].sum() + unseen.validation.correct[-1].sum()
    assert hits == 200


def test_the_rules_keep_the_epochs_that_they_say() -> None:
    better = [[0] * 300, [1] * 200 + [0] * 100, [1] * 300, [1] * 250 + [0] * 50]
    run = made([0.1, 3.0, 9.0, 5.0], better)
    assert {one.epoch for one in sixty.kept(run, "last")} == {3}
    assert {one.epoch for one in sixty.kept(run, "accuracy")} == {2}
    assert {one.epoch for one in sixty.kept(run, "loss")} == {2}
    assert sixty.worth(run, "accuracy") == 1
    assert sixty.promise(run) == 0


def test_the_best_of_many_equal_epochs_promises_too_much() -> None:
    rng = np.random.default_rng(0)
    run = made([1.0] * 40, rng.integers(0, 2, (40, 460)).tolist())
    assert sixty.promise(run) > 0.08
    assert sixty.worth(run, "accuracy") == pytest.approx(0.5, abs=0.03)


def test_intervals_for_sixty_hold_and_for_ten_times_as_many_do_not() -> None:
    rng = np.random.default_rng(1)
    run = made([1.0] * 2, (rng.random((2, 460)) < 0.7).astype(int).tolist())
    assert sixty.covered(run) > 0.85
    assert sixty.covered(run, 600) < 0.6


def test_all_falls_on_sixty_are_false_where_the_others_stand_still() -> None:
    rng = np.random.default_rng(2)
    rows = [rng.permutation([1] * 230 + [0] * 230).tolist() for _ in range(30)]
    assert sixty.false_falls(made([1.0] * 30, rows)) == 1
    still = [[1] * 230 + [0] * 230] * 30
    assert np.isnan(sixty.false_falls(made([1.0] * 30, still)))


RUN = made([1.0, 2.0, 0.5, 3.0, 3.0, 3.0], [[1] * 4] + [[0] * 4] * 5)  # wrong: costlier when surer


def test_keras_keeps_the_last_epoch_and_the_best_one() -> None:
    assert RUN.validation.loss[1:].argmin() + 1 == 2
    assert callbacks.saved(RUN, save_best_only=False) == 5
    assert callbacks.saved(RUN, save_best_only=True) == 2


def test_keras_stops_and_puts_the_best_weights_back_where_it_is_asked() -> None:
    assert callbacks.ended(RUN, patience=2) == 4
    assert callbacks.ended(RUN, patience=2, restore_best_weights=True) == 2
    assert callbacks.ended(RUN, patience=9) == 5


def test_the_evidence_of_a_checkpoint_by_hand() -> None:
    found = few_evidence.checkpoint(RUN)
    assert found["epochs after the one kept"] == 0
    assert found["above the lowest loss"] == pytest.approx(
        RUN.validation.loss[5] - RUN.validation.loss[2]
    )


def test_shuffled_predictions_of_one_answer_lose_nothing() -> None:
    found = few_evidence.shuffled(made([1.0, 1.0], [[1] * 100] * 2))
    assert found["means apart"] == 0
    assert found["lost where predictions meet listed labels"] == 0
