"""CoupledSGD against PyTorch's formula in NumPy, and against Keras where the two must agree."""

from __future__ import annotations

import numpy as np
import pytest

from lossacc.support.keras_api import keras
from lossacc.training.optimizers import CoupledSGD
from lossacc.training.train import train
from tests import small


class Torch:
    """torch.optim.SGD with a dampening of 0, line by line from its documentation."""

    def __init__(self, momentum, nesterov, weight_decay):
        self.momentum, self.nesterov, self.weight_decay = momentum, nesterov, weight_decay
        self.buffer = None

    def step(self, weight, gradient, rate):
        if self.weight_decay != 0:
            gradient = gradient + self.weight_decay * weight
        if self.momentum != 0:
            if self.buffer is None:
                self.buffer = gradient.copy()
            else:
                self.buffer = self.momentum * self.buffer + gradient
            nesterov = gradient + self.momentum * self.buffer
            gradient = nesterov if self.nesterov else self.buffer
        return weight - rate * gradient


def walk(optimizer, gradients, rates, start):
    """The weight before the first step and after each one."""
    weight = keras().Variable(np.array(start, np.float32))
    path = [np.asarray(weight).copy()]
    for gradient, rate in zip(gradients, rates, strict=True):
        optimizer.learning_rate = rate
        optimizer.apply([keras().ops.convert_to_tensor(gradient)], [weight])
        path.append(np.asarray(weight).copy())
    return np.array(path)


def network(penalty=None):
    """A network with BatchNormalization; the penalty lies on every trainable weight."""
    layers = keras().layers
    both = {"kernel_regularizer": penalty, "bias_regularizer": penalty}
    normal = layers.BatchNormalization(gamma_regularizer=penalty, beta_regularizer=penalty)
    stack = [layers.Input(small.SHAPE), layers.Flatten(), layers.Dense(8, **both), normal]
    return keras().Sequential([*stack, layers.ReLU(), layers.Dense(small.CLASSES, **both)])


@pytest.mark.parametrize(
    ("momentum", "nesterov"), [(0.0, False), (0.9, False), (0.9, True), (0.5, True)]
)
@pytest.mark.parametrize("decay", [0.0, 1e-4, 0.1])
def test_it_steps_as_pytorch_does_through_cuts_of_the_rate(momentum, nesterov, decay):
    rng = np.random.default_rng(0)
    gradients = rng.normal(size=(30, 4)).astype(np.float32)
    rates = [0.1] * 10 + [0.02] * 10 + [0.004] * 10
    oracle, weight = Torch(momentum, nesterov, decay), rng.normal(size=4)
    settings = {"momentum": momentum, "nesterov": nesterov, "coupled_decay": decay}
    path = walk(CoupledSGD(0.1, **settings), gradients, rates, weight)
    for gradient, rate, reached in zip(gradients, rates, path[1:], strict=True):
        weight = oracle.step(weight, gradient.astype(np.float64), rate)
        np.testing.assert_allclose(reached, weight, rtol=2e-5, atol=2e-6)


def test_coupled_decay_is_about_ten_times_as_strong_as_keras_own():
    still = np.zeros((50, 1), np.float32)
    coupled = CoupledSGD(0.1, momentum=0.9, coupled_decay=0.01)
    decoupled = keras().optimizers.SGD(0.1, momentum=0.9, weight_decay=0.01)
    assert walk(coupled, still, [0.1] * 50, [1.0])[-1, 0] == pytest.approx(0.644, abs=1e-3)
    assert walk(decoupled, still, [0.1] * 50, [1.0])[-1, 0] == pytest.approx(0.951, abs=1e-3)


def test_a_cut_of_the_rate_shortens_the_next_step_and_keras_own_later():
    slope, rates = np.ones((201, 1), np.float32), [0.1] * 200 + [0.02]
    steps = {
        kind: np.diff(walk(kind(0.1, momentum=0.9), slope, rates, [0.0])[:, 0])
        for kind in (CoupledSGD, keras().optimizers.SGD)
    }
    shares = {kind: taken[-1] / taken[-2] for kind, taken in steps.items()}
    assert shares[CoupledSGD] == pytest.approx(0.2, abs=0.001)
    assert shares[keras().optimizers.SGD] > 0.9


def test_at_one_rate_it_is_keras_with_an_l2_penalty_of_half_the_decay_on_every_weight():
    x, y = small.data(64)
    plain, penalised = network(), network(keras().regularizers.L2(0.01))
    penalised.set_weights(plain.get_weights())
    small.compiled(plain, CoupledSGD(0.1, momentum=0.9, nesterov=True, coupled_decay=0.02))
    small.compiled(penalised, small.sgd(0.1, momentum=0.9, nesterov=True))
    history = [
        model.fit(x, y, batch_size=16, epochs=3, shuffle=False, verbose=0).history["loss"]
        for model in (plain, penalised)
    ]
    for one, other in zip(plain.get_weights(), penalised.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)
    assert history[0][0] < history[1][0]  # the penalty shows in the loss, the decay does not


def test_train_ends_at_the_same_bits_as_fit():
    x, y = small.data(64)
    models = [network(), network()]
    models[1].set_weights(models[0].get_weights())
    for model in models:
        optimizer = CoupledSGD(0.1, momentum=0.9, nesterov=True, coupled_decay=1e-2)
        small.compiled(model, optimizer)
    models[0].fit(x, y, batch_size=16, epochs=3, shuffle=False, verbose=0)
    train(models[1], (x, y), epochs=3, batch_size=16, order=lambda epoch: np.arange(64))
    assert small.same(small.state(models[0]), small.state(models[1]))


def test_keras_saves_it_and_gives_it_back():
    optimizer = CoupledSGD(0.1, momentum=0.9, nesterov=True, coupled_decay=1e-4)
    config = keras().optimizers.serialize(optimizer)
    again = keras().optimizers.deserialize(config)
    assert isinstance(again, CoupledSGD)
    assert again.get_config() == optimizer.get_config()


def test_a_negative_decay_is_refused():
    with pytest.raises(ValueError, match=r"coupled_decay is -0.1;"):
        CoupledSGD(coupled_decay=-0.1)
