"""A run of which every step was recorded: in how many of them the loss rises."""

from __future__ import annotations

import numpy as np

from lossacc.figures.axes import epoch_axis
from lossacc.figures.draw import Axis, Line, Panel, Picture, Reference, Table, axis
from lossacc.figures.draw.palette import DOTTED, SOLID
from lossacc.figures.words import described
from lossacc.runs.run import Run
from lossacc.support import validate
from lossacc.support.text import nats
from lossacc.support.types import FloatArray


def steps(run: Run) -> Picture:
    """Show the training loss and the printed one, and by how much each changes in a step.

    The training loss is that of all training images after the step, in evaluation mode. The
    printed one is that of the step's batch, in training mode, before the step.

    Parameters
    ----------
    run
        A run with the printed loss, such as `lossacc.train` gives.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If the run has no printed loss, or fewer than three rows.
    """
    printed = validate.instance("run", run, Run, "a Run").printed.get("loss")
    if printed is None or len(run.epochs) < 3:
        raise ValueError(
            f"got a run of {len(run.epochs)} rows that prints {', '.join(run.printed) or 'nothing'}"
            "; expected three rows or more, and the loss."
        )
    x = run.epochs.astype(float)
    curves = {"printed": np.asarray(printed, float), "training": run.train.loss}
    changes = {name: np.append(np.nan, np.diff(values)) for name, values in curves.items()}
    across = epoch_axis(run.unit, [x])
    panels = (
        Panel(across, _close(curves, "loss, nats"), _lines(x, curves)),
        Panel(
            across,
            _close(changes, f"change in a {run.unit}, nats"),
            _lines(x, changes),
            (Reference(0.0, "no change"),),
        ),
    )
    counted = {name: np.isfinite(values).sum() for name, values in changes.items()}
    rises = {name: int((values > 0).sum()) for name, values in changes.items()}
    words = [f"the {name} loss rises in {rises[name]} of {counted[name]}" for name in curves]
    title = f"{words[0].capitalize()} {run.unit}s, {words[1]}"
    alt = " ".join(
        described(f"The {name} loss", x, values, nats, run.unit) for name, values in curves.items()
    )
    return Picture(title, f"{title}. {alt}", panels, _table(run, curves), width=800, height=300)


def _lines(x: FloatArray, curves: dict[str, FloatArray]) -> tuple[Line, ...]:
    return tuple(
        Line(x, values, "training", name, dash=DOTTED if name == "printed" else SOLID)
        for name, values in curves.items()
    )


def _close(curves: dict[str, FloatArray], label: str) -> Axis:
    """Make an axis that holds the curves, and not more."""
    found = np.concatenate(list(curves.values()))
    return axis(label, found[np.isfinite(found)], count=6)


def _table(run: Run, curves: dict[str, FloatArray]) -> Table:
    rows = zip(run.epochs, *curves.values(), strict=True)
    return Table(
        (run.unit, *(f"{name} loss" for name in curves)),
        tuple((int(epoch), *map(float, rest)) for epoch, *rest in rows),
    )
