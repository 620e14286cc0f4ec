"""`Recorder` makes of `model.fit` the run that `train` makes, and leaves `fit` as it was."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from lossacc.networks.cnn import initialise, small_cnn
from lossacc.support.keras_api import tensorflow
from lossacc.training.recorder import Recorder
from lossacc.training.train import train
from tests.small import CLASSES, SHAPE, compiled, cross_entropy, data, dense, same, state

X, Y = data(50)
HELD_OUT = data(20, seed=1)
ONE_HOT = np.eye(CLASSES, dtype=np.float32)[Y]
EVALUATED = 2e-6  # model.evaluate sums float32 losses batch by batch


def fit(model, recorder, **settings):
    settings = {"epochs": 2, "batch_size": 16, "verbose": 0, **settings}
    return model.fit(X, Y, callbacks=[recorder], **settings)


def in_order(epoch):
    return np.arange(50)


def test_gives_the_run_that_train_gives():
    models = [
        compiled(small_cnn(SHAPE, CLASSES, filters=(4,), dense=8, l2=0.01, batch_norm=True),
                 metrics=["accuracy"])
        for _ in range(2)
    ]  # fmt: skip
    ours, theirs = (initialise(model, 1) for model in models)
    expected = train(ours, (X, Y), HELD_OUT, epochs=3, batch_size=16, order=in_order)
    recorder = Recorder((X, Y), HELD_OUT, probe="all")
    fit(theirs, recorder, epochs=3, shuffle=False, validation_data=HELD_OUT)
    run = recorder.run
    assert run.epochs.tolist() == [0, 1, 2, 3]
    for on in ("train", "validation"):
        assert np.array_equal(run.scores(on).logits, expected.scores(on).logits)
        assert np.array_equal(run.scores(on).labels, expected.scores(on).labels)
    assert np.array_equal(run.penalty, expected.penalty)
    assert np.array_equal(run.learning_rate, expected.learning_rate, equal_nan=True)
    assert np.isnan(run.gradient_norm).all()
    assert run.objective is None
    assert run.printed.keys() == expected.printed.keys()
    for name, values in expected.printed.items():
        np.testing.assert_allclose(run.printed[name], values, rtol=1e-6)
    assert run.settings["optimizer"] == expected.settings["optimizer"]


def test_leaves_the_training_as_it_is():
    ours, theirs = (
        initialise(compiled(small_cnn(SHAPE, CLASSES, batch_norm=True, dropout=0.5)), 0)
        for _ in range(2)
    )
    fit(ours, Recorder((X, Y), HELD_OUT), shuffle=False)
    theirs.fit(X, Y, epochs=2, batch_size=16, shuffle=False, verbose=0)
    assert same(state(ours), state(theirs))


def test_looks_at_epochs_only_so_that_keras_may_run_ahead():
    """Keras asks each callback whether its hooks for batches are still the default ones."""
    overridden = {name for name in vars(Recorder) if name.startswith("on_")}
    assert overridden == {"on_epoch_begin", "on_epoch_end", "on_train_begin", "on_train_end"}
    idle = keras.callbacks.Callback()
    modes = [keras.callbacks.CallbackList([c])._async_train for c in (Recorder((X, Y)), idle)]
    assert modes[0] == modes[1]


# The kinds of models


def functional():
    images = keras.layers.Input(SHAPE)
    flat = keras.layers.Flatten()(images)
    return keras.Model(images, keras.layers.Dense(CLASSES, activation="softmax")(flat))


def deferred():
    return keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(CLASSES)])


class Subclassed(keras.Model):
    def __init__(self):
        super().__init__()
        self.inside = deferred()

    def call(self, x, training=False):
        return keras.ops.softmax(self.inside(x))


BINARY = Y // 2
MODELS = {
    "logits": (dense, cross_entropy, Y),
    "deferred": (deferred, cross_entropy, Y),
    "softmax": (functional, lambda: "sparse_categorical_crossentropy", Y),
    "nested": (
        lambda: keras.Sequential([keras.layers.Input(SHAPE), functional()]),
        keras.losses.CategoricalCrossentropy,
        ONE_HOT,
    ),
    "subclassed": (Subclassed, keras.losses.SparseCategoricalCrossentropy, Y),
    "one sigmoid": (lambda: dense(1, activation="sigmoid"), lambda: "binary_crossentropy", BINARY),
    "one logit": (
        lambda: dense(1), lambda: keras.losses.BinaryCrossentropy(from_logits=True), BINARY,
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", MODELS.values(), ids=MODELS.keys())
def test_reads_every_kind_of_model(kind):
    build, loss, y = kind
    model = compiled(build(), loss=loss())
    recorder = Recorder((X, y), (X[:20], y[:20]))
    seen = []
    look = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: seen.append(model.evaluate(X, y, verbose=0))
    )
    model.fit(X, y, epochs=2, verbose=0, callbacks=[recorder, look])
    run = recorder.run
    assert run.epochs.tolist() == [0, 1, 2]
    assert run.objective is None
    assert run.train.labels.tolist() == (Y if y is not BINARY else BINARY).tolist()
    np.testing.assert_allclose((run.train.loss + run.penalty)[1:], seen, rtol=EVALUATED)
    assert run.train.loss[0] != run.train.loss[1]


@pytest.mark.usefixtures("mixed_precision")
def test_half_precision_is_recorded_in_single_precision():
    recorder = Recorder((X, Y))
    fit(compiled(dense()), recorder)
    assert recorder.run.train.logits.dtype == np.float32
    assert recorder.run.learning_rate[1] == pytest.approx(0.1)


def test_deferred_model_is_built_where_fit_has_not_built_it():
    """As in a training loop of one's own that calls the callbacks by hand."""
    recorder = Recorder((X, Y))
    model = compiled(deferred())
    recorder.set_params({"epochs": 1})
    recorder.set_model(model)
    recorder.on_train_begin()
    recorder.on_epoch_begin(0)
    np.testing.assert_allclose(recorder.run.train.logits[0], model.predict(X, verbose=0), atol=1e-5)


