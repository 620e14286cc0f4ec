from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossacc.data import split

COUNTS = st.lists(st.integers(0, 20), min_size=2, max_size=5).filter(lambda c: sum(c) >= 4)


@given(counts=COUNTS, cut=st.integers(1, 3), seed=st.integers(0, 99), stratify=st.booleans())
def test_parts_are_disjoint_and_whole(make_numbered, numbers_of, counts, cut, seed, stratify):
    examples = make_numbered(counts)
    rest = len(examples) - cut
    first, second = split(examples, cut, rest, seed=seed, stratify=stratify)
    assert (len(first), len(second)) == (cut, rest)
    assert sorted(numbers_of(first) + numbers_of(second)) == list(range(len(examples)))
    for part in (first, second):
        np.testing.assert_array_equal(part.labels, examples.labels[numbers_of(part)])


@given(counts=COUNTS, share=st.floats(0.1, 1), seed=st.integers(0, 99))
def test_stratified_parts_keep_the_shares(make_numbered, counts, share, seed):
    examples = make_numbered(counts)
    size = max(1, int(share * len(examples)))
    (part,) = split(examples, size, seed=seed, stratify=True)
    expected = np.array(counts) * size / len(examples)
    assert np.all(np.abs(part.counts - expected) < 1)


PARTS = st.lists(st.integers(1, 30) | st.floats(0, 1) | st.integers(-2, 0), max_size=4)


@given(counts=COUNTS, sizes=PARTS, seed=st.integers(0, 2**70), stratify=st.booleans())
def test_any_sizes_give_what_they_ask_for_or_are_refused(
    make_numbered, numbers_of, counts, sizes, seed, stratify
):
    examples = make_numbered(counts)
    wanted = [int(s * len(examples) + 1e-9) if isinstance(s, float) else s for s in sizes]
    if not sizes or min(wanted) < 1 or sum(wanted) > len(examples):
        with pytest.raises(ValueError, match="expected"):
            split(examples, *sizes, seed=seed, stratify=stratify)
        return
    parts = split(examples, *sizes, seed=seed, stratify=stratify)
    assert [len(part) for part in parts] == wanted
    drawn = [number for part in parts for number in numbers_of(part)]
    assert len(set(drawn)) == len(drawn)
    again = split(examples, *sizes, seed=seed, stratify=stratify)
    assert list(map(numbers_of, again)) == list(map(numbers_of, parts))


def test_every_stratified_part_keeps_the_shares(make_numbered):
    examples = make_numbered([90, 10])
    parts = split(examples, 20, 20, 20, seed=3, stratify=True)
    assert [part.counts.tolist() for part in parts] == [[18, 2]] * 3


def test_the_seed_decides(make_numbered, numbers_of):
    examples = make_numbered([50, 50])
    orders = [numbers_of(split(examples, 40, seed=seed)[0]) for seed in (0, 0, 1)]
    assert orders[0] == orders[1]
    assert orders[0] != orders[2]
    longer = numbers_of(split(examples, 60, seed=0)[0])
    assert longer[:40] == orders[0]


def test_every_example_has_the_same_chance(make_numbered, numbers_of):
    examples = make_numbered([5, 5])
    drawn = np.bincount(
        np.concatenate([numbers_of(split(examples, 5, seed=s)[0]) for s in range(400)])
    )
    # 400 draws at one half: sd 10.
    assert np.all(np.abs(drawn - 200) < 50)


@pytest.mark.parametrize("stratify", [False, True])
def test_parts_are_in_random_order(make_numbered, stratify):
    (part,) = split(make_numbered([500, 500]), 1000, seed=0, stratify=stratify)
    changes = np.mean(part.labels[1:] != part.labels[:-1])
    assert 0.4 < changes < 0.6


def test_sizes_may_be_fractions(make_numbered):
    parts = split(make_numbered([50, 50]), 0.29, 0.5, 3, seed=0)
    assert [len(part) for part in parts] == [29, 50, 3]
    assert [len(part) for part in split(make_numbered([2, 1]), 0.5, 0.5, seed=0)] == [1, 1]


@pytest.mark.parametrize(
    ("sizes", "error", "sentence"),
    [
        ((), ValueError, "no sizes"),
        ((0,), ValueError, "size is 0; expected a whole number of at least 1"),
        ((8, 3), ValueError, r"\(8, 3\) ask for 11 examples; expected at most 10"),
        ((1.5,), ValueError, "size is 1.5; expected a number from 0 to 1"),
        ((-0.1,), ValueError, "size is -0.1"),
        ((float("nan"),), ValueError, "size is nan"),
        ((0.01,), ValueError, "is none; expected at least one"),
        ((True,), TypeError, "size is True"),
        (("5",), TypeError, "size is '5'"),
    ],
)
def test_bad_sizes_are_refused(make_numbered, sizes, error, sentence):
    with pytest.raises(error, match=sentence):
        split(make_numbered([5, 5]), *sizes, seed=0)


@pytest.mark.parametrize("given", [np.arange(12).reshape(3, 4), [1, 2, 3], None, "digits"])
def test_what_is_no_set_is_refused(given):
    with pytest.raises(TypeError, match=r"examples is .*; expected Examples"):
        split(given, 3, seed=0)


@pytest.mark.parametrize(("seed", "error"), [(-1, ValueError), (0.5, TypeError), (None, TypeError)])
def test_bad_seeds_are_refused(make_numbered, seed, error):
    with pytest.raises(error, match=f"seed is {seed}; expected a whole number"):
        split(make_numbered([5, 5]), 5, seed=seed)
