"""What `audit` says of trainings of any form: data, optimizer, steps, and the rest of models."""

from __future__ import annotations

import keras
import numpy as np
import pytest

import lossacc
from lossacc.checks.model import check_answers
from lossacc.support.keras_api import tensorflow
from tests.checks.model.zoo import ONE_HOT, X, Y, compiled, dense, layers, model, sparse
from tests.small import state
from tests.training.test_recorder_outputs import (
    BITS,
    NEXT,
    SPOTS,
    WORDS,
    conv,
    two_inputs,
    two_outputs,
    words,
)
from tests.training.test_recorder_outputs import X as PICTURES
from tests.training.test_recorder_outputs import Y as KINDS

RNG = np.random.default_rng(1)


def found(audit):
    return {finding.check: finding for finding in audit.findings}


def table(units=1, **settings):
    return keras.Sequential([layers.Input((4,)), layers.Dense(units, **settings)])


# Data


def test_three_missing_values_in_many_rows_are_found_and_the_column_is_named():
    x = RNG.random((1309, 5)).astype(np.float32)
    x[[101, 555, 1200], 2] = np.nan
    net = keras.Sequential([layers.Input((5,)), layers.Dense(2, "softmax")])
    net.compile("adam", "categorical_crossentropy")
    finding = found(lossacc.audit(net, x, np.eye(2)[np.arange(1309) % 2]))["inputs"]
    assert finding.severity == "wrong"
    assert "3 of 1309 inputs hold NaN or infinity, in column 2" in finding.what


def test_one_infinite_pixel_is_found():
    x = PICTURES.copy()
    x[37, 2, 3, 0] = np.inf
    net = compiled(conv(1, "sigmoid"), "binary_crossentropy")
    assert "1 of 40 images hold NaN" in found(lossacc.audit(net, x, SPOTS))["inputs"].what


def test_columns_that_say_nothing_are_named():
    x = X.copy()
    x[:, [1, 4]] = 7
    finding = found(lossacc.audit(model(dense(), loss=sparse()), x, Y))["inputs"]
    assert (finding.severity, "2 of 6 columns of x hold one number" in finding.what) == (
        "note", True,
    )  # fmt: skip
    finding = found(lossacc.audit(model(dense(), loss=sparse()), np.ones_like(X), Y))["inputs"]
    assert "All 90 inputs are the same" in finding.what


# The optimizer and its first step


def float16(epsilon):
    keras.config.set_dtype_policy("float16")
    try:
        net = model(dense(activation="softmax"), loss="categorical_crossentropy",
                    optimizer=keras.optimizers.Adam(epsilon=epsilon))  # fmt: skip
    finally:
        keras.config.set_dtype_policy("float32")
    return net


def test_adams_epsilon_is_nothing_in_float16():
    finding = found(lossacc.audit(float16(1e-7), X, ONE_HOT))["optimizer"]
    assert finding.severity == "wrong"
    assert "float16" in finding.what
    assert "1e-07" in finding.what
    assert "optimizer" not in found(lossacc.audit(float16(1e-3), X, ONE_HOT))


def test_a_rate_of_zero_and_an_optimizer_of_another_model():
    still = model(dense(), loss=sparse(), optimizer=keras.optimizers.Adam(0.0))
    assert "rate is 0" in found(lossacc.audit(still, X, Y))["optimizer"].what
    first = model(dense(), loss=sparse())
    first.fit(X, Y, verbose=0)
    second = model(dense(), loss=sparse(), optimizer=first.optimizer)
    assert "does not know" in found(lossacc.audit(second, X, Y))["optimizer"].what
    assert "optimizer" not in found(lossacc.audit(first, X, Y))


@pytest.mark.parametrize("rate", [30.0, 1e30])
def test_a_step_that_raises_the_loss_of_its_own_batch_tenfold(rate):
    net = compiled(table(), "mse", optimizer=keras.optimizers.SGD(rate))
    x, y = RNG.random((50, 4)), RNG.integers(2, 9, 50)
    finding = found(lossacc.audit(net, x, y))["first step"]
    before = net.test_on_batch(x[np.linspace(0, 49, 50).astype(int)][:32], y[:32])
    net.train_on_batch(x[:32], y[:32])
    after = net.test_on_batch(x[:32], y[:32])
    assert after > 10 * before or not np.isfinite(after)
    assert f"from {before:.3g}" in finding.what
    if np.isfinite(after):
        assert f"to {after:.3g}" in finding.what
    assert finding.severity == ("note" if np.isfinite(after) else "wrong")


def test_the_step_leaves_no_trace():
    end = layers.BatchNormalization(), layers.Dropout(0.5), dense()
    net = model(*end, loss=sparse(), optimizer="adam", metrics=["accuracy"])
    net.fit(X, Y, verbose=0)
    before = [*state(net), *map(np.asarray, net.metrics_variables)]
    lossacc.audit(net, X, Y)
    after = [*state(net), *map(np.asarray, net.metrics_variables)]
    assert all(np.array_equal(a, b) for a, b in zip(before, after, strict=True))


