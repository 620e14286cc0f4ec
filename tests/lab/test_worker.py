"""Workers: on threads of their own, one at a time, and gone when they are stopped."""

import threading

import pytest

from lossacc.claims.gate import GATE, Turn
from lossacc.lab.worker import Worker, stop_all


@pytest.fixture
def told():
    return []


def test_a_worker_works_on_a_daemon_thread_in_its_turn(told):
    def work(worker):
        told.append((threading.current_thread().daemon, GATE.holder() is worker.turn))

    worker = Worker("a worker", work, after=lambda worker: told.append(GATE.holder()))
    worker.start()
    assert worker.join(10)
    assert told == [(True, True), None]


def test_a_worker_that_is_stopped_before_its_turn_does_no_work_and_says_that_it_is_over(told):
    def cell():
        worker = Worker(
            "a worker",
            lambda worker: told.append("work"),
            after=lambda worker: told.append("after"),
        )
        worker.start()
        worker.stop()
        assert worker.join(10)

    GATE.alone(Turn("a cell"), cell)
    assert told == ["after"]


@pytest.mark.parametrize("error", [ZeroDivisionError, SystemExit, KeyboardInterrupt])
def test_the_turn_ends_and_is_told_to_be_over_whatever_the_work_raises(told, monkeypatch, error):
    monkeypatch.setattr(threading, "excepthook", lambda args: None)

    def work(worker):
        raise error

    worker = Worker("a worker", work, after=lambda worker: told.append(GATE.holder()))
    worker.start()
    assert worker.join(10)
    assert told == [None]


def test_a_thread_that_is_killed_at_its_start_is_told(monkeypatch):
    monkeypatch.setattr(threading, "excepthook", lambda args: None)
    worker = Worker("a worker", lambda worker: None)
    monkeypatch.setattr(worker._safe, "set", _killed)
    with pytest.raises(RuntimeError, match="its thread was killed at the start"):
        worker.start()
    assert GATE.holder() is None


def _killed():
    raise SystemExit


def test_at_the_end_of_the_process_all_workers_are_stopped():
    workers = [Worker(f"worker {n}", lambda worker: worker.turn.stop.wait(10)) for n in range(2)]
    for worker in workers:
        worker.start()
    stop_all()
    assert not any(worker.alive for worker in workers)
