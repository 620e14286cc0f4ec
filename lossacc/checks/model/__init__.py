"""`lossacc.audit`: a compiled Keras model and its loss, examined before training.

Nothing is read from names. The loss is asked, as a black box, what it makes of answers that are
made up for the purpose; what the model gives is told from its outputs for a few of the examples.
So a loss is judged alike whether it is a string, a function or an object, and a model whether it is
sequential, functional, nested or a class.
"""

from __future__ import annotations

import warnings
from typing import Any

from lossacc.checks.model.report import Audit
from lossacc.checks.model.stages import STAGES, Check
from lossacc.checks.model.subject import Subject, examine
from lossacc.support.finding import Finding

__all__ = ["Audit", "Finding", "audit"]


def audit(model: Any, x: Any, y: Any) -> Audit:
    """Examine a compiled Keras model and its loss before training.

    Nothing is trained, and the model is left as it was: weights, optimizer, metrics and what
    `compile` made.

    Parameters
    ----------
    model
        A built and compiled Keras model with one input and one output of shape (N, K) or (N, 1).
    x
        Images, shape (N, ...). 64 of them at most go through the model.
    y
        Labels as `fit` would take them: whole numbers, shape (N,) or (N, 1), or rows that sum to 1,
        shape (N, K).

    Returns
    -------
    Audit
        The findings, each with what to do. It prints itself, and shows itself as a table in a
        notebook.

    Raises
    ------
    ValueError
        If the model is not compiled or not built, has several inputs, outputs or losses, cannot be
        applied to x, or x and y do not fit each other.

    Examples
    --------
    >>> print(lossacc.audit(model, x_train, y_train))  # doctest: +SKIP
    """
    with warnings.catch_warnings():
        # Keras warns of some of what is found here, in the midst of a line of progress.
        warnings.simplefilter("ignore")
        subject = examine(model, x, y)
        return _audited(subject)


def _audited(subject: Subject) -> Audit:
    """Make the checks, stage by stage, up to one that leaves the next nothing sound to read."""
    findings: list[Finding] = []
    checked: list[Check] = []
    for stage in STAGES:
        if any(finding.severity == "wrong" for finding in findings):
            break
        checked += stage
        findings += [found for check in stage if (found := check(subject)) is not None]
    names = [check.name for stage in STAGES for check in stage]
    made = len(checked)
    return Audit(str(subject), tuple(findings), tuple(names[:made]), tuple(names[made:]))
