"""What runs are called beside each other."""

import ast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lossacc import lessons
from lossacc.lab import Lab
from lossacc.lab.task import Task, arm_of, line_of, name_of
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


@pytest.mark.parametrize("name", lessons.names())
@settings(max_examples=10)
@given(drawn=st.data())
def test_the_line_of_code_makes_the_same_panel(name, drawn):
    real = lessons.experiment(name)
    arm = drawn.draw(st.sampled_from([arm.name for arm in real.arms]))
    moved = drawn.draw(st.lists(st.sampled_from(real.knobs), max_size=2))
    knobs = {knob.name: drawn.draw(st.sampled_from(knob.values)) for knob in moved}
    asked = Task(real.settings(arm, **knobs), drawn.draw(st.integers(0, 2**31 - 1)))
    call = ast.parse(line_of(real, asked)).body[0].value
    keywords = {one.arg: ast.literal_eval(one.value) for one in call.keywords}
    lab = Lab(ast.literal_eval(call.args[0]), **keywords)
    assert lab._controller.state.asked == asked
    assert lab.code == line_of(real, asked)


def test_the_line_names_the_arm_and_what_differs_from_it():
    real = lessons.experiment("nine-against-one")
    assert line_of(real, Task(real.settings(), 1)) == 'Lab("nine-against-one", seed=1)'
    near = Task(real.settings("one by one", outliers=2), 4)
    assert line_of(real, near) == 'Lab("nine-against-one", arm="one by one", outliers=2, seed=4)'
