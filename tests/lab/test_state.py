"""What the state of a panel becomes."""

from dataclasses import replace

import pytest

from lossacc.claims.gate import Turn
from lossacc.lab.events import (
    Advanced,
    Began,
    Ended,
    Failed,
    Fault,
    Judged,
    NoRun,
    Over,
    TrainingProgress,
)
from lossacc.lab.findings import Findings
from lossacc.lab.snapshot import Snapshot, Training
from lossacc.lab.state import State, adopted, after, cleared, launched, stopping
from lossacc.lab.task import Request, Task
from tests.lab.fakes import few_images, run_of

KNOBS = {"rate": 1.0, "size": "small"}
TASK = Task(KNOBS, 1)
IDLE = State(KNOBS, 1)
TRAINING = launched(IDLE, None)


def training(rows=2, **changes):
    return Training(Request((TASK,)), TASK, 1, run_of(KNOBS, 1, rows, few_images()), **changes)


def take(of):
    return Snapshot(of.number, of.task, of.task, of.run, of.ended)


ADVANCED = Advanced(training(), TrainingProgress(1, 5, "epoch 1 of 5"), "Epoch 1 of 5.")
ENDED = Ended(training(6, ended=True), "Run 1 is done.")


def applied(state, *events):
    for event in events:
        state = after(state, event, take)
    return state


def test_a_run_goes_from_idle_to_idle():
    assert TRAINING.activity == "training"
    advanced = applied(TRAINING, Began(), ADVANCED)
    assert (advanced.activity, advanced.status) == ("training", "Epoch 1 of 5.")
    assert advanced.progress.done == 1
    assert not advanced.snapshot.ended
    over = applied(advanced, ENDED, Judged(Findings("right")), Over())
    assert (over.activity, over.status, over.progress) == ("idle", "Run 1 is done.", None)
    assert over.snapshot.ended
    assert over.findings.verdict == "right"


def test_while_another_trains_it_waits_and_begins_when_its_turn_comes():
    waiting = launched(IDLE, Turn("The other", owner=object()))
    assert waiting.activity == "waiting"
    assert "“The other”" in waiting.status
    assert applied(waiting, Began()).activity == "training"


@pytest.mark.parametrize("event", [Began(), ADVANCED])
def test_what_was_asked_to_stop_goes_on_stopping(event):
    state = applied(stopping(TRAINING), event)
    assert (state.activity, state.status) == ("stopping", "Stopping.")
    assert applied(state, Over()).activity == "idle"


def test_an_epoch_without_a_status_leaves_the_one_that_is_there():
    assert applied(TRAINING, replace(ADVANCED, status="")).status == TRAINING.status


def test_the_first_epoch_of_the_next_run_takes_away_what_was_said_of_the_last():
    state = applied(TRAINING, ADVANCED, ENDED, Judged(Findings("right")))
    assert applied(state, ADVANCED).findings is None


def test_what_failed_is_told_until_the_next_request():
    state = applied(TRAINING, Failed(Fault("It broke.", "trace")), Over())
    assert state.fault.sentence == "It broke."
    assert state.status == "The training failed. What was finished is kept."
    assert launched(state, None).fault is None


def test_a_stop_before_the_first_point_is_told():
    state = applied(stopping(TRAINING), NoRun(), Over())
    assert state.status == "Stopped before the first point, so there is no run."
    state = applied(TRAINING, NoRun(60.0), Over())
    assert state.status.startswith("After 60 s, its limit, it had not come to a first point")


def test_clearing_takes_the_picture_away_unless_something_trains():
    done = applied(TRAINING, ADVANCED, ENDED, Judged(Findings("right")), Over())
    assert cleared(done, 1).snapshot is None
    assert cleared(done, 1).status == "The picture is clear. lab.runs still has 1 run."
    busy = launched(done, None)
    assert cleared(busy, 1).snapshot is busy.snapshot
    assert cleared(busy, 1).status == busy.status
    assert cleared(busy, 1).findings is None


def test_a_panel_that_takes_over_shows_what_the_former_one_showed():
    former = replace(applied(TRAINING, ENDED, Over()), predicted="It falls.")
    heir = adopted(State(KNOBS, 2), former)
    assert (heir.snapshot, heir.predicted, heir.status) == (
        former.snapshot,
        "It falls.",
        "Run 1 is done.",
    )
    assert (heir.seed, heir.activity) == (2, "idle")
    assert adopted(IDLE, TRAINING).status == IDLE.status


def test_nothing_changes_a_state_that_is_there():
    before = replace(TRAINING)
    applied(TRAINING, Began(), ADVANCED, ENDED, Over())
    assert vars(TRAINING) == vars(before)
