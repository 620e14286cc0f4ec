from __future__ import annotations

import importlib
import os
import re
import sys
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest
from _pytest.faulthandler import fault_handler_stderr_fd_key
from hypothesis import settings

from lossacc.support.arithmetic import OWN, copy_of_run, use
from tests import session_runs
from tests.garbage import CollectorIsHeld, run_alone

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
    """Choose how to compute before anything starts TensorFlow, and in which order to go."""
    use(config.getoption("--arithmetic"))
    config.option.loadscopereorder = False  # xdist would begin with the most tests, not the longest


def pytest_collection(session: pytest.Session) -> None:
    """Start TensorFlow as a notebook does, before some test's module brings Keras first.

    Keras alone would start it with as many threads an operation as there are cores: more work, and
    other bits than a learner's.
    """
    if not session.config.getoption("numprocesses", None):  # a process that runs tests itself
        from lossacc.support.keras_api import keras

        with suppress(ImportError):  # PyTorch, where it is there, breaks when it comes second
            importlib.import_module("torch._dynamo")
        keras()


SLOW = 3600  # seconds until a slow test hangs
ONE_BY_ONE = ("tests/browser", "tests/benchmarks")  # one browser; what is timed wants no company
# In this order, before all others. The lab's tests count threads and collect garbage, which a
# thread that another test left can keep a process from. Then what takes long: so all processes end
# at about the same time, and a notebook runs before the tests of its text, which take over what it
# trained.
FIRST = (
    "tests/lab",
    "tests/browser",
    "tests/notebooks",
    "tests/lessons",
    "tests/binder",
    "tests/claims",
    "tests/support",
    "tests/packaging",
    "tests/commands",
)


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep together, in one process, the tests of a file, a lesson, and those of some folders.

    With `-n 3 --dist loadgroup`. A file may have finer groups of its own.
    """
    items.sort(key=lambda item: _place(item.nodeid))
    for item in items:
        if item.get_closest_marker("slow"):
            item.add_marker(pytest.mark.timeout(SLOW))
        if item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(_group(item.nodeid)))


def _group(nodeid: str) -> str:
    file, _, _ = nodeid.partition("::")
    lesson = re.match(r"tests/lessons/(\w+)/", file)
    if lesson is not None:
        return f"lesson {lesson[1]}"
    return next((folder for folder in ONE_BY_ONE if file.startswith(folder)), file)


def _place(nodeid: str) -> int:
    places = (n for n, folder in enumerate(FIRST) if nodeid.startswith(folder))
    return next(places, len(FIRST))


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Iterator[None]:
    """Run a test that must collect garbage, and cannot in this process, in one of its own."""
    try:
        return (yield)
    except CollectorIsHeld as held:
        terminal = pyfuncitem.config.stash[fault_handler_stderr_fd_key]
        run_alone(pyfuncitem.nodeid.partition("@")[0], held, terminal)
        return True


@pytest.fixture(scope="session", autouse=True)
def _session_runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Name the folder of this session's runs, one for all its processes."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "runs"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(session_runs.FOLDER, str(folder))
        yield


@pytest.fixture(autouse=True)
def _seeded():
    """What a test draws without a seed of its own (weights, a shuffle) is the same in each run."""
    from lossacc.support.keras_api import keras

    keras().utils.set_random_seed(0)


@pytest.fixture(autouse=True)
def _nothing_trains_on() -> Iterator[None]:
    """A test ends what it began to train; each later training would wait for it without end."""
    yield
    gate = sys.modules.get("lossacc.claims.gate")
    late = time.monotonic() + 10
    while gate is not None and (left := gate.GATE.holder()) is not None:
        if time.monotonic() > late:
            gate.GATE.stop(left)
            raise AssertionError(f"{left.name} still trains, or waits to")
        time.sleep(0.01)


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
