"""Sameness and nearness against brute force."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lossacc.analysis import near_duplicates
from lossacc.analysis.near_duplicates import first_copies, link, looks

SHAPES = st.sampled_from([(4, 4, 1), (5, 3, 3), (6, 6, 2)])
SEEDS = st.integers(0, 2**32 - 1)


def family(seed: int, shape: tuple[int, ...], n: int = 24) -> np.ndarray:
    """Images around a few prototypes, at all distances from them; some of them copies."""
    rng = np.random.default_rng(seed)
    prototypes = rng.random((4, *shape))
    spread = rng.choice([0.0, 0.01, 0.05, 0.2], (n, 1, 1, 1))
    return prototypes[rng.integers(0, 4, n)] + spread * rng.standard_normal((n, *shape))


def distances(images: np.ndarray) -> np.ndarray:
    """The definition, pair by pair: the root-mean-square difference in units of contrast."""
    flat = [image - image.mean(axis=(0, 1)) for image in images]
    scaled = [one / np.sqrt((one**2).mean()) for one in flat]
    return np.array([[np.sqrt(((a - b) ** 2).mean()) for b in scaled] for a in scaled])


def components(edges: np.ndarray) -> set[frozenset[int]]:
    """The connected parts of a graph, by walking it; lone images left out."""
    left, found = set(range(len(edges))), set()
    while left:
        todo, part = [left.pop()], set()
        while todo:
            part.add(todo[-1])
            todo += set(np.flatnonzero(edges[todo.pop()])) - part
        left -= part
        found.add(frozenset(map(int, part)))
    return {part for part in found if len(part) > 1}


@given(SEEDS, SHAPES, st.sampled_from([0.05, 0.18, 0.5, 1.0]))
@settings(max_examples=60)
def test_links_are_those_of_brute_force(seed: int, shape: tuple[int, ...], near: float) -> None:
    images = family(seed, shape)
    places = np.unique(first_copies(images))
    kinds = np.random.default_rng(seed).integers(0, 3, len(places))
    apart = distances(images[places])
    edges = (apart <= near) & (kinds[:, None] != kinds)
    groups, closest = link(images, places, kinds, near)
    nearest = np.where(edges, apart, np.inf).min(axis=1)
    assert closest == pytest.approx(nearest, abs=1e-6)
    members = (np.flatnonzero(groups == number) for number in np.unique(groups))
    assert {frozenset(some.tolist()) for some in members if len(some) > 1} == components(edges)


@given(SEEDS)
@settings(max_examples=15)
def test_the_size_of_the_blocks_changes_nothing(seed: int) -> None:
    images, kinds = family(seed, (5, 5, 1), 40), np.arange(40) % 3
    whole = link(images, np.arange(40), kinds, 0.3)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {
            "_ROWS": 7,
            "_VALUES": 60,
            "_DIRECTIONS": 3,
            "_SIDE": 2,
            "_SAMPLE": 5,
        }.items():
            patch.setattr(near_duplicates, name, value)
        pieces = link(images, np.arange(40), kinds, 0.3)
    assert np.array_equal(whole[0], pieces[0])
    assert whole[1] == pytest.approx(pieces[1], abs=1e-6)


@given(SEEDS, st.integers(1, 40), st.integers(1, 8))
@settings(max_examples=60)
def test_a_sketch_never_hides_a_likeness(seed: int, directions: int, side: int) -> None:
    images = family(seed, (6, 7, 2))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(near_duplicates, "_DIRECTIONS", directions)
        patch.setattr(near_duplicates, "_SIDE", side)
        sketches = near_duplicates._sketches(images, np.arange(len(images)))
    full = looks(images)
    assert (sketches @ sketches.T >= full @ full.T).all()


@given(SEEDS, SHAPES, st.floats(1e-30, 1e30), st.floats(-3, 3))
@settings(max_examples=60)
def test_brightness_and_contrast_do_not_count(
    seed: int, shape: tuple[int, ...], gain: float, shift: float
) -> None:
    image = np.random.default_rng(seed).random((1, *shape))
    tint = shift * np.arange(1, shape[-1] + 1)  # another shift for each channel
    assert looks(gain * (image + tint)) == pytest.approx(looks(image), abs=1e-9)


def test_the_product_of_two_looks_is_the_correlation() -> None:
    images = np.random.default_rng(0).random((2, 7, 5, 1))
    first, second = looks(images)
    assert first @ second == pytest.approx(np.corrcoef(images.reshape(2, -1))[0, 1])


@pytest.mark.parametrize(
    "image",
    [
        np.zeros((4, 4, 3)),
        np.full((4, 4, 3), 0.1, dtype=np.float32),
        np.full((4, 4, 3), 1e-300),
        np.full((4, 4, 3), [0.1, 0.7, 0.3]),
        np.full((4, 4, 3), 255, dtype=np.uint8),
    ],
)
def test_a_blank_image_has_no_look(image: np.ndarray) -> None:
    assert not looks(image[np.newaxis]).any()


def test_the_least_that_a_byte_can_show_is_no_blank() -> None:
    image = np.full((1, 224, 224, 3), 255, dtype=np.uint8)
    image[0, 0, 0, 0] = 254
    assert np.linalg.norm(looks(image)) == pytest.approx(1)


@given(st.lists(st.sampled_from([0.0, -0.0, 0.5, 1.0]), min_size=1, max_size=30))
def test_copies_are_those_of_equal_values(values: list[float]) -> None:
    images = np.array(values).reshape(-1, 1, 1, 1) * np.ones((1, 2, 2, 1))
    assert first_copies(images).tolist() == [values.index(value) for value in values]
