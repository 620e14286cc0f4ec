"""Loss and accuracy over the epochs: of one run, or of several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from lossacc.figures.axes import accuracy_axis, base_line, epoch_axis, lines_within, loss_axis
from lossacc.figures.draw import Line, Panel, Picture, Table
from lossacc.figures.draw.palette import variant
from lossacc.figures.words import (
    ROLE,
    described,
    finite_loss,
    main_set,
    name_to_show,
    record,
    records_to_show,
    said,
    swing,
)
from lossacc.runs.curves import Curves, Means, Record, marked
from lossacc.runs.run import Run
from lossacc.runs.scores import Scores
from lossacc.support import validate
from lossacc.support.text import nats, percent
from lossacc.support.types import FloatArray

_FEW = 3  # runs: of more, a title names two
_Bands = tuple[tuple[FloatArray, FloatArray] | None, tuple[FloatArray, FloatArray] | None]
_NO_BANDS: _Bands = (None, None)


def curves(
    run: Record,
    *,
    on: str | None = None,
    printed: bool = False,
    penalty: bool = False,
    earlier: Mapping[str, Record] | None = None,
    seeds: Sequence[Record] = (),
    name: str = "",
    classes: int | None = None,
    base_rate: float | None = None,
) -> Picture:
    """Show loss and accuracy over the epochs: whether they go the same way.

    Parameters
    ----------
    run
        The run to show, or the curves of a log.
    on
        "train" or "validation" alone; None shows both, and the title speaks of validation.
    printed
        Adds what Keras prints for training: running means of weights that move.
    penalty
        Adds the penalty to the panel of the loss.
    earlier
        Label to run: faint lines of the main set.
    seeds
        Runs of other seeds: a band from the lowest to the highest value of the main set. Where one
        has fewer epochs than `run`, the others make the band.
    name
        What the run is called, as the earlier ones are: it stands at the main set's curves in
        place of the set's own name.
    classes, base_rate
        For the curves of a log: the number of classes and the share of the commonest one, so that
        ln K and the base rate are marked. A run knows both.

    Returns
    -------
    Picture

    Raises
    ------
    TypeError, ValueError
        If it is no run, has no such set, a setting is none, or if a log is asked for what only a
        run has, or the reverse.
    """
    run = marked(run, classes, base_rate)
    main = main_set(run, on)
    earlier = records_to_show("earlier", earlier) if earlier else {}
    seeds = [record("one of seeds", one) for one in _listed(seeds)]
    printed, penalty = validate.truth("printed", printed), validate.truth("penalty", penalty)
    name = name_to_show(name)
    sets = [on] if on is not None else [one for one in run.sets if run.scores(one).size]
    loss, accuracy = _earlier(earlier, main)
    for one in sets:
        label, bands = ROLE[one], _NO_BANDS
        if one == main:
            label, bands = name or label, _bands(run, seeds, one)
        lines = _pair(run, one, label, bands)
        loss.append(lines[0])
        accuracy.append(lines[1])
    if isinstance(run, Curves):
        if printed or penalty:
            raise ValueError("the curves of a log are printed ones, and hold no penalty of its own")
    elif printed:
        loss += _extra(run, run.printed.get("loss"), "training", "printed", 1.0)
        accuracy += _extra(run, run.printed.get("accuracy"), "training", "printed", 100.0)
    if penalty and isinstance(run, Run):
        loss += _extra(run, run.penalty, "penalty", "penalty", 1.0)
    alt = f"{_alt(run, sets)}{_earlier_said(earlier, main)}"
    return _picture(said(run, main), alt, loss, accuracy, run, main, _table(run, sets))


def compare(runs: Mapping[str, Record], *, on: str | None = None) -> Picture:
    """Show loss and accuracy of several runs: where each ends.

    Parameters
    ----------
    runs
        Name to run, `{"base": ..., "clipped": ...}`. Each has a colour and dashes of its own; the
        first is drawn pale and dotted.
    on
        "train" or "validation"; None takes validation where the first run has it.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If there are no runs, or one has no such set.
    """
    runs = records_to_show("runs", runs)
    first = next(iter(runs.values()))
    main = main_set(first, on)
    loss, accuracy = [], []
    for n, (name, run) in enumerate(runs.items()):
        lines = [replace(one, role=variant(n, len(runs))) for one in _pair(run, main, name)]
        loss.append(lines[0])
        accuracy.append(lines[1])
    title = _ends_said(runs, main)
    alt = " ".join(f"{name}: {_alt(run, [main])}" for name, run in runs.items())
    table = Table(
        ("run", first.unit, "loss", "accuracy"),
        tuple((name, *row) for name, run in runs.items() for row in _table(run, [main]).rows),
    )
    return _picture(title, alt, loss, accuracy, first, main, table, of=f"{ROLE[main]} ")


def _listed(seeds: Sequence[Record]) -> Sequence[Record]:
    """Refuse one run where a list of runs is meant."""
    if not isinstance(seeds, (list, tuple)):
        raise TypeError(f"seeds is {validate.quoted(seeds)}; expected a list of runs.")
    return seeds


def _ends_said(runs: Mapping[str, Record], on: str) -> str:
    """Say where loss and accuracy of each run end; what is the same for all is said once."""
    held = {name: run.scores(on) for name, run in runs.items() if run.scores(on).size}
    if not held:
        return f"The {ROLE[on]} sets have no examples"
    loss = {name: f"at {nats(scores.loss[-1])}" for name, scores in held.items()}
    right = {name: _accuracy_said(scores) for name, scores in held.items()}
    by_loss = sorted(held, key=lambda name: float(np.nan_to_num(held[name].loss[-1], nan=np.inf)))
    by_accuracy = sorted(held, key=lambda name: float(held[name].accuracy[-1]))
    ends = f"{_each(loss, by_loss)}; accuracy {_each(right, by_accuracy)}"
    return f"{ROLE[on].capitalize()} loss ends {ends}"


def _accuracy_said(scores: Scores | Means) -> str:
    found = swing(scores)
    if found is None:
        return f"at {percent(scores.accuracy[-1])}"
    return f"swinging between {' and '.join(map(percent, found))}"


def _each(ends: Mapping[str, str], rising: Sequence[str]) -> str:
    """Say each run's end; of many runs, the lowest and the highest one."""
    values = set(ends.values())
    if len(values) == 1:
        return values.pop() + (" either way" if len(ends) == 2 else "")
    if len(ends) <= _FEW:
        return ", ".join(f"{value} ({name})" for name, value in ends.items())
    low, high = (f"{ends[name]} ({_who(ends, name)})" for name in (rising[0], rising[-1]))
    return f"lowest {low}, highest {high}"


