"""What is asked again of notebook 10: the numbers, worked out here."""

from __future__ import annotations

import numpy as np
import pytest

from tests.lessons.asked_again import asked, key


def test_behind_eight_layers() -> None:
    left = 1.0
    for _ in range(8):
        left /= 2
    assert key("behind eight layers") == f"1/{1 / left:.0f}"


def test_another_accuracy_of_nan() -> None:
    labels = np.repeat(np.arange(4), [70, 50, 40, 40])
    answers = np.full((200, 4), np.nan).argmax(axis=1)
    assert key("another accuracy of nan") == f"{100 * (answers == labels).mean():.0f} %"


def test_a_third_of_the_limit() -> None:
    """Of the four options, the right one alone gives a step of the same length."""
    lengths = {"A": 0.2 * 0.03, "B": 0.6 * 0.03, "C": 1.8 * 0.01, "D": 0.2 * 0.01}
    same = [name for name, length in lengths.items() if length == pytest.approx(0.6 * 0.01)]
    assert same == [asked("a third of the limit").right]
    assert key("a third of the limit") == "A limit of .2 and a rate of .03."


def test_none_in_a_thousand() -> None:
    """A limit that is never reached leaves every step as it is."""
    keras = pytest.importorskip("keras")
    weights = []
    for limit in (None, 5.0):
        variable = keras.Variable(np.ones(3, np.float32))
        optimizer = keras.optimizers.SGD(0.1, global_clipnorm=limit)
        for _ in range(5):
            optimizer.apply([2 * variable.value], [variable])
        weights.append(np.asarray(variable))
    assert (weights[0] == weights[1]).all()
    assert key("none in a thousand") == "The same curve."
