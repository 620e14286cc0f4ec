"""Outputs of any shape as rows, against loops that pick one example at a time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from lossacc.runs.as_examples import NoClassesError, as_examples

PLACES = st.lists(st.integers(1, 3), max_size=2).map(tuple)


@st.composite
def outputs(draw, least=2):
    shape = (draw(st.integers(1, 4)), *draw(PLACES), draw(st.integers(least, 4)))
    values = draw(arrays.arrays(np.float32, shape, elements=st.floats(-9, 9, width=32)))
    counts = draw(arrays.arrays(bool, shape[:-1]))
    counts.reshape(-1)[0] = True
    return values, counts, np.random.default_rng(draw(st.integers(0, 99)))


@given(outputs(), st.sampled_from(["plain", "column", "one-hot"]))
def test_each_place_that_counts_is_an_example(case, form):
    values, counts, rng = case
    classes = values.shape[-1]
    y = rng.integers(0, classes, values.shape[:-1])
    written = {"plain": y, "column": y[..., None], "one-hot": np.eye(classes)[y]}[form]
    found = as_examples(written, values.shape, counts=counts)
    places = [place for place in np.ndindex(*counts.shape) if counts[place]]
    assert found.kind == "classes"
    assert found.labels.tolist() == [y[place] for place in places]
    assert np.array_equal(found.logits(values), [values[place] for place in places])
    assert (found.counted, found.total) == (len(places), counts.size)


@given(outputs(least=1))
def test_each_of_several_answers_is_an_example_of_two_classes(case):
    values, counts, rng = case
    y = rng.integers(0, 2, values.shape).astype(float)
    found = as_examples(y, values.shape, separate=True, counts=counts)
    one = [place for place in np.ndindex(*values.shape) if counts[place[:-1]]]
    assert found.kind == ("several" if values.shape[-1] > 1 else "yes or no")
    assert found.labels.tolist() == [y[place] for place in one]
    assert np.array_equal(found.logits(values), [[0, values[place]] for place in one])
    right = (values > 0) == y
    groups = [right[place].all() for place in np.ndindex(*counts.shape) if counts[place]]
    kept = np.array([right[place] for place in one])
    assert found.all_right(kept) == pytest.approx(np.mean(groups))


@given(outputs(), st.integers(1, 4))
def test_parts_give_what_the_whole_gives(case, size):
    values, counts, rng = case
    found = as_examples(rng.integers(0, 2, counts.shape), values.shape, counts=counts)
    parts = [found.logits(values[at : at + size], at) for at in range(0, len(values), size)]
    assert np.array_equal(np.concatenate(parts), found.logits(values))


@given(outputs(), st.integers(1, 20), st.booleans())
def test_a_sample_is_some_of_the_examples_with_their_labels_and_groups_whole(case, most, separate):
    values, counts, rng = case
    shape = values.shape if separate else counts.shape
    y = rng.integers(0, 2, shape)
    found = as_examples(y, values.shape, separate=separate, counts=counts)
    some = found.sample(most, 3)
    least = values.shape[-1] if separate else 1
    assert len(some.kept) <= max(most, least)
    assert np.array_equal(some.kept, found.sample(most, 3).kept)
    flat = y.reshape(-1)
    assert np.array_equal(some.labels, flat[some.kept])
    places = np.searchsorted(found.kept, some.kept)
    assert np.array_equal(some.logits(values), found.logits(values)[places])
    if separate:
        assert (np.unique(some.kept // least, return_counts=True)[1] == least).all()


def test_a_sample_of_very_many_places_is_even():
    found = as_examples(np.arange(100_000) % 2, (100_000, 2)).sample(1000)
    np.testing.assert_allclose(np.histogram(found.kept, 4, (0, 100_000))[0], 250, atol=60)
    assert "1000 of 100000 answers" in str(found)


def test_labels_decide_where_nobody_says():
    rows = np.array([[1, 1, 0], [0, 0, 1]])
    assert as_examples(rows, (2, 3)).kind == "several"
    assert as_examples(np.eye(3)[:2], (2, 3)).kind == "classes"
    assert as_examples(np.eye(3)[:2], (2, 3), separate=True).kind == "several"
    assert as_examples(np.array([-1, 1]), (2, 1)).labels.tolist() == [0, 1]
    soft = as_examples(np.array([[0.25, 0.75]]), (1, 2))
    assert soft.targets.tolist() == [[0.25, 0.75]]
    assert soft.labels.tolist() == [1]


def test_what_does_not_count_is_told():
    found = as_examples([[0, -100, 1, -100]], (1, 4, 2), ignored=-100)
    assert found.labels.tolist() == [0, 1]
    assert str(found) == ("2 answers at places in 1 inputs; 50.0% do not count and are left out")
    padded = as_examples([[0, np.nan], [1, 1]], (2, 2, 2), counts=[1, 0])
    assert padded.labels.tolist() == [0]


REFUSED = {
    "names": (["cat", "dog"], (2, 2), {}, TypeError, r"'cat'; .*sorted.set.y"),
    "1 to K": ([1, 2], (2, 2), {}, ValueError, "count the classes from 0"),
    "stars": ([1, 5, 3], (3, 1), {}, NoClassesError, "from 1 to 5 .* no accuracy"),
    "prices": ([[0.5, 7.0]], (1, 2), {}, NoClassesError, "no accuracy"),
    "rows": ([[1, 1]], (1, 2), {"separate": False}, ValueError, "sums to 2"),
    "length": ([0, 1], (3, 2), {}, ValueError, r"labels of shape \(2,\)"),
    "places": ([[0, 1]], (1, 3, 2), {}, ValueError, r"expected \(1, 3\)"),
    "nothing counts": ([0], (1, 2), {"counts": [0]}, ValueError, "no example counts"),
    "mask": ([0], (1, 2), {"counts": [0, 1]}, ValueError, "mask or weights"),
    "uneven": ([[0], [1, 2]], (2, 2), {}, TypeError, "y is"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED.keys())
def test_refuses_by_name(case):
    labels, shape, more, kind, words = case
    with pytest.raises(kind, match=words):
        as_examples(labels, shape, **more)


def test_refuses_outputs_of_another_shape():
    with pytest.raises(ValueError, match=r"outputs have the shape \(2, 3\)"):
        as_examples([0, 1], (2, 2)).logits(np.ones((2, 3)))
