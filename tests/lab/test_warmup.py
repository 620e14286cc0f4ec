"""What is done while the learner reads."""

import subprocess
import sys
import threading
from collections import OrderedDict

import pytest

from lossacc.lab import warm_up, warmup
from lossacc.lab.task import Task
from lossacc.lab.warmup import is_warm, rehearse
from lossacc.lessons import experiment as load


@pytest.fixture
def started(monkeypatch):
    """Let nothing be warmed up so far; collect the threads on which TensorFlow is started."""
    threads = []
    monkeypatch.setattr(warmup, "_begun", False)
    monkeypatch.setattr(warmup, "_start", lambda: threads.append(threading.current_thread()))
    return threads


def joined(threads):
    for thread in threading.enumerate():
        if "warm-up" in thread.name:
            thread.join(10)
    return len(threads)


def test_warm_up_returns_at_once_and_starts_tensorflow_without_a_word():
    program = (
        "import sys, time, threading\n"
        "from lossacc.lab import warm_up\n"
        "begun = time.perf_counter(); warm_up(); warm_up()\n"
        "assert time.perf_counter() - begun < 2\n"
        "assert sum('warm-up' in t.name for t in threading.enumerate()) == 1\n"
        "from lossacc.support.keras_api import keras, tensorflow\n"
        "assert int(tensorflow().constant(3) + 4) == 7\n"  # while the other thread imports it
        "assert keras().layers.Dense(1)\n"
        "print('good')"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.stdout.strip(), done.stderr) == ("good", "")


def test_warm_up_has_nothing_to_do_where_tensorflow_runs(started):
    assert is_warm()
    warm_up()
    assert joined(started) == 0
    assert not warmup._begun


def test_warm_up_starts_tensorflow_once_where_it_does_not_run(started, monkeypatch):
    monkeypatch.setattr(warmup, "is_warm", lambda: False)
    warm_up()
    warm_up()
    assert joined(started) == 1


def test_a_rehearsal_of_both_fall_leaves_the_sure_network_for_the_run(monkeypatch, until):
    from lossacc.lessons.two_rulers import both_fall

    monkeypatch.setattr(both_fall, "_SURE", OrderedDict())
    real = load("both-fall")
    job = rehearse(real, Task(real.settings(), 5), None)
    assert job.join(60)
    ((*_, seed),) = both_fall._SURE
    assert seed == 5
