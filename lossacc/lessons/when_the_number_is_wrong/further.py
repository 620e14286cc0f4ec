"""More numbers that are wrong: a loop's mean, a lost optimizer, stairs, a sea of background."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from lossacc.data import load_digits, split
from lossacc.losses.formulas import softmax
from lossacc.networks.cnn import initialise, reset_optimizer, small_cnn
from lossacc.runs.run import Run
from lossacc.support.keras_api import keras
from lossacc.support.text import Sheet, nats, percent
from lossacc.support.types import BoolArray, FloatArray
from lossacc.training.train import train

BATCH = 128


def batch_means(correct: Sequence[bool] | BoolArray, batch: int = BATCH) -> Sheet:
    """Give what four loops make of the same right and wrong answers.

    Parameters
    ----------
    correct
        (N,) whether each answer is right, in the order of the loop.
    batch
        How many answers there are in a batch; the last one has the rest.
    """
    right = np.asarray(correct, dtype=np.float64)
    batches = [right[first : first + batch] for first in range(0, len(right), batch)]
    ways = {
        "right answers over all answers": right.mean(),
        "mean of the batch means": np.mean([part.mean() for part in batches]),
        "right answers over batches times their size": right.sum() / (len(batches) * batch),
        "the last batch": batches[-1].mean(),
    }
    return Sheet(
        ("what the loop computes", "accuracy"),
        tuple((name, percent(float(value))) for name, value in ways.items()),
    )


@cache
def resumed() -> tuple[Run, Run, Run]:
    """Train with Adam, and go on from the same weights with its state and without.

    Returns
    -------
    tuple
        The first twelve epochs; six more with the optimizer's state, and six without.
    """
    images, held_out = split(load_digits(), 400, 400, seed=1)
    model = small_cnn(images.shape, 10)
    loss = keras().losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras().optimizers.Adam(0.01), loss)
    settings: dict[str, Any] = {"batch_size": 32, "seed": 1}
    before = train(initialise(model, 1), images, held_out, epochs=12, **settings)
    weights = model.get_weights()
    kept = train(model, images, held_out, epochs=6, **settings)
    model.set_weights(weights)
    reset_optimizer(model)
    return before, kept, train(model, images, held_out, epochs=6, **settings)


def after_resuming() -> Sheet:
    """Give the training loss in evaluation mode, before it is resumed and after."""
    before, kept, lost = resumed()
    start = nats(float(before.train.loss[-1]))
    rows = [
        (name, start, *(nats(float(run.train.loss[n])) for n in (1, 2, 6)))
        for name, run in (("with the optimizer's state", kept), ("without", lost))
    ]
    columns = ("resumed", "before", "after 1 epoch", "after 2", "after 6")
    return Sheet(columns, tuple(rows))


def stairs(size: int = 1024, images: int = 200, epochs: int = 3) -> FloatArray:
    """Train a linear layer on images of noise, one by one, and give each step's loss.

    Parameters
    ----------
    size, images
        The pixels of an image, and how many images there are, each with a label of ten at random.
    epochs
        How often each is seen.

    Returns
    -------
    FloatArray
        (epochs, images): what an image costs just before the step that learns it.
    """
    random = np.random.default_rng(1)
    x = random.standard_normal((images, size)) / np.sqrt(size)
    labels = np.eye(10)[random.integers(0, 10, images)]
    weights, costs = np.zeros((size, 10)), np.zeros((epochs, images))
    for epoch in range(epochs):
        for step, n in enumerate(random.permutation(images)):
            p = softmax((x[n] @ weights)[None])[0]
            costs[epoch, step] = -np.log(p @ labels[n])
            weights += 8 * np.outer(x[n], labels[n] - p)
    return costs


def quarters(costs: FloatArray) -> Sheet:
    """Give the mean cost in each quarter of each epoch."""
    means = costs.reshape(len(costs), 4, -1).mean(axis=2)
    rows = [(str(n), *map(nats, row)) for n, row in enumerate(means.tolist(), start=1)]
    return Sheet(("epoch", "first quarter", "second", "third", "fourth"), tuple(rows))


def background() -> Sheet:
    """Ask which pixel of each digit is its brightest, and score two answers pixel by pixel."""
    images = load_digits().images[..., 0].reshape(1797, -1)
    wanted = np.zeros(images.shape, bool)
    wanted[np.arange(len(images)), images.argmax(axis=1)] = True
    guessed = np.zeros(images.shape, bool)
    guessed[:, images.mean(axis=0).argmax()] = True
    rows = [
        (name, *map(percent, _pixels(wanted, answer)))
        for name, answer in (
            ("background everywhere", np.zeros(images.shape, bool)),
            ("one fixed pixel in each image", guessed),
            ("right everywhere", wanted),
        )
    ]
    columns = ("answer", "pixels right", "wanted pixels found", "overlap")
    return Sheet(columns, tuple(rows))


def _pixels(wanted: BoolArray, answer: BoolArray) -> tuple[float, float, float]:
    """Give accuracy, recall and intersection over union of the wanted pixels."""
    both = float((wanted & answer).sum())
    return (
        float((wanted == answer).mean()),
        both / float(wanted.sum()),
        both / float((wanted | answer).sum()),
    )
