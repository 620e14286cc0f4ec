"""The state of a panel, and what it becomes: by a click, and by what a job reports.

Nothing here changes anything. Each function gives the state that follows from another.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from lossacc.claims.experiment import Settings, Value
from lossacc.claims.gate import Turn
from lossacc.lab import status_text
from lossacc.lab.empty_axes import UNKNOWN, EmptyAxes
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
    TrainingProgress,
)
from lossacc.lab.findings import Findings
from lossacc.lab.sketch import Sketch
from lossacc.lab.snapshot import Snapshot, Training
from lossacc.lab.step_limit import StepLimit
from lossacc.lab.task import Request, Task
from lossacc.support.types import Seed

Activity = Literal["idle", "waiting", "training", "resting", "stopping"]
Answer = Literal["stop it", "wait", "never mind"]

MOST_SEED = 2**31 - 1  # the panel's box for it holds no larger one


@dataclass(frozen=True)
class BusyQuestion:
    """What becomes of a request while another panel is training is for the learner to say."""

    request: Request
    holder: Turn
    step_limit: StepLimit | None = None


@dataclass(frozen=True, eq=False)
class State:
    """All that a panel shows.

    Parameters
    ----------
    knobs, seed, predicted
        What the learner asks for.
    variant
        The arm that was chosen from the list, until a knob is moved; empty for none.
    axes
        What the empty axes show before the first run.
    sketches
        The curves that the learner drew of the run to come.
    compared
        The numbers of the runs that are ticked to be compared, rising.
    activity, status, progress
        What goes on, in a word, in a sentence, and in epochs.
    snapshot, findings, fault, question
        What is drawn, what is said of it, what went wrong, and what the learner is asked.
    """

    knobs: Settings
    seed: Seed
    predicted: str = ""
    variant: str = ""
    activity: Activity = "idle"
    status: str = status_text.NOTHING_YET
    progress: TrainingProgress | None = None
    snapshot: Snapshot | None = None
    findings: Findings | None = None
    fault: Fault | None = None
    question: BusyQuestion | None = None
    axes: EmptyAxes = UNKNOWN
    sketches: tuple[Sketch, ...] = ()
    compared: tuple[int, ...] = ()

    @property
    def asked(self) -> Task:
        """What the knobs ask for."""
        return Task(dict(self.knobs), self.seed)


def moved(state: State, name: str, value: Value) -> State:
    """Move one knob; the settings are no variant any more."""
    return replace(state, knobs={**state.knobs, name: value}, variant="")


def chosen(state: State, variant: str, knobs: Settings, *, asks: bool) -> State:
    """Set the knobs to a variant, and ask for a prediction of it."""
    status = status_text.chosen(variant, asks=asks)
    return replace(state, knobs=knobs, variant=variant, predicted="", status=status)


def goes_on(state: State) -> State:
    """Go on with a training that rests."""
    return replace(state, activity="training") if state.activity == "resting" else state


def launched(state: State, holder: Turn | None) -> State:
    """Begin, or wait for the one that trains; the new run is seen, and no comparison."""
    state = replace(state, question=None, fault=None, compared=())
    if holder is None:
        return replace(state, activity="training", status=status_text.preparing())
    return replace(state, activity="waiting", status=status_text.waiting(holder))


def stopping(state: State) -> State:
    """Ask what trains or waits to stop."""
    return replace(state, activity="stopping", status=status_text.STOPPING)


def lost(state: State) -> State:
    """Stand idle: what trained is gone without a word."""
    told = Fault(status_text.GONE)
    return replace(state, activity="idle", progress=None, fault=told, status=status_text.FAILED)


def cleared(state: State, runs: int) -> State:
    """Clear the picture, which a training goes on drawing; so many runs are kept."""
    state = replace(state, findings=None, fault=None, question=None, compared=())
    if state.activity != "idle":
        return state
    return replace(state, snapshot=None, status=status_text.put_away(runs))


def adopted(state: State, former: State) -> State:
    """Take over the picture of a panel that this one replaces, and the prediction."""
    return replace(
        state,
        predicted=former.predicted,
        snapshot=former.snapshot,
        findings=former.findings,
        status=state.status if former.snapshot is None else former.status,
    )


def after(state: State, event: Event, take: Callable[[Training], Snapshot]) -> State:
    """Apply what the panel's job reports.

    Parameters
    ----------
    state, event
        What was, and what has happened.
    take
        Takes the snapshot of a training.
    """
    match event:
        case Began():
            return _began(state)
        case Advanced(training, progress, status):
            state = replace(state, snapshot=take(training), findings=None, progress=progress)
            return _said(state, status)
        case Rests(training, progress, status):
            state = replace(state, snapshot=take(training), findings=None, progress=progress)
            return replace(_said(state, status), activity=_resting(state))
        case Ended(training, status):
            return replace(state, snapshot=take(training), progress=None, status=status)
        case Judged(findings):
            return replace(state, findings=findings)
        case NoRun(late):
            return replace(state, status=status_text.no_run(late))
        case Failed(fault):
            return replace(state, fault=fault, status=status_text.FAILED)
        case Over():
            return replace(state, activity="idle", progress=None)


def _began(state: State) -> State:
    if state.activity == "stopping":  # it was stopped just as its turn came
        return state
    return replace(state, activity="training", status=status_text.preparing())


def _resting(state: State) -> Activity:
    return "resting" if state.activity == "training" else state.activity


def _said(state: State, status: str) -> State:
    """Say how the training stands, but not in place of "Stopping."."""
    return replace(state, status=status) if status and state.activity == "training" else state
