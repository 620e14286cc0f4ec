"""What was shown and closed leaves nothing behind: no widget, no thread, no memory."""

import gc
import subprocess
import sys
import threading
import tracemalloc
import weakref

import ipywidgets as W
import pytest

from lossacc.lab import Lab
from lossacc.quiz import ask
from lossacc.support import cells
from tests import garbage
from tests.garbage import CollectorIsHeld, are_gone, collect, run_alone
from tests.lab.fakes import Trainer, experiment, few_images

REGISTRY = W.widgets.widget._instances
MANY = 12  # the slow test opens fifty
MOST = MANY / 50 * 20 * 2**20  # bytes


class Ran:
    """What IPython tells of a cell that has run."""

    def __init__(self, success=True):
        self.success = success


@pytest.fixture(autouse=True)
def apart(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(cells, "_cells", {})
    monkeypatch.setenv("LOSSACC_PANELS", "live")


def shown(one):
    one._repr_mimebundle_()
    return one


def ours():
    return [thread for thread in threading.enumerate() if thread.name.startswith("lossacc")]


def test_panels_opened_and_closed_leave_nothing(cell, until):
    fake, images, gone = experiment(Trainer()), few_images(), []

    def one(n):
        cell("cell 1", f"request {n}")
        lab = shown(Lab(fake, data=images))
        lab._controller.run()
        until(lambda: lab.state == "idle")
        gone.extend(weakref.ref(part) for part in (lab, lab._controller, lab._panel))
        lab.close()

    one(0)
    before = set(REGISTRY)
    tracemalloc.start()
    for n in range(1, MANY + 1):
        one(n)
    until(lambda: not ours())
    collect()
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert set(REGISTRY) == before
    assert are_gone(*gone)
    assert taken < MOST


def test_many_runs_in_one_panel_leave_no_widget_and_no_thread(cell, until):
    cell("cell 1", "request 1")
    lab = shown(Lab(experiment(Trainer()), data=few_images()))
    before = set(REGISTRY)
    tracemalloc.start()
    for seed in range(MANY):
        lab._controller.choose_seed(seed)
        lab._controller.run()
        until(lambda: lab.state == "idle")
    until(lambda: not ours())
    collect()
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert set(REGISTRY) == before
    assert len(lab.runs) == MANY
    assert taken < MOST
    lab.close()


def test_a_panel_that_was_closed_and_has_no_name_is_gone(cell):
    cell("cell 1", "request 1")
    lab = shown(Lab(experiment(), data=few_images()))
    ref = weakref.ref(lab)
    lab.close()
    del lab
    assert are_gone(ref)


def test_a_panel_that_is_shown_lives_without_a_name(cell):
    cell("cell 1", "request 1")
    ref = weakref.ref(shown(Lab(experiment(), data=few_images())))
    collect()
    assert ref() is not None
    ref().close()


def test_panels_without_a_name_are_gone_when_their_cell_has_run_again(cell):
    images, before = few_images(), set(REGISTRY)
    fake = experiment()
    refs = []
    for n in range(3):
        cell("cell 1", f"request {n}")
        refs.append(weakref.ref(shown(Lab(fake, data=images))))
        cells._ran(Ran())
    assert are_gone(*refs[:2])
    assert refs[-1]() is not None
    cell("cell 1", "request 4")
    cells._ran(Ran())  # the cell shows something else now
    assert are_gone(refs[-1])
    assert set(REGISTRY) == before
    assert not cells._cells


def test_a_cell_that_failed_keeps_its_panel_s_runs_for_its_next_run(cell, until):
    fake, images = experiment(), few_images()
    cell("cell 1", "request 1")
    first = shown(Lab(fake, data=images))
    first._controller.run()
    until(lambda: first.state == "idle")
    cell("cell 1", "request 2")
    cells._ran(Ran(success=False))
    cell("cell 1", "request 3")
    second = shown(Lab(fake, data=images))
    assert len(second.runs) == 1
    second.close()


def test_a_panel_that_another_cell_shows_is_left_alone(cell):
    lab = Lab(experiment(), data=few_images())
    cell("cell 1", "request 1")
    shown(lab)
    cell("cell 2", "request 2")
    shown(lab)
    cell("cell 1", "request 3")
    cells._ran(Ran())
    assert lab._panel is not None
    lab.close()


@pytest.mark.parametrize("name", ["past the tie", "two flowers merged"])
def test_a_question_asked_again_leaves_no_widget(cell, name):
    sizes = set()
    for n in range(5):
        cell("cell 1", f"request {n}")
        shown(ask(name))
        sizes.add(len(REGISTRY))
    assert len(sizes) == 1


MEMORY = """
import gc, sys, threading, time
import psutil, ipywidgets
from lossacc.lab import Lab
from lossacc.lessons import experiment
from lossacc.support import cells

def memory():
    gc.collect()
    return psutil.Process().memory_info().rss / 2**20

def run(lab):
    lab._controller.run()
    while lab.state != "idle":
        time.sleep(.005)

def opened(n):
    cells.running_cell = lambda: ("cell 1", str(n))
    lab = Lab(both_fall, seed=n % 3 + 1)
    lab._repr_mimebundle_()
    return lab

both_fall, registry = experiment("both-fall"), ipywidgets.widgets.widget._instances
for n in range(4):
    lab = opened(n)
    run(lab)
    lab.close()
before, open_before = memory(), len(registry)
for n in range(50):
    opened(n).close()
time.sleep(1)
print(memory() - before, len(registry) - open_before, end=" ")
lab = opened(0)
run(lab)
before, open_before = memory(), len(registry)
for n in range(50):
    lab._controller.choose_seed(n + 1)
    run(lab)
time.sleep(.5)
print(memory() - before, len(registry) - open_before, threading.active_count())
"""


@pytest.mark.slow
def test_a_real_process_keeps_its_size_over_fifty_panels_and_fifty_runs():
    pytest.importorskip("psutil")
    ran = subprocess.run(
        [sys.executable, "-c", MEMORY], capture_output=True, text=True, timeout=600
    )
    panels, widgets, runs, more, threads = ran.stdout.split() or [ran.stderr]
    assert (widgets, more, threads) == ("0", "0", "1")
    assert float(panels) < 20
    assert float(runs) < 20


class Slow:
    """Garbage that goes when it may, and lets other threads go on meanwhile."""

    def __init__(self, going, may_go):
        self.itself, self.going, self.may_go = self, going, may_go

    def __del__(self):
        self.going.set()
        self.may_go.wait(10)


class Cycle:
    def __init__(self):
        self.itself = self


@pytest.fixture
def held():
    """Another thread, in the midst of a collection that ends when this is set."""
    going, may_go = threading.Event(), threading.Event()

    def collects():
        Slow(going, may_go)
        gc.collect()

    thread = threading.Thread(target=collects, name="the holder")
    thread.start()
    assert going.wait(10)
    yield may_go
    may_go.set()
    thread.join(10)


def test_what_is_garbage_goes_while_another_thread_collects(held):
    ref = weakref.ref(Cycle())
    assert gc.collect() == 0
    assert ref() is not None
    threading.Timer(0.3, held.set).start()
    assert are_gone(ref)


def test_who_holds_the_collector_is_told(held, monkeypatch):
    monkeypatch.setattr(garbage, "_LONG", 0.2)
    with pytest.raises(CollectorIsHeld, match=r"the holder:(.|\n)*self\.may_go\.wait"):
        collect()


def test_a_test_that_cannot_collect_here_runs_in_a_process_of_its_own(capfd):
    name = test_what_is_garbage_goes_while_another_thread_collects.__name__
    run_alone(f"tests/lab/test_leaks.py::{name}", CollectorIsHeld("where each stands"))
    assert capfd.readouterr().err.endswith("where each stands\n")
    with pytest.raises(AssertionError, match="not found"):
        run_alone("tests/lab/test_leaks.py::there_is_none", CollectorIsHeld())
