"""Planted conflicts are found, nothing else is, and the bounds are those of brute force."""

from __future__ import annotations

import itertools
import math
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lossacc
from lossacc import figures
from lossacc.analysis.label_conflicts import Conflicts, Group, find_conflicts
from lossacc.data import Examples, glyphs, identical, load_digits, load_folder, save_folder

SEEDS = st.integers(0, 2**32 - 1)
EXACT, NEAR = 20, 40  # planted


def planted(
    examples: Examples, seed: int
) -> tuple[np.ndarray, np.ndarray, set[tuple[int, ...]], set[tuple[int, ...]]]:
    """Add copies under other labels, some identical, some with noise and another brightness.

    Returns images, labels, and the pairs of the identical and of the near ones.
    """
    rng = np.random.default_rng([seed, 4])
    n, m = len(examples), EXACT + NEAR
    chosen = rng.permutation(n)[:m]
    copies = examples.images[chosen].astype(np.float64)
    brighter = rng.uniform(0.95, 1.05, (NEAR, 1, 1, 1))
    shifted = rng.uniform(-0.05, 0.05, (NEAR, 1, 1, 1))
    noise = rng.normal(0, 0.02, copies[EXACT:].shape)
    half = rng.random((NEAR, 1, 1, 1)) < 0.5
    near = np.where(half, copies[EXACT:] * brighter, copies[EXACT:] + shifted) + noise
    copies[EXACT:] = np.clip(near, 0, 1)
    other = (examples.labels[chosen] + rng.integers(1, examples.classes, m)) % examples.classes
    order = rng.permutation(n + m)
    now = np.argsort(order)
    pairs = [tuple(pair) for pair in np.sort([now[chosen], now[n:]], axis=0).T.tolist()]
    images = np.concatenate([examples.images, copies.astype(np.float32)])[order]
    labels = np.concatenate([examples.labels, other])[order]
    return images, labels, set(pairs[:EXACT]), set(pairs[EXACT:])


def glyph_folder(path: Path, seed: int, **settings: int) -> Examples:
    save_folder(glyphs(channels=3, seed=seed, **settings), path / str(seed))
    return load_folder(path / str(seed))


def groups(found: Conflicts, *, exact: bool) -> set[tuple[int, ...]]:
    return {group.indices for group in found.groups if group.exact is exact}


def check_planted(examples: Examples, seed: int) -> None:
    images, labels, exact, near = planted(examples, seed)
    found = find_conflicts(images, labels)
    assert groups(found, exact=True) == exact
    told = groups(found, exact=False)
    recalled = sum(any({*pair} <= {*group} for group in told) for pair in near)
    assert recalled >= 0.95 * len(near)
    # A real image so like a planted one that it joins the group counts as a false alarm here.
    shown = set().union(*told)
    assert len(shown & set().union(*near)) >= 0.95 * len(shown)


@pytest.mark.parametrize("seed", range(100, 106))
def test_planted_conflicts_are_found_among_the_digits(seed: int) -> None:
    check_planted(load_digits(), seed)


@pytest.mark.parametrize("seed", range(100, 104))
def test_planted_conflicts_are_found_in_a_folder_of_colour_glyphs(
    seed: int, tmp_path: Path
) -> None:
    check_planted(glyph_folder(tmp_path, seed, n=500, size=16), seed)


def test_so_they_are_in_larger_glyphs_of_more_classes(tmp_path: Path) -> None:
    check_planted(glyph_folder(tmp_path, 7, n=400, size=32, classes=26), 7)


def test_among_the_digits_themselves_nothing_is_in_conflict() -> None:
    digits = load_digits()
    assert find_conflicts(digits.images, digits.labels).groups == ()
    # The docstring says how close they come: .36 of the contrast.
    assert find_conflicts(digits.images, digits.labels, near=0.355).groups == ()
    closest = find_conflicts(digits.images, digits.labels, near=0.365).groups[0]
    assert closest.distance == pytest.approx(0.36, abs=0.005)


