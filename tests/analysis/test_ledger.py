"""The ledger against a loop over examples."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossacc.analysis.ledger import GROUPS, group_of, ledger, ledger_of
from lossacc.runs import toys
from lossacc.runs.run import Run
from lossacc.runs.scores import Scores

NAMES = {
    (True, True): "stayed right",
    (False, False): "stayed wrong",
    (False, True): "newly right",
    (True, False): "newly wrong",
}

examples = st.lists(
    st.tuples(st.floats(0, 50), st.floats(0, 50), st.booleans(), st.booleans()),
    min_size=1,
    max_size=60,
)
Item = tuple[float, float, bool, bool]


def _run(penalty: tuple[float, ...] = (0.0, 0.3, 0.1), validation: bool = True) -> Run:
    rng = np.random.default_rng(3)
    rows, sets = len(penalty), []
    for n in (40, 25):
        sets.append(Scores(rng.normal(0, 3, (rows, n, 4)).astype(np.float32),
                           rng.integers(0, 4, n)))  # fmt: skip
    nothing = np.full(rows, np.nan)
    return Run(
        train=sets[0],
        validation=sets[1] if validation else None,
        epochs=np.array([0, 5, 10]),
        penalty=np.array(penalty),
        learning_rate=nothing,
        gradient_norm=nothing,
    )


@given(examples, st.floats(-5, 5))
def test_a_loop_gives_the_same_account(items: list[Item], penalty: float) -> None:
    counts, sums = dict.fromkeys(GROUPS, 0), dict.fromkeys(GROUPS, 0.0)
    for before, after, was, now in items:
        counts[NAMES[was, now]] += 1
        sums[NAMES[was, now]] += after - before
    found = ledger_of(*map(np.array, zip(*items, strict=True)), penalty_change=penalty)
    assert found.counts == counts
    for name in GROUPS:
        assert found.shares[name] == pytest.approx(sums[name] / len(items), abs=1e-12)
    assert found.loss_change == pytest.approx(sum(sums.values()) / len(items), abs=1e-12)
    assert found.size == len(items)


@given(examples, st.floats(-5, 5))
def test_the_account_closes(items: list[Item], penalty: float) -> None:
    found = ledger_of(*map(np.array, zip(*items, strict=True)), penalty_change=penalty)
    assert abs(found.residual) < 1e-12
    assert sum(found.shares.values()) + penalty == pytest.approx(found.account_change, abs=1e-12)
    flips = found.counts["newly right"] - found.counts["newly wrong"]
    assert found.accuracy_after - found.accuracy_before == pytest.approx(
        flips / len(items), abs=1e-12
    )


@given(examples)
def test_payers_are_those_whose_loss_rose_the_steepest_first(items: list[Item]) -> None:
    found = ledger_of(*map(np.array, zip(*items, strict=True)))
    for group in found.groups:
        mine = [i for i, item in enumerate(items) if NAMES[item[2:]] == group.name]
        rose = [i for i in mine if items[i][1] - items[i][0] > 0]
        assert list(group.payers) == sorted(rose, key=lambda i: items[i][0] - items[i][1])


@given(st.lists(st.tuples(st.floats(0.001, 0.999), st.floats(0.001, 0.999)), min_size=1))
def test_with_two_classes_the_newly_right_never_pay(pairs: list[tuple[float, float]]) -> None:
    before, after = (np.array(column) for column in zip(*pairs, strict=True))
    found = ledger_of(-np.log(before), -np.log(after), before > 0.5, after > 0.5)
    right, wrong = found.groups[2], found.groups[3]
    assert right.payers == ()
    assert len(wrong.payers) == wrong.count


def test_with_three_classes_a_newly_right_example_can_pay() -> None:
    before, after = toys.newly_right_and_costlier()
    found = ledger_of(
        toys.losses_of(before[:1]), toys.losses_of(after[:1]),
        [before.argmax() == 0], [after.argmax() == 0],
    )  # fmt: skip
    assert found.groups[2].payers == (0,)
    assert found.shares["newly right"] == pytest.approx(math.log(0.45 / 0.34))


def test_both_can_fall() -> None:
    before, after = toys.ten_examples()
    found = ledger_of(toys.losses_of(before), toys.losses_of(after), before > 0.5, after > 0.5)
    assert found.loss_before == pytest.approx(2.246, abs=5e-4)
    assert found.loss_after == pytest.approx(0.470, abs=5e-4)
    assert (found.accuracy_before, found.accuracy_after) == (0.6, 0.4)
    assert found.counts["newly wrong"] == 6
    assert found.counts["newly right"] == 4
    # Six against four is nothing: 2 * P(at most 4 of 10) = 2 * 386 / 1024.
    assert found.sign_test == pytest.approx(772 / 1024)


def test_groups_by_place() -> None:
    was = np.array([True, False, False, True])
    now = np.array([True, False, True, False])
    assert group_of(was, now).tolist() == [0, 1, 2, 3]
    assert [NAMES[a, b] for a, b in zip(was.tolist(), now.tolist(), strict=True)] == list(GROUPS)


@pytest.mark.parametrize(("on", "n"), [("train", 40), ("validation", 25)])
@pytest.mark.parametrize(("before", "after"), [(0, 1), (1, 2), (2, 0), (1, 1)])
def test_every_pair_of_epochs_of_a_run(on: str, n: int, before: int, after: int) -> None:
    run = _run()
    scores = run.scores(on)
    found = ledger(run, int(run.epochs[before]), int(run.epochs[after]), on=on)
    logits, labels = scores.logits.astype(float), scores.labels
    losses, right = np.empty((2, n)), np.empty((2, n), dtype=bool)
    for place, row in enumerate((before, after)):
        for i, label in enumerate(labels):
            chances = np.exp(logits[row, i])
            losses[place, i] = -math.log(chances[label] / chances.sum())
            right[place, i] = chances.argmax() == label
    assert found.account_change == pytest.approx(
        losses[1].mean() - losses[0].mean() + run.penalty[after] - run.penalty[before], abs=1e-9
    )
    assert found.counts["newly right"] == (~right[0] & right[1]).sum()
    assert found.counts["newly wrong"] == (right[0] & ~right[1]).sum()
    assert abs(found.residual) < 1e-12


def test_negative_epochs_count_from_the_end() -> None:
    assert ledger(_run(), -2, -1) == ledger(_run(), 5, 10)


def test_the_interval_is_that_of_the_paired_changes() -> None:
    # Changes -1, 0, 1, 4: mean 1, standard deviation sqrt(14 / 3), t(.975, 3) = 3.18245.
    found = ledger_of([2, 2, 2, 2], [1, 2, 3, 6], [True] * 4, [True] * 4)
    half = 3.18245 * math.sqrt(14 / 3) / 2
    assert found.loss_change_interval == pytest.approx((1 - half, 1 + half), abs=1e-4)


def test_the_text_says_every_group_and_the_penalty() -> None:
    found = ledger_of([0.5, 1.0], [0.2, 0.4], [True, False], [True, True], penalty_change=0.25)
    text = str(found)
    lines = {line[:13].strip(): line.split() for line in text.splitlines()[1:7]}
    assert lines["newly right"][-2:] == ["1", "-0.3000"]
    assert lines["penalty"][-1] == "+0.2500"
    assert lines["together"] == ["together", "2", "-0.2000"]
    assert "accuracy 50.0% -> 100.0%: 1 newly right, 0 newly wrong (sign test p = 1)" in text
    assert found.rows()[-1] == ("together", 2, pytest.approx(-0.2))
    assert sum(nats for _, _, nats in found.rows()[:-1]) == pytest.approx(-0.2)


def test_one_example_leaves_the_interval_open() -> None:
    found = ledger_of([1.0], [2.0], [True], [False])
    assert found.loss_change_interval == (-math.inf, math.inf)
    assert "-inf to +inf" in str(found)


def test_bad_input_is_named() -> None:
    with pytest.raises(ValueError, match="penalty_change is nan"):
        ledger(_run(penalty=(0.0, math.nan, 0.0)), 0, 5)
    with pytest.raises(ValueError, match="epoch 7 was not recorded"):
        ledger(_run(), 0, 7)
    with pytest.raises(ValueError, match="no validation examples"):
        ledger(_run(validation=False), 0, 5)
