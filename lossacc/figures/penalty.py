"""The printed loss in its two parts: cross-entropy below, penalty on top."""

from __future__ import annotations

import numpy as np

from lossacc.figures.axes import epoch_axis, lines_within
from lossacc.figures.draw import Area, Line, Mark, Panel, Picture, Table, axis
from lossacc.figures.draw.palette import SOLID
from lossacc.figures.words import ROLE, described, finite_loss, main_set
from lossacc.runs.run import Run
from lossacc.support.text import nats, percent, signed
from lossacc.support.types import FloatArray


def penalty_picture(run: Run, *, on: str | None = None) -> Picture:
    """Show cross-entropy and penalty stacked over the epochs: which of them makes the loss fall.

    Left, the lower edge of the grey region is the cross-entropy and its upper edge the loss with
    the penalty, both in evaluation mode. Right, the accuracy, and the penalty's share of the loss.

    Parameters
    ----------
    run
        The run to show.
    on
        "train" or "validation"; None takes validation where there is any.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If the run has no such set.
    """
    main = main_set(run, on)
    scores, x = run.scores(main), run.epochs.astype(float)
    plain = finite_loss(scores)
    whole = np.asarray(plain + run.penalty)
    share = share_of(run.penalty, whole)
    right = scores.accuracy if scores.size else np.full(len(x), np.nan)
    across = epoch_axis(run.unit, [x])
    upwards = axis("loss, nats", np.append(whole, np.log(scores.classes)), low=0.0)
    lines = lines_within(scores, upwards)
    shares = (
        Line(x, 100 * right, ROLE[main], "accuracy"),
        Line(x, 100 * share, "penalty", "penalty's share"),
    )
    panels = (
        Panel(across, upwards, _stack(x, plain, whole, ROLE[main]), lines),
        Panel(across, axis("per cent", [], low=0.0, high=100.0, count=6), shares),
    )
    title = _title(ROLE[main], plain, whole, share)
    alt = _alt(run, plain, whole, share, right)
    return Picture(title, alt, panels, _table(run, plain, share, right), width=800, height=300)


def share_of(penalty: FloatArray, whole: FloatArray) -> FloatArray:
    """Give the penalty's part of the loss at each epoch; 0 where there is no loss at all."""
    return np.asarray(np.divide(penalty, whole, out=np.zeros_like(whole), where=whole != 0))


def _stack(x: FloatArray, plain: FloatArray, whole: FloatArray, role: str) -> tuple[Mark, ...]:
    """Draw the cross-entropy, the penalty on top of it, and both edges."""
    return (
        Area(x, np.zeros_like(x), plain, role),
        Area(x, plain, whole, "penalty"),
        Line(x, whole, "penalty", "with the penalty", dash=SOLID),
        Line(x, plain, role, "cross-entropy"),
    )


def _title(role: str, plain: FloatArray, whole: FloatArray, share: FloatArray) -> str:
    """Say what the sum did, and what its two parts did."""
    seen = np.flatnonzero(np.isfinite(whole))
    if not len(seen):
        return f"{role.capitalize()} loss has no finite value"
    first, last = int(seen[0]), int(seen[-1])
    if not share[seen].any():
        return f"There is no penalty: the {role} loss is the cross-entropy, {nats(plain[last])}"
    penalty = whole - plain
    parts = (
        f"cross-entropy {signed(float(plain[last] - plain[first]))}, "
        f"penalty {signed(float(penalty[last] - penalty[first]))}"
    )
    return (
        f"{role.capitalize()} loss with the penalty goes from {nats(whole[first])} to "
        f"{nats(whole[last])}: {parts}; the penalty's share ends at {percent(share[last])}"
    )


def _alt(
    run: Run, plain: FloatArray, whole: FloatArray, share: FloatArray, right: FloatArray
) -> str:
    x = run.epochs.astype(float)
    words = [
        f"Two stacked regions over the {run.unit}s, and two curves in per cent.",
        described("Cross-entropy", x, plain, nats, run.unit),
        described("With the penalty on top it", x, whole, nats, run.unit),
        described("The penalty's share", x, share, percent, run.unit),
        described("The accuracy", x, right, percent, run.unit),
    ]
    return " ".join(words)


def _table(run: Run, plain: FloatArray, share: FloatArray, right: FloatArray) -> Table:
    columns = (run.unit, "cross-entropy", "penalty", "penalty's share", "accuracy")
    values = zip(run.epochs, plain, run.penalty, share, right, strict=True)
    return Table(columns, tuple((int(epoch), *map(float, row)) for epoch, *row in values))
