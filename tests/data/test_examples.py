from __future__ import annotations

import subprocess
import sys
from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from lossacc.data import Examples


def some(n=4, shape=(3, 2, 1), **changes):
    fields = {
        "images": np.linspace(0, 1, n * int(np.prod(shape)), dtype=np.float32).reshape(n, *shape),
        "labels": np.arange(n) % 2,
        "class_names": ("cat", "dog"),
    }
    return Examples(**(fields | changes))


def test_what_was_given_is_kept():
    images = np.random.default_rng(0).random((5, 4, 3, 2))
    examples = Examples(images, [0, 2, 1, 0, 0], ["a", "b", "c"], source="here")
    np.testing.assert_array_equal(examples.images, images.astype(np.float32))
    assert examples.images.dtype == np.float32
    assert examples.labels.dtype == np.int64
    assert (len(examples), examples.shape, examples.classes) == (5, (4, 3, 2), 3)
    assert examples.class_names == ("a", "b", "c")
    assert examples.counts.tolist() == [3, 1, 1]
    assert repr(examples) == "Examples(5 of 4x3x2, 3 classes, here)"


def test_truth_is_the_clean_labels_where_there_are_any():
    assert some().truth.tolist() == [0, 1, 0, 1]
    corrupted = some(clean_labels=np.array([1, 1, 0, 1]))
    assert corrupted.truth.tolist() == [1, 1, 0, 1]
    assert "1 labels wrong" in repr(corrupted)


def test_nothing_can_be_changed_and_the_callers_array_stays_writeable():
    images = np.zeros((2, 1, 1, 1), dtype=np.float32)
    labels = np.array([0, 1])
    examples = Examples(images, labels, ("a", "b"), labels)
    for array in (examples.images, examples.labels, examples.clean_labels):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1
        with pytest.raises(ValueError, match="WRITEABLE"):
            array.flags.writeable = True
    with pytest.raises(FrozenInstanceError):
        examples.source = "else"
    images[0], labels[:] = 1, 7
    assert examples.images[0] == 0
    assert examples.labels.tolist() == examples.truth.tolist() == [0, 1]


def locked(array):
    array.flags.writeable = False
    return array


@pytest.mark.parametrize(
    ("given", "shared"),
    [
        (lambda a: a, False),
        (lambda a: a[:], False),
        (lambda a: locked(a[:]), False),  # whoever holds what it is a view of can write there
        (lambda a: np.ma.array(a), False),
        (lambda a: locked(a), True),
        (lambda a: locked(a)[:], True),
        (lambda a: np.frombuffer(a.tobytes(), np.float32).reshape(a.shape), True),
        (lambda a: np.frombuffer(bytearray(a), np.float32).reshape(a.shape), False),
        (lambda a: some(n=3).images, True),
    ],
)
def test_memory_is_shared_where_nobody_can_write_to_it(given, shared):
    images = given(np.zeros((3, 3, 2, 1), np.float32))
    examples = Examples(images, np.array([0, 1, 0]), ("a", "b"))
    assert np.shares_memory(examples.images, images) == shared


def test_sets_made_of_a_set_share_its_images():
    examples = some()
    again = Examples(examples.images, examples.labels, ("a", "b"))
    assert np.shares_memory(again.images, examples.images)


@pytest.mark.parametrize("values", [(0, 255), (0, 3), (-128, 127), (-1e6, 1)])
def test_levels_are_refused(values):
    images = np.resize(np.array(values, float), (4, 3, 2, 1))
    with pytest.raises(ValueError, match=r"images run from .* to .*; expected 0 to 1.*by 255"):
        some(images=images)


@given(hnp.arrays(np.float32, (4, 3, 2, 1), elements=st.floats(-60, 60, width=32)))
def test_noise_may_leave_the_range(images):
    images[0, 0, 0] = -1
    np.testing.assert_array_equal(some(images=images).images, images)


def test_take_keeps_order_and_everything_else():
    examples = some(clean_labels=np.array([1, 1, 0, 0]), source="here")
    taken = examples.take([3, 0, 3])
    np.testing.assert_array_equal(taken.images, examples.images[[3, 0, 3]])
    assert taken.labels.tolist() == [1, 0, 1]
    assert taken.truth.tolist() == [0, 1, 0]
    assert (taken.class_names, taken.source) == (("cat", "dog"), "here")
    assert examples.take(examples.labels == 1).labels.tolist() == [1, 1]


