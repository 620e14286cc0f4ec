"""`train` ends at the bits of `model.fit`, on the same batches from the same weights."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pytest

from lossacc.networks.cnn import initialise, small_cnn
from lossacc.support.keras_api import keras
from lossacc.training.train import shuffled, train
from tests.small import CLASSES, SHAPE, compiled, cross_entropy, data, dense, same, sgd, state

X, Y = data(50)
ONE_HOT = np.eye(CLASSES, dtype=np.float32)[Y]
BATCH, EPOCHS = 16, 2  # 50 = 3 * 16 + 2: the last batch is smaller
# Both sum the same float32 losses, Keras in float32 and train in float64.
SUMMED = 1e-6


def cnn(**settings):
    return small_cnn(SHAPE, CLASSES, filters=(4,), dense=8, **settings)


def plain():
    return dense(hidden=[keras().layers.Dense(8, activation="relu")])


def regularised():
    both = keras().regularizers.L1L2(l1=1e-3, l2=1e-2)
    return dense(hidden=[keras().layers.Dense(8, kernel_regularizer=both, bias_regularizer=both)])


def normalised():
    """Two normalisations, of which one is frozen."""
    layers = keras().layers
    frozen = layers.BatchNormalization()
    frozen.trainable = False
    return dense(hidden=[layers.Dense(8), frozen, layers.LayerNormalization()])


@dataclass(frozen=True)
class Case:
    optimizer: Any = sgd
    model: Any = plain
    loss: Any = cross_entropy
    x: Any = field(default_factory=lambda: X)
    y: Any = field(default_factory=lambda: Y)
    settings: dict[str, Any] = field(default_factory=dict)
    rate: Any = None
    validates: bool = False  # costs a trace of its own, so only where it may differ

    def compiled(self):
        model = compiled(self.model(), self.optimizer(), self.loss(), metrics=["accuracy"])
        return initialise(model, 1)


def adam(**settings):
    return lambda: keras().optimizers.Adam(0.01, **settings)


def nesterov():
    return sgd(momentum=0.9, nesterov=True)


def decay():
    return sgd(keras().optimizers.schedules.ExponentialDecay(0.1, 2, 0.5))


def smoothed():
    return keras().losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1)


EVEN = Case(x=X[:48], y=Y[:48])  # three whole batches: Keras then fixes the batch's shape
CASES = {
    "SGD": Case(),
    "momentum, CNN": Case(lambda: sgd(momentum=0.9), cnn),
    "Nesterov": Case(nesterov),
    "weight decay": Case(lambda: sgd(weight_decay=0.01)),
    "clip norm": Case(lambda: sgd(clipnorm=0.05)),
    "clip value": Case(lambda: sgd(clipvalue=0.01)),
    "clip global norm": Case(lambda: sgd(global_clipnorm=0.1)),
    "Adam": Case(adam()),
    "AdamW": Case(lambda: keras().optimizers.AdamW(0.01)),
    "L1 and L2": Case(model=regularised, validates=True),
    "dropout": Case(model=lambda: cnn(dropout=0.5)),
    "BatchNorm": Case(adam(), lambda: cnn(batch_norm=True), validates=True),
    "BatchNorm, even": replace(EVEN, model=lambda: cnn(batch_norm=True, l2=0.01)),
    "BatchNorm, Nesterov": Case(nesterov, lambda: cnn(batch_norm=True, dropout=0.3)),
    "BatchNorm, even, Nesterov": replace(
        EVEN, optimizer=nesterov, model=lambda: cnn(batch_norm=True)
    ),
    "frozen BatchNorm": Case(model=normalised),
    "class weights": Case(settings={"class_weight": {0: 1.0, 1: 3.0}}, validates=True),
    "sample weights": Case(settings={"sample_weight": np.linspace(0, 2, 50, dtype=np.float32)}),
    "rate of the epoch": Case(rate=lambda epoch: 0.1 / (epoch + 1)),
    "rate of the step": Case(decay),
    "smoothed one-hot": Case(loss=smoothed, y=ONE_HOT),
    "softmax": Case(
        model=lambda: dense(activation="softmax"),
        loss=lambda: "sparse_categorical_crossentropy",
        validates=True,
    ),
    "one sigmoid": Case(
        model=lambda: dense(1, activation="sigmoid"),
        loss=lambda: keras().losses.BinaryCrossentropy(),
        y=(Y > 0).astype(np.int64),
        validates=True,
    ),
}


def fit(case, model, orders, held_out):
    """Call `model.fit` once an epoch, with that epoch's order; give what it printed."""
    rates = [keras().callbacks.LearningRateScheduler(case.rate)] if case.rate else []
    printed = []
    for epoch, order in enumerate(orders):
        settings = dict(case.settings)
        if "sample_weight" in settings:
            settings["sample_weight"] = settings["sample_weight"][order]
        history = model.fit(
            case.x[order], case.y[order], initial_epoch=epoch, epochs=epoch + 1, batch_size=BATCH,
            shuffle=False, validation_data=held_out, callbacks=rates, verbose=0, **settings,
        )  # fmt: skip
        printed.append({name: values[-1] for name, values in history.history.items()})
    return printed


def check(case):
    ours, theirs = case.compiled(), case.compiled()
    assert same(state(ours), state(theirs))
    held_out = (case.x[:20], case.y[:20]) if case.validates else None
    run = train(
        ours, (case.x, case.y), held_out, epochs=EPOCHS, batch_size=BATCH, seed=3,
        learning_rate=case.rate, **case.settings,
    )  # fmt: skip
    orders = [shuffled(len(case.x), 3, epoch) for epoch in range(EPOCHS)]
    printed = fit(case, theirs, orders, held_out)
    assert same(state(ours), state(theirs))
    assert set(run.printed) == set(printed[0]) - {"learning_rate"}
    for name in run.printed:
        expected = [line[name] for line in printed]
        np.testing.assert_allclose(run.printed[name][1:], expected, rtol=SUMMED, atol=1e-7)


# Keras reads its own learning rate in a way that NumPy 2 advises against.
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_ends_at_the_bits_of_fit(case):
    check(case)


@pytest.mark.usefixtures("mixed_precision")
def test_ends_at_the_bits_of_fit_in_mixed_precision():
    check(Case(model=lambda: cnn(batch_norm=True, l2=0.01)))


@pytest.mark.parametrize("every", [None, 3])
def test_moving_average_is_put_in_place_as_fit_does(every):
    """At the end of the whole training, and where it is asked for every few steps."""
    case = Case(lambda: sgd(use_ema=True, ema_overwrite_frequency=every))
    ours, theirs = case.compiled(), case.compiled()
    train(ours, (X, Y), epochs=3, batch_size=BATCH, order=lambda epoch: np.arange(50))
    theirs.fit(X, Y, epochs=3, batch_size=BATCH, shuffle=False, verbose=0)
    assert same(state(ours), state(theirs))


def test_a_stretch_of_fit_is_continued_at_the_same_bits():
    """Momentum, the step counter and Dropout's generator go on from where `fit` left them."""
    case = Case(adam(), lambda: cnn(dropout=0.5))
    ours, theirs = case.compiled(), case.compiled()
    for model in (ours, theirs):
        model.fit(X, Y, batch_size=BATCH, shuffle=False, verbose=0)
    train(ours, (X, Y), epochs=1, batch_size=BATCH, order=lambda epoch: np.arange(50))
    theirs.fit(X, Y, batch_size=BATCH, shuffle=False, verbose=0)
    assert same(state(ours), state(theirs))
