"""No false alarm on models that are right, in any spelling; no miss on those that are wrong."""

from __future__ import annotations

import numpy as np
import pytest

import lossacc
from tests.checks.model.zoo import RIGHT, WRONG, K, Y, mobile_net


def severities(case, seed):
    K.utils.set_random_seed(seed)
    audit = lossacc.audit(case.build(), case.x, case.y)
    return {finding.check: finding.severity for finding in audit.findings}


def test_half_of_the_models_are_right():
    assert len({case.name for case in RIGHT + WRONG}) == len(RIGHT + WRONG) >= 120
    assert abs(len(RIGHT) - len(WRONG)) < 10
    assert not any("wrong" in case.found.values() for case in RIGHT)


@pytest.mark.parametrize("case", RIGHT + WRONG, ids=lambda case: case.name)
def test_finds_what_is_there_and_nothing_else(case):
    assert severities(case, seed=0) == dict(case.found)


@pytest.mark.slow
@pytest.mark.parametrize("case", RIGHT + WRONG, ids=lambda case: case.name)
@pytest.mark.parametrize("seed", range(1, 4))
def test_finds_the_same_whatever_the_weights(case, seed):
    assert severities(case, seed) == dict(case.found)


@pytest.mark.slow
def test_a_large_network():
    images = np.random.default_rng(0).random((40, 32, 32, 3)).astype(np.float32)
    assert not lossacc.audit(mobile_net(), images, Y[:40]).findings