@pytest.mark.parametrize(
    ("indices", "error", "sentence"),
    [
        ([], ValueError, "at least one"),
        ([4], ValueError, "from 4 to 4; expected 0 to 3"),
        ([-1], ValueError, "from -1 to -1; expected 0 to 3"),
        ([0.5], TypeError, "float64; expected whole numbers"),
        ([True, False], TypeError, "bool; expected whole numbers"),
        ([False] * 4, ValueError, "at least one"),
        ([[0]], ValueError, r"shape \(1, 1\)"),
    ],
)
def test_take_refuses(indices, error, sentence):
    with pytest.raises(error, match=sentence):
        some().take(indices)


@pytest.mark.parametrize(
    ("changes", "error", "sentence"),
    [
        ({"images": np.zeros((4, 3, 2))}, ValueError, r"shape \(4, 3, 2\); expected four axes"),
        ({"images": np.zeros((0, 3, 2, 1))}, ValueError, "at least one example"),
        ({"images": np.zeros((4, 3, 2, 1), np.uint8)}, TypeError, "uint8.*divide bytes by 255"),
        ({"images": np.full((4, 1, 1, 1), np.nan)}, ValueError, "NaN or infinity in 4 of 4"),
        ({"images": np.full((4, 1, 1, 1), 1e39)}, ValueError, "infinity in 4 .* float32 can hold"),
        ({"images": np.zeros((4, 3, 2, 1), complex)}, TypeError, "images holds complex numbers"),
        ({"images": np.zeros((4, 3, 2, 1), bool)}, TypeError, "images holds booleans"),
        ({"images": np.full((4, 3, 2, 1), "0")}, TypeError, "images holds text"),
        ({"images": np.zeros((4, 3, 2, 1), "M8[s]")}, TypeError, "images holds dates"),
        ({"images": np.zeros((4, 3, 2, 1), object)}, TypeError, "images is an array of shape"),
        ({"images": np.zeros((4, 3, 2, 1), int)}, TypeError, "images holds int64"),
        ({"images": [[1.0], [1.0, 2.0]]}, TypeError, "images is .*; expected an array"),
        ({"labels": np.array([True, False] * 2)}, TypeError, "labels holds booleans"),
        ({"labels": np.array(["0", "1"] * 2)}, TypeError, "labels holds text"),
        ({"labels": np.full(4, 2**64 - 1, np.uint64)}, ValueError, "expected 0 to 1"),
        ({"class_names": {"cat", "dog"}}, TypeError, "expected a tuple of names"),
        ({"class_names": 5}, TypeError, "class_names is 5; expected a tuple of names"),
        ({"source": None}, TypeError, "source is None; expected text"),
        ({"labels": np.array([0, 1, 0])}, ValueError, r"shape \(3,\); expected \(4,\)"),
        ({"labels": np.eye(4, dtype=int)}, ValueError, r"shape \(4, 4\); expected \(4,\)"),
        ({"labels": np.zeros(4)}, TypeError, "labels holds float64"),
        ({"labels": np.array([0, 1, 2, 0])}, ValueError, "labels holds 2 at place 2.*0 to 1"),
        ({"labels": np.array([0, -1, 1, 0])}, ValueError, "labels holds -1 at place 1"),
        ({"clean_labels": np.array([0, 1, 0, 7])}, ValueError, "clean_labels holds 7"),
        ({"clean_labels": np.array([0])}, ValueError, "clean_labels has the shape"),
        ({"class_names": ("cat",)}, ValueError, "at least two classes"),
        ({"class_names": ("cat", "cat")}, ValueError, "every name once"),
        ({"class_names": "cat"}, TypeError, "expected a tuple of names"),
        ({"class_names": (1, 2)}, TypeError, "expected text only"),
    ],
)
def test_bad_fields_are_refused_by_name(changes, error, sentence):
    with pytest.raises(error, match=sentence):
        some(**changes)


def test_one_bad_pixel_is_found_and_its_image_named():
    images = np.zeros((4, 3, 2, 1), dtype=np.float32)
    images[2, 1, 0, 0] = np.inf
    with pytest.raises(ValueError, match="in 1 of 4 images, first in image 2"):
        some(images=images)


def test_importing_the_data_starts_nothing_heavy():
    heavy = "{'tensorflow', 'keras', 'matplotlib', 'PIL'}"
    code = f"import sys, lossacc.data; print(sorted({heavy} & set(sys.modules)))"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"
