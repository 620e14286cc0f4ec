"""Copies of a model that are trained to find something out; the model itself is never touched."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from lossacc.checks.run.sets import Sample
from lossacc.runs.scores import Scores
from lossacc.support.compiled_model import is_sparse
from lossacc.support.keras_api import keras, tensorflow
from lossacc.support.types import FloatArray, IntArray
from lossacc.training.evaluate import Scorer

MOST = 1000  # examples that a copy is trained on or scored with
_STEPS = 3000  # of one training
SECONDS = 20.0  # of one training: what it has reached by then is what is told
_BATCH = 32


@dataclass(frozen=True, eq=False)
class Part:
    """Some of the examples of a set: inputs, shape (N, ...), and labels, shape (N,)."""

    x: Any
    labels: IntArray

    @property
    def steps(self) -> int:
        """The steps of an epoch."""
        return -(-len(self.labels) // _BATCH)

    def first_of_each(self, count: int) -> Part:
        """Give so many examples in which each class comes in turn."""
        turn = np.zeros(len(self.labels), np.int64)
        for label in np.unique(self.labels):
            own = np.flatnonzero(self.labels == label)
            turn[own] = np.arange(len(own))
        chosen = np.argsort(turn, kind="stable")[:count]
        return Part(self.x[chosen], self.labels[chosen])


def part_of(sample: Sample, most: int = MOST) -> Part | None:
    """Give at most so many examples of a set, evenly spread; None where labels are no classes."""
    if sample.labels is None or sample.x is None:
        return None
    places = np.linspace(0, len(sample.labels) - 1, min(most, len(sample.labels))).astype(np.int64)
    return Part(np.asarray(sample.x)[places], np.asarray(sample.labels)[places])


@dataclass(frozen=True, eq=False)
class Course:
    """How the training of a copy went.

    Parameters
    ----------
    train, held
        What was recorded after each epoch; `held` is None where there was nothing to hold out.
    steps
        How many steps were made.
    """

    train: Scores
    held: Scores | None
    steps: int


@contextmanager
def own_chance() -> Iterator[None]:
    """Make chance the same each time, and give the reader's own back."""
    kept = random.getstate()  # from which Keras draws the seeds of weights and masks
    random.seed(0)
    try:
        yield
    finally:
        random.setstate(kept)


def copied(model: Any, *, fresh: bool) -> Any:
    """Copy a model, not compiled; `fresh` gives the copy new weights.

    Raises
    ------
    TypeError, ValueError, NotImplementedError
        If Keras cannot copy it, as with a class that has no configuration.
    """
    try:
        copy = keras().models.clone_model(model)
    except (TypeError, ValueError):  # a loss of the reader's own, which it would copy too
        copy = type(model).from_config(model.get_config())
    if not copy.built:
        copy.build(model.input_shape)
    if not fresh:
        copy.set_weights(model.get_weights())
    return copy


def scored(model: Any, part: Part, scorer: Any = None) -> Scores:
    """Score examples in evaluation mode: one epoch of logits."""
    tf = tensorflow()
    arrays = {"x": tf.constant(part.x), "y": tf.constant(_targets(model, part.labels))}
    found = (scorer or Scorer(model))(arrays)
    assert found is not None  # nobody stops it
    return Scores(found.logits[None], part.labels)


def compiled(copy: Any, model: Any, optimizer: Any) -> Any:
    """Compile a copy with the loss of the model it was made from."""
    copy.compile(optimizer, model.loss)
    return copy


def optimizer_of(model: Any, rate: float) -> Any:
    """Give a new optimizer as the model's own, at another rate and with nothing remembered."""
    settings = model.optimizer.get_config() | {"learning_rate": float(rate)}
    return type(model.optimizer).from_config(settings)


def course(copy: Any, train: Part, held: Part | None, epochs: int) -> Course:
    """Train a compiled copy, and score it after each epoch."""
    until = time.monotonic() + SECONDS
    rng = np.random.default_rng(0)
    scorer, found, made = Scorer(copy), [], 0
    for _ in range(max(1, min(epochs, _STEPS // train.steps))):
        order = rng.permutation(len(train.labels))
        _epoch(copy, train.x[order], train.labels[order])
        made += train.steps
        found.append([scored(copy, one, scorer) for one in (train, held) if one is not None])
        if time.monotonic() > until:
            break
    sets = [_together(list(one)) for one in zip(*found, strict=True)]
    return Course(sets[0], sets[1] if held is not None else None, made)


def _epoch(copy: Any, x: Any, labels: IntArray) -> None:
    copy.fit(x, _targets(copy, labels), batch_size=_BATCH, shuffle=False, verbose=0)


def by_heart(copy: Any, few: Part, rounds: int) -> float:
    """Show a compiled copy a few examples so many times; give the share that it has learned."""
    places = np.tile(np.arange(len(few.labels)), rounds)
    labels = _targets(copy, few.labels[places])
    copy.fit(few.x[places], labels, batch_size=len(few.labels), shuffle=False, verbose=0)
    return float(scored(copy, few).accuracy[0])


def _together(scores: list[Scores]) -> Scores:
    logits: FloatArray = np.concatenate([one.logits for one in scores])
    return Scores(logits, scores[0].labels)


def _targets(model: Any, labels: IntArray) -> Any:
    """Give labels as the loss takes them: Keras' own want rows, a sparse one or another numbers."""
    units, loss = int(model.output_shape[-1]), model.loss
    if units == 1:
        return labels[:, None].astype(np.float32)
    own = isinstance(loss, str) or type(loss).__module__.startswith("keras.")
    return np.eye(units, dtype=np.float32)[labels] if own and not is_sparse(model) else labels
