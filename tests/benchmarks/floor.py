"""How near `train()` is to its arithmetic, and what it costs to begin.

    python -m tests.benchmarks.floor [--of 8x8 28x28 ...] [--json FILE]

The floor is the time that the multiplications of an epoch would take at the speed of a plain matrix
product on one core, measured in turns with the epochs. In the same turns it is told where an epoch
goes: to its steps, to scoring both sets, and to the rest. All of it is processor time, so other
work on the machine disturbs the ratios little. A minute on one core.
"""

from __future__ import annotations

import argparse
import functools
import json
import math
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from tests.benchmarks.contestant import SIZES, images, keras_model

MATRIX = 512  # rows and columns of the product that sets the floor
NETWORKS = ("small CNN", "small residual", "two modes")
EXAMPLES = 288  # from 256 on a set is scored in two halves
# Side of the images, examples to train on and to validate with, batch, epochs of a measurement.
# The last two are what experiments of these names train on: in them little is multiplied.
SETTINGS = {
    "8x8": (8, *SIZES[8]),
    "28x28": (28, *SIZES[28]),
    "sure-and-wrong": (8, 200, 1000, 32, 40),
    "nine-against-one": (8, 10, 0, 10, 200),
}


def multiplications(model: Any) -> int:
    """Count the multiplications of one image's way forward: kernels, times where they are put."""
    total = 0
    for layer in model.layers:
        if hasattr(layer, "kernel"):
            # A convolution puts its kernel on each place of its output (H, W, filters).
            places = math.prod(layer.output.shape[1:-1])
            total += math.prod(layer.kernel.shape) * places
    return total


def per_epoch(model: Any, train: int, held_out: int) -> int:
    """Count those of an epoch: a step goes forward once and back twice, then all are scored.

    No gradient goes back to the images, which the first layer leaves out.
    """
    forward = multiplications(model)
    first = next(layer for layer in model.layers if hasattr(layer, "kernel"))
    to_images = math.prod(first.kernel.shape) * math.prod(first.output.shape[1:-1])
    return train * (3 * forward - to_images) + (train + held_out) * forward


def processor_seconds(call: Callable[[], Any]) -> float:
    begun = time.process_time()
    call()
    return time.process_time() - begun


def product_speed(tf: Any) -> float:
    """Measure multiplications a second in a product of two square matrices."""
    one = tf.random.normal((MATRIX, MATRIX))
    return 5 * MATRIX**3 / processor_seconds(lambda: [(one @ one).numpy() for _ in range(5)])


def sets(name: str) -> list[Any]:
    """Give what is trained on, and where there is anything, what is validated with."""
    side, train, held_out, *_ = SETTINGS[name]
    (x, y), (more_x, more_y) = images(side)
    x, y = (np.resize(np.concatenate(two), (train + held_out, *two[0].shape[1:]))
            for two in ((x, more_x), (y, more_y)))  # fmt: skip
    return [(x[:train], y[:train]), *([(x[train:], y[train:])] if held_out else [])]


def floor(name: str, repeats: int) -> dict[str, Any]:
    """Compare epochs of train() and their parts with their floor, in turns."""
    from lossacc.support.keras_api import tensorflow
    from lossacc.training.loop import loop_of
    from lossacc.training.on_device import on_device
    from lossacc.training.train import train

    tf, data = tensorflow(), sets(name)
    side, size, held_out, batch, epochs = SETTINGS[name]
    model = keras_model(side, 1, False)
    loop, placed = loop_of(model, None), [on_device(one).arrays for one in data]
    order, steps = tf.range(size, dtype=tf.int64), -(-size // batch)
    parts: dict[str, Callable[[], Any]] = {
        "train()": functools.partial(train, model, *data, epochs=epochs, batch_size=batch),
        "steps": lambda: [
            loop.steps(placed[0], order, 0, steps, batch, np.zeros(3)) for _ in range(epochs)
        ],
        "scoring": lambda: [loop.scorer(one) for one in placed for _ in range(epochs)],
    }
    train(model, *data, epochs=1, batch_size=batch)
    count, floors = per_epoch(model, size, held_out), []
    ratios: dict[str, list[float]] = {part: [] for part in parts}
    for _ in range(repeats):
        floors.append(count / product_speed(tf))
        for part, go in parts.items():
            ratios[part].append(processor_seconds(go) / epochs / floors[-1])
    return {
        "of": name,
        "multiplications": count,
        "floor_ms": round(1000 * statistics.median(floors), 2),
        "ratio": {part: round(statistics.median(all), 2) for part, all in ratios.items()},
        "ratios": {part: np.round(all, 2).tolist() for part, all in ratios.items()},
    }


def network(name: str) -> Any:
    """Build and compile one of NETWORKS, which nothing was traced for."""
    import keras

    from lossacc.lessons.two_modes.training import _compiled
    from lossacc.networks.cnn import small_cnn
    from lossacc.networks.small_resnet import small_residual

    if name == "two modes":
        return _compiled.__wrapped__((8, 8, 1), 10)
    model = small_cnn((8, 8, 1), 10) if name == "small CNN" else small_residual((8, 8, 1), 10)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.SGD(0.05, momentum=0.9), loss)
    return model


def first_epoch(name: str, repeats: int) -> dict[str, Any]:
    """Measure what the first epoch of a network costs beyond the second: tracing, above all."""
    from lossacc.training.train import train

    (x, y), _ = images(8)
    some, costs = (x[:EXAMPLES], y[:EXAMPLES]), []
    for _ in range(repeats):
        epoch = functools.partial(train, network(name), some, epochs=1)
        costs.append(processor_seconds(epoch) - processor_seconds(epoch))
    return {"network": name, "seconds": round(min(costs), 3), "all": np.round(costs, 3).tolist()}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--of", nargs="+", choices=SETTINGS, default=list(SETTINGS))
    parser.add_argument("--json", type=Path)
    parser.add_argument("--repeats", type=int, default=5)
    args = parser.parse_args()
    from lossacc.support.keras_api import environment

    floors = [floor(name, args.repeats) for name in args.of]
    for one in floors:
        told = ", ".join(f"{part} {ratio}" for part, ratio in one["ratio"].items())
        print(f"{one['of']}: {told} times its floor of {one['floor_ms']} ms", flush=True)
    tracing = [first_epoch(name, args.repeats) for name in NETWORKS]
    for one in tracing:
        print(f"{one['network']}: its first epoch costs {one['seconds']} s more than the second")
    if args.json:
        load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
        report = {"load": load, "environment": environment(), "floors": floors, "tracing": tracing}
        args.json.write_text(json.dumps(report, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
