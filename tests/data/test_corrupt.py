from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossacc.data import (
    few,
    identical,
    imbalanced,
    load_digits,
    only_classes,
    with_noise,
    wrong_labels,
)

SEEDS = st.integers(0, 1000)


@pytest.fixture(scope="module")
def digits():
    return load_digits()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda e, seed: with_noise(e, 0.3, seed),
        lambda e, seed: wrong_labels(e, 0.2, seed),
        lambda e, seed: identical(e, [0] * 9 + [1], seed),
        lambda e, seed: imbalanced(e, 5.0, seed),
        lambda e, seed: few(e, 60, seed),
    ],
)
def test_the_seed_decides_and_nothing_given_changes(digits, spoil):
    before = digits.images.copy(), digits.labels.copy()
    one, same, other = spoil(digits, 3), spoil(digits, 3), spoil(digits, 4)
    np.testing.assert_array_equal(one.images, same.images)
    np.testing.assert_array_equal(one.labels, same.labels)
    assert not (
        np.array_equal(one.images, other.images) and np.array_equal(one.labels, other.labels)
    )
    np.testing.assert_array_equal(before[0], digits.images)
    np.testing.assert_array_equal(before[1], digits.labels)


def test_noise_has_the_mean_and_deviation_asked_for(digits):
    noise = with_noise(digits, 0.5, 0).images - digits.images
    values = noise.size
    assert abs(noise.mean()) < 4 * 0.5 / np.sqrt(values)
    assert abs(noise.std() - 0.5) < 4 * 0.5 / np.sqrt(2 * values)


def test_noise_of_none_changes_no_image(digits):
    np.testing.assert_array_equal(with_noise(digits, 0, 0).images, digits.images)


@given(fraction=st.floats(0, 1), seed=SEEDS, classes=st.integers(2, 5))
def test_exactly_so_many_labels_are_moved(make_numbered, fraction, seed, classes):
    examples = make_numbered([7] * classes)
    corrupted = wrong_labels(examples, fraction, seed)
    assert np.sum(corrupted.labels != examples.labels) == round(fraction * len(examples))
    np.testing.assert_array_equal(corrupted.clean_labels, examples.labels)
    np.testing.assert_array_equal(corrupted.images, examples.images)


def test_wrong_labels_are_drawn_evenly(make_numbered):
    examples = make_numbered([900, 0, 0, 0])
    counts = wrong_labels(examples, 1, 0).counts
    assert counts[0] == 0
    assert np.all(np.abs(counts[1:] - 300) < 5 * np.sqrt(900 * 2 / 9))


def test_labels_corrupted_twice_keep_the_first_truth(make_numbered):
    examples = make_numbered([20, 20, 20])
    twice = wrong_labels(wrong_labels(examples, 0.3, 0), 0.3, 1)
    np.testing.assert_array_equal(twice.truth, examples.labels)


def test_noise_and_subsets_keep_the_clean_labels(make_numbered, numbers_of):
    examples = make_numbered([20, 20])
    corrupted = wrong_labels(examples, 0.5, 0)
    np.testing.assert_array_equal(with_noise(corrupted, 1, 0).truth, examples.labels)
    part = few(corrupted, 10, 0)
    np.testing.assert_array_equal(part.truth, examples.labels[numbers_of(part)])


@given(labels=st.lists(st.integers(0, 25), min_size=1, max_size=30), seed=SEEDS)
def test_identical_images_bear_the_chosen_labels(make_numbered, numbers_of, labels, seed):
    copies = identical(make_numbered([5, 5]), labels, seed)
    assert len(set(numbers_of(copies))) == 1
    assert copies.labels.tolist() == labels
    assert copies.class_names[:2] == ("A", "B")
    assert copies.classes == max(2, max(labels) + 1)


def test_the_copied_image_is_a_real_one_and_depends_on_the_seed(digits):
    images = {identical(digits, [0, 1], seed).images[0].tobytes() for seed in range(20)}
    assert images <= {image.tobytes() for image in digits.images}
    assert len(images) > 10


@given(data=st.data(), seed=SEEDS)
def test_imbalanced_gives_the_counts_asked_for(make_numbered, numbers_of, data, seed):
    wanted = [data.draw(st.integers(0, 9)) for _ in range(3)]
    wanted[0] = max(1, wanted[0])
    examples = make_numbered([9, 9, 9])
    result = imbalanced(examples, wanted, seed)
    assert result.counts.tolist() == wanted
    assert len(set(numbers_of(result))) == sum(wanted)
    np.testing.assert_array_equal(result.labels, examples.labels[numbers_of(result)])


@pytest.mark.parametrize(
    ("held", "ratio", "expected"),
    [
        ([90, 90], 9.0, [90, 10]),
        ([100, 100, 100], 100.0, [100, 10, 1]),
        ([100, 5, 100], 4.0, [10, 5, 2]),
        ([30, 40], 1, [30, 30]),
    ],
)
def test_the_ratio_runs_from_the_first_class_to_the_last(make_numbered, held, ratio, expected):
    assert imbalanced(make_numbered(held), ratio, 0).counts.tolist() == expected


