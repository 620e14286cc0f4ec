"""Measurements that train or rescore a copy of the model, and what each says of the causes."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from lossacc.checks.clinic.confidence import cooled
from lossacc.checks.clinic.copies import (
    Part,
    by_heart,
    compiled,
    copied,
    course,
    optimizer_of,
    own_chance,
    scored,
)
from lossacc.checks.clinic.evidence import AGAINST, HINT, IDENTITY, PATTERN, Evidence
from lossacc.checks.clinic.validation_set import renamed
from lossacc.checks.modes.batchnorm_statistics import recompute_statistics
from lossacc.runs.scores import Scores
from lossacc.support.keras_api import keras
from lossacc.support.text import first_line, nats, percent

_TWENTY, _ROUNDS = 20, 200
_LEARNS = 0.9  # of twenty images that a network able to learn knows by heart in 200 steps
_SOON = 160  # steps in which two rates are compared
_BETTER = 0.75  # times the loss: a rate that leaves less than that is the better one
_HELD_BACK, _AHEAD = 0.08, 0.12  # of training over validation, where validation costs least
_LATE = 0.04  # that training gains after it
_RECOMPUTED = 0.8  # times the loss of the training examples, with other statistics


@dataclass(frozen=True, eq=False)
class Bench:
    """What a trial needs.

    Parameters
    ----------
    model
        The model as it was trained, compiled.
    train, held
        Some of either set's examples; `held` is None where no validation set was handed in.
    rate, epochs
        The learning rate and the epochs of the training.
    """

    model: Any
    train: Part
    held: Part | None
    rate: float
    epochs: int


Trial = Callable[[Bench], Iterator[Evidence]]


def twenty(bench: Bench) -> Iterator[Evidence]:
    """Let copies learn twenty examples by heart, one with these weights and one with new ones."""
    few = bench.train.first_of_each(_TWENTY)
    own, new = (_by_heart(bench, few, fresh) for fresh in (False, True))
    told = (
        f"Of {len(few.labels)} examples, shown {_ROUNDS} times, a copy with these weights learns "
        f"{percent(own)} and one with new weights {percent(new)}."
    )
    if min(own, new) >= _LEARNS:
        yield Evidence("stuck", AGAINST, told)
        yield Evidence("flat loss", AGAINST, told)
    elif new >= _LEARNS:
        yield Evidence("stuck", IDENTITY, f"{told} These weights let nothing through.")
        yield Evidence("flat loss", AGAINST, told)
    else:
        yield Evidence("stuck", PATTERN + 1, told)
        yield Evidence("flat loss", PATTERN + 1, told)


def _by_heart(bench: Bench, few: Part, fresh: bool) -> float:
    """Give the share that a copy has learned."""
    copy = copied(bench.model, fresh=fresh)
    compiled(copy, bench.model, keras().optimizers.Adam(0.003))
    return by_heart(copy, few, _ROUNDS)


def rates(bench: Bench) -> Iterator[Evidence]:
    """Train fresh copies at the rate itself, at a tenth of it and at ten times."""
    epochs = max(1, _SOON // max(1, bench.train.steps))
    left, chance = [], math.log(max(int(bench.model.output_shape[-1]), 2))
    for factor in (0.1, 1.0, 10.0):
        copy = copied(bench.model, fresh=True)
        compiled(copy, bench.model, optimizer_of(bench.model, factor * bench.rate))
        left.append(float(np.nan_to_num(course(copy, bench.train, None, epochs).train.loss[-1],
                                        nan=math.inf)))  # fmt: skip
    low, own, high = left
    told = (
        f"After {epochs} epochs new copies leave a training loss of {nats(own)} at the rate "
        f"{bench.rate:.3g}, {nats(low)} at a tenth of it and {nats(high)} at ten times."
    )
    too_high = low < _BETTER * min(own, chance) and own > 0.4 * chance
    too_low = high < _BETTER * own and own > 0.4 * chance and not too_high
    yield Evidence("rate too high", IDENTITY if too_high else AGAINST, told)
    yield Evidence("rate too low", IDENTITY if too_low else AGAINST, told)


def relearned(bench: Bench) -> Iterator[Evidence]:
    """Train a new copy, and ask how far ahead training is where validation costs least.

    Few or hard examples put it far ahead; wrong labels hold it back, and are learned later.
    """
    if bench.held is None:
        return
    copy = copied(bench.model, fresh=True)
    compiled(copy, bench.model, optimizer_of(bench.model, bench.rate))
    found = course(copy, bench.train, bench.held, bench.epochs)
    if found.held is None or not np.isfinite(found.held.loss).any():
        return
    best = int(np.nanargmin(found.held.loss))
    right, other = float(found.train.accuracy[best]), float(found.held.accuracy[best])
    late = float(found.train.accuracy[-1]) - right
    costly = np.argsort(-found.train.cross_entropy[best])[:10]
    share = float(found.train.cross_entropy[best][costly].sum())
    share /= max(float(found.train.cross_entropy[best].sum()), 1e-9)
    told = (
        f"A new copy costs least in validation, {nats(float(found.held.loss[best]))}, in epoch "
        f"{best + 1}: {percent(right)} are right in training then and {percent(other)} in "
        f"validation, and the ten costliest training examples carry {percent(share)} of the loss. "
        f"From there on training gains {percent(late)}."
    )
    if right - other < _HELD_BACK and late > _LATE:
        places = tuple(costly.tolist())
        yield Evidence("wrong labels", PATTERN + 2.5, told, places)
        yield Evidence("overfitting", AGAINST, told)
    elif right - other > _AHEAD:
        yield Evidence("wrong labels", AGAINST, told)
        yield Evidence("overfitting", HINT, told)


def recomputed(bench: Bench) -> Iterator[Evidence]:
    """Recompute the running statistics of a copy, and score the training examples again."""
    copy = copied(bench.model, fresh=False)
    compiled(copy, bench.model, optimizer_of(bench.model, bench.rate))
    before = scored(copy, bench.train)
    try:
        recompute_statistics(copy, bench.train.x)
    except ValueError as error:
        yield Evidence("batchnorm statistics", AGAINST, f"Measured: {first_line(error)}")
        return
    after = scored(copy, bench.train)
    told = (
        f"With the statistics of BatchNormalization recomputed the training examples cost "
        f"{nats(float(after.loss[0]))} and {percent(float(after.accuracy[0]))} are right; with "
        f"those of the model {nats(float(before.loss[0]))} and "
        f"{percent(float(before.accuracy[0]))}."
    )
    better = after.loss[0] < _RECOMPUTED * before.loss[0] - 0.02
    yield Evidence("batchnorm statistics", IDENTITY if better else AGAINST, told)


def names(bench: Bench) -> Iterator[Evidence]:
    """Score the validation examples: try other names of the classes, and one temperature."""
    if bench.held is None or len(bench.held.labels) < _TWENTY:
        return
    held = scored(bench.model, bench.held)
    before, after, found = renamed(held)
    told = (
        f"{percent(before)} of the validation examples are right; with the answers renamed "
        f"{percent(after)} of those that did not choose the names."
    )
    yield Evidence("renamed labels", IDENTITY if found else AGAINST, told)
    yield from _cooled(held)


def _cooled(held: Scores) -> Iterator[Evidence]:
    """Say what one temperature does: that of a network too sure is far above 1."""
    by, loss, with_it = cooled(held.logits[0].astype(np.float64), held.labels)
    known = float(held.accuracy[0]) > 1.5 / held.classes
    if known and by > 1.5 and with_it < _BETTER * loss:
        yield Evidence(
            "overfitting",
            HINT,
            f"Divided by a temperature of {by:.3g} the validation loss goes from {nats(loss)} to "
            f"{nats(with_it)}, with every answer the same.",
        )


# Which trials decide on which causes. A cause among the likeliest calls for its own.
TRIALS: dict[Trial, frozenset[str]] = {
    names: frozenset({"renamed labels", "mispaired labels", "sorted split", "overfitting",
                      "other preprocessing"}),
    recomputed: frozenset({"batchnorm statistics", "other preprocessing", "moving validation"}),
    twenty: frozenset({"stuck", "flat loss"}),
    rates: frozenset({"rate too high", "rate too low", "stuck"}),
    relearned: frozenset({"wrong labels", "overfitting"}),
}  # fmt: skip


def carried_out(bench: Bench, likely: frozenset[str]) -> tuple[list[Evidence], list[str]]:
    """Make the trials that decide between these causes; say in a sentence what could not be made.

    The model is left as it was, and chance too.
    """
    found: list[Evidence] = []
    notes: list[str] = []
    with own_chance():
        for trial, decides in TRIALS.items():
            if decides & likely or not likely:
                try:
                    found += trial(bench)
                except Exception as error:  # a model may hold any code
                    notes.append(
                        f"Not measured ({trial.__name__}): a copy of model {bench.model.name!r} "
                        f"cannot be trained or scored. It says: {first_line(error)}"
                    )
    return found, notes
