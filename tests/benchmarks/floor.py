"""How near `train()` is to its arithmetic, and what it costs to begin.

    python -m tests.benchmarks.floor [--size 8 28] [--json FILE]

The floor is the time that the multiplications of an epoch would take at the speed of a plain matrix
product on one core, measured in turns with the epochs. All of it is processor time, so other work
on the machine disturbs the ratios little. A minute on one core.
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


def floor(size: int, repeats: int) -> dict[str, Any]:
    """Compare epochs of train() with their floor, in turns."""
    from lossacc.support.keras_api import tensorflow
    from lossacc.training.train import train

    tf, (data, held_out) = tensorflow(), images(size)
    model, (_, _, batch, epochs) = keras_model(size, 1, False), SIZES[size]
    train(model, data, held_out, epochs=1, batch_size=batch)
    go = functools.partial(train, model, data, held_out, epochs=epochs, batch_size=batch)
    count, ratios, floors = per_epoch(model, len(data[0]), len(held_out[0])), [], []
    for _ in range(repeats):
        floors.append(count / product_speed(tf))
        took = processor_seconds(go)
        ratios.append(took / epochs / floors[-1])
    return {
        "size": size,
        "multiplications": count,
        "floor_ms": round(1000 * statistics.median(floors), 2),
        "ratio": round(statistics.median(ratios), 2),
        "ratios": [round(ratio, 2) for ratio in ratios],
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
    parser.add_argument("--size", type=int, nargs="+", choices=(8, 28), default=[8, 28])
    parser.add_argument("--json", type=Path)
    parser.add_argument("--repeats", type=int, default=5)
    args = parser.parse_args()
    from lossacc.support.keras_api import environment

    floors = [floor(size, args.repeats) for size in args.size]
    for one in floors:
        size, ratio = f"{one['size']}x{one['size']}", one["ratio"]
        print(f"{size}: {ratio} times its floor of {one['floor_ms']} ms", flush=True)
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
