"""What a learner may do with a panel, and the one writer of its state.

Callbacks of widgets come on the main thread or on a thread of the kernel's own, and trainings run
on a third. All of them go through one lock. A job that is no longer the panel's current one is not
listened to.
"""

from __future__ import annotations

import math
import os
import threading
import weakref
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import Literal

from lossacc.claims.experiment import Experiment, Settings, Value
from lossacc.claims.gate import GATE
from lossacc.data import Examples
from lossacc.lab import snapshot
from lossacc.lab.empty_axes import EmptyAxes
from lossacc.lab.events import Advanced, Began, Event, Fault, Over, Rests
from lossacc.lab.job import Job
from lossacc.lab.redraw_throttle import RedrawThrottle
from lossacc.lab.run_history import RunHistory
from lossacc.lab.run_names import checked_name, names_of
from lossacc.lab.sketch import Sketch
from lossacc.lab.state import (
    Answer,
    BusyQuestion,
    State,
    adopted,
    after,
    chosen,
    cleared,
    goes_on,
    launched,
    lost,
    moved,
    stopping,
)
from lossacc.lab.step_limit import StepLimit
from lossacc.lab.task import Request, Task
from lossacc.support.types import Seed

FIVE = 5
MOST_COMPARED = 5  # as many as there are colours and dashes
_FIRST_STEP = 2  # points: as the network begins, and after an epoch