def _who(ends: Mapping[str, str], name: str) -> str:
    """Name a run, or say how many end as it does."""
    many = list(ends.values()).count(ends[name])
    return name if many == 1 else f"{many} of {len(ends)}"


def _picture(
    title: str,
    alt: str,
    loss: Sequence[Line],
    accuracy: Sequence[Line],
    run: Record,
    main: str,
    table: Table,
    of: str = "",
) -> Picture:
    """Put the two panels together; `of` names the set at the axes where no colour does."""
    scores = run.scores(main)
    across = epoch_axis(
        run.unit, [line.x for line in (*loss, *accuracy)] or [run.epochs.astype(float)]
    )
    losses = [line.y for line in loss] + [edge for line in loss for edge in line.band or ()]
    upwards = loss_axis([*losses, np.zeros(0)], scores.classes)
    lines = lines_within(scores, upwards)
    right = accuracy_axis()
    panels = (
        Panel(across, replace(upwards, label=of + upwards.label), tuple(loss), lines),
        Panel(across, replace(right, label=of + right.label), tuple(accuracy), base_line(scores)),
    )
    return Picture(title, alt, panels, table, width=800, height=300)


def _pair(run: Record, on: str, label: str = "", bands: _Bands = _NO_BANDS) -> tuple[Line, Line]:
    """Give the curves of loss and accuracy of one set."""
    scores, role, x = run.scores(on), ROLE[on], run.epochs.astype(float)
    right = scores.accuracy if scores.size else np.full(len(x), np.nan)
    return (
        Line(x, finite_loss(scores), role, label, bands[0]),
        Line(x, 100 * right, role, label, bands[1]),
    )


