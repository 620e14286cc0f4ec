from __future__ import annotations

import numpy as np
import pytest

from lossacc.data import glyphs, load, load_digits, save_folder


@pytest.fixture
def folder(tmp_path):
    save_folder(glyphs(30, classes="ABC", size=12), tmp_path / "letters")
    return tmp_path / "letters"


def test_digits():
    np.testing.assert_array_equal(load("digits").images, load_digits().images)


def test_glyphs():
    assert len(load("glyphs")) == 2000
    examples = load("glyphs", n=39, classes=13, size=20, channels=3, seed=4)
    same = glyphs(39, classes=13, size=20, channels=3, seed=4)
    np.testing.assert_array_equal(examples.images, same.images)
    assert load("glyphs", n=4, classes=["x", "y"]).class_names == ("x", "y")
    assert load("glyphs", n=4, classes="xy").class_names == ("x", "y")


def test_a_folder_by_text_or_path(folder):
    assert load(str(folder)).shape == (12, 12, 1)
    assert load(folder, size=8, channels=3).shape == (8, 8, 3)
    assert load(folder, size=(8, 6)).shape == (8, 6, 1)


def test_part_of_a_set():
    assert load("digits", n=25, classes=5).counts.tolist() == [5] * 5
    assert load("digits", classes=["7", 1]).class_names == ("7", "1")
    one, other = (load("digits", n=25, seed=seed) for seed in (0, 1))
    assert not np.array_equal(one.images, other.images)


def test_a_size_that_is_there_may_be_asked_for():
    assert load("digits", size=8, channels=1).shape == (8, 8, 1)


@pytest.mark.parametrize(
    ("call", "error", "sentence"),
    [
        (lambda: load("nowhere"), FileNotFoundError, "data set or folder 'nowhere'; expected dig"),
        (lambda: load("digits", size=16), ValueError, r"size is \(16, 16\), but .* digits are \(8"),
        (lambda: load("digits", channels=3), ValueError, "channels is 3, but .* digits have 1"),
        (lambda: load("digits", classes=11), ValueError, "classes is 11, but digits has 10"),
        (lambda: load("digits", classes=1), ValueError, "classes is 1, .*expected 2 to 10"),
        (lambda: load("digits", classes="7"), ValueError, "at least two"),
        (lambda: load("digits", n=1798), ValueError, "n is 1798; .* from 1 to 1797"),
        (lambda: load("glyphs", size=(8, 9)), ValueError, r"size is \(8, 9\); expected a square"),
    ],
)
def test_what_a_set_does_not_have_is_refused(call, error, sentence):
    with pytest.raises(error, match=sentence):
        call()
