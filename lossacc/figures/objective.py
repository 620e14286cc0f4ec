"""What a run was trained on, with the gradient beside the curve; and losses along one weight."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from lossacc.figures.axes import accuracy_axis, epoch_axis
from lossacc.figures.draw import Axis, Line, Panel, Picture, Reference, Table, axis
from lossacc.figures.draw.palette import DASH_DOTTED, DASHED, DOTTED, SOLID
from lossacc.figures.words import ROLE, described, main_set, under_shown_names, way
from lossacc.losses.logit_slice import Slice
from lossacc.runs.run import Run
from lossacc.support import validate
from lossacc.support.text import nats, percent
from lossacc.support.types import FloatArray

_DECADES = 30  # from lowest to highest: from here on a gradient is drawn on a log scale
_DASHES = (SOLID, DASHED, DOTTED, DASH_DOTTED)


def objective(
    run: Run, *, on: str | None = None, lines: Mapping[str, float] | None = None
) -> Picture:
    """Show what was trained on, the gradient where it is known, and accuracy over the epochs.

    Parameters
    ----------
    run
        The run to show.
    on
        Whose accuracy to show, "train" or "validation"; None shows both.
    lines
        Name to value: numbers of the objective to draw a line at, such as its floor.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If the run has no such set.
    """
    main, x = main_set(run, on), run.epochs.astype(float)
    lines = _values(lines)
    trained = run.train.loss if run.objective is None else run.objective
    across = epoch_axis(run.unit, [x])
    upwards = _objective_axis(trained, lines)
    named = [Reference(value, f"{name} {nats(value)}") for name, value in lines.items()]
    named = [one for one in named if upwards.low <= one.value <= upwards.high]
    sets = [on] if on is not None else list(run.sets)
    right = [Line(x, 100 * run.scores(one).accuracy, ROLE[one], ROLE[one]) for one in sets]
    slope = Panel(across, _gradient_axis(run), (Line(x, _drawn(run), "training"),), share=0.85)
    panels = (
        Panel(across, upwards, (Line(x, _finite(trained), "training"),), tuple(named), share=1.05),
        *([slope] if np.isfinite(run.gradient_norm).any() else []),
        Panel(across, accuracy_axis(), tuple(right)),
    )
    return Picture(
        _title(run, trained, main),
        _alt(run, trained, sets),
        panels,
        _table(run, trained, sets),
        width=900,
        height=270,
    )


def _values(lines: Mapping[str, float] | None) -> dict[str, float]:
    """Read the numbers to draw lines at."""
    named: dict[str, Any] = validate.named("lines", lines, object, "a number") if lines else {}
    values = {name: validate.number(f"lines[{name!r}]", one) for name, one in named.items()}
    return under_shown_names(values)


def _finite(values: FloatArray) -> FloatArray:
    return np.where(np.isfinite(values), values, np.nan)


def _objective_axis(trained: FloatArray, lines: Mapping[str, float]) -> Axis:
    """Make the axis of the objective, which need not be in nats, nor above 0."""
    found = _finite(np.append(trained, list(lines.values())))
    found = found[np.isfinite(found)]
    low, high = (float(found.min()), float(found.max())) if found.size else (0.0, 1.0)
    room = 0.08 * (high - low) or 0.5 * abs(high) or 1.0
    return axis("trained on", [], low=0.0 if 0 <= low < high else low - room, high=high + room)


def _still(run: Run) -> bool:
    """Tell whether the gradient was exactly 0 in every epoch."""
    known = run.gradient_norm[np.isfinite(run.gradient_norm)]
    return bool(known.size and not known.any())


def _drawn(run: Run) -> FloatArray:
    """Give the gradient norms that can be drawn: on a log scale those above 0."""
    norms = _finite(run.gradient_norm)
    return np.where(norms > 0, norms, np.nan) if _spans_decades(norms) else norms


def _spans_decades(norms: FloatArray) -> bool:
    seen = norms[np.isfinite(norms) & (norms > 0)]
    return bool(seen.size and seen.max() > _DECADES * seen.min())


def _gradient_axis(run: Run) -> Axis:
    norms = _drawn(run)
    seen = norms[np.isfinite(norms)]
    if _spans_decades(norms):
        return axis("gradient norm (log)", seen, scale="log")
    top = float(seen.max()) if seen.size and seen.max() > 0 else 1.0
    return axis("gradient norm", [], low=0.0, high=1.1 * top)


def _title(run: Run, trained: FloatArray, main: str) -> str:
    """Say what the objective, the gradient and the accuracy do."""
    finite = trained[np.isfinite(trained)]
    if not finite.size:
        return "What was trained on has no finite value"
    before, after = nats(float(finite[0])), nats(float(finite[-1]))
    verb = way(before, after, bool(finite[-1] > finite[0]))
    moved = f"stays at {before}" if verb == "stays" else f"{verb} from {before} to {after}"
    broke = ", then is no number" if not np.isfinite(trained[-1]) else ""
    still = " with a gradient of exactly 0" if _still(run) else ""
    accuracy = run.scores(main).accuracy
    ends = [percent(float(one)) for one in (accuracy[0], accuracy[-1])]
    right = f"stays at {ends[0]}" if ends[0] == ends[1] else f"goes from {ends[0]} to {ends[1]}"
    return f"What is trained on {moved}{still}{broke}; {ROLE[main]} accuracy {right}"


def _alt(run: Run, trained: FloatArray, sets: list[str]) -> str:
    x = run.epochs.astype(float)
    words = [described("What is trained on", x, _finite(trained), nats, run.unit)]
    words.append(described("The gradient norm", x, _finite(run.gradient_norm), _short, run.unit))
    for one in sets:
        name = f"{ROLE[one].capitalize()} accuracy"
        words.append(described(name, x, run.scores(one).accuracy, percent, run.unit))
    return f"Panels over the {run.unit}s. " + " ".join(words)


def _short(value: float) -> str:
    return f"{value:.2g}"


def _table(run: Run, trained: FloatArray, sets: list[str]) -> Table:
    columns = [run.unit, "trained on", "gradient norm", *(f"{ROLE[one]} accuracy" for one in sets)]
    values = [trained, run.gradient_norm, *(run.scores(one).accuracy for one in sets)]
    rows = zip(run.epochs, *values, strict=True)
    return Table(tuple(columns), tuple((int(e), *map(float, rest)) for e, *rest in rows))


def surface(slice: Slice) -> Picture:
    """Show losses along one weight: which have a slope to go down, and which are flat.

    Cross-entropy has a panel of its own, as it has no upper end; the others share the second one.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If the slice has no cross-entropy, or nothing beside it.
    """
    validate.instance("slice", slice, Slice, "what lossacc.along_bias gives")
    others = [name for name in slice.losses if name != "cross-entropy"]
    if "cross-entropy" not in slice.losses or not others:
        raise ValueError(
            f"got the losses {', '.join(slice.losses)}; expected cross-entropy, and one beside it."
        )
    reach = float(slice.moved[-1])
    across = axis("bias moved by", [], low=-reach, high=reach)
    smooth = slice.losses["cross-entropy"]
    marks = tuple(
        Line(slice.moved, slice.losses[name], "total", name, dash=_DASHES[n % len(_DASHES)])
        for n, name in enumerate(others)
    )
    curve = Line(slice.moved, smooth, "total", "cross-entropy")
    panels = (
        Panel(across, _close(smooth, "loss, nats"), (curve,)),
        Panel(across, _close(np.concatenate([one.y for one in marks]), "share"), marks),
    )
    columns = ("bias moved by", *slice.losses)
    rows = zip(slice.moved, *slice.losses.values(), strict=True)
    table = Table(columns, tuple(tuple(float(cell) for cell in row) for row in rows))
    return Picture(_surface_title(slice, others), _surface_alt(slice), panels, table, 800, 300)


def _close(values: FloatArray, label: str) -> Axis:
    """Make an axis that shows a small change: its ends are near the curve's."""
    low, high = float(values.min()), float(values.max())
    room = 0.1 * (high - low) or 0.05
    return axis(label, [], low=low - room, high=high + room)


def _surface_title(slice: Slice, others: list[str]) -> str:
    """Say how often cross-entropy and the first of the others change along the way."""
    places = len(slice.moved) - 1
    told = []
    for name in ("cross-entropy", others[0]):
        steps = slice.steps(name)
        often = "at every place" if steps == places else f"at {steps} of {places} places"
        told.append(f"{name} {often if steps else 'nowhere'}")
    return f"As one weight moves, these change: {told[0]}, {told[1]}"


def _surface_alt(slice: Slice) -> str:
    words = [
        described(name, slice.moved, values, nats, "a shift of")
        for name, values in slice.losses.items()
    ]
    return "Losses while one output bias is moved. " + " ".join(words)
