"""What a recipe asks for. Everything that decides the training stands in the plan."""

from __future__ import annotations

import zlib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lossacc.data import Examples, few, load, split
from lossacc.data.keras_sets import KERAS_SETS, load_keras
from lossacc.support.types import Seed

RECIPES = ("three-boxes",)
_CUTS = (60, 120, 160)  # the epochs of 200 at which the rate is cut
_SIDE, _CHANNELS = 32, 3  # of glyphs, and of the images of a folder
_HELD_OUT = 5  # training images to one held-out image, where a set has no test part; as CIFAR-10


@dataclass(frozen=True)
class Plan:
    """ResNet-18 with SGD: a rate of .1, cut to a fifth three times; decay in the gradient.

    Parameters
    ----------
    recipe
        One of RECIPES.
    data
        A data set's name, or the path of a folder with one sub-folder a class. Keras' sets are
        validated on their test part, others on images that are held out.
    epochs
        How many. The cuts come after 30, 60 and 80 per cent of them.
    batch_size
        The images of a step.
    seed
        Decides weights, order, crops and flips.
    limit
        Train on so many images alone, and validate on a fifth as many; None takes all.
    width
        The channels of the first stage.
    rate, momentum, decay, factor
        The first learning rate, Nesterov's momentum, PyTorch's weight decay on all weights, and
        what each cut multiplies the rate by.

    Raises
    ------
    ValueError
        If a setting is out of range.
    """

    recipe: str = "three-boxes"
    data: str = "cifar10"
    epochs: int = 200
    batch_size: int = 128
    seed: Seed = 0
    limit: int | None = None
    width: int = 64
    rate: float = 0.1
    momentum: float = 0.9
    decay: float = 1e-4
    factor: float = 0.2

    def __post_init__(self) -> None:
        """Refuse what cannot be trained."""
        if self.recipe not in RECIPES:
            raise ValueError(f"there is no recipe {self.recipe!r}; expected {', '.join(RECIPES)}")
        counts = ("epochs", "batch_size", "width", *(["limit"] if self.limit is not None else []))
        for name in counts:
            if getattr(self, name) < 1:
                raise ValueError(f"got {name}={getattr(self, name)}; expected 1 or more")
        if self.seed < 0:
            raise ValueError(f"got seed={self.seed}; expected 0 or more")

    @property
    def name(self) -> str:
        """What its run is called: recipe and data set."""
        return f"{self.recipe}-{Path(self.data).name}"

    @property
    def cuts(self) -> tuple[int, ...]:
        """The epochs, counted from 0, that begin with a lower rate."""
        return tuple(self.epochs * cut // 200 for cut in _CUTS)

    def rate_in(self, epoch: int) -> float:
        """Give the learning rate of an epoch; 0 is the first."""
        return self.rate * self.factor ** sum(epoch >= cut for cut in self.cuts)

    def settings(self) -> dict[str, Any]:
        """Give everything that was asked for, as JSON values."""
        return asdict(self)

    def examples(self) -> tuple[Examples, Examples]:
        """Load the training and the validation images; Keras' sets are downloaded once."""
        if self.data in KERAS_SETS:
            train, held_out = load_keras(self.data)
        else:
            train, held_out = self._divided()
        if self.limit is None:
            return train, held_out
        return _few(train, self.limit), _few(held_out, max(1, self.limit // _HELD_OUT))

    def _divided(self) -> tuple[Examples, Examples]:
        """Divide a set that has no test part of its own."""
        settings: dict[str, Any] = {}
        if self.data == "glyphs" or Path(self.data).is_dir():
            settings = {"size": _SIDE, "channels": _CHANNELS}
        whole = load(self.data, **settings)
        held_out = len(whole) // (_HELD_OUT + 1)
        parts = split(whole, len(whole) - held_out, held_out, seed=0, stratify=True)
        return parts[0], parts[1]


def checksum(*sets: Examples) -> int:
    """Give a number that tells these images and labels from others."""
    found = 0
    for part in sets:
        for array in (part.images, part.labels):
            found = zlib.crc32(np.ascontiguousarray(array).data, found)
    return found


def _few(examples: Examples, n: int) -> Examples:
    return few(examples, n, 0) if n < len(examples) else examples
