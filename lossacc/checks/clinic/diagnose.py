"""`lossacc.diagnose`: from a run or a log to what the evidence supports."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from lossacc.checks.clinic.confidence import confident_and_wrong
from lossacc.checks.clinic.diagnosis import COMPARED, EXAMPLES, MEASURED, PRINTED, Diagnosis
from lossacc.checks.clinic.differential import evidence_of, ranked
from lossacc.checks.clinic.facts import facts_of
from lossacc.checks.clinic.measure import of_model, of_sets, sample
from lossacc.runs.curves import Curves, Record
from lossacc.runs.run import Run
from lossacc.support import validate


def diagnose(
    record: Record, *, model: Any = None, data: Any = None, validation: Any = None
) -> Diagnosis:
    """Say what a run or a log supports, what it rules out, and what one would measure to decide.

    Parameters
    ----------
    record
        A `Run`, or the `Curves` of a log. Of a log that tells no number of classes, say it:
        `diagnose(curves.with_marks(classes=10))`.
    model
        The Keras model as it was trained, compiled. With `data` the measurements are carried out
        that decide: both modes, the loss and the metrics. It is left as it was.
    data, validation
        Pairs (x, y) of the training and the validation examples, y whole numbers. With them the
        two sets are compared, and searched for copies under several labels.

    Returns
    -------
    Diagnosis
        Causes with what speaks for each, the likeliest first. "Nothing wrong" and "cannot tell"
        are answers.

    Raises
    ------
    TypeError, ValueError
        If the record or a set is something else, or a model is given and no data.

    Examples
    --------
    >>> print(lossacc.diagnose(recorder.run))  # doctest: +SKIP
    """
    if not isinstance(record, (Run, Curves)):
        raise TypeError(f"record is {validate.quoted(record)}; expected a Run or Curves.")
    if model is not None and data is None:
        raise ValueError("got model and no data; expected data=(x, y), to measure it on.")
    one = None if data is None else sample("data", data)
    two = None if validation is None else sample("validation", validation)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore", RuntimeWarning)  # broken numbers have no mean
        facts = facts_of(record)
        found = evidence_of(facts)
        symptom = confident_and_wrong(facts)
    compared = list(of_sets(one, two))
    asked = [] if model is None or one is None else list(of_model(model, one))
    candidates = ranked([*found, *compared, *asked])
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
    )
