"""What a learner asks for, and what comes of it, without widgets and without TensorFlow's help."""

import threading
import time

import pytest

from lossacc.claims.gate import GATE
from lossacc.lab.session import Session
from lossacc.lab.snapshot import Task
from tests.lab.fakes import EPOCHS, Trainer, experiment, few_images


def test_a_run_goes_to_its_end_and_is_kept(session, finished):
    session.predict("It falls below .5.")
    session.run()
    finished(session)
    (run,) = session.shelf
    assert list(run.epochs) == list(range(EPOCHS + 1))
    assert run.settings["knobs"] == {"rate": 1.0, "size": "small"}
    assert session.scene.number == 1
    assert session.scene.ended
    assert session.status == "Run 1 is done: epoch 5 of 5."
    assert session.findings.verdict.startswith("You predicted “It falls below .5”: right.")
    assert session.findings.claims[0].held


def test_each_epoch_is_shown_from_the_first_on(session, finished, monkeypatch):
    seen = []
    session.changed = lambda: seen.append(session.scene and len(session.scene.run.epochs))
    monkeypatch.setattr(session.pace, "due", lambda: True)
    session.run()
    finished(session)
    shown = list(dict.fromkeys(count for count in seen if count))
    assert shown == list(range(1, EPOCHS + 2))


def test_stop_keeps_the_run_so_far(session, trainer, until, finished):
    trainer.held.set()
    session.run()
    until(lambda: session.scene is not None)
    begun = time.monotonic()
    session.stop()
    assert session.state in ("stopping", "idle")
    finished(session)
    assert time.monotonic() - begun < 1
    assert list(session.shelf[0].epochs) == [0, 1]
    assert session.status == "Run 1 was stopped at epoch 1. It is kept as far as it came."
    assert session.findings.claims == ()
    assert not session.findings.whole


def test_stop_before_the_first_point_leaves_no_run_and_says_so(session, trainer, until, finished):
    trainer.prepares.set()
    session.run()
    until(lambda: trainer.asked)
    session.stop()
    finished(session)
    assert len(session.shelf) == 0
    assert session.status == "Stopped before the first point, so there is no run."
    assert session.fault is None


def test_an_arm_moves_the_knobs_and_trains_the_base_first(session, trainer, finished):
    session.run_arm("fast")
    assert session.knobs["rate"] == 2.0
    finished(session)
    assert [settings["rate"] for settings, _ in trainer.asked] == [1.0, 2.0]
    assert session.scene.name == "fast"
    assert [line.label for line in session.scene.earlier] == ["base"]
    assert [one.held for one in session.findings.claims] == [True]
    session.run_arm("large")
    finished(session)
    assert len(trainer.asked) == 3  # the base is there already
    assert [line.label for line in session.scene.earlier] == ["fast", "base"]


def test_five_seeds_make_a_band_and_stop_ends_them_all(session, trainer, until, finished):
    session.choose_seed(7)
    session.run_seeds()
    finished(session)
    assert [seed for _, seed in trainer.asked] == [7, 8, 9, 10, 11]
    assert len(session.scene.seeds) == 4
    assert session.scene.asked == Task(dict(session.knobs), 7)
    assert "With" in session.findings.verdict or "Of 5 seeds" in session.findings.verdict
    trainer.held.set()
    session.run_seeds()
    until(lambda: session.state == "training" and session.scene.number == 6)
    session.stop()
    trainer.held.clear()
    finished(session)
    assert len(session.shelf) == 6


def test_a_run_has_a_time_limit(trainer, finished):
    trainer.held.set()
    session = Session(experiment(trainer), data=few_images(), limit=0.05)
    session.run()
    finished(session)
    assert session.status.startswith("Run 1 was stopped after 0.05 s, its limit, at epoch 1.")


def test_what_fails_is_told_in_a_sentence_and_the_epochs_before_are_kept(
    session, trainer, finished
):
    trainer.fails_at = 2
    session.run()
    finished(session)
    assert session.fault.sentence.startswith("The training failed after epoch 2")
    assert "TrainingError" in session.fault.trace
    assert list(session.shelf[0].epochs) == [0, 1, 2]
    assert not session.shelf.entries[0].whole
    trainer.fails_at = None
    session.run()
    finished(session)
    assert session.fault is None


