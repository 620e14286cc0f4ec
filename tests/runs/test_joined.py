"""Parts of runs, and runs put together again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lossacc.runs.joined import between, joined, only_examples, only_rows
from lossacc.runs.run import Run
from lossacc.runs.scores import Scores

ROWS, N, K = 4, 6, 3


def scores(seed):
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 3, (ROWS, N, K)).astype(np.float32)
    labels = rng.integers(0, K, N)
    return Scores(logits, labels, rng.permutation(labels), rng.dirichlet(np.ones(K), N))


def run(**settings):
    column = np.array([np.nan, 0.1, 0.2, 0.3])
    columns = {"penalty": column + 1, "learning_rate": column + 2, "gradient_norm": column + 3}
    given = {"train": scores(0), "validation": scores(1), "epochs": np.array([0, 1, 5, 6])}
    given |= {**columns, "printed": {"loss": column}, "objective": column + 4, "settings": {"a": 1}}
    return Run(**{**given, **settings})


def same(one, other):
    assert one.printed.keys() == other.printed.keys()
    columns = ("epochs", "penalty", "learning_rate", "gradient_norm", "objective")
    pairs = [(getattr(one, name), getattr(other, name)) for name in columns]
    pairs += [(one.printed[name], other.printed[name]) for name in one.printed]
    for on in ("train", "validation"):
        pairs += zip(vars(one.scores(on)).values(), vars(other.scores(on)).values(), strict=True)
    for a, b in pairs:
        np.testing.assert_array_equal(a, b)


# What each part holds is read off the whole by hand, array by array.
@pytest.mark.parametrize(
    ("ends", "rows"),
    [((1, 5), [1, 2]), ((1, -2), [1, 2]), ((5,), [2, 3]), ((0, 0), [0]), ((-4,), [0, 1, 2, 3])],
)
@pytest.mark.parametrize("held_out", [True, False])
def test_between_cuts_every_array(ends, rows, held_out):
    whole = run() if held_out else run(validation=None, objective=None)
    part = between(whole, *ends)
    assert part.epochs.tolist() == [[0, 1, 5, 6][row] for row in rows]
    for name in ("penalty", "learning_rate", "gradient_norm"):
        np.testing.assert_array_equal(getattr(part, name), getattr(whole, name)[rows])
    np.testing.assert_array_equal(part.printed["loss"], whole.printed["loss"][rows])
    for on in whole.sets:
        before, after = whole.scores(on), part.scores(on)
        np.testing.assert_array_equal(after.logits, before.logits[rows])
        for name in ("labels", "clean_labels", "targets"):
            np.testing.assert_array_equal(getattr(after, name), getattr(before, name))
    if held_out:
        np.testing.assert_array_equal(part.objective, whole.objective[rows])
    assert part.sets == whole.sets
    assert (part.objective is None) == (whole.objective is None)


def test_between_refuses_what_was_not_recorded_or_is_backwards():
    with pytest.raises(ValueError, match="epoch 3 was not recorded"):
        between(run(), 3, -1)
    with pytest.raises(ValueError, match="got 6 to 1"):
        between(run(), 6, 1)


@pytest.mark.parametrize("cut", [1, 2, 3])
def test_rows_put_together_again_are_the_run(cut):
    whole = run()
    same(joined([only_rows(whole, slice(None, cut)), only_rows(whole, slice(cut, None))]), whole)


def test_a_printed_number_that_one_part_lacks_is_nan_there():
    first = replace(only_rows(run(), slice(0, 1)), printed={})
    whole = joined([first, only_rows(run(), slice(1, None))])
    np.testing.assert_array_equal(whole.printed["loss"], [np.nan, 0.1, 0.2, 0.3])


def test_a_run_without_validation_stays_without():
    whole = run(validation=None)
    parts = [only_rows(whole, slice(n, n + 1)) for n in range(ROWS)]
    assert joined(parts).validation is None


def test_parts_that_do_not_fit_are_refused():
    other = run(train=replace(scores(0), labels=(scores(0).labels + 1) % K))
    with pytest.raises(ValueError, match="other labels"):
        joined([only_rows(other, slice(0, 1)), only_rows(run(), slice(1, None))])
    with pytest.raises(ValueError, match="expected rising"):
        joined([run(), run()])
    with pytest.raises(ValueError, match="runs is empty"):
        joined([])


def test_only_examples_keeps_them_with_all_that_belongs_to_them():
    whole = run()
    part = only_examples(whole, {"validation": np.array([1, 4])})
    for name in ("cross_entropy", "correct"):
        kept = getattr(part.scores("validation"), name)
        np.testing.assert_array_equal(kept, getattr(whole.scores("validation"), name)[:, [1, 4]])
    for name in ("labels", "clean_labels", "targets"):
        kept = getattr(part.scores("validation"), name)
        np.testing.assert_array_equal(kept, getattr(whole.scores("validation"), name)[[1, 4]])
    assert part.train is whole.train
    np.testing.assert_array_equal(part.printed["loss"], whole.printed["loss"])
