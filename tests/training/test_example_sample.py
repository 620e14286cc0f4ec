from __future__ import annotations

import numpy as np
import pytest

from lossacc.data import Examples
from lossacc.support.keras_api import tensorflow
from lossacc.training.example_sample import draw, quota


def numbered(n):
    """Images that hold their own number / 1024; labels are the number modulo 3."""
    x = np.arange(n, dtype=np.float32).reshape(n, 1, 1, 1) / 1024
    return x, np.arange(n) % 3


def dataset(n, batch=8):
    return tensorflow().data.Dataset.from_tensor_slices(numbered(n)).batch(batch)


def unsized(n):
    """A data set that does not know its length."""
    return dataset(n).filter(lambda x, y: True)


FORMS = {
    "pair": numbered,
    "list": lambda n: list(numbered(n)),
    "examples": lambda n: Examples(*numbered(n), ("a", "b", "c")),
    "data set": dataset,
    "data set of unknown length": unsized,
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
@pytest.mark.parametrize("n", [40, 41])  # whole batches of 8, and a last one of 1
def test_draws_each_example_once_with_its_own_label(form, n):
    probe = draw(form(n), quota(10))
    data = probe.data
    x, y = (data.images, data.labels) if isinstance(data, Examples) else data
    numbers = (x.reshape(-1) * 1024).astype(int)
    assert probe.total == n
    assert 9 <= len(numbers) <= 10  # a place that a short last batch does not have is left out
    assert np.array_equal(numbers, probe.indices)
    assert (np.diff(numbers) > 0).all()
    assert np.array_equal(y, numbers % 3)


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_all_is_all(form):
    probe = draw(form(41), quota("all"))
    assert probe.indices.tolist() == list(range(41))
    assert str(probe) == "all 41"


def test_the_seed_decides():
    first, again, other = (draw(numbered(40), quota(10), seed).indices for seed in (0, 0, 1))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert str(draw(numbered(40), quota(10))) == "10 of 40"


def test_a_sorted_data_set_is_drawn_from_end_to_end():
    """The first examples of a sorted set would be one class."""
    places = draw(dataset(4000), quota(400)).indices
    np.testing.assert_allclose(np.histogram(places, 4, (0, 4000))[0], 100, atol=30)


@pytest.mark.parametrize("form", ["arrays", "data set"])
def test_sample_weights_stay_with_their_examples(form):
    x, y = numbered(40)
    data = (x, y, np.arange(40) / 10)
    if form == "data set":
        data = tensorflow().data.Dataset.from_tensor_slices(data).batch(16)
    probe = draw(data, quota(10))
    np.testing.assert_allclose(probe.weights, probe.indices / 10)


def test_clean_labels_stay_with_their_examples():
    x, y = numbered(40)
    probe = draw(Examples(x, y, ("a", "b", "c"), (y + 1) % 3), quota(10))
    assert np.array_equal(probe.data.clean_labels, (probe.indices + 1) % 3)


@pytest.mark.parametrize(
    ("probe", "n", "drawn"),
    [
        (None, 10, 10), (None, 1000, 1000), (None, 3000, 1000), (None, 20_000, 2500),
        ("all", 20_000, 20_000), (7, 10, 7), (70, 10, 10), (0.5, 9, 4), (1.0, 9, 9), (0.01, 9, 1),
    ],
)  # fmt: skip
def test_quota(probe, n, drawn):
    assert quota(probe)(n) == drawn


@pytest.mark.parametrize("probe", [0, -1, 0.0, 1.5, True, "some", [5]])
def test_quota_refuses_what_is_no_number_of_examples(probe):
    with pytest.raises(ValueError, match="probe is "):
        quota(probe)


def plain(x):
    return tensorflow().data.Dataset.from_tensor_slices(x)


REFUSED = {
    "single": (lambda: plain(numbered(9)), ValueError, r"use \.batch"),
    "no labels": (lambda: plain(numbered(9)[0]).batch(2), ValueError, "no pairs"),
    "empty": (lambda: dataset(9).take(0), ValueError, "empty"),
    "empty, unknown length": (lambda: unsized(9).take(0), ValueError, "empty"),
    "no rows": (lambda: (np.ones((0, 2)), np.ones(0)), ValueError, "at least 1"),
    "lengths": (lambda: (np.ones((3, 2)), np.ones(2)), ValueError, "as many inputs as labels"),
    "generator": (lambda: (pair for pair in ()), ValueError, "generator is empty"),
    "array": (lambda: np.ones(3), TypeError, "got an array"),
}


@pytest.mark.parametrize(("data", "kind", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_refuses_by_name(data, kind, words):
    with pytest.raises(kind, match=words):
        draw(data(), quota(None))


def test_of_a_data_set_that_repeats_without_end_the_first_batches_are_drawn_from():
    probe = draw(dataset(9).repeat(), quota(10))
    assert len(probe.indices) == 10
    assert "of the first 32 batches" in str(probe)


def test_a_data_set_that_does_not_say_that_it_never_ends(monkeypatch):
    def endless():
        while True:
            yield numbered(8)

    monkeypatch.setattr("lossacc.training.batches._MOST", 100)
    spec = tensorflow().TensorSpec
    data = tensorflow().data.Dataset.from_generator(
        endless, output_signature=(spec((8, 1, 1, 1), "float32"), spec((8,), "int64"))
    )
    with pytest.raises(ValueError, match=r"gave 104 inputs and .*; expected an end: use \.take"):
        draw(data, quota(10))
    assert draw(data.take(5), quota(10)).total == 40


def test_an_object_is_no_array():
    with pytest.raises(TypeError, match=r"x is .*; expected an array of numbers or text"):
        draw((dataset(16), np.zeros(16)), quota(10))