class Controller:
    """Takes the learner's orders, sets jobs going, and writes the state.

    Parameters
    ----------
    experiment, knobs, seed, data
        Where the knobs stand at first, as in the base where nothing is said, and the images.
    limit
        Seconds that one training may take.

    Attributes
    ----------
    history
        All runs.
    on_change
        Called, under the lock, after each change that is to be seen.
    on_ask
        Called, under the lock, with what the knobs ask for, when that changes while nothing trains.
    """

    def __init__(
        self,
        experiment: Experiment,
        *,
        knobs: Settings | None = None,
        seed: Seed = 1,
        data: Examples | None = None,
        limit: float = 60.0,
    ) -> None:
        """Stand idle, with nothing trained."""
        self.experiment, self.data, self.limit = experiment, data, limit
        self.lock = threading.RLock()
        self.history, self.throttle = RunHistory(), RedrawThrottle()
        self.job: Job | None = None
        self.on_change: Callable[[], None] = _nothing
        self.on_ask: Callable[[Task], None] = _tell_nobody
        self._state = State(knobs or experiment.settings(), seed)
        self._clears = False  # the picture, when the job has ended
        self._last: Job | None = None  # its thread may still be tidying up
        _CONTROLLERS.add(self)

    @property
    def state(self) -> State:
        """What the panel shows."""
        return self._state

    def move(self, name: str, value: Value) -> None:
        """Move a knob."""
        with self.lock:
            if self._state.knobs[name] != value:
                self._moved(moved(self._state, name, value))

    def choose_variant(self, name: str) -> None:
        """Set the knobs to an arm, and ask for a prediction of it; it is not trained."""
        with self.lock:
            knobs = self.experiment.settings(name)
            if self._state.activity in ("idle", "resting") and self._state.variant != name:
                asks = self.experiment.prediction is not None
                self._moved(chosen(self._state, name, knobs, asks=asks))

    def choose_seed(self, seed: Seed) -> None:
        """Choose a seed."""
        with self.lock:
            if self._state.seed != seed:
                self._moved(replace(self._state, seed=seed))

    def predict(self, says: str) -> None:
        """Predict one of the outcomes."""
        with self.lock:
            self._state = replace(self._state, predicted=says)

    def expect(self, sketches: tuple[Sketch, ...]) -> None:
        """Expect curves that were drawn."""
        with self.lock:
            if self._state.activity == "idle":
                self._state = replace(self._state, sketches=sketches)

    def run(self) -> None:
        """Train what the knobs ask for, or go on with what rests.

        Of a variant the base is trained first, where there is none yet: it is seen beside it.
        """
        with self.lock:
            if not self._go_on(math.inf):
                base, asked = Task(self.experiment.settings(), self._state.seed), self._state.asked
                beside = self._is_variant() and self.history.find(base.knobs, base.seed) is None
                self._ask(self._request((base, asked) if beside else (asked,)))

    def step(self) -> None:
        """Train one epoch of what the knobs ask for, and rest."""
        with self.lock:
            if not self._go_on(1):
                self._ask(self._request((self._state.asked,)), StepLimit(_FIRST_STEP))

    def _request(self, tasks: tuple[Task, ...]) -> Request:
        kind: Literal["arm", "run"] = "arm" if self._is_variant() else "run"
        return Request(tasks, kind, self._state.predicted, self._state.sketches)

    def _is_variant(self) -> bool:
        return self._state.asked.knobs != self.experiment.settings() and bool(self._state.variant)

    def _go_on(self, points: float) -> bool:
        """Let a training that rests go on; tell whether there is one."""
        if self._state.activity != "resting" or self.job is None:
            return False
        self._show(goes_on(self._state))
        self.job.step_limit.allow(points)
        return True

    def run_seeds(self) -> None:
        """Train what the knobs ask for, with five seeds."""
        with self.lock:
            asked = self._state.asked
            tasks = tuple(Task(asked.knobs, asked.seed + n) for n in range(FIVE))
            state = self._state
            self._ask(Request(tasks, "seeds", state.predicted, state.sketches))

    def stop(self) -> None:
        """Stop what trains or waits, and all that was to follow."""
        with self.lock:
            self.look()
            if self.job is not None:
                self.job.worker.stop()
                self._show(stopping(self._state))

    def look(self) -> None:
        """Look whether the thread of the training is still there; stand idle where it is not."""
        with self.lock:
            gone = self.job is None or not self.job.worker.alive
            if gone and self._state.activity != "idle":
                self.job, self._clears = None, False
                self._show(lost(self._state))

    def forked(self) -> None:
        """Begin anew in a forked process: with locks that nobody holds, and without a page."""
        self.lock = threading.RLock()
        self.history.renew_locks()
        self.on_change, self.on_ask = _nothing, _tell_nobody
        self.look()

    def reset(self) -> None:
        """Clear the picture. The runs are kept; one that rests is given up."""
        with self.lock:
            if self._state.activity == "resting":
                self._clears = True
                self.stop()
                return
            self.history.put_away()
            self._show(cleared(self._state, len(self.history)))

    def compare(self, numbers: Iterable[int]) -> None:
        """Tick runs to be compared.

        Raises
        ------
        ValueError
            If they are more than can be told apart, or there is no such run.
        """
        with self.lock:
            ticked = tuple(sorted({*numbers}))
            if len(ticked) > MOST_COMPARED:
                raise ValueError(
                    f"{len(ticked)} runs are ticked; {MOST_COMPARED} at most can be told apart."
                )
            if not all(1 <= number <= len(self.history) for number in ticked):
                raise ValueError(f"runs {ticked} are ticked; there are {len(self.history)}.")
            self._show(replace(self._state, compared=ticked))

    def call_run(self, number: int, name: str) -> None:
        """Name a run.

        Raises
        ------
        TypeError, ValueError
            If it cannot have that name.
        """
        with self.lock:
            names = names_of(self.experiment, self.history)
            if number not in names:
                raise ValueError(f"run {number} is named; there are {len(names)} runs.")
            self.history.call(number, checked_name(name, number, names))
            self._changed()

    def note_axes(self, task: Task, axes: EmptyAxes) -> None:
        """Note the axes of what the knobs ask for, which a rehearsal has found."""
        with self.lock:
            if task == self._state.asked:
                self._show(replace(self._state, axes=axes))

    def answer(self, chosen: Answer) -> None:
        """Say what shall be done while another panel trains."""
        with self.lock:
            question = self._state.question
            self._state = replace(self._state, question=None)
            if question and chosen != "never mind" and self._state.activity == "idle":
                if chosen == "stop it":
                    GATE.stop(question.holder)
                self._launch(question.request, question.step_limit)
            self._changed()

    def join(self, seconds: float) -> bool:
        """Wait until the thread of the last training has ended; tell whether it has."""
        job = self._last  # no lock: the thread that is waited for needs it
        return job is None or job.worker.join(seconds)

    def let_go(self) -> None:
        """Stop what goes on, and have nothing more to do with it."""
        with self.lock:
            job, self.job = self.job, None
            self.on_change, self.on_ask = _nothing, _tell_nobody
            self._state = replace(self._state, activity="idle")
            if job is not None:
                job.worker.stop()

    def adopt(self, former: Controller) -> None:
        """Take over the runs of a panel that this one replaces, and its picture."""
        with self.lock:
            self.history = former.history
            self._state = adopted(self._state, former.state)

    def picture_failed(self, fault: Fault) -> None:
        """Note, while a change is being shown, that a picture cannot be drawn."""
        self._state = replace(self._state, fault=fault)

    def _changed(self) -> None:
        """Show the state. A page that cannot show it must not end a training, but it is told."""
        try:
            self.on_change()
        except Exception as error:
            self.picture_failed(Fault.of(error, f"The panel cannot be drawn: {error}"))

    def _show(self, state: State) -> None:
        self._state = state
        self._changed()

    def _moved(self, state: State) -> None:
        """Show other settings. A training that rests has others still: it is stopped."""
        self._show(state)
        if state.activity == "resting":
            self.stop()
        if state.activity == "idle":
            self.on_ask(state.asked)

    def _ask(self, request: Request, step_limit: StepLimit | None = None) -> None:
        """Start, or ask first where another panel is training."""
        if self._state.activity != "idle":
            return
        holder = GATE.holder()
        if holder is None or holder.owner is None:
            self._launch(request, step_limit)
        else:
            self._state = replace(self._state, question=BusyQuestion(request, holder, step_limit))
        self._changed()

    def _launch(self, request: Request, step_limit: StepLimit | None = None) -> None:
        """Set a request going."""
        self._state = launched(self._state, GATE.holder())
        self.job = self._last = Job(
            self.experiment,
            request,
            data=self.data,
            limit=self.limit,
            history=self.history,
            throttle=self.throttle,
            report=self._hear,
            step_limit=step_limit,
        )
        self.job.start()

    def _hear(self, job: Job, event: Event) -> None:
        """Apply what a job reports, if it is still the panel's."""
        with self.lock:
            if job is not self.job:
                return
            take = partial(snapshot.take, self.experiment, self.history)
            self._state = after(self._state, event, take)
            if isinstance(event, Over):
                self._over()
            # How one of several runs ended is seen with the next one's first epoch: what is said
            # in between would only flash by.
            if isinstance(event, Began | Advanced | Rests | Over):
                self._changed()

    def _over(self) -> None:
        """Let go of a job that has ended; clear its picture where that was asked for."""
        self.job = None
        if self._clears:
            self._clears = False
            self.history.put_away()
            self._state = cleared(self._state, len(self.history))
        shown = self._state.snapshot
        if shown is None or shown.asked != self._state.asked:  # other knobs than it trained with
            self.on_ask(self._state.asked)


_CONTROLLERS: weakref.WeakSet[Controller] = weakref.WeakSet()


def _forked() -> None:
    """Let the panels of a forked process stand idle: the threads that trained are not in it."""
    for one in list(_CONTROLLERS):
        one.forked()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)


def _nothing() -> None:
    """Tell nobody."""


def _tell_nobody(task: Task) -> None:
    """Tell nobody what is asked for."""
