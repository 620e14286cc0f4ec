"""Training against validation examples: copies, scale, classes, order; and sound sets."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

import lossacc
from lossacc.checks.run.sets import Sample, order_findings, set_findings
from tests.made_runs import random_scores, run_of

DIGITS = lossacc.load_digits()
X, Y = np.asarray(DIGITS.images), np.asarray(DIGITS.labels)


def checks(train, held_out):
    """The names and findings of what is found in two pairs (x, y)."""
    return {one.check: one for one in set_findings(Sample(*train), Sample(*held_out))}


def table(n, seed=0, columns=6):
    return np.random.default_rng(seed).normal(0, 1, (n, columns)).astype(np.float32)


def classes(n, k=3, seed=0):
    return np.random.default_rng(seed).integers(0, k, n)


@pytest.mark.parametrize("dtype", [np.float32, np.uint8])
def test_copies_are_counted(dtype) -> None:
    x = (X * 255).astype(dtype)
    one = checks((x[:600], Y[:600]), (x[400:700], Y[400:700]))["same examples"]
    assert one.severity == "wrong"
    assert one.what.startswith("200 of 300 validation examples are training examples")


def test_a_part_of_the_training_examples_says_so() -> None:
    part = Sample(X[:600:4], Y[:600:4], 600)
    (one,) = set_findings(part, Sample(X[400:700], Y[400:700]))
    assert "50 of 300 validation examples are among the 150 recorded of 600" in one.what


def test_a_single_copy_is_a_note() -> None:
    held_out = np.concatenate([X[600:700], X[:1]])
    one = checks((X[:600], Y[:600]), (held_out, Y[600:701]))["same examples"]
    assert one.severity == "note"
    assert one.what.startswith("1 of 101 validation examples is ")


def test_rows_that_repeat_by_nature_raise_no_alarm() -> None:
    """Three columns of four values: a random split has most rows on both sides."""
    x = np.random.default_rng(0).integers(0, 4, (1000, 3)).astype(np.float32)
    y = (x.sum(axis=1) > 4).astype(int)
    assert checks((x[:700], y[:700]), (x[700:], y[700:])) == {}


@pytest.mark.parametrize("change", [lambda x: x * 0.8 + 0.1, lambda x: x + 0.005 * table(1)[0, 0]])
def test_copies_that_were_changed_are_found(change) -> None:
    held_out = change(X[:200])
    one = checks((X[:600], Y[:600]), (held_out, Y[:200]))["nearly the same"]
    assert one.severity == "wrong"
    assert one.what.startswith("200 of 200 validation images")


@pytest.mark.parametrize(
    "change", [lambda x: x * 255, lambda x: x / 255, lambda x: (x - 0.5) * 20, lambda x: x + 10]
)
def test_another_scale_is_found(change) -> None:
    for x in (X, table(900)):
        one = checks((x[:600], Y[:600]), (change(x[600:900]), Y[600:900]))["scale"]
        assert one.severity == "wrong"


@pytest.mark.parametrize("dtype", [np.float64, np.float16, np.int64, np.uint8])
def test_another_type_on_the_same_scale_is_none(dtype) -> None:
    x = np.round(X * 16).astype(np.float32)
    held_out = x[600:900].astype(dtype)
    assert checks((x[:600], Y[:600]), (held_out, Y[600:900])) == {}


def test_classes_of_one_side_only() -> None:
    order = np.argsort(Y, kind="stable")
    x, y = X[order], Y[order]
    train, held_out = (x[:1400], y[:1400]), (x[1400:], y[1400:])
    found = [
        one for one in set_findings(Sample(*train), Sample(*held_out)) if one.check == "classes"
    ]
    assert [one.severity for one in found] == ["wrong", "wrong"]
    assert "No training example is of class 8, 9" in found[0].what
    assert "No validation example is of class 0, 1, 2, 3, 4, ..." in found[1].what


def test_rare_classes_may_be_missing_by_chance() -> None:
    y = np.minimum(np.random.default_rng(0).zipf(1.6, 1000), 300)
    assert "classes" not in checks((table(700), y[:700]), (table(300, 1), y[700:]))


@pytest.mark.parametrize(
    ("labels", "sorted_"),
    [
        (np.repeat(np.arange(5), 40), True),
        (np.tile(np.arange(5), 40), False),
        (classes(200), False),
        (np.zeros(200, int), False),
        (np.array([0, 0, 1, 1]), False),
        ((np.arange(200) % 50 == 0).astype(int), False),
    ],
)
def test_labels_in_order(labels, sorted_) -> None:
    assert bool(list(order_findings(labels))) == sorted_


def test_large_sets_are_compared_without_copies(monkeypatch) -> None:
    """Comparing takes less memory than the data has, and the scale of a part tells the same."""
    x = np.random.default_rng(0).random((4000, 1000)).astype(np.float32)
    monkeypatch.setattr("lossacc.checks.run.sets._READ", 2**14)
    tracemalloc.start()
    both = checks((x[:3000], classes(3000)), (x[2900:] * 255, classes(1100)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert set(both) == {"scale"}
    assert peak < 0.8 * x.nbytes


SOUND = {
    "digits": X,
    "table": table(900),
    "table of many scales": table(900) * np.float32([1, 10, 100, 1000, 1, 1]),
    "long tails": np.exp(2 * table(900)),
    "token numbers": np.random.default_rng(0).zipf(1.3, (900, 20)).clip(0, 5000),
    "mostly zeros": np.where(table(900, columns=30) > 2, 1, 0).astype(np.float32),
    "colour": np.random.default_rng(0).random((900, 12, 12, 3)).astype(np.float32),
    "grey levels": (X * 255).astype(np.uint8),
    "blank": np.zeros((900, 8, 8, 1), np.float32),
    "missing": np.where(table(900) > 2, np.nan, table(900)),
}


@pytest.mark.parametrize("name", SOUND)
@pytest.mark.parametrize("seed", range(3))
def test_random_splits_raise_no_alarm(name, seed) -> None:
    order = np.random.default_rng(seed).permutation(900)
    x, y = SOUND[name][:900][order], Y[:900][order]
    assert checks((x[:600], y[:600]), (x[600:], y[600:])) == {}


def test_check_run_compares_the_sets_that_it_is_given() -> None:
    run = run_of(random_scores(0, 2, 20, 3), random_scores(1, 2, 10, 3))
    x, y = table(20), classes(20)
    alone = lossacc.check_run(run)
    both = lossacc.check_run(run, (x, y), (x[:10], y[:10]))
    assert alone.unchecked == ("same examples", "scale", "classes", "order")
    assert both.unchecked == ()
    assert [one.check for one in both.wrong] == ["same examples"]


def test_sets_of_different_forms_are_not_compared_value_for_value() -> None:
    run = run_of(random_scores(0, 2, 20, 3), random_scores(1, 2, 10, 3))
    audit = lossacc.check_run(run, (table(20), classes(20)), (table(10, columns=4), classes(10)))
    assert audit.unchecked == ("same examples", "scale")
    assert audit.checked[-2:] == ("classes", "order")


@pytest.mark.parametrize(("labels", "quoted"), [([-1, 1], -1), ([1, 2], 2)])
def test_labels_that_are_no_class_of_the_run_are_refused(labels, quoted) -> None:
    run = run_of(random_scores(0, 2, 20, 2))
    with pytest.raises(ValueError, match=f"y of train holds {quoted} at place .; expected 0 to 1"):
        lossacc.check_run(run, (table(20), np.tile(labels, 10)))
