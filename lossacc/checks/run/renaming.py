"""Whether the classes bear other numbers than the network learned: the best renaming, tried."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from lossacc.runs.run import Run
from lossacc.runs.scores import Scores
from lossacc.support.finding import Finding
from lossacc.support.text import percent
from lossacc.support.types import IntArray

EXACT = 8  # classes up to which every renaming is tried; beyond, pairs are swapped while that helps
_GAIN, _RIGHT = (
    0.3,
    0.5,
)  # at least what a renaming must add, and reach, on examples that did not choose it
_SURE = 3  # standard errors of that gain: chance does so once in 1,000
_FEWEST = 10  # examples a half, below which chance could do as much
_SHOWN = 4  # classes that a sentence names


def renaming_findings(run: Run) -> Iterator[Finding]:
    """Say where another numbering of the classes would put most answers right.

    The renaming is chosen on every second example and judged on the others. Before training
    nothing was learned.
    """
    if not run.epochs[-1]:
        return
    for on in run.sets:
        scores = run.scores(on)
        if scores.size < 2 * _FEWEST:
            continue
        answers, labels = scores.predicted[-1], scores.labels
        names = best_renaming(confusion(scores, slice(None, None, 2)))
        judged = slice(1, None, 2)
        was = answers[judged] == labels[judged]
        would = names[answers[judged]] == labels[judged]
        before, after = float(was.mean()), float(would.mean())
        chance = _SURE * math.sqrt((was != would).mean() / len(was))
        if after >= _RIGHT and after >= before + max(_GAIN, chance):
            yield _finding(run, on, names, before, after)


def _finding(run: Run, on: str, names: IntArray, before: float, after: float) -> Finding:
    moved = np.flatnonzero(names != np.arange(len(names)))
    listed = ", ".join(f"{one} as {names[one]}" for one in moved[:_SHOWN])
    more = f" and {len(moved) - _SHOWN} more" if len(moved) > _SHOWN else ""
    how = "" if len(names) <= EXACT else ", the best that swaps of two classes found"
    role = "training" if on == "train" else "validation"
    return Finding(
        "class numbers",
        "wrong",
        f"In {run.unit} {run.epochs[-1]} {percent(before)} of the {role} examples are right. With "
        f"the answers renamed ({listed}{more}{how}), {percent(after)} would be: these labels are "
        "numbered otherwise than those that the network learned.",
        "Compare how the classes of the two sets get their numbers: the order of folders, of a "
        "list of names, or labels that count from 1.",
    )


def confusion(scores: Scores, part: slice) -> IntArray:
    """Count answers against labels in the last row, shape (K, K): answers down."""
    k = scores.classes
    pairs = scores.predicted[-1][part] * k + scores.labels[part]
    return np.bincount(pairs, minlength=k * k).reshape(k, k)


def best_renaming(counts: IntArray) -> IntArray:
    """Give for each answer, shape (K,), the class it should mean, so that most are right.

    Exact up to `EXACT` classes. Beyond, it begins with the commonest pairs and swaps the names of
    two classes while that puts more right: at least as good as no renaming.
    """
    return _exact(counts) if len(counts) <= EXACT else _by_swaps(counts)


def _exact(counts: IntArray) -> IntArray:
    """Try every renaming, by the sets of names that the first answers have taken."""
    k = len(counts)
    best: dict[int, tuple[int, tuple[int, ...]]] = {0: (0, ())}
    for answer in range(k):
        following: dict[int, tuple[int, tuple[int, ...]]] = {}
        for taken, (right, names) in best.items():
            for name in range(k):
                if taken >> name & 1:
                    continue
                found = (right + int(counts[answer, name]), (*names, name))
                key = taken | 1 << name
                if key not in following or found[0] > following[key][0]:
                    following[key] = found
        best = following
    return np.array(best[2**k - 1][1])


def _by_swaps(counts: IntArray) -> IntArray:
    names = _greedy(counts)
    if counts.trace() > counts[np.arange(len(names)), names].sum():
        names = np.arange(len(names))
    while True:
        held = counts[:, names]  # what each answer gets, had it the name of each other answer
        own = held.diagonal()
        gain = held + held.T - own[:, None] - own[None, :]
        one, two = np.unravel_index(gain.argmax(), gain.shape)
        if gain[one, two] <= 0:
            return names
        names[[one, two]] = names[[two, one]]


def _greedy(counts: IntArray) -> IntArray:
    """Give each answer the commonest label that is still free, the commonest pairs first."""
    left, names = counts.astype(np.int64), np.zeros(len(counts), np.int64)
    for _ in names:
        answer, label = np.unravel_index(left.argmax(), left.shape)
        names[answer] = label
        left[answer], left[:, label] = -1, -1
    return names
