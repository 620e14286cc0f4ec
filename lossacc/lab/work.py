"""What one click sets going: a plan, gone through on a thread of its own."""

from __future__ import annotations

import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from lossacc.claims.experiment import StoppedEarly
from lossacc.lab import status_text
from lossacc.lab.job import Fault, Findings, Plan
from lossacc.lab.run_history import Entry
from lossacc.lab.snapshot import MOST_EARLIER, Scene, Task, arm_of, earlier_lines, name_of
from lossacc.lab.watch import Watch
from lossacc.lab.worker import Job
from lossacc.runs.run import Run
from lossacc.support.keras_api import keras
from lossacc.training.train import TrainingError

if TYPE_CHECKING:
    from lossacc.lab.session import Session

_SPOKEN = 1.0  # seconds between two status lines, which screen readers read out


class Work:
    """Goes through a plan, and keeps its session up to date.

    Parameters
    ----------
    session
        Whose plan it is. As soon as this is no longer `session.work`, nothing here touches it;
        only the run is still put on its shelf.
    plan
        What is to be trained.

    Attributes
    ----------
    job
        The thread, yet to be started.
    done
        What of the plan is on the shelf.
    """

    def __init__(self, session: Session, plan: Plan) -> None:
        """Make the thread."""
        self.session, self.plan = session, plan
        self.done: list[Entry] = []
        self.job = Job(session.experiment.title, self._go, after=self._after, owner=session)
        self._spoke = 0.0

    @contextmanager
    def _held(self) -> Iterator[bool]:
        """Hold the session's lock, and tell whether this is still the session's work."""
        with self.session.lock:
            yield self.session.work is self

    def _go(self, job: Job) -> None:
        try:
            self._begin()
            for task in self.plan.tasks:
                entry = self._train(task)
                if entry is None or not entry.whole or job.stopped:
                    break
        except Exception as error:
            self._fail(error)

    def _begin(self) -> None:
        with self._held() as mine:
            if mine and not self.job.stopped:
                self.session.state, self.session.status = "training", status_text.preparing()
                self.session.changed()
        keras()  # before the seconds of the first training are counted

    def _train(self, task: Task) -> Entry | None:
        """Train once; give what came of it, None where nothing did."""
        watch = Watch(
            stopped=lambda: self.job.stopped,
            follow=lambda watch: self._follow(task, watch),
            limit=self.session.limit,
        )
        self.session.pace.hurry()
        self._spoke = 0.0  # each training is told of once, however short it is
        try:
            run = self._run(task, watch)
        except StoppedEarly:
            self._say(status_text.NO_RUN)
            return None
        except TrainingError as error:
            self._fail(error)
            if watch.run is None:
                return None
            run = error.run
        return self._end(replace(self._scene(task, watch, run), ended=True), late=watch.late)

    def _run(self, task: Task, watch: Watch) -> Run:
        experiment = self.session.experiment
        arm = arm_of(experiment, task.knobs)
        return experiment.run(
            "base" if arm is None else arm.name,
            seed=task.seed,
            data=self.session.data,
            hooks=watch.hooks(),
            **task.knobs,
        )

    def _follow(self, task: Task, watch: Watch) -> None:
        """Show the run so far, when it is time to draw."""
        session, run = self.session, watch.run
        if run is None or not session.pace.due():
            return
        with self._held() as mine, session.pace.drawing():
            if mine:
                session.scene, session.findings = self._scene(task, watch, run), None
                session.standing = watch.standing(run)
                self._speak(run)
                session.changed()

    def _speak(self, run: Run) -> None:
        """Say how the run stands, now and then, for those who do not see the curves."""
        now = time.monotonic()
        if self.session.state == "training" and now - self._spoke >= _SPOKEN:
            many = len(self.plan.tasks)
            count = f"{len(self.done) + 1} of {many}. " if many > 1 else ""
            self._spoke, self.session.status = now, count + status_text.standing(run)

    def _scene(self, task: Task, watch: Watch, run: Run) -> Scene:
        """Compose the scene around a run."""
        session, many = self.session, self.plan.kind == "seeds"
        asked = self.plan.tasks[0] if many else task
        lines = earlier_lines(session.experiment, self._earlier(task), asked)
        most = 0 if many else MOST_EARLIER  # beside a band, earlier runs would be too much
        return Scene(
            number=len(session.shelf) + 1,
            task=task,
            asked=asked,
            run=run,
            name=self._name(task),
            earlier=lines[:most][::-1],
            hidden=len(lines[most:]),
            seeds=tuple(entry.outline for entry in self.done) if many else (),
            images=watch.images,
        )

    def _earlier(self, task: Task) -> list[Entry]:
        """Give the runs that may stand beside this one, oldest first."""
        shelf = self.session.shelf
        entries = [entry for entry in shelf.entries if entry.number > self.session.put_away]
        if self.plan.kind == "seeds":
            return [entry for entry in entries if entry not in self.done]
        base = shelf.find(self.session.experiment.settings(), task.seed)
        return [*entries, base] if self.plan.kind == "arm" and base else entries

    def _name(self, task: Task) -> str:
        """Name an arm that is set beside the base."""
        if self.plan.kind != "arm":
            return ""
        experiment = self.session.experiment
        return name_of(experiment, task, Task(experiment.settings(), task.seed))

    def _end(self, scene: Scene, *, late: bool) -> Entry | None:
        """Put a run on the shelf, and say what came of it."""
        session = self.session
        with self._held() as mine:
            # Nothing is lost: a panel that took over has this shelf too.
            entry = session.shelf.add(scene.run, scene.task.knobs, scene.task.seed)
            if not mine:
                return None
            self.done.append(entry)
            session.scene, session.standing = scene, None
            limit = session.limit if late else None
            session.status = status_text.ending(scene.run, entry.number, late=limit)
        findings = self._judge(entry, scene.run)
        with self._held() as mine:
            if mine:
                session.findings = findings
        return entry

    def _judge(self, entry: Entry, run: Run) -> Findings:
        """Judge the prediction, and the claims that cover the run."""
        session, predicted = self.session, self.plan.predicted
        prediction, verdict = session.experiment.prediction, ""
        if prediction is not None:
            verdict = status_text.verdict(prediction, predicted, run)
        if prediction is not None and self.plan.kind == "seeds" and len(self.done) > 1:
            runs = [session.shelf.run(one.number) for one in self.done]
            verdict += f" {status_text.tally(prediction, predicted, runs)}"
        claims = status_text.judged(session.experiment, session.shelf, entry) if entry.whole else ()
        return Findings(verdict, claims, entry.whole)

    def _say(self, status: str) -> None:
        with self._held() as mine:
            if mine:
                self.session.status = status

    def _fail(self, error: Exception) -> None:
        """Keep what went wrong, for the panel to tell."""
        trace = "".join(traceback.format_exception(error))
        with self._held() as mine:
            if mine:
                self.session.fault = Fault(status_text.fault(error), trace)
                self.session.status = status_text.FAILED

    def _after(self, job: Job) -> None:
        """Stand idle again, when the turn is over."""
        session = self.session
        with self._held() as mine:
            if mine:
                session.work, session.state, session.standing = None, "idle", None
                if job.stopped and not self.done:
                    session.status = status_text.NO_RUN
                session.changed()
        session.shelf.tidy()
