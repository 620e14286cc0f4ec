"""Scores in the graph, against Keras' own forward pass and arithmetic in float64."""

from __future__ import annotations

import numpy as np
import pytest

from lossacc.networks.cnn import initialise
from lossacc.support.keras_api import keras, tensorflow
from lossacc.training import evaluate
from lossacc.training.evaluate import Compiled, Scorer, function_of
from lossacc.training.on_device import on_device
from tests.small import CLASSES, SHAPE, compiled, cross_entropy, data, dense, same, sgd, state

X, Y = data(50)
BINARY = Y // 2


def scored(model, x=X, y=Y, outputs=None, **weights):
    return Scorer(model, outputs)(on_device((x, y), **weights).arrays)


def log_softmax(logits):
    logits = logits.astype(np.float64)
    return (
        logits
        - np.log(np.exp(logits - logits.max(1, keepdims=True)).sum(1, keepdims=True))
        - (logits.max(1, keepdims=True))
    )


def functional():
    layers = keras().layers
    images = layers.Input(SHAPE)
    return keras().Model(images, layers.Softmax()(layers.Dense(CLASSES)(layers.Flatten()(images))))


def nested():
    layers = keras().layers
    return keras().Sequential([layers.Input(SHAPE), functional()])


def subclassed():
    class Own(keras().Model):
        def __init__(self):
            super().__init__()
            self.flat = keras().layers.Flatten()
            self.last = keras().layers.Dense(CLASSES, activation="softmax")

        def call(self, x):  # without a `training`
            return self.last(self.flat(x))

    own = Own()
    own(X[:1])
    return own


@pytest.mark.parametrize(
    "build",
    [lambda: dense(activation="softmax"), functional, nested, subclassed],
    ids=["dense", "functional", "nested", "subclassed"],
)
def test_finds_the_logits_behind_a_softmax(build):
    """Also where the probabilities have long been rounded to 0 and 1."""
    model = compiled(build(), loss="sparse_categorical_crossentropy")
    model.set_weights([w * 300 for w in model.get_weights()])
    kernel, bias = (w.astype(np.float64) for w in model.get_weights())
    expected = X.reshape(50, -1).astype(np.float64) @ kernel + bias
    assert (model.predict(X, verbose=0) == 0).any()
    np.testing.assert_allclose(scored(model).logits, expected, rtol=1e-4, atol=1e-3)


def test_a_sigmoid_is_stored_as_the_pair_0_and_z():
    model = compiled(dense(1, activation="sigmoid"), loss="binary_crossentropy")
    kernel, bias = model.get_weights()
    logits = scored(model, y=BINARY).logits
    assert logits.shape == (50, 2)
    assert not logits[:, 0].any()
    np.testing.assert_allclose(logits[:, 1:], X.reshape(50, -1) @ kernel + bias, atol=1e-5)


def test_a_logit_unit_is_stored_as_the_pair_0_and_z():
    model = compiled(dense(1), loss=keras().losses.BinaryCrossentropy(from_logits=True))
    expected = model.predict(X, verbose=0)
    np.testing.assert_allclose(scored(model, y=BINARY).logits[:, 1:], expected, atol=1e-5)


