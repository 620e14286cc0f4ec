"""Each class by itself: its loss and recall over the epochs, and what it is taken for."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lossacc.analysis.per_class import class_loss, confusion, recall
from lossacc.figures.axes import epoch_axis, lines_within, loss_axis
from lossacc.figures.draw import Axis, Bars, Line, Panel, Picture, Table, Tick, axis
from lossacc.figures.draw.palette import DASHED, DOTTED, SOLID
from lossacc.figures.words import ROLE, described, main_set
from lossacc.runs.base_rate import base_rate_of
from lossacc.runs.run import Run
from lossacc.runs.scores import Scores
from lossacc.support import validate
from lossacc.support.text import how_many, nats, percent, shown_names
from lossacc.support.types import FloatArray, IntArray

_WIDE, _DEEP = 0.84, 0.42  # of the bar of a cell, in cells
_FULL = (SOLID, DASHED)  # the commonest class, the rarest


def class_curves(run: Run, *, on: str | None = None, names: Sequence[str] | None = None) -> Picture:
    """Show loss and recall of the classes over the epochs: whether the rarest fares as the rest.

    The commonest and the rarest class are drawn in full, the others pale.

    Parameters
    ----------
    run
        The run to show.
    on
        "train" or "validation"; None takes validation where there is any.
    names
        K names of the classes; None numbers them.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If the run has no such set, the set has examples of fewer than two classes, or there are
        not K names.
    """
    main = main_set(run, on)
    scores = run.scores(main)
    called, ends = _named(scores, names), _ends(run, scores)
    losses, right = class_loss(scores), 100 * recall(scores)
    # The two in full come last, so that they lie on top.
    order = [k for k in _held(scores) if k not in ends] + list(ends)
    across = epoch_axis(run.unit, [run.epochs.astype(float)])
    upwards = loss_axis([losses[:, order]], scores.classes)
    marks = lines_within(scores, upwards)
    recalls = axis("recall, %", [], low=0.0, high=100.0, count=6)
    panels = (
        Panel(across, upwards, _lines(run, losses, order, called, ROLE[main]), marks),
        Panel(across, recalls, _lines(run, right, order, called, ROLE[main])),
    )
    title = _curves_title(called, ends, losses[-1], right[-1], ROLE[main])
    alt = _curves_alt(run, called, ends, losses, right)
    table = _curves_table(run, called, order, losses, right)
    return Picture(title, alt, panels, table, width=800, height=300)


def confusion_picture(
    run: Run, epoch: int = -1, *, on: str | None = None, names: Sequence[str] | None = None
) -> Picture:
    """Show what the examples of each class are taken for: labels down, answers across.

    The width of a bar is its share of the examples with that label; the number is their count.

    Parameters
    ----------
    run
        The run to show.
    epoch
        A recorded epoch; negative ones count from the end.
    on
        "train" or "validation"; None takes validation where there is any.
    names
        K names of the classes; None numbers them.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If the run has no such set or epoch, the set is empty, or there are not K names.
    """
    main = main_set(run, on)
    row = run.at(epoch)
    scores = run.scores(main).rows(slice(row, row + 1))  # nothing is worked out for other epochs
    called, counts = _named(scores, names), confusion(scores)
    title = _confusion_title(run, row, scores, called, counts)
    cells = [(i, j) for i in range(len(counts)) for j in range(len(counts)) if counts[i, j]]
    right = _bars([cell for cell in cells if cell[0] == cell[1]], counts, main, "right")
    wrong = _bars([cell for cell in cells if cell[0] != cell[1]], counts, main, "wrong")
    panel = Panel(_classes("answer", called), _classes("label", called, down=True), (right, wrong))
    rows = tuple((called[i], called[j], int(counts[i, j])) for i, j in cells)
    alt = (
        f"A grid of {len(counts)} labels, downwards, and {len(counts)} answers, across "
        f"({ROLE[main]} set). The diagonal holds the {int(np.trace(counts))} of "
        f"{how_many(scores.size, run.example)} that are right. {title}."
    )
    size = len(counts)
    width, height = min(800, 220 + 150 * size), 110 + max(46 * size, 110)
    return Picture(
        title, alt, (panel,), Table(("label", "answer", f"{run.example}s"), rows), width, height
    )


def _held(scores: Scores) -> list[int]:
    """List the classes that have examples."""
    return [int(label) for label in np.unique(scores.labels)]


def _named(scores: Scores, names: Sequence[str] | None) -> Sequence[str]:
    """Give a name for each class."""
    if names is None:
        return [f"class {k}" for k in range(scores.classes)]
    told = validate.texts("names", names)
    if len(told) != scores.classes:
        raise ValueError(
            f"names is {validate.quoted(names)}; expected {scores.classes}, one for each class."
        )
    return shown_names(told)


def _ends(run: Run, scores: Scores) -> tuple[int, int]:
    """Give the commonest and the rarest class by the training labels, of those in the set."""
    held = _held(scores)
    if len(held) < 2:
        raise ValueError(f"the set has examples of {len(held)} classes; expected two or more.")
    counts = np.bincount(run.train.labels, minlength=scores.classes)[held]
    # Of several that are as rare the last one, so that equal classes give two different ones.
    return held[int(counts.argmax())], held[len(held) - 1 - int(counts[::-1].argmin())]


def _lines(
    run: Run, values: FloatArray, order: Sequence[int], called: Sequence[str], role: str
) -> tuple[Line, ...]:
    """Give the curves of the classes in this order: the last two in full, the others pale."""
    x = run.epochs.astype(float)
    pale = [Line(x, values[:, k], role, faint=True, dash=DOTTED) for k in order[:-2]]
    full = [
        Line(x, values[:, k], role, called[k], dash=dash)
        for k, dash in zip(order[-2:], _FULL, strict=True)
    ]
    return (*pale, *full)


def _curves_title(
    called: Sequence[str],
    ends: tuple[int, int],
    losses: FloatArray,
    right: FloatArray,
    role: str,
) -> str:
    """Say where the commonest and the rarest class end."""
    first, last = ends
    return (
        f"{role.capitalize()} loss ends at {nats(losses[first])} ({called[first]}) and "
        f"{nats(losses[last])} ({called[last]}); right are {percent(right[first] / 100)} and "
        f"{percent(right[last] / 100)}"
    )


def _curves_alt(
    run: Run, called: Sequence[str], shown: Sequence[int], losses: FloatArray, right: FloatArray
) -> str:
    words, x = [f"Loss and recall of each class over the {run.unit}s."], run.epochs.astype(float)
    for k in shown:
        words.append(described(f"Loss of {called[k]}", x, losses[:, k], nats, run.unit))
        words.append(described("Its recall", x, right[:, k] / 100, percent, run.unit))
    return " ".join(words)


def _curves_table(
    run: Run, called: Sequence[str], order: Sequence[int], losses: FloatArray, right: FloatArray
) -> Table:
    columns = [run.unit]
    columns += [f"{what}, {called[k]}" for what in ("loss", "recall") for k in sorted(order)]
    kept = sorted(order)
    rows = tuple(
        (int(epoch), *map(float, losses[n, kept]), *map(float, right[n, kept] / 100))
        for n, epoch in enumerate(run.epochs)
    )
    return Table(tuple(columns), rows)


def _confusion_title(
    run: Run, row: int, scores: Scores, called: Sequence[str], counts: IntArray
) -> str:
    """Say which mistake takes the largest share of its class."""
    when = f"At {run.unit} {run.epochs[row]}"
    found, every = base_rate_of(scores, 0), how_many(scores.size, run.example)
    if found.one_answer:
        return f"{when} every one of {every} is called {called[found.answer]}"
    wrong = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    np.fill_diagonal(wrong, 0.0)
    label, answer = divmod(int(wrong.argmax()), len(wrong))
    if not wrong[label, answer]:
        return f"{when} every one of {every} is right"
    of = f"{counts[label, answer]} of {how_many(int(counts[label].sum()), run.example)}"
    return f"{when}, {of} of {called[label]} are called {called[answer]}: the worst mistake"


def _bars(cells: Sequence[tuple[int, int]], counts: IntArray, on: str, label: str) -> Bars:
    """Draw cells (label, answer): filled where they are right, hollow where they are wrong."""
    down = np.array([len(counts) - 1 - i for i, _ in cells], dtype=float)
    left = np.array([j for _, j in cells], dtype=float) - _WIDE / 2
    share = np.array([counts[i, j] / counts[i].sum() for i, j in cells])
    texts = tuple(str(counts[cell]) for cell in cells)
    low = down - _DEEP
    return Bars(
        left,
        left + _WIDE * share,
        low,
        low + _DEEP,
        ROLE[on],
        label,
        texts,
        hollow=label == "wrong",
    )


def _classes(label: str, called: Sequence[str], *, down: bool = False) -> Axis:
    """Make an axis with a place for each class; downwards the first one is at the top."""
    size = len(called)
    places = [size - 1 - k if down else k for k in range(size)]
    pairs = sorted(zip(places, called, strict=True))
    ticks = tuple(Tick(float(place), name) for place, name in pairs)
    return Axis(label, -0.5, size - 0.5, ticks, grid=False)
