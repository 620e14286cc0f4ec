"""How the training went: stuck, too fast, too slow, too small, learned by heart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lossacc.checks.clinic.evidence import HINT, IDENTITY, PATTERN, Evidence
from lossacc.checks.clinic.facts import Facts, Line
from lossacc.support.text import nats, percent
from lossacc.support.types import FloatArray


def last(values: FloatArray) -> float:
    """Give the last number that is finite; NaN where there is none."""
    held = values[np.isfinite(values)]
    return float(held[-1]) if len(held) else float("nan")


def plain(facts: Facts) -> Line | None:
    """Give the training line where it has three finite losses or more."""
    line = facts.trained
    return line if int(np.isfinite(line.loss).sum()) > 2 else None


@dataclass(frozen=True)
class Broken:
    """See whether a loss is no longer a number."""

    def __call__(self, facts: Facts) -> Iterator[Evidence]:
        """Look for NaN after numbers, and for infinity."""
        loss = facts.trained.loss
        if facts.run is None:
            loss = np.where(np.isnan(facts.train.accuracy), 0.0, loss)
            if not facts.train.known and not np.isfinite(facts.train.loss).any():
                return
        bad = np.flatnonzero(~np.isfinite(loss))
        if len(bad):
            at = f"{facts.epochs[bad[0]]:g}"
            yield Evidence(
                "rate too high",
                PATTERN + 2 * HINT,
                f"The training loss is not finite from {at} on.",
            )


@dataclass(frozen=True)
class Stuck:
    """See whether the training loss never leaves that of knowing only the classes' shares.

    Parameters
    ----------
    near
        How near to that entropy, as a share, it must stay in every epoch.
    wavers
        By how much it may waver, as a share: a rate too high shakes even a dead network.
    shaken
        How far the printed mean may lie above it, as a share.
    learned
        A fall that says that something is learned, as a share.
    uneven
        A commonest class with this share makes it a matter of imbalance.
    """

    near: float = 0.12
    wavers: float = 0.025
    shaken: float = 0.012
    learned: float = 0.012
    uneven: float = 0.7

    def __call__(self, facts: Facts) -> Iterator[Evidence]:
        """Compare every epoch's training loss with the entropy of the labels."""
        line = plain(facts)
        if line is None:
            return
        loss = line.loss[np.isfinite(line.loss)]
        levels = (facts.entropy, facts.chance)
        level = min(levels, key=lambda one: abs(one - loss[-1]))
        if (facts.commonest or 0) > self.uneven or np.abs(loss - level).max() > self.near * level:
            return
        if loss[0] - loss[-1] > self.learned * level:
            return
        printed = facts.train.loss[np.isfinite(facts.train.loss)]
        shaken = float(np.median(printed)) > (1 + self.shaken) * level if len(printed) else False
        if np.ptp(loss[1:]) > self.wavers * level or (shaken and facts.run is not None):
            yield Evidence(
                "rate too high",
                PATTERN + 1,
                f"The training loss stays near {nats(level)}, which knowing nothing costs, and "
                f"jumps about it by {nats(float(np.ptp(loss[1:])))}: the steps shake a network "
                "that no longer learns.",
            )
            return
        told = f"The training loss is {nats(float(loss[0]))} first and {nats(float(loss[-1]))} last"
        yield Evidence(
            "stuck",
            PATTERN + HINT + _one_output(facts),
            f"{told}; knowing only how common each class is costs {nats(level)}.",
        )
        yield Evidence("flat loss", HINT, f"{told}: no gradient may come from the loss.")
        yield Evidence("rate too low", HINT, f"{told}: the steps may be too short.")


def _one_output(facts: Facts) -> float:
    """Give a hint where every input is answered alike, and one against where it is not."""
    if facts.run is None:
        return 0.0
    spread = facts.run.train.logits[-1].astype(np.float64).std(axis=0).mean()
    return 1.0 if spread < 1e-3 else -HINT


