"""`mode_gap` of models of every make: what it finds, that it adds up, and that nothing is moved."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lossacc
from lossacc.checks.modes import PARTS
from lossacc.support.keras_api import keras, tensorflow
from tests.small import CLASSES, SHAPE, compiled, data, dense, same, sgd, state

X, Y = data(21)
keras()


def stack():
    layers = keras().layers
    return [layers.Dense(5), layers.BatchNormalization(), layers.Dropout(0.5, seed=1)]


def functional():
    layers = keras().layers
    h = inputs = layers.Input(SHAPE)
    for layer in [layers.Flatten(), *stack()]:
        h = layer(h)
    return keras().Model(inputs, layers.Dense(CLASSES)(h))


def nested():
    return keras().Sequential([keras().layers.Input(SHAPE), functional()])


class Own(keras().Model):
    """A model that hands `training` on to its layers."""

    def __init__(self, **settings):
        super().__init__(**settings)
        self.flat, self.last = keras().layers.Flatten(), keras().layers.Dense(CLASSES)
        self.inner = stack()

    def call(self, x, training=False):
        x = self.flat(x)
        for layer in self.inner:
            x = layer(x, training=training)
        return self.last(x)


class Silent(Own):
    """A model whose `call` does not ask for the mode: its layers then train as at rest."""

    def call(self, x):
        return super().call(x)


class Branching(Own):
    """A model that applies a layer in training only."""

    def __init__(self):
        super().__init__()
        self.flip = keras().layers.RandomFlip(seed=3)

    def call(self, x, training=False):
        if training:
            x = self.flip(x, training=True)
        return super().call(x, training=training)


class Scaling(keras().layers.Layer):
    """A layer of nobody's kind that doubles what it sees in training."""

    def call(self, x, training=False):
        return 2 * x if training else x


class Doubling(Own):
    """A model that does something in training by itself."""

    def call(self, x, training=False):
        return super().call(2 * x if training else x, training=training)


def built(model):
    model(X[:1], **({"training": True} if isinstance(model, Branching) else {}))
    return model


def ready(model, **settings):
    """Compile, train a little, and give the model with some history."""
    compiled(model, sgd(0.05, momentum=0.9), **settings)
    model.fit(X, Y, epochs=2, batch_size=8, verbose=0)
    return model


def shown(gap):
    return {part for part in PARTS if gap.parts[part] != 0}


MAKES = {
    "sequential": lambda: dense(hidden=stack()),
    "functional": functional,
    "nested": nested,
    "own": lambda: built(Own()),
    "branching": lambda: built(Branching()),
    "doubling": lambda: built(Doubling()),
    "scaling": lambda: dense(hidden=[Scaling(), *stack()]),
}
EXTRA = {"branching": {"augmentation"}, "doubling": {"other"}, "scaling": {"other"}}


@pytest.mark.parametrize("make", MAKES)
def test_finds_the_parts_and_leaves_the_model_as_it_was(make):
    model = ready(MAKES[make]())
    before, history, epochs = state(model), model.history, len(model.history.history["loss"])
    gap = lossacc.mode_gap(model, X, Y, batch_size=8)
    assert same(before, state(model))
    assert model.history is history
    assert len(history.history["loss"]) == epochs
    assert shown(gap) == {"dropout", "batch statistics", "lag"} | EXTRA.get(make, set())
    assert sum(gap.parts.values()) == pytest.approx(gap.printed - gap.evaluation, abs=1e-9)
    assert all("call" not in vars(layer) for layer in model._flatten_layers())


@pytest.mark.parametrize("count", range(4))
def test_a_kind_that_is_not_there_has_exactly_no_part(count):
    layers = keras().layers
    kinds = {
        "dropout": lambda: layers.Dropout(0.5),
        "batch statistics": layers.BatchNormalization,
        "penalty": lambda: layers.Dense(4, kernel_regularizer="l2"),
    }
    for there in itertools.combinations(kinds, count):
        model = ready(dense(hidden=[kinds[kind]() for kind in there]))
        gap = lossacc.mode_gap(model, X, Y, batch_size=8)
        assert shown(gap) == {*there, "lag"}
        switches = len({"dropout", "batch statistics"} & set(there))
        assert len(gap.loss.switched) == 2**switches


@pytest.fixture(scope="module")
def whole():
    return ready(nested())


