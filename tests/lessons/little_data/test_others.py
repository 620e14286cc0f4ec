"""The networks and images of `thirteen-classes` and `borrowed-features`."""

from __future__ import annotations

import numpy as np
import pytest

from lossacc.data import glyphs, load_digits
from lossacc.lessons.little_data import borrowed_features as lent
from lossacc.lessons.little_data import layers, thirteen_classes
from lossacc.lessons.little_data.thirteen_claims import single_batches
from lossacc.support.keras_api import keras

GLYPHS = glyphs(600, seed=0)


def test_letters_are_thirteen_and_other_data_are_taken_as_they_are() -> None:
    settings = thirteen_classes.EXPERIMENT.settings()
    train, held_out = thirteen_classes.sets(settings, GLYPHS, 1)
    assert (train.classes, len(train), len(held_out)) == (13, 400, 400)
    assert thirteen_classes.sets(settings, load_digits(), 1)[0].classes == 10


@pytest.mark.parametrize("rate", [0.0, 0.25, 0.75])
def test_dropout_drops_its_rate(rate: float) -> None:
    model = layers.fresh(0, (10, 10, 1), 13, filters=(4,), dense=0, dropout=rate)
    assert thirteen_classes.dropped(model) == pytest.approx(rate, abs=0.02)


def test_without_pooling_the_dense_layer_sees_all_of_each_map() -> None:
    options = {"filters": (8, 16, 16), "dense": 0}
    pooled, whole = (
        layers.fresh(0, (10, 10, 1), 13, pool=pool, **options) for pool in (True, False)
    )
    assert whole.layers[-1].kernel.shape == (10 * 10 * 16, 13)
    assert pooled.layers[-1].kernel.shape == (2 * 2 * 16, 13)


@pytest.mark.parametrize(
    ("place", "behind"), [(layers.BEFORE_RELU, "ReLU"), (layers.AFTER_RELU, "MaxPooling2D")]
)
def test_normalisation_stands_where_it_is_said(place: str, behind: str) -> None:
    names = [type(layer).__name__ for layer in layers.layers(6, norm=place)]
    assert names[names.index("BatchNormalization") + 1] == behind


def test_keras_ignores_an_input_shape_on_a_later_layer() -> None:
    of = keras().layers
    with pytest.warns(UserWarning, match="input_shape"):
        second = of.Conv2D(4, 3, input_shape=(99, 99, 7))
    model = keras().Sequential([of.Input((10, 10, 1)), of.Conv2D(2, 3), second])
    assert model.output_shape == (None, 6, 6, 4)


def test_sgd_by_its_name_is_a_rate_of_one_hundredth_without_momentum() -> None:
    found = keras().optimizers.get("SGD").get_config()
    assert (found["learning_rate"], found["momentum"]) == (pytest.approx(0.01), 0.0)


@pytest.mark.parametrize(
    ("which", "trained"),
    [(lent.HEAD, 1), (lent.BLOCK, 3), (lent.ALL, 7), (lent.FROZEN, 4), (lent.NEW, 7)],
)
def test_so_many_layers_are_trained(which: str, trained: int) -> None:
    model = lent._compiled((10, 10, 1), which)
    weighted = [layer for layer in model.layers if layer.weights]
    assert len(weighted) == 7  # two convolutions, a dense layer, their normalisations, the head
    assert len([layer for layer in weighted if layer.trainable]) == trained
    assert weighted[-1].trainable


def test_all_but_the_last_layer_is_lent() -> None:
    weights = lent.lent((10, 10, 1), 3)
    model = lent._compiled((10, 10, 1), lent.HEAD)
    own = [np.asarray(value) for value in model.get_weights()[-2:]]
    lent._lend(model, weights)
    for given, found in zip(weights, model.get_weights(), strict=False):
        np.testing.assert_array_equal(given, found)
    for before, after in zip(own, model.get_weights()[-2:], strict=True):
        np.testing.assert_array_equal(before, after)


def test_the_other_range_is_that_of_the_images() -> None:
    scaled = lent.scaled(GLYPHS, lent.RESCALED)
    np.testing.assert_array_equal(scaled.images, GLYPHS.images)
    own = lent.scaled(GLYPHS, lent.OWN).images
    np.testing.assert_allclose(own, 100 * GLYPHS.images - 50, atol=1e-4)


def test_batches_of_a_network_that_is_always_right_do_not_scatter() -> None:
    run = thirteen_classes.EXPERIMENT.run("ten times, all maps", seed=1)
    assert single_batches(run)["range"] < 0.2
