from __future__ import annotations

import numpy as np
import pytest

from lossacc.data import digits, load_digits


def test_they_are_the_published_digits():
    examples = load_digits()
    assert examples.images.shape == (1797, 8, 8, 1)
    # The class distribution that UCI publishes for this set.
    assert examples.counts.tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert examples.class_names == tuple("0123456789")
    # The first row of the published table: a zero.
    first = np.rint(examples.images[0, :2, :, 0] * 16).astype(int).tolist()
    assert first == [[0, 0, 5, 13, 9, 1, 0, 0], [0, 0, 13, 15, 10, 15, 5, 0]]
    assert examples.labels[:12].tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]


def test_pixels_are_sixteenths_from_0_to_1():
    images = load_digits().images
    assert (images.min(), images.max()) == (0, 1)
    np.testing.assert_array_equal(images * 16, np.rint(images * 16))


def test_the_digits_can_be_learned():
    # The nearest class mean names most of them: images and labels belong together.
    examples = load_digits()
    flat = examples.images.reshape(len(examples), -1)
    means = np.stack([flat[:900][examples.labels[:900] == k].mean(axis=0) for k in range(10)])
    distances = ((flat[900:, np.newaxis] - means) ** 2).sum(axis=2)
    assert np.mean(distances.argmin(axis=1) == examples.labels[900:]) > 0.8


def test_a_changed_file_is_refused(tmp_path, monkeypatch):
    changed = bytearray(digits._FILE.read_bytes())
    changed[1000] ^= 1
    copy = tmp_path / "digits.npz"
    copy.write_bytes(changed)
    monkeypatch.setattr(digits, "_FILE", copy)
    with pytest.raises(ValueError, match=r"digits\.npz were changed: the SHA-256 is"):
        load_digits()


def test_a_missing_file_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(digits, "_FILE", tmp_path / "digits.npz")
    with pytest.raises(FileNotFoundError, match="The digits are missing"):
        load_digits()


def test_the_licence_lies_beside_the_digits():
    text = digits._FILE.with_name("DIGITS-LICENSE.txt").read_text(encoding="utf-8")
    for needed in ("Alpaydin", "Kaynak", "CC BY 4.0", "10.24432/C50P49"):
        assert needed in text
