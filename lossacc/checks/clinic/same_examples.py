"""The same input twice, told from a run alone: it gets the same logits in every epoch."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lossacc.checks.clinic.evidence import HINT, IDENTITY, Evidence
from lossacc.checks.clinic.facts import Facts
from lossacc.runs.scores import Scores
from lossacc.support.text import percent
from lossacc.support.types import IntArray

_DIGITS = 2  # of a logit: the same input scored in another batch differs in the seventh
_SHOWN = 10


@dataclass(frozen=True)
class SameExamples:
    """Find training examples among the validation examples, and copies under two labels.

    Pixels of one colour, or steps at one word, get the same logits by nature. So only examples
    that are whole inputs are compared, and beyond what the training set repeats in itself.

    Parameters
    ----------
    leaked
        The share of the validation set that must lie in the training set. Sets that are drawn by
        hand or from the web share a few pictures in a hundred (3 % of CIFAR-10's test set).
    conflicting
        The share of the training set that must be copies under several labels.
    distinct
        The least share of different outputs at the end: a network that gives everything one answer
        shows nothing of its inputs.
    """

    leaked: float = 0.05
    conflicting: float = 0.04
    distinct: float = 0.4

    def __call__(self, facts: Facts) -> Iterator[Evidence]:
        """Compare the outputs of all epochs, two examples at a time."""
        run = facts.run
        whole = run is not None and run.example in ("image", "example")
        if run is None or not whole or len(run.epochs) < 3 or run.train.size < 10:
            return
        sets = [run.train] if run.validation is None else [run.train, run.validation]
        final = _codes([run.train.rows(slice(-1, None))])
        if len(np.unique(final)) < self.distinct * len(final):
            return
        codes = _codes(sets)
        train = codes[: run.train.size]
        held = codes[run.train.size :]
        yield from self._copies(train, held, run.train)
        if len(held):
            yield from self._leak(train, held, run.train)

    def _copies(self, train: IntArray, held: IntArray, scores: Scores) -> Iterator[Evidence]:
        pairs = np.unique(np.stack([train, scores.labels]), axis=1)[0]
        several = np.flatnonzero(np.bincount(pairs, minlength=train.max() + 1) > 1)
        places = np.flatnonzero(np.isin(train, several))
        chance = float(np.isin(held, train).mean()) if len(held) else 0.0
        noise = 3 * math.sqrt(chance * (1 - chance) / len(train))
        least = chance + max(self.conflicting, noise)
        if len(places) >= max(2, least * len(train)):
            share = percent(len(places) / len(train))
            yield Evidence(
                "conflicting duplicates",
                IDENTITY,
                f"{len(places)} training examples ({share}) get the same logits as another one in "
                "every epoch and bear another label: they are the same input. No network can put "
                "both right.",
                tuple(places[:_SHOWN].tolist()),
            )

    def _leak(self, train: IntArray, held: IntArray, scores: Scores) -> Iterator[Evidence]:
        places = np.flatnonzero(np.isin(held, train))
        repeats = float((np.bincount(train)[train] > 1).mean())
        if len(places) < max(2, self.leaked * len(held)):
            return
        noise = 3 * math.sqrt(repeats * (1 - repeats) / len(held))
        if len(places) > (repeats + max(self.leaked, noise)) * len(held):
            yield Evidence(
                "leakage",
                IDENTITY,
                f"{len(places)} of {len(held)} validation examples get the same logits as a "
                "training example in every epoch: they lie in the training set.",
                tuple(places[:_SHOWN].tolist()),
            )
        elif _of_one_label(train, scores.labels):
            yield Evidence(
                "leakage",
                HINT,
                f"{len(places)} of {len(held)} validation examples get the same logits as a "
                f"training example in every epoch, but so do {percent(repeats)} of the training "
                "examples among themselves, each under one label: copies made before the split, or "
                "inputs that repeat.",
                tuple(places[:_SHOWN].tolist()),
            )


def _of_one_label(codes: IntArray, labels: IntArray) -> bool:
    """Tell whether what repeats bears one label each time, as copies do; chance does not."""
    labelled = np.unique(np.stack([codes, labels]), axis=1)[0]
    several = np.bincount(labelled, minlength=codes.max() + 1) > 1
    return not several[codes].any()


def _codes(sets: list[Scores]) -> IntArray:
    """Give each output over all epochs a number, shape (N + M,), its own where it is broken."""
    logits = np.concatenate([one.logits for one in sets], axis=1).astype(np.float64)
    rows = logits.transpose(1, 0, 2).reshape(logits.shape[1], -1)
    with np.errstate(invalid="ignore", over="ignore"):
        rounded = np.round(rows, _DIGITS) + 0.0
    codes = np.unique(rounded, axis=0, return_inverse=True)[1].reshape(-1)
    broken = np.flatnonzero(~np.isfinite(rows).all(axis=1))
    codes[broken] = codes.max() + 1 + np.arange(len(broken))
    return np.asarray(np.unique(codes, return_inverse=True)[1])
