"""The learning rate over the epochs."""

from __future__ import annotations

from lossacc.figures.axes import epoch_axis
from lossacc.figures.draw import Line, Panel, Picture, Table, axis
from lossacc.runs.run import Run


def rate_curve(run: Run) -> Picture:
    """Show at which learning rate each epoch was trained.

    Parameters
    ----------
    run
        The record of one training.

    Returns
    -------
    Picture
        One panel; the title says where the rate ends.
    """
    x, rates = run.epochs.astype(float), run.learning_rate
    title = f"The learning rate ends at {rates[-1]:.3g}"
    line = Line(x, rates, "total", "rate")
    panel = Panel(epoch_axis(run.unit, [x]), axis("learning rate", rates, low=0.0), (line,))
    rows = tuple((int(epoch), float(rate)) for epoch, rate in zip(x, rates, strict=True))
    table = Table((run.unit, "learning rate"), rows)
    return Picture(title, f"{title}.", (panel,), table, width=480, height=300)
