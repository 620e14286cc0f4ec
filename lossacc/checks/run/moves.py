"""What the recorded outputs did between the first epoch and the last: nothing, or worse."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lossacc.runs.run import Run
from lossacc.support.finding import Finding
from lossacc.support.text import nats
from lossacc.support.types import FloatArray

OUTPUTS = "outputs"
_FEWEST = 10  # examples below which the same outputs may be chance
_SAME = 1e-6  # of the largest output: rounding
_HARDLY = 0.01  # nats by which the loss of no example moved
_SOLVED = 0.1  # nats before training, up to which a loss has little left to fall
_WORSE = 0.02  # of the loss before training
_SURE = 4.0  # standard errors
_AUDIT = "`audit(model, x, y)` looks at the optimizer and tries one step."


def movement_findings(run: Run) -> Iterator[Finding]:
    """Say that a training moved nothing, that all examples get the same outputs, or that it hurt.

    Only the first is told where several hold.
    """
    if len(run.epochs) < 2 or run.epochs[0] != 0:
        return
    found = _still(run) or _alike(run) or _worse(run)
    if found is not None:
        yield found


def _still(run: Run) -> Finding | None:
    logits = run.train.logits
    since = f"From {run.unit} 0 to {run.unit} {run.epochs[-1]}"
    if all(np.array_equal(one, logits[0]) for one in logits[1:]):
        return Finding(
            OUTPUTS,
            "wrong",
            f"{since} no output changed, to the last digit: no weight was moved.",
            "Look for a learning rate of 0, for trainable=False, for a gradient that does not "
            f"reach the weights. {_AUDIT}",
        )
    moved = np.abs(run.train.cross_entropy - run.train.cross_entropy[0])
    if moved.max() < _HARDLY and run.train.loss[0] > _SOLVED:
        return Finding(
            OUTPUTS,
            "wrong",
            f"{since} the loss of no training example moved by more than {moved.max():.1g} "
            "nats: the weights hardly moved.",
            f"Try a learning rate a hundred times larger. {_AUDIT}",
        )
    return None


def _alike(run: Run) -> Finding | None:
    """Say that the outputs no longer depend on the input."""
    last, labels = run.train.logits[-1], run.train.labels
    if len(last) < _FEWEST or len(np.unique(labels)) < 2 or not np.isfinite(last).all():
        return None
    if np.ptp(last, axis=0).max() > _SAME * max(1.0, float(np.abs(last).max())):
        return None
    return Finding(
        OUTPUTS,
        "wrong",
        f"In {run.unit} {run.epochs[-1]} all {len(last)} recorded training examples get the same "
        "outputs: the network no longer looks at its inputs.",
        "Its units are dead, as after steps that were too large. Scale the inputs, lower the "
        "learning rate, and begin anew.",
    )


def _worse(run: Run) -> Finding | None:
    """Say that the loss on the training examples ends above where it began.

    Where what was printed ended below, the two speak of different things; another check says so.
    """
    loss = run.train.loss if run.objective is None else run.objective
    before, after = float(loss[0]), float(loss[-1])
    printed = run.printed.get("loss", np.array([np.nan]))[-1]
    if not np.isfinite(before) or after <= before * (1 + _WORSE) or printed < before:
        return None
    if run.objective is None and np.isfinite(after) and not _sure(run.train.cross_entropy):
        return None
    ended = f"is {nats(after)}" if np.isfinite(after) else "is not finite"
    return Finding(
        OUTPUTS,
        "wrong",
        f"After {run.epochs[-1]} {run.unit}s the loss on the training examples {ended}; before "
        f"training it was {nats(before)}. The steps lead up, not down.",
        f"Try a learning rate ten times smaller; look at the type of the weights. {_AUDIT}",
    )


def _sure(losses: FloatArray) -> bool:
    """Tell whether the examples' losses, shape (R, n), rise by more than chance and nothing."""
    change = losses[-1] - losses[0]
    chance = _SURE * change.std() / np.sqrt(len(change))
    return bool(change.max() >= _HARDLY and change.mean() > chance)
