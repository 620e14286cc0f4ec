"""`recompute_statistics` against numpy."""

from __future__ import annotations

import numpy as np
import pytest

import lossacc
from lossacc.support.keras_api import keras
from tests.checks.modes.oracle import Numpy, everything
from tests.checks.modes.oracle import images as oracle_images
from tests.small import SHAPE, compiled, data, dense, same, state

X, Y = data(50)
keras()


def with_weights(model, seed=0):
    """Draw every weight, the statistics too, so that nothing is 0 or 1 by chance."""
    rng = np.random.default_rng(seed)
    model.set_weights([rng.uniform(0.2, 1, w.shape) for w in model.get_weights()])
    return model


def block():
    layers = keras().layers
    return [layers.Dense(4), layers.Dropout(0.5), layers.BatchNormalization(), layers.ReLU()]


@pytest.mark.parametrize("batch_size", [1, 7, 22, 256])
def test_sets_the_mean_and_variance_of_what_arrives_in_evaluation(batch_size):
    x, _ = oracle_images()
    model = with_weights(everything())
    new = lossacc.recompute_statistics(model, x, batch_size=batch_size)
    oracle = Numpy(model)
    first, second = oracle.layer["norm1"], oracle.layer["norm2"]
    h = oracle._conv(x.astype(np.float64))
    expected = {first.path: (h.mean(axis=(0, 1, 2)), h.var(axis=(0, 1, 2)))}
    h = np.maximum(oracle._norm("norm1", h, frozenset({"batch statistics"})), 0)
    h = h.reshape(len(h), 3, 2, 3, 2, 4).max(axis=(2, 4)).reshape(len(h), -1)
    h = np.maximum(oracle._dense("hidden", h), 0)
    expected[second.path] = (h.mean(axis=0), h.var(axis=0))
    assert list(new) == list(expected)
    for layer in (first, second):
        kept = (layer.moving_mean.numpy(), layer.moving_variance.numpy())
        for found, told, right in zip(kept, new[layer.path], expected[layer.path], strict=True):
            np.testing.assert_allclose(told, right, rtol=1e-5, atol=1e-6)
            np.testing.assert_allclose(found, told, rtol=1e-6)


def test_evaluation_then_is_training_mode_on_one_batch_of_all_images():
    """With Dropout at rest: then the batch's statistics are the running ones."""
    model = compiled(with_weights(dense(hidden=[*block(), *block()])))
    before = lossacc.mode_gap(model, X, Y, printed=None, batch_size=50)
    lossacc.recompute_statistics(model, X)
    after = lossacc.mode_gap(model, X, Y, printed=None, batch_size=50)
    assert abs(before.loss.alone["batch statistics"]) > 0.01
    assert after.loss.alone["batch statistics"] == pytest.approx(0, abs=1e-5)


def test_moves_nothing_else_and_is_done_after_once():
    model = compiled(with_weights(dense(hidden=[*block(), *block()])))
    before = state(model)
    lossacc.recompute_statistics(model, X)
    once = state(model)
    names = [v.name for v in [*model.variables, *model.optimizer.variables]]
    moved = {n for n, a, b in zip(names, before, once, strict=True) if not np.array_equal(a, b)}
    assert moved == {"moving_mean", "moving_variance"}
    lossacc.recompute_statistics(model, X)
    assert same(once, state(model))
    assert all("call" not in vars(layer) for layer in model._flatten_layers())


def test_works_inside_nested_models_and_without_compiling():
    layers = keras().layers
    inner = keras().Sequential([layers.Input((36,)), *block()])
    model = with_weights(keras().Sequential([layers.Input(SHAPE), layers.Flatten(), inner]))
    new = lossacc.recompute_statistics(model, X)
    kernel, bias = model.get_weights()[:2]
    h = X.reshape(50, -1).astype(np.float64) @ kernel + bias
    ((mean, variance),) = new.values()
    np.testing.assert_allclose(mean, h.mean(axis=0), rtol=1e-5)
    np.testing.assert_allclose(variance, h.var(axis=0), rtol=1e-4)


def test_a_layer_that_is_used_twice_gets_all_that_reaches_it():
    layers = keras().layers
    inputs, shared = layers.Input((4,)), layers.BatchNormalization()
    both = layers.Add()([shared(inputs), shared(layers.Rescaling(3.0)(inputs))])
    model = keras().Model(inputs, both)
    x = X.reshape(50, -1)[:, :4]
    ((mean, variance),) = lossacc.recompute_statistics(model, x, batch_size=8).values()
    seen = np.concatenate([x, 3 * x]).astype(np.float64)
    np.testing.assert_allclose(mean, seen.mean(axis=0), rtol=1e-5)
    np.testing.assert_allclose(variance, seen.var(axis=0), rtol=1e-5)


def test_leaves_frozen_layers_alone():
    model = with_weights(dense(hidden=[*block(), *block()]))
    model.layers[3].trainable = False
    before = model.layers[3].get_weights()
    assert list(lossacc.recompute_statistics(model, X)) == [model.layers[7].path]
    assert same(before, model.layers[3].get_weights())


def test_refuses_with_a_sentence():
    with pytest.raises(ValueError, match="has no BatchNormalization that is not frozen"):
        lossacc.recompute_statistics(dense(), X)
    model = dense(hidden=block())
    with pytest.raises(ValueError, match="batch_size is 0; expected a whole number"):
        lossacc.recompute_statistics(model, X, batch_size=0)
    with pytest.raises(ValueError, match=r"x has the shape \(0, 6, 6, 1\)"):
        lossacc.recompute_statistics(model, X[:0])
    with pytest.raises(TypeError, match="expected a Keras model"):
        lossacc.recompute_statistics("model", X)
    layers = keras().layers
    masked = [layers.Input((6, 6)), layers.Masking(), layers.BatchNormalization()]
    with pytest.raises(ValueError, match="normalises under a mask"):
        lossacc.recompute_statistics(keras().Sequential(masked), X[..., 0])
