from __future__ import annotations

import numpy as np
import pytest

from lossacc.networks.cnn import initialise, small_cnn
from lossacc.support.keras_api import keras
from tests.small import SHAPE, compiled, data, dense, same, sgd, state


def weights(model):
    return [np.asarray(v) for v in model.variables]


def test_small_cnn_has_the_layers_that_were_asked_for():
    model = small_cnn((9, 9, 3), 7, filters=(4, 6), dense=5, dropout=0.5, batch_norm=True, l2=0.1)
    kinds = [type(layer).__name__ for layer in model.layers]
    block = ["Conv2D", "BatchNormalization", "ReLU", "MaxPooling2D"]
    assert kinds == [*block, *block, "Flatten", "Dense", "Dropout", "Dense"]
    assert model.output_shape == (None, 7)
    # 9 -> 5 -> 3 pixels a side: padded, so that images of odd size lose no row.
    convolutions = 9 * 3 * 4 + 4 * 4 + 9 * 4 * 6 + 4 * 6  # BatchNorm has four numbers a filter
    assert model.count_params() == convolutions + (9 * 6 * 5 + 5) + (5 * 7 + 7)


def test_small_cnn_without_a_hidden_layer():
    assert small_cnn((8, 8, 1), 2, filters=(), dense=0).count_params() == 64 * 2 + 2


def test_the_penalty_is_the_sum_of_squared_kernels():
    model = small_cnn(SHAPE, 3, filters=(4,), dense=8, l2=0.1)
    kernels = [w for w in model.get_weights() if w.ndim > 1]
    expected = 0.1 * sum((w.astype(np.float64) ** 2).sum() for w in kernels)
    assert float(sum(model.losses)) == pytest.approx(expected, rel=1e-6)


def everything():
    """A network with every kind of state: BatchNorm, Dropout, a nested model, an optimizer."""
    inner = dense(8, shape=SHAPE)
    layers = keras().layers
    stack = [layers.Input(SHAPE), inner, layers.BatchNormalization(), layers.Dropout(0.5)]
    model = keras().Sequential([*stack, layers.Dense(3)])
    return compiled(model, keras().optimizers.Adam(0.1))


def test_initialise_resets_everything():
    model = initialise(everything(), 3)
    x, y = data(50)
    model.fit(x, y, verbose=0)
    initialise(model, 3)  # builds the optimizer's part, which the first call could not know
    first = state(model)
    model.fit(x, y, verbose=0)
    assert sum(not np.array_equal(a, b) for a, b in zip(first, state(model), strict=True)) > 10
    assert same(first, state(initialise(model, 3)))


@pytest.mark.parametrize(
    ("layer", "options"),
    [
        ("Dropout", {"rate": 0.5}),
        ("GaussianNoise", {"stddev": 0.1}),
        ("RandomTranslation", {"height_factor": 0.2, "width_factor": 0.2}),
        ("RandomRotation", {"factor": 0.1}),
        ("RandomBrightness", {"factor": 0.2, "value_range": (0, 1)}),
    ],
)
def test_what_layers_draw_follows_from_the_seed(layer, options):
    """Whatever was trained before with the same network."""
    layers = keras().layers
    model = keras().Sequential([layers.Input((8, 8, 1)), getattr(layers, layer)(**options)])
    images = np.random.default_rng(0).random((4, 8, 8, 1)).astype("float32")

    def drawn(seed):
        initialise(model, seed)
        return np.asarray(model(images, training=True))

    first = drawn(1)
    assert not np.array_equal(first, model(images, training=True))
    assert np.array_equal(first, drawn(1))
    assert not np.array_equal(first, drawn(2))


def test_initialise_keeps_the_learning_rate():
    model = compiled(dense(), sgd(0.1))
    model.optimizer.build(model.trainable_variables)
    model.optimizer.learning_rate = 0.25
    initialise(model, 0)
    assert float(np.asarray(model.optimizer.learning_rate)) == 0.25


@pytest.mark.usefixtures("mixed_precision")
def test_initialise_resets_the_scale_of_the_loss():
    model = compiled(dense())
    x, y = data(50)
    model.fit(x * 1e4, y, epochs=2, verbose=0)  # overflows, so the scale comes down
    assert float(model.optimizer.dynamic_scale) < model.optimizer.initial_scale
    initialise(model, 0)
    assert float(model.optimizer.dynamic_scale) == model.optimizer.initial_scale


def test_same_seed_same_weights_in_another_copy_of_the_network():
    first, second = everything(), everything()
    assert same(weights(initialise(first, 3)), weights(initialise(second, 3)))
    assert not same(weights(initialise(first, 4)), weights(second))


def test_weights_are_drawn_as_keras_draws_them():
    """Glorot's limit, sqrt(6 / (inputs + outputs)), and no two layers alike."""
    model = small_cnn((8, 8, 1), 10, filters=(64, 64), dense=64)
    initialise(model, 0)
    kernel = model.layers[3].get_weights()[0]
    limit = np.sqrt(6 / (9 * 64 + 9 * 64))
    assert abs(kernel).max() <= limit
    assert kernel.std() == pytest.approx(limit / np.sqrt(3), rel=0.02)
    assert not any(w.any() for w in model.get_weights() if w.ndim == 1)
    square = dense(36, hidden=[keras().layers.Dense(36)])
    kernels = [w for w in initialise(square, 0).get_weights() if w.ndim == 2]
    assert not np.array_equal(*kernels)


def test_initialise_refuses_weights_that_it_cannot_draw():
    class Own(keras().layers.Layer):
        def build(self, shape):
            self.scale = self.add_weight(name="scale", shape=(), initializer="ones")

        def call(self, x):
            return x * self.scale

    with pytest.raises(ValueError, match="'scale' and no scale_initializer"):
        initialise(dense(hidden=[Own()]), 0)


def test_initialise_refuses_weights_outside_the_layers():
    class Own(keras().Model):
        def __init__(self):
            super().__init__()
            self.scale = self.add_weight(name="scale", shape=(), initializer="ones")

        def call(self, x):
            return x * self.scale

    own = Own()
    own(np.ones((1, 2), np.float32))
    with pytest.raises(ValueError, match="'scale' outside its layers"):
        initialise(own, 0)


def test_the_prior_starts_the_output_bias_at_its_logarithms():
    model = initialise(small_cnn(SHAPE, 3, filters=(), dense=0, prior=(0.7, 0.2, 0.1)), 0)
    np.testing.assert_allclose(
        model.layers[-1].get_weights()[1], np.log([0.7, 0.2, 0.1]), rtol=1e-6
    )
    plain = initialise(small_cnn(SHAPE, 3, filters=(), dense=0), 0)
    assert same(weights(model)[:1], weights(plain)[:1])
