"""`lossacc.diagnose`: from a run or a log to what the evidence supports."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from lossacc.checks.clinic.causes import FRAMEWORKS
from lossacc.checks.clinic.confidence import confident_and_wrong
from lossacc.checks.clinic.copies import part_of
from lossacc.checks.clinic.diagnosis import (
    COMPARED,
    EXAMPLES,
    MEASURED,
    PRINTED,
    SEEN,
    Diagnosis,
)
from lossacc.checks.clinic.differential import Candidate, evidence_of, ranked
from lossacc.checks.clinic.evidence import Evidence
from lossacc.checks.clinic.facts import facts_of
from lossacc.checks.clinic.measure import of_model, of_sets, sample
from lossacc.checks.clinic.trials import Bench, carried_out
from lossacc.checks.run.sets import Sample
from lossacc.runs.curves import Curves, Record
from lossacc.runs.run import Run
from lossacc.support import validate
from lossacc.support.compiled_model import check_model, last_rate

_LIKELY = 3  # causes that are decided between
_EPOCHS = 60  # of a copy's training, at most


def diagnose(
    record: Record,
    *,
    model: Any = None,
    data: Any = None,
    validation: Any = None,
    framework: str = "keras",
) -> Diagnosis:
    """Say what a run or a log supports, what it rules out, and what one would measure to decide.

    Parameters
    ----------
    record
        A `Run`, or the `Curves` of a log. Of a log that tells no number of classes, say it:
        `diagnose(curves.with_marks(classes=10))`.
    model
        The Keras model as it was trained, compiled. With `data` what decides is measured: both
        modes, the penalty, the loss and the metrics; then, for the likeliest causes, copies are
        trained or scored: on twenty examples, at other rates, from the start with the costliest
        examples followed, with BatchNormalization's statistics recomputed, with the classes
        renamed. At most 1000 examples are taken and 20 seconds a training. The model is left as
        it was.
    data, validation
        Pairs (x, y) of the training and the validation examples, y whole numbers. With them the
        two sets are compared, and searched for copies under several labels.
    framework
        "keras" or "torch": whose code the answer gives for the measurements that would decide.

    Returns
    -------
    Diagnosis
        Causes with what speaks for each, the likeliest first. "Nothing wrong" and "cannot tell"
        are answers.

    Raises
    ------
    TypeError, ValueError
        If the record or a set is something else, a model is given and no data, or one that is no
        compiled Keras model with one input and as many outputs as the record has classes; or the
        framework is another one.

    Examples
    --------
    >>> print(lossacc.diagnose(recorder.run))  # doctest: +SKIP
    """
    if not isinstance(record, (Run, Curves)):
        raise TypeError(f"record is {validate.quoted(record)}; expected a Run or Curves.")
    validate.one_of("framework", framework, FRAMEWORKS)
    if model is not None and data is None:
        raise ValueError("got model and no data; expected data=(x, y), to measure it on.")
    if model is not None:
        _fits(model, record)
    one = None if data is None else sample("data", data)
    two = None if validation is None else sample("validation", validation)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore", RuntimeWarning)  # broken numbers have no mean
        facts = facts_of(record)
        found = evidence_of(facts)
        symptom = confident_and_wrong(facts)
    compared = list(of_sets(one, two))
    asked = [] if model is None or one is None else list(of_model(model, one))
    known = [*found, *compared, *asked]
    tried, notes = _tried(model, one, two, record, ranked(known))
    asked += tried
    candidates = ranked([*known, *tried])
    basis = EXAMPLES if isinstance(record, Run) else PRINTED
    if compared or asked:  # a table of numbers, or a model that is not examined, tells nothing
        basis = MEASURED if asked else COMPARED
    measured = {one.cause for one in (*compared, *asked) if one.weight > 0}
    seen = str(record) if isinstance(record, Run) else record.headline
    return Diagnosis(
        basis,
        tuple(one for one in candidates if one.score > 0),
        tuple(one for one in candidates if one.score <= 0),
        symptom,
        seen,
        recorded=isinstance(record, Run),
        decided=bool(measured & {one.cause for one in candidates[:1]}),
        notes=tuple(notes),
        framework=framework,
    )


def _tried(
    model: Any,
    data: Sample | None,
    held: Sample | None,
    record: Record,
    so_far: Sequence[Candidate],
) -> tuple[list[Evidence], list[str]]:
    """Train and score copies of the model, to decide between the causes that are likeliest."""
    train = None if data is None or model is None else part_of(data)
    if train is None:
        return [], []
    likely = frozenset(one.cause for one in so_far[:_LIKELY] if one.score > SEEN)
    bench = Bench(
        model, train, None if held is None else part_of(held), *_as_trained(model, record)
    )
    return carried_out(bench, likely)


def _as_trained(model: Any, record: Record) -> tuple[float, int]:
    """Give the rate at which the training began, and its epochs."""
    known = record.learning_rate if isinstance(record, Run) else np.zeros(0)
    rates = [float(rate) for rate in known if np.isfinite(rate) and rate > 0]
    epochs = int(np.clip(len(record.epochs), 5, _EPOCHS))
    return (rates[0] if rates else last_rate(model)), epochs


def _fits(model: Any, record: Record) -> None:
    """Refuse what is no Keras model, not compiled, or has other outputs than the run.

    Raises
    ------
    TypeError, ValueError
        With a sentence that says which.
    """
    check_model(model)
    units = (getattr(model, "output_shape", None) or (None,))[-1]
    classes = record.train.classes if isinstance(record, Run) else record.classes
    if units and classes and max(int(units), 2) != classes:
        raise ValueError(
            f"model {model.name!r} gives {units} numbers an example and the record has {classes} "
            "classes; expected the model that was trained."
        )
