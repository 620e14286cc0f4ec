"""With model and data at hand what decides is measured, and the model is left alone."""

from __future__ import annotations

import random

import numpy as np
import pytest
from tensorflow import keras

import lossacc
from lossacc.checks.clinic.diagnosis import MEASURED
from tests.checks.clinic.made import curves, sound

RNG = np.random.default_rng(0)
CENTRES = RNG.normal(0, 1, (4, 12))


def cloud(size, seed, noise=0.6):
    """Four classes of twelve numbers."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 4, size)
    return (CENTRES[labels] + rng.normal(0, noise, (size, 12))).astype(np.float32), labels


def network(*layers, rate=0.01, loss=None):
    keras.utils.set_random_seed(1)
    own = layers or (keras.layers.Dense(32, "relu"),)
    model = keras.Sequential([keras.layers.Input((12,)), *own, keras.layers.Dense(4)])
    plain = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(rate), loss or plain, metrics=["accuracy"])
    return model


def trained(model, train, held, epochs=6):
    recorder = lossacc.Recorder(train, validation=held)
    model.fit(*train, 32, epochs, validation_data=held, callbacks=[recorder], verbose=0)
    return recorder.run


def measured(found, cause):
    """What speaks for or against a cause, and its weights."""
    every = [*found.candidates, *found.ruled_out]
    return [(e.weight, e.seen) for one in every if one.cause == cause for e in one.evidence]


def weighs(found, cause, words):
    """The weight of the evidence that is told in these words."""
    return next(weight for weight, seen in measured(found, cause) if words in seen)


def test_weights_that_let_nothing_through_are_told_from_a_network_that_cannot_learn() -> None:
    train, held = cloud(300, 1), cloud(100, 2)
    model = network(keras.layers.Dense(32, "relu"), rate=0.001)
    model.layers[0].set_weights([np.zeros((12, 32)), np.full(32, -9.0)])
    found = lossacc.diagnose(trained(model, train, held), model=model, data=train)
    assert (found.verdict, found.basis) == ("stuck", MEASURED)
    assert weighs(found, "stuck", "with new weights 100 %") > 0
    assert weighs(found, "flat loss", "with new weights 100 %") < 0


@pytest.mark.parametrize(("rate", "cause"), [(8.0, "rate too high"), (1e-5, "rate too low")])
def test_the_rate_is_tried_up_and_down(rate, cause) -> None:
    train, held = cloud(300, 1), cloud(100, 2)
    model = network(rate=rate)
    found = lossacc.diagnose(trained(model, train, held, 8), model=model, data=train)
    assert found.verdict == cause
    assert weighs(found, cause, "at a tenth of it") > 0


def test_statistics_are_recomputed() -> None:
    train, held = cloud(300, 1), cloud(100, 2)
    ill = network(keras.layers.BatchNormalization(momentum=0.999), keras.layers.Dense(16, "relu"))
    x = 30 + 20 * train[0], train[1]
    log = trained(ill, x, (30 + 20 * held[0], held[1]), 3)
    found = lossacc.diagnose(log, model=ill, data=x)
    assert found.verdict == "batchnorm statistics"
    assert weighs(found, "batchnorm statistics", "recomputed") > 0


@pytest.mark.slow
def test_classes_are_renamed_and_wrong_labels_told_from_few_examples() -> None:
    train, held = cloud(300, 1), cloud(200, 2)
    model = network()
    moved = held[0], (held[1] + 1) % 4
    run = trained(model, train, moved)
    found = lossacc.diagnose(run, model=model, data=train, validation=moved)
    assert found.verdict == "renamed labels"
    assert weighs(found, "renamed labels", "with the answers renamed") > 0
    noisy = train[1].copy()
    noisy[:90] = (noisy[:90] + np.random.default_rng(0).integers(1, 4, 90)) % 4
    for labels, noise, size, cause in ((noisy, 0.6, 300, "wrong labels"), (train[1], 1.6, 60, "")):
        few = cloud(300, 1, noise)[0][:size], labels[:size]
        other = cloud(200, 2, noise)
        model = network(keras.layers.Dense(128, "relu"))
        run = trained(model, few, other, 40)
        found = lossacc.diagnose(run, model=model, data=few, validation=other)
        assert found.verdict == (cause or "overfitting")
        assert weighs(found, cause or "overfitting", "A new copy costs least") > 0


@pytest.mark.parametrize("kind", ["log", pytest.param("run", marks=pytest.mark.slow)])
def test_the_model_chance_and_compile_are_left_as_they_were(kind) -> None:
    train, held = cloud(200, 1), cloud(100, 2)
    model = network(keras.layers.Dropout(0.5), keras.layers.BatchNormalization())
    run = trained(model, train, held, 3)
    state = [v.numpy() for v in (*model.variables, *model.optimizer.variables)]
    made, chance, settings = model.optimizer, random.getstate(), model.get_compile_config()
    log = curves([2.3] * 6, [0.25] * 6, [2.3] * 6, [0.25] * 6, 4)
    record = run if kind == "run" else log
    lossacc.diagnose(record, model=model, data=train, validation=held)
    after = [v.numpy() for v in (*model.variables, *model.optimizer.variables)]
    for one, two in zip(state, after, strict=True):
        np.testing.assert_array_equal(one, two)
    assert model.optimizer is made
    assert random.getstate() == chance
    assert model.get_compile_config() == settings


def test_what_does_not_fit_is_refused_or_noted_in_a_sentence() -> None:
    train = cloud(40, 1)
    with pytest.raises(TypeError, match="expected a Keras model"):
        lossacc.diagnose(sound(), model=lambda x: x, data=train)
    with pytest.raises(ValueError, match="gives 4 numbers an example and the record has 5 classes"):
        lossacc.diagnose(sound(), model=network(), data=train)

    class Own(keras.Model):
        def __init__(self, width):
            super().__init__()
            self.last = keras.layers.Dense(width)

        def call(self, x):
            return self.last(x)

    model = Own(4)
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    model(train[0][:1])
    log = curves([2.3] * 6, [0.25] * 6, [2.3] * 6, [0.25] * 6, 4)
    found = lossacc.diagnose(log, model=model, data=train)
    assert any(note.startswith("Not measured (twenty): a copy of model") for note in found.notes)
    assert found.notes[0] in str(found)
