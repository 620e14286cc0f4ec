"""The toys against arithmetic by hand, and the figures that the catalogue prints."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossacc.runs import toys

chances = st.floats(0.001, 0.999)


def test_ten_examples_by_hand() -> None:
    before, after = toys.ten_examples()
    assert toys.losses_of(before).mean() == pytest.approx(
        -(6 * math.log(0.51) + 4 * math.log(0.01)) / 10
    )
    assert toys.losses_of(after).mean() == pytest.approx(
        -(6 * math.log(0.49) + 4 * math.log(0.90)) / 10
    )
    assert ((before > 0.5).sum(), (after > 0.5).sum()) == (6, 4)


def test_four_groups_by_hand() -> None:
    before, after = toys.four_groups()
    change = toys.losses_of(after) - toys.losses_of(before)
    by_hand = 5 * math.log(8 / 9) + 2 * math.log(10) + 2 * math.log(4 / 7) + math.log(2)
    assert change.sum() == pytest.approx(by_hand)
    assert by_hand > 0
    groups = [(p > 0.5, q > 0.5) for p, q in zip(before, after, strict=True)]
    right, wrong = (True, True), (False, False)
    assert groups == [right] * 5 + [wrong] * 2 + [(False, True)] * 2 + [(True, False)]


@given(st.lists(st.lists(chances, min_size=5, max_size=5), min_size=1, max_size=4))
def test_a_run_by_hand_gives_its_probabilities_back(states: list[list[float]]) -> None:
    run = toys.as_run(*map(np.array, states))
    assert run.train.probability == pytest.approx(np.array(states), rel=1e-5)
    assert run.epochs.tolist() == list(range(len(states)))
    assert run.train.labels.tolist() == [0, 1, 0, 1, 0]
    far = np.abs(np.array(states) - 0.5) > 1e-6
    assert (run.train.correct == (np.array(states) > 0.5))[far].all()


def test_three_classes_turn_right_and_cost_more() -> None:
    before, after = toys.newly_right_and_costlier()
    assert (before.argmax() == 0, after.argmax() == 0) == (False, True)
    assert (before.sum(), after.sum()) == pytest.approx((1, 1))
    assert toys.losses_of(before[:1])[0] == pytest.approx(0.799, abs=5e-4)
    assert toys.losses_of(after[:1])[0] == pytest.approx(1.079, abs=5e-4)


def test_nine_against_one_at_its_optimum() -> None:
    best = toys.NineAgainstOne(0.9)
    assert best.losses[:9] == pytest.approx([-math.log(0.9)] * 9)
    assert best.losses[9] == pytest.approx(math.log(10))
    assert best.loss == pytest.approx(-0.9 * math.log(0.9) - 0.1 * math.log(0.1))
    assert (best.loss, best.losses[0], best.losses[9]) == pytest.approx(
        (0.325, 0.105, 2.303), abs=5e-4
    )
    assert best.outlier_share == pytest.approx(0.71, abs=5e-3)


@pytest.mark.parametrize(("p", "loss"), [(0.6, 0.551), (0.9, 0.325), (0.99, 0.470), (0.999, 0.692)])
def test_surer_than_nine_in_ten_costs_loss_and_no_accuracy(p: float, loss: float) -> None:
    state = toys.NineAgainstOne(p)
    assert state.loss == pytest.approx(loss, abs=1e-3)
    assert state.accuracy == 0.9


@given(chances)
def test_no_p_is_better_than_nine_in_ten(p: float) -> None:
    state = toys.NineAgainstOne(p)
    assert state.loss >= toys.NineAgainstOne(0.9).loss - 1e-12
    assert state.accuracy == (0.9 if p >= 0.5 else 0.1)


@given(chances, st.floats(0.1, 16))
def test_scaling_keeps_every_decision(p: float, factor: float) -> None:
    margin = math.log(p / (1 - p)) * factor
    found = float(toys.scaled(np.array([p]), factor)[0])
    assert found == pytest.approx(1 / (1 + math.exp(-margin)), rel=1e-9)
    assert (found > 0.5) == (p > 0.5) or abs(margin) < 1e-9


@pytest.mark.parametrize("logits", [1, 2])
@pytest.mark.parametrize("clip", [None, 0.1, 0.01])
def test_full_batch_settles_at_nine_in_ten_clipped_or_not(logits: int, clip: float | None) -> None:
    path = toys.full_batch(0.5, 3000, logits=logits, clip=clip)
    assert path[0] == pytest.approx(0.5)
    assert path[-1] == pytest.approx(0.9, abs=1e-6)
    assert (np.diff(path) >= -1e-12).all()


@pytest.mark.parametrize(("logits", "p"), [(1, 1 - 0.1 / 9), (2, 1 - 0.1 / (9 * math.sqrt(2)))])
def test_clipping_each_example_moves_the_balance(logits: int, p: float) -> None:
    path = toys.full_batch(1.0, 40_000, logits=logits, clip=0.1, per="example")
    assert path[-1] == pytest.approx(p, abs=1e-6)
    assert toys.clipped_fixed_point(0.1, logits) == pytest.approx(p)


@given(st.floats(0.001, 2.0), st.sampled_from([1, 2]))
def test_at_the_fixed_point_the_clipped_pulls_balance(clip: float, logits: int) -> None:
    p = toys.clipped_fixed_point(clip, logits)
    most = clip / math.sqrt(logits)
    assert 9 * min(1 - p, most) == pytest.approx(min(p, most), abs=1e-9)


@pytest.mark.parametrize(("logits", "rate"), [(1, 2.44), (2, 1.22)])
def test_the_outlier_turns_the_network_only_above_its_rate(logits: int, rate: float) -> None:
    assert toys.outlier_rate(logits) == pytest.approx(rate, abs=5e-3)
    assert toys.outlier_rate(logits) * 0.9 * logits == pytest.approx(math.log(9))
    below = toys.single_examples(toys.outlier_rate(logits) * 0.999, "B", logits=logits)
    above = toys.single_examples(toys.outlier_rate(logits) * 1.001, "B", logits=logits)
    assert below[-1] > 0.5 > above[-1]


@pytest.mark.parametrize("logits", [1, 2])
@pytest.mark.parametrize("batch", range(1, 10))
def test_other_images_in_the_step_hold_the_outlier_back(logits: int, batch: int) -> None:
    # The margin after one step on a B and batch - 1 A, each pulling by its own slope at p = .9.
    for nearly, turned in ((0.999, False), (1.001, True)):
        rate = nearly * toys.outlier_rate(logits, batch)
        pull = np.mean([-0.9] + [0.1] * (batch - 1))
        assert (math.log(9) + rate * logits * pull < 0) == turned
    assert toys.outlier_rate(logits, batch + 1) > toys.outlier_rate(logits, batch)


def test_with_all_ten_in_the_step_no_rate_is_high_enough() -> None:
    assert toys.outlier_rate(2, 10) == math.inf


def test_the_gradient_is_that_of_the_loss() -> None:
    # One small step against a difference quotient of the mean loss in the margin.
    rate, p, h = 1e-4, 0.7, 1e-5
    margin = math.log(p / (1 - p))
    ends = [toys.NineAgainstOne(1 / (1 + math.exp(-(margin + d)))).loss for d in (h, -h)]
    moved = toys.full_batch(rate, 1, start=p)[-1]
    step = math.log(moved / (1 - moved)) - margin
    assert step == pytest.approx(-rate * (ends[0] - ends[1]) / (2 * h), rel=1e-6)


def test_single_steps_on_two_logits_by_hand() -> None:
    # Softmax logits (a, b), each moved by rate * (target - probability).
    a, b = math.log(9), 0.0
    for label in "ABBA":
        p = math.exp(a) / (math.exp(a) + math.exp(b))
        g = np.array([p, 1 - p]) - ([1, 0] if label == "A" else [0, 1])
        g *= min(1.0, 0.3 / np.linalg.norm(g))
        a, b = a - 0.8 * g[0], b - 0.8 * g[1]
    path = toys.single_examples(0.8, "ABBA", logits=2, clip=0.3)
    assert len(path) == 5
    assert path[-1] == pytest.approx(math.exp(a) / (math.exp(a) + math.exp(b)))


@pytest.mark.parametrize("logits", [1, 2])
@pytest.mark.parametrize("per", ["batch", "example"])
def test_a_full_batch_step_by_hand(logits: int, per: str) -> None:
    p, rate, clip = 0.6, 0.8, 0.35
    away = np.array([1.0]) if logits == 1 else np.array([1.0, -1.0])
    each = [(p - 1) * away] * 9 + [p * away]

    def clipped(g: np.ndarray) -> np.ndarray:
        return g * min(1.0, clip / np.linalg.norm(g))

    g = clipped(np.mean(each, axis=0)) if per == "batch" else np.mean([*map(clipped, each)], axis=0)
    margin = math.log(p / (1 - p)) - rate * float(g @ away)
    path = toys.full_batch(rate, 1, start=p, logits=logits, clip=clip, per=per)  # type: ignore[arg-type]
    assert path[-1] == pytest.approx(1 / (1 + math.exp(-margin)))