@dataclass(frozen=True)
class RateHigh:
    """See whether training does not go down: it leaps, or ends above where it began.

    Parameters
    ----------
    above
        How far above ln K, as a share, the training loss must be in an epoch after training began.
    rises, often
        By how much the training loss must rise in an epoch, as a share; in which share of epochs.
    high
        The share of ln K above which the loss must end then.
    collapse
        How many times the lowest loss the last one must be, after success.
    """

    above: float = 0.12
    rises: float = 0.08
    often: float = 0.15
    high: float = 0.4
    collapse: float = 4.0

    def __call__(self, facts: Facts) -> Iterator[Evidence]:
        """Follow the training loss in evaluation mode; of a log, as printed."""
        line = plain(facts)
        if line is None:
            return
        # Where BatchNormalization's statistics lag only evaluation is bad, with dropout only
        # training: a rate too high is bad in both.
        both = np.isfinite(line.loss) & np.isfinite(facts.train.loss)
        if both.sum() < 3:
            return
        ups = [
            np.diff(one.loss[both]) > self.rises * one.loss[both][:-1] + 0.02
            for one in (line, facts.train)
        ]
        up = min(ups, key=lambda one: float(one.mean()))
        loss = facts.train.loss[both]
        peak, end, low = float(loss[1:].max()), float(loss[-1]), float(loss.min())
        if facts.run is None and peak < 1.02 * loss[0] and end < 0.9 * facts.chance:
            peak = low  # a loss that begins high and falls is of another kind
        if peak > (1 + self.above) * facts.chance and end > self.high * facts.chance:
            yield Evidence(
                "rate too high",
                PATTERN + HINT,
                f"The training loss reaches {nats(peak)}, above the {nats(facts.chance)} of "
                f"knowing nothing, and ends at {nats(end)}: the steps make it worse.",
            )
        elif up.mean() >= self.often and end > self.high * facts.chance:
            yield Evidence(
                "rate too high",
                PATTERN + 1,
                f"The training loss rises in {up.sum()} of {len(up)} epochs and ends at "
                f"{nats(end)}.",
            )
        elif end > self.collapse * low and end > 0.5 * facts.chance:
            yield Evidence(
                "rate too high",
                PATTERN + 1,
                f"The training loss was {nats(low)} and ends at {nats(end)}: what was learned is "
                "lost again.",
            )


