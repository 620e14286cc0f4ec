"""The data sets that Keras downloads by name."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np
import numpy.typing as npt

from lossacc.data.examples import Examples
from lossacc.support.arrays import read_only
from lossacc.support.validate import one_of


def _words(text: str) -> tuple[str, ...]:
    """Return the words between the commas and line ends."""
    return tuple(word for line in text.splitlines() for word in line.strip().split(", ") if word)


_DIGITS = tuple("0123456789")
_FASHION = _words(
    "T-shirt/top, trouser, pullover, dress, coat, sandal, shirt, sneaker, bag, ankle boot"
)
_CIFAR10 = _words("airplane, automobile, bird, cat, deer, dog, frog, horse, ship, truck")
_CIFAR100 = _words("""
    apple, aquarium_fish, baby, bear, beaver, bed, bee, beetle, bicycle, bottle
    bowl, boy, bridge, bus, butterfly, camel, can, castle, caterpillar, cattle
    chair, chimpanzee, clock, cloud, cockroach, couch, crab, crocodile, cup, dinosaur
    dolphin, elephant, flatfish, forest, fox, girl, hamster, house, kangaroo, keyboard
    lamp, lawn_mower, leopard, lion, lizard, lobster, man, maple_tree, motorcycle, mountain
    mouse, mushroom, oak_tree, orange, orchid, otter, palm_tree, pear, pickup_truck, pine_tree
    plain, plate, poppy, porcupine, possum, rabbit, raccoon, ray, road, rocket
    rose, sea, seal, shark, shrew, skunk, skyscraper, snail, snake, spider
    squirrel, streetcar, sunflower, sweet_pepper, table, tank, telephone, television, tiger, tractor
    train, trout, tulip, turtle, wardrobe, whale, willow_tree, wolf, woman, worm
""")

KERAS_SETS = {
    "mnist": _DIGITS,
    "fashion_mnist": _FASHION,
    "cifar10": _CIFAR10,
    "cifar100": _CIFAR100,
}


def load_keras(name: str) -> tuple[Examples, Examples]:
    """Return the training and the test part of one of Keras' data sets.

    This starts Keras. The first time it downloads the set, into the folder that
    Keras keeps for it; nothing else in the package uses the network.

    Parameters
    ----------
    name
        "mnist", "fashion_mnist", "cifar10" or "cifar100" (its 100 fine classes).

    Raises
    ------
    ValueError
        If there is no such set.
    ConnectionError
        If Keras could not get it.
    """
    one_of("name", name, KERAS_SETS)
    train, test = _fetched(name)
    return _examples(train, name, "training"), _examples(test, name, "test")


def _fetched(name: str) -> Any:
    """Return what Keras gives: two pairs of images and labels."""
    module = importlib.import_module(f"keras.datasets.{name}")
    try:
        return module.load_data()
    except Exception as error:  # a failed download is a bare Exception in Keras
        raise ConnectionError(
            f"Keras could not get the data set {name!r} ({error}). It is downloaded the first "
            "time, which needs the network. 'digits' and 'glyphs' need none."
        ) from error


def _examples(pair: tuple[npt.NDArray[Any], npt.NDArray[Any]], name: str, part: str) -> Examples:
    """Return one part as examples: images in 0..1 with a channel axis, flat labels."""
    images, labels = pair
    images = np.asarray(images).reshape(len(images), *images.shape[1:3], -1)
    return Examples(
        read_only(images.astype(np.float32) / np.float32(255)),
        np.asarray(labels).reshape(-1).astype(np.int64),
        KERAS_SETS[name],
        source=f"Keras {name}, {part}",
    )
