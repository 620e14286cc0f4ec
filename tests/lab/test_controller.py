"""What a learner asks for, and what comes of it, without widgets and without TensorFlow's help."""

import threading
import time

import pytest

from lossacc.claims.experiment import Outcome, Prediction
from lossacc.claims.gate import GATE, Turn
from lossacc.lab.controller import Controller
from lossacc.lab.empty_axes import axes_of
from lossacc.lab.task import Task
from lossacc.lab.worker import Worker
from tests.lab.fakes import EPOCHS, experiment, few_images


def test_a_run_goes_to_its_end_and_is_kept(controller, finished):
    controller.predict("It falls below .5.")
    controller.run()
    finished(controller)
    (run,) = controller.history
    assert list(run.epochs) == list(range(EPOCHS + 1))
    assert run.settings["knobs"] == {"rate": 1.0, "size": "small"}
    assert controller.state.snapshot.number == 1
    assert controller.state.snapshot.ended
    assert controller.state.status == "Run 1 is done: epoch 5 of 5."
    assert controller.state.findings.verdict.startswith("You predicted “It falls below .5”: right.")
    assert controller.state.findings.claims[0].held


def test_each_epoch_is_shown_from_the_first_on(controller, finished, monkeypatch):
    seen = []
    controller.on_change = lambda: seen.append(controller.state.snapshot)
    monkeypatch.setattr(controller.throttle, "due", lambda: True)
    controller.run()
    finished(controller)
    shown = list(dict.fromkeys(len(snapshot.run.epochs) for snapshot in seen if snapshot))
    assert shown == list(range(1, EPOCHS + 2))


def test_stop_keeps_the_run_so_far(controller, trainer, begun, finished):
    trainer.held.set()
    controller.run()
    begun()
    asked = time.monotonic()
    controller.stop()
    assert controller.state.activity in ("stopping", "idle")
    finished(controller)
    assert time.monotonic() - asked < 3
    assert list(controller.history[0].epochs) == [0, 1]
    assert controller.state.status == "Run 1 was stopped at epoch 1. It is kept as far as it came."
    assert controller.state.findings.claims == ()
    assert not controller.state.findings.whole


def test_stop_before_the_first_point_leaves_no_run_and_says_so(
    controller, trainer, until, finished
):
    trainer.prepares.set()
    controller.run()
    until(lambda: trainer.asked)
    controller.stop()
    finished(controller)
    assert len(controller.history) == 0
    assert controller.state.status == "Stopped before the first point, so there is no run."
    assert controller.state.fault is None


def test_a_variant_moves_the_knobs_and_asks_and_trains_nothing(controller, trainer):
    controller.predict("It stays above.")
    controller.choose_variant("fast")
    assert controller.state.knobs["rate"] == 2.0
    assert controller.state.predicted == ""
    assert controller.state.status == "“fast” is set. Predict, then press Run."
    assert controller.state.activity == "idle"
    assert not trainer.asked


def test_run_trains_the_base_before_a_variant_that_was_chosen(controller, trainer, finished):
    controller.choose_variant("fast")
    controller.run()
    finished(controller)
    assert [settings["rate"] for settings, _ in trainer.asked] == [1.0, 2.0]
    assert controller.state.snapshot.name == "fast"
    assert [line.label for line in controller.state.snapshot.earlier] == ["base"]
    assert [one.held for one in controller.state.findings.claims] == [True]
    controller.choose_variant("large")
    controller.run()
    finished(controller)
    assert len(trainer.asked) == 3  # the base is there already
    assert [line.label for line in controller.state.snapshot.earlier] == ["fast", "base"]


def test_settings_by_hand_are_no_variant_and_are_trained_alone(controller, trainer, finished):
    controller.choose_variant("large")
    controller.move("size", "small")
    controller.move("rate", 2.0)
    controller.run()
    finished(controller)
    assert [settings["rate"] for settings, _ in trainer.asked] == [2.0]


