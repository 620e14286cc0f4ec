from __future__ import annotations

from pathlib import Path

import pytest

TESTS = Path(__file__).parent
ONE_BY_ONE = ("browser", "benchmarks")  # one browser for all; what is timed has the machine alone


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep together, in one of the processes, the tests of a file, and of some folders."""
    for item in items:
        file = item.path.relative_to(TESTS)
        group = file.parts[0] if file.parts[0] in ONE_BY_ONE else str(file)
        item.add_marker(pytest.mark.xdist_group(group))


@pytest.fixture
def mixed_precision():
    """Half-precision arithmetic in every layer that the test builds."""
    from lossacc.backend import keras

    policies = keras().config
    before = policies.dtype_policy()
    policies.set_dtype_policy("mixed_float16")
    yield
    policies.set_dtype_policy(before)