@settings(max_examples=15)
@given(
    batch_size=st.integers(1, 30),
    seed=st.integers(0, 2**31),
    draws=st.integers(1, 3),
    shuffle=st.booleans(),
    printed=st.one_of(st.none(), st.just("next epoch"), st.floats(0, 5)),
)
def test_adds_up_and_moves_nothing_whatever_is_asked(whole, **asked):
    before = state(whole)
    gap = lossacc.mode_gap(whole, X, Y, **asked)
    assert same(before, state(whole))
    last = gap.training if gap.printed is None else gap.printed
    assert gap.gap == last - gap.evaluation
    assert sum(gap.parts.values()) == pytest.approx(gap.gap, abs=1e-9)
    assert gap.parts["augmentation"] == gap.parts["other"] == gap.parts["penalty"] == 0
    assert sum(gap.accuracy.parts.values()) == pytest.approx(
        gap.accuracy.training - gap.accuracy.evaluation, abs=1e-9
    )


def test_training_goes_on_as_if_nothing_had_been_measured():
    first, second = (ready(dense(hidden=stack())) for _ in range(2))
    second.set_weights(first.get_weights())
    for model in (first, second):
        for variable, number in zip(model.variables, range(99), strict=False):
            if variable.name == "seed_generator_state":
                variable.assign([number, 0])
        for variable in model.optimizer.variables[2:]:
            variable.assign(np.zeros(variable.shape))
    lossacc.mode_gap(first, X, Y, batch_size=8, draws=2)
    losses = [
        model.fit(X, Y, batch_size=8, epochs=2, shuffle=False, verbose=0).history["loss"]
        for model in (first, second)
    ]
    assert losses[0] == losses[1]
    assert same(first.get_weights(), second.get_weights())


@pytest.mark.parametrize("make", ["own", "branching", "doubling"])
def test_a_class_gives_what_its_like_of_layers_gives(make):
    """The model's own branch is taken for the layer that does the same."""
    layers = keras().layers
    first = {"branching": [layers.RandomFlip(seed=3)], "doubling": [Scaling()]}.get(make, [])
    like = keras().Sequential(
        [layers.Input(SHAPE), *first, layers.Flatten(), *stack(), layers.Dense(CLASSES)]
    )
    model = ready(MAKES[make]())
    weights = {tuple(w.shape): w for w in model.get_weights()}
    model.set_weights([weights[w.shape] for w in model.get_weights()])
    compiled(like).set_weights([weights[w.shape] for w in like.get_weights()])
    gaps = [lossacc.mode_gap(m, X, Y, batch_size=8, printed=None) for m in (model, like)]
    for part in ("batch statistics", "other"):
        assert gaps[0].loss.alone.get(part) == pytest.approx(gaps[1].loss.alone.get(part), abs=1e-6)


def test_a_model_that_does_not_ask_for_the_mode_trains_as_it_evaluates():
    model = ready(built(Silent()))
    assert shown(lossacc.mode_gap(model, X, Y)) == {"lag"}


def test_a_frozen_batch_normalization_has_no_part():
    model = dense(hidden=stack())
    model.layers[2].trainable = False
    assert shown(lossacc.mode_gap(ready(model), X, Y)) == {"dropout", "lag"}


def test_freezing_is_noticed_without_compiling_anew():
    model = ready(nested())
    assert lossacc.mode_gap(model, X, Y, printed=None).parts["batch statistics"] != 0
    model.layers[0].layers[3].trainable = False
    assert lossacc.mode_gap(model, X, Y, printed=None).parts["batch statistics"] == 0


def test_a_dropout_that_never_rests_has_no_part():
    class Restless(keras().Model):
        def __init__(self):
            super().__init__()
            self.flat, self.drop = keras().layers.Flatten(), keras().layers.Dropout(0.5)
            self.last = keras().layers.Dense(CLASSES)

        def call(self, x, training=False):
            return self.last(self.drop(self.flat(x), training=True))

    gap = lossacc.mode_gap(ready(built(Restless())), X, Y)
    assert shown(gap) == {"lag"}
    assert gap.training == gap.evaluation


@pytest.mark.parametrize("name", ["Dropout", "GaussianNoise", "GaussianDropout", "AlphaDropout"])
def test_knows_the_layers_that_add_noise(name):
    layer = getattr(keras().layers, name)
    gap = lossacc.mode_gap(ready(dense(hidden=[layer(0.3)])), X, Y, printed=None)
    assert shown(gap) == {"dropout"}
    gap = lossacc.mode_gap(ready(dense(hidden=[layer(0.0)])), X, Y, printed=None)
    assert not shown(gap)


def test_knows_the_dropout_inside_other_layers():
    layers = keras().layers
    inputs = layers.Input((6, 6))
    h = layers.MultiHeadAttention(2, 3, dropout=0.4)(inputs, inputs)
    h = layers.Bidirectional(layers.LSTM(3, dropout=0.4))(h)
    model = compiled(keras().Model(inputs, layers.Dense(CLASSES)(h)))
    gap = lossacc.mode_gap(model, X[..., 0], Y, printed=None)
    assert shown(gap) == {"dropout"}
    assert len(gap.loss.switched) == 2


