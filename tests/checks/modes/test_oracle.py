"""`mode_gap` of a network that has every part, against the same network in numpy."""

from __future__ import annotations

import functools

import numpy as np
import pytest

import lossacc
from lossacc.checks.modes import PARTS
from lossacc.support.keras_api import keras
from tests.checks.modes.oracle import BATCH, SIZE, Numpy, everything, images, shapley
from tests.small import compiled, sgd

SWITCHES = ("dropout", "batch statistics", "augmentation")
X, Y = images()
STARTS = range(0, SIZE, BATCH)


@pytest.fixture(autouse=True)
def _float64():
    """All in float64: in float32 a batch of next to no variance turns rounding into 1e-6."""
    config = keras().config
    before = config.floatx(), config.dtype_policy()
    config.set_floatx("float64")
    config.set_dtype_policy("float64")
    yield
    config.set_floatx(before[0])
    config.set_dtype_policy(before[1])


def network(rate=0.1):
    keras().utils.set_random_seed(1)  # of eight tried, one whose parts are all well above zero
    model = compiled(
        everything(), sgd(rate), "sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    for variable, number in zip(model.trainable_variables, range(99), strict=False):
        drawn = np.random.default_rng([number, 1]).normal(0, 0.5, variable.shape)
        variable.assign(np.asarray(variable) + drawn)
    model.fit(X, Y, epochs=2, batch_size=BATCH, shuffle=False, verbose=0)
    return model


def sow(model, seed=0):
    """Set the random generators as `mode_gap` does for its first draw."""
    states = [v for v in model.non_trainable_variables if v.name == "seed_generator_state"]
    assert len(states) == 4
    for place, state in enumerate(states):
        state.assign([int(np.random.default_rng([seed, 0, place]).integers(2**31)), 0])


def copied(model):
    copy = keras().models.clone_model(model)
    copy.set_weights(model.get_weights())
    return compiled(copy, sgd(float(model.optimizer.learning_rate)), model.loss)


def step_by_step(model, order):
    """Train a copy for one epoch, a batch at a time; give it and its losses, batch by batch."""
    copy = copied(model)
    sow(copy)
    losses = []
    for start in STARTS:
        chosen = order[start : start + BATCH]
        copy.reset_metrics()
        losses.append(copy.train_on_batch(X[chosen], Y[chosen], return_dict=True)["loss"])
    return copy, losses


def values(copy, order):
    """Loss and accuracy with each set of switches on, as functions of the set."""
    oracle = Numpy(copy)
    sow(copy)
    batches = [order[start : start + BATCH] for start in STARTS]
    drawn = [oracle.draw(X[chosen]) for chosen in batches]

    @functools.cache
    def measured(on):
        each = [
            oracle.losses(X[chosen], Y[chosen], masks, on)
            for chosen, masks in zip(batches, drawn, strict=True)
        ]
        return tuple(float(np.concatenate(part).mean()) for part in zip(*each, strict=True))

    return (lambda on: measured(on)[0]), (lambda on: measured(on)[1]), oracle.penalty()


@pytest.mark.parametrize("shuffle", [False, True])
def test_every_part_is_that_of_the_same_network_in_numpy(shuffle):
    model = network()
    gap = lossacc.mode_gap(model, X, Y, batch_size=BATCH, shuffle=shuffle)
    order = np.random.default_rng([0, 0]).permutation(SIZE) if shuffle else np.arange(SIZE)
    trained, losses = step_by_step(model, order)
    whole = frozenset(SWITCHES)
    epoch = sum(n * value for n, value in zip((8, 8, 6), losses, strict=True)) / SIZE
    later, _, grown = values(trained, order)
    lag = epoch - (later(whole) + grown)
    loss, accuracy, penalty = values(copied(model), order)
    training = loss(whole) + penalty
    printed = training + lag
    expected = shapley(loss, SWITCHES)
    expected |= {"other": 0.0, "penalty": penalty, "lag": lag, "unexplained": 0.0}
    assert gap.evaluation == pytest.approx(loss(frozenset()), abs=1e-7)
    assert gap.training == pytest.approx(training, abs=1e-7)
    assert gap.printed == pytest.approx(printed, abs=1e-7)
    assert set(gap.parts) == set(PARTS) == set(expected)
    for part in PARTS:
        assert gap.parts[part] == pytest.approx(expected[part], abs=1e-7), part
    assert all(abs(expected[part]) > 0.01 for part in PARTS if part not in ("other", "unexplained"))
    assert sum(gap.parts.values()) == pytest.approx(printed - loss(frozenset()), abs=1e-7)
    hits = shapley(accuracy, SWITCHES)
    for part in SWITCHES:
        assert gap.accuracy.parts[part] == pytest.approx(hits[part], abs=1e-7)


def test_tells_what_each_set_of_switches_gives():
    model = network()
    gap = lossacc.mode_gap(model, X, Y, batch_size=BATCH, shuffle=False, printed=None)
    loss, accuracy, _ = values(model, np.arange(SIZE))
    assert len(gap.loss.switched) == 8
    for on, value in gap.loss.switched.items():
        assert value == pytest.approx(loss(on), abs=1e-7)
        assert gap.accuracy.switched[on] == pytest.approx(accuracy(on), abs=1e-7)
    rest = loss(frozenset())
    for part in SWITCHES:
        assert gap.loss.alone[part] == pytest.approx(loss(frozenset({part})) - rest, abs=1e-7)


def test_evaluation_is_that_of_keras_less_the_penalty():
    model = network()
    gap = lossacc.mode_gap(model, X, Y, batch_size=BATCH, printed=None)
    loss, accuracy = model.evaluate(X, Y, verbose=0)
    assert gap.evaluation + gap.parts["penalty"] == pytest.approx(loss, abs=1e-7)
    assert gap.accuracy.evaluation == pytest.approx(accuracy, abs=1e-7)


def test_the_lag_is_what_the_weights_moved_while_the_epoch_was_averaged():
    """Where they do not move there is none, masks and batch statistics or not."""
    gap = lossacc.mode_gap(network(rate=0.0), X, Y, batch_size=BATCH)
    assert gap.parts["lag"] == pytest.approx(0, abs=1e-7)
    assert gap.accuracy.parts["lag"] == pytest.approx(0, abs=1e-7)
    assert abs(gap.parts["dropout"]) > 0.001


def test_a_printed_loss_is_taken_as_given():
    model = network()
    line = {name: v[-1] for name, v in model.fit(X, Y, verbose=0).history.items()}
    gap = lossacc.mode_gap(model, X, Y, printed=line)
    assert gap.printed == line["loss"]
    assert gap.accuracy.printed == line["accuracy"]
    assert gap.parts["lag"] == pytest.approx(line["loss"] - gap.training, abs=1e-12)
    assert sum(gap.parts.values()) == pytest.approx(line["loss"] - gap.evaluation, abs=1e-12)
    assert sum(gap.accuracy.parts.values()) == pytest.approx(
        line["accuracy"] - gap.accuracy.evaluation, abs=1e-12
    )
    assert lossacc.mode_gap(model, X, Y, printed=line["loss"]).parts == gap.parts
