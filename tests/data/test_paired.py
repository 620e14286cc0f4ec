from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossacc.data import Examples, glyphs, identical, load_digits, pixelated, two_details

SEEDS = st.integers(0, 1000)


@pytest.fixture(scope="module")
def digits():
    return load_digits()


def one_image(height, width, channels=1):
    images = np.random.default_rng(0).random((3, height, width, channels))
    return Examples(images.astype(np.float32), np.array([0, 1, 0]), ("a", "b"))


def test_the_seed_decides_and_nothing_given_changes(digits):
    before = digits.images.copy()
    one, same, other = (two_details(digits, 12, seed=seed) for seed in (3, 3, 4))
    np.testing.assert_array_equal(one.images, same.images)
    assert not np.array_equal(one.images, other.images)
    np.testing.assert_array_equal(before, digits.images)


@given(n=st.integers(1, 40), seed=SEEDS)
def test_of_every_four_in_a_row_two_are_a_and_no_two_are_alike(digits, n, seed):
    variants = two_details(digits, n, noise=0, seed=seed)
    for first in range(n - 3):
        four = slice(first, first + 4)
        assert variants.labels[four].sum() == 2
        assert len({image.tobytes() for image in variants.images[four]}) == 4
    assert len({image.tobytes() for image in variants.images}) == min(n, 4)


@given(difference=st.floats(0.01, 0.5), seed=SEEDS)
def test_outside_two_squares_it_is_the_image_itself_and_within_0_and_1(digits, difference, seed):
    variants = two_details(digits, 4, difference=difference, noise=0, seed=seed)
    original = identical(digits, [0], seed).images[0]
    elsewhere = (variants.images == original).all(axis=(0, 3))
    assert elsewhere.sum() >= 64 - 8
    assert variants.images.min() >= -1e-6  # rounding
    assert variants.images.max() <= 1 + 1e-6


@given(seed=SEEDS)
def test_the_class_is_whether_both_details_lean_to_the_same_side(digits, seed):
    variants = two_details(digits, 4, difference=0.3, noise=0, seed=seed)
    moving = (variants.images != variants.images[0]).any(axis=(0, 3))
    left = [
        (row, column) for row, column in np.argwhere(moving) if column % 2 == 0 and row % 2 == 0
    ]
    assert len(left) == 2
    brighter = [variants.images[:, r, c, 0] > variants.images[:, r, c + 1, 0] for r, c in left]
    np.testing.assert_array_equal(variants.labels == 0, brighter[0] == brighter[1])


@given(seed=SEEDS, n=st.sampled_from([4, 8, 40]))
def test_no_weighted_sum_of_pixels_tells_the_class(digits, seed, n):
    variants = two_details(digits, n, noise=0, seed=seed)
    pixels = np.column_stack([variants.images.reshape(n, -1), np.ones(n)]).astype(np.float64)
    weights = np.linalg.lstsq(pixels, variants.labels.astype(np.float64), rcond=1e-6)[0]
    np.testing.assert_allclose(pixels @ weights, 0.5, atol=1e-4)


def test_all_variants_differ_by_noise_of_the_deviation_asked_for(digits):
    plain, noisy = (two_details(digits, 400, noise=sd, seed=5).images for sd in (0, 0.1))
    noise = noisy - plain
    assert abs(noise.std() - 0.1) < 4 * 0.1 / np.sqrt(2 * noise.size)


@given(seed=SEEDS)
def test_larger_pixels_lose_the_details(digits, seed):
    coarse = pixelated(two_details(digits, 4, noise=0, seed=seed)).images
    np.testing.assert_allclose(coarse, np.broadcast_to(coarse[0], coarse.shape), atol=1e-6)


@given(
    height=st.integers(1, 7), width=st.integers(1, 7), side=st.integers(1, 8),
    channels=st.sampled_from([1, 3]),
)  # fmt: skip
def test_every_square_becomes_its_mean_at_the_edges_too(height, width, side, channels):
    examples = one_image(height, width, channels)
    coarse = pixelated(examples, side).images
    for top in range(0, height, side):
        for left in range(0, width, side):
            square = np.s_[:, top : top + side, left : left + side]
            mean = examples.images[square].mean(axis=(1, 2), keepdims=True)
            np.testing.assert_allclose(coarse[square] - mean, 0, atol=1e-6)


def test_larger_pixels_keep_labels_and_truth(digits):
    some = digits.take(range(20))
    told = Examples(some.images, some.labels[::-1].copy(), some.class_names, some.labels, "x")
    coarse = pixelated(told)
    np.testing.assert_array_equal(coarse.labels, told.labels)
    np.testing.assert_array_equal(coarse.clean_labels, told.clean_labels)


def test_images_of_any_size_and_colour_will_do():
    coloured = glyphs(6, classes=2, size=17, channels=3, seed=0)
    assert two_details(coloured, 10, seed=0).shape == (17, 17, 3)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda e: two_details(e, 0, seed=0), "n is 0; expected a whole number of at least 1"),
        (lambda e: two_details(e, 4, difference=0.6, seed=0), "difference is 0.6; expected a num"),
        (
            lambda e: two_details(e, 4, noise=-1, seed=0),
            "noise is -1; expected a number from 0 to 10",
        ),
        (lambda e: pixelated(e, 0), "side is 0; expected a whole number of at least 1"),
        (lambda _: two_details(one_image(3, 3), 4, seed=0), "expected room for two squares"),
    ],
)
def test_settings_out_of_range_are_refused(digits, wrong, said):
    with pytest.raises(ValueError, match=said):
        wrong(digits)
