"""However a training ends, the panel stands idle, says what happened, and the queue is free."""

import ctypes
import threading
import time
from dataclasses import replace

import pytest

from lossacc.claims.gate import GATE, Turn
from lossacc.lab import status_text
from lossacc.lab.controller import Controller
from lossacc.lab.worker import Worker
from lossacc.lessons import experiment as load
from tests.lab.fakes import experiment, few_images

REAL = load("both-fall")
QUICK = {"start": "scratch", "examples": 200}


class Mute(BaseException):
    def __str__(self):
        raise OSError("no words")


ENDS = [
    (ValueError("the rate is too high"), "failed after epoch 2: the rate is too high"),
    (MemoryError(), "failed after epoch 2"),
    (KeyError("logits"), "failed after epoch 2: 'logits'"),
    (SystemExit(3), "The training was ended by SystemExit: 3."),
    (GeneratorExit(), "The training was ended by GeneratorExit."),
    (Mute(), "The training was ended by Mute."),
]


def is_free():
    return GATE.alone(Turn("next"), lambda: GATE.holder().name) == "next"


@pytest.mark.parametrize(("error", "said"), ENDS, ids=lambda one: type(one).__name__)
def test_a_real_training_that_raises_is_told_and_keeps_what_it_had(error, said):
    def trains(settings, data, seed, hooks):
        def on_epoch(run):
            hooks.on_epoch(run)
            if run.epochs[-1] == 2:
                raise error

        return REAL.trains({**settings, **QUICK}, data, seed, replace(hooks, on_epoch=on_epoch))

    panel = Controller(replace(REAL, trains=trains))
    panel.run()
    assert panel.join(120)
    assert panel.state.activity == "idle"
    assert said in panel.state.fault.sentence
    assert "Traceback" in panel.state.fault.trace
    assert list(panel.history[0].epochs) == [0, 1, 2]
    assert panel.history[0].settings["stopped"] == "failed after epoch 2"
    assert panel.state.findings.claims == ()
    assert panel.state.findings.verdict == ""
    assert is_free()


@pytest.mark.parametrize("error", [OSError("full"), SystemExit(), KeyboardInterrupt(), Mute()])
def test_what_raises_before_the_first_epoch_is_told_and_leaves_no_run(error, finished):
    def trains(settings, data, seed, hooks):
        raise error

    panel = Controller(experiment(trains), data=few_images())
    panel.run()
    finished(panel)
    assert panel.state.status == status_text.FAILED
    assert panel.state.fault.sentence.endswith(".")
    assert len(panel.history) == 0
    assert is_free()


def test_where_there_is_no_thread_to_be_had_it_is_told(controller, monkeypatch, finished):
    def start(thread):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", start)
    controller.run()
    monkeypatch.undo()
    assert controller.state.activity == "idle"
    assert controller.state.fault.sentence == "Can't start new thread."
    controller.run()
    finished(controller)
    assert len(controller.history) == 1


def test_a_thread_that_is_killed_at_its_start_is_told(controller, monkeypatch, finished):
    monkeypatch.setattr(threading, "excepthook", lambda args: None)
    monkeypatch.setattr(Worker, "_go", lambda worker: None)
    controller.run()
    monkeypatch.undo()
    assert controller.state.activity == "idle"
    assert "its thread was killed at the start" in controller.state.fault.sentence
    controller.run()
    finished(controller)
    assert len(controller.history) == 1


def test_an_interrupt_of_the_click_passes_through_and_leaves_the_panel_idle(
    controller, monkeypatch, finished
):
    def interrupted(worker):
        worker._thread.start()
        raise KeyboardInterrupt

    monkeypatch.setattr(Worker, "start", interrupted)
    with pytest.raises(KeyboardInterrupt):
        controller.run()
    monkeypatch.undo()
    assert controller.state.activity == "idle"
    finished(controller)
    controller.run()
    finished(controller)
    assert controller.state.status == "Run 1 is done: epoch 5 of 5."


def test_an_interrupt_before_there_is_a_job_is_noticed_by_stop(controller, monkeypatch):
    def interrupted(*arguments, **named):
        raise KeyboardInterrupt

    monkeypatch.setattr("lossacc.lab.controller.Job", interrupted)
    with pytest.raises(KeyboardInterrupt):
        controller.run()
    controller.stop()
    assert controller.state.activity == "idle"
    assert controller.state.fault.sentence == status_text.GONE


def test_a_thread_that_is_killed_while_it_trains_is_told(controller, trainer, begun, finished):
    trainer.held.set()
    controller.run()
    begun()
    thread = controller.job.worker._thread
    ctypes.pythonapi.PyThreadState_SetAsyncExc(
        ctypes.c_ulong(thread.ident), ctypes.py_object(SystemExit)
    )
    finished(controller)
    assert controller.state.fault.sentence == "The training was ended by SystemExit."
    assert list(controller.history[0].epochs) == [0, 1]
    assert "stopped" in controller.history[0].settings
    assert is_free()


# Killed in the midst of a callback of Python's own, a thread says so and goes on.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.skipif(not hasattr(ctypes, "pythonapi"), reason="only CPython can do it")
def test_killed_at_any_moment_the_panel_can_be_used_again(trainer, until, monkeypatch):
    """A hundred threads killed, the first at once, the last after their training."""
    panel = Controller(experiment(trainer), data=few_images())
    monkeypatch.setattr(panel.history, "tidy", lambda: None)  # a file left open is none of this
    monkeypatch.setattr(threading, "excepthook", lambda args: None)
    for n in range(100):
        panel.run()
        job = panel.job
        if job is not None:
            time.sleep(n * 5e-5)
            ident = ctypes.c_ulong(job.worker._thread.ident)
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ident, ctypes.py_object(SystemExit))
            assert job.worker.join(10)
        panel.look()
        assert panel.state.activity == "idle"
        assert is_free()
    panel.run()
    until(lambda: panel.state.activity == "idle" and panel.join(0.01))
    assert "stopped" not in panel.history[-1].settings


def test_a_page_that_cannot_be_drawn_ends_no_training(controller, finished):
    def broken():
        raise RuntimeError("the page is gone")

    controller.on_change = broken
    controller.run()
    finished(controller)
    assert "stopped" not in controller.history[0].settings
    assert "The panel cannot be drawn: the page is gone" in controller.state.fault.sentence


def test_a_rehearsal_that_ends_badly_frees_the_queue(finished):
    from lossacc.lab.task import Task
    from lossacc.lab.warmup import rehearse

    def trains(settings, data, seed, hooks):
        raise SystemExit

    fake = experiment(trains)
    worker = rehearse(fake, Task(fake.settings(), 1), few_images())
    assert worker.join(10)
    assert is_free()
