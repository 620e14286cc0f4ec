"""Steps of a sequence that are padding, and are counted like the others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from lossacc.runs.as_examples import AsExamples
from lossacc.support.finding import Finding
from lossacc.support.text import percent
from lossacc.support.types import BoolArray

_MUCH = 0.1  # of the steps; less hardly moves an accuracy
_APART = 0.02  # by which the accuracy of the other steps must differ


def padding_findings(x: Any, goal: AsExamples, correct: BoolArray) -> Iterator[Finding]:
    """Say how many of the steps that count are padding, and how many of the others are right.

    Padding is one number at the end of the rows (or at their beginning), as one whole, under which
    stands one label.

    Parameters
    ----------
    x
        The inputs, whole numbers (N, T); nothing is said of others.
    goal
        How outputs (N, T, U) became examples.
    correct
        Shape (n,): which of the kept ones are right.
    """
    whole = isinstance(x, np.ndarray) and x.ndim == 2 and (x == np.rint(x)).all()
    if not whole or goal.kind == "several" or goal.shape[:-1] != x.shape:
        return
    for held in (x, x[:, ::-1]):
        values, counts = np.unique(held[:, -1], return_counts=True)  # the ids may be any hashes
        value = values[counts.argmax()]
        padded = held == value
        if (np.diff(padded.astype(np.int8), axis=1) >= 0).all():  # it goes on to the end
            yield from _counted(padded if held is x else padded[:, ::-1], goal, correct, int(value))
            return


def _counted(
    padded: BoolArray, goal: AsExamples, correct: BoolArray, value: int
) -> Iterator[Finding]:
    here = padded.reshape(-1)[goal.kept]
    labels = goal.labels[here]
    if here.mean() < _MUCH or here.all() or len(np.unique(labels)) != 1:
        return
    together, others = float(correct.mean()), float(correct[~here].mean())
    yield Finding(
        "padding",
        "wrong" if abs(together - others) > _APART else "note",
        f"{percent(float(here.mean()))} of the steps are padding (input {value}, label "
        f"{labels[0]}), and loss and accuracy count them: together {percent(together)} are right, "
        f"of the other steps {percent(others)}.",
        "Leave them out: mask_zero=True in the Embedding, ignore_class in the loss, or sample "
        "weights of 0 with weighted_metrics.",
    )