def test_five_against_five_is_held_to_one_half_and_ln_2() -> None:
    ten = identical(load_digits(), [0] * 5 + [1] * 5, seed=1)
    found = find_conflicts(ten.images, ten.labels)
    assert found.groups == (Group(tuple(range(10)), (0,) * 5 + (1,) * 5, 0.0, exact=True),)
    assert found.best_accuracy == 0.5
    assert found.lowest_loss == pytest.approx(math.log(2))
    assert find_conflicts(ten.images, [1] * 10).groups == ()


def test_three_copies_with_two_labels_are_one_group() -> None:
    images = np.random.default_rng(0).random((5, 6, 6))
    images[4] = images[2] = images[0]
    found = find_conflicts(images, ["cat", "cat", "dog", "dog", "cat"])
    assert found.groups == (Group((0, 2, 4), ("cat", "dog", "cat"), 0.0, exact=True),)
    assert found.indices.tolist() == [0, 2, 4]
    assert found.best_accuracy == pytest.approx(4 / 5)


def test_an_identical_pair_keeps_its_group_beside_the_near_one() -> None:
    images = np.random.default_rng(0).random((4, 6, 6))
    images[2] = images[1] = images[0]
    images[2, 0, 0] += 0.01
    found = find_conflicts(images, [0, 1, 1, 2])
    assert [group.indices for group in found.groups] == [(0, 1), (0, 1, 2)]
    assert [group.exact for group in found.groups] == [True, False]
    assert found.indices.tolist() == [0, 1, 2]
    assert 0 < found.groups[1].distance < 0.01
    assert len(find_conflicts(images, [0, 1, 1, 2], near=0).groups) == 1


