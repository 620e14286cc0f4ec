"""The checks of an audit, each a small dataclass: its settings, and a call from subject to finding.

They come in stages. Where a stage finds something wrong, the next ones have nothing sound to read,
and are not made.
"""

from __future__ import annotations

from typing import Protocol

from lossacc.checks.model.check_activation import (
    BehindTheOutputs,
    LogitsForProbabilities,
    SecondActivation,
    SoftmaxTwice,
)
from lossacc.checks.model.check_arguments import SwappedArguments
from lossacc.checks.model.check_fit import Finite, Labels, Trainable, Units
from lossacc.checks.model.check_logit_response import (
    Bounded,
    Direction,
    FiniteLoss,
    Flat,
    Gradient,
    NoFloor,
    Start,
)
from lossacc.checks.model.check_metrics import Accuracy, CrossEntropy
from lossacc.checks.model.subject import Subject
from lossacc.support.finding import Finding

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
