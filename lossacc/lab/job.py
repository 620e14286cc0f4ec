"""What is asked of a panel, and what it answers, as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lossacc.claims.gate import Turn
from lossacc.lab.snapshot import Task
from lossacc.lab.status_text import Judged

State = Literal["idle", "waiting", "training", "stopping"]
Answer = Literal["stop it", "wait", "never mind"]


@dataclass(frozen=True)
class Plan:
    """What one click asks for.

    Parameters
    ----------
    tasks
        The trainings, in order.
    kind
        "run": one training; "arm": the last one is set beside the base; "seeds": the same
        settings with several seeds.
    predicted
        What the learner predicted; empty for nothing.
    """

    tasks: tuple[Task, ...]
    kind: Literal["run", "arm", "seeds"] = "run"
    predicted: str = ""


@dataclass(frozen=True)
class Question:
    """What becomes of a plan while another panel is training is for the learner to say."""

    plan: Plan
    holder: Turn


@dataclass(frozen=True)
class Findings:
    """What is said of a run that has ended.

    Parameters
    ----------
    verdict
        On the prediction.
    claims
        Those that cover the settings.
    whole
        Whether the run went to its last epoch; claims speak of no other.
    """

    verdict: str = ""
    claims: tuple[Judged, ...] = ()
    whole: bool = True


@dataclass(frozen=True)
class Fault:
    """What went wrong, as a sentence, and the trace for whoever wants it."""

    sentence: str
    trace: str


@dataclass(frozen=True)
class Standing:
    """How far a training is: the last epoch, of how many, and in words."""

    done: int
    of: int
    words: str