def test_an_error_before_the_first_point_leaves_no_run(trainer, finished):
    session = Session(experiment(trainer), data=few_images().take([0, 1]))
    session.run()
    finished(session)
    assert session.fault.sentence.startswith("Fake needs 4 images of 2 classes or more; got 2 of 2")
    assert session.state == "idle"
    assert len(session.shelf) == 0


def test_reset_clears_the_picture_and_keeps_the_runs(session, finished):
    session.run()
    finished(session)
    session.reset()
    assert session.scene is None
    assert session.status == "The picture is clear. lab.runs still has 1 run."
    session.move("rate", 2.0)
    session.run()
    finished(session)
    assert session.scene.earlier == ()
    assert session.scene.number == 2


def test_earlier_runs_are_named_by_the_knobs_that_differ(session, finished):
    for rate in (0.5, 1.0, 2.0):
        session.move("rate", rate)
        session.run()
        finished(session)
    session.move("size", "large")
    session.move("rate", 0.5)
    session.run()
    finished(session)
    assert [line.name for line in session.scene.earlier] == [
        "size small",
        "rate 1.0, size small",
        "rate 2.0, size small",
    ]
    assert [line.label for line in session.scene.earlier] == ["size small", "run 2", "run 3"]


def test_while_another_panel_trains_it_asks_and_never_mind_does_nothing(
    session, trainer, until, finished
):
    other_trainer = Trainer()
    other_trainer.held.set()
    other = Session(experiment(other_trainer, title="The other"), data=few_images())
    other.run()
    until(lambda: other.scene is not None)
    session.run()
    assert session.question.holder.name == "The other"
    assert session.state == "idle"
    session.answer("never mind")
    assert session.question is None
    session.run()
    session.answer("wait")
    until(lambda: session.state == "waiting")
    assert session.status == "Waiting until the panel “The other” has trained."
    session.stop()
    finished(session)
    assert not trainer.asked
    session.run()
    session.answer("stop it")
    finished(session)
    finished(other)
    assert len(session.shelf) == len(other.shelf) == 1
    assert other.status.startswith("Run 1 was stopped")


def test_what_waits_begins_when_the_other_is_done(session, until, finished):
    other_trainer = Trainer()
    other_trainer.held.set()
    other = Session(experiment(other_trainer), data=few_images())
    other.run()
    until(lambda: other.scene is not None)
    session.run()
    session.answer("wait")
    until(lambda: session.state == "waiting")
    other_trainer.held.clear()
    finished(other)
    finished(session)
    assert list(session.shelf[0].epochs) == list(other.shelf[0].epochs)


def test_for_a_cell_that_trains_it_waits_without_asking(session, trainer, until, finished):
    with GATE.passed("a cell"):
        threading.Thread(target=session.run).start()
        until(lambda: session.state == "waiting")
        assert session.question is None
        assert session.status == "Waiting until a cell has trained."
        assert not trainer.asked
    finished(session)
    assert len(session.shelf) == 1


def test_work_that_was_let_go_touches_nothing_but_keeps_its_run(session, trainer, until):
    trainer.held.set()
    session.run()
    until(lambda: session.scene is not None)
    work, seen = session.work, []
    session.let_go()
    session.changed = lambda: seen.append(1)
    assert work.job.join(10)
    assert (session.state, session.findings, seen) == ("idle", None, [])
    assert list(session.shelf[0].epochs) == [0, 1]


def test_another_session_takes_over_the_runs(session, finished):
    session.run()
    finished(session)
    heir = Session(session.experiment, data=session.data)
    heir.adopt(session)
    heir.run()
    finished(heir)
    assert [entry.number for entry in heir.shelf.entries] == [1, 2]


@pytest.mark.parametrize("asked", ["run", "run_seeds"])
def test_while_it_trains_it_takes_no_other_orders(session, trainer, until, finished, asked):
    trainer.held.set()
    session.run()
    until(lambda: session.scene is not None)
    getattr(session, asked)()
    session.run_arm("fast")
    assert session.knobs["rate"] == 1.0
    trainer.held.clear()
    finished(session)
    assert len(session.shelf) == 1
