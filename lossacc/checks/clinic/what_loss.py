"""What the printed loss is: plain cross-entropy, or something else with a number of its own.

The validation loss is that of the epoch's last weights, as the record is. So each formula can be
computed from the recorded logits and held against what was printed: one that agrees in every epoch
to the printed digits is no guess.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lossacc.checks.clinic.evidence import HINT, IDENTITY, PATTERN, Evidence
from lossacc.checks.clinic.facts import Facts
from lossacc.checks.run.printed import Pair
from lossacc.losses import formulas
from lossacc.runs.scores import Scores
from lossacc.support.text import nats, percent
from lossacc.support.types import FloatArray, IntArray

FLAT = ("1 - accuracy", "mean probability, all classes", "mean probability, sigmoids")
OTHERS = (
    "expected error", "mean probability, true class", "mean squared error", "mean absolute error",
    "generalised cross-entropy", "categorical hinge", "focal", "swapped: tf.nn, logits",
    "swapped: tf.nn, probabilities", "swapped: Keras",
)  # fmt: skip
_CAUSE = {
    "softmax twice": "softmax twice",
    **dict.fromkeys(FLAT, "flat loss"),
    **dict.fromkeys(OTHERS, "another loss"),
}


_SLACK = 0.02  # of a loss: batches of one epoch are not alike
_DIGITS = 2e-3  # of what is printed, and half precision of what is recorded
_FITS = 3.5  # mean square, in units of the room that an epoch's mean has


@dataclass(frozen=True)
class WhatLoss:
    """Hold the printed validation loss against every formula of the recorded logits.

    Parameters
    ----------
    digits
        How far off printed and computed may be: four decimals, and half precision of the record.
    share
        The same as a share of the loss.
    smoothing
        The least label smoothing that counts; its fit takes rounding for some.
    penalty
        The least share of the printed loss that a penalty must make to be told first. With less
        the printed loss ranks epochs as the plain one does.
    moves
        How much a penalty may change from epoch to epoch, as a share of itself: weights grow and
        shrink slowly.
    """

    digits: float = 0.0015
    share: float = 0.004
    smoothing: float = 0.02
    penalty: float = 0.15
    moves: float = 0.35

    def __call__(self, facts: Facts) -> Iterator[Evidence]:
        """Name the first formula that agrees; what it leaves may be a penalty."""
        pair = facts.pairs.get("val_loss")
        run = facts.run
        if run is None:
            return
        if pair is None:
            yield from self._known_penalty(facts)
            return
        assert run.validation is not None
        rows = np.searchsorted(run.epochs, pair.epochs)
        scores, extra = run.validation, run.penalty[rows]
        if self._agree(pair.printed, scores.loss[rows] + extra):
            yield from self._known_penalty(facts)
            return
        for name, cause in _CAUSE.items():
            if self._agree(pair.printed, _formula(name, scores, rows) + extra):
                yield _is(name, cause, pair)
                return
        smoothing = self._smoothing(pair.printed - extra, scores, rows)
        if smoothing:
            yield _smoothed(smoothing, pair)
            return
        yield from self._unknown_penalty(facts, pair)

    def _agree(self, printed: FloatArray, computed: FloatArray) -> bool:
        with np.errstate(invalid="ignore"):
            off = np.abs(printed - computed) > self.digits + self.share * np.abs(computed)
        return bool(np.isfinite(computed).all()) and float(off.mean()) <= 0.1

    def _smoothing(self, printed: FloatArray, scores: Scores, rows: IntArray) -> float:
        """Fit the label smoothing that makes the printed loss; 0 where none does."""
        plain = scores.loss[rows]
        z = scores.logits[rows].astype(np.float64)
        top = z.max(axis=-1, keepdims=True)
        even = (top[..., 0] + np.log(np.exp(z - top).sum(-1)) - z.mean(-1)).mean(axis=1)
        by = even - plain
        if not np.isfinite(by).all() or not (by**2).sum():
            return 0.0
        fitted = float((by * (printed - plain)).sum() / (by**2).sum())
        fits = self._agree(printed, plain + fitted * by)
        return fitted if fits and self.smoothing < fitted < 0.9 else 0.0

    def _known_penalty(self, facts: Facts) -> Iterator[Evidence]:
        """Speak of a penalty that was recorded, where the loss is plain cross-entropy else."""
        assert facts.run is not None
        held, loss = facts.run.penalty[-len(facts.epochs) :], facts.train.loss
        recorded = "loss" not in facts.run.printed
        if recorded:  # of the plain loss, to which training adds it
            loss = loss + held
        parts = np.where(np.isfinite(loss) & (loss > 0), held / np.maximum(loss, 1e-9), 0.0)
        row = len(parts) - 1 if parts[-1] > self.penalty else int(parts.argmax())
        if parts[row] > self.penalty:
            told = float(held[row]), float(loss[row]), float(facts.epochs[row])
            yield _penalty(*told, of="are trained on" if recorded else "are printed as the loss")

    def _unknown_penalty(self, facts: Facts, pair: Pair) -> Iterator[Evidence]:
        """Take for a penalty what is above plain cross-entropy, the same on every example."""
        above = pair.printed - pair.recorded
        accuracy = facts.pairs.get("val_accuracy")
        same = accuracy is None or bool(accuracy.agrees.mean() > 0.8)
        steady = np.abs(np.diff(above)) < self.moves * np.abs(above[:-1])
        smooth = not len(steady) or float(steady.mean()) > 0.8
        if same and (above > 0).all() and smooth and above[-1] > self.penalty * pair.printed[-1]:
            yield _penalty(float(above[-1]), float(pair.printed[-1]), float(pair.epochs[-1]))


def _formula(name: str, scores: Scores, rows: IntArray) -> FloatArray:
    """Give the mean of a formula at each of the rows."""
    with np.errstate(all="ignore"):
        found = [_mean(name, scores.logits[row], scores) for row in rows]
    return np.array(found)


def _mean(name: str, logits: FloatArray, scores: Scores) -> float:
    if not np.isfinite(logits).all():
        return float("nan")
    return float(formulas.FORMULAS[name](logits.astype(np.float64), scores.labels).mean())


def _is(name: str, cause: str, pair: Pair) -> Evidence:
    return Evidence(
        cause,
        IDENTITY,
        f"The printed validation loss, {nats(float(pair.printed[-1]))} in epoch "
        f"{pair.epochs[-1]:.0f}, is {name!r} of the recorded logits in every epoch; plain "
        f"cross-entropy of the same logits is {nats(float(pair.recorded[-1]))}.",
    )


def _smoothed(smoothing: float, pair: Pair) -> Evidence:
    return Evidence(
        "soft targets",
        IDENTITY,
        f"The printed validation loss, {nats(float(pair.printed[-1]))} in epoch "
        f"{pair.epochs[-1]:.0f}, is cross-entropy with a label smoothing of {smoothing:.2g} in "
        f"every epoch; plain cross-entropy is {nats(float(pair.recorded[-1]))}.",
    )


def _penalty(
    penalty: float, loss: float, epoch: float, of: str = "are printed as the loss"
) -> Evidence:
    return Evidence(
        "penalty",
        IDENTITY,
        f"{nats(penalty)} of the {nats(loss)} that {of} in epoch {epoch:.0f} "
        f"({percent(penalty / max(loss, 1e-9))}) are the same whatever is answered: a penalty on "
        "the weights.",
    )


@dataclass(frozen=True)
class TrainingObjective:
    """See whether the training loss is weighted, or of soft targets, where the other one is plain.

    Parameters
    ----------
    above
        By how much, as a share, the printed training loss must lie above both ends of its epoch:
        the mean over an epoch of weights that improve lies between them.
    epochs
        The share of the epochs in which it must.
    right
        How far below both ends the accuracy may lie, else the mode makes the difference.
    lasting
        What is left at the end of the most that it was above. Soft targets cost most when all is
        learned; what a weight adds fades with the loss that it multiplies.
    least
        The least that it must be above at most, in nats, and soft targets still at the end.
    first
        In the first two epochs, which begin at a known loss, being that much above both ends, as
        a share, is enough: only weights make the loss of knowing nothing larger than it is.
    heavy
        The least that it must then be above at most, as a share of ln K: BatchNormalization's
        first steps make some of it.
    exact
        How near weights of the classes must come to a recorded objective, as a share.
    alone
        What a weight on one class may leave unexplained of the printed loss, as a share of what a
        weight on any other class leaves, or on all of them.
    times, rows
        How many times the class must count: below that rounding and the mode do as much. And in
        how many epochs at least: of a few anything can be fitted.
    """

    above: float = 0.05
    epochs: float = 0.5
    right: float = 0.006
    lasting: float = 0.5
    least: float = 0.1
    first: float = 0.1
    heavy: float = 0.5
    exact: float = 1e-3
    alone: float = 0.4
    times: float = 1.8
    rows: int = 6

    def __call__(self, facts: Facts) -> Iterator[Evidence]:
        """Read the objective where it was recorded, else what was printed."""
        run = facts.run
        if run is None or len(run.epochs) < 4 or not _plain(facts):
            return
        targets = run.train.targets
        if targets is not None and (targets.max(axis=1) < 0.99).any():
            yield _soft(float(targets.max(axis=1).mean()))
        elif run.objective is not None:
            yield from self._weighted(run.train, run.objective)
        else:
            yield from self._printed(facts)

    def _weighted(self, scores: Scores, objective: FloatArray) -> Iterator[Evidence]:
        """Find weights of the classes that give the recorded objective in every epoch."""
        costs = _class_costs(scores)
        if len(costs) <= costs.shape[1] or not np.isfinite(costs).all():
            return
        weights = np.linalg.lstsq(costs, objective, rcond=None)[0]
        off = np.abs(costs @ weights - objective).max()
        if off < self.exact * np.abs(objective).max() and np.ptp(weights) > 0.1:
            most = int(weights.argmax())
            yield Evidence(
                "weights",
                IDENTITY,
                f"The trained objective is the loss with weights of the classes: class "
                f"{_held(scores)[most]} counts {weights[most]:.3g} times, another one "
                f"{weights.min():.3g} times. Validation is not weighted.",
            )

    def _printed(self, facts: Facts) -> Iterator[Evidence]:
        """Read it off a printed training loss above both ends of its epochs."""
        pair, right = facts.pairs.get("loss"), facts.pairs.get("accuracy")
        if pair is None or right is None or len(pair.epochs) < 3:
            return
        heavier = self._one_class(facts, pair)
        if heavier is not None:
            yield heavier
            return
        excess = pair.printed - np.fmax(pair.recorded, pair.before)
        often = (excess > self.above * np.abs(pair.printed) + 0.01).mean()
        low = np.fmin(right.recorded, right.before) - right.printed
        learned = pair.recorded[-1] < 0.6 * facts.chance  # else it leaps, and means nothing
        heavy = bool((excess[:2] > self.first * pair.before[:2]).all()) and learned
        heavy = heavy and pair.epochs[0] == 1 and excess.max() > self.heavy * facts.chance
        if np.nanmedian(low) > self.right or excess.max() < self.least:
            return
        if often < self.epochs and not heavy:
            return
        end = excess[-max(2, len(excess) // 3) :].mean()
        lasts = end > self.lasting * excess.max() and not heavy
        if lasts and end < self.least:
            return
        cause = "soft targets" if lasts else "weights"
        yield Evidence(
            cause,
            PATTERN + HINT,
            f"The printed training loss lies above both ends of its epoch in {percent(often)} of "
            f"the epochs, by {nats(float(excess.max()))} at most and {nats(float(end))} at the "
            "end, at the same accuracy; the validation loss is plain cross-entropy.",
        )

    def _one_class(self, facts: Facts, pair: Pair) -> Evidence | None:
        """See whether one class that counts several times makes the printed loss of every epoch.

        An epoch's mean lies between its two ends, for each class where it fits best, and what is
        left is weighed against the room between them. A mode or soft targets cost in all classes,
        a weight in its own.
        """
        assert facts.run is not None
        scores, rows = facts.run.train, np.searchsorted(facts.run.epochs, pair.epochs)
        rows, printed = rows[rows > 0], pair.printed[rows > 0]
        if len(printed) < self.rows or len(_held(scores)) < 2:
            return None
        costs = _class_costs(scores)
        if not np.isfinite(costs).all():
            return None
        ends = costs[rows - 1], costs[rows]
        fits = [_fitted(*ends, printed, share) for share in (0.0, 0.25, 0.5, 0.75, 1.0)]
        best = np.argmin([left for _, left in fits], axis=0)
        more, left = (np.choose(best, [one[k] for one in fits]) for k in (0, 1))
        first, second, *_ = np.argsort(left[:-1])
        rivals = min(left[second], left[-1])
        bound = self.alone * rivals * min(1, rivals)  # where others fit too, it must fit better
        if left[first] > min(_FITS, bound) or more[first] < self.times - 1:
            return None
        return Evidence(
            "weights",
            PATTERN + HINT,
            f"The printed training loss is what it would be if class {_held(scores)[first]} "
            f"counted {1 + more[first]:.2g} times, in every one of {len(printed)} epochs; a "
            "weight on any other class does not explain it, and validation is not weighted.",
        )


def _fitted(
    before: FloatArray, after: FloatArray, printed: FloatArray, share: float
) -> tuple[FloatArray, FloatArray]:
    """Fit what one class, or all, cost more; give that factor and the mean square that is left.

    Both of shape (K + 1,), the last one of all. `before` and `after` of shape (R, K) are what each
    class costs at an epoch's ends, and `share` is how much of its mean is the first of them.
    """
    mean = share * before + (1 - share) * after
    whole = mean.sum(axis=1)
    room = np.abs((before - after).sum(axis=1)) / 2 + _SLACK * whole + _DIGITS
    columns = np.column_stack([mean, whole]) / room[:, None]
    wanted = (printed - whole) / room
    factors = np.maximum(columns.T @ wanted / np.maximum(np.square(columns).sum(axis=0), 1e-12), 0)
    return factors, np.square(wanted[:, None] - columns * factors).mean(axis=0)


def _class_costs(scores: Scores) -> FloatArray:
    """Give what each class that there is adds to the mean loss, shape (R, classes held)."""
    each = [scores.cross_entropy[:, scores.labels == k].sum(axis=1) for k in _held(scores)]
    return np.stack(each, 1) / scores.size


def _held(scores: Scores) -> list[int]:
    return [int(k) for k in np.unique(scores.labels)]


def _plain(facts: Facts) -> bool:
    pair = facts.pairs.get("val_loss")
    return pair is not None and bool(pair.agrees.mean() > 0.5)


def _soft(top: float) -> Evidence:
    return Evidence(
        "soft targets",
        IDENTITY,
        f"The targets are shares: the largest one of an example is {top:.2f} in the mean.",
    )
