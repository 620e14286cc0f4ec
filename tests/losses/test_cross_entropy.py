"""The losses against their formulas, and against Keras."""

from __future__ import annotations

import math
import subprocess
import sys
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossacc.losses import cross_entropy as losses

K = 4
FORMULAS: dict[Callable[..., np.ndarray], Callable[[float], float]] = {
    losses.cross_entropy: lambda p: -math.log(p),
    losses.expected_error: lambda p: 1 - p,
    losses.generalised_cross_entropy: lambda p: (1 - p**0.7) / 0.7,
    losses.huberised_cross_entropy: lambda p: (
        -math.log(p) if p > 0.1 else 1 + math.log(10) - 10 * p
    ),
}
CEILINGS = {
    losses.expected_error: 1.0,
    losses.generalised_cross_entropy: 1 / 0.7,
    losses.huberised_cross_entropy: 1 + math.log(10),
    losses.mean_squared_error: 2 / K,
}

seeds = st.integers(0, 2**32 - 1)


def _draw(seed: int, scale: float = 3.0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.normal(0, scale, (20, K)).astype(np.float32), rng.integers(0, K, 20)


def _chances(logits: np.ndarray) -> np.ndarray:
    grown = np.exp(logits.astype(np.float64))
    return grown / grown.sum(axis=1, keepdims=True)


@given(seeds)
@pytest.mark.parametrize("loss", FORMULAS)
def test_each_is_its_formula_of_p(loss: Callable[..., np.ndarray], seed: int) -> None:
    logits, labels = _draw(seed)
    own = _chances(logits)[np.arange(20), labels]
    expected = [FORMULAS[loss](p) for p in own]
    assert loss(logits, labels) == pytest.approx(expected, rel=1e-9, abs=1e-12)


@given(seeds)
def test_squared_error_is_a_double_loop(seed: int) -> None:
    logits, labels = _draw(seed)
    for row, label, found in zip(
        _chances(logits), labels, losses.mean_squared_error(logits, labels), strict=True
    ):
        assert found == pytest.approx(sum((p - (c == label)) ** 2 for c, p in enumerate(row)) / K)


@pytest.mark.parametrize("loss", CEILINGS)
def test_floor_and_ceiling_are_reached(loss: Callable[..., np.ndarray]) -> None:
    sure = np.array([[2000.0, 0, 0, 0]] * 2)
    assert loss(sure, np.array([0, 1])) == pytest.approx([0.0, CEILINGS[loss]], abs=1e-12)


def test_cross_entropy_has_no_ceiling() -> None:
    sure = np.array([[2000.0, 0, 0, 0]] * 2)
    assert losses.cross_entropy(sure, np.array([0, 1])).tolist() == [0.0, 2000.0]


@given(seeds)
def test_the_two_ends_of_q(seed: int) -> None:
    logits, labels = _draw(seed, scale=1.0)
    near = losses.generalised_cross_entropy(logits, labels, q=1e-7)
    assert near == pytest.approx(losses.cross_entropy(logits, labels), rel=1e-5, abs=1e-9)
    full = losses.generalised_cross_entropy(logits, labels, q=1.0)
    assert full == pytest.approx(losses.expected_error(logits, labels))
    # 1 - p is half the summed absolute error.
    error = np.abs(_chances(logits) - np.eye(K)[labels]).sum(axis=1)
    assert full == pytest.approx(error / 2)


@pytest.mark.parametrize("tau", [1.5, 2.0, 10.0])
def test_the_huberised_loss_joins_smoothly(tau: float) -> None:
    p = 1 / tau + np.array([-2e-6, -1e-6, 1e-6, 2e-6])
    logits = np.stack([np.log(p / (1 - p)), np.zeros(4)], axis=1)
    found = losses.huberised_cross_entropy(logits, np.zeros(4, int), tau)
    slopes = np.diff(found) / np.diff(p)
    assert slopes == pytest.approx([-tau] * 3, rel=1e-4)


@pytest.mark.parametrize("q", [0.3, 0.7, 1.0])
@pytest.mark.parametrize("shape", ["(N,)", "(N, 1)", "(N, K)"])
def test_the_keras_loss_is_the_numpy_loss(q: float, shape: str) -> None:
    logits, labels = _draw(5)
    given_labels = {"(N,)": labels, "(N, 1)": labels[:, None], "(N, K)": np.eye(K)[labels]}[shape]
    expected = losses.generalised_cross_entropy(logits, labels, q).mean()
    assert float(losses.keras_loss(q)(given_labels, logits)) == pytest.approx(expected, rel=1e-5)


def test_the_keras_loss_takes_soft_targets() -> None:
    logits, labels = _draw(6)
    soft = 0.7 * np.eye(K)[labels] + 0.3 * np.eye(K)[(labels + 1) % K]
    parts = [losses.generalised_cross_entropy(logits, to) for to in (labels, (labels + 1) % K)]
    expected = (0.7 * parts[0] + 0.3 * parts[1]).mean()
    assert float(losses.keras_loss()(soft, logits)) == pytest.approx(expected, rel=1e-5)


def test_its_gradient_is_finite_where_p_underflows() -> None:
    import tensorflow as tf

    logits = tf.Variable([[300.0, 0.0, 0.0], [0.1, 0.2, 0.3]])
    with tf.GradientTape() as tape:
        loss = losses.keras_loss(0.7)(np.array([1, 1]), logits)
    slope = tape.gradient(loss, logits).numpy()
    assert np.isfinite(slope).all()
    # d/dz of (1 - p^q) / q is p^q (p_k - target_k); half of it, for the mean of two.
    p = _chances(np.array([[0.1, 0.2, 0.3]]))[0]
    assert slope[1] == pytest.approx(p[1] ** 0.7 * (p - [0, 1, 0]) / 2, rel=1e-5)


def test_it_compiles_and_trains() -> None:
    import keras

    images, labels = np.eye(6, dtype=np.float32), np.arange(6) % 3
    model = keras.Sequential([keras.Input((6,)), keras.layers.Dense(3)])
    model.compile(keras.optimizers.SGD(1.0), losses.keras_loss(0.5))
    before = losses.generalised_cross_entropy(np.asarray(model(images)), labels, 0.5).mean()
    history = model.fit(images, labels, epochs=20, verbose=0).history["loss"]
    assert history[0] == pytest.approx(before, rel=1e-5)
    after = losses.generalised_cross_entropy(np.asarray(model(images)), labels, 0.5).mean()
    assert after < 0.5 * before


def test_keras_can_write_it_down_and_read_it_back() -> None:
    import keras

    again = keras.losses.deserialize(keras.losses.serialize(losses.keras_loss(0.5)))
    assert type(again) is type(losses.keras_loss())
    assert again.get_config()["q"] == 0.5
    assert again.get_config()["from_logits"] is True


def test_importing_starts_no_tensorflow() -> None:
    code = (
        "import lossacc.losses.cross_entropy, lossacc.analysis.ledger, lossacc.runs.toys, "
        "lossacc.analysis.calibration, lossacc.claims.catalogue, sys; "
        "sys.exit('tensorflow' in sys.modules or 'matplotlib' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_keras_loss_refuses_what_it_was_not_made_for() -> None:
    with pytest.raises(ValueError, match="got 1 logit"):
        losses.keras_loss()(np.array([0, 1]), np.zeros((2, 1), np.float32))
    with pytest.raises(ValueError, match="takes logits only"):
        type(losses.keras_loss())(from_logits=False)