def test_step_by_step_it_comes_to_the_same_end(controller, until, finished):
    for epoch in range(1, EPOCHS):
        controller.step()
        until(lambda: controller.state.activity == "resting")
        assert list(controller.state.snapshot.run.epochs) == list(range(epoch + 1))
        assert controller.state.status.endswith("Step and Run go on.")
        assert len(controller.history) == 0
    controller.step()
    finished(controller)
    controller.run()
    finished(controller)
    stepped, whole = controller.history
    assert (stepped.train.logits == whole.train.logits).all()
    assert "stopped" not in stepped.settings


def test_run_goes_on_with_what_rests(controller, trainer, until, finished):
    controller.step()
    until(lambda: controller.state.activity == "resting")
    controller.run()
    finished(controller)
    assert len(trainer.asked) == len(controller.history) == 1
    assert controller.state.status == "Run 1 is done: epoch 5 of 5."


def test_a_rest_is_left_out_of_the_time_limit(trainer, until, finished):
    controller = Controller(experiment(trainer), data=few_images(), limit=0.3)
    controller.step()
    until(lambda: controller.state.activity == "resting")
    time.sleep(0.4)
    controller.run()
    finished(controller)
    assert controller.history.entries[0].whole


@pytest.mark.parametrize("order", ["move", "stop", "reset"])
def test_what_rests_can_be_stopped(controller, until, finished, order):
    controller.step()
    until(lambda: controller.state.activity == "resting")
    arguments = ("rate", 2.0) if order == "move" else ()
    getattr(controller, order)(*arguments)
    finished(controller)
    assert list(controller.history[0].epochs) == [0, 1]
    assert (controller.state.snapshot is None) == (order == "reset")
    assert bool(controller.history.in_view) == (order != "reset")


def test_a_reset_of_a_training_that_is_lost_clears_nothing_later(
    controller, until, finished, monkeypatch
):
    controller.step()
    until(lambda: controller.state.activity == "resting")
    job = controller.job
    monkeypatch.setattr(Worker, "alive", False)
    controller.reset()
    monkeypatch.undo()
    assert controller.state.fault is not None
    job.worker.stop()
    assert job.worker.join(10)
    controller.run()
    finished(controller)
    assert controller.state.snapshot is not None


def test_another_panel_may_stop_what_rests(controller, until, finished):
    controller.step()
    until(lambda: controller.state.activity == "resting")
    other = Controller(experiment(title="The other"), data=few_images())
    other.run()
    assert other.state.question is not None
    other.answer("stop it")
    finished(other)
    finished(controller)
    assert len(controller.history) == len(other.history) == 1


def test_what_rests_gives_way_to_a_cell(controller, until, finished):
    controller.step()
    until(lambda: controller.state.activity == "resting")
    cell = threading.Thread(target=GATE.alone, args=(Turn("a cell"), list), daemon=True)
    cell.start()
    cell.join(5)
    assert not cell.is_alive()
    finished(controller)
    assert controller.state.status.startswith("Run 1 was stopped at epoch 1.")


def test_five_seeds_make_a_band_and_stop_ends_them_all(controller, trainer, until, finished):
    controller.choose_seed(7)
    controller.run_seeds()
    finished(controller)
    assert [seed for _, seed in trainer.asked] == [7, 8, 9, 10, 11]
    snapshot = controller.state.snapshot
    assert len(snapshot.seeds) == 4
    assert snapshot.asked == Task(dict(controller.state.knobs), 7)
    trainer.held.set()
    controller.run_seeds()
    until(lambda: controller.state.activity == "training" and controller.state.snapshot.number == 6)
    controller.stop()
    trainer.held.clear()
    finished(controller)
    assert len(controller.history) == 6


def test_what_is_said_of_a_run_is_not_shown_before_the_last_one_is_over(controller, finished):
    seen = []
    controller.on_change = lambda: seen.append(controller.state)
    controller.run_seeds()
    finished(controller)
    *during, over = seen
    assert {state.snapshot.number for state in during if state.snapshot} == {1, 2, 3, 4, 5}
    assert not any(state.findings for state in during)
    assert over.findings is not None
    assert over.activity == "idle"