class OwnTrackers(keras.Model):
    """After Keras' guide: trackers of its own, and Keras' test_step, which updates others."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.tracker = keras.metrics.Mean(name="loss")

    def train_step(self, data):
        x, y = data
        tf = tensorflow()
        with tf.GradientTape() as tape:
            loss = self.compute_loss(x, y, self(x, training=True))
        slopes = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply(slopes, self.trainable_variables)
        self.tracker.update_state(loss)
        return {"loss": self.tracker.result()}

    @property
    def metrics(self):
        return [self.tracker]


def test_a_train_step_without_its_test_step():
    inputs = layers.Input((6,))
    net = compiled(OwnTrackers(inputs, dense()(inputs)), sparse())
    printed = net.evaluate(X, Y, verbose=0)
    finding = found(lossacc.audit(net, X, Y))["evaluation step"]
    assert finding.severity == "wrong"
    assert f"says {printed:.3g} for examples whose loss is" in finding.what

    class Harmless(keras.Model):
        def train_step(self, data):
            return super().train_step(data)

    net = compiled(Harmless(inputs, dense()(inputs)), sparse())
    assert found(lossacc.audit(net, X, Y))["evaluation step"].severity == "note"


class OwnNames(OwnTrackers):
    """As before, with a tracker of another name."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.tracker = keras.metrics.Mean(name="total_loss")


def test_an_evaluation_step_that_names_no_loss():
    inputs = layers.Input((6,))
    net = compiled(OwnNames(inputs, dense()(inputs)), sparse())
    what = found(lossacc.audit(net, X, Y))["evaluation step"].what
    assert "which gives total_loss and no loss. So does evaluate" in what


# Other models


def test_the_accuracy_of_several_answers_an_input():
    net = compiled(dense_net(4, "sigmoid"), "binary_crossentropy", metrics=["accuracy"])
    finding = found(lossacc.audit(net, PICTURES, BITS))["accuracy"]
    assert "where every answer is right" in finding.what
    assert "binary_accuracy" in finding.remedy
    net = compiled(dense_net(4, "sigmoid"), "binary_crossentropy", metrics=["binary_accuracy"])
    assert "accuracy" not in found(lossacc.audit(net, PICTURES, BITS))


def test_a_metric_is_asked_about_some_of_many_answers(monkeypatch):
    """Outputs of all examples, made up, would take many times the memory of the masks."""
    shapes, measured = [], check_answers._measured
    monkeypatch.setattr(check_answers, "_ASKED", 100)
    monkeypatch.setattr(
        check_answers, "_measured", lambda *given: shapes.append(given[2].shape) or measured(*given)
    )
    net = compiled(conv(1), "binary_crossentropy", metrics=["accuracy", "mae"])
    lossacc.audit(net, PICTURES, SPOTS)
    assert shapes == [(2, 6, 6, 1)]
    net = compiled(dense_net(4, "sigmoid"), "binary_crossentropy", metrics=["accuracy"])
    assert "accuracy" in found(lossacc.audit(net, PICTURES, BITS))
    assert shapes[1:] == [(25, 4)]


def dense_net(units, activation=None):
    return keras.Sequential(
        [layers.Input((6, 6, 1)), layers.Flatten(), layers.Dense(units, activation=activation)]
    )


def test_numbers_get_no_advice_for_classes():
    x, stars = RNG.random((50, 4)), RNG.integers(1, 6, 50)
    audit = lossacc.audit(compiled(table(), "mse", metrics=["mae"]), x, stars)
    assert not audit.findings
    assert "trained towards numbers" in str(audit)
    finding = found(lossacc.audit(compiled(table(), "mse", metrics=["accuracy"]), x, stars))
    assert "'accuracy' means nothing here" in finding["accuracy"].what


def test_the_base_rate_of_pixels_settles_the_blank_mask():
    spots = np.zeros_like(PICTURES)
    spots[:, 2, 2] = 1
    net = compiled(conv(1, "sigmoid"), "binary_crossentropy", metrics=["accuracy"])
    finding = found(lossacc.audit(net, PICTURES, spots))["base rate"]
    assert "97.22% of the 1440 labels are class 0, and that is the accuracy" in finding.what


HEALTHY = {
    "pixels of classes": (lambda: conv(3, "softmax"), "sparse_categorical_crossentropy", PICTURES,
                          np.arange(1440).reshape(40, 6, 6) % 3),
    "steps": (words, "sparse_categorical_crossentropy", WORDS, NEXT),
    "two inputs": (lambda: two_inputs(list), sparse(), [PICTURES, RNG.random((40, 3))], KINDS),
    "two outputs": (
        lambda: two_outputs(dict),
        {"digit": "sparse_categorical_crossentropy", "odd": "binary_crossentropy"},
        PICTURES, {"digit": KINDS, "odd": KINDS % 2},
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", HEALTHY)
def test_a_healthy_model_of_another_form_is_no_finding(kind):
    build, loss, x, y = HEALTHY[kind]
    net = build()
    metrics = (
        {"digit": ["accuracy"], "odd": ["accuracy"]} if kind == "two outputs" else ["accuracy"]
    )
    audit = lossacc.audit(compiled(net, loss, metrics=metrics), x, y)
    assert not audit.findings, str(audit)
    assert "for one input and one class an example only" in str(audit)


def test_a_loss_that_cannot_be_computed_is_quoted():
    net = compiled(conv(3, "softmax"), "sparse_categorical_crossentropy")
    one_hot = np.eye(3)[np.arange(1440).reshape(40, 6, 6) % 3]
    assert "cannot be computed. It says" in found(lossacc.audit(net, PICTURES, one_hot))[
        "labels and loss"].what  # fmt: skip


def endless():
    while True:
        yield X[:16], Y[:16]


@pytest.mark.parametrize("kind", ["generator", "data set", "pair"])
def test_takes_what_fit_takes(kind):
    made = {
        "generator": endless,
        "data set": lambda: tensorflow().data.Dataset.from_tensor_slices((X, Y)).batch(16),
        "pair": lambda: (X, Y),
    }[kind]()
    audit = lossacc.audit(model(dense(), loss=sparse()), made)
    assert not audit.findings
    assert f"{64} of {512 if kind == 'generator' else 90}" in audit.seen
    assert lossacc.audit(model(dense(), loss=sparse()), made, None).seen
