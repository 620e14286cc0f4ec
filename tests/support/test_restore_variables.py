"""An audit leaves a model exactly as it was."""

from __future__ import annotations

import random

import numpy as np
import pytest

import lossacc
from tests.checks.model.zoo import CLASSES, WIDTH, K, X, Y, compiled, dense, layers, metrics, sparse
from tests.small import same, state


class Restless(K.Model):
    """Dropout and BatchNormalization in training mode, whatever the mode."""

    def __init__(self):
        super().__init__()
        self.first, self.last = layers.Dense(5), layers.Dense(CLASSES)
        self.drop, self.normal = layers.Dropout(0.5), layers.BatchNormalization()

    def call(self, inputs, training=False):
        hidden = self.normal(self.drop(self.first(inputs), training=True), training=True)
        return self.last(hidden)


def restless():
    net = Restless()
    net(X[:2])
    return net


def quiet():
    stack = [layers.Dense(5, activity_regularizer="l2"), layers.Dropout(0.5)]
    return K.Sequential(
        [layers.Input((WIDTH,)), *stack, layers.BatchNormalization(), dense(activation="softmax")]
    )


def made(build, metric="accuracy"):
    K.utils.set_random_seed(1)
    loss = sparse(from_logits=build is restless)
    return compiled(build(), loss, optimizer="adam", metrics=[metric])


def fit(net):
    K.utils.set_random_seed(2)
    settings = {"epochs": 2, "batch_size": 16, "verbose": 0}
    return net.fit(X, Y, **settings).history


def notes(net):
    """What `compile` made, beside the variables."""
    return (
        net._compile_loss.built,
        net._compile_metrics.built,
        net.optimizer.built,
        net.train_function,
        net.test_function,
        net.predict_function,
        [layer.trainable for layer in net.layers],
        [float(np.sum(metric.result())) for metric in net.metrics if metric.name == "loss"],
    )


@pytest.mark.parametrize("build", [quiet, restless])
@pytest.mark.parametrize("trained", [False, True])
def test_not_a_bit_changes(build, trained):
    net = made(build)
    if trained:
        fit(net)
    before, noted, counted = state(net), notes(net), [np.asarray(v) for v in net.metrics_variables]
    lossacc.audit(net, X, Y)
    assert same(before, state(net))
    assert same(counted, [np.asarray(v) for v in net.metrics_variables])
    assert noted == notes(net)


@pytest.mark.parametrize("build", [quiet, restless])
def test_a_training_afterwards_ends_at_the_same_bits(build):
    audited, twin = (made(build) for _ in range(2))
    lossacc.audit(audited, X, Y)
    assert fit(audited) == fit(twin)
    assert same(state(audited), state(twin))


def test_no_random_number_is_used_up_and_no_name():
    net = made(quiet)
    K.utils.set_random_seed(3)
    first = random.random(), np.random.random(), np.asarray(K.random.normal((2,)))  # noqa: NPY002
    name = layers.Dense(2).name
    K.utils.set_random_seed(3)
    lossacc.audit(net, X, Y)
    again = random.random(), np.random.random(), np.asarray(K.random.normal((2,)))  # noqa: NPY002
    assert first[:2] == again[:2]
    assert np.array_equal(first[2], again[2])
    stem, number = name.rsplit("_", 1)
    assert layers.Dense(2).name == f"{stem}_{int(number) + 1}"


def test_penalties_can_be_read_afterwards():
    net = made(quiet)
    lossacc.audit(net, X, Y)
    assert all(np.isfinite(np.asarray(loss)) for loss in net.losses)


def test_metrics_keep_what_they_have_counted():
    counting = metrics.SparseCategoricalAccuracy()
    net = made(quiet, counting)
    fit(net)
    before = [np.asarray(variable) for variable in counting.variables]
    lossacc.audit(net, X, Y)
    assert same(before, [np.asarray(variable) for variable in counting.variables])