@dataclass(frozen=True)
class RateLow:
    """See whether training goes down evenly and is far from done.

    Parameters
    ----------
    left
        The share of ln K that is left at the end.
    falling
        The share of the epochs in which the training loss falls.
    late
        The share of the whole fall that the last third makes: a third, if it went on evenly.
    gap
        How far training may be ahead in accuracy.
    fewest
        Epochs below which any training is on its way.
    """

    left: float = 0.6
    falling: float = 0.9
    late: float = 0.12
    gap: float = 0.12
    fewest: int = 6

    def __call__(self, facts: Facts) -> Iterator[Evidence]:
        """Follow the training loss."""
        line = plain(facts)
        if line is None or len(facts.epochs) < self.fewest:
            return
        for one in (line, facts.train):
            found = list(self._falls(facts, one))
            if found:
                yield found[0]
                return

    def _falls(self, facts: Facts, line: Line) -> Iterator[Evidence]:
        loss = line.loss[np.isfinite(line.loss)]
        if len(loss) < self.fewest:
            return
        third = max(1, len(loss) // 3)
        whole, late = float(loss[0] - loss[-1]), float(loss[-1 - third] - loss[-1])
        ahead = last(line.accuracy) - last(facts.held.accuracy)
        even = (np.diff(loss) < 0).mean() >= self.falling
        begins = loss[0] < 1.15 * facts.chance or facts.run is not None
        if begins and even and loss[-1] > self.left * facts.chance and late > self.late * whole > 0:
            if ahead > self.gap:
                return
            yield Evidence(
                "rate too low",
                PATTERN + HINT,
                f"The training loss falls in nearly every epoch, from {nats(float(loss[0]))} to "
                f"{nats(float(loss[-1]))}, the last third as fast as the others "
                f"({percent(late / whole)} of the fall), and is far from done.",
            )


@dataclass(frozen=True)
class Capacity:
    """See whether training itself stands still at a high loss, with validation close by.

    Parameters
    ----------
    left
        The least share of ln K at which it stands.
    right
        The most of the training examples that may be right.
    gap
        How far ahead of validation training may be, in accuracy, at the end.
    rise
        How many times its lowest the validation loss may end at.
    """

    left: float = 0.25
    right: float = 0.9
    gap: float = 0.22
    rise: float = 1.3

    def __call__(self, facts: Facts) -> Iterator[Evidence]:
        """Look at the end of training."""
        line = plain(facts)
        if line is None or not facts.held.known:
            return
        loss, held = last(line.loss), facts.held.loss[np.isfinite(facts.held.loss)]
        right, ahead = last(line.accuracy), last(line.accuracy) - last(facts.held.accuracy)
        high = self.left * facts.chance < loss < 0.95 * facts.entropy
        if high and right < self.right and ahead < self.gap and held[-1] < self.rise * held.min():
            yield Evidence(
                "capacity",
                PATTERN - 1,
                f"Training ends at {nats(loss)} and {percent(right)}, validation near it "
                f"({nats(float(held[-1]))}): the training examples themselves are not learned.",
            )


@dataclass(frozen=True)
class Overfitting:
    """See whether training goes on improving while validation does not.

    Parameters
    ----------
    gap
        How far ahead training must be, in accuracy, at the end.
    rise
        Or how many times its lowest the validation loss must end at, beside half that gap.
    learned, right
        What may be left of ln K in training, or the share that must be right there: else the
        training examples themselves were not learned.
    """

    gap: float = 0.15
    rise: float = 1.25
    learned: float = 0.2
    right: float = 0.88

    def __call__(self, facts: Facts) -> Iterator[Evidence]:
        """Compare the two ends."""
        line, held = plain(facts), facts.held
        if line is None or not held.known:
            return
        loss, right = last(line.loss), last(line.accuracy)
        ahead = right - last(held.accuracy)
        lows = held.loss[np.isfinite(held.loss)]
        rise = float(lows[-1] / max(lows.min(), 1e-9))
        best = int(np.nanargmin(held.loss))
        if loss > self.learned * facts.chance and not right >= self.right:
            return
        wide = ahead > self.gap or (ahead > self.gap / 2 and rise > self.rise)
        if wide or (np.isnan(ahead) and rise > self.rise):
            strong = HINT if ahead > self.gap else 0
            yield Evidence(
                "overfitting",
                PATTERN - 1 + strong,
                f"Training ends at {nats(loss)} and {percent(right)}, validation at "
                f"{nats(float(lows[-1]))} and {percent(last(held.accuracy))}; the validation loss "
                f"was lowest, {nats(float(lows.min()))}, in epoch {facts.epochs[best]:g}.",
            )


@dataclass(frozen=True)
class OneClass:
    """See whether one class is so common that naming it gives the accuracy.

    Parameters
    ----------
    share
        The share of the commonest class.
    points
        How far the accuracy may be above it at the end of training.
    """

    share: float = 0.7
    points: float = 0.04

    def __call__(self, facts: Facts) -> Iterator[Evidence]:
        """Compare the accuracy with the base rate."""
        if facts.run is None or facts.commonest is None:
            return
        rate, right = facts.commonest, last(facts.held.accuracy)
        train = float(np.bincount(facts.run.train.labels).max() / facts.run.train.size)
        if min(rate, train) < self.share:
            return
        near = right < rate + self.points
        yield Evidence(
            "imbalance",
            IDENTITY if near else PATTERN - 1,
            f"{percent(rate)} of the examples are of one class; {percent(right)} are right at the "
            f"end, and always naming that class would give {percent(rate)}.",
        )


@dataclass(frozen=True)
class WrongLabels:
    """See whether some training labels stand against what was learned from the others.

    Read where validation costs least, before they are learned by heart.

    Parameters
    ----------
    share
        The least share of training examples whose label is not even second, against an answer
        above `sure`. With two classes: whose label gets less than `faint`.
    wrong, of_wrong, of_two
        The least share of training examples answered wrong, and what part of them must be so sure
        (`of_two` with two classes): a network too small is wrong and not sure.
    early
        The part of the training after which the lowest validation loss speaks against it: wrong
        labels are learned by heart, and validation suffers; with a small network it does not.
    behind
        How far ahead of validation training may be there, in accuracy. Few or hard examples put
        it far ahead; wrong labels hold it back.
    """

    share: float = 0.05
    sure: float = 0.4
    faint: float = 0.15
    pair: float = 0.015
    behind: float = 0.15
    wrong: float = 0.1
    of_wrong: float = 0.18
    of_two: float = 0.13
    early: float = 0.7

    def __call__(self, facts: Facts) -> Iterator[Evidence]:
        """Count them, and name the ten most costly."""
        run = facts.run
        if run is None or run.validation is None or not np.isfinite(facts.held.loss).any():
            return
        place = int(np.nanargmin(facts.held.loss)) / len(facts.epochs)
        row = len(run.epochs) - len(facts.epochs) + int(np.nanargmin(facts.held.loss))
        scores = run.train
        z, labels = scores.logits[row].astype(np.float64), scores.labels
        if not np.isfinite(z).all():
            return
        rank = (z > z[np.arange(len(z)), labels][:, None]).sum(axis=1)
        if scores.classes > 2:
            against = (rank > 1) & (scores.confidence[row] > self.sure)
            least = self.share
        else:
            against, least = scores.probability[row] < self.faint, self.pair
        share, wrong = float(against.mean()), 1 - float(scores.accuracy[row])
        ahead = float(scores.accuracy[row] - facts.held.accuracy[row - len(run.epochs)])
        part = self.of_wrong if scores.classes > 2 else self.of_two
        if share < max(least, part * wrong) or ahead > self.behind or wrong < self.wrong:
            return
        costly = np.argsort(-scores.cross_entropy[row])[:10]
        cost = float(scores.cross_entropy[row][costly].sum() / scores.cross_entropy[row].sum())
        late = float(run.train.accuracy[-1] - scores.accuracy[row])
        yield Evidence(
            "wrong labels",
            PATTERN
            + (HINT if ahead < 0 or late > 0.05 else 0)
            - (HINT if place > self.early else 0),
            f"In epoch {run.epochs[row]}, where validation costs least, the network is sure of "
            f"another class than the label for {percent(share)} of the training examples; the ten "
            f"most costly carry {percent(cost)} of the loss.",
            tuple(costly.tolist()),
        )


@dataclass(frozen=True)
class RateSteps:
    """See whether the curve has a step where the rate has one.

    Parameters
    ----------
    factor
        By how much the rate must fall or rise from one epoch to the next.
    step
        The change of the training loss there, three epochs before against three after, as a
        share, that counts.
    alone
        Without a recorded rate: how many times the usual change of an epoch a step must be.
    calm, leaps
        How many times as calm validation must be after an epoch as before, and how rough before,
        as a share of the loss.
    """

    factor: float = 2.5
    step: float = 0.05
    alone: float = 4.0
    calm: float = 15.0
    leaps: float = 0.12

    def __call__(self, facts: Facts) -> Iterator[Evidence]:
        """Read the recorded rate; where there is none, look for one step in the training loss."""
        line = plain(facts)
        if line is None or len(facts.epochs) < 6:
            return
        if facts.rate is not None and np.isfinite(facts.rate).sum() > 3:
            yield from self._known(facts, line)
        else:
            yield from self._unknown(facts, line)

    def _known(self, facts: Facts, line: Line) -> Iterator[Evidence]:
        assert facts.rate is not None
        ratio = facts.rate[1:] / np.maximum(facts.rate[:-1], 1e-30)
        cuts = np.flatnonzero(ratio < 1 / self.factor)
        rises = [k for k in np.flatnonzero(ratio > self.factor) if (cuts < k).any()]
        loss = np.maximum(line.loss, 1e-4)
        for cause, places in (("lost optimizer", rises), ("rate cut", cuts)):
            if len(places):
                at = int(places[0])
                before = float(loss[max(0, at - 2) : at + 1].mean())
                after = float(loss[at + 1 : at + 4].mean())
                if abs(after - before) > self.step * before:
                    yield Evidence(
                        cause,
                        PATTERN + (4 if cause == "lost optimizer" else 3),
                        f"The rate goes from {facts.rate[at]:.3g} to {facts.rate[at + 1]:.3g} "
                        f"after epoch {facts.epochs[at]:g}, and the training loss from "
                        f"{nats(before)} to {nats(after)}.",
                    )

    def _calmed(self, facts: Facts) -> Iterator[Evidence]:
        """See whether validation leaps up to some epoch and is calm from there on."""
        loss = facts.held.loss
        if len(loss) < 14 or not np.isfinite(loss).all():
            return
        rough = np.abs(np.diff(loss, 2))
        places = range(5, len(rough) - 5)
        ratios = [
            float(np.median(rough[:k]) / (np.median(rough[k + 1 :]) + 1e-4 + 0.002 * loss.min()))
            for k in places
        ]
        best = int(np.argmax(ratios))
        k = places[best]
        up = float((np.diff(facts.trained.loss)[1:k] > 0).mean())
        if (
            up > 0.2
            and ratios[best] > self.calm
            and np.median(rough[:k]) > self.leaps * np.median(loss[:k])
        ):
            yield Evidence(
                "rate cut",
                PATTERN + 1.2,
                f"The validation loss leaps up to epoch {facts.epochs[k + 1]:g} or so and is calm "
                f"from there on: {ratios[best]:.0f} times as calm. So is a training whose rate "
                "was cut.",
            )

    def _unknown(self, facts: Facts, line: Line) -> Iterator[Evidence]:
        yield from self._calmed(facts)
        finite = np.isfinite(line.loss).all()
        change = np.diff(np.log(np.maximum(line.loss, 1e-3)))[2:] if finite else np.zeros(0)
        if len(change) < 5:
            return
        usual = float(np.median(np.abs(change))) + 0.01
        up, down = int(change.argmax()), int(change.argmin())
        others = np.delete(np.abs(change), [up]).max(), np.delete(np.abs(change), [down]).max()
        for cause, at, other in (("lost optimizer", up, others[0]), ("rate cut", down, others[1])):
            size = float(abs(change[at]))
            if size > self.alone * usual and size > 1.3 * other and size > 0.3:
                yield Evidence(
                    cause,
                    PATTERN - 1,
                    f"After epoch {facts.epochs[at + 2]:g} the training loss goes from "
                    f"{nats(float(line.loss[at + 2]))} to {nats(float(line.loss[at + 3]))} in one "
                    f"epoch; a usual change is {percent(usual)}.",
                )
