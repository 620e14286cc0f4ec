"""What is measured with which switches on, and one epoch more of which nothing is left behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from lossacc.checks.modes.intake import lines
from lossacc.checks.modes.lag import Range
from lossacc.checks.modes.passes import ALL, NONE, Passes
from lossacc.checks.modes.shapley import (
    LAG,
    PARTS,
    PENALTY,
    UNEXPLAINED,
    Split,
    Switched,
    shares,
    subsets,
)
from lossacc.checks.modes.switches import AUGMENTATION, OTHER
from lossacc.support import validate
from lossacc.support.keras_api import tensorflow
from lossacc.support.restore_variables import untouched
from lossacc.support.types import FloatArray, IntArray, Seed
from lossacc.training.evaluate import Arrays

_ROUNDING = 1e-9
Augment = Callable[[Any], Any]
Lag = Callable[[float, float], Range]
Sums = dict[Switched, FloatArray]  # for each set of switches: loss, penalty and hits, summed


@dataclass(frozen=True, eq=False)
class Draw:
    """One order of the examples, with their images as one epoch shows them.

    Parameters
    ----------
    arrays
        Arrays of N rows: "x", "y", and where there are any "labels" and "weights".
    order
        Shape (N,): the examples in the order in which the batches take them.
    shown
        Shape (N, ...), in that order: the images as an augmentation outside the model changes
        them. None where there is no such augmentation.
    batch_size
        The last batch may be smaller.
    seed
        Decides the masks of Dropout and whatever else is random in the model.
    """

    arrays: Mapping[str, Any]
    order: IntArray
    shown: Any
    batch_size: int
    seed: tuple[Seed, int]

    def sow(self, passes: Passes) -> None:
        """Set the model's random generators to where this draw begins."""
        for place, state in enumerate(passes.generators):
            drawn = np.random.default_rng([*self.seed, place]).integers(2**31)
            state.assign([int(drawn), 0])

    def batches(self) -> Iterator[tuple[Arrays, Arrays]]:
        """Give each batch as it is, and as an augmentation outside the model shows it."""
        tf = tensorflow()
        for first in range(0, len(self.order), self.batch_size):
            here = slice(first, first + self.batch_size)
            chosen = self.order[here]
            batch = {name: tf.constant(values[chosen]) for name, values in self.arrays.items()}
            shown = {} if self.shown is None else {"x": tf.constant(self.shown[here])}
            yield batch, {**batch, **shown}


def draw_of(
    arrays: Mapping[str, Any], order: IntArray, augment: Augment | None, size: int,
    seed: tuple[Seed, int],
) -> Draw:  # fmt: skip
    """Put examples in order, and show each batch of images to the augmentation, once."""
    if augment is None:
        return Draw(arrays, order, None, size, seed)
    images = arrays["x"][order]
    given = (augment(images[i : i + size]) for i in range(0, len(images), size))
    parts = [validate.array("what augment gives", part, finite=True) for part in given]
    shown = np.concatenate(parts).astype(images.dtype)
    if shown.shape != images.shape:
        raise ValueError(
            f"augment turned images of shape {images.shape} into {shown.shape}; expected the same "
            "shape."
        )
    return Draw(arrays, order, shown, size, seed)


def acts_alone(passes: Passes, draw: Draw) -> bool:
    """Tell whether layers of no known kind change the outputs where no other layer does.

    Most of them only hand `training` on to the layers inside them. Those need no switch.
    """
    if OTHER not in passes.kinds:
        return False
    draw.sow(passes)
    for batch, _ in draw.batches():
        rest, alone = (passes(on, batch)[1] for on in (NONE, frozenset({OTHER})))
        if not np.allclose(rest, alone, rtol=1e-5, atol=1e-6, equal_nan=True):
            return True
    return False


def summed(passes: Passes, draw: Draw, sets: list[Switched]) -> Sums:
    """Send all batches through the model with each set of switches on.

    A batch goes through with all of them before the next one does. The last is the pass with
    everything on: from it the random generators go on to the next batch, as in `fit`.
    """
    sums: Sums = {on: np.zeros(3) for on in sets}
    draw.sow(passes)
    for batch, shown in draw.batches():
        for on in sorted(sets, key=len):
            seen = shown if AUGMENTATION in on else batch
            sums[on] = sums[on] + passes(on, seen, onward=on == ALL)[0]
    return sums


