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
from lossacc.checks.model.check_answers import Computes, LabelRange, RightAnswers
from lossacc.checks.model.check_arguments import SwappedArguments
from lossacc.checks.model.check_data import BaseRate, Inputs
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
from lossacc.checks.model.check_optimizer import FirstStep, Optimizer
from lossacc.checks.model.check_steps import OwnSteps
from lossacc.checks.model.setup import Setup
from lossacc.checks.model.subject import Subject
from lossacc.support.finding import Finding

__all__ = ["ANY", "DATA", "LAST", "STAGES", "STEPS", "Check", "SetupCheck"]


class Check(Protocol):
    """One thing to look at."""

    @property
    def name(self) -> str:
        """What it looks at, in two or three words."""

    def __call__(self, subject: Subject) -> Finding | None:
        """Give what was found; None where all is well."""


class SetupCheck(Protocol):
    """One thing to look at in a training of any form."""

    @property
    def name(self) -> str:
        """What it looks at, in two or three words."""

    def __call__(self, setup: Setup) -> Finding | None:
        """Give what was found; None where all is well."""


# Of every training, whatever its form.
DATA: tuple[SetupCheck, ...] = (Inputs(),)
STEPS: tuple[SetupCheck, ...] = (Optimizer(), OwnSteps())
LAST: tuple[SetupCheck, ...] = (FirstStep(),)  # where all else is well

# Of several inputs or outputs, pixels, steps, several labels or numbers.
ANY: tuple[tuple[SetupCheck, ...], ...] = ((Computes(), LabelRange()), (RightAnswers(), BaseRate()))

# Of one input and one class an example.
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