def _earlier(earlier: Mapping[str, Record], on: str) -> tuple[list[Line], list[Line]]:
    """Give the faint curves of earlier runs."""
    held = {name: run for name, run in earlier.items() if on in run.sets}
    pairs = [_pair(run, on, name) for name, run in held.items()]
    pale = [[replace(line, faint=True) for line in lines] for lines in zip(*pairs, strict=True)]
    return (pale[0], pale[1]) if pale else ([], [])


def _earlier_said(earlier: Mapping[str, Record], on: str) -> str:
    """Say for the alt text where each of the faint curves ends."""
    return "".join(
        f" {name} ends at {nats(scores.loss[-1])} and {percent(scores.accuracy[-1])}."
        for name, scores in (
            (name, run.scores(on)) for name, run in earlier.items() if on in run.sets
        )
        if scores.size
    )


def _bands(run: Record, seeds: Sequence[Record], on: str) -> _Bands:
    """Give the lowest and highest loss, and accuracy in per cent, of all seeds at each epoch."""
    if not seeds:
        return _NO_BANDS
    pairs = [_pair(one, on) for one in (run, *seeds)]
    return _edges([loss for loss, _ in pairs]), _edges([right for _, right in pairs])


def _edges(lines: Sequence[Line]) -> tuple[FloatArray, FloatArray]:
    x = lines[0].x
    on_x = [np.interp(x, line.x, line.y, right=np.nan) for line in lines]
    stacked = np.stack([np.where(np.isfinite(y), y, np.nan) for y in on_x])
    gone = np.isnan(stacked).all(axis=0)
    low = np.where(gone, np.nan, np.nanmin(np.where(gone, 0.0, stacked), axis=0))
    high = np.where(gone, np.nan, np.nanmax(np.where(gone, 0.0, stacked), axis=0))
    return low, high


def _extra(run: Run, values: FloatArray | None, role: str, label: str, factor: float) -> list[Line]:
    """Give an added curve, where the run has it."""
    if values is None:
        return []
    dash = (2.0, 4.0)
    x = run.epochs.astype(float)
    return [Line(x, factor * np.asarray(values, float), role, label, dash=dash)]


def _alt(run: Record, sets: Sequence[str]) -> str:
    """Say what each curve does."""
    words = []
    for on in sets:
        loss, right = _pair(run, on)
        words.append(described(f"{ROLE[on].capitalize()} loss", loss.x, loss.y, nats, run.unit))
        words.append(described("Its accuracy", right.x, right.y / 100, percent, run.unit))
    return f"Loss and accuracy over the {run.unit}s. " + " ".join(words)


def _table(run: Record, sets: Sequence[str]) -> Table:
    """List loss and accuracy of each epoch."""
    columns = [run.unit]
    values: list[list[int | float]] = [[whole(float(epoch)) for epoch in run.epochs]]
    for on in sets:
        loss, right = _pair(run, on)
        columns += [f"{ROLE[on]} loss", f"{ROLE[on]} accuracy"]
        values += [[float(y) for y in loss.y], [float(y) / 100 for y in right.y]]
    return Table(tuple(columns), tuple(zip(*values, strict=True)))


def whole(epoch: float) -> int | float:
    """Give an epoch as a whole number where it is one; a log may have fractions."""
    return int(epoch) if epoch.is_integer() else epoch
