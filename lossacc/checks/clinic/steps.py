"""How the steps went: broken, stuck, too long, too short."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lossacc.checks.clinic.evidence import HINT, PATTERN, Evidence
from lossacc.checks.clinic.facts import Facts, Line
from lossacc.checks.clinic.lines import end, full, last, most, plain
from lossacc.support.text import nats, percent


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
    dead
        The same for the second half, where a Run shows that every input is answered alike.
    wavers
        By how much it may waver, as a share: a rate too high shakes even a dead network.
    shaken
        How far the printed mean may lie above it, as a share.
    learned
        A fall that says that something is learned, as a share.
    uneven
        A commonest class with this share makes it a matter of imbalance.
    right
        Where no number of classes is known, an accuracy beyond which something is known.
    """

    near: float = 0.12
    dead: float = 0.3
    wavers: float = 0.025
    shaken: float = 0.012
    learned: float = 0.012
    uneven: float = 0.7
    right: float = 0.6

    def __call__(self, facts: Facts) -> Iterator[Evidence]:
        """Compare every epoch's training loss with the entropy of the labels."""
        line = plain(facts)
        if line is None or not facts.of_classes:
            return
        if not facts.classes and last(line.accuracy) > self.right:
            return
        loss = line.loss[np.isfinite(line.loss)]
        dead = _one_output(facts) > 0  # then the way there does not count
        late = dead or (facts.run is None and _guesses(facts))
        loss, near = loss[len(loss) // 2 :] if late else loss, self.dead if dead else self.near
        if len(loss) < 2:
            return
        levels = (facts.entropy, facts.chance)
        level = min(levels, key=lambda one: abs(one - loss[-1]))
        if (facts.commonest or 0) > self.uneven or np.abs(loss - level).max() > near * level:
            return
        if late and not dead and (np.diff(loss) < 0).all():
            return  # it falls evenly, from above
        if not dead and loss[0] - loss[-1] > self.learned * level:
            return
        printed = facts.train.loss[np.isfinite(facts.train.loss)]
        shaken = float(np.median(printed)) > (1 + self.shaken) * level if len(printed) else False
        if np.ptp(loss[1:]) > self.wavers * level or shaken:
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


def _guesses(facts: Facts) -> bool:
    """Whether a log's training accuracy stays near chance in its second half."""
    right = facts.train.accuracy[np.isfinite(facts.train.accuracy)]
    if not facts.classes or len(right) < 4:
        return False
    return float(np.abs(right[len(right) // 2 :] - 1 / facts.classes).max()) < 0.1


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
    falling
        The share of the epochs in which a loss falls that begins high and is on its way.
    begins
        How many times ln K the first epoch of a Run may print, where every later one prints less:
        that much BatchNormalization makes of it, and a step too long makes more.
    blown
        How many times ln K, and what a Run began at, both lines must cost in an epoch: whatever
        comes after, the first steps were too long.
    """

    above: float = 0.12
    rises: float = 0.08
    often: float = 0.15
    high: float = 0.4
    collapse: float = 4.0
    falling: float = 0.9
    begins: float = 1.5
    blown: float = 2.5

    def __call__(self, facts: Facts) -> Iterator[Evidence]:
        """Follow the training loss in evaluation mode; of a log, as printed."""
        line = plain(facts)
        if line is None or not facts.of_classes:
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
        # The lower of the two, so that a penalty in the printed loss is no climb.
        loss = np.minimum(line.loss, facts.train.loss)[both]
        peak, end, low = float(loss[1:].max()), float(loss[-1]), float(loss.min())
        begun = facts.run is not None and facts.run.epochs[0] == 0
        first = float(facts.run.train.loss[0]) if facts.run is not None and begun else loss[0]
        printed = facts.train.loss[both]
        calm = begun and (np.diff(printed) < 0).all() and printed[0] < self.begins * facts.chance
        falls = (np.diff(loss) < 0).mean() >= self.falling
        if calm or falls or (peak < 1.02 * first and (begun or end < 0.9 * facts.chance)):
            peak = 0.0  # a loss that begins high and falls is of another kind
        if begun and loss.max() > self.blown * max(first, facts.chance):
            peak = float(loss.max())
        high = self.high if peak < self.blown * facts.chance else 0.1
        if peak > (1 + self.above) * facts.chance and end > high * facts.chance:
            yield Evidence(
                "rate too high",
                PATTERN + HINT,
                f"The training loss reaches {nats(peak)}, above {facts.chance_told}, and ends at "
                f"{nats(end)}: the steps make it worse.",
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
class Unlearns:
    """See whether training itself gets worse, in loss and in accuracy, and stays so.

    Overfitting, a set that differs and chance harm validation alone.

    Parameters
    ----------
    rises
        How many times its lowest third the training loss must cost in the last third, at least.
    falls
        By how much the training accuracy must have fallen.
    """

    rises: float = 1.2
    falls: float = 0.04

    def __call__(self, facts: Facts) -> Iterator[Evidence]:
        """Compare the best third with the last, in every line of training that there is."""
        lines = [full(one) for one in (facts.trained, facts.train)]
        told = [self._worse(line) for line in lines if line is not None and len(line.loss) > 5]
        if told and all(told):
            yield Evidence("rate too high", PATTERN + 2.5, told[0])

    def _worse(self, line: Line) -> str:
        """Say how much worse the last third is than the best; nothing where it is not."""
        wide = len(line.loss) // 3
        windows = [slice(k, k + wide) for k in range(len(line.loss) - 2 * wide + 1)]
        best = min(windows, key=lambda rows: float(line.loss[rows].mean()))
        before, after = float(line.loss[best].mean()), end(line.loss)
        right, left = float(line.accuracy[best].mean()), end(line.accuracy)
        if not (0 < self.rises * before < after and left < right - self.falls):
            return ""
        if line.loss[-wide:].min() < line.loss[best].max():
            return ""  # one leap, or a step from which it recovers
        return (
            f"Training itself gets worse and stays so: from {nats(before)} and {percent(right)} "
            f"right to {nats(after)} and {percent(left)}. What it had learned is lost again."
        )


@dataclass(frozen=True)
class RateLow:
    """See whether training goes down evenly and is far from done.

    Parameters
    ----------
    left, unsure
        The share of ln K that is left at the end; more than the first is, in any case, and more
        than the second where answers are less sure than they are right. Those of a network too
        small are surer.
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
    unsure: float = 0.42
    falling: float = 0.9
    late: float = 0.12
    gap: float = 0.12
    fewest: int = 6

    def __call__(self, facts: Facts) -> Iterator[Evidence]:
        """Follow the training loss."""
        line = plain(facts)
        if line is None or not facts.of_classes or len(facts.epochs) < self.fewest:
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
        # What begins higher is a weighted loss, or one with a penalty, unless validation shows that
        # next to nothing was learned.
        begins = loss[0] < 1.15 * facts.chance or last(facts.held.loss) > self.left * facts.chance
        right = line.accuracy[np.isfinite(line.accuracy)][-1:]
        k = round(math.exp(facts.chance))
        unsure = len(right) > 0 and loss[-1] > 0.85 * most(right, k)[0]
        left = (self.unsure if unsure and facts.run is not None else self.left) * facts.chance
        if begins and even and loss[-1] > left and late > self.late * whole > 0:
            if ahead > self.gap:
                return
            yield Evidence(
                "rate too low",
                PATTERN + HINT,
                f"The training loss falls in nearly every epoch, from {nats(float(loss[0]))} to "
                f"{nats(float(loss[-1]))}, the last third as fast as the others "
                f"({percent(late / whole)} of the fall), and is far from done.",
            )