def test_restores_what_a_layer_of_keras_moves_in_training():
    layers = keras().layers
    model = dense(hidden=[layers.SpectralNormalization(layers.Dense(4)), layers.Dropout(0.2)])
    compiled(model)
    before = state(model)
    gap = lossacc.mode_gap(model, X, Y, printed=None)
    assert same(before, state(model))
    assert shown(gap) == {"dropout", "other"}


@pytest.mark.parametrize("batch_size", [1, 2, 4, 21, 100])
def test_takes_any_batch_size(batch_size):
    gap = lossacc.mode_gap(ready(functional()), X, Y, batch_size=batch_size)
    assert sum(gap.parts.values()) == pytest.approx(gap.gap, abs=1e-9)
    assert np.isfinite(gap.gap)


@pytest.mark.parametrize(
    ("units", "activation", "loss", "y", "counts"),
    [
        (CLASSES, "softmax", "sparse_categorical_crossentropy", Y, True),
        (CLASSES, "softmax", "categorical_crossentropy", np.eye(CLASSES)[Y], True),
        (1, "sigmoid", "binary_crossentropy", Y // 2, True),
        (1, None, "mse", X.mean(axis=(1, 2, 3)), False),
        (CLASSES, "sigmoid", "binary_crossentropy", X[:, 0, :CLASSES, 0] > 0.5, False),
        (1, None, "mse", Y * 7, False),
    ],
    ids=["softmax", "rows", "sigmoid", "numbers", "several", "whole numbers"],
)
def test_takes_any_loss_and_counts_answers_where_there_are_any(units, activation, loss, y, counts):
    y = np.asarray(y, np.float32)
    model = compiled(dense(units, hidden=stack(), activation=activation), loss=loss)
    gap = lossacc.mode_gap(model, X, y, batch_size=8, printed=None)
    assert gap.evaluation == pytest.approx(model.evaluate(X, y, verbose=0), rel=1e-6)
    assert (gap.accuracy is not None) == counts
    if counts:
        output = model.predict(X, verbose=0)
        answers = output.argmax(axis=1) if units > 1 else output[:, 0] > 0.5
        labels = y.argmax(axis=1) if y.ndim > 1 else y
        assert gap.accuracy.evaluation == pytest.approx((answers == labels).mean())


@pytest.mark.parametrize("kind", ["class_weight", "sample_weight"])
def test_weights_count_as_in_fit(kind):
    weights = {0: 0.5, 1: 3.0} if kind == "class_weight" else np.linspace(0, 2, 21)
    model = compiled(dense(hidden=stack()), sgd(0.0))
    gap = lossacc.mode_gap(model, X, Y, batch_size=8, **{kind: weights})
    assert gap.parts["lag"] == pytest.approx(0, abs=1e-6)
    gap = lossacc.mode_gap(model, X, Y, printed=None, **{kind: weights})
    each = weights if kind == "sample_weight" else np.array([weights.get(k, 1.0) for k in Y])
    assert gap.evaluation == pytest.approx(
        model.evaluate(X, Y, sample_weight=each, verbose=0), abs=1e-6
    )


def test_an_augmentation_outside_the_model_is_a_part():
    model = compiled(dense(hidden=stack()), sgd(0.0))
    moved = np.roll(X, 2, axis=1)

    def augment(images):
        return np.roll(images, 2, axis=1)

    gap = lossacc.mode_gap(model, X, Y, augment=augment, batch_size=8)
    assert gap.parts["lag"] == pytest.approx(0, abs=1e-6)
    assert abs(gap.parts["augmentation"]) > 1e-3
    gap = lossacc.mode_gap(model, X, Y, printed=None, augment=augment, batch_size=8)
    assert gap.loss.alone["augmentation"] == pytest.approx(
        model.evaluate(moved, Y, verbose=0) - model.evaluate(X, Y, verbose=0), abs=1e-6
    )
    with pytest.raises(ValueError, match=r"augment turned images of shape \(21, 6, 6, 1\)"):
        lossacc.mode_gap(model, X, Y, augment=lambda images: images[:, 1:], batch_size=8)


def test_an_activity_penalty_belongs_to_the_penalty():
    layers = keras().layers
    hidden = [layers.Dropout(0.5), layers.Dense(4, activity_regularizer="l2")]
    model = compiled(dense(hidden=hidden), sgd(0.0))
    gap = lossacc.mode_gap(model, X, Y, shuffle=False, batch_size=8)
    assert gap.parts["penalty"] > 0
    assert gap.parts["lag"] == pytest.approx(0, abs=1e-6)
    assert sum(gap.parts.values()) == pytest.approx(gap.gap, abs=1e-9)
    assert np.isfinite(float(sum(model.losses)))  # none of them from inside a graph


def test_a_model_that_must_run_eagerly_gives_the_same():
    class Eager(Own):
        def call(self, x, training=False):
            np.asarray(x)  # no graph could do that
            return super().call(x, training=training)

    model = ready(built(Own()))
    eager = compiled(built(Eager()), run_eagerly=True)
    eager.set_weights(model.get_weights())
    gaps = [lossacc.mode_gap(m, X, Y, batch_size=8, printed=None) for m in (model, eager)]
    for part in PARTS:
        assert gaps[0].parts[part] == pytest.approx(gaps[1].parts[part], abs=1e-6)


def test_mixed_precision(mixed_precision):
    gap = lossacc.mode_gap(ready(dense(hidden=stack())), X, Y, batch_size=8)
    assert sum(gap.parts.values()) == pytest.approx(gap.gap, abs=1e-9)


def test_draws_are_averaged_and_their_spread_is_told():
    model = ready(functional())
    one = [lossacc.mode_gap(model, X, Y, printed=None, batch_size=8, seed=s) for s in (0, 0, 1)]
    assert one[0].parts == one[1].parts != one[2].parts
    assert one[0].spread is None
    many = lossacc.mode_gap(model, X, Y, printed=None, batch_size=8, draws=40)
    assert many.spread > 0
    assert sum(many.parts.values()) == pytest.approx(many.gap, abs=1e-9)
    assert abs(many.training - one[0].training) < 4 * many.spread


def test_smoothed_labels_are_in_all_three_numbers():
    loss = keras().losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.2)
    model = compiled(dense(), sgd(0.0), loss)
    gap = lossacc.mode_gap(model, X, np.eye(CLASSES)[Y])
    assert gap.evaluation == pytest.approx(gap.printed, abs=1e-6)


