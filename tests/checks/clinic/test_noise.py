"""A rate that was cut, or lost, is read off how far answers and curves move."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import lossacc
from lossacc.checks.clinic.diagnosis import SEEN
from lossacc.checks.clinic.noise import largest_step
from lossacc.runs.scores import Scores
from tests.checks.clinic.made import curves, learning, sound
from tests.made_runs import run_of

EPOCHS = 24


def restless(size_of, seed=0):
    """A run whose answers wander about what is learned by 10, by a stride for each epoch."""
    rng = np.random.default_rng(seed)
    strides = np.array([size_of(epoch) for epoch in range(EPOCHS + 1)])
    parts = []
    for _ in range(2):
        labels = rng.integers(0, 5, 240)
        learned = 5 * np.minimum(np.arange(EPOCHS + 1), 4) / 4
        logits = rng.normal(0, 1, (EPOCHS + 1, 240, 5)) * strides[:, None, None]
        logits[:, np.arange(240), labels] += learned[:, None]
        parts.append(Scores(logits.astype(np.float32), labels))
    return sound(*parts)


def weight(found, cause):
    return max([0, *(one.score for one in found.candidates if one.cause == cause)])


@pytest.mark.parametrize("seed", range(3))
def test_a_tenth_of_the_rate_is_a_cut_and_the_whole_again_a_loss(seed) -> None:
    cut = restless(lambda epoch: 1.0 if epoch < 11 else 0.1, seed).diagnose()
    assert weight(cut, "rate cut") > 8 > weight(cut, "lost optimizer")
    lost = restless(lambda epoch: 0.1 if 8 <= epoch < 16 else 1.0, seed).diagnose()
    assert weight(lost, "lost optimizer") > 8 > weight(lost, "rate cut")
    even = restless(lambda epoch: 1.0, seed).diagnose()
    slow = restless(lambda epoch: 1.3 * 0.97**epoch, seed).diagnose()
    for found in (even, slow):
        assert found.verdict == "healthy"
        assert max(weight(found, "rate cut"), weight(found, "lost optimizer")) < 2


def test_answers_that_come_to_rest_when_all_is_learned_are_no_cut() -> None:
    """Where the loss is next to nothing, only a fall beyond what learning does is one."""

    def settled(rest: float):
        rng = np.random.default_rng(1)
        strides = np.where(np.arange(EPOCHS + 1) < 14, 1.0, rest)
        parts = []
        for _ in range(2):
            labels = rng.integers(0, 5, 240)
            logits = rng.normal(0, 1, (EPOCHS + 1, 240, 5)) * strides[:, None, None]
            logits[:, np.arange(240), labels] += 5 * np.minimum(np.arange(EPOCHS + 1), 4)[:, None]
            parts.append(Scores(logits.astype(np.float32), labels))
        return sound(*parts).diagnose()

    assert weight(settled(0.2), "rate cut") < 2
    assert weight(settled(0.02), "rate cut") > 8


def test_a_loss_of_the_rate_after_a_cut_must_be_one_too() -> None:
    """Learning that gets twice as restless again is no rate that is ten times as high."""
    found = restless(lambda epoch: 1.0 if epoch < 8 else 0.3 if epoch < 16 else 0.75).diagnose()
    assert weight(found, "lost optimizer") < 3


def test_a_rate_that_is_known_speaks_for_itself() -> None:
    run = restless(lambda epoch: 1.0 if epoch < 11 else 0.1)
    known = run_of(run.train, run.validation, rate=np.full(EPOCHS + 1, 0.1), printed=run.printed)
    assert weight(known.diagnose(), "rate cut") == 0


def noisy(strides, epochs=None):
    """A log that stands at .3 and 90 %, and jumps about that by a stride for each epoch."""
    rng = np.random.default_rng(2)
    leaps = rng.choice([-1, 1], (4, len(strides))) * rng.uniform(0.8, 1.2, (4, len(strides)))
    fall = 0.3 + 1.5 * 0.4 ** np.arange(len(strides))
    loss, held = (fall * np.exp(strides * row) for row in leaps[:2])
    right, other = (0.9 - 0.4 * 0.4 ** np.arange(len(strides)) + 0.1 * strides * row
                    for row in leaps[2:])  # fmt: skip
    made = curves(loss, right, held, other)
    return made if epochs is None else lossacc.Curves(
        np.asarray(epochs, float), *(made.scores(on).loss if n == 0 else made.scores(on).accuracy
                                     for on in ("train", "validation") for n in (0, 1))
    ).with_marks(classes=10)  # fmt: skip


def test_a_log_that_gets_restless_has_lost_its_rate_unless_epochs_are_missing() -> None:
    strides = np.where(np.arange(24) < 14, 0.02, 0.3)
    assert weight(noisy(strides).diagnose(), "lost optimizer") > 6
    apart = [*range(1, 15), *range(90, 100)]
    assert weight(noisy(strides, apart).diagnose(), "lost optimizer") < 1
    assert weight(noisy(strides[::-1]).diagnose(), "rate cut") > 0


def test_one_epoch_that_leaps_is_no_lost_rate() -> None:
    loss = np.r_[0.9 * 0.8 ** np.arange(12), 0.08 * 0.97 ** np.arange(6)]
    right = 1 - loss / 3
    once, stays = loss.copy(), loss.copy()
    once[13] = 0.5
    stays[13:] += 0.4
    found = [
        weight(curves(one, right, one * 1.1, right - 0.01).diagnose(), "lost optimizer")
        for one in (once, stays)
    ]
    assert found[0] < 3 < found[1]


@given(st.lists(st.floats(-3, 3), min_size=12, max_size=30), st.floats(-5, 5))
def test_a_step_is_that_of_the_differences_and_turns_with_the_sign(values, shift) -> None:
    series = np.array(values)
    for near in (0, 3):
        fall = largest_step(series, 1.0, first=4, near=near)
        turned = largest_step(-series, -1.0, first=4, near=near)
        assert turned.at == fall.at
        assert turned.size == pytest.approx(fall.size)
        moved = largest_step(series + shift, 1.0, first=4, near=near)
        assert moved.size == pytest.approx(fall.size, abs=1e-9)


def test_what_learns_evenly_has_no_step() -> None:
    found = sound(learning(3), learning(4)).diagnose()
    assert max(weight(found, "rate cut"), weight(found, "lost optimizer")) <= SEEN
