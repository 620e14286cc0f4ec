"""Real reports of trainings whose numbers made no sense, each kind built anew: the sentence given.

Each row is a small training with one fault of a kind that people asked about, and what
`recorder.findings` must say of it: the name of the finding, and words of it or of what to do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

import lossacc
from lossacc.support.keras_api import keras, tensorflow
from tests.checks.run.test_recorder import HELD_OUT, TRAIN, X, Y, relu
from tests.small import dense

LAYERS, OPTIMIZERS, LOSSES = keras().layers, keras().optimizers, keras().losses
SPARSE, BINARY = "sparse_categorical_crossentropy", "binary_crossentropy"
RANDOM = np.random.default_rng(0)
WORDS = np.where(
    np.arange(12) < RANDOM.integers(2, 6, (300, 1)), RANDOM.integers(1, 9, (300, 12)), 0
)
TAGS = np.where(WORDS == 0, 0, 1 + WORDS % 4)
SPOTS = np.zeros((300, 8, 8, 1), np.float32)
SPOTS[np.arange(300), RANDOM.integers(0, 8, 300), 3] = 1
TABLE = RANDOM.normal(size=(300, 5)).astype(np.float32)


@dataclass(frozen=True)
class Fault:
    """A training with a fault, and what is to be said of it."""

    name: str
    check: str
    said: str
    model: Callable[[], Any]
    loss: Any = SPARSE
    optimizer: Callable[[], Any] = OPTIMIZERS.Adam
    train: Any = TRAIN
    validation: Any = HELD_OUT
    metrics: tuple[Any, ...] = ("accuracy",)
    fit: dict[str, Any] = field(default_factory=dict)


def images(units: int = 10, end: str | None = "softmax") -> Any:
    return lambda: dense(units, hidden=(relu(),), activation=end, shape=(8, 8, 1))


def tagger(masked: bool = False) -> Any:
    return lambda: keras().Sequential([
        LAYERS.Input((12,), dtype="int64"), LAYERS.Embedding(9, 4, mask_zero=masked),
        LAYERS.Dense(5, activation="softmax"),
    ])  # fmt: skip


def pixels() -> Any:
    return keras().Sequential(
        [LAYERS.Input((8, 8, 1)), LAYERS.Conv2D(1, 3, padding="same", activation="sigmoid")]
    )


def table() -> Any:
    return keras().Sequential([LAYERS.Input((5,)), LAYERS.Dense(1)])


def frozen() -> Any:
    model = images()()
    model.trainable = False
    return model


def half() -> Any:
    """Weights in float16, and an epsilon that is nothing there."""
    keras().config.set_dtype_policy("float16")
    try:
        return images()()
    finally:
        keras().config.set_dtype_policy("float32")


def halves(x: Any, *more: Any) -> tuple[Any, Any]:
    return (x[:200], *(one[:200] for one in more)), (x[200:], *(one[200:] for one in more))


def given(x: Any, *more: Any) -> dict[str, Any]:
    train, validation = halves(x, *more)
    return {"train": train, "validation": validation}


BITS = np.stack([Y % 2, Y > 4, Y % 3 == 0], axis=1).astype(np.float32)[:300]
IN_ORDER = np.argsort(Y[:400], kind="stable")
TWICE = np.concatenate([np.arange(300), np.repeat(np.arange(20), 10)])
RANDOM.shuffle(TWICE)
HEAVY = {k: 1.0 if k == 0 else 0.01 for k in range(10)}
FAULTS = (
    Fault("padding that is counted", "padding", "of the steps are padding", tagger(),
          **given(WORDS, TAGS)),
    Fault("weights that the metric does not know", "val_accuracy", "weighted_metrics", tagger(),
          **given(WORDS, TAGS, (WORDS > 0).astype(np.float32))),
    Fault("blank masks", "one answer", "pixels get one answer, class 0", pixels, BINARY,
          lambda: OPTIMIZERS.Adam(0.05),
          **given(X[:300], SPOTS)),
    Fault("masks of 0 and 255", "range of the labels", "Divide the labels by 255", pixels, BINARY,
          **given(X[:300], SPOTS * 255)),
    Fault("labels 1 and 2", "output units", "write the labels as 0 and 1", images(1, "sigmoid"),
          BINARY, **given(X[:300], 1 + Y[:300] % 2)),
    Fault("an accuracy of numbers", "accuracy", "means nothing here", table, "mse",
          **given(TABLE, TABLE.sum(axis=1))),
    Fault("an accuracy of several labels", "accuracy", "binary_accuracy", images(3, "sigmoid"),
          BINARY, **given(X[:300], BITS)),
    Fault("an accuracy of logits", "accuracy", "threshold=0.0", images(1, None),
          LOSSES.BinaryCrossentropy(from_logits=True), **given(X[:300], Y[:300] % 2)),
    Fault("a rate of 0", "outputs", "no weight was moved", images(),
          optimizer=lambda: OPTIMIZERS.Adam(0.0)),
    Fault("a rate of next to nothing", "outputs", "hardly moved", images(),
          optimizer=lambda: OPTIMIZERS.SGD(1e-9)),
    Fault("nothing to train", "outputs", "trainable=False", frozen),
    Fault("steps that are too large", "outputs", "get the same outputs", images(),
          optimizer=lambda: OPTIMIZERS.SGD(0.5),
          **given(X[:300] * 255, Y[:300])),
    Fault("half precision", "optimizer", "epsilon", half),
    Fault("class weights for fit alone", "loss", "class_weight", images(),
          fit={"class_weight": HEAVY}),
    Fault("a split of what lies in order", "order", "validation_split takes the last", images(),
          train=(X[:400][IN_ORDER], Y[:400][IN_ORDER]), validation=None,
          fit={"validation_split": 0.2}),
    Fault("copies made before the split", "same examples", "after it", images(),
          train=(X[TWICE[:400]], Y[TWICE[:400]]), validation=(X[TWICE[400:]], Y[TWICE[400:]])),
    Fault("validated on another scale", "val_loss", "prepared them otherwise", images(),
          fit={"validation_data": (X[400:600] * 255, Y[400:600])}),
)  # fmt: skip


@pytest.mark.filterwarnings("ignore:The model does not have any trainable weights")
@pytest.mark.parametrize("fault", FAULTS, ids=lambda one: one.name)
@pytest.mark.slow
def test_the_right_sentence_is_given(fault) -> None:
    model = fault.model()
    model.compile(fault.optimizer(), fault.loss, metrics=list(fault.metrics))
    recorder = lossacc.Recorder(fault.train, validation=fault.validation)
    x, y, *weights = fault.train
    settings = {"sample_weight": weights[0]} if weights else {}
    settings |= {"validation_data": fault.validation, **fault.fit}
    model.fit(x, y, epochs=4, verbose=0, batch_size=32, callbacks=[recorder], **settings)
    said = [f"{one.what} {one.remedy}" for one in recorder.findings if one.check == fault.check]
    assert any(fault.said in one for one in said), recorder.findings


@pytest.mark.slow
def test_one_hot_labels_and_sigmoids_are_sound() -> None:
    """Keras' accuracy counts the largest of the ten outputs, and the run each of them."""
    train, validation = halves(X[:300], np.eye(10, dtype=np.float32)[Y[:300]])
    model = images(10, "sigmoid")()
    model.compile("adam", BINARY, metrics=["accuracy", "binary_accuracy"])
    recorder = lossacc.Recorder(train, validation=validation)
    settings = {"epochs": 4, "verbose": 0, "callbacks": [recorder]}
    model.fit(*train, validation_data=validation, **settings)
    assert not [one for one in recorder.findings if one.severity == "wrong"]
    held = {row[1]: row[-1] for row in recorder.printed.rows}
    assert held["val_accuracy"] == held["val_binary_accuracy"] == held["val_loss"] == "agrees"


