"""The losses of single examples at one epoch, and the images that lose most."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lossacc.data import Examples
from lossacc.figures.draw import Axis, Bars, Panel, Picture, Reference, Table, Thumbnails, axis
from lossacc.figures.words import ROLE, main_set
from lossacc.losses.bounds import LN2
from lossacc.runs.run import Run
from lossacc.runs.scores import Scores
from lossacc.support import validate
from lossacc.support.text import how_many, nats, percent, shown_names
from lossacc.support.types import BoolArray, FloatArray, IntArray

_BINS = 32
_ALIKE = 0.02  # losses that differ by less than this share are told as one
_FEW = 4  # values: up to so many different losses are written at their bars


def losses(
    run: Run,
    epoch: int = -1,
    images: Examples | FloatArray | None = None,
    *,
    on: str | None = None,
    worst: int = 6,
) -> Picture:
    """Show how the loss is shared out among the examples: who holds it.

    Parameters
    ----------
    run
        The run to show.
    epoch
        A recorded epoch; negative ones count from the end.
    images
        The images of the set, in the run's order: `Examples`, or an array (N, H, W, C). Those
        that lose most are shown. None leaves them out.
    on
        "train" or "validation"; None takes validation where there is any.
    worst
        How many images to show.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If the run has no such set or epoch, or the images are not as many as its examples.
    """
    main, row = main_set(run, on), run.at(epoch)
    worst = validate.whole_number("worst", worst, least=0)
    scores = run.scores(main).rows(slice(row, row + 1))  # nothing is worked out for other epochs
    loss, right = scores.cross_entropy[0], scores.correct[0]
    order = np.argsort(np.where(np.isnan(loss), np.inf, loss), kind="stable")[::-1]
    title = f"At {run.unit} {run.epochs[row]}, {_title(loss, ROLE[main], run.example)}"
    panel = _histogram(scores, loss, right, main, run.example)
    tiles = _worst(scores, order[:worst], images)
    table = _table(scores, order, _names(images, scores))
    alt = _alt(loss, right, main, run.example)
    return Picture(title, alt, (panel, *tiles), table, width=800 if tiles else 720, height=320)


def _title(loss: FloatArray, who: str, example: str) -> str:
    """Say how few examples hold how much of the loss."""
    if not loss.size:
        return f"there are no {who} {example}s"
    whole = float(loss.sum())
    if not np.isfinite(whole):
        return f"{int(np.sum(~np.isfinite(loss)))} of {loss.size} {who} losses are not finite"
    if loss.size == 1:
        return f"the only {who} {example} loses {nats(float(loss[0]))} nats"
    if loss.max() - loss.min() <= _ALIKE * max(loss.max(), 0.05):
        return f"all {loss.size} {who} {example}s lose about {nats(float(loss.mean()))} nats"
    ordered = np.sort(loss)[::-1]
    held = np.cumsum(ordered) / whole
    count = int(np.searchsorted(held, 0.5)) + 1
    heap = int(np.sum(ordered >= (1 - _ALIKE) * ordered[count - 1]))
    if heap < loss.size and ordered[heap] < ordered[count - 1] / 2:
        count = heap  # these lose the same, and stand apart from the rest
    verb = "holds" if count == 1 else "hold"
    share = percent(round(float(held[count - 1]), 2))
    return f"{count} of {loss.size} {who} {example}s {verb} {share} of the loss"


def _histogram(scores: Scores, loss: FloatArray, right: BoolArray, on: str, example: str) -> Panel:
    """Count the losses in bins; right and wrong ones stand apart."""
    seen = loss[np.isfinite(loss)]
    across = axis(
        f"loss of one {example}, nats", np.append(seen, [0.0, LN2 * 1.3]), low=0.0, count=6
    )
    edges = np.linspace(0, across.high, _BINS + 1)
    counts = [np.histogram(loss[np.isfinite(loss) & one], edges)[0] for one in (right, ~right)]
    upwards = _count_axis(counts, example)
    both = (counts[0] > 0) & (counts[1] > 0)
    values = _few(seen)
    bars = (
        _bars(edges, counts[0], upwards, both, 0, on, "" if not right.any() else "right"),
        _bars(edges, counts[1], upwards, both, 1, on, "" if right.all() else "wrong"),
    )
    labelled = tuple(_labelled(one, loss, values) for one in bars)
    return Panel(across, upwards, labelled, _lines(scores, across), share=1.6)


def _few(seen: FloatArray) -> FloatArray:
    """Give the different losses, to a thousandth, where they are few."""
    values = np.unique(seen.round(3))
    return values if len(values) <= _FEW else np.zeros(0)


def _count_axis(counts: Sequence[IntArray], example: str) -> Axis:
    """Make the axis of the counts; a log scale lets a single one be seen beside hundreds."""
    most = max(int(one.max(initial=0)) for one in counts)
    if most > 30:
        return axis(f"{example}s (log scale)", [most * 1.3], scale="log", low=0.5)
    return axis(f"{example}s", [], low=0.0, high=max(most, 1) * 1.6, whole=True)


def _bars(
    edges: FloatArray,
    counts: IntArray,
    upwards: Axis,
    both: BoolArray,
    half: int,
    on: str,
    label: str,
) -> Bars:
    """Draw the bins that hold any; a bin with right and wrong ones is shared by two bars."""
    kept = counts > 0
    left, width = edges[:-1][kept], np.diff(edges)[kept]
    shared = both[kept]
    x0 = left + np.where(shared & (half == 1), width / 2, 0.0)
    x1 = left + np.where(shared & (half == 0), width / 2, width)
    floor = np.full(kept.sum(), upwards.low)
    return Bars(x0, x1, floor, counts[kept].astype(float), ROLE[on], label, hollow=half == 1)


def _labelled(bars: Bars, loss: FloatArray, values: FloatArray) -> Bars:
    """Write count and loss at the bars of a run with few different losses."""
    if not len(values):
        return bars
    texts = []
    for left, right in zip(bars.x0, bars.x1, strict=True):
        inside = [value for value in values if left <= value <= right]
        texts.append(", ".join(f"{_count(loss, value)} at {nats(value)}" for value in inside))
    return Bars(
        bars.x0, bars.x1, bars.y0, bars.y1, bars.role, bars.label, tuple(texts), hollow=bars.hollow
    )


def _count(loss: FloatArray, value: float) -> int:
    return int(np.count_nonzero(loss.round(3) == value))


def _lines(scores: Scores, across: Axis) -> tuple[Reference, ...]:
    """Name ln 2, below which nothing is wrong, and ln K, above which nothing is right."""
    lines = {LN2: "ln 2", float(np.log(scores.classes)): f"ln {scores.classes}"}
    return tuple(
        Reference(value, f"{name} = {nats(value)}", "x")
        for value, name in lines.items()
        if value <= across.high
    )


def _names(images: Examples | FloatArray | None, scores: Scores) -> tuple[str, ...]:
    if isinstance(images, Examples) and images.classes == scores.classes:
        return tuple(shown_names(images.class_names))
    return tuple(map(str, range(scores.classes)))


def _worst(
    scores: Scores, chosen: IntArray, images: Examples | FloatArray | None
) -> tuple[Thumbnails, ...]:
    """Show the images that lose most, with label, answer and loss."""
    if images is None or not len(chosen):
        return ()
    given = images.images if isinstance(images, Examples) else images
    pixels = validate.array("images", given, (scores.size, "H", "W", "C"), finite=True)
    names = _names(images, scores)
    captions = tuple(
        (
            f"label {names[scores.labels[n]]}",
            f"answer {names[scores.predicted[0, n]]}",
            f"{nats(scores.cross_entropy[0, n])} nats",
        )
        for n in chosen
    )
    return (Thumbnails("The images that lose most", tuple(pixels[n] for n in chosen), captions),)


def _table(scores: Scores, order: IntArray, names: Sequence[str]) -> Table:
    """List the examples, the highest loss first, a hundred at most."""
    rows = tuple(
        (
            int(n),
            names[scores.labels[n]],
            names[scores.predicted[0, n]],
            float(scores.cross_entropy[0, n]),
        )
        for n in order[:100]
    )
    return Table(("example", "label", "answer", "loss"), rows)


def _alt(loss: FloatArray, right: BoolArray, on: str, example: str) -> str:
    if not loss.size:
        return f"An empty histogram: the {ROLE[on]} set has no examples."
    seen = loss[np.isfinite(loss)]
    start = f"Histogram of the losses of {how_many(loss.size, example)} ({ROLE[on]}): "
    start += f"{np.count_nonzero(right)} right, {np.count_nonzero(~right)} wrong. "
    if not seen.size:
        return start + "No loss is finite."
    low, middle, high = (float(np.quantile(seen, q)) for q in (0, 0.5, 1))
    return (
        start + f"The lowest is {nats(low)}, the median {nats(middle)}, the highest {nats(high)}."
    )
