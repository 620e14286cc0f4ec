"""The state of a panel, without its widgets: what is asked for, what trains, what is shown.

Callbacks of widgets come on the main thread or on a thread of the kernel's own, and trainings run
on a third. All of them go through one lock. Work that is no longer the panel's current one finds
that out under the lock, and touches nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from lossacc.claims.experiment import Experiment, Value
from lossacc.claims.gate import GATE
from lossacc.data import Examples
from lossacc.lab import status_text
from lossacc.lab.job import Answer, Fault, Findings, Plan, Question, Standing, State
from lossacc.lab.redraw_throttle import Pace
from lossacc.lab.run_history import Shelf
from lossacc.lab.snapshot import Scene, Task
from lossacc.lab.work import Work
from lossacc.support.types import Seed

FIVE = 5


class Session:
    """One panel's state.

    Parameters
    ----------
    experiment, arm, seed, data
        Where the knobs stand at first, and the images.
    limit
        Seconds that one training may take.

    Attributes
    ----------
    knobs, seed, predicted
        What the learner asks for.
    state, status, standing
        What goes on, in a word, in a sentence, and in epochs.
    scene, findings, fault, question
        What is shown, what is said of it, what went wrong, and what the learner is asked.
    shelf, put_away
        All runs, and up to which number they are no longer drawn.
    changed
        Called, under the lock, after each change that can be seen.
    asks
        Called, under the lock, with what the knobs ask for, when that changes while nothing trains.
    """

    def __init__(
        self,
        experiment: Experiment,
        *,
        arm: str = "base",
        seed: Seed = 1,
        data: Examples | None = None,
        limit: float = 60.0,
    ) -> None:
        """Stand idle, with nothing trained."""
        self.experiment, self.data, self.limit = experiment, data, limit
        self.lock = threading.RLock()
        self.knobs, self.seed, self.predicted = experiment.settings(arm), seed, ""
        self.state: State = "idle"
        self.status = status_text.NOTHING_YET
        self.standing: Standing | None = None
        self.scene: Scene | None = None
        self.findings: Findings | None = None
        self.fault: Fault | None = None
        self.question: Question | None = None
        self.shelf, self.put_away = Shelf(), 0
        self.work: Work | None = None
        self._last: Work | None = None  # its thread may still be tidying up
        self.pace = Pace()
        self.changed: Callable[[], None] = _nothing
        self.asks: Callable[[Task], None] = _tell_nobody

    def asked(self) -> Task:
        """Give what the knobs ask for."""
        return Task(dict(self.knobs), self.seed)

    def move(self, name: str, value: Value) -> None:
        """Move a knob."""
        with self.lock:
            if self.knobs[name] != value:
                self.knobs = {**self.knobs, name: value}
                self._moved()

    def choose_seed(self, seed: Seed) -> None:
        """Choose a seed."""
        with self.lock:
            if self.seed != seed:
                self.seed = seed
                self._moved()

    def predict(self, says: str) -> None:
        """Predict one of the outcomes."""
        with self.lock:
            self.predicted = says

    def run(self) -> None:
        """Train what the knobs ask for."""
        with self.lock:
            self._ask(Plan((self.asked(),), "run", self.predicted))

    def run_arm(self, name: str) -> None:
        """Set the knobs to an arm and train it; before it the base, where there is none yet."""
        with self.lock:
            if self.state != "idle":
                return
            base = Task(self.experiment.settings(), self.seed)
            self.knobs = self.experiment.settings(name)
            has_base = self.shelf.find(base.knobs, base.seed) is not None
            tasks = (self.asked(),) if has_base else (base, self.asked())
            self._ask(Plan(tasks, "arm", self.predicted))

    def run_seeds(self) -> None:
        """Train what the knobs ask for, with five seeds."""
        with self.lock:
            tasks = tuple(Task(dict(self.knobs), self.seed + n) for n in range(FIVE))
            self._ask(Plan(tasks, "seeds", self.predicted))

    def stop(self) -> None:
        """Stop what trains or waits, and all that was to follow."""
        with self.lock:
            if self.work is not None:
                self.state, self.status = "stopping", status_text.STOPPING
                self.work.job.stop()
                self.changed()

    def reset(self) -> None:
        """Clear the picture. The runs stay on the shelf."""
        with self.lock:
            self.put_away = len(self.shelf)
            self.findings = self.fault = self.question = None
            if self.state == "idle":
                self.scene = None
                self.status = status_text.put_away(len(self.shelf))
            self.changed()

    def answer(self, chosen: Answer) -> None:
        """Say what shall be done while another panel trains."""
        with self.lock:
            question, self.question = self.question, None
            if question is not None and chosen != "never mind" and self.state == "idle":
                if chosen == "stop it":
                    GATE.stop(question.holder)
                self._launch(question.plan)
            self.changed()

    def join(self, seconds: float) -> bool:
        """Wait until the thread of the last training has ended; tell whether it has."""
        work = self._last  # no lock: the thread that is waited for needs it
        return work is None or work.job.join(seconds)

    def let_go(self) -> None:
        """Stop what goes on, and have nothing more to do with it."""
        with self.lock:
            work, self.work = self.work, None
            self.state, self.changed, self.asks = "idle", _nothing, _tell_nobody
        if work is not None:
            work.job.stop()

    def adopt(self, former: Session) -> None:
        """Take over the runs of a panel that this one replaces, and its picture."""
        with self.lock:
            self.shelf, self.put_away = former.shelf, former.put_away
            self.scene, self.findings = former.scene, former.findings
            self.predicted = former.predicted
            if self.scene is not None:
                self.status = former.status

    def _moved(self) -> None:
        self.changed()
        if self.state == "idle":
            self.asks(self.asked())

    def _ask(self, plan: Plan) -> None:
        """Start, or ask first where another panel is training."""
        if self.state != "idle":
            return
        holder = GATE.holder()
        if holder is None or holder.owner is None:
            self._launch(plan)
        else:
            self.question = Question(plan, holder)
        self.changed()

    def _launch(self, plan: Plan) -> None:
        """Set a plan going."""
        self.question = self.fault = None
        holder = GATE.holder()
        if holder is None:
            self.state, self.status = "training", status_text.preparing()
        else:
            self.state, self.status = "waiting", status_text.waiting(holder)
        self.work = self._last = Work(self, plan)
        self.work.job.start()


def _nothing() -> None:
    """Tell nobody."""


def _tell_nobody(task: Task) -> None:
    """Tell nobody what is asked for."""