@pytest.mark.parametrize(
    ("predicted", "counted"),
    [
        ("", "Of 5 seeds: 2 “It falls”, 3 “It stays”."),
        ("It falls.", "With 2 of 5 seeds it came as you predicted."),
        ("It stays.", "With 3 of 5 seeds it came as you predicted."),
    ],
)
def test_of_five_seeds_it_is_counted_how_often_the_prediction_came_true(
    trainer, finished, predicted, counted
):
    outcomes = (
        Outcome("It falls.", lambda run: run.settings["seed"] < 9),
        Outcome("It stays.", lambda run: run.settings["seed"] >= 9),
    )
    asks = Prediction("What does it do?", outcomes, lambda run: f"Seed {run.settings['seed']}.")
    controller = Controller(experiment(trainer, prediction=asks), seed=7, data=few_images())
    controller.predict(predicted)
    controller.run_seeds()
    finished(controller)
    last = {
        "": "What happened: It stays.",
        "It falls.": "You predicted “It falls”: not this time. It was “It stays”.",
        "It stays.": "You predicted “It stays”: right.",
    }
    assert controller.state.findings.verdict == f"{last[predicted]} Seed 11. {counted}"


def test_a_run_has_a_time_limit(trainer, finished):
    trainer.held.set()
    controller = Controller(experiment(trainer), data=few_images(), limit=0.05)
    controller.run()
    finished(controller)
    assert controller.state.status.startswith(
        "Run 1 was stopped after 0.05 s, its limit, at epoch 1."
    )


def test_what_fails_is_told_in_a_sentence_and_the_epochs_before_are_kept(
    controller, trainer, finished
):
    trainer.fails_at = 2
    controller.run()
    finished(controller)
    assert controller.state.fault.sentence.startswith("The training failed after epoch 2")
    assert "TrainingError" in controller.state.fault.trace
    assert list(controller.history[0].epochs) == [0, 1, 2]
    assert not controller.history.entries[0].whole
    trainer.fails_at = None
    controller.run()
    finished(controller)
    assert controller.state.fault is None


def test_an_error_before_the_first_point_leaves_no_run(trainer, finished):
    controller = Controller(experiment(trainer), data=few_images().take([0, 1]))
    controller.run()
    finished(controller)
    assert controller.state.fault.sentence.startswith(
        "Fake needs 4 images of 2 classes or more; got 2 of 2"
    )
    assert controller.state.activity == "idle"
    assert len(controller.history) == 0


def test_reset_clears_the_picture_and_keeps_the_runs(controller, finished):
    controller.run()
    finished(controller)
    controller.reset()
    assert controller.state.snapshot is None
    assert controller.state.status == "The picture is clear. lab.runs still has 1 run."
    controller.move("rate", 2.0)
    controller.run()
    finished(controller)
    assert controller.state.snapshot.earlier == ()
    assert controller.state.snapshot.number == 2


def test_earlier_runs_are_named_by_the_knobs_that_differ(controller, finished):
    for rate in (0.5, 1.0, 2.0):
        controller.move("rate", rate)
        controller.run()
        finished(controller)
    controller.move("size", "large")
    controller.move("rate", 0.5)
    controller.run()
    finished(controller)
    earlier = controller.state.snapshot.earlier
    assert [line.name for line in earlier] == [
        "size small",
        "rate 1.0, size small",
        "rate 2.0, size small",
    ]
    assert [line.label for line in controller.state.snapshot.earlier] == [
        "size small",
        "run 2",
        "run 3",
    ]


