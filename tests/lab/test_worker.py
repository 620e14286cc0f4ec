"""Jobs: on threads of their own, one at a time, and gone when they are stopped."""

import threading

import pytest

from lossacc.claims.gate import GATE
from lossacc.lab.worker import Job, stop_all


@pytest.fixture
def told():
    return []


def test_a_job_works_on_a_daemon_thread_in_its_turn(told):
    def work(job):
        told.append((threading.current_thread().daemon, GATE.holder() is job.turn))

    job = Job("a job", work, after=lambda job: told.append(GATE.holder()))
    job.start()
    assert job.join(10)
    assert told == [(True, True), None]


def test_a_job_that_is_stopped_before_its_turn_does_no_work_and_says_that_it_is_over(told):
    with GATE.passed("a cell"):
        job = Job("a job", lambda job: told.append("work"), after=lambda job: told.append("after"))
        job.start()
        job.stop()
        assert job.join(10)
    assert told == ["after"]


def test_the_turn_ends_even_if_the_work_raises(told, monkeypatch):
    monkeypatch.setattr(threading, "excepthook", lambda args: told.append(args.exc_type))

    def work(job):
        raise ZeroDivisionError

    job = Job("a job", work)
    job.start()
    assert job.join(10)
    assert told == [ZeroDivisionError]
    assert GATE.holder() is None


def test_at_the_end_of_the_process_all_jobs_are_stopped():
    jobs = [Job(f"job {n}", lambda job: job.turn.stop.wait(10)) for n in range(2)]
    for job in jobs:
        job.start()
    stop_all()
    assert not any(job.alive for job in jobs)