@given(
    counts=st.lists(st.integers(0, 8), min_size=2, max_size=5).filter(any),
    data=st.data(),
    seed=SEEDS,
)
def test_few_is_as_even_as_the_classes_allow(make_numbered, numbers_of, counts, data, seed):
    n = data.draw(st.integers(1, sum(counts)))
    result = few(make_numbered(counts), n, seed)
    assert len(set(numbers_of(result))) == len(result) == n
    # A class is behind the fullest by more than one only where it has no more.
    behind = result.counts < result.counts.max() - 1
    np.testing.assert_array_equal(result.counts[behind], np.array(counts)[behind])


def test_few_is_fair_about_who_gets_one_more(make_numbered):
    examples = make_numbered([10, 10, 10])
    total = sum(few(examples, 4, seed).counts for seed in range(300))
    assert total.sum() == 1200
    assert np.all(np.abs(total - 400) < 50)


@pytest.mark.parametrize("draw", [lambda e: few(e, 400, 0), lambda e: imbalanced(e, 1, 0)])
def test_what_is_drawn_comes_in_random_order(make_numbered, numbers_of, draw):
    drawn = draw(make_numbered([200, 200]))
    assert 0.4 < np.mean(np.diff(numbers_of(drawn)) > 0) < 0.6
    assert 0.4 < np.mean(np.diff(drawn.labels) != 0) < 0.6


def test_only_classes_relabels_in_the_order_given(digits):
    kept = only_classes(digits, ["8", 3])
    assert kept.class_names == ("8", "3")
    assert kept.counts.tolist() == [174, 183]
    np.testing.assert_array_equal(kept.images[kept.labels == 0], digits.images[digits.labels == 8])


def test_only_classes_keeps_clean_labels_and_drops_strangers(make_numbered, numbers_of):
    corrupted = wrong_labels(make_numbered([20, 20, 20]), 0.5, 0)
    kept = only_classes(corrupted, [2, 0])
    inside = np.isin(corrupted.labels, [0, 2]) & np.isin(corrupted.truth, [0, 2])
    assert numbers_of(kept) == np.flatnonzero(inside).tolist()
    np.testing.assert_array_equal(kept.truth, np.where(corrupted.truth[inside] == 2, 0, 1))


@pytest.mark.parametrize(
    ("call", "error", "sentence"),
    [
        (lambda e: with_noise(e, -1, 0), ValueError, "sd is -1; expected a number from 0 to 10"),
        (lambda e: with_noise(e, np.inf, 0), ValueError, "sd is inf"),
        (lambda e: with_noise(e, "1", 0), TypeError, "sd is '1'"),
        (
            lambda e: wrong_labels(e, 1.2, 0),
            ValueError,
            "fraction is 1.2; expected a number from 0",
        ),
        (lambda e: wrong_labels(e, np.nan, 0), ValueError, "fraction is nan"),
        (lambda e: wrong_labels(e, 0.5, -3), ValueError, "seed is -3"),
        (lambda e: identical(e, [], 0), ValueError, "at least one class number"),
        (lambda e: identical(e, [0, 26], 0), ValueError, r"labels is \[0, 26\]; .* 0 to 25"),
        (lambda e: identical(e, [0.5], 0), TypeError, r"labels is \[0.5\]; expected whole"),
        (lambda e: imbalanced(e, [5, 5], 0), ValueError, "expected 3 numbers"),
        (lambda e: imbalanced(e, [6, 1, 1], 0), ValueError, "6 examples of class 'class 0'"),
        (lambda e: imbalanced(e, [0, 0, 0], 0), ValueError, "at least one example"),
        (lambda e: imbalanced(e, [1.5, 1, 1], 0), TypeError, "a number in counts is 1.5"),
        (lambda e: imbalanced(e, 0.5, 0), ValueError, "counts is 0.5"),
        (lambda e: imbalanced(e, 100, 0), ValueError, r"without examples: \[5, 0, 0\]"),
        (lambda e: few(e, 16, 0), ValueError, "n is 16; expected a whole number from 1 to 15"),
        (lambda e: few(e, 0, 0), ValueError, "n is 0"),
        (lambda e: few(e, 2.0, 0), TypeError, "n is 2.0"),
        (lambda e: only_classes(e, ["class 0"]), ValueError, "at least two, each once"),
        (lambda e: only_classes(e, [0, 0]), ValueError, "at least two, each once"),
        (
            lambda e: only_classes(e, ["cat", 1]),
            ValueError,
            "classes holds 'cat'; expected names out of",
        ),
        (lambda e: only_classes(e, [0, 3]), ValueError, "a number in classes is 3"),
    ],
)
def test_settings_out_of_range_are_refused_by_name(make_numbered, call, error, sentence):
    with pytest.raises(error, match=sentence):
        call(make_numbered([5, 5, 5]))


def test_the_same_seed_does_not_tie_two_steps_together(make_numbered, numbers_of):
    # Were both steps to draw the same permutation, the wrong labels would gather in one half.
    examples = make_numbered([200, 200])
    corrupted = wrong_labels(examples, 0.5, 0)
    chosen = numbers_of(few(corrupted, 200, 0))
    wrong = np.mean(corrupted.labels[chosen] != corrupted.truth[chosen])
    assert 0.35 < wrong < 0.65
