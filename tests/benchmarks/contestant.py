"""One way to train, timed in a process of its own: prints its milliseconds an epoch as JSON.

    python -m tests.benchmarks.contestant train --size 8 --threads 1

All train the same CNN with the same SGD on the same images. What each does every epoch, beside
training:

train           every example of both sets is recorded
fit             validation
fit+predict     every example of both sets is recorded, by `predict` in one batch
fit+on_batch    the same by `predict_on_batch`, which sets up no data pipeline
torch           every example of both sets is recorded, in one batch
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable
from typing import Any

import numpy as np

WAYS = ("train", "fit", "fit+predict", "fit+on_batch", "torch")
# Side of the images, examples to train on and to validate with, batch, epochs of a measurement.
SIZES = {8: (1280, 517, 32, 20), 28: (2000, 500, 64, 5)}


def images(side: int) -> tuple[tuple[Any, Any], tuple[Any, Any]]:
    """The digits, enlarged to this side, and repeated where there are too few."""
    from lossacc.data import load_digits

    digits = load_digits()
    train, held_out, _, _ = SIZES[side]
    places = np.arange(train + held_out) % len(digits)
    pixels = np.arange(side) * 8 // side
    x = np.ascontiguousarray(digits.images[places][:, pixels][:, :, pixels])
    y = digits.labels[places]
    return (x[:train], y[:train]), (x[train:], y[train:])


def keras_model(side: int, steps: int, jit: bool) -> Any:
    import keras

    from lossacc.networks.cnn import small_cnn

    model = small_cnn((side, side, 1), 10)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    optimizer = keras.optimizers.SGD(0.05, momentum=0.9)
    settings = {"jit_compile": True} if jit else {}
    model.compile(optimizer, loss, metrics=["accuracy"], steps_per_execution=steps, **settings)
    return model


def keras_way(
    way: str, side: int, threads: int, one_call: bool, jit: bool
) -> Callable[[int], None]:
    """Give a function that trains for so many epochs with Keras."""
    import tensorflow as tf

    if threads:
        tf.config.threading.set_intra_op_parallelism_threads(threads)
    data, held_out = images(side)
    batch = SIZES[side][2]
    model = keras_model(side, len(data[0]) // batch if one_call else 1, jit)
    if way == "train":
        from lossacc.training.train import train

        return lambda epochs: check(train(model, data, held_out, epochs=epochs, batch_size=batch))
    settings: dict[str, Any] = {"batch_size": batch, "verbose": 0}
    if way == "fit":
        settings["validation_data"] = held_out
    else:
        settings["callbacks"] = [recording(model, way, data[0], held_out[0])]
    return lambda epochs: check(model.fit(*data, epochs=epochs, **settings))


def recording(model: Any, way: str, *sets: Any) -> Any:
    """Give the callback that keeps every example's outputs, as one would write it."""
    import keras

    kept: list[Any] = []

    def record(epoch: int, logs: Any) -> None:
        for x in sets:
            if way == "fit+predict":
                kept.append(model.predict(x, batch_size=len(x), verbose=0))
            else:
                kept.append(model.predict_on_batch(x))

    return keras.callbacks.LambdaCallback(on_epoch_end=record)


def torch_way(side: int, threads: int) -> Callable[[int], None]:
    """Give a function that trains for so many epochs with an eager PyTorch loop."""
    import torch
    from torch import nn

    if threads:
        torch.set_num_threads(threads)
    sets = [
        (torch.tensor(x).permute(0, 3, 1, 2).contiguous(), torch.tensor(y)) for x, y in images(side)
    ]
    (x, y), batch = sets[0], SIZES[side][2]
    model = nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(32 * (side // 4) ** 2, 64), nn.ReLU(), nn.Linear(64, 10),
    )  # fmt: skip
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    kept: list[Any] = []

    def go(epochs: int) -> None:
        for _ in range(epochs):
            for chosen in torch.randperm(len(x)).split(batch):
                optimizer.zero_grad()
                loss = nn.functional.cross_entropy(model(x[chosen]), y[chosen])
                loss.backward()
                optimizer.step()
            with torch.no_grad():
                kept.extend(model(images).numpy() for images, _ in sets)

    return go


def check(result: Any) -> None:
    """A contestant that did not learn would be timed for nothing."""
    loss = result.history["loss"] if hasattr(result, "history") else result.printed["loss"]
    assert np.isfinite(loss[-1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("way", choices=WAYS)
    parser.add_argument("--size", type=int, choices=SIZES, default=8)
    parser.add_argument("--threads", type=int, default=0, help="for one operation; 0: as it comes")
    parser.add_argument("--one-call", action="store_true", help="steps_per_execution: an epoch")
    parser.add_argument("--jit", action="store_true", help="jit_compile=True")
    parser.add_argument("--epochs", type=int, help="of one measurement")
    parser.add_argument("--repeats", type=int, default=5)
    args = parser.parse_args()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    if args.way == "torch":
        go = torch_way(args.size, args.threads)
    else:
        go = keras_way(args.way, args.size, args.threads, args.one_call, args.jit)
    epochs = args.epochs or SIZES[args.size][3]
    go(2)  # compile
    measured = []
    for _ in range(args.repeats):
        begun = time.perf_counter()
        go(epochs)
        measured.append((time.perf_counter() - begun) / epochs * 1000)
    print(json.dumps({**vars(args), "epochs": epochs, "ms": [round(ms, 2) for ms in measured]}))


if __name__ == "__main__":
    main()
