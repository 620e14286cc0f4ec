"""`Recorder` with any inputs and outputs, against `model.predict` and sums by hand."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from lossacc import figures
from lossacc.analysis.ledger import ledger
from lossacc.support.keras_api import tensorflow
from lossacc.training.batches import TAKEN
from lossacc.training.recorder import Recorder
from tests.small import data, dense

LAYERS = keras.layers
RNG = np.random.default_rng(0)
N = 40
X, Y = data(N)
ONE_HOT = np.eye(3, dtype=np.float32)[Y]
BITS = RNG.integers(0, 2, (N, 4))
PIXELS = RNG.integers(0, 3, (N, 6, 6))
SPOTS = (RNG.random((N, 6, 6, 1)) < 0.1).astype(np.float32)
WORDS = RNG.integers(1, 9, (N, 5))
WORDS[::2, 3:] = 0  # padding
NEXT = RNG.integers(0, 9, (N, 5))
TABLE = RNG.random((N, 3))
NUMBERS = RNG.integers(1, 6, N)


def conv(units, activation=None):
    return keras.Sequential(
        [LAYERS.Input((6, 6, 1)), LAYERS.Conv2D(units, 3, padding="same", activation=activation)]
    )


def words(activation="softmax"):
    known = LAYERS.Embedding(9, 4, mask_zero=True)
    steps = LAYERS.LSTM(4, return_sequences=True)
    last = LAYERS.Dense(9, activation=activation)
    return keras.Sequential([LAYERS.Input((None,)), known, steps, last])


def text():
    turn = LAYERS.TextVectorization(output_sequence_length=4)
    turn.adapt(["good film", "bad film"])
    stack = [LAYERS.Input((1,), dtype="string"), turn, LAYERS.Embedding(9, 4),
             LAYERS.GlobalAveragePooling1D(), LAYERS.Dense(3)]  # fmt: skip
    return keras.Sequential(stack)


def two_inputs(form):
    image, row = LAYERS.Input((6, 6, 1), name="image"), LAYERS.Input((3,), name="row")
    joined = LAYERS.Concatenate()([LAYERS.Flatten()(image), row])
    inputs = {"image": image, "row": row} if form is dict else form([image, row])
    return keras.Model(inputs, LAYERS.Dense(3)(joined))


def two_outputs(form):
    image = LAYERS.Input((6, 6, 1))
    flat = LAYERS.Flatten()(image)
    digit = LAYERS.Dense(3, activation="softmax", name="digit")(flat)
    odd = LAYERS.Dense(1, activation="sigmoid", name="odd")(flat)
    outputs = {"digit": digit, "odd": odd} if form is dict else [digit, odd]
    return keras.Model(image, outputs)


def fitted(model, loss, train, recorder, *, epochs=1, **settings):
    model.compile("sgd", loss, **settings)
    batches = train if not isinstance(train, tuple) else None
    given = {"x": batches} if batches is not None else dict(zip(("x", "y", "sample_weight"), train,
                                                               strict=False))  # fmt: skip
    model.fit(**given, epochs=epochs, verbose=0, callbacks=[recorder])
    return model


def by_hand(model, x):
    """What the model gives, as probabilities, one row a place."""
    values = np.asarray(model.predict(x, verbose=0), np.float64)
    return values.reshape(-1, values.shape[-1])


def binary(p, y):
    return -np.log(np.where(y == 1, p, 1 - p))


def test_pixels_of_classes():
    recorder = Recorder((X, PIXELS), (X[:9], PIXELS[:9]))
    model = fitted(conv(3, "softmax"), "sparse_categorical_crossentropy", (X, PIXELS), recorder)
    run, p = recorder.run, by_hand(model, X)
    assert run.train.size == PIXELS.size
    assert run.train.labels.tolist() == PIXELS.reshape(-1).tolist()
    expected = -np.log(p[np.arange(len(p)), PIXELS.reshape(-1)])
    np.testing.assert_allclose(run.train.cross_entropy[-1], expected, rtol=1e-4)
    assert run.objective is None
    assert run.validation.size == 9 * 36
    ledger(run, 0, 1)
    for draw in (figures.curves, figures.plane):
        assert "36" not in draw(run).title
    assert "1440 answers at places in 40 inputs" in recorder.coverage


def test_pixels_of_yes_or_no_are_the_unet_case():
    """Nearly every pixel is background, and its share is the accuracy."""
    recorder = Recorder((X, SPOTS), (X, SPOTS))
    model = fitted(conv(1, "sigmoid"), "binary_crossentropy", (X, SPOTS), recorder, epochs=2)
    run, p = recorder.run, by_hand(model, X)[:, 0]
    expected = binary(p, SPOTS.reshape(-1))
    np.testing.assert_allclose(run.train.cross_entropy[-1], expected, rtol=1e-4, atol=1e-6)
    assert run.base_rate().rate == pytest.approx(1 - SPOTS.mean())
    evaluated = model.evaluate(X, SPOTS, verbose=0)
    assert run.validation.loss[-1] == pytest.approx(evaluated, rel=1e-5)


def test_padding_that_a_mask_leaves_out_does_not_count():
    recorder = Recorder((WORDS, NEXT))
    model = fitted(words(), "sparse_categorical_crossentropy", (WORDS, NEXT), recorder)
    keep = WORDS.reshape(-1) > 0
    run, p = recorder.run, by_hand(model, WORDS)[keep]
    assert run.train.labels.tolist() == NEXT.reshape(-1)[keep].tolist()
    expected = -np.log(p[np.arange(len(p)), run.train.labels])
    np.testing.assert_allclose(run.train.cross_entropy[-1], expected, rtol=1e-4)
    assert "20.0% do not count and are left out" in recorder.coverage
    assert run.train.loss[-1] == pytest.approx(model.evaluate(WORDS, NEXT, verbose=0), rel=1e-5)


def test_weights_of_zero_do_not_count():
    weights = (PIXELS != 2).astype(np.float32)
    recorder = Recorder((X, PIXELS, weights))
    fitted(
        conv(3), keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        (X, PIXELS, weights), recorder,
    )  # fmt: skip
    assert set(recorder.run.train.labels) == {0, 1}
    assert recorder.run.objective is not None


def test_an_ignored_class_does_not_count():
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=255)
    y = np.where(PIXELS == 2, 255, PIXELS)
    recorder = Recorder((X, y))
    fitted(conv(2), loss, (X, y), recorder)
    assert recorder.run.train.size == (PIXELS != 2).sum()


def test_several_answers_an_input_are_examples_of_two_classes():
    recorder = Recorder((X, BITS), (X[:9], BITS[:9]))
    model = fitted(dense(4, activation="sigmoid"), "binary_crossentropy", (X, BITS), recorder)
    run, p = recorder.run, by_hand(model, X)
    np.testing.assert_allclose(run.train.cross_entropy[-1], binary(p, BITS).reshape(-1), rtol=1e-4)
    right = (p > 0.5) == BITS
    assert run.train.accuracy[-1] == pytest.approx(right.mean())
    assert run.settings["all_right"]["train"][-1] == pytest.approx(right.all(axis=1).mean())
    assert run.objective is None


@pytest.mark.parametrize("outputs", [None, "logits"])
def test_several_answers_are_never_read_as_one_softmax(outputs):
    """As outputs="logits" did, to a network that got everything right."""
    recorder = Recorder((X, BITS), outputs=outputs)
    fitted(dense(4, activation="sigmoid"), "binary_crossentropy", (X, BITS), recorder)
    assert recorder.run.train.classes == 2
    assert recorder.run.train.size == BITS.size


def test_rows_of_one_class_may_still_be_read_as_one_softmax():
    recorder = Recorder((X, ONE_HOT), outputs="logits")
    fitted(dense(3, activation="sigmoid"), "binary_crossentropy", (X, ONE_HOT), recorder)
    assert recorder.run.train.labels.tolist() == Y.tolist()
    assert recorder.run.objective is not None


@pytest.mark.parametrize("form", [dict, list])
def test_several_outputs_give_a_run_each(form):
    y = {"digit": Y, "odd": Y % 2} if form is dict else [Y, Y % 2]
    loss = ["sparse_categorical_crossentropy", "binary_crossentropy"]
    loss = dict(zip(("digit", "odd"), loss, strict=True)) if form is dict else loss
    recorder = Recorder((X, y), (X, y))
    model = fitted(two_outputs(form), loss, (X, y), recorder)
    digit, odd = recorder.runs["digit"], recorder.runs["odd"]
    given = model.predict(X, verbose=0)
    p = np.asarray(given["digit"] if form is dict else given[0])
    np.testing.assert_allclose(
        digit.train.cross_entropy[-1], -np.log(p[np.arange(N), Y]), rtol=1e-4
    )
    assert (digit.train.classes, odd.train.classes) == (3, 2)
    assert odd.settings["output"] == "odd"
    with pytest.raises(ValueError, match=r"outputs 'digit', 'odd'; expected recorder.runs\[name\]"):
        _ = recorder.run
    total = model.evaluate(X, y, verbose=0, return_dict=True)["loss"]
    assert recorder.curves.train_loss[-1] == pytest.approx(total, rel=1e-5)


def test_numbers_to_come_close_to_have_a_loss_and_no_accuracy():
    recorder = Recorder((TABLE, NUMBERS), (TABLE, NUMBERS))
    model = keras.Sequential([LAYERS.Input((3,)), LAYERS.Dense(1)])
    fitted(model, "mse", (TABLE, NUMBERS), recorder, epochs=3)
    curves = recorder.curves
    assert curves.validation_loss[-1] == pytest.approx(
        model.evaluate(TABLE, NUMBERS, verbose=0), rel=1e-5
    )
    assert "no accuracy" in curves.notes[0]
    assert curves.validation_loss[-1] < curves.validation_loss[0]
    assert figures.curves(curves).title
    with pytest.raises(ValueError, match=r"not classes.*recorder.curves has the losses"):
        _ = recorder.run


class OwnStep(keras.Model):
    """A training step that computes its loss itself: compile() gets none."""

    def train_step(self, data):
        x, y = data
        tf = tensorflow()
        with tf.GradientTape() as tape:
            p = self(x, training=True)
            loss = tf.reduce_mean(keras.losses.sparse_categorical_crossentropy(y, p))
        slopes = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply(slopes, self.trainable_variables)
        return {"loss": loss}


def test_a_step_of_its_own_without_a_compiled_loss():
    inputs = LAYERS.Input((6, 6, 1))
    net = OwnStep(inputs, LAYERS.Dense(3, activation="softmax")(LAYERS.Flatten()(inputs)))
    recorder = Recorder((X, Y))
    fitted(net, None, (X, Y), recorder)
    p = by_hand(net, X)
    expected = -np.log(p[np.arange(N), Y])
    np.testing.assert_allclose(recorder.run.train.cross_entropy[-1], expected, rtol=1e-4)
    assert recorder.run.objective is None


@pytest.mark.parametrize("form", [dict, list, tuple])
def test_several_inputs(form):
    x = {"image": X, "row": TABLE} if form is dict else form([X, TABLE])
    recorder = Recorder((x, Y))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model = fitted(two_inputs(form), loss, (x, Y), recorder)
    np.testing.assert_allclose(
        recorder.run.train.logits[-1], model.predict(x, verbose=0), atol=1e-5
    )


def test_text():
    x = np.array([["good film"], ["bad film"]] * (N // 2))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    recorder = Recorder((x, Y))
    given = tensorflow().constant(x)
    model = fitted(text(), loss, (given, Y), recorder)
    np.testing.assert_allclose(recorder.run.train.logits[-1], model(given), atol=1e-5)


class Sequence(keras.utils.PyDataset):
    def __len__(self):
        return N // 8

    def __getitem__(self, k):
        return X[8 * k : 8 * k + 8], Y[8 * k : 8 * k + 8]


class Loader:
    """As PyTorch's: a length, and batches."""

    def __len__(self):
        return N // 8

    def __iter__(self):
        return (Sequence()[k] for k in range(N // 8))


def endless():
    while True:
        yield from (Sequence()[k] for k in range(N // 8))


def image_data_generator():
    from keras.src.legacy.preprocessing.image import ImageDataGenerator

    return ImageDataGenerator().flow(X, Y, batch_size=8, shuffle=False)


PIPELINES = {
    "sequence": (Sequence, N),
    "loader": (Loader, N),
    "image data generator": (image_data_generator, N),
    "generator": (endless, 8 * TAKEN),
    "data set of dicts": (
        lambda: tensorflow().data.Dataset.from_tensor_slices(({"image": X, "row": TABLE}, Y))
        .batch(8), N,
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", PIPELINES)
def test_pipelines(kind):
    make, total = PIPELINES[kind]
    recorder = Recorder(make(), make(), probe="all")
    model = two_inputs(dict) if "dicts" in kind else dense()
    model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    x = {"image": X, "row": TABLE} if "dicts" in kind else X
    model.fit(x, Y, verbose=0, callbacks=[recorder])
    run = recorder.run
    assert (run.train.size, run.validation.size) == (total, total)
    assert run.train.labels[:N].tolist() == Y.tolist()
    np.testing.assert_allclose(run.train.logits[-1][:N], model.predict(x, verbose=0), atol=1e-5)
    assert (f"of the first {TAKEN} batches" in recorder.coverage) == (kind == "generator")


# Memory


@pytest.mark.parametrize("kind", ["rows", "several"])
def test_a_run_stays_within_its_bytes_whatever_epochs_says(kind):
    y = Y if kind == "rows" else BITS
    units, activation = (3, "softmax") if kind == "rows" else (4, "sigmoid")
    loss = "sparse_categorical_crossentropy" if kind == "rows" else "binary_crossentropy"
    row = N * (3 if kind == "rows" else 8) * 4
    recorder, whole = Recorder((X, y), max_bytes=22 * row), Recorder((X, y))
    model = dense(units, activation=activation)
    model.compile("sgd", loss)
    model.fit(X, y, epochs=30, verbose=0, callbacks=[recorder, whole])
    thin, full = recorder.run, whole.run
    assert thin.epochs.tolist() == list(range(31))
    assert thin.train.logits.nbytes <= 22 * row
    assert thin.train.size == full.train.size // 2
    kept = next(iter(recorder._records.values())).goals["train"].kept
    assert np.array_equal(thin.train.logits, full.train.logits[:, kept])
    assert np.array_equal(thin.train.labels, full.train.labels[kept])
    assert "the run stays within" in thin.settings["recorded"]
    assert thin.printed["loss"][1:].tolist() == full.printed["loss"][1:].tolist()
    if kind == "rows":
        assert np.array_equal(Y[recorder.indices], thin.train.labels)
    else:
        groups = np.array(kept).reshape(-1, 4)
        assert (groups // 4 == groups[:, :1] // 4).all()


def test_ten_thousand_epochs_take_no_memory_beforehand():
    recorder = Recorder((X, Y), (X, Y), max_bytes=2e5)
    model = dense()
    model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    stop = keras.callbacks.EarlyStopping("loss", patience=0, min_delta=1e9)
    model.fit(X, Y, epochs=10**9, verbose=0, callbacks=[recorder, stop])
    assert recorder.run.train.size == N
