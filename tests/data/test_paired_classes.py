"""Two classes made of many."""

from __future__ import annotations

import numpy as np
import pytest

from lossacc.data import Examples, hardest_pair, load_digits, one_against_others, with_noise


def stripes(levels, each=6, names="ABCDEF"):
    """Flat grey images: each class has a level of its own, and its images lie close around it."""
    images = np.concatenate(
        [np.full((each, 4, 4, 1), level) + 0.01 * np.arange(each)[:, None, None, None]
         for level in levels]
    )  # fmt: skip
    labels = np.repeat(np.arange(len(levels)), each)
    return Examples(images.astype(np.float32), labels, tuple(names[: len(levels)]))


def brute_force(examples):
    """The same by loops over images: every image gets the label of the nearest other one."""
    flat = examples.images.reshape(len(examples), -1).astype(float)
    counts = np.zeros((examples.classes,) * 2)
    for n, image in enumerate(flat):
        apart = [np.inf if m == n else ((image - other) ** 2).sum() for m, other in enumerate(flat)]
        counts[examples.labels[n], examples.labels[int(np.argmin(apart))]] += 1
    shares = counts / counts.sum(axis=1, keepdims=True)
    hardest = int(np.diag(shares).argmin())
    mixed = shares[hardest] + shares[:, hardest]
    mixed[hardest] = -1
    return hardest, int(mixed.argmax())


@pytest.mark.parametrize("seed", range(5))
def test_it_is_what_loops_over_images_find(seed):
    noisy = with_noise(load_digits().take(range(150)), 0.3, seed)
    assert hardest_pair(noisy) == brute_force(noisy)


def test_two_classes_at_the_same_level_are_the_pair():
    assert set(hardest_pair(stripes([0.1, 0.5, 0.9, 0.505]))) == {1, 3}


def test_the_hardest_noisy_digit_is_the_eight():
    assert hardest_pair(with_noise(load_digits(), 0.2, 0))[0] == 8


def test_a_class_of_one_image_is_refused():
    with pytest.raises(ValueError, match="class 'B' has 1 images; expected two or more"):
        hardest_pair(stripes([0.1, 0.5]).take(range(7)))


def test_one_against_others_keeps_images_and_order():
    digits = load_digits()
    two = one_against_others(digits, 8)
    assert two.class_names == ("not 8", "8")
    assert (two.images == digits.images).all()
    assert (two.labels == (digits.labels == 8)).all()
    assert two.clean_labels is None


def test_one_against_others_carries_the_clean_labels():
    spoilt = Examples(
        np.zeros((3, 4, 4, 1), np.float32),
        np.array([0, 1, 2]),
        ("A", "B", "C"),
        np.array([2, 1, 2]),
    )
    two = one_against_others(spoilt, 2)
    assert two.labels.tolist() == [0, 0, 1]
    assert two.clean_labels.tolist() == [1, 0, 1]


def test_a_class_that_is_none_is_refused():
    with pytest.raises(ValueError, match="rare is 10; expected a whole number from 0 to 9"):
        one_against_others(load_digits(), 10)
