"""The checks of an audit, each a small dataclass: its settings, and a call from subject to finding.

They come in stages. Where a stage finds something wrong, the next ones have nothing sound to read,
and are not made.
"""

from __future__ import annotations

from typing import Protocol

from lossacc.auditing.checks.activations import (
    BehindTheOutputs,
    LogitsForProbabilities,
    SecondActivation,
    SoftmaxTwice,
)
from lossacc.auditing.checks.arguments import SwappedArguments
from lossacc.auditing.checks.fit import Finite, Labels, Trainable, Units
from lossacc.auditing.checks.metrics import Accuracy, CrossEntropy
from lossacc.auditing.checks.surface import (
    Bounded,
    Direction,
    FiniteLoss,
    Flat,
    Gradient,
    NoFloor,
    Start,
)
from lossacc.auditing.report import Finding
from lossacc.auditing.subject import Subject

__all__ = ["STAGES", "Check"]


class Check(Protocol):
    """One thing to look at."""

    @property
    def name(self) -> str:
        """What it looks at, in two or three words."""

    def __call__(self, subject: Subject) -> Finding | None:
        """Give what was found; None where all is well."""


STAGES: tuple[tuple[Check, ...], ...] = (
    (Trainable(), Finite(), Units()),
    (Labels(),),
    (
        SwappedArguments(),
        LogitsForProbabilities(),
        SoftmaxTwice(),
        SecondActivation(),
        BehindTheOutputs(),
    ),
    (FiniteLoss(),),
    (Flat(), Direction(), NoFloor(), Gradient()),
    (Bounded(), Start(), Accuracy(), CrossEntropy()),
)
