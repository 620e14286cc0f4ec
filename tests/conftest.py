from __future__ import annotations

import pytest


@pytest.fixture
def mixed_precision():
    """Half-precision arithmetic in every layer that the test builds."""
    from lossacc.backend import keras

    policies = keras().config
    before = policies.dtype_policy()
    policies.set_dtype_policy("mixed_float16")
    yield
    policies.set_dtype_policy(before)
