"""Losses along one weight, against a real network whose weight is moved."""

from __future__ import annotations

import numpy as np
import pytest

from lossacc.losses.logit_slice import along_bias
from lossacc.runs.scores import Scores
from tests import small


def test_it_is_what_a_network_gives_whose_bias_was_moved() -> None:
    images, labels = small.data(30)
    model = small.compiled(small.dense())
    logits = np.asarray(model(images))
    found = along_bias(Scores(logits[None], labels), unit=1, reach=2.0, places=5)
    kernel, bias = model.layers[-1].get_weights()
    for place, moved in enumerate([-2.0, -1.0, 0.0, 1.0, 2.0]):
        model.layers[-1].set_weights([kernel, bias + np.array([0, moved, 0])])
        own = np.asarray(model(images), np.float64)
        wrong = (own.argmax(axis=1) != labels).mean()
        plain = float(model.evaluate(images, labels, verbose=0))
        assert found.losses["1 - accuracy"][place] == pytest.approx(wrong)
        assert found.losses["cross-entropy"][place] == pytest.approx(plain, rel=1e-5)
    assert found.moved.tolist() == [-2, -1, 0, 1, 2]


def test_near_enough_the_count_is_level_and_the_loss_is_not() -> None:
    rng = np.random.default_rng(0)
    logits = rng.normal(size=(1, 40, 3)).astype(np.float32)
    found = along_bias(Scores(logits, np.arange(40) % 3), reach=1e-6)
    assert found.steps("1 - accuracy") == 0
    assert found.steps("cross-entropy") == 600


def test_what_makes_no_slice_is_refused() -> None:
    scores = Scores(np.zeros((2, 5, 3), np.float32), np.arange(5) % 3)
    for bad in ({"row": 2}, {"row": -3}, {"unit": 3}, {"reach": 0.0}, {"places": 1}):
        with pytest.raises(ValueError, match="expected a"):
            along_bias(scores, **bad)
    with pytest.raises(ValueError, match="'nothing'"):
        along_bias(scores, ("nothing",))
