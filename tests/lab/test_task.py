"""What runs are called beside each other."""

from lossacc.lab.task import Task, arm_of, name_of
from tests.lab.fakes import experiment

BASE = {"rate": 1.0, "size": "small"}
FAST = {"rate": 2.0, "size": "small"}


def test_runs_are_named_by_arm_or_by_the_knobs_that_differ():
    fake = experiment()
    assert arm_of(fake, FAST).name == "fast"
    assert arm_of(fake, {**BASE, "rate": 0.5}) is None
    assert name_of(fake, Task(BASE, 1), Task(FAST, 1)) == "base"
    assert name_of(fake, Task(FAST, 2), Task(BASE, 1)) == "fast, seed 2"
    assert name_of(fake, Task(BASE, 1), Task({**BASE, "rate": 0.5}, 1)) == "rate 1.0"
    assert name_of(fake, Task(BASE, 2), Task(BASE, 1)) == "seed 2"
    assert name_of(fake, Task(BASE, 1), Task(BASE, 1)) == ""