# What is recorded


def test_an_eighth_of_many_examples_is_recorded_and_it_says_so():
    x, y = data(10_000)
    recorder = Recorder((x, y), HELD_OUT)
    assert recorder.coverage == "every epoch, 1250 of 10000 training examples and all 20 " + (
        "validation examples"
    )
    model = compiled(dense())
    model.fit(x, y, epochs=1, verbose=0, callbacks=[recorder])
    run = recorder.run
    assert run.settings["recorded"] == recorder.coverage
    assert np.array_equal(run.train.labels, y[recorder.indices])
    predicted = model.predict(x[recorder.indices], verbose=0)
    np.testing.assert_allclose(run.train.logits[-1], predicted, atol=1e-5)


def test_a_data_set_gives_a_fixed_probe_though_it_shuffles_anew_each_time():
    dataset = tensorflow().data.Dataset.from_tensor_slices((X, Y)).shuffle(50).batch(16)
    recorder = Recorder(dataset, dataset, probe=20)
    before = recorder._sets["train"].data[0].copy()
    model = compiled(dense())
    model.fit(dataset, epochs=2, shuffle=False, verbose=0, callbacks=[recorder])
    assert np.array_equal(recorder._sets["train"].data[0], before)
    predicted = model.predict(before, verbose=0)
    np.testing.assert_allclose(recorder.run.train.logits[-1], predicted, atol=1e-5)
    assert recorder.run.validation.size == 50


def test_soft_targets_and_objective_are_kept():
    soft = ONE_HOT * 0.7 + 0.1
    loss = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1)
    recorder = Recorder((X, soft))
    model = compiled(dense(), loss=loss)
    model.fit(X, soft, verbose=0, callbacks=[recorder])
    assert np.array_equal(recorder.run.train.targets, soft)
    expected = model.evaluate(X, soft, verbose=0)
    assert recorder.run.objective[-1] == pytest.approx(expected, rel=EVALUATED)


def test_weights_decide_the_objective():
    weights = {0: 0.2, 2: 5.0}
    each = np.array([weights.get(int(k), 1.0) for k in Y], np.float32)
    for recorder in (Recorder((X, Y), class_weight=weights), Recorder((X, Y, each))):
        model = compiled(dense())
        fit(model, recorder, class_weight=weights)
        expected = model.evaluate(X, Y, sample_weight=each, verbose=0)
        assert recorder.run.objective[-1] == pytest.approx(expected, rel=EVALUATED)


def test_every_number_that_keras_prints_is_kept():
    metrics = ["accuracy", keras.metrics.SparseTopKCategoricalAccuracy(2, name="top 2")]
    model = compiled(dense(), metrics=metrics)
    recorder = Recorder((X, Y))
    history = fit(model, recorder, validation_data=HELD_OUT, validation_freq=2).history
    printed = recorder.run.printed
    assert set(printed) == {*history}
    assert printed["top 2"][1:].tolist() == history["top 2"]
    assert np.isnan(printed["val_loss"][:2]).all()  # validated every second epoch
    assert printed["val_loss"][2] == history["val_loss"][0]


# Keras reads its own learning rate in a way that NumPy 2 advises against.
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
@pytest.mark.parametrize("recorder_first", [True, False])
def test_learning_rate_is_the_one_that_the_epoch_had(recorder_first):
    scheduler = keras.callbacks.LearningRateScheduler(lambda epoch: 0.1 / (epoch + 1))
    plateau = keras.callbacks.ReduceLROnPlateau("loss", factor=0.5, patience=0, min_delta=1e9)
    for other, rates in ((scheduler, [0.1, 0.05, 0.1 / 3]), (plateau, [0.1, 0.1, 0.05])):
        recorder = Recorder((X, Y))
        callbacks = [recorder, other] if recorder_first else [other, recorder]
        compiled(dense()).fit(X, Y, epochs=3, verbose=0, callbacks=callbacks)
        np.testing.assert_allclose(recorder.run.learning_rate[1:], rates, rtol=1e-6)
        assert "learning_rate" not in recorder.run.printed


