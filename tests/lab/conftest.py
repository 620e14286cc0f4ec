from __future__ import annotations

import time

import pytest

from lossacc.lab.controller import Controller
from lossacc.support import cells
from lossacc.support.keras_api import keras
from tests.lab.fakes import Trainer, experiment, few_images


@pytest.fixture(scope="session", autouse=True)
def warm():
    """TensorFlow takes seconds to start, and each training asks for it."""
    keras()


@pytest.fixture
def trainer():
    made = Trainer()
    yield made
    made.held.clear()
    made.prepares.clear()


@pytest.fixture
def controller(trainer):
    """A controller of the fake experiment; no thread of it outlives the test."""
    made = Controller(experiment(trainer), data=few_images())
    yield made
    made.stop()
    assert made.join(10)


@pytest.fixture
def until():
    """Wait until something is true."""

    def wait(true, seconds=30.0):
        deadline = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < deadline, "it did not come about"
            time.sleep(0.002)

    return wait


@pytest.fixture
def begun(trainer, until):
    """Wait until a training that is held after epoch 1 has come there, whatever is drawn of it."""
    return lambda: until(lambda: trainer.waits)


@pytest.fixture
def finished(until):
    """Wait until a controller is idle again."""

    def wait(controller):
        until(lambda: controller.state.activity == "idle" and controller.join(0.01))

    return wait


@pytest.fixture
def other(until):
    """Another panel, that trains until its `trainer.held` is cleared, and that trainer."""
    trainer = Trainer()
    trainer.held.set()
    made = Controller(experiment(trainer, title="The other"), data=few_images())
    made.run()
    until(lambda: made.state.snapshot is not None)
    yield made, trainer
    trainer.held.clear()
    made.stop()
    assert made.join(10)


@pytest.fixture
def cell(monkeypatch):
    """Let a cell run: from now on panels are shown in it."""

    def run(name, execution):
        monkeypatch.setattr(cells, "running_cell", lambda: (name, execution))

    return run
