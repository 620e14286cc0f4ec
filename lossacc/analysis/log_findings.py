"""What the numbers of a log say by themselves: sums that cannot be, and where a loss stands."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from lossacc.analysis.plateaus import plateaus
from lossacc.analysis.stats import share_interval
from lossacc.losses.bounds import LN2
from lossacc.losses.known_values import KERAS_CLAMP
from lossacc.runs.curves import Curves, Means
from lossacc.support.finding import Finding
from lossacc.support.text import nats, percent
from lossacc.support.types import FloatArray
from lossacc.support.validate import whole_number

_ROLE = {"train": "training", "validation": "validation"}
_MOST_EXAMPLES = 200  # a set size that is read off the fractions
_SAME = 4  # rows
_ROUNDED = 5e-5  # an accuracy with four decimals
_NAMED = 3  # known values that are named of each plateau


def log_findings(curves: Curves, examples: int | None = None) -> tuple[Finding, ...]:
    """Say what a log's numbers allow to say without the examples.

    Parameters
    ----------
    curves
        Of a log; with `with_marks(classes=K)` more can be said.
    examples
        How many validation examples (training, where there is no validation) there were.

    Returns
    -------
    tuple of Finding

    Raises
    ------
    TypeError, ValueError
        If `examples` is not a whole number of 1 or more.
    """
    if examples is not None:
        examples = whole_number("examples", examples, least=1)
    found = [one for on in curves.sets for one in _of_set(curves, on)]
    found += _at_rest(curves)
    found += _accuracy_of(curves, examples)
    return tuple(found)


def _of_set(curves: Curves, on: str) -> Iterator[Finding]:
    """Look at the loss and the accuracy of one set."""
    scores, who = curves.scores(on), _ROLE[on]
    loss, right = scores.loss, scores.accuracy
    broken = np.flatnonzero(np.isnan(loss) & ~np.isnan(right) | np.isinf(loss))
    if np.isfinite(loss).any() and len(broken):
        at = f"{curves.unit} {curves.epochs[broken[0]]:g}"
        yield Finding(
            "finite",
            "wrong",
            f"The {who} loss is not finite from {at} on: what stands there is no longer a network, "
            "and its accuracy compares with NaN.",
            "Look at the rate, at the inputs, and at logarithms of 0; read nothing behind it.",
        )
    if (loss < 0).any():
        low = nats(float(np.nanmin(loss)))
        yield Finding(
            "negative",
            "wrong",
            f"The {who} loss goes down to {low}; no cross-entropy is negative.",
            "Check that the labels are 0 and 1 (or classes), and which loss was compiled.",
        )
    known = right[np.isfinite(right)]
    if len(known) >= _SAME and np.ptp(known) == 0 and known[0] > 0:
        yield Finding(
            "constant",
            "note",
            f"The {who} accuracy is {percent(float(known[0]))} in all of {len(known)} rows: "
            "probably one answer for every example, and this is the share of its class.",
            "Count the classes that are answered; compare how the two sets are prepared.",
        )
    yield from _together(scores, who)


def _together(scores: Means, who: str) -> Iterator[Finding]:
    """Hold loss and accuracy against each other."""
    loss, right = scores.loss, scores.accuracy
    both = np.isfinite(loss) & np.isfinite(right)
    if both.sum() > 1 and (right[both] == 0).all():
        yield Finding(
            "accuracy",
            "wrong",
            f"The {who} accuracy is 0 throughout, which is below chance: it does not measure what "
            "the network does.",
            "A regression has no accuracy; else look at the form of the labels, and at NaN.",
        )
        return
    low = both & (loss >= 0) & (loss < (1 - right) * LN2 - 1e-4 - LN2 * _ROUNDED)
    if low.any():
        row = int(np.flatnonzero(low)[-1])
        least = nats(float((1 - right[row]) * LN2))
        yield Finding(
            "bound",
            "note",
            f"{percent(float(right[row]))} right needs a cross-entropy of {least} at least; the "
            f"{who} loss is {nats(float(loss[row]))}. So it is no plain mean cross-entropy of the "
            "same examples: weights, another loss, or another set.",
        )
    top = math.log(scores.classes or 1000)
    most = (1 - right) * max(KERAS_CLAMP, top) + right * top
    high = both & (loss > most)
    if high.any():
        row = int(np.flatnonzero(high)[-1])
        yield Finding(
            "too high",
            "wrong",
            f"{percent(float(right[row]))} right at a {who} loss of {nats(float(loss[row]))}: more "
            "than the wrong answers can cost. The loss holds a penalty, or it is not of these "
            "answers; an accuracy of 1 can also be NaN that is compared with itself.",
            "Evaluate without regularisers, and look for NaN in the outputs.",
        )


def _at_rest(curves: Curves) -> Iterator[Finding]:
    """Say what each plateau could be."""
    for one in plateaus(curves):
        where = f"{curves.unit}s {one.first:g} to {one.last:g}"
        what = f"The {_ROLE[one.on]} loss stands at {one.loss:.5g} in {where}"
        if curves.classes is None:
            yield Finding("plateau", "note", f"{what}.", "With the number of classes it can be "
                          "compared with known values.")  # fmt: skip
            continue
        told = one.recognise(curves.classes)
        names = [f"{known.name} = {known.value:.4f}: {known.means}" for known in told.candidates]
        more = f" (and {len(names) - _NAMED} more)" if len(names) > _NAMED else ""
        said = "; ".join(names[:_NAMED]) + more or told.note or "no known value is near"
        yield Finding("plateau", "note", f"{what}: {said}")


def _accuracy_of(curves: Curves, examples: int | None) -> Iterator[Finding]:
    """Say how far the accuracy of the main set is to be trusted."""
    on = curves.sets[-1]
    right = curves.scores(on).accuracy
    known = right[np.isfinite(right)]
    if not len(known) or known.min() < 0 or known.max() > 1:
        return
    size = examples or set_size(known)
    if size is None:
        return
    low, high = share_interval(float(known[-1]), size)
    how = "" if examples else f" All of them are multiples of 1/{size}, the likely set size."
    yield Finding(
        "interval",
        "note",
        f"The last {_ROLE[on]} accuracy, {percent(float(known[-1]))} on {size} examples, is "
        f"uncertain by chance alone from {percent(low)} to {percent(high)}.{how}",
    )


def set_size(right: FloatArray) -> int | None:
    """Read a small set's size off its fractions, where chance would not make them so."""
    values = np.unique(right[(right > 0) & (right < 1)])
    if len(values) < 3:
        return None
    for size in range(2, _MOST_EXAMPLES + 1):
        if (np.abs(values * size - np.round(values * size)) <= size * _ROUNDED * 1.01).all():
            return size
    return None