# How fit may go


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
def test_what_was_recorded_survives(error):
    def fail(epoch, logs):
        if epoch == 2:
            raise error

    recorder = Recorder((X, Y), HELD_OUT)
    failing = keras.callbacks.LambdaCallback(on_epoch_begin=fail)
    with pytest.raises(error):
        compiled(dense()).fit(X, Y, epochs=9, verbose=0, callbacks=[recorder, failing])
    assert recorder.run.epochs.tolist() == [0, 1, 2]
    assert recorder.run.settings["stopped"] == "stopped after epoch 2"
    assert recorder.fit_seconds > recorder.seconds > 0


def test_a_run_is_whole_from_its_last_epoch_on_and_no_more_where_a_second_fit_breaks_off():
    def fail(epoch, logs):
        raise KeyboardInterrupt

    recorder, model, seen = Recorder((X, Y)), compiled(dense()), []
    look = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: seen.append("stopped" in recorder.run.settings)
    )
    model.fit(X, Y, epochs=3, verbose=0, callbacks=[recorder, look])
    assert seen == [True, True, False]
    assert "stopped" not in recorder.run.settings
    failing = keras.callbacks.LambdaCallback(on_epoch_begin=fail)
    with pytest.raises(KeyboardInterrupt):
        model.fit(X, Y, epochs=3, verbose=0, callbacks=[recorder, failing])
    assert recorder.run.settings["stopped"] == "stopped after epoch 3"


def test_the_run_can_be_read_while_fit_goes_on():
    recorder = Recorder((X, Y))
    seen = []
    look = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: seen.append(recorder.run.epochs.tolist())
    )
    compiled(dense()).fit(X, Y, epochs=2, verbose=0, callbacks=[recorder, look])
    assert seen == [[0, 1], [0, 1, 2]]


def test_a_second_fit_of_the_same_model_continues():
    recorder = Recorder((X, Y))
    model = compiled(dense())
    fit(model, recorder)
    middle = recorder.run.train.logits[-1].copy()
    compiled(model, loss=cross_entropy(ignore_class=0))  # compiled anew, for another stage
    fit(model, recorder)
    assert recorder.run.epochs.tolist() == [0, 1, 2, 3, 4]
    assert np.array_equal(recorder.run.train.logits[2], middle)
    assert recorder.run.objective is not None
    fit(model, recorder, initial_epoch=6, epochs=8)
    assert recorder.run.epochs.tolist() == [0, 1, 2, 3, 4, 7, 8]


def test_another_model_begins_a_new_run():
    recorder = Recorder((X, Y))
    fit(compiled(dense()), recorder)
    first = recorder.run
    fit(other := compiled(dense()), recorder, epochs=1)
    assert recorder.run.epochs.tolist() == [0, 1]
    assert first.epochs.tolist() == [0, 1, 2]
    predicted = other.predict(X, verbose=0)
    np.testing.assert_allclose(recorder.run.train.logits[-1], predicted, atol=1e-5)


def test_a_training_taken_up_later_keeps_its_epochs():
    recorder = Recorder((X, Y))
    fit(compiled(dense()), recorder, initial_epoch=3, epochs=5)
    assert recorder.run.epochs.tolist() == [3, 4, 5]


def test_early_stopping_is_said():
    recorder = Recorder((X, Y))
    stopping = keras.callbacks.EarlyStopping("loss", patience=0, min_delta=1e9)
    compiled(dense()).fit(X, Y, epochs=9, verbose=0, callbacks=[stopping, recorder])
    assert recorder.run.settings["stopped"] == "stopped after epoch 2"
    assert recorder.run.epochs.tolist() == [0, 1, 2]


def test_a_training_that_diverges_is_recorded(tmp_path):
    recorder = Recorder((X * 1e18, Y))
    model = compiled(dense(), keras.optimizers.SGD(1e30))
    model.fit(X * 1e18, Y, epochs=2, verbose=0, callbacks=[recorder])
    assert np.isnan(recorder.run.train.loss[-1])
    recorder.run.save(tmp_path / "run.npz")


# What it says


def test_it_prints_its_cost_where_fit_prints_its_progress(capsys):
    recorder = Recorder((X, Y))
    fit(compiled(dense()), recorder, verbose=2)
    seconds = f"{recorder.seconds:.1f} s of {recorder.fit_seconds:.1f} s"
    assert recorder.cost == f"recording took {seconds}"
    assert f"{recorder.cost}: every epoch, all 50 training examples" in capsys.readouterr().out
    assert recorder.cost in repr(recorder)
    fit(compiled(dense()), recorder, verbose=0)
    assert capsys.readouterr().out == ""


def test_it_refuses_by_name():
    with pytest.raises(ValueError, match=r"callbacks=\[recorder\]"):
        _ = Recorder((X, Y)).run
    with pytest.raises(ValueError, match="probe is 0"):
        Recorder((X, Y), probe=0)
    with pytest.raises(TypeError, match="got an array of shape"):
        Recorder(X)
    with pytest.raises(ValueError, match="run from 1 to 3; expected 0 to 2"):
        fit(compiled(dense()), Recorder((X, Y + 1)))
    with pytest.raises(ValueError, match="'odds'"):
        fit(compiled(dense()), Recorder((X, Y), outputs="odds"))
