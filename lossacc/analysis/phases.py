"""Find in a run what a person would draw a box around: loss and accuracy around the rate's cuts.

The rules were written before they were used on any run. One was added afterwards: that a stretch
of fewer than three times `WINDOW` epochs is too short to judge. A *stretch* lies between two cuts
of the rate, or between one and an end of the run. Of each stretch two means are compared:

- *low*: of `WINDOW` epochs of the first half, those with the lowest mean validation loss;
- *late*: of the second half.

=======  ==========================================================================================
box      what it takes
=======  ==========================================================================================
red      in a stretch after a cut, the late loss is `LOSS` of the low one higher or more, and the
         accuracy lower by `ACCURACY` or more
blue     in any stretch, the late loss is higher by as much, and the accuracy is not lower by
         `ACCURACY`
green    at a cut that is not the first, each of the `WINDOW` epochs from the `SETTLED`rd after
         it on has a loss lower by `LOSS` of the late one of the stretch before, or more, and an
         accuracy higher by `ACCURACY` or more
=======  ==========================================================================================
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from lossacc.analysis.ledger import Ledger, ledger
from lossacc.runs.run import Run
from lossacc.support import validate
from lossacc.support.text import percent

WINDOW = 5  # epochs
SETTLED = 3  # epochs from a cut to where it must show
LOSS = 0.05  # of the loss before
ACCURACY = 0.005  # half a point
CUT = 0.5  # a rate that falls to this share of itself or less is cut
COLOURS = ("red", "green", "blue")


@dataclass(frozen=True)
class Change:
    """What loss and accuracy did between two windows of epochs.

    Parameters
    ----------
    before, after
        The first and the last epoch of either window.
    loss, accuracy
        The mean over the one, and over the other.
    """

    before: tuple[int, int]
    after: tuple[int, int]
    loss: tuple[float, float]
    accuracy: tuple[float, float]

    @property
    def of_loss(self) -> float:
        """How much higher the loss is afterwards, in nats."""
        return self.loss[1] - self.loss[0]

    @property
    def of_accuracy(self) -> float:
        """How much higher the accuracy is afterwards, as a share."""
        return self.accuracy[1] - self.accuracy[0]


@dataclass(frozen=True)
class Box:
    """A stretch of a run that a person would mark.

    Parameters
    ----------
    name
        One of `COLOURS`.
    first, last
        The first and the last epoch in it.
    change
        What loss and accuracy did.
    """

    name: str
    first: int
    last: int
    change: Change

    def __str__(self) -> str:
        """Say where it is and what happens in it."""
        loss, accuracy = self.change.loss, self.change.accuracy
        return (
            f"{self.name}: epochs {self.first} to {self.last}, validation loss {loss[0]:.3f} to "
            f"{loss[1]:.3f}, accuracy {percent(accuracy[0])} to {percent(accuracy[1])}"
        )


def cuts(run: Run) -> tuple[int, ...]:
    """Give the last epoch before each cut of the rate, as the run recorded it.

    A rate that falls by less than half from one recorded epoch to the next is not cut: a cosine
    has no cuts.
    """
    rate = validate.instance("run", run, Run, "a Run").learning_rate
    with np.errstate(invalid="ignore"):
        cut = (rate[1:] <= CUT * rate[:-1]) & (rate[:-1] > 0)
    return tuple(int(epoch) for epoch in run.epochs[:-1][cut])


def find_boxes(run: Run, at: tuple[int, ...] | None = None) -> tuple[Box, ...]:
    """Find the boxes of a run, in the order of their epochs.

    Parameters
    ----------
    run
        With validation examples.
    at
        The last epoch before each cut; by default those of `cuts`. For a run in which something
        else happens at these epochs.

    Raises
    ------
    ValueError
        If the run has no validation examples, or an epoch was not recorded.
    """
    at = cuts(run) if at is None else tuple(validate.array("at", at, ("N",)).tolist())
    validate.instance("run", run, Run, "a Run").scores("validation")
    rows = [run.at(epoch) for epoch in at]
    edges = [0, *rows, len(run.epochs) - 1]
    rising = [_rising(run, *edge, n > 0) for n, edge in enumerate(pairwise(edges))]
    found = [*rising, *(_green(run, *pair) for pair in pairwise(rows))]
    return tuple(sorted((box for box in found if box is not None), key=lambda box: box.first))


def rise(run: Run, first: int, last: int) -> Change | None:
    """Compare the low of a stretch with its second half.

    Parameters
    ----------
    first, last
        The recorded row before the stretch, and its last row.

    Returns
    -------
    Change or None
        None where the stretch has fewer than three times `WINDOW` epochs: too short to tell a rise
        from the ups and downs of a high rate.
    """
    first, last = _rows(run, first=first, last=last)
    if last - first < 3 * WINDOW:
        return None
    half = first + 1 + (last - first) // 2
    loss = run.scores("validation").loss
    low = min(range(first + 1, half - WINDOW + 1), key=lambda row: loss[row : row + WINDOW].mean())
    return _change(run, slice(low, low + WINDOW), slice(half, last + 1))


def fall(run: Run, first: int, cut: int, settled: int = SETTLED) -> Change | None:
    """Compare the second half of a stretch with the epochs soon after the cut that ends it.

    Parameters
    ----------
    first, cut
        The recorded row before the stretch, and its last row: that before the cut.
    settled
        How many epochs after the cut the others begin.

    Returns
    -------
    Change or None
        None where there are too few epochs on either side.
    """
    first, cut = _rows(run, first=first, cut=cut)
    after = cut + validate.whole_number("settled", settled, least=0)
    if cut - first < 2 * WINDOW or after + WINDOW > len(run.epochs):
        return None
    half = first + 1 + (cut - first) // 2
    return _change(run, slice(half, cut + 1), slice(after, after + WINDOW))


def improves(run: Run, change: Change) -> bool:
    """Tell whether each epoch of the second window is clearly better than the mean of the first."""
    _check(run, change)
    rows = slice(run.at(change.after[0]), run.at(change.after[1]) + 1)
    scores = run.scores("validation")
    lower = scores.loss[rows] <= (1 - LOSS) * change.loss[0]
    higher = scores.accuracy[rows] >= change.accuracy[0] + ACCURACY
    return bool(lower.all() and higher.all())


def _rows(run: Run, **rows: int) -> list[int]:
    """Refuse rows that the run does not have."""
    last = len(validate.instance("run", run, Run, "a Run").epochs) - 1
    return [validate.whole_number(name, row, least=0, most=last) for name, row in rows.items()]


def _check(run: Run, change: Change) -> None:
    validate.instance("run", run, Run, "a Run")
    validate.instance("change", change, Change, "a Change, as a box has it")


def _rising(run: Run, first: int, last: int, after_cut: bool) -> Box | None:
    """Give the red or the blue box of a stretch, where it has one."""
    change = rise(run, first, last)
    if change is None or change.of_loss < LOSS * change.loss[0]:
        return None
    falls = change.of_accuracy <= -ACCURACY
    if falls and not after_cut:
        return None
    return Box("red" if falls else "blue", change.before[0], change.after[1], change)


def _green(run: Run, first: int, cut: int) -> Box | None:
    """Give the green box of a cut, where it has one."""
    change = fall(run, first, cut)
    if change is None or not improves(run, change):
        return None
    return Box("green", int(run.epochs[cut]), change.after[1], change)


def _change(run: Run, before: slice, after: slice) -> Change:
    scores, epochs = run.scores("validation"), run.epochs
    return Change(
        (int(epochs[before][0]), int(epochs[before][-1])),
        (int(epochs[after][0]), int(epochs[after][-1])),
        (float(scores.loss[before].mean()), float(scores.loss[after].mean())),
        (float(scores.accuracy[before].mean()), float(scores.accuracy[after].mean())),
    )


def ends_of(run: Run, change: Change) -> tuple[int, int]:
    """Give the epochs whose loss is nearest to the mean of the first and of the last window.

    Any one epoch may be a lucky or an unlucky one.
    """
    _check(run, change)
    loss, ends = run.scores("validation").loss, []
    windows = (change.before, change.after)
    for (first, last), mean in zip(windows, change.loss, strict=True):
        rows = slice(run.at(first), run.at(last) + 1)
        ends.append(int(run.epochs[rows][np.abs(loss[rows] - mean).argmin()]))
    return ends[0], ends[1]


def change_ledger(run: Run, change: Change) -> Ledger:
    """Account for what changed in validation between two windows; see `ends_of`."""
    return ledger(run, *ends_of(run, change))
