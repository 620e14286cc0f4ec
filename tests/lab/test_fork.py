"""In a process that was forked while a panel trains nothing hangs, and it is said why."""

import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")

# The child has ten seconds; it ends as multiprocessing ends its children.
FORKED = """
import os, sys, time

def in_child(does):
    pid = os.fork()
    if not pid:
        try:
            does()
        finally:
            sys.stdout.flush()
            os._exit(0)
    for _ in range(1000):
        if os.waitpid(pid, os.WNOHANG)[0]:
            return
        time.sleep(.01)
    os.kill(pid, 9)
    print("it hangs")

def told(panel):
    panel._controller.run()
    panel._controller.join(5)
    print(panel.state, panel._controller.state.fault)
"""
REAL = """
os.environ["LOSSACC_PANELS"] = "live"
from lossacc.lab import Lab
from lossacc.lessons import experiment
both_fall = experiment("both-fall")
lab = Lab(both_fall)
lab._repr_mimebundle_()

def child():
    print(lab.state, len(lab.runs), lab._controller.state.fault.sentence)
    try:
        both_fall.run(seed=2)
    except RuntimeError as error:
        print(error)
    told(lab)
    other = Lab(both_fall)
    other._repr_mimebundle_()
    told(other)
    other.close()
    lab.stop()
    lab.close()

lab._controller.run()
while lab._controller.state.snapshot is None:
    time.sleep(.005)
in_child(child)
while lab.state != "idle":
    time.sleep(.01)
print(lab.state, lab._controller.state.fault, len(lab.run.epochs))
"""
FAKE = """
from lossacc.lab import Lab
from lossacc.lab import job
from tests.lab.fakes import Trainer, experiment, few_images
job.keras = lambda: None  # an experiment that needs no TensorFlow
trainer = Trainer()
lab = Lab(experiment(trainer), data=few_images())
for seed in range(4):
    lab._controller.run()
    while lab.state != "idle":
        time.sleep(.001)
    lab._controller.join(10)
trainer.held.set()
lab._controller.run()
while not lab._controller.state.snapshot or lab._controller.state.snapshot.ended:
    time.sleep(.001)

def child():
    print(lab.state, len(lab.runs))
    trainer.held.clear()
    told(lab)
    print(len(lab.runs), "stopped" in lab.run.settings)
    import weakref
    weakref.finalize._exitfunc()  # what an ordinary end of the process does

in_child(child)
trainer.held.clear()
while lab.state != "idle":
    time.sleep(.001)
print([len(run.epochs) for run in lab.runs])
"""


def lines(program):
    ran = subprocess.run(
        [sys.executable, "-c", FORKED + program], capture_output=True, text=True, timeout=120
    )
    assert "hangs" not in ran.stdout, ran.stderr
    return ran.stdout.splitlines() or [ran.stderr]


def test_a_real_training_says_why_it_cannot_go_on_in_a_forked_process():
    first, *refused, parent = lines(REAL)
    assert first.startswith("idle 0 The thread of the training was killed, or this process was")
    assert len(refused) == 3
    for line in refused:
        assert "his process was forked from one in which TensorFlow was running" in line
    assert [line.split()[0] for line in refused[1:]] == ["idle", "idle"]
    assert parent == "idle None 26"


def test_without_tensorflow_a_forked_panel_trains_and_leaves_the_parent_its_runs():
    assert lines(FAKE) == ["idle 4", "idle None", "5 False", "[6, 6, 6, 6, 6]"]
