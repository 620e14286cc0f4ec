"""One training at a time, in the order in which they came."""

import threading
import time

import pytest

from lossacc.claims.experiment import Hooks
from lossacc.claims.gate import Gate, Turn
from lossacc.lessons import experiment as load


@pytest.fixture
def gate():
    return Gate()


def spawn(work):
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def until(true):
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def test_no_two_are_in_at_once_and_they_come_in_order(gate):
    inside, order = [], []

    def pass_through(name):
        with gate.passed(name):
            inside.append(name)
            order.append(name)
            assert len(inside) == 1
            time.sleep(0.002)
            inside.remove(name)

    threads = []
    with gate.passed("first"):
        for n in range(8):
            threads.append(spawn(lambda n=n: pass_through(n)))
            until(lambda n=n: len(gate._queue) == n + 2)
    for thread in threads:
        thread.join(10)
    assert order == list(range(8))
    assert gate.holder() is None


def test_whoever_is_in_may_enter_again(gate):
    with gate.passed("outer"), gate.passed("inner"):
        assert gate.holder().name == "outer"
    assert gate.holder() is None


def test_one_that_gives_way_is_stopped_by_the_next(gate):
    polite = Turn("polite", gives_way=True)
    assert gate.enter(polite)
    thread = spawn(lambda: gate.enter(Turn("next")))
    assert polite.stop.wait(10)
    gate.leave(polite)
    thread.join(10)
    assert gate.holder().name == "next"


def test_one_that_gives_way_hides_nobody_behind_it(gate):
    polite = Turn("polite", gives_way=True)
    assert gate.enter(polite)
    assert gate.holder() is None
    thread = spawn(lambda: gate.enter(Turn("next")))
    until(lambda: gate.holder() is not None)
    assert gate.holder().name == "next"
    gate.leave(polite)
    thread.join(10)


def test_one_that_waits_can_be_sent_away(gate):
    waiting, entered = Turn("waiting"), []
    with gate.passed("first"):
        thread = spawn(lambda: entered.append(gate.enter(waiting)))
        until(lambda: len(gate._queue) == 2)
        gate.stop(waiting)
        thread.join(10)
        assert entered == [False]
        assert gate.holder().name == "first"


def test_an_error_inside_opens_the_gate(gate):
    with pytest.raises(RuntimeError), gate.passed("first"):
        raise RuntimeError("whatever")
    assert gate.holder() is None


def test_an_interrupt_while_waiting_leaves_the_queue(gate, monkeypatch):
    def interrupted(true):
        raise KeyboardInterrupt

    monkeypatch.setattr(gate._changed, "wait_for", interrupted)
    with pytest.raises(KeyboardInterrupt):
        gate.enter(Turn("first"))
    assert gate.holder() is None


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
