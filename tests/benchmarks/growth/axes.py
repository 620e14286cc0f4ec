"""What may grow a hundredfold, and what is timed at each size.

All of it is processor seconds of one process whose operations have one thread each. A size is timed
several times, each long enough for the clock, and the least counts: other work only ever adds.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tests.benchmarks.growth.fit import exponent

SEED = 0
LEAST = 0.15  # processor seconds of one measurement
REPEATS = 3
TOP = 4  # sizes of the upper tenfold, its ends included
Timed = Callable[[int], Any]  # does it so many times


@dataclass(frozen=True)
class Axis:
    """One thing that grows.

    Parameters
    ----------
    name, of
        What grows; what is timed.
    sizes
        Where.
    at
        From a size to what is timed, in which everything is compiled.
    """

    name: str
    of: str
    sizes: Sequence[int]
    at: Callable[[int], tuple[float, Timed]]

    def measured(self) -> dict[str, Any]:
        """Time every size; give sizes, seconds and exponents as JSON values."""
        found = [self._point(size) for size in self.sizes]
        return told(self, [size for size, _ in found], [took for _, took in found])

    def _point(self, size: int) -> tuple[float, float]:
        is_, timed = self.at(size)
        times = max(1, math.ceil(LEAST / max(_seconds(timed, 1), 1e-4)))
        return is_, min(_seconds(timed, times) / times for _ in range(REPEATS))


def told(axis: Any, sizes: Sequence[float], seconds: Sequence[float]) -> dict[str, Any]:
    """Give what was measured along an axis, with its exponents."""
    return {
        "name": axis.name,
        "of": axis.of,
        "sizes": list(sizes),
        "seconds": [float(f"{took:.4g}") for took in seconds],
        "exponent": [round(one, 3) for one in exponent(sizes, seconds)],
        "upper": [round(one, 3) for one in exponent(sizes[-TOP:], seconds[-TOP:])],
    }


def _seconds(timed: Timed, times: int) -> float:
    begun = time.process_time()
    timed(times)
    return time.process_time() - begun


def decades(first: int, steps: int = 7, least: int = 1) -> tuple[int, ...]:
    """Give whole numbers over two orders of magnitude, evenly on a log scale."""
    return tuple(max(least, round(first * 100 ** (n / (steps - 1)))) for n in range(steps))


def _noise(size: int, side: int, classes: int) -> tuple[Any, Any]:
    """Images and labels: what they show does not change the time."""
    random = np.random.default_rng(SEED)
    shape = (size, side, side, 1)
    return random.random(shape, dtype=np.float32), random.integers(0, classes, size)


def _model(side: int, classes: int, width: int = 16) -> Any:
    """A small CNN whose layers are all so many times as wide."""
    from lossacc.networks.cnn import small_cnn
    from lossacc.support.keras_api import keras

    shape, filters = (side, side, 1), (width, 2 * width)
    model = small_cnn(shape, classes, filters=filters, dense=4 * width)
    loss = keras().losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras().optimizers.SGD(0.001, momentum=0.9), loss)
    return model


def _epoch(size: int, side: int = 8, classes: int = 10, width: int = 16) -> tuple[Any, Timed]:
    """Give a network, and epochs of it: steps of 32 images, and the record of every one."""
    from lossacc.training.train import train

    model, data = _model(side, classes, width), _noise(size, side, classes)
    train(model, data, epochs=1, batch_size=32)
    return model, lambda times: train(model, data, epochs=times, batch_size=32)


def _examples(size: int) -> tuple[float, Timed]:
    return size, _epoch(size)[1]


def _classes(size: int) -> tuple[float, Timed]:
    return size, _epoch(1000, classes=size)[1]


def _pixels(side: int) -> tuple[float, Timed]:
    return side * side, _epoch(64, side=side)[1]


def _parameters(width: int) -> tuple[float, Timed]:
    model, timed = _epoch(256, width=width)
    return model.count_params(), timed


def _epochs(size: int) -> tuple[float, Timed]:
    epochs = _epoch(64)[1]
    return size, lambda times: [epochs(size) for _ in range(times)]


@dataclass(frozen=True)
class Seeds:
    """How one experiment grows with the seeds: once, and read off on the way."""

    name: str = "seeds"
    of: str = "`nine-against-one`"
    sizes: Sequence[int] = decades(1)

    def measured(self) -> dict[str, Any]:
        """As `Axis.measured`."""
        from lossacc import lessons

        experiment, passed = lessons.experiment("nine-against-one"), []
        experiment.run(seed=max(self.sizes))
        for seed in range(max(self.sizes) + 1):
            passed.append(time.process_time())  # at 0 seeds, at 1, ...
            experiment.run(seed=seed)
        return told(self, self.sizes, [passed[size] - passed[0] for size in self.sizes])


AXES = (
    Axis("examples", "an epoch, 8x8", decades(100), _examples),
    Axis("epochs", "a training of 64 images", decades(5), _epochs),
    Axis("classes", "an epoch of 1000 images", decades(2), _classes),
    Axis("pixels of an image", "an epoch of 64 images", (8, 12, 17, 25, 37, 54, 80), _pixels),
    Axis("parameters", "an epoch of 256 images", (8, 12, 17, 25, 37, 54, 88), _parameters),
    Seeds(),
)
