"""The ledger: which examples paid for a change in loss, and which made the change in accuracy.

Between two epochs every example is in one of four groups. With S_g the sum of (loss after - loss
before) over the examples of group g, and N examples in all:

    change in loss     = (S_stayed_right + S_stayed_wrong + S_newly_right + S_newly_wrong) / N
    change in accuracy = (newly right - newly wrong) / N

Both are identities. Only the examples that change side move the accuracy; all of them move the
loss. With two classes a newly right example always lowers the loss and a newly wrong one always
raises it; with three or more neither is certain.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from lossacc.analysis.stats import mean_interval, sign_test
from lossacc.losses.bounds import (
    base_rate,
    error_bound,
    loss_ceiling_if_perfect,
    loss_floor,
    prior_entropy,
    topk_error_bound,
)
from lossacc.runs.run import Run
from lossacc.support import validate
from lossacc.support.types import BoolArray, FloatArray, IntArray

__all__ = [
    "COVERAGE",
    "GROUPS",
    "Group",
    "Ledger",
    "base_rate",
    "error_bound",
    "group_of",
    "ledger",
    "ledger_of",
    "loss_ceiling_if_perfect",
    "loss_floor",
    "prior_entropy",
    "topk_error_bound",
]

GROUPS = ("stayed right", "stayed wrong", "newly right", "newly wrong")
COVERAGE = 0.95


@dataclass(frozen=True)
class Group:
    """One of the four groups.

    Parameters
    ----------
    name
        One of `GROUPS`.
    count
        How many examples it holds.
    share
        Its part of the change in mean loss, in nats: the sum of its examples' changes over N.
    payers
        Indices of its examples whose loss rose, the steepest rise first.
    """

    name: str
    count: int
    share: float
    payers: tuple[int, ...]


@dataclass(frozen=True)
class Ledger:
    """The account of what changed between two epochs, in nats and shares of the examples.

    Parameters
    ----------
    groups
        The four groups, in the order of `GROUPS`.
    loss_before, loss_after
        Mean loss, without the penalty.
    accuracy_before, accuracy_after
        Shares between 0 and 1.
    penalty_change
        What the regularisation penalties added to the printed loss between the two.
    sign_test
        Two-sided p-value of newly right against newly wrong: how easily a fair coin would split
        the flips at least so unevenly. Small means that the change in accuracy is hardly noise.
    loss_change_interval
        Low and high end of Student's t interval on the paired changes, at a nominal coverage of
        95 %. It speaks of other examples drawn the same way, scored by the same two states of the
        network; not of another training. See `lossacc.analysis.stats.mean_interval` for its limits.
    example
        What one example is called, as in `Run.example`.
    """

    groups: tuple[Group, ...]
    loss_before: float
    loss_after: float
    accuracy_before: float
    accuracy_after: float
    penalty_change: float
    sign_test: float
    loss_change_interval: tuple[float, float]
    example: str = "image"

    @property
    def size(self) -> int:
        """The number of examples, N."""
        return sum(group.count for group in self.groups)

    @property
    def counts(self) -> Mapping[str, int]:
        """How many examples each group holds."""
        return {group.name: group.count for group in self.groups}

    @property
    def shares(self) -> Mapping[str, float]:
        """The part of the change in mean loss that each group made, in nats."""
        return {group.name: group.share for group in self.groups}

    @property
    def loss_change(self) -> float:
        """Mean loss after, minus before."""
        return self.loss_after - self.loss_before

    @property
    def account_change(self) -> float:
        """What the account must explain: the change of mean loss plus penalty."""
        return self.loss_change + self.penalty_change

    @property
    def residual(self) -> float:
        """What the groups and the penalty leave unexplained: rounding, and nothing else."""
        return self.account_change - (sum(self.shares.values()) + self.penalty_change)

    def rows(self) -> list[tuple[str, int | None, float]]:
        """Give the account line by line: name, examples (None for the penalty), nats."""
        lines: list[tuple[str, int | None, float]] = [
            (group.name, group.count, group.share) for group in self.groups
        ]
        lines.append(("penalty", None, self.penalty_change))
        return [*lines, ("together", self.size, self.account_change)]

    def __str__(self) -> str:
        """Give the account as text, one line a group, and two lines that read it."""
        low, high = self.loss_change_interval
        lines = [f"{'':<13}{'examples':>9}{'nats':>10}"]
        for name, count, nats in self.rows():
            shown = "" if count is None else count
            lines.append(f"{name:<13}{shown:>9}{nats:>+10.4f}")
        lines.append(
            f"loss {self.loss_before:.4f} -> {self.loss_after:.4f}: {self.loss_change:+.4f} "
            f"({COVERAGE:.0%} interval {low:+.4f} to {high:+.4f})"
        )
        lines.append(
            f"accuracy {self.accuracy_before:.1%} -> {self.accuracy_after:.1%}: "
            f"{self.counts['newly right']} newly right, {self.counts['newly wrong']} newly wrong "
            f"(sign test p = {self.sign_test:.2g})"
        )
        return "\n".join(lines)


def ledger(run: Run, before: int, after: int, *, on: str = "validation") -> Ledger:
    """Account for what changed between two recorded epochs of a run.

    Parameters
    ----------
    run
        The record of one training.
    before, after
        Epochs as in `run.epochs`; negative ones count from the end.
    on
        "train" or "validation".

    Returns
    -------
    Ledger
        In plain cross-entropy, in evaluation mode, with the penalty beside it.

    Raises
    ------
    ValueError
        If an epoch was not recorded, the run lacks the examples, or a loss or penalty is not
        finite.

    Examples
    --------
    >>> print(ledger(run, 10, -1))  # doctest: +SKIP
    """
    validate.instance("run", run, Run, "a Run")
    scores, first, last = run.scores(on), run.at(before), run.at(after)
    found = ledger_of(
        scores.cross_entropy[first],
        scores.cross_entropy[last],
        scores.correct[first],
        scores.correct[last],
        penalty_change=float(run.penalty[last]) - float(run.penalty[first]),
    )
    return replace(found, example=run.example)


def ledger_of(
    loss_before: npt.ArrayLike,
    loss_after: npt.ArrayLike,
    right_before: npt.ArrayLike,
    right_after: npt.ArrayLike,
    penalty_change: float = 0.0,
) -> Ledger:
    """Account for what changed between two scorings of the same examples.

    Parameters
    ----------
    loss_before, loss_after
        Shape (N,): the loss of each example, in nats.
    right_before, right_after
        Shape (N,), boolean: whether its predicted class was its label.
    penalty_change
        What the regularisation penalties added between the two.

    Returns
    -------
    Ledger

    Raises
    ------
    ValueError
        If there are no examples, the shapes differ, or a loss or the penalty is not finite.
    TypeError
        If a loss is no number, or `right_before` or `right_after` is not boolean.
    """
    before = validate.array("loss_before", loss_before, ("N",), finite=True).astype(np.float64)
    after = validate.array("loss_after", loss_after, before.shape, finite=True).astype(np.float64)
    was = validate.truths("right_before", right_before, before.shape)
    now = validate.truths("right_after", right_after, before.shape)
    penalty_change = validate.number("penalty_change", penalty_change)
    change, of = after - before, group_of(was, now)
    groups = tuple(_group(number, change, of) for number in range(len(GROUPS)))
    return Ledger(
        groups=groups,
        loss_before=float(before.mean()),
        loss_after=float(after.mean()),
        accuracy_before=float(was.mean()),
        accuracy_after=float(now.mean()),
        penalty_change=penalty_change,
        sign_test=sign_test(groups[2].count, groups[3].count),
        loss_change_interval=mean_interval(change, COVERAGE),
    )


def group_of(right_before: BoolArray, right_after: BoolArray) -> IntArray:
    """Give each example's group as its place in `GROUPS`, shape (N,)."""
    was = validate.truths("right_before", right_before, ("N",))
    now = validate.truths("right_after", right_after, was.shape)
    flipped = was != now
    # Of those that stayed, the wrong come second; of those that flipped, the newly wrong do.
    return np.asarray(2 * flipped.astype(np.int64) + ~now)


def _group(number: int, change: FloatArray, of: IntArray) -> Group:
    """Sum one group, and rank those of its examples whose loss rose."""
    members = np.flatnonzero(of == number)
    rising = members[change[members] > 0.0]
    payers = rising[np.argsort(-change[rising], kind="stable")]
    share = float(change[members].sum()) / len(change)
    return Group(GROUPS[number], len(members), share, tuple(payers.tolist()))