def test_probabilities_without_logits_give_their_logarithms():
    class Mean(keras().layers.Layer):
        """The mean of two softmaxes: no logits lie behind it."""

        def call(self, x):
            return (keras().ops.softmax(x) + keras().ops.softmax(-x)) / 2

    layers = keras().layers
    model = keras().Sequential(
        [layers.Input(SHAPE), layers.Flatten(), layers.Dense(CLASSES), Mean()]
    )
    compiled(model, loss="sparse_categorical_crossentropy")
    expected = np.log(model.predict(X, verbose=0))
    np.testing.assert_allclose(scored(model).logits, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.usefixtures("mixed_precision")
def test_half_precision_is_stored_in_single_precision():
    model = compiled(dense(activation="softmax"), loss="sparse_categorical_crossentropy")
    logits = scored(model).logits
    assert logits.dtype == np.float32
    predicted = model.predict(X, verbose=0)
    np.testing.assert_allclose(np.exp(log_softmax(logits)), predicted, atol=2e-3)


def test_scores_in_evaluation_mode_and_leaves_the_model_alone():
    layers = keras().layers
    model = compiled(dense(hidden=[layers.BatchNormalization(), layers.Dropout(0.9)]))
    before = state(model)
    expected = model.predict(X, verbose=0)
    np.testing.assert_allclose(scored(model).logits, expected, atol=1e-5)
    assert same(before, state(model))


@pytest.mark.parametrize("n", [1, 255, 256, 257, 601])
def test_chunks_and_halves_change_no_score(n, monkeypatch):
    model = compiled(dense(hidden=[keras().layers.Dense(4, activity_regularizer="l2")]))
    x, y = data(n)
    weights = np.linspace(0, 2, n, dtype=np.float32)
    whole = scored(model, x, y, sample_weight=weights)
    monkeypatch.setattr(evaluate, "_CHUNK", 1)  # 256 at a time
    cut = scored(model, x, y, sample_weight=weights)
    np.testing.assert_allclose(cut.logits, whole.logits, atol=1e-6)
    losses = -log_softmax(whole.logits)[np.arange(n), y] * weights
    for result in (whole, cut):
        assert result.objective == pytest.approx(losses.mean(), rel=1e-5)
        assert result.penalty == pytest.approx(whole.penalty, rel=1e-5)


def test_sum_reduction_gives_the_mean_objective_of_an_example():
    model = compiled(dense(), loss=cross_entropy(reduction="sum"))
    result = scored(model)
    losses = -log_softmax(result.logits)[np.arange(50), Y]
    assert result.objective == pytest.approx(losses.mean(), rel=1e-5)


def test_stops_between_chunks(monkeypatch):
    monkeypatch.setattr(evaluate, "_CHUNK", 1)
    model = compiled(dense())
    asked = []

    def stop():
        asked.append(1)
        return len(asked) == 2

    assert Scorer(model)(on_device(data(600)).arrays, stop) is None
    assert len(asked) == 2


def test_many_models_raise_no_warning_about_tracing(caplog):
    logger = tensorflow().get_logger()
    logger.addHandler(caplog.handler)
    arrays = on_device((X, Y)).arrays
    for _ in range(8):
        Scorer(compiled(dense()))(arrays)
    logger.removeHandler(caplog.handler)
    assert "retracing" not in caplog.text


def separate(units, activation):
    loss = keras().losses.BinaryCrossentropy(from_logits=activation is None)
    return compiled(dense(units, activation=activation), loss=loss)


ONE_HOT = np.eye(CLASSES, dtype=np.float32)[Y]
REFUSED = {
    "separate sigmoids": (lambda: scored(separate(3, "sigmoid"), y=ONE_HOT), "yes-or-no"),
    "separate logits": (lambda: scored(separate(3, None), y=ONE_HOT), "yes-or-no"),
    "one softmax": (
        lambda: scored(compiled(dense(1, activation="softmax"), loss="mse")),
        "softmax over one unit",
    ),
    "forgotten from_logits": (
        lambda: scored(compiled(dense(), loss="sparse_categorical_crossentropy")),
        "from_logits=True",
    ),
    "outputs": (lambda: Scorer(compiled(dense()), "odds"), "'odds'"),
}


@pytest.mark.filterwarnings("ignore::UserWarning")  # Keras, too, has a word on one softmax unit
@pytest.mark.parametrize(("call", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_refuses_what_gives_no_probability_of_a_label(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_separate_sigmoids_are_read_as_logits_where_one_says_so():
    model = separate(3, "sigmoid")
    kernel, bias = model.get_weights()
    logits = scored(model, y=ONE_HOT, outputs="logits").logits
    np.testing.assert_allclose(logits, X.reshape(50, -1) @ kernel + bias, atol=1e-5)


def test_confidently_wrong_examples_keep_their_loss():
    """Keras' predict gives 0 for their probability, and its clipped logarithm 16.1 nats."""
    model = compiled(initialise(dense(2, activation="softmax"), 0), sgd(),
                     "sparse_categorical_crossentropy")  # fmt: skip
    model.set_weights([np.zeros((36, 2)), np.array([0.0, 200.0])])
    assert (-log_softmax(scored(model, y=np.zeros(50, int)).logits)[:, 0] == 200).all()


def test_a_compiled_function_takes_arrays_by_their_names():
    """And its variables as they are at the call, as TensorFlow's own call does."""
    tf = tensorflow()
    weight = tf.Variable(0.5)

    def call(arrays, factor):
        return weight * arrays["x"] - factor * arrays["b"], tf.reduce_sum(arrays["b"])

    turned = {"x": tf.constant([1.0, 2.0]), "b": tf.constant([10.0, 20.0])}
    compiled = Compiled(function_of(call, turned, tf.TensorSpec((), tf.float32)))
    weight.assign(3.0)
    longer = {"b": tf.constant([1.0, 2.0, 3.0]), "x": tf.constant([4.0, 5.0, 6.0])}
    for arrays in (turned, longer):
        x, b = arrays["x"].numpy(), arrays["b"].numpy()
        moved, total = compiled(arrays, tf.constant(2.0))
        assert moved.numpy().tolist() == (3 * x - 2 * b).tolist()
        assert float(total) == b.sum()


def test_only_a_set_that_is_cut_into_halves_is_traced_around_them(monkeypatch):
    traced, around = [], Scorer._score
    monkeypatch.setattr(
        Scorer, "_score", lambda self, *given: traced.append(given[0]) or around(self, *given)
    )
    scorer = Scorer(compiled(dense(), sgd(), cross_entropy()))
    few, many = on_device((X, Y)).arrays, on_device((np.tile(X, (6, 1, 1, 1)), np.tile(Y, 6)))
    whole = scorer(few)
    assert not traced
    cut = scorer(many.arrays)
    assert traced == [2]
    np.testing.assert_allclose(cut.objective, whole.objective, rtol=1e-6)
