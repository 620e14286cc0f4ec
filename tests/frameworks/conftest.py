from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _seeded():
    """Nothing here needs TensorFlow, which some of these libraries do not bear beside them."""
