"""Confidence against accuracy."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from lossacc.analysis.calibration import Reliability
from lossacc.figures.draw import Bars, Line, Mark, Panel, Picture, Points, Table, axis
from lossacc.figures.draw.palette import DOTTED, SOLID
from lossacc.figures.words import ROLE, under_shown_names
from lossacc.support import validate
from lossacc.support.text import percent


def reliability_picture(
    parts: Reliability | Mapping[str, Reliability], *, on: str = "validation"
) -> Picture:
    """Show how often the network is right when it is so sure: whether it can be believed.

    On the diagonal, of the examples of which it is 80 % sure it is right about 80 in 100; below it,
    it is too sure.

    Parameters
    ----------
    parts
        What `lossacc.reliability` gives; or name to that, `{"as trained": ..., "T = 2.1": ...}`,
        of which the last is the one drawn in full and the others pale.
    on
        Which set it is, "train" or "validation": it gives the colour.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If there is nothing to show.
    """
    given = parts if isinstance(parts, Mapping) else {"network": parts}
    asked = validate.named("parts", given, Reliability, "what lossacc.reliability gives")
    named = under_shown_names(asked)
    role, last = ROLE[validate.one_of("on", on, ROLE)], list(named)[-1]
    across = axis("confidence, %", [], low=0.0, high=100.0, count=6)
    diagonal = Line(np.array([0.0, 100.0]), np.array([0.0, 100.0]), "reference", "as sure as right")
    marks: list[Mark] = [diagonal]
    for name, part in named.items():
        marks += _curve(part, role, name, faint=name != last)
    curve = Panel(across, axis("right, %", [], low=0.0, high=100.0, count=6), tuple(marks))
    shown = _counted(named[last], role)
    most = float(named[last].counts.max()) * 1.1 + 1
    many = axis("examples", [], low=0.0, high=most, whole=True)
    words = "; ".join(_said(name, part, len(named) > 1) for name, part in named.items())
    counts = Panel(across, many, (shown,), share=0.75)
    title = words[0].upper() + words[1:]
    return Picture(title, _alt(named), (curve, counts), _table(named), width=800, height=340)


def _curve(part: Reliability, role: str, name: str, *, faint: bool) -> list[Mark]:
    """Draw the bins that hold any examples."""
    full = part.counts > 0
    x, y = 100 * part.confidence[full], 100 * part.accuracy[full]
    line = Line(x, y, role, name, faint=faint, dash=DOTTED if faint else SOLID)
    return [line] if faint else [line, Points(x, y, role)]


def _counted(part: Reliability, role: str) -> Bars:
    full = part.counts > 0
    left, right, count = 100 * part.edges[:-1][full], 100 * part.edges[1:][full], part.counts[full]
    return Bars(left, right, np.zeros(len(count)), count.astype(float), role)


def _means(part: Reliability) -> tuple[float, float]:
    """Give the mean confidence and the accuracy of all examples."""
    full = part.counts > 0
    weights = part.counts[full] / part.counts.sum()
    return float(weights @ part.confidence[full]), float(weights @ part.accuracy[full])


def _said(name: str, part: Reliability, named: bool) -> str:
    sure, right = _means(part)
    gap = abs(sure - right)
    judged = f"{'too sure' if sure > right else 'not sure enough'} by {100 * gap:.1f} points"
    if gap < 0.01:
        judged = "about as sure as right"
    if named:
        return f"{name}: {percent(sure)} sure, {percent(right)} right, {judged}"
    return f"the network is {percent(sure)} sure and {percent(right)} right: {judged}"


def _alt(named: Mapping[str, Reliability]) -> str:
    words = []
    for name, part in named.items():
        below = int(np.count_nonzero(part.accuracy < part.confidence))
        full = int(np.count_nonzero(part.counts))
        words.append(
            f"{name}: {below} of {full} filled bins lie below the diagonal; "
            f"expected calibration error {percent(part.error)}."
        )
    return "Accuracy against confidence, with the number of examples in each bin. " + " ".join(
        words
    )


def _table(named: Mapping[str, Reliability]) -> Table:
    rows = tuple(
        (name, float(low), float(high), int(count), float(sure), float(right))
        for name, part in named.items()
        for low, high, count, sure, right in zip(
            part.edges[:-1],
            part.edges[1:],
            part.counts,
            part.confidence,
            part.accuracy,
            strict=True,
        )
    )
    return Table(("network", "from", "to", "examples", "confidence", "accuracy"), rows)
