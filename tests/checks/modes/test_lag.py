"""What moving weights can make of a printed number, and what is left unexplained."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import lossacc
from lossacc.checks.modes.lag import Range, accuracy_range, exactly, loss_range
from lossacc.support.keras_api import keras
from tests.small import compiled, cross_entropy, data, dense

FINITE = st.floats(-100, 100)
X, Y = data(80)


@given(FINITE, st.floats(0, 10), st.floats(0, 10), st.floats(0, 1))
def test_a_part_never_leaves_its_range(rest, down, up, luck) -> None:
    part = Range(-down, up, luck).part(rest)
    assert -down - luck <= part <= up + luck
    assert part * rest >= 0
    assert abs(part) <= abs(rest) or part == rest


@given(FINITE)
def test_a_measured_lag_is_all_of_it(lag) -> None:
    assert exactly(lag).part(lag) == lag


FALLING = {"loss": [2.0, 1.0, 0.7, 0.6], "accuracy": [0.3, 0.6, 0.8, 0.85]}


def test_falling_epochs_bound_it_by_how_much_they_fall() -> None:
    found = loss_range(0.5, 0.6, FALLING, guess=2.3)
    assert (found.low, found.high) == (0, pytest.approx(0.3))
    found = accuracy_range(0.9, 0.85, FALLING, 1000)
    assert (found.low, found.high) == (pytest.approx(-0.2), 0)


def test_of_a_first_epoch_nobody_knows_how_it_began() -> None:
    assert loss_range(0.5, 2.0, FALLING, guess=2.3).high == math.inf
    assert accuracy_range(0.9, 0.3, FALLING, 1000).low == -0.9


def test_epochs_that_swing_bound_it_on_both_sides() -> None:
    found = loss_range(0.3559, 0.3042, {"loss": [0.36, 0.3042, 0.3559]}, guess=2.3)
    assert found.low == pytest.approx(-0.0517)
    assert found.part(0.3042 - 0.3559) == pytest.approx(0.3042 - 0.3559)


def test_without_a_history_a_guess_bounds_it() -> None:
    assert loss_range(0.5, 0.9, {}, guess=2.3).high == pytest.approx(1.8)
    assert loss_range(0.5, 0.9, {}, guess=None).high == 0
    assert loss_range(5.0, 5.5, {}, guess=2.3).high == 0
    assert loss_range(0.5, 0.9, {"loss": [math.nan, 3.0]}, guess=2.3).high == pytest.approx(1.8)


def model(*metrics, loss=None):
    hidden = (keras().layers.Dense(16, "relu"),)
    return compiled(dense(hidden=hidden), keras().optimizers.Adam(0.02), loss, metrics=[*metrics])


def gap_of(network, x=X, y=Y, **settings):
    return lossacc.mode_gap(network, x, y, batch_size=8, **settings)


def adds_up(gap) -> bool:
    accuracy = gap.accuracy
    return math.isclose(sum(gap.parts.values()), gap.gap, abs_tol=1e-9) and (
        accuracy is None or math.isclose(sum(accuracy.parts.values()), accuracy.gap, abs_tol=1e-9)
    )


@pytest.fixture(scope="module")
def trained():
    """A network, and what `fit` printed at the end."""
    network = model("accuracy")
    history = network.fit(X, Y, batch_size=8, epochs=12, verbose=0).history
    return network, {name: values[-1] for name, values in history.items()}


def test_a_network_that_learned_nothing_did_not_print_that() -> None:
    gap = gap_of(model("accuracy"), printed={"loss": 0.1, "accuracy": 0.98})
    assert gap.parts["lag"] == 0
    assert gap.parts["unexplained"] == pytest.approx(0.1 - gap.training)
    assert gap.accuracy.parts["unexplained"] > 0.3
    assert "unexplained" in gap.headline
    assert "Ask next" in str(gap)
    assert adds_up(gap)


def test_what_fit_printed_on_these_examples_is_explained(trained) -> None:
    network, line = trained
    gap = gap_of(network, printed=line)
    assert gap.parts["unexplained"] == 0
    assert gap.accuracy.parts["unexplained"] == 0
    assert gap.parts["lag"] == pytest.approx(line["loss"] - gap.training)
    assert "Ask next" not in str(gap)


OTHERS = {
    "labels": (X, (Y + 1) % 3),
    "scale": (X * 30 - 7, Y),
    "noise": (np.random.default_rng(0).random(X.shape, np.float32), Y),
    "mirrored": (2 - X, Y),
    "shuffled": (X, np.random.default_rng(1).permutation(Y)),
}


@pytest.mark.parametrize("name", OTHERS)
def test_what_it_printed_on_others_is_not(trained, name) -> None:
    network, line = trained
    before = [value.copy() for value in network.get_weights()]
    gap = gap_of(network, *OTHERS[name], printed=line)
    assert gap.parts["unexplained"] < -0.3
    assert abs(gap.parts["lag"]) < 0.1
    assert adds_up(gap)
    for one, two in zip(before, network.get_weights(), strict=True):
        assert np.array_equal(one, two)


def test_next_epoch_measures_the_network_that_was_handed_in(trained) -> None:
    network, _ = trained
    found = gap_of(network)
    alone = gap_of(network, printed=None)
    assert found.evaluation == alone.evaluation
    assert found.training == alone.training
    assert found.printed == pytest.approx(found.training + found.parts["lag"])
    assert found.parts["unexplained"] == 0
    assert adds_up(found)


def test_the_best_epoch_of_one_batch_each_is_a_lag() -> None:
    """With one batch an epoch the printed loss is that of the weights before the step."""
    network = model(loss=cross_entropy())
    network.optimizer.learning_rate = 0.3
    stop = keras().callbacks.EarlyStopping("loss", patience=6, restore_best_weights=True)
    losses = network.fit(X, Y, batch_size=80, epochs=60, verbose=0, callbacks=[stop]).history[
        "loss"
    ]
    best = int(np.argmin(losses))
    gap = lossacc.mode_gap(network, X, Y, batch_size=80, printed={"loss": losses[best]})
    assert gap.parts["unexplained"] == 0
    assert gap.parts["lag"] == pytest.approx(losses[best] - gap.training)
    if best + 1 < len(losses):
        assert gap.training == pytest.approx(losses[best + 1], rel=1e-4)


@pytest.mark.parametrize(
    "name", ["binary_accuracy", "top_3_accuracy", "top_k_categorical_accuracy"]
)
def test_what_is_no_share_of_right_answers_is_not_taken_for_it(trained, name) -> None:
    network, line = trained
    gap = gap_of(network, printed={"loss": line["loss"], name: 0.999})
    assert gap.accuracy.printed is None