def test_a_layer_of_unseeded_noise_is_never_lost():
    class Noisy(keras().layers.Layer):
        def call(self, x, training=False):
            return x + tensorflow().random.normal(tensorflow().shape(x)) if training else x

    gap = lossacc.mode_gap(ready(dense(hidden=[Noisy()])), X, Y)
    assert shown(gap) == {"other", "lag"}
    assert sum(gap.parts.values()) == pytest.approx(gap.gap, abs=1e-9)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"batch_size": 0}, "batch_size is 0; expected a whole number"),
        ({"draws": 1.5}, "draws is 1.5; expected a whole number"),
        ({"printed": "last epoch"}, "printed is 'last epoch'; expected \"next epoch\", a loss"),
        ({"printed": {"acc": 0.5}}, "printed is {'acc': 0.5}; expected a \"loss\" in it"),
        ({"printed": {"loss": [0.5, 0.4]}}, "printed['loss'] is [0.5, 0.4]; expected"),
        ({"sample_weight": np.ones(3)}, "sample_weight has the shape (3,)"),
    ],
)
def test_refuses_settings_with_a_sentence(asked, message):
    with pytest.raises((TypeError, ValueError), match=re.escape(message)):
        lossacc.mode_gap(compiled(dense()), X, Y, **asked)


def test_refuses_models_and_data_with_a_sentence():
    model = compiled(dense())
    with pytest.raises(ValueError, match=r"got x of shape \(20, 6, 6, 1\) and y of shape \(21,\)"):
        lossacc.mode_gap(model, X[:20], Y)
    with pytest.raises(TypeError, match="y holds text"):
        lossacc.mode_gap(model, X, np.array(["a"] * 21))
    with pytest.raises(ValueError, match="is not compiled"):
        lossacc.mode_gap(dense(), X, Y)
    with pytest.raises(TypeError, match="model is 'model'; expected a Keras model"):
        lossacc.mode_gap("model", X, Y)
    frozen = dense()
    frozen.trainable = False
    with pytest.raises(ValueError, match="has nothing to train, so no next epoch"):
        lossacc.mode_gap(compiled(frozen), X, Y)
    assert lossacc.mode_gap(frozen, X, Y, printed=None).gap == 0


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of Keras' own, under numpy 2
def test_a_model_can_be_saved_and_loaded_afterwards(tmp_path):
    model = ready(functional())
    gap = lossacc.mode_gap(model, X, Y, printed=None)
    model.save(tmp_path / "model.keras")
    loaded = keras().models.load_model(tmp_path / "model.keras")
    assert lossacc.mode_gap(loaded, X, Y, printed=None).parts == gap.parts


def test_puts_everything_back_after_a_failure():
    model = ready(functional())
    before = state(model)

    def fails(images):
        raise RuntimeError("no more images")

    with pytest.raises(RuntimeError, match="no more images"):
        lossacc.mode_gap(model, X, Y, augment=fails)
    assert same(before, state(model))