def small_set(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Images of which some are copies, some nearly so, with three labels."""
    rng = np.random.default_rng(seed)
    images = rng.random((5, 5, 5, 2))[rng.integers(0, 5, 14)]
    images += rng.choice([0.0, 0.0, 0.02], (14, 1, 1, 1)) * rng.standard_normal(images.shape)
    return images, rng.integers(0, 3, 14)


def moved(found: Conflicts, place: Callable[[int], int]) -> set[tuple[object, ...]]:
    """The groups after their images went to other places, regardless of order."""
    return {
        (
            frozenset((place(n), label) for n, label in zip(g.indices, g.labels, strict=True)),
            g.exact,
        )
        for g in found.groups
    }


@given(SEEDS)
@settings(max_examples=40)
def test_the_order_of_the_images_changes_nothing(seed: int) -> None:
    images, labels = small_set(seed)
    order = np.random.default_rng(seed).permutation(len(images))
    found, other = find_conflicts(images, labels), find_conflicts(images[order], labels[order])
    assert moved(found, int) == moved(other, lambda n: int(order[n]))
    assert found.best_accuracy == pytest.approx(other.best_accuracy)
    assert found.lowest_loss == pytest.approx(other.lowest_loss)


@given(SEEDS, st.integers(0, 2))
@settings(max_examples=40)
def test_an_image_without_conflict_changes_nothing(seed: int, label: int) -> None:
    images, labels = small_set(seed)
    new = np.random.default_rng([seed, 1]).random((1, 5, 5, 2))
    # One that is like no other, and a copy of one without conflict under the same label.
    calm = np.setdiff1d(np.arange(len(images)), find_conflicts(images, labels).indices)[:1]
    more = np.concatenate([images, new, images[calm]])
    told = np.concatenate([labels, [label], labels[calm]])
    before, after = find_conflicts(images, labels).groups, find_conflicts(more, told).groups
    assert [(g.indices, g.labels) for g in after] == [(g.indices, g.labels) for g in before]
    distances = [group.distance for group in before]
    assert [group.distance for group in after] == pytest.approx(distances, abs=1e-6)


@given(SEEDS)
@settings(max_examples=30)
def test_scale_type_and_names_change_nothing(seed: int) -> None:
    rng = np.random.default_rng(seed)
    levels = rng.integers(0, 256, (4, 6, 6, 1))[rng.integers(0, 4, 12)]
    levels = np.clip(levels + rng.integers(-3, 4, levels.shape), 0, 255)
    labels = rng.integers(0, 3, 12)
    found = find_conflicts(levels, labels)
    for images in (levels.astype(np.uint8), levels / 255, 3.0 * levels - 1, levels[..., 0]):
        other = find_conflicts(images, labels)
        assert [g.indices for g in other.groups] == [g.indices for g in found.groups]
        distances = [group.distance for group in found.groups]
        assert [group.distance for group in other.groups] == pytest.approx(distances, abs=1e-6)
    named = find_conflicts(levels, np.array(["ant", "bee", "cat"])[labels])
    assert [g.indices for g in named.groups] == [g.indices for g in found.groups]
    assert named.lowest_loss == pytest.approx(found.lowest_loss)


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=12))
@settings(max_examples=60)
def test_the_bounds_are_those_of_all_functions_of_the_image(pairs: list[tuple[int, int]]) -> None:
    which, labels = map(np.array, zip(*pairs, strict=True))
    found = find_conflicts(np.random.default_rng(0).random((3, 4, 4))[which], labels)
    answers = (np.array(f)[which] for f in itertools.product(range(3), repeat=3))
    assert found.best_accuracy == pytest.approx(max((f == labels).mean() for f in answers))
    chances = np.random.default_rng(len(pairs)).dirichlet(np.ones(3), (200, 3))
    losses = -np.log(chances[:, which, labels]).mean(axis=1)
    assert found.lowest_loss <= losses.min() + 1e-12
    shares = np.array([[np.mean(labels[which == w] == k) for k in range(3)] for w in which])
    reached = -np.log(shares[np.arange(len(labels)), labels]).mean()
    assert found.lowest_loss == pytest.approx(reached, abs=1e-12)


def test_blank_images_conflict_only_where_they_are_identical() -> None:
    grey = np.array([0.0, 0.5, 0.5, 1.0])[:, None, None] * np.ones((4, 6, 6))
    assert groups(find_conflicts(grey, [0, 1, 2, 3]), exact=True) == {(1, 2)}
    assert groups(find_conflicts(grey, [0, 1, 2, 3]), exact=False) == set()
    noisy = grey + 0.01 * np.random.default_rng(0).standard_normal(grey.shape)
    assert find_conflicts(noisy, [0, 1, 2, 3]).groups == ()


def test_another_colour_is_another_image() -> None:
    shape = np.random.default_rng(0).random((6, 6))
    red, blue = np.zeros((2, 6, 6, 3))
    red[..., 0] = blue[..., 2] = shape
    assert find_conflicts([red, blue], [0, 1]).groups == ()
    # The same picture in another light is near, though not identical.
    assert groups(find_conflicts([red, red + 0.1], [0, 1]), exact=False) == {(0, 1)}


def test_one_image_is_in_no_conflict() -> None:
    found = find_conflicts(np.ones((1, 4, 4)), [3])
    assert (found.groups, found.best_accuracy, found.lowest_loss) == ((), 1.0, 0.0)
    assert str(found).startswith("None of 1 image looks like another one")


@pytest.mark.parametrize(
    "labels",
    [[[0], [1]], [0.0, 1.0], [False, True], ["a", "b"], np.array(["a", "b"], dtype=object)],
    ids=["column", "whole floats", "booleans", "names", "objects"],
)
def test_labels_come_in_many_forms(labels: list[object]) -> None:
    found = find_conflicts(np.ones((2, 4, 4)), labels)
    assert [group.indices for group in found.groups] == [(0, 1)]
    assert [type(label) for label in found.groups[0].labels] in ([int] * 2, [bool] * 2, [str] * 2)


ONES = np.ones((2, 4, 4))


@pytest.mark.parametrize(
    ("images", "labels", "error", "words"),
    [
        (np.ones((0, 4, 4)), [], ValueError, r"shape \(0, 4, 4\).*at least one image"),
        (np.ones((4, 4)), [0] * 4, ValueError, r"shape \(4, 4\); expected \(N, height, width\)"),
        (
            np.where(ONES * [[[0]], [[1]]], np.nan, 0),
            [0, 1],
            ValueError,
            "1 of 2.*first in image 1",
        ),
        (ONES * np.inf, [0, 1], ValueError, "in 2 of 2 images"),
        (ONES.astype(str), [0, 1], TypeError, "images holds text"),
        (ONES, [0], ValueError, r"shape \(1,\); expected \(2,\)"),
        (ONES, [[1, 0], [0, 1]], ValueError, r"labels.argmax\(axis=1\)"),
        (ONES, [0.5, 1.0], TypeError, r"labels is \[0.5, 1.0\]; expected whole numbers or names"),
        (ONES, [0.0, math.nan], TypeError, "nan"),
        (ONES, [None, "a"], TypeError, "None"),
    ],
)
def test_bad_input_is_named(
    images: np.ndarray, labels: list[object], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        find_conflicts(images, labels)


@pytest.mark.parametrize("near", [-0.1, 1.5, math.nan, "0.1"])
def test_bad_nearness_is_named(near: float) -> None:
    with pytest.raises((TypeError, ValueError), match=r"near is .*expected a number from 0 to 1"):
        find_conflicts(ONES, [0, 1], near=near)


def test_it_prints_what_was_found() -> None:
    images = np.random.default_rng(0).random((30, 6, 6))
    images[:25] = images[0]
    found = find_conflicts(images, [0] * 24 + [1] + [2] * 5)
    assert str(found) == repr(found)
    assert str(found).splitlines() == [
        "25 of 30 images look like another one with a different label.",
        "Because of identical ones at most 29 labels can be right, and the mean loss is at least "
        "0.140 nats.",
        "  identical: 0 (0), 1 (0), 2 (0), 3 (0), 4 (0), 5 (0), 6 (0), 7 (0) and 17 more",
    ]


def test_a_long_list_is_cut_short() -> None:
    images = np.repeat(np.random.default_rng(0).random((25, 6, 6)), 2, axis=0)
    lines = str(find_conflicts(images, [0, 1] * 25)).splitlines()
    assert len(lines) == 2 + 20 + 1
    assert lines[-1] == "  and 5 groups more"


def test_a_figure_shows_the_images_in_conflict() -> None:
    images = np.random.default_rng(0).random((3, 6, 6))
    with pytest.raises(ValueError, match=r"None of 3 images .*: there is nothing to show"):
        figures.conflicts(find_conflicts(images, [0, 1, 2]))
    images[1] = images[0]
    shown = figures.conflicts(find_conflicts(images, ["<b>", "dog", "dog"]))._repr_mimebundle_()
    assert {"text/html", "image/png", "text/plain"} == set(shown)
    assert (
        "at most 2 labels can be right, and the mean loss is at least 0.462" in shown["text/html"]
    )
    assert "&lt;b&gt;" in shown["text/html"]
    assert "<b>" not in shown["text/html"]


def test_it_is_public_and_starts_no_tensorflow() -> None:
    assert "find_conflicts" in dir(lossacc)
    code = (
        "import sys, numpy, lossacc; lossacc.find_conflicts(numpy.ones((2, 4, 4)), [0, 1]); "
        "assert 'tensorflow' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["noise", "glyphs"])
def test_ten_thousand_colour_images_take_seconds(kind: str) -> None:
    rng = np.random.default_rng(0)
    images = (
        rng.random((10_000, 32, 32, 3), dtype=np.float32)
        if kind == "noise"
        else glyphs(10_000, size=32, channels=3).images
    )
    labels = rng.integers(0, 10, len(images))
    start = time.perf_counter()
    find_conflicts(images, labels)
    assert time.perf_counter() - start < 5
    tracemalloc.start()
    find_conflicts(images, labels)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 500e6
