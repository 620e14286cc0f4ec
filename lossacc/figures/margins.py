"""One example of two classes, laid against both rulers."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from lossacc.figures.draw import Axis, Line, Panel, Picture, Points, Reference, Table, Tick, axis
from lossacc.losses.bounds import LN2
from lossacc.support import validate
from lossacc.support.text import nats
from lossacc.support.types import FloatArray


def two_rulers(probabilities: Iterable[float]) -> Picture:
    """Show loss and count of one example against its margin: the one glides, the other jumps.

    With two classes the margin decides both. The loss is ln(1 + exp(-margin)); the example counts
    as right while the margin is above 0.

    Parameters
    ----------
    probabilities
        p of the example's own class, between 0 and 1, at which to mark both curves; two or more.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If there are fewer than two, or one is not between 0 and 1.
    """
    given = list(probabilities) if isinstance(probabilities, Iterable) else probabilities
    p = np.sort(validate.array("probabilities", given, ("P",), finite=True).astype(float))[::-1]
    if len(p) < 2 or not ((p > 0.0) & (p < 1.0)).all():
        listed = validate.quoted(given)
        raise ValueError(
            f"probabilities is {listed}; expected two or more, each above 0 and below 1."
        )
    margin, right = np.log(p / (1.0 - p)), (p > 0.5).astype(float)
    across = _margin_axis(margin)
    x = np.linspace(across.low, across.high, 201)
    loss = Panel(
        across,
        axis("loss, nats", np.append(-np.log(p), np.log1p(np.exp(-x))), low=0.0),
        (Line(x, np.log1p(np.exp(-x)), "total"), Points(margin, -np.log(p), "training")),
        (Reference(LN2, f"ln 2 = {nats(LN2)}"),),
    )
    step = np.array([across.low, 0.0, 0.0, across.high])
    count = Panel(
        across,
        Axis("counts as right", -0.1, 1.25, (Tick(0.0, "0"), Tick(1.0, "1"))),
        (Line(step, np.array([0.0, 0.0, 1.0, 1.0]), "total"), Points(margin, right, "training")),
        share=0.8,
    )
    table = Table(
        ("p", "margin", "loss", "counts as right"),
        tuple(
            (float(p), float(m), float(-np.log(p)), int(r))
            for p, m, r in zip(p, margin, right, strict=True)
        ),
    )
    return Picture(_title(p), _alt(p), (loss, count), table, width=800, height=320)


def _margin_axis(margin: FloatArray) -> Axis:
    """Make the axis of the margin, as far to the left of the tie as to the right."""
    reach = float(np.ceil(np.abs(margin).max() + 0.4))
    return axis("margin", [], low=-reach, high=reach, count=5, whole=True)


def _title(p: FloatArray) -> str:
    """Say what both rulers do from the surest to the least sure."""
    first, last = -np.log(p[0]), -np.log(p[-1])
    start = f"As p sinks from {p[0]:.2f} to {p[-1]:.2f} the loss climbs from {nats(first)} to "
    flips = (p[0] > 0.5) != (p[-1] > 0.5)
    end = "the count drops once" if flips else "the count stays"
    return f"{start}{nats(last)}, while {end}"


def _alt(p: FloatArray) -> str:
    right = int((p > 0.5).sum())
    return (
        "Left, the loss of one example over its margin: a smooth curve that falls from the upper "
        f"left, passes ln 2 = {nats(LN2)} at margin 0 and flattens towards 0 on the right. "
        "Right, whether the example counts as right: a step from 0 to 1 at margin 0. "
        f"Of the {len(p)} marked values of p, {right} count as right."
    )
