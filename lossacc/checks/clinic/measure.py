"""With model and data at hand: carry out what decides, and let it speak."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lossacc.analysis.label_conflicts import find_conflicts
from lossacc.checks.clinic.evidence import AGAINST, IDENTITY, PATTERN, Evidence
from lossacc.checks.model import audit
from lossacc.checks.modes import mode_gap
from lossacc.checks.modes.shapley import PENALTY
from lossacc.checks.modes.switches import AUGMENTATION, DROPOUT, STATISTICS
from lossacc.checks.run.sets import Sample, set_findings
from lossacc.support import validate
from lossacc.support.text import nats

_SETS = {
    "same examples": "leakage",
    "nearly the same": "leakage",
    "scale": "other preprocessing",
    "classes": "sorted split",
}
_PART = {
    DROPOUT: "training mode", AUGMENTATION: "training mode", STATISTICS: "batchnorm statistics",
    PENALTY: "penalty",
}  # fmt: skip
_AUDITED = {
    "accuracy": "metric",
    "softmax twice": "softmax twice",
    "flat loss": "flat loss",
    "gradient": "flat loss",
    "order of the arguments": "another loss",
    "first step": "rate too high",
}
_LARGE = 0.1  # nats of a part that is worth a place in the ranking


def sample(name: str, pair: Any) -> Sample:
    """Read a pair (x, y) of arrays.

    Raises
    ------
    TypeError, ValueError
        If it is no such pair, or y holds no classes.
    """
    if not isinstance(pair, (tuple, list)) or len(pair) != 2:
        raise TypeError(f"{name} is {validate.quoted(pair)}; expected a pair (x, y) of arrays.")
    x = validate.array(f"x of {name}", pair[0])
    return Sample(x, validate.labels(f"y of {name}", pair[1], size=len(x) if x.ndim else None))


def of_sets(data: Sample | None, held: Sample | None) -> Iterator[Evidence]:
    """Search the training set for conflicts, and compare the two, where there are both."""
    if data is not None and held is not None:
        yield from _sets(data, held)
    if data is not None:
        yield from _conflicts(data)


def of_model(model: Any, data: Sample) -> Iterator[Evidence]:
    """Score both modes, and ask what the loss and the metrics are."""
    yield from _modes(model, data)
    yield from _audited(model, data)


def _sets(data: Sample, held: Sample) -> Iterator[Evidence]:
    """Compare the two sets of inputs and labels."""
    for found in set_findings(data, held):
        if found.check in _SETS:
            yield Evidence(_SETS[found.check], IDENTITY, found.what)


def _conflicts(data: Sample) -> Iterator[Evidence]:
    """Search for the same image under several labels."""
    if data.labels is None or data.x.ndim not in (3, 4):
        return
    found = find_conflicts(data.x, data.labels)
    places = tuple(int(one) for one in found.indices[:10])
    share = len(found.indices) / found.size
    if share > 0.04:
        yield Evidence("conflicting duplicates", IDENTITY, f"{found.found}.", places)
    else:
        yield Evidence("conflicting duplicates", AGAINST, f"{found.found}.")


def _modes(model: Any, data: Sample) -> Iterator[Evidence]:
    """Score the training examples in both modes, with the same weights."""
    try:
        gap = mode_gap(model, data.x, data.labels, printed=None)
    except (TypeError, ValueError):  # a model that it does not examine
        return
    for part, cause in _PART.items():
        size = gap.parts.get(part, 0.0)
        told = (
            f"Of the training loss in training mode, {nats(gap.training)}, against "
            f"{nats(gap.evaluation)} in evaluation mode, {part} makes {nats(size)}."
        )
        if abs(size) > _LARGE:
            yield Evidence(cause, PATTERN + 3, told)
        elif part in (DROPOUT, STATISTICS):
            yield Evidence(cause, AGAINST, told)


def _audited(model: Any, data: Sample) -> Iterator[Evidence]:
    """Ask the loss and the metrics of the model what they are."""
    try:
        report = audit(model, data.x, data.labels)
    except (TypeError, ValueError):
        return
    for found in report.wrong:
        if found.check in _AUDITED:
            yield Evidence(_AUDITED[found.check], IDENTITY, found.what)
