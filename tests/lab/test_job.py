"""A job goes through a request, keeps its runs, and reports."""

import pytest

from lossacc.lab.events import Advanced, Began, Ended, Failed, Judged, NoRun, Over
from lossacc.lab.job import Job
from lossacc.lab.redraw_throttle import RedrawThrottle
from lossacc.lab.run_history import RunHistory
from lossacc.lab.task import Request, Task
from tests.lab.fakes import EPOCHS, experiment, few_images

KNOBS = {"rate": 1.0, "size": "small"}


class Always(RedrawThrottle):
    def due(self):
        return True


class Told:
    """A job that was started, and what it reports."""

    def __init__(self, trainer, seeds=(1,), limit=60.0):
        self.events, self.history = [], RunHistory()
        self.job = Job(
            experiment(trainer),
            Request(tuple(Task(KNOBS, seed) for seed in seeds), "seeds"),
            data=few_images(),
            limit=limit,
            history=self.history,
            throttle=Always(),
            report=lambda job, event: self.events.append(event),
        )
        self.job.worker.start()

    def kinds(self):
        """The kinds of events, in order, when the job has ended."""
        assert self.job.worker.join(10)
        return [type(event) for event in self.events]


def test_each_epoch_is_reported_then_the_end_and_the_verdict(trainer):
    told = Told(trainer)
    assert told.kinds() == [Began, *[Advanced] * (EPOCHS + 1), Ended, Judged, Over]
    advanced = told.events[1 : EPOCHS + 2]
    assert [len(event.training.run.epochs) for event in advanced] == list(range(1, EPOCHS + 2))
    assert [event.progress.done for event in advanced] == list(range(EPOCHS + 1))
    assert advanced[0].status.startswith("Epoch 0 of 5: ")  # at once, and then once a second
    assert all(event.training.number == 1 for event in advanced)
    ended = told.events[-3]
    assert ended.training.ended
    assert ended.status == "Run 1 is done: epoch 5 of 5."
    assert told.history[0] is ended.training.run


def test_of_several_seeds_each_knows_those_before_it(trainer):
    told = Told(trainer, seeds=(1, 2, 3))
    told.kinds()
    ended = [event.training for event in told.events if isinstance(event, Ended)]
    assert [len(training.done) for training in ended] == [0, 1, 2]
    assert [training.number for training in ended] == [1, 2, 3]
    said = [event.status for event in told.events if isinstance(event, Advanced) and event.status]
    assert [status[:7] for status in said] == ["1 of 3.", "2 of 3.", "3 of 3."]


def test_a_stop_ends_all_that_was_to_follow(trainer, until):
    trainer.held.set()
    told = Told(trainer, seeds=(1, 2))
    until(lambda: len(told.events) == 3)
    told.job.worker.stop()
    assert told.kinds() == [Began, Advanced, Advanced, Ended, Judged, Over]
    assert not told.events[-2].findings.whole


@pytest.mark.parametrize("waits", [True, False])
def test_a_stop_before_the_first_point_leaves_no_run(trainer, until, waits):
    trainer.prepares.set()
    first = Told(trainer)
    until(lambda: trainer.asked)
    told = Told(trainer) if waits else first
    told.job.worker.stop()
    first.job.worker.stop()
    kinds = told.kinds()
    assert kinds[-2:] == [NoRun, Over]
    assert (Began in kinds) != waits
    assert len(told.history) == 0
    first.kinds()


def test_at_its_limit_before_the_first_point_it_says_so(trainer):
    trainer.prepares.set()
    told = Told(trainer, seeds=(1, 2), limit=0.05)
    assert told.kinds() == [Began, NoRun, Over]
    assert told.events[1].late == 0.05


def test_what_fails_is_reported_and_the_epochs_before_are_kept(trainer):
    trainer.fails_at = 1
    told = Told(trainer, seeds=(1, 2))
    assert told.kinds() == [Began, Advanced, Advanced, Failed, Ended, Judged, Over]
    assert told.events[3].fault.sentence.startswith("The training failed after epoch 1")
    assert len(told.history[0].epochs) == 2


def test_at_its_limit_a_training_is_stopped_and_says_so(trainer):
    trainer.held.set()
    told = Told(trainer, limit=0.05)
    assert told.kinds()[-3:] == [Ended, Judged, Over]
    assert told.events[-3].status.startswith("Run 1 was stopped after 0.05 s, its limit")
