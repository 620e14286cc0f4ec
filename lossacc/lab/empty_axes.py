"""What is known of a training before it has begun: its axes, and the lines to judge it by."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lossacc.figures.axes import base_line, epoch_axis, lines_within, loss_axis
from lossacc.figures.draw import Axis, Reference
from lossacc.figures.words import main_set
from lossacc.runs.run import Run


@dataclass(frozen=True)
class EmptyAxes:
    """What is known of a training before it has begun: its axes, and the lines to judge it by.

    Parameters
    ----------
    across, loss
        The axes of the epochs and of the loss.
    loss_lines, accuracy_lines
        The named lines of both curves.
    on
        The set that the learner is asked about, "validation" or "train".
    """

    across: Axis
    loss: Axis
    loss_lines: tuple[Reference, ...] = ()
    accuracy_lines: tuple[Reference, ...] = ()
    on: str = "validation"


UNKNOWN = EmptyAxes(epoch_axis("epoch", [np.array([0.0, 1.0])]), loss_axis([np.zeros(0)], None))


def axes_of(run: Run) -> EmptyAxes:
    """Give the axes and lines of a run, and nothing of what it did."""
    on = main_set(run, None)
    scores = run.scores(on)
    upwards = loss_axis([np.zeros(0)], scores.classes)
    across = epoch_axis(run.unit, [np.array([0.0, run.total_epochs])])
    return EmptyAxes(across, upwards, lines_within(scores, upwards), base_line(scores), on)
