"""Curves close by: from a cut of the rate on, on axes that fit them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from lossacc.analysis.phases import Box, cuts
from lossacc.figures.axes import epoch_axis
from lossacc.figures.draw import Axis, Line, Panel, Picture, Reference, Table, axis
from lossacc.figures.draw.palette import variant
from lossacc.figures.words import described, runs_to_show
from lossacc.runs.run import Run
from lossacc.support import validate
from lossacc.support.text import nats, percent
from lossacc.support.types import FloatArray

LOSS, ACCURACY = "loss, nats", "accuracy, %"


def stretches(
    runs: Mapping[str, Run], over: tuple[int, int], *, since: int | None = None
) -> Picture:
    """Show the validation curves of several runs close by: which is better over some epochs.

    Parameters
    ----------
    runs
        Name to run, `{"base": ..., "held": ...}`. Each has a colour and dashes of its own; the
        first is drawn pale and dotted.
    over
        The first and the last epoch over which the title takes means.
    since
        The first epoch to show; by default the one after the first run's first cut.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If there are no runs, or an epoch was not recorded.
    """
    runs = runs_to_show("runs", runs)
    over = _pair(over)
    first = next(iter(runs.values()))
    begin = first_shown(first, ()) if since is None else since
    panels = tuple(_panel(first, runs, begin, label) for label in (LOSS, ACCURACY))
    means = {name: _means(run, over) for name, run in runs.items()}
    alt = " ".join(f"{name}: {curves_said(run, run.at(begin))}" for name, run in runs.items())
    table = Table(("run", "loss", "accuracy"), tuple((name, *pair) for name, pair in means.items()))
    return Picture(_means_said(means, over), alt, panels, table, width=800, height=340)


def _panel(first: Run, runs: Mapping[str, Run], begin: int, label: str) -> Panel:
    """Draw loss or accuracy of every run, from an epoch on."""
    lines = tuple(
        Line(
            run.epochs[run.at(begin) :].astype(float),
            values(run, "validation", label)[run.at(begin) :],
            variant(n, len(runs)),
            name,
        )
        for n, (name, run) in enumerate(runs.items())
    )
    across = epoch_axis(first.unit, [line.x for line in lines])
    upwards = upright(f"validation {label}", lines)
    return Panel(across, upwards, lines, cut_lines(first, across))


def _means(run: Run, over: tuple[int, int]) -> tuple[float, float]:
    """Give mean validation loss and accuracy over some epochs."""
    rows, scores = slice(run.at(over[0]), run.at(over[1]) + 1), run.scores("validation")
    return float(scores.loss[rows].mean()), float(scores.accuracy[rows].mean())


def _means_said(means: Mapping[str, tuple[float, float]], over: tuple[int, int]) -> str:
    loss = ", ".join(f"{nats(pair[0])} ({name})" for name, pair in means.items())
    right = ", ".join(f"{percent(pair[1])} ({name})" for name, pair in means.items())
    return f"Over epochs {over[0]} to {over[1]} validation loss is {loss}; accuracy {right}"


def _pair(over: tuple[int, int]) -> tuple[int, int]:
    """Refuse what is not two epochs."""
    ends = validate.whole_numbers("over", over, least=-(2**31))
    if len(ends) != 2:
        raise ValueError(f"over is {validate.quoted(over)}; expected the first and last epoch.")
    return ends[0], ends[1]


def first_shown(run: Run, boxes: Sequence[Box]) -> int:
    """Give the first epoch to show: after the first cut, else a little before the first box."""
    found = cuts(run)
    if found:
        return found[0] + 1
    first = boxes[0].first if boxes else int(run.epochs[-1])
    return int(run.epochs[run.epochs <= max(first - 2, 1)][-1])


def values(run: Run, on: str, label: str) -> FloatArray:
    """Give the loss, or the accuracy in per cent, of a set at each epoch."""
    scores = run.scores(on)
    return scores.loss if label == LOSS else 100 * scores.accuracy


def upright(label: str, lines: Sequence[Line]) -> Axis:
    """Make the upright axis around curves."""
    return axis(label, np.concatenate([line.y[np.isfinite(line.y)] for line in lines]))


def cut_lines(run: Run, across: Axis) -> tuple[Reference, ...]:
    """Mark each cut between the last epoch before and the first one after it."""
    rates = run.learning_rate
    return tuple(
        Reference(cut + 0.5, f"rate {rates[run.at(cut) + 1]:.3g}", "x")
        for cut in cuts(run)
        if across.low <= cut + 0.5 <= across.high
    )


def curves_said(run: Run, first: int) -> str:
    """Say for an alt text what the validation curves do from a row on."""
    x, scores = run.epochs[first:].astype(float), run.scores("validation")
    loss = described("Validation loss", x, scores.loss[first:], nats, run.unit)
    return f"{loss} {described('Its accuracy', x, scores.accuracy[first:], percent, run.unit)}"
