"""What the series trains on in the place of a loss: against other formulas, and against Keras."""

from __future__ import annotations

import math
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossacc.losses.formulas import FORMULAS, formula, margin, smoothed_name, softmax

K = 4
A = math.log(math.e + K - 1)
seeds = st.integers(0, 2**32 - 1)


def drawn(seed: int, scale: float = 2.0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.normal(0, scale, (20, K)).astype(np.float32), rng.integers(0, K, 20)


def one_by_one(name: str, z: list[float], label: int) -> float:
    """Each formula for one example, in plain Python."""
    grown = [math.exp(one) for one in z]
    p = [one / sum(grown) for one in grown]
    target = [float(k == label) for k in range(K)]
    own, m = p[label], z[label] - max(one for k, one in enumerate(z) if k != label)
    again = [math.exp(one) for one in p]
    rival = max(0.0, *(one for k, one in enumerate(z) if k != label))
    if name.startswith("smoothed error"):
        return 1 / (1 + math.exp(m / float(name.split()[-1])))
    return {
        "cross-entropy": -math.log(own),
        "1 - accuracy": float(m < 0),
        "expected error": 1 - own,
        "mean probability, all classes": 1 / K,
        "mean probability, sigmoids": sum(1 / (1 + math.exp(-one)) for one in z) / K,
        "mean probability, true class": own,
        "mean squared error": sum((a - b) ** 2 for a, b in zip(p, target, strict=True)) / K,
        "mean absolute error": 2 * (1 - own) / K,
        "generalised cross-entropy": 2 * (1 - math.sqrt(own)),
        "categorical hinge": max(0.0, 1 + rival - z[label]),
        "focal": -0.25 * (1 - own) ** 2 * math.log(own),
        "label smoothing": -sum(
            (0.9 * t + 0.1 / K) * math.log(one) for t, one in zip(target, p, strict=True)
        ),
        "softmax twice": -math.log(again[label] / sum(again)),
        "swapped: tf.nn, logits": A * sum(z) - z[label],
        "swapped: tf.nn, probabilities": A - own,
        "swapped: Keras": -math.log(1e-7) * (1 - own),
    }[name]


@given(seeds)
@pytest.mark.parametrize("name", FORMULAS)
def test_each_is_its_formula_in_plain_python(name: str, seed: int) -> None:
    logits, labels = drawn(seed, scale=0.5 if name.endswith("0.01") else 2.0)
    wanted = [
        one_by_one(name, [float(one) for one in row], int(label))
        for row, label in zip(logits, labels, strict=True)
    ]
    assert formula(name)(logits, labels) == pytest.approx(wanted, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("name", FORMULAS)
def test_huge_logits_give_numbers(name: str) -> None:
    logits = np.array([[1e6, 0, -1e6, 3], [-1e6, 0, 1e6, 3]])
    assert np.isfinite(formula(name)(logits, np.array([0, 0]))).all()


@pytest.mark.parametrize("name", sorted(set(FORMULAS) - {"cross-entropy", "1 - accuracy"}))
def test_keras_and_tensorflow_give_the_same(name: str) -> None:
    from lossacc.claims.networks import _loss

    logits, labels = drawn(3)
    found = float(_loss(name)(labels, logits))
    assert found == pytest.approx(formula(name)(logits, labels).mean(), rel=1e-4, abs=1e-5)


def test_one_minus_accuracy_is_counted_and_is_what_sign_gives() -> None:
    from lossacc.losses.in_keras import keras_objective

    logits, labels = drawn(4)
    wrong = np.mean([row.argmax() != label for row, label in zip(logits, labels, strict=True)])
    assert formula("1 - accuracy")(logits, labels).mean() == wrong
    assert float(keras_objective("1 - accuracy")(labels, logits)) == pytest.approx(wrong)


def test_with_two_classes_the_smoothed_error_at_one_is_the_expected_error() -> None:
    logits = np.random.default_rng(0).normal(size=(9, 2))
    labels = np.arange(9) % 2
    smooth = formula(smoothed_name(1.0))(logits, labels)
    assert smooth == pytest.approx(formula("expected error")(logits, labels))


def test_margin_and_softmax() -> None:
    logits = np.array([[1.0, 3.0, 2.0], [1.0, 3.0, 2.0]])
    assert margin(logits, np.array([1, 0])).tolist() == [1.0, -2.0]
    assert softmax(logits).sum(axis=1) == pytest.approx([1, 1])


def test_a_name_that_is_none_is_refused_with_those_there_are() -> None:
    from lossacc.losses.in_keras import keras_objective

    with pytest.raises(ValueError, match="'brier'; expected one of \"cross-entropy"):
        formula("brier")
    with pytest.raises(ValueError, match="'brier'; expected one of \"1 - accuracy"):
        keras_objective("brier")


def test_importing_starts_no_tensorflow() -> None:
    code = (
        "import lossacc.losses.reference_values, lossacc.losses.logit_slice, sys; "
        "import lossacc.losses.in_keras; "
        "sys.exit('tensorflow' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
