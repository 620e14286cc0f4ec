"""What a job reports to the panel that it works for, as plain data."""

from __future__ import annotations

import traceback
from dataclasses import dataclass

from lossacc.lab.findings import Findings
from lossacc.lab.snapshot import Training


@dataclass(frozen=True)
class TrainingProgress:
    """How far a training is: the last epoch, of how many, and in words."""

    done: int
    of: int
    words: str


@dataclass(frozen=True)
class Fault:
    """What went wrong, as a sentence, and the trace for whoever wants it."""

    sentence: str
    trace: str = ""

    @classmethod
    def of(cls, error: BaseException, sentence: str) -> Fault:
        """Tell an error in a sentence, and keep its trace."""
        return cls(sentence, "".join(traceback.format_exception(error)))


@dataclass(frozen=True)
class Began:
    """The job's turn has come."""


@dataclass(frozen=True)
class Advanced:
    """A training has come further. The status is empty where none is due."""

    training: Training
    progress: TrainingProgress
    status: str


@dataclass(frozen=True)
class Rests:
    """A training that goes an epoch at a time rests until it may go on."""

    training: Training
    progress: TrainingProgress
    status: str


@dataclass(frozen=True)
class Ended:
    """A training has come to its end, or to a stop, and its run is kept."""

    training: Training
    status: str


@dataclass(frozen=True)
class Judged:
    """The run that ended last was judged."""

    findings: Findings


@dataclass(frozen=True)
class NoRun:
    """A training was stopped before its first point.

    Parameters
    ----------
    late
        The limit in seconds, where it ran into it.
    """

    late: float | None = None


@dataclass(frozen=True)
class Failed:
    """Something raised."""

    fault: Fault


@dataclass(frozen=True)
class Over:
    """The job has nothing more to do; another one may begin."""


Event = Began | Advanced | Rests | Ended | Judged | NoRun | Failed | Over