def test_while_another_panel_trains_it_asks_and_never_mind_does_nothing(
    controller, trainer, until, finished, other
):
    other, _ = other
    controller.run()
    assert controller.state.question.holder.name == "The other"
    assert controller.state.activity == "idle"
    controller.answer("never mind")
    assert controller.state.question is None
    controller.run()
    controller.answer("wait")
    until(lambda: controller.state.activity == "waiting")
    assert controller.state.status == "Waiting until the panel “The other” has trained."
    controller.stop()
    finished(controller)
    assert not trainer.asked
    controller.run()
    controller.answer("stop it")
    finished(controller)
    finished(other)
    assert len(controller.history) == len(other.history) == 1
    assert other.state.status.startswith("Run 1 was stopped")


@pytest.mark.parametrize("answer", ["wait", "stop it"])
def test_a_step_rests_after_an_epoch_though_another_panel_was_training(
    controller, until, finished, other, answer
):
    other, other_trainer = other
    controller.step()
    controller.answer(answer)
    other_trainer.held.clear()
    finished(other)
    until(lambda: controller.state.activity == "resting")
    assert list(controller.state.snapshot.run.epochs) == [0, 1]


def test_what_waits_begins_when_the_other_is_done(controller, until, finished, other):
    other, other_trainer = other
    controller.run()
    controller.answer("wait")
    until(lambda: controller.state.activity == "waiting")
    other_trainer.held.clear()
    finished(other)
    finished(controller)
    assert list(controller.history[0].epochs) == list(other.history[0].epochs)


def test_for_a_cell_that_trains_it_waits_without_asking(controller, trainer, until, finished):
    def cell():
        threading.Thread(target=controller.run).start()
        until(lambda: controller.state.activity == "waiting")
        assert controller.state.question is None
        assert controller.state.status == "Waiting until a cell has trained."
        assert not trainer.asked

    GATE.alone(Turn("a cell"), cell)
    finished(controller)
    assert len(controller.history) == 1


def test_a_job_that_was_let_go_touches_nothing_but_keeps_its_run(controller, trainer, begun):
    trainer.held.set()
    controller.run()
    begun()
    job, seen = controller.job, []
    controller.let_go()
    controller.on_change = lambda: seen.append(1)
    assert job.worker.join(10)
    assert (controller.state.activity, controller.state.findings, seen) == ("idle", None, [])
    assert list(controller.history[0].epochs) == [0, 1]


def test_another_session_takes_over_the_runs(controller, finished):
    controller.run()
    finished(controller)
    heir = Controller(controller.experiment, data=controller.data)
    heir.adopt(controller)
    heir.run()
    finished(heir)
    assert [entry.number for entry in heir.history.entries] == [1, 2]


def test_an_heir_with_a_picture_still_learns_of_the_axes(controller, finished):
    controller.run()
    finished(controller)
    heir = Controller(controller.experiment, data=controller.data)
    heir.adopt(controller)
    axes = axes_of(controller.history[0])
    heir.note_axes(heir.state.asked, axes)
    assert heir.state.axes is axes
    assert heir.state.snapshot is controller.state.snapshot


def test_a_knob_that_was_moved_during_a_training_is_asked_for_after_it(
    controller, trainer, until, finished
):
    asked = []
    controller.on_ask = asked.append
    trainer.held.set()
    controller.run()
    until(lambda: controller.state.snapshot is not None)
    controller.move("rate", 2.0)
    assert not asked
    trainer.held.clear()
    finished(controller)
    assert asked == [controller.state.asked]
    controller.run()
    finished(controller)
    assert len(asked) == 1, "what was just trained needs no rehearsal"


@pytest.mark.parametrize("asked", ["run", "run_seeds"])
def test_while_it_trains_it_takes_no_other_orders(controller, trainer, until, finished, asked):
    trainer.held.set()
    controller.run()
    until(lambda: controller.state.snapshot is not None)
    getattr(controller, asked)()
    controller.choose_variant("fast")
    controller.step()
    assert controller.state.knobs["rate"] == 1.0
    trainer.held.clear()
    finished(controller)
    assert len(controller.history) == 1
