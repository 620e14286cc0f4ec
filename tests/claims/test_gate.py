"""One training at a time, in the order in which they came."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from lossacc.claims.experiment import Hooks
from lossacc.claims.gate import Gate, SentAway, Turn
from lossacc.lessons import experiment as load


@pytest.fixture
def gate():
    return Gate()


def spawn(work):
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def until(true):
    deadline = time.monotonic() + 30
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def test_no_two_are_in_at_once_and_they_come_in_order(gate):
    inside, order, threads = [], [], []

    def work(name):
        inside.append(name)
        order.append(name)
        assert len(inside) == 1
        time.sleep(0.002)
        inside.remove(name)

    def first():
        for n in range(8):
            threads.append(spawn(lambda n=n: gate.alone(Turn(n), lambda: work(n))))
            until(lambda n=n: len(gate._queue) == n + 2)

    gate.alone(Turn("first"), first)
    for thread in threads:
        thread.join(10)
    assert order == list(range(8))
    assert gate.holder() is None


def test_whoever_is_in_goes_straight_on(gate):
    holder = gate.alone(Turn("outer"), lambda: gate.alone(Turn("inner"), gate.holder))
    assert holder.name == "outer"
    assert gate.holder() is None
    assert gate.alone(Turn("again"), gate.holder).name == "again"


def test_one_that_gives_way_is_stopped_by_the_next_and_hides_nobody(gate):
    polite, seen = Turn("polite", gives_way=True), []

    def politely():
        assert gate.holder() is None
        thread = spawn(lambda: seen.append(gate.alone(Turn("next"), gate.holder)))
        assert polite.stop.wait(10)
        assert gate.holder().name == "next"
        return thread

    gate.alone(polite, politely).join(10)
    assert [turn.name for turn in seen] == ["next"]


def test_one_that_waits_can_be_sent_away(gate):
    waiting, sent = Turn("waiting"), []

    def wait():
        with pytest.raises(SentAway):
            gate.alone(waiting, lambda: sent.append("in"))
        sent.append("away")

    def first():
        thread = spawn(wait)
        until(lambda: len(gate._queue) == 2)
        gate.stop(waiting)
        thread.join(10)
        assert sent == ["away"]
        assert gate.holder().name == "first"

    gate.alone(Turn("first"), first)


@pytest.mark.parametrize("error", [RuntimeError, SystemExit, KeyboardInterrupt])
def test_whatever_is_raised_inside_opens_the_gate(gate, error):
    def fails():
        raise error

    with pytest.raises(error):
        gate.alone(Turn("first"), fails)
    assert gate.holder() is None


@pytest.mark.parametrize("where", ["_enter", "_leave"])
@pytest.mark.parametrize("late", [False, True])
def test_an_interrupt_on_the_way_in_or_out_leaves_the_queue(gate, monkeypatch, where, late):
    real = getattr(gate, where)

    def interrupted(turn):
        if late:
            real(turn)
        raise KeyboardInterrupt

    monkeypatch.setattr(gate, where, interrupted)
    with pytest.raises(KeyboardInterrupt):
        gate.alone(Turn("first"), lambda: None)
    monkeypatch.undo()
    assert gate.holder() is None
    other = spawn(lambda: gate.alone(Turn("other"), lambda: None))
    other.join(10)
    assert not other.is_alive()
    assert gate.alone(Turn("next"), gate.holder).name == "next"


def test_an_interrupt_while_waiting_leaves_the_queue(gate, monkeypatch):
    def interrupted(seconds):
        raise KeyboardInterrupt

    def wait():
        monkeypatch.setattr(gate._changed, "wait", interrupted)
        with pytest.raises(KeyboardInterrupt):
            gate.alone(Turn("second"), lambda: None)
        monkeypatch.undo()

    def first():
        spawn(wait).join(10)
        assert len(gate._queue) == 1

    gate.alone(Turn("first"), first)


HAMMER = """
import signal, threading, time
from lossacc.claims.gate import Gate, SentAway, Turn
gate, interrupts, done = Gate(), 0, 0
signal.signal(signal.SIGALRM, signal.default_int_handler)
end = time.monotonic() + 3
while time.monotonic() < end:
    try:
        signal.setitimer(signal.ITIMER_REAL, 1e-5 + interrupts % 97 * 1e-6)
        while True:
            done += gate.alone(Turn("a cell"), lambda: 1)
    except KeyboardInterrupt:
        interrupts += 1
    assert gate.holder() is None, gate.holder()
signal.setitimer(signal.ITIMER_REAL, 0)
other = threading.Thread(target=lambda: gate.alone(Turn("a panel"), lambda: None), daemon=True)
other.start()
other.join(10)
print(interrupts > 500, done > 500, other.is_alive())
"""


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="Windows has no such clock")
def test_interrupts_between_any_two_lines_leave_the_queue_free():
    ran = subprocess.run([sys.executable, "-c", HAMMER], capture_output=True, text=True, timeout=60)
    assert ran.stdout.split() == ["True", "True", "False"], ran.stderr


FORK = """
import os, threading
from lossacc.claims.gate import GATE, Turn
def first():
    child = os.fork()
    if not child:
        os._exit(GATE.holder() is not None or GATE.alone(Turn("child"), lambda: 7) != 7)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
inside, out = threading.Event(), threading.Event()
def wait():
    inside.set()
    out.wait(10)
threading.Thread(target=lambda: GATE.alone(Turn("other"), wait)).start()
inside.wait(10)
print(first(), GATE.holder().name)
out.set()
print(GATE.alone(Turn("parent"), first))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_in_a_forked_process_nobody_stands_in_the_queue():
    ran = subprocess.run([sys.executable, "-c", FORK], capture_output=True, text=True, timeout=60)
    assert ran.stdout.split() == ["0", "other", "0"], ran.stderr


def test_two_trainings_of_one_network_give_what_each_gives_alone():
    nine = load("nine-against-one")
    alone = [nine.run(seed=seed).train.logits for seed in (1, 2)]
    together = {}
    threads = [
        threading.Thread(target=lambda seed=seed: together.setdefault(seed, nine.run(seed=seed)))
        for seed in (1, 2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    for seed in (1, 2):
        assert (together[seed].train.logits == alone[seed - 1]).all()


def test_the_hooks_are_shown_the_images_of_the_run_in_its_order():
    shown = []
    hooks = Hooks(should_stop=lambda: bool(shown), on_data=lambda *parts: shown.extend(parts))
    run = load("sure-and-wrong").run(seed=3, hooks=hooks)
    examples, held_out = shown
    assert (examples.labels == run.train.labels).all()
    assert (held_out.labels == run.validation.labels).all()
