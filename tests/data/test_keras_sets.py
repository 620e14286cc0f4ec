from __future__ import annotations

import sys
from types import ModuleType

import numpy as np
import pytest

from lossacc.data import KERAS_SETS, load, load_keras

SHAPES = {
    "mnist": (28, 28),
    "fashion_mnist": (28, 28),
    "cifar10": (32, 32, 3),
    "cifar100": (32, 32, 3),
}


def stand_in(monkeypatch, name, load_data):
    """Put a module in the place of one of Keras', so that nothing is downloaded."""
    for full in ("keras", "keras.datasets", f"keras.datasets.{name}"):
        monkeypatch.setitem(sys.modules, full, ModuleType(full))
    sys.modules[f"keras.datasets.{name}"].load_data = load_data


def bytes_as_keras_gives_them(name):
    classes = len(KERAS_SETS[name])
    labels = np.arange(2 * classes, dtype=np.uint8) % classes
    images = np.zeros((len(labels), *SHAPES[name]), dtype=np.uint8)
    images[3] = 255
    if name.startswith("cifar"):
        labels = labels.reshape(-1, 1)
    return (images, labels), (images[:5], labels[:5])


@pytest.mark.parametrize("name", list(SHAPES))
def test_both_parts_come_as_examples(monkeypatch, name):
    stand_in(monkeypatch, name, lambda: bytes_as_keras_gives_them(name))
    train, test = load_keras(name)
    assert len(train) == 2 * train.classes
    assert len(test) == 5
    assert train.shape == (*SHAPES[name], 1)[:3]
    np.testing.assert_array_equal(train.images[2:4, 0, 0, 0], [0, 1])
    np.testing.assert_array_equal(train.labels, np.tile(np.arange(train.classes), 2))
    assert train.source == f"Keras {name}, training"


def test_load_takes_the_training_part(monkeypatch):
    stand_in(monkeypatch, "mnist", lambda: bytes_as_keras_gives_them("mnist"))
    assert len(load("mnist")) == 20
    assert load("mnist", n=6, classes=3).counts.tolist() == [2, 2, 2]


def test_class_names_are_known():
    counts = {name: len(set(names)) for name, names in KERAS_SETS.items()}
    assert counts == {"mnist": 10, "fashion_mnist": 10, "cifar10": 10, "cifar100": 100}
    assert KERAS_SETS["cifar10"][3] == "cat"
    assert KERAS_SETS["fashion_mnist"][9] == "ankle boot"
    assert list(KERAS_SETS["cifar100"]) == sorted(KERAS_SETS["cifar100"])


def test_no_network_is_said_in_a_sentence(monkeypatch):
    def no_network():
        raise Exception("URL fetch failure on https://somewhere: None -- no route")  # as Keras does

    stand_in(monkeypatch, "cifar10", no_network)
    with pytest.raises(ConnectionError, match=r"'cifar10' \(URL fetch failure.*needs the network"):
        load_keras("cifar10")


def test_unknown_sets_are_refused():
    with pytest.raises(
        ValueError, match='name is \'imagenet\'; expected one of "mnist", "fashion_mnist"'
    ):
        load_keras("imagenet")
