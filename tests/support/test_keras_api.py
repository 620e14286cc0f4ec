"""TensorFlow starts late, quietly, and on one thread an operation only where we start it."""

import importlib.util
import json
import os
import subprocess
import sys

import pytest

from lossacc.support import keras_api
from lossacc.support.arithmetic import THREADS

REPORT = (
    "import json; from lossacc.support.keras_api import environment; "
    "print(json.dumps(environment()))"
)


def told_by(program):
    """Run a program in a process of its own; give what it printed last, and its errors."""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return done.stdout.splitlines()[-1], done.stderr


def test_where_we_start_tensorflow_it_is_silent_and_has_one_thread_an_operation():
    told, errors = told_by(REPORT)
    assert json.loads(told)["intra_op_threads"] == 1
    assert errors == ""


def test_where_it_runs_already_its_threads_are_left_alone_and_recorded():
    two = "import tensorflow as tf; tf.config.threading.set_intra_op_parallelism_threads(2)"
    told, _ = told_by(f"{two}; {REPORT}")
    assert json.loads(told)["intra_op_threads"] == 2


def test_these_tests_compute_as_a_notebook_does_whatever_they_import():
    assert keras_api.environment()["intra_op_threads"] == int(os.environ.get(THREADS, "1"))


def test_a_machine_without_tensorflow_is_told_how_to_get_it(monkeypatch):
    whole = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "tensorflow" else whole(name)
    )
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'lossacc\[cpu\]'"):
        keras_api.check_installed()


def test_another_keras_backend_is_refused_with_what_to_set(monkeypatch):
    monkeypatch.setattr(keras_api.keras().backend, "backend", lambda: "jax")
    with pytest.raises(RuntimeError, match=r"Keras runs on 'jax'.*KERAS_BACKEND=tensorflow"):
        keras_api.keras()
