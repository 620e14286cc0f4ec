"""Runs of some epochs and some examples: take them out of a run, or put runs together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from lossacc.runs.run import Run
from lossacc.runs.scores import Scores
from lossacc.support import validate
from lossacc.support.types import FloatArray, IntArray


def only_rows(run: Run, rows: slice) -> Run:
    """Give the run with these of its recorded epochs alone."""
    validate.instance("run", run, Run, "a Run")
    validate.instance("rows", rows, slice, "a slice of rows")
    return replace(
        run,
        train=run.train.rows(rows),
        validation=None if run.validation is None else run.validation.rows(rows),
        epochs=run.epochs[rows],
        penalty=run.penalty[rows],
        learning_rate=run.learning_rate[rows],
        gradient_norm=run.gradient_norm[rows],
        printed={name: values[rows] for name, values in run.printed.items()},
        objective=None if run.objective is None else run.objective[rows],
    )


def between(run: Run, first: int, last: int = -1) -> Run:
    """Give the part of a run from one recorded epoch (or step) to another, both included.

    Parameters
    ----------
    run
        The record of one training.
    first, last
        As in `Run.at`: negative ones count from the end. Without a last one, up to the end.

    Raises
    ------
    ValueError
        If one was not recorded, or the last comes before the first.
    """
    validate.instance("run", run, Run, "a Run")
    rows = slice(run.at(first), run.at(last) + 1)
    if rows.start >= rows.stop:
        raise ValueError(f"got {first} to {last}; expected the last not before the first.")
    return only_rows(run, rows)


def only_examples(run: Run, chosen: Mapping[str, IntArray]) -> Run:
    """Give the run with some of its examples alone.

    Parameters
    ----------
    run
        The run; what is `printed` stays as it is.
    chosen
        "train" or "validation" to the places of the examples to keep. A set that is not named
        stays whole.
    """
    validate.instance("run", run, Run, "a Run")
    given = validate.named("chosen", chosen, object, "places")
    kept = {on: _examples(run.scores(on), places) for on, places in given.items()}
    return replace(run, **kept)  # type: ignore[arg-type]  # two fields, both of them Scores


def joined(runs: Sequence[Run]) -> Run:
    """Put runs of the same examples, and of later and later epochs, together.

    Parameters
    ----------
    runs
        At least one. Settings and environment are the last one's. A printed number that one of
        them lacks is NaN there.

    Raises
    ------
    ValueError
        If there are none, the epochs do not rise, or their examples have other labels.
    """
    if not isinstance(runs, (list, tuple)):
        raise TypeError(f"runs is {validate.quoted(runs)}; expected a list of runs.")
    if not runs:
        raise ValueError("runs is empty; expected one Run at least.")
    for one in runs:
        validate.instance("one of runs", one, Run, "a Run")
    last: Run = runs[-1]
    objectives = [run.objective for run in runs if run.objective is not None]
    return replace(
        last,
        train=_scores([run.train for run in runs]),
        validation=None
        if last.validation is None
        else _scores([r.scores("validation") for r in runs]),
        epochs=np.concatenate([run.epochs for run in runs]),
        penalty=np.concatenate([run.penalty for run in runs]),
        learning_rate=np.concatenate([run.learning_rate for run in runs]),
        gradient_norm=np.concatenate([run.gradient_norm for run in runs]),
        printed={
            name: _printed(runs, name) for name in sorted({n for r in runs for n in r.printed})
        },
        objective=np.concatenate(objectives) if objectives else None,
    )


def _printed(runs: Sequence[Run], name: str) -> FloatArray:
    missing = [np.full(len(run.epochs), np.nan) for run in runs]
    return np.concatenate(
        [run.printed.get(name, nan) for run, nan in zip(runs, missing, strict=True)]
    )


def _scores(parts: Sequence[Scores]) -> Scores:
    """Put the logits of the same examples together."""
    last = parts[-1]
    if any(not np.array_equal(part.labels, last.labels) for part in parts):
        raise ValueError("the runs to join have examples with other labels; expected the same.")
    return replace(last, logits=np.concatenate([part.logits for part in parts]))


def _examples(scores: Scores, given: object) -> Scores:
    places = validate.read("places", given, "iu", validate.WHOLE)
    outside = places[(places < -scores.size) | (places >= scores.size)]
    if places.ndim != 1 or outside.size:
        raise ValueError(
            f"places is {validate.quoted(given)}; expected a list of places below {scores.size}."
        )
    clean, targets = scores.clean_labels, scores.targets
    return Scores(
        scores.logits[:, places],
        scores.labels[places],
        None if clean is None else clean[places],
        None if targets is None else targets[places],
    )
