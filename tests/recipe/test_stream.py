"""The batches: every image once an epoch, moved and mirrored as NumPy would do it."""

from __future__ import annotations

import numpy as np
import pytest

from lossacc.data import Examples
from lossacc.recipe.stream import augment, stream


def examples(n=10, side=8):
    """Image i is all (i + 1) / n, so that it is known again wherever it was moved."""
    images = np.ones((n, side, side, 1), np.float32) * (np.arange(1, n + 1) / n).reshape(
        -1, 1, 1, 1
    )
    return Examples(images.astype(np.float32), np.arange(n) % 3, ("a", "b", "c"))


def batches(first=0, epochs=3, seed=0, of=None):
    found = stream(of or examples(), seed=seed, batch_size=4, first=first, epochs=epochs)
    return [(np.asarray(x), np.asarray(y)) for x, y in found]


def places(batch, n=10):
    return [round(float(image.max() * n)) - 1 for image in batch[0]]


def test_every_epoch_shows_every_image_once_with_its_label_in_another_order():
    seen = batches()
    assert [len(y) for _, y in seen] == [4, 4, 2] * 3
    orders = [[place for batch in seen[e : e + 3] for place in places(batch)] for e in (0, 3, 6)]
    assert all(sorted(order) == list(range(10)) for order in orders)
    assert len({tuple(order) for order in orders}) == 3
    for batch in seen:
        assert [place % 3 for place in places(batch)] == batch[1].tolist()


def test_an_epoch_is_the_same_whether_or_not_others_came_before():
    rng = np.random.default_rng(0)
    of = Examples(rng.random((10, 16, 16, 3), np.float32), np.arange(10) % 3, ("a", "b", "c"))
    whole, later = batches(of=of), batches(first=2, of=of)
    for one, other in zip(whole[6:], later, strict=True):
        np.testing.assert_array_equal(one[0], other[0])
        np.testing.assert_array_equal(one[1], other[1])


def test_another_seed_gives_another_order():
    assert places(batches()[0]) != places(batches(seed=1)[0])


@pytest.mark.parametrize("shape", [(16, 16, 3), (8, 24, 1)])
def test_each_image_is_one_of_the_crops_of_the_padded_image_or_its_mirror_image(shape):
    height, width, _ = shape
    down, across = height // 8, width // 8
    image = np.random.default_rng(0).random(shape).astype(np.float32)
    padded = np.pad(image, [(down, down), (across, across), (0, 0)])
    crops = [
        padded[y : y + height, x : x + width]
        for y in range(2 * down + 1)
        for x in range(2 * across + 1)
    ]
    possible = [crop.tobytes() for crop in crops] + [crop[:, ::-1].tobytes() for crop in crops]
    moved = np.asarray(augment(np.stack([image] * 2000), 0, 0))
    counts = np.array([sum(one.tobytes() == way for one in moved) for way in possible])
    assert counts.sum() == 2000
    expected = 2000 / len(possible)
    assert (np.abs(counts - expected) < 5 * np.sqrt(expected)).all()
