"""`lossacc.audit`: a compiled Keras model and its loss, examined before training.

Nothing is read from names. The loss is asked, as a black box, what it makes of answers that are
made up for the purpose; what the model gives is told from its outputs for a few of the examples.
So a loss is judged alike whether it is a string, a function or an object, and a model whether it is
sequential, functional, nested or a class.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from typing import Any

from lossacc.checks.model.intake import check_parts
from lossacc.checks.model.report import Audit
from lossacc.checks.model.setup import Setup, prepare
from lossacc.checks.model.stages import ANY, DATA, LAST, STAGES, STEPS
from lossacc.checks.model.subject import examine
from lossacc.support.finding import Finding
from lossacc.support.keras_api import keras
from lossacc.support.restore_variables import left_alone

__all__ = ["Audit", "Finding", "audit"]


def audit(model: Any, x: Any, y: Any = None) -> Audit:
    """Examine a compiled Keras model and its loss before training.

    Nothing is trained, and the model is left as it was: weights, optimizer, metrics and what
    `compile` made. One step is tried, by a copy of the optimizer, and taken back.

    Parameters
    ----------
    model
        A built and compiled Keras model. What the loss makes of right and wrong answers is examined
        where there is one input of numbers, one output (N, K) or (N, 1), and one class an example.
        Of other models the data, the optimizer, the accuracy and a first step are.
    x
        Inputs, shape (N, ...), or a list or dict of them. All are read; 64 at most go through the
        model. Or, without y, what `fit` would take for both: a `tf.data.Dataset`, a
        `keras.utils.PyDataset`, a generator of batches, of which 32 are taken.
    y
        Labels as `fit` would take them.

    Returns
    -------
    Audit
        The findings, each with what to do. It prints itself, and shows itself as a table in a
        notebook.

    Raises
    ------
    TypeError, ValueError
        If the model is not compiled or not built, has no loss, cannot be applied to x, or x and y
        do not fit each other.

    Examples
    --------
    >>> print(lossacc.audit(model, x_train, y_train))  # doctest: +SKIP
    """
    with warnings.catch_warnings():
        # Keras warns of some of what is found here, in the midst of a line of progress.
        warnings.simplefilter("ignore")
        keras()  # refuses another backend than TensorFlow
        check_parts(model)
        with left_alone(model):
            return _audited(prepare(model, x, y))


def _audited(setup: Setup) -> Audit:
    """Make the checks, stage by stage, up to one that leaves the next nothing sound to read."""
    findings: list[Finding] = []
    names: list[str] = []

    def is_sound(stage: Iterable[Any], on: Any) -> bool:
        found = [one for check in stage if (one := check(on)) is not None]
        names.extend(check.name for check in stage)
        findings.extend(found)
        return not any(finding.severity == "wrong" for finding in found)

    stages = STAGES if setup.plain else ANY
    seen, sound = setup.headline, is_sound(DATA, setup)
    steps = is_sound(STEPS, setup)
    if sound:
        on = examine(setup.model, setup.arrays["x"], setup.arrays["y"]) if setup.plain else setup
        seen, sound = str(on), all(is_sound(stage, on) for stage in stages)
    if sound and steps:
        is_sound(LAST, setup)
    every = [check.name for stage in (DATA, STEPS, *stages, LAST) for check in stage]
    left = tuple(name for name in every if name not in names)
    return Audit(seen, tuple(findings), tuple(names), left)
