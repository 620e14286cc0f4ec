from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

from lossacc.support.arithmetic import OWN, copy_of_run, use

# Where processes share the cores, one operation at a time is less work, at the same bits.
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")

# How long one example takes says nothing on a machine that others use too.
settings.register_profile("lossacc", deadline=None)
settings.load_profile("lossacc")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the tests compute as another processor would."""
    parser.addoption(
        "--arithmetic", default=OWN, help="one of lossacc.support.arithmetic.ARITHMETICS"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Choose how to compute before anything starts TensorFlow."""
    use(config.getoption("--arithmetic"))


ONE_BY_ONE = ("tests/browser", "tests/benchmarks")  # one browser; what is timed wants no company


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep together, in one process, the tests of a file, and those of some folders.

    With `-n 2 --dist loadgroup`. A file may have finer groups of its own.
    """
    for item in items:
        if item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(_group(item.nodeid)))


def _group(nodeid: str) -> str:
    file, _, _ = nodeid.partition("::")
    return next((folder for folder in ONE_BY_ONE if file.startswith(folder)), file)


@pytest.fixture(autouse=True)
def _seeded():
    """What a test draws without a seed of its own (weights, a shuffle) is the same in each run."""
    from lossacc.support.keras_api import keras

    keras().utils.set_random_seed(0)


@pytest.fixture(autouse=True)
def copy(request: pytest.FixtureRequest) -> Iterator[None]:
    """Make a copy of every run, where a test asks for it; see `tests.copies`."""
    if not hasattr(request, "param"):
        yield
        return
    with copy_of_run(request.param):
        yield


@pytest.fixture
def mixed_precision():
    """Half-precision arithmetic in every layer that the test builds."""
    from lossacc.support.keras_api import keras

    policies = keras().config
    before = policies.dtype_policy()
    policies.set_dtype_policy("mixed_float16")
    yield
    policies.set_dtype_policy(before)
