"""Kinds of models and data by what `Recorder` and `audit` make of them: works, or a sentence.

`python -m tests.training.any_training` writes the table, `any_training.txt`.
"""

from __future__ import annotations

import re
import traceback
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np

import lossacc
from lossacc.support.keras_api import tensorflow
from tests.small import SHAPE
from tests.training import test_recorder_outputs as small

PAGE = Path(__file__).with_suffix(".txt")
LAYERS, LOSSES = keras.layers, keras.losses
tf = tensorflow()
N, X, Y, ONE_HOT, BITS = small.N, small.X, small.Y, small.ONE_HOT, small.BITS
PIXELS, SPOTS, WORDS, NEXT, TABLE = (
    small.PIXELS,
    small.SPOTS,
    small.WORDS,
    small.NEXT,
    small.TABLE,
)
SPARSE, LOGITS = "sparse_categorical_crossentropy", LOSSES.SparseCategoricalCrossentropy
TEXT = np.array([["good film"], ["bad film"]] * (N // 2))


@dataclass(frozen=True)
class Row:
    """One training: a model, its loss, and the data, as `fit` would take them."""

    name: str
    model: Callable[[], Any]
    loss: Any
    data: Callable[[], Any]
    settings: tuple[tuple[str, Any], ...] = ()


def dense(units: int, activation: str | None = None) -> Any:
    return lambda: small.dense(units, activation=activation)


def conv(units: int, activation: str | None = None, *end: Any) -> Any:
    return lambda: keras.Sequential([LAYERS.Input(SHAPE), small.conv(units, activation), *end])


def table(units: int = 1) -> Any:
    return lambda: keras.Sequential([LAYERS.Input((3,)), LAYERS.Dense(units)])


def dice(y: Any, p: Any) -> Any:
    return 1 - (2 * keras.ops.sum(y * p) + 1) / (keras.ops.sum(y) + keras.ops.sum(p) + 1)


class Raises(keras.losses.Loss):  # type: ignore[misc]  # Keras has no types
    def call(self, y: Any, p: Any) -> Any:
        raise RuntimeError("a loss of one's own")


class WithoutLoss(keras.Model):  # type: ignore[misc]
    def train_step(self, data: Any) -> Any:
        return {"loss": 0.0}


def own_step() -> Any:
    inputs = LAYERS.Input(SHAPE)
    return WithoutLoss(inputs, LAYERS.Dense(3)(LAYERS.Flatten()(inputs)))


def mixed_outputs() -> Any:
    image = LAYERS.Input((6, 6, 1))
    flat = LAYERS.Flatten()(image)
    return keras.Model(
        image,
        {
            "kind": LAYERS.Dense(3, activation="softmax", name="kind")(flat),
            "size": LAYERS.Dense(1, name="size")(flat),
        },
    )


def half() -> Any:
    keras.config.set_dtype_policy("mixed_float16")
    try:
        return small.conv(3, "softmax")
    finally:
        keras.config.set_dtype_policy("float32")


def batches(x: Any = X, y: Any = Y) -> Any:
    return tf.data.Dataset.from_tensor_slices((x, y)).batch(8)


def pair(x: Any, *more: Any) -> Any:
    return lambda: (x, *more)


BCE = "binary_crossentropy"
HOLE = np.where(np.arange(X.size).reshape(X.shape) == 77, np.nan, X)
BOTH = {"digit": SPARSE, "odd": BCE}
PARTS = {"kind": SPARSE, "size": "mse"}
ROWS = (
    Row("images, softmax, whole labels", dense(3, "softmax"), SPARSE, pair(X, Y)),
    Row("images, logits", dense(3), LOGITS(from_logits=True), pair(X, Y)),
    Row("images, softmax, one-hot", dense(3, "softmax"), "categorical_crossentropy",
        pair(X, ONE_HOT)),
    Row("images, softmax, labels in a column", dense(3, "softmax"), SPARSE, pair(X, Y[:, None])),
    Row("images, one sigmoid", dense(1, "sigmoid"), BCE, pair(X, Y % 2)),
    Row("images, one logit", dense(1), LOSSES.BinaryCrossentropy(from_logits=True),
        pair(X, (Y % 2)[:, None])),
    Row("images, hinge, labels -1 and 1", dense(1), "hinge", pair(X, Y % 2 * 2 - 1)),
    Row("images, several sigmoids", dense(4, "sigmoid"), BCE, pair(X, BITS)),
    Row("images, several logits", dense(4), LOSSES.BinaryCrossentropy(from_logits=True),
        pair(X, BITS)),
    Row("images, softmax, several labels", dense(4, "softmax"), "categorical_crossentropy",
        pair(X, np.maximum(BITS, [1, 1, 0, 0]))),
    Row("images, softmax with binary cross-entropy", dense(3, "softmax"), BCE, pair(X, ONE_HOT)),
    Row("images, weights, some 0", dense(3, "softmax"), SPARSE,
        pair(X, Y, (Y > 0).astype("float32"))),
    Row("images, a loss of one's own on logits", dense(3), dice, pair(X, ONE_HOT)),
    Row("images, a loss that raises", dense(3, "softmax"), Raises(), pair(X, Y)),
    Row("images, labels 1 to K", dense(3, "softmax"), SPARSE, pair(X, Y + 1)),
    Row("images, labels that are names", dense(3, "softmax"), SPARSE,
        pair(X, np.array(["cat", "dog", "owl"])[Y])),
    Row("images, NaN in one", dense(3, "softmax"), SPARSE, pair(HOLE, Y)),
    Row("images of another shape", dense(3, "softmax"), SPARSE, pair(X[:, :5], Y)),
    Row("fewer labels than images", dense(3, "softmax"), SPARSE, pair(X, Y[:9])),
    Row("pixels, softmax", conv(3, "softmax"), SPARSE, pair(X, PIXELS)),
    Row("pixels, softmax, one-hot", conv(3, "softmax"), "categorical_crossentropy",
        pair(X, np.eye(3, dtype="float32")[PIXELS])),
    Row("pixels, one sigmoid", conv(1, "sigmoid"), BCE, pair(X, SPOTS)),
    Row("pixels, one sigmoid, Dice loss", conv(1, "sigmoid"), dice, pair(X, SPOTS)),
    Row("pixels, weights, some 0", conv(3, "softmax"), SPARSE,
        pair(X, PIXELS, (PIXELS > 0).astype("float32"))),
    Row("pixels, a class ignored", conv(2), LOGITS(from_logits=True, ignore_class=2),
        pair(X, PIXELS)),
    Row("pixels, flattened behind the softmax", conv(3, "softmax", LAYERS.Reshape((36, 3))),
        SPARSE, pair(X, PIXELS.reshape(N, 36))),
    Row("pixels, one label an image", conv(3, "softmax"), SPARSE, pair(X, Y)),
    Row("pixels, mixed_float16", half, SPARSE, pair(X, PIXELS)),
    Row("an image out of an image, squared error", conv(1), "mse", pair(X, X)),
    Row("words, one label a text", lambda: keras.Sequential([
        LAYERS.Input((5,)), LAYERS.Embedding(9, 4), LAYERS.GlobalAveragePooling1D(),
        LAYERS.Dense(3, activation="softmax")]), SPARSE, pair(WORDS, Y)),
    Row("words, one label a step, padding masked", small.words, SPARSE, pair(WORDS, NEXT)),
    Row("words, logits", lambda: small.words(None), LOGITS(from_logits=True), pair(WORDS, NEXT)),
    Row("texts", small.text, LOGITS(from_logits=True), pair(TEXT, Y)),
    Row("table, one number, squared error", table(), "mse", pair(TABLE, TABLE.sum(axis=1))),
    Row("table, stars from 1 to 5, with accuracy", table(), "mae", pair(TABLE, small.NUMBERS),
        (("metrics", ["accuracy"]),)),
    Row("table, two numbers", table(2), "mse", pair(TABLE, 9 * TABLE[:, :2])),
    Row("list of inputs", lambda: small.two_inputs(list), LOGITS(from_logits=True),
        pair([X, TABLE], Y)),
    Row("dict of inputs", lambda: small.two_inputs(dict), LOGITS(from_logits=True),
        pair({"image": X, "row": TABLE}, Y)),
    Row("one of two inputs", lambda: small.two_inputs(list), LOGITS(from_logits=True), pair(X, Y)),
    Row("dict of outputs", lambda: small.two_outputs(dict), BOTH,
        pair(X, {"digit": Y, "odd": Y % 2})),
    Row("list of outputs", lambda: small.two_outputs(list), [SPARSE, BCE], pair(X, [Y, Y % 2])),
    Row("labels for one of two outputs", lambda: small.two_outputs(list), [SPARSE, BCE],
        pair(X, Y)),
    Row("classes and numbers", mixed_outputs, PARTS, pair(X, {"kind": Y, "size": X.mean((1, 2))})),
    Row("tf.data", dense(3, "softmax"), SPARSE, batches),
    Row("tf.data, pixels", conv(3, "softmax"), SPARSE, lambda: batches(X, PIXELS)),
    Row("tf.data, not batched", dense(3, "softmax"), SPARSE, lambda: batches().unbatch()),
    Row("tf.data, repeated", dense(3, "softmax"), SPARSE, lambda: batches().repeat()),
    Row("tf.data, empty", dense(3, "softmax"), SPARSE, lambda: batches().take(0)),
    Row("tf.data, ragged", small.words, SPARSE, lambda: tf.data.Dataset.from_tensors(
        (tf.ragged.constant([[1, 2], [3]]), tf.constant([0, 1])))),
    Row("PyDataset", dense(3, "softmax"), SPARSE, small.Sequence),
    Row("a loader as PyTorch's", dense(3, "softmax"), SPARSE, small.Loader),
    Row("ImageDataGenerator", dense(3, "softmax"), SPARSE, small.image_data_generator),
    Row("a generator without end", dense(3, "softmax"), SPARSE, small.endless),
    Row("a generator that is empty", dense(3, "softmax"), SPARSE, lambda: iter(())),
    Row("a function that makes a generator", dense(3, "softmax"), SPARSE, lambda: small.endless),
    Row("without a graph", dense(3, "softmax"), SPARSE, pair(X, Y), (("run_eagerly", True),)),
    Row("compiled by XLA", conv(3, "softmax"), SPARSE, pair(X, PIXELS), (("jit_compile", True),)),
    Row("several steps a call", dense(3, "softmax"), SPARSE, pair(X, Y),
        (("steps_per_execution", 4),)),
    Row("a train_step of its own, no loss", own_step, None, pair(X, Y)),
)  # fmt: skip


def outcome(act: Callable[[], str]) -> str:
    """Give what came of it: a few words, or the sentence of a refusal, and of nothing else."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return act()
    except (TypeError, ValueError) as error:
        place = traceback.extract_tb(error.__traceback__)[-1].filename
        if not Path(place).is_relative_to(Path(lossacc.__file__).parent):
            raise
        return f"{type(error).__name__}: {error}"


def recorded(row: Row) -> str:
    """Record a model before its training."""
    model = _model(row)
    recorder = lossacc.Recorder(row.data(), probe="all")
    recorder.set_model(model)
    recorder.set_params({"epochs": 1})
    recorder.on_train_begin()
    recorder.on_epoch_begin(0)
    told = [
        f"{name + ': ' if name else ''}{run.train.size} examples of {run.train.classes} classes"
        for name, run in recorder.runs.items()
    ]
    return "; ".join(told) if told else f"a loss and no accuracy: {recorder.curves.notes[0]}"


def audited(row: Row) -> str:
    """Audit a model before its training."""
    model, data = _model(row), row.data()
    x, y = data if isinstance(data, tuple) and len(data) == 2 else (data, None)
    found = [f"{one.severity} ({one.check})" for one in lossacc.audit(model, x, y).findings]
    return ", ".join(found) or "nothing found"


def _model(row: Row) -> Any:
    keras.utils.set_random_seed(0)
    model = row.model()
    model.compile("sgd", row.loss, **dict(row.settings))
    return model


def line(row: Row) -> str:
    """Give a row of the table."""
    return (
        f"{row.name}\n  Recorder: {outcome(lambda: recorded(row))}\n"
        f"  audit: {outcome(lambda: audited(row))}\n"
    )


def page() -> str:
    """Write the table; models are numbered through a session, and here are not."""
    return "\n".join(re.sub(r"(sequential|functional|loss)_\d+", r"\1", line(row)) for row in ROWS)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
