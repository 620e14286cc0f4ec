"""What one click sets training, on a thread of its own, and the events that it reports.

A job knows nothing of the panel that it works for. It reports, and whoever listens decides whether
the panel still wants to hear of it.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from lossacc.claims.experiment import Experiment, StoppedEarly
from lossacc.claims.gate import GATE
from lossacc.data import Examples
from lossacc.lab import status_text
from lossacc.lab.events import (
    Advanced,
    Began,
    Ended,
    Event,
    Failed,
    Fault,
    Judged,
    NoRun,
    Over,
    Rests,
)
from lossacc.lab.findings import findings_of
from lossacc.lab.redraw_throttle import RedrawThrottle
from lossacc.lab.run_history import HistoryEntry, RunHistory
from lossacc.lab.snapshot import Training
from lossacc.lab.step_limit import StepLimit
from lossacc.lab.task import Request, Task, arm_of
from lossacc.lab.training_hooks import TrainingHooks
from lossacc.lab.worker import Worker
from lossacc.runs.run import Run
from lossacc.support.keras_api import keras
from lossacc.training.train import TrainingError

_SPOKEN = 1.0  # seconds between two status lines, which screen readers read out


class Job:
    """Goes through the trainings of a request, and reports.

    Parameters
    ----------
    experiment, data, limit
        What is trained, on which images, and how many seconds one training may take.
    request
        What the learner asked for.
    history
        Where the runs are kept, also when nobody listens any more.
    throttle
        Tells when a training is to be drawn.
    report
        Called on the thread of the job, with the job and each event.
    step_limit
        How many points it may record before it rests; None: all of them.

    Attributes
    ----------
    worker
        The thread; `start` starts it.
    step_limit
        Lets a training that rests go on.
    """

    def __init__(
        self,
        experiment: Experiment,
        request: Request,
        *,
        data: Examples | None,
        limit: float,
        history: RunHistory,
        throttle: RedrawThrottle,
        report: Callable[[Job, Event], None],
        step_limit: StepLimit | None = None,
    ) -> None:
        """Make the thread."""
        self._experiment, self._request, self._data = experiment, request, data
        self._limit, self._history, self._throttle = limit, history, throttle
        self._report, self.step_limit = report, step_limit or StepLimit()
        self._done: list[HistoryEntry] = []
        self._spoke = 0.0
        self.worker = Worker(experiment.title, self._work, after=self._over, owner=self)

    def start(self) -> None:
        """Start the thread, or report why there is none. An interrupt passes through."""
        try:
            self.worker.start()
        except BaseException as error:
            self.worker.stop()
            self._fail(error)
            self._report(self, Over())
            if not isinstance(error, Exception):
                raise

    def _work(self, worker: Worker) -> None:
        try:
            if not worker.stopped:
                self._report(self, Began())
            keras()  # before the seconds of the first training are counted
            for task in self._request.tasks:
                entry = self._train(task)
                if entry is None or not entry.whole or worker.stopped:
                    break
        except BaseException as error:  # SystemExit too: nobody else would hear of it
            self._fail(error)

    def _train(self, task: Task) -> HistoryEntry | None:
        """Train once; give what came of it, None where nothing did."""
        hooks = TrainingHooks(
            stopped=lambda: self.worker.stopped,
            follow=lambda hooks, run: self._follow(task, hooks, run),
            limit=self._limit,
        )
        self._throttle.hurry()
        self._spoke = 0.0  # each training is told of once, however short it is
        try:
            run = self._run(task, hooks)
        except StoppedEarly:
            self._report(self, NoRun(self._limit if hooks.late else None))
            return None
        except BaseException as error:
            self._fail(error)
            if hooks.run is None:
                return None
            run = _so_far(error, hooks.run)
        return self._end(task, hooks, run)

    def _run(self, task: Task, hooks: TrainingHooks) -> Run:
        arm = arm_of(self._experiment, task.knobs)
        return self._experiment.run(
            "base" if arm is None else arm.name,
            seed=task.seed,
            data=self._data,
            hooks=hooks.as_hooks(),
            **task.knobs,
        )

    def _follow(self, task: Task, hooks: TrainingHooks, run: Run) -> None:
        """Report the run so far, when it is time to draw, and rest where it is time to rest."""
        number = len(self._history) + 1
        self.step_limit.count()
        if self.step_limit.spent and run.epochs[-1] < run.total_epochs:
            training = self._training(task, hooks, run, number)
            self._report(self, Rests(training, hooks.progress(run), status_text.resting(run)))
            hooks.rested(self.step_limit.rest(self._is_to_end))
            self._throttle.hurry()
        elif self._throttle.due():
            with self._throttle.drawing():
                training = self._training(task, hooks, run, number)
                self._report(self, Advanced(training, hooks.progress(run), self._status(run)))

    def _is_to_end(self) -> bool:
        """Tell whether a rest is over: it ends for a cell too, which would wait for ever."""
        if GATE.cell_waits():
            self.worker.stop()
        return self.worker.stopped

    def _status(self, run: Run) -> str:
        """Say how the run stands, now and then, for those who do not see the curves."""
        now = time.monotonic()
        if now - self._spoke < _SPOKEN:
            return ""
        self._spoke = now
        many = len(self._request.tasks)
        count = f"{len(self._done) + 1} of {many}. " if many > 1 else ""
        return count + status_text.standing(run)

    def _training(
        self, task: Task, hooks: TrainingHooks, run: Run, number: int, *, ended: bool = False
    ) -> Training:
        done = tuple(self._done)
        return Training(self._request, task, number, run, hooks.images, done, ended)

    def _end(self, task: Task, hooks: TrainingHooks, run: Run) -> HistoryEntry:
        """Keep a run, and report what came of it."""
        entry = self._history.add(run, task.knobs, task.seed)
        training = self._training(task, hooks, run, entry.number, ended=True)
        self._done.append(entry)
        late = self._limit if hooks.late else None
        self._report(self, Ended(training, status_text.ending(run, entry.number, late=late)))
        found = findings_of(self._experiment, self._history, self._request, self._done)
        self._report(self, Judged(found))
        return entry

    def _fail(self, error: BaseException) -> None:
        """Report what went wrong."""
        self._report(self, Failed(Fault.of(error, status_text.fault(error))))

    def _over(self, worker: Worker) -> None:
        """Report the end of the turn, or that it was stopped before it came."""
        if worker.stopped and not self._done:
            self._report(self, NoRun())
        self._report(self, Over())
        self._history.tidy()


def _so_far(error: BaseException, run: Run) -> Run:
    """Give the run that a failure left behind, and say of it that it was stopped."""
    if isinstance(error, TrainingError):
        return error.run
    return run.with_settings(stopped=f"failed after epoch {run.epochs[-1]}")
