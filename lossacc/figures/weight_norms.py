"""The length of the kernels over the epochs, and the effective rate that it makes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from lossacc.analysis.weight_norms import effective_rate, norms_of
from lossacc.figures.axes import epoch_axis
from lossacc.figures.draw import Line, Panel, Picture, Table, axis
from lossacc.figures.draw.palette import variant
from lossacc.figures.words import described, runs_to_show
from lossacc.runs.run import Run


def kernel_curves(runs: Mapping[str, Run]) -> Picture:
    """Show how long the kernels are at each epoch, and what rate that comes to.

    Parameters
    ----------
    runs
        Name to run, `{"base": ...}`: runs that noted the length; see
        `lossacc.analysis.weight_norms.NormWatch`.

    Returns
    -------
    Picture
        Left the length, from 0; right the rate over its square, on a log scale.

    Raises
    ------
    ValueError
        If there are no runs, or one did not note the length.
    """
    runs = runs_to_show("runs", runs)
    first = next(iter(runs.values()))
    lengths, rates = [], []
    for n, (name, run) in enumerate(runs.items()):
        x, role = run.epochs.astype(float), variant(n, len(runs))
        rate = effective_rate(run)
        # A rate of 0, which averaging leaves behind, has no place on a log scale.
        rate = np.where(rate > 0, rate, np.nan)
        lengths.append(Line(x, norms_of(run), role, name))
        rates.append(Line(x, rate, role, name))
    across = epoch_axis(first.unit, [line.x for line in lengths])
    lows = np.concatenate([line.y for line in lengths])
    seen = np.concatenate([line.y[np.isfinite(line.y)] for line in rates])
    panels = (
        Panel(across, axis("length of the kernels", lows, low=0.0), tuple(lengths)),
        Panel(across, axis("rate / length² (log scale)", seen, scale="log"), tuple(rates)),
    )
    return Picture(_title(runs), _alt(runs), panels, _table(runs), width=800, height=300)


def _title(runs: Mapping[str, Run]) -> str:
    """Say from what to what the lengths go."""
    ways = [f"{_ends(run)} ({name})" if len(runs) > 1 else _ends(run) for name, run in runs.items()]
    return "The length of the kernels goes " + ", ".join(ways)


def _ends(run: Run) -> str:
    norms = norms_of(run)
    return f"from {norms[0]:.3g} to {norms[-1]:.3g}"


def _alt(runs: Mapping[str, Run]) -> str:
    def short(value: float) -> str:
        return f"{value:.3g}"

    words = []
    for name, run in runs.items():
        x = run.epochs.astype(float)
        words.append(described(f"{name}: the length", x, norms_of(run), short, run.unit))
        words.append(described("The effective rate", x, effective_rate(run), short, run.unit))
    return " ".join(words)


def _table(runs: Mapping[str, Run]) -> Table:
    first = next(iter(runs.values()))
    rows = tuple(
        (name, int(epoch), float(norm), float(rate))
        for name, run in runs.items()
        for epoch, norm, rate in zip(run.epochs, norms_of(run), effective_rate(run), strict=True)
    )
    return Table(("run", first.unit, "length", "rate / length²"), rows)
