"""The measurement behind `mode_gap`: passes over all examples, and one draw's split."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from lossacc.backend import tensorflow
from lossacc.modes.passes import ALL, NONE, Passes, batches
from lossacc.modes.shares import Switched, shares, subsets
from lossacc.modes.split import LAG, PARTS, PENALTY, Split
from lossacc.modes.switches import AUGMENTATION, OTHER
from lossacc.types import FloatArray, IntArray, Seed

Augment = Callable[[Any], Any]
Sums = dict[Switched, FloatArray]  # for each set of switches: loss, penalty and hits, summed


@dataclass(frozen=True, eq=False)
class Draw:
    """One order of the examples, with their images as one epoch shows them.

    Parameters
    ----------
    arrays
        Tensors of N rows, in order.
    shown
        Shape (N, ...): the images as an augmentation outside the model changes them; None where
        there is no such augmentation.
    batch_size
        The last batch may be smaller.
    seed
        Decides the masks of Dropout and whatever else is random in the model.
    """

    arrays: dict[str, Any]
    shown: Any
    batch_size: int
    seed: tuple[Seed, int]

    def sow(self, passes: Passes) -> None:
        """Set the model's random generators to where this draw begins."""
        for place, state in enumerate(passes.generators):
            drawn = np.random.default_rng([*self.seed, place]).integers(2**31)
            state.assign([int(drawn), 0])


def draw_of(
    arrays: Mapping[str, Any], order: IntArray, augment: Augment | None, size: int,
    seed: tuple[Seed, int],
) -> Draw:  # fmt: skip
    """Put examples in order and on the device; show each batch to the augmentation once."""
    tf = tensorflow()
    ordered = {name: tf.constant(values[order]) for name, values in arrays.items()}
    shown = None
    if augment is not None:
        images = arrays["x"][order]
        parts = [augment(images[i : i + size]) for i in range(0, len(images), size)]
        shown = tf.cast(tf.concat(parts, 0), ordered["x"].dtype)
        _check_shown(shown, ordered["x"])
    return Draw(ordered, shown, size, seed)


def _check_shown(shown: Any, images: Any) -> None:
    if shown.shape != images.shape:
        raise ValueError(
            f"augment turned images of shape {tuple(images.shape)} into {tuple(shown.shape)}; "
            "expected the same shape"
        )


def acts_alone(passes: Passes, draw: Draw) -> bool:
    """Tell whether layers of no known kind change the outputs where no other layer does.

    Most of them only hand `training` on to the layers inside them. Those need no switch.
    """
    if OTHER not in passes.kinds:
        return False
    draw.sow(passes)
    for batch in batches(draw.arrays, draw.batch_size):
        rest, alone = (passes(on, batch)[1] for on in (NONE, frozenset({OTHER})))
        if not np.allclose(rest, alone, rtol=1e-5, atol=1e-6, equal_nan=True):
            return True
    return False


def summed(passes: Passes, draw: Draw, sets: list[Switched]) -> Sums:
    """Send all batches through the model with each set of switches on.

    A batch goes through all of them before the next one does, the pass with everything on last:
    that one moves the random generators on.
    """
    sums: Sums = {on: np.zeros(3) for on in sets}
    draw.sow(passes)
    for batch, shown in _both(draw):
        for on in sorted(sets, key=len):
            seen = shown if AUGMENTATION in on else batch
            sums[on] = sums[on] + passes(on, seen)[0]
    return sums


def _both(draw: Draw) -> Any:
    """Give each batch as it is, and as an augmentation outside the model shows it."""
    shown = draw.arrays if draw.shown is None else {**draw.arrays, "x": draw.shown}
    size = draw.batch_size
    return zip(batches(draw.arrays, size), batches(shown, size), strict=True)


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


def split(plan: Plan, sums: Sums, n: int, printed: float | None, measure: int) -> Split:
    """Split one measure's gap.

    Parameters
    ----------
    measure
        0 for the loss, 2 for the accuracy; the penalty, 1, belongs to the loss.
    """
    means = {on: float(total[measure] / n) for on, total in sums.items()}
    values = plan.values(means)
    parts = dict.fromkeys(PARTS, 0.0) | shares(values, plan.switches)
    # What handing `training` on changes by itself: nothing, but for the last bits.
    parts[OTHER] += values[NONE] - means[NONE]
    parts[PENALTY] = float(sums[ALL][1] / n) if measure == 0 else 0.0
    training = means[ALL] + parts[PENALTY]
    parts[LAG] = 0.0 if printed is None else printed - training
    return Split(means[NONE], training, printed, parts, {**values, NONE: means[NONE]})