@pytest.mark.slow
@pytest.mark.parametrize("tool", [lossacc.audit, lossacc.mode_gap])
@pytest.mark.parametrize("kind", ["repeated", "endless", "PyDataset"])
def test_tools_take_what_fit_takes(tool, kind) -> None:
    class Batches(keras().utils.PyDataset):
        def __len__(self):
            return 4

        def __getitem__(self, k):
            return X[32 * k : 32 * k + 32], Y[32 * k : 32 * k + 32]

    def endless():
        while True:
            yield X[:32], Y[:32]

    data = tensorflow().data.Dataset.from_tensor_slices((X[:96], Y[:96])).batch(32).repeat()
    given = {"repeated": data, "endless": endless(), "PyDataset": Batches()}[kind]
    model = images()()
    model.compile("adam", SPARSE, metrics=["accuracy"])
    assert str(tool(model, given))


def test_which_set_holds_nan_is_said() -> None:
    x = TABLE.copy()
    x[[3, 250], 2] = np.nan
    y = np.zeros(300, int)
    said = "validation: x holds nan: 1 of 100 inputs hold NaN or infinity, in column 2"
    with pytest.raises(ValueError, match=said):
        lossacc.Recorder((TABLE, y), validation=(x[200:], y[200:]))


@pytest.mark.slow
def test_a_step_of_its_own_without_a_loss_is_read_by_its_numbers() -> None:
    class Own(keras().Model):
        def __init__(self):
            super().__init__()
            self.inner = images(10, None)()

        def call(self, x, training=False):
            return self.inner(x, training=training)

        def train_step(self, data):
            x, y = data
            with tensorflow().GradientTape() as tape:
                each = LOSSES.sparse_categorical_crossentropy(y, self(x), from_logits=True)
                loss = keras().ops.mean(each)
            variables = self.trainable_variables
            self.optimizer.apply(tape.gradient(loss, variables), variables)
            return {"loss": loss}

    model = Own()
    model(X[:1])
    model.compile("adam")
    recorder = lossacc.Recorder(TRAIN)
    model.fit(*TRAIN, epochs=2, verbose=0, callbacks=[recorder])
    logits = np.asarray(model(X[:400]))
    np.testing.assert_allclose(recorder.run.train.logits[-1], logits, atol=1e-5)
