"""Kinds of models and data by what each tool makes of them: works, or a sentence.

The tools are `Recorder`, the figures of its run, `audit` and `mode_gap`.

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


class Own(keras.Model):  # type: ignore[misc]
    def __init__(self) -> None:
        super().__init__()
        self.flat, self.last = LAYERS.Flatten(), LAYERS.Dense(3, activation="softmax")

    def call(self, x: Any) -> Any:
        return self.last(self.flat(x))


def built(model: Any) -> Any:
    model(X[:1])
    return model


def scaled() -> Any:
    inside = [LAYERS.Rescaling(1 / 255), LAYERS.Flatten(), LAYERS.BatchNormalization()]
    return keras.Sequential([LAYERS.Input(SHAPE), *inside, LAYERS.Dense(3, activation="softmax")])


def mirrored() -> Any:
    with tf.distribute.MirroredStrategy(["CPU:0"]).scope():
        return dense(3, "softmax")()


def frozen() -> Any:
    model = dense(3, "softmax")()
    model.trainable = False
    return model


def of_type(policy: str) -> Any:
    keras.config.set_dtype_policy(policy)
    try:
        return dense(3, "softmax")()
    finally:
        keras.config.set_dtype_policy("float32")


def half_dense() -> Any:
    return of_type("mixed_float16")


def float16() -> Any:
    return of_type("float16")


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
    Row("images without channels", lambda: keras.Sequential([
        LAYERS.Input((6, 6)), LAYERS.Flatten(), LAYERS.Dense(3, activation="softmax")]), SPARSE,
        pair(X[..., 0], Y)),
    Row("images of whole numbers", dense(3, "softmax"), SPARSE,
        pair((255 * np.clip(X, 0, 1)).astype("uint8"), Y)),
    Row("images, scaled inside the model", scaled, SPARSE, pair(X, Y)),
    Row("images, one-hot labels and sigmoids", dense(3, "sigmoid"), BCE, pair(X, ONE_HOT)),
    Row("images, smoothed labels", dense(3), LOSSES.CategoricalCrossentropy(
        from_logits=True, label_smoothing=0.1), pair(X, ONE_HOT)),
    Row("images, softmax of one unit", dense(1, "softmax"), BCE, pair(X, Y % 2)),
    Row("images, labels 1 and 2 for a sigmoid", dense(1, "sigmoid"), BCE, pair(X, 1 + Y % 2)),
    Row("images, NaN among the labels", dense(1, "sigmoid"), BCE,
        pair(X, np.where(np.arange(N) == 5, np.nan, Y % 2))),
    Row("pixels, masks of 0 and 255", conv(1, "sigmoid"), BCE, pair(X, 255 * SPOTS)),
    Row("table, two numbers for 0 and 1, squared error", table(), "mse", pair(TABLE, Y % 2)),
    Row("words, weights a step", small.words, SPARSE,
        pair(WORDS, NEXT, (NEXT > 0).astype("float32"))),
    Row("tf.data, weights", dense(3, "softmax"), SPARSE, lambda: tf.data.Dataset.from_tensor_slices(
        (X, Y, np.ones(N, "float32"))).batch(8)),
    Row("tf.data, dict of inputs", lambda: small.two_inputs(dict), LOGITS(from_logits=True),
        lambda: batches({"image": X, "row": TABLE})),
    Row("a class of its own", lambda: built(Own()), SPARSE, pair(X, Y)),
    Row("mixed_float16", half_dense, SPARSE, pair(X, Y)),
    Row("weights in float16", float16, SPARSE, pair(X, Y)),
    Row("MirroredStrategy", mirrored, SPARSE, pair(X, Y)),
    Row("nothing to train", frozen, SPARSE, pair(X, Y)),
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
    assert lossacc.figures.curves(recorder.curves).title
    for run in recorder.runs.values():
        assert lossacc.figures.curves(run).title
        assert lossacc.figures.plane(run).title
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


def measured(row: Row) -> str:
    """Hold the two modes of a model against each other, without an epoch more."""
    model, data = _model(row), row.data()
    x, y = data if isinstance(data, tuple) and len(data) == 2 else (data, None)
    lossacc.mode_gap(model, x, y, printed=None)
    return "measured"


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
        f"  mode_gap: {outcome(lambda: measured(row))}\n"
    )


def page() -> str:
    """Write the table; models are numbered through a session, and here are not."""
    return "\n".join(re.sub(r"(sequential|functional|loss)_\d+", r"\1", line(row)) for row in ROWS)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
