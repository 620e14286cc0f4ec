"""Networks with movable strengths: the bits of Keras' own plain numbers."""

from __future__ import annotations

import numpy as np
import pytest

from lossacc.data import load_digits, split
from lossacc.lessons.the_penalty_inside_the_loss.training import KERNELS, penalised, squared_norm
from lossacc.networks.cnn import initialise, small_cnn
from lossacc.support.keras_api import keras
from lossacc.training.train import train

IMAGES = split(load_digits(), 160, 40, seed=0)[0]


def by_hand(optimizer, l2, decay, **options):
    """The network as anybody would write it in Keras."""
    model = small_cnn(IMAGES.shape, IMAGES.classes, l2=l2, **options)
    optimizers = keras().optimizers
    made = optimizers.Adam() if optimizer == "Adam" else optimizers.SGD(momentum=0.9)
    made.weight_decay = decay or None
    made.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    model.compile(made, keras().losses.SparseCategoricalCrossentropy(from_logits=True))
    return initialise(model, 3)


def run_of(model, epochs=2):
    return train(model, IMAGES, epochs=epochs, learning_rate=0.01, seed=3)


@pytest.mark.parametrize(
    ("optimizer", "l2", "decay", "options"),
    [
        ("SGD", 0.01, 0.0, {}),
        ("SGD", 0.0, 0.2, {}),
        ("SGD", 0.01, 0.02, {"batch_norm": True}),
        ("Adam", 0.001, 0.02, {}),
        ("SGD", 0.0, 0.0, {"dropout": 0.5}),
    ],
)
def test_a_variable_in_place_of_the_number_gives_the_same_bits(optimizer, l2, decay, options):
    network = penalised(IMAGES.shape, IMAGES.classes, optimizer=optimizer, **options)
    # Other strengths first, so that what is traced cannot be what is asked for.
    run_of(network.start(1, l2=0.1, decay=2.0, on=KERNELS[0]), epochs=1)
    run = run_of(network.start(3, l2=l2, decay=decay, on=KERNELS[0]))
    wanted = run_of(by_hand(optimizer, l2, decay, **options))
    assert (run.train.logits == wanted.train.logits).all()
    assert run.penalty.tolist() == wanted.penalty.tolist()


def test_the_penalty_is_the_factor_times_the_squared_norm():
    network = penalised(IMAGES.shape, IMAGES.classes)
    for on in KERNELS:
        model = network.start(0, l2=0.25, decay=0.0, on=on)
        run = run_of(model, epochs=1)
        assert run.penalty[-1] == pytest.approx(0.25 * squared_norm(model, on), rel=1e-5)
    kernels = [np.asarray(layer.kernel) for layer in model.layers if hasattr(layer, "kernel")]
    assert squared_norm(model) == pytest.approx(sum((one**2).sum() for one in kernels), rel=1e-5)
    assert squared_norm(model, KERNELS[1]) == pytest.approx(
        sum((one**2).sum() for one in kernels if one.ndim == 4), rel=1e-5
    )


def test_biases_and_batch_norm_are_not_decayed():
    network = penalised(IMAGES.shape, IMAGES.classes, batch_norm=True)
    model = network.start(0, l2=0.0, decay=1.0, on=KERNELS[0])
    before = {v.path: np.asarray(v) for v in model.trainable_variables}
    zeros = [np.zeros(v.shape, np.float32) for v in model.trainable_variables]
    model.optimizer.learning_rate = 0.1
    model.optimizer.apply_gradients(
        zip(map(keras().ops.convert_to_tensor, zeros), model.trainable_variables, strict=True)
    )
    for variable in model.trainable_variables:
        factor = 0.9 if variable.name == "kernel" else 1.0
        assert np.asarray(variable) == pytest.approx(factor * before[variable.path], rel=1e-5)
