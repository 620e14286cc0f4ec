"""A class that counts several times in the printed loss, and what looks like it and is not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.benchmarks.clinic.plans import plan_of
from tests.benchmarks.clinic.trainings import make
from tests.checks.clinic.made import learning, sound


def heavier(times, of=1, mean=0.5):
    """A run that prints a loss in which one class counts so many times; shares of both ends.

    Classes are learned one faster than the other, as they are in life.
    """
    train, held = learning(0), learning(1)
    pace = (0.5 + 0.25 * train.labels).astype(np.float32)
    train = replace(train, logits=train.logits * pace[:, None])
    weights = np.where(train.labels == of, times, 1.0)
    costs = (train.cross_entropy * weights).mean(axis=1)
    return sound(train, held, loss=mean * costs[:-1] + (1 - mean) * costs[1:])


def told(run):
    return next((one for one in run.diagnose().candidates if one.cause == "weights"), None)


@pytest.mark.parametrize("of", [0, 3])
@pytest.mark.parametrize("times", [3.0, 20.0])
def test_the_class_and_how_often_it_counts_are_read_off_the_printed_loss(times, of) -> None:
    found = told(heavier(times, of)).evidence[0].seen
    assert f"if class {of} counted" in found
    counted = float(found.split(" counted ")[1].split(" times")[0])
    assert counted == pytest.approx(times, rel=0.1)


@settings(max_examples=40)
@given(st.floats(1, 30), st.integers(0, 4), st.floats(0, 1))
def test_no_other_class_is_ever_named(times, of, mean) -> None:
    seen = told(heavier(times, of, mean))
    said = "" if seen is None else seen.evidence[0].seen
    assert f"if class {of} counted" in said or "if class" not in said


def test_what_costs_in_all_classes_is_no_weight_of_one() -> None:
    run = sound()
    plain = run.train.loss
    for loss in (plain[1:] + 0.6, 1.8 * plain[1:], (plain[1:] + plain[:-1]) / 2):
        seen = told(sound(loss=loss))
        assert seen is None or "if class" not in seen.evidence[0].seen


@pytest.mark.parametrize("network", ["cnn", "tanh"])
def test_trainings_of_keras_with_a_class_weight(network) -> None:
    found = make(plan_of("weights", "digits", network, 503)).diagnose()
    assert found.level == ("weights",)
    assert "if class 0 counted" in found.candidates[0].evidence[0].seen


@pytest.mark.parametrize("cause", ["healthy", "training mode", "soft targets"])
def test_trainings_of_keras_without_one(cause) -> None:
    seen = told(make(plan_of(cause, "digits", "cnn", 503)))
    assert seen is None or "if class" not in seen.evidence[0].seen