@dataclass(frozen=True)
class Plan:
    """Which switches there are, and what is on throughout.

    Parameters
    ----------
    switches
        The kinds between which the gap is split.
    always
        On in all passes but those in evaluation mode: layers that only hand `training` on.
    """

    switches: tuple[str, ...]
    always: Switched

    @property
    def sets(self) -> list[Switched]:
        """The sets of switches that are measured, evaluation mode and everything on among them."""
        middle = [on | self.always for on in subsets(self.switches)]
        return list(dict.fromkeys([NONE, *middle[:-1], ALL]))

    def values(self, numbers: Mapping[Switched, float]) -> dict[Switched, float]:
        """Give the number of each set of switches."""
        whole = frozenset(self.switches)
        return {
            on: numbers[ALL if on == whole else on | self.always] for on in subsets(self.switches)
        }


def plan_of(passes: Passes, draw: Draw) -> Plan:
    """Find the switches of a model and its data."""
    kinds = [*passes.kinds, *([AUGMENTATION] if draw.shown is not None else [])]
    passive = OTHER in kinds and not acts_alone(passes, draw)
    switches = tuple(dict.fromkeys(kind for kind in kinds if not (passive and kind == OTHER)))
    return Plan(switches, frozenset({OTHER}) if passive else NONE)


def split(
    plan: Plan, sums: Sums, n: int, measure: int, printed: float | None, lag: Lag | None
) -> Split:
    """Split one measure's gap.

    Parameters
    ----------
    measure
        0 for the loss, 2 for the accuracy; the penalty, 1, belongs to the loss.
    printed
        The running mean; None where there is none.
    lag
        Gives the range of the lag from the number in training mode and the printed one.
    """
    means = {on: float(total[measure] / n) for on, total in sums.items()}
    values = plan.values(means)
    parts = dict.fromkeys(PARTS, 0.0) | shares(values, plan.switches)
    # What handing `training` on changes by itself: nothing, but for the last bits.
    parts[OTHER] += values[NONE] - means[NONE]
    parts[PENALTY] = float(sums[ALL][1] / n) if measure == 0 else 0.0
    training = means[ALL] + parts[PENALTY]
    if printed is not None and lag is not None:
        rest = printed - training
        part = lag(training, printed).part(rest)
        parts[LAG] = rest if abs(rest - part) <= _ROUNDING else part
        parts[UNEXPLAINED] = rest - parts[LAG]
    return Split(means[NONE], training, printed, parts, {**values, NONE: means[NONE]})


@contextmanager
def undone(model: Any) -> Iterator[None]:
    """Leave a model as it was: weights, statistics, random generators, optimizer, metrics."""
    if not model.optimizer.built:
        model.optimizer.build(model.trainable_variables)
    # Not among them: the functions that Keras traced, which hold no numbers.
    held = {name: vars(model).get(name) for name in ("history", "stop_training")}
    variables = [*model.variables, *model.optimizer.variables, *model.metrics_variables]
    with untouched({id(v): v for v in variables}.values()):
        try:
            yield
        finally:
            for name, value in held.items():
                vars(model).pop(name, None)
                if value is not None:
                    vars(model)[name] = value


def next_lag(passes: Passes, draw: Draw) -> dict[str, float]:
    """Train for one epoch, on this draw's batches and masks; give by how much `fit` was behind.

    Returns
    -------
    dict of str to float
        "loss" and, where `fit` printed one, "accuracy": what it printed, less what the epoch's last
        weights give in training mode on the same batches and masks.
    """
    history = next_epoch(passes, draw)
    if not np.isfinite(history["loss"]):
        raise ValueError(
            f"one epoch more gives a loss of {history['loss']}: the training comes apart there; "
            "expected printed=None, or the loss that fit printed."
        )
    printed = lines(history) or {}
    loss, penalty, hits = summed(passes, draw, [ALL])[ALL] / len(draw.order)
    now = {"loss": float(loss + penalty), "accuracy": float(hits)}
    return {name: value - now[name] for name, value in printed.items() if name in now}


def next_epoch(passes: Passes, draw: Draw) -> dict[str, float]:
    """Train for one epoch, on this draw's batches and masks; give what `fit` printed."""
    draw.sow(passes)
    arrays, order = draw.arrays, draw.order
    history = passes.model.fit(
        arrays["x"][order] if draw.shown is None else draw.shown,
        arrays["y"][order],
        sample_weight=arrays["weights"][order] if "weights" in arrays else None,
        batch_size=draw.batch_size,
        shuffle=False,
        epochs=1,
        verbose=0,
    )
    return {name: float(values[-1]) for name, values in history.history.items()}
