"""One slip: what is validated on, the numbers that are read, and the metrics that Keras makes."""

from __future__ import annotations

import math
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossacc import lessons
from lossacc.data import glyphs, load_digits
from lossacc.lessons.when_the_number_is_wrong import exercises, further, metrics, one_slip
from lossacc.lessons.when_the_number_is_wrong import slip_claims as read
from lossacc.runs.scores import Scores

SLIP = lessons.experiment("one-slip")


def prepared(slip: str):
    settings = SLIP.settings(slip=slip)
    train, held_out = one_slip.sets(settings, load_digits(), 3)
    return train, held_out, *one_slip.prepared(held_out, slip, 3)


def test_without_a_slip_validation_is_what_it_is() -> None:
    train, held_out, images, labels = prepared(one_slip.NONE)
    assert (len(train), len(held_out)) == (600, 400)
    assert (images == held_out.images).all()
    assert (labels == held_out.labels).all()


def test_a_sorted_set_ends_in_classes_that_were_never_trained() -> None:
    train, held_out, _, _ = prepared(one_slip.SORTED)
    assert set(train.labels) == set(range(6))
    assert set(held_out.labels) == {6, 7, 8, 9}


def test_another_order_changes_no_count() -> None:
    _, held_out, images, labels = prepared(one_slip.ORDER)
    assert (images == held_out.images).all()
    assert sorted(labels) == sorted(held_out.labels)
    assert (labels == held_out.labels).mean() < 0.2


def test_the_other_slips_by_hand() -> None:
    _, held_out, _, labels = prepared(one_slip.RENAMED)
    assert labels.tolist() == [{9: 0}.get(k, k + 1) for k in held_out.labels.tolist()]
    _, _, times, _ = prepared(one_slip.TIMES)
    _, _, twice, _ = prepared(one_slip.TWICE)
    assert times == pytest.approx(held_out.images * 255)
    assert twice == pytest.approx(held_out.images / 255)


def scores(answers: list[int], labels: list[int], classes: int) -> Scores:
    """Scores of one epoch in which these answers are given, each by a margin of one."""
    return Scores(np.eye(classes, dtype=np.float32)[answers][None], np.array(labels))


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=30))
def test_no_renaming_of_classes_does_better_than_the_label_that_each_meets_most(pairs) -> None:
    answers, labels = map(list, zip(*pairs, strict=True))
    best = max(
        np.mean([names[a] == label for a, label in pairs]) for names in permutations(range(4))
    )
    assert read.renamed(scores(answers, labels, 4)) >= best - 1e-12


def test_counts_that_differ_by_hand() -> None:
    found = scores([0, 0, 1, 2], [0, 1, 1, 2], 3)
    assert read.answers(found).tolist() == [2, 1, 1]
    assert read.counted_otherwise(found) == pytest.approx(1 / 4)


def test_other_images_will_do() -> None:
    run = SLIP.run("renumbered", data=glyphs(1000, classes=5, size=10, channels=3, seed=1))
    assert run.scores("validation").classes == 5
    table = exercises.slips({"renumbered": run})
    assert len(table.rows[0]) == len(table.columns)


def test_the_word_accuracy_becomes_what_the_lesson_says() -> None:
    found = [(row[0], row[3]) for row in metrics.accuracies().rows]
    assert found == [
        ("10 softmax", "sparse_categorical_accuracy"),
        ("10 softmax", "categorical_accuracy"),
        ("10 sigmoid", "categorical_accuracy"),
        ("1 sigmoid", "binary_accuracy"),
        ("1 linear", "binary_accuracy"),
        ("1 linear", "binary_accuracy"),
    ]


def test_zeros_over_thirty_outputs() -> None:
    rows = {name: zeros for name, zeros, _ in metrics.of_thirty().rows}
    assert rows["BinaryAccuracy"] == f"{100 * 29 / 30:.2f} %"
    assert rows["CategoricalAccuracy"] == f"{100 / 30:.3f} %"


@given(st.lists(st.booleans(), min_size=1, max_size=60), st.integers(1, 20))
def test_four_loops_by_hand(correct, batch) -> None:
    shares = [
        float(cell.removesuffix(" %")) for _, cell in further.batch_means(correct, batch).rows
    ]
    parts = [correct[first : first + batch] for first in range(0, len(correct), batch)]
    means = [sum(part) / len(part) for part in parts]
    wanted = (
        sum(correct) / len(correct),
        sum(means) / len(means),
        sum(correct) / (batch * len(parts)),
        means[-1],
    )
    assert shares == pytest.approx([100 * share for share in wanted], abs=0.051)


def test_a_step_of_the_stairs_is_that_of_the_gradient() -> None:
    """The first image costs ln 10, and the second one as good as that: noise shares nothing."""
    costs = further.stairs(epochs=2)
    assert costs.shape == (2, 200)
    assert costs[0, 0] == pytest.approx(math.log(10))
    assert costs[1].mean() < 0.05 * costs[0].mean()
