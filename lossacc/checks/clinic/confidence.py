"""The symptom that is always reported: validation loss up, and accuracy not down with it."""

from __future__ import annotations

import math

import numpy as np

from lossacc.analysis.calibration import fit_temperature
from lossacc.analysis.ledger import ledger
from lossacc.checks.clinic.facts import Facts
from lossacc.losses.cross_entropy import cross_entropy
from lossacc.support.text import nats, percent
from lossacc.support.types import FloatArray, IntArray

_RISE, _LEAST, _FELL = 0.1, 0.03, 0.01  # of the lowest loss; nats; of the accuracy
_CHANCE = 0.1  # of what is beyond chance: below that nothing was learned to be sure of


def confident_and_wrong(facts: Facts) -> str:
    """Say that the loss rose and the accuracy did not fall; with a Run, who paid for it."""
    held = facts.held
    both = np.flatnonzero(np.isfinite(held.loss) & np.isfinite(held.accuracy))
    if len(both) < 2:
        return ""
    low, last = int(both[held.loss[both].argmin()]), int(both[-1])
    before, after = float(held.loss[low]), float(held.loss[last])
    right = float(held.accuracy[low]), float(held.accuracy[last])
    if before < 0 or after < (1 + _RISE) * before + _LEAST or right[1] < right[0] - _FELL:
        return ""
    chance = math.exp(-facts.chance)
    if right[1] <= chance + _CHANCE * (1 - chance):
        return ""
    told = (
        f"confident and wrong. From epoch {facts.epochs[low]:g} on the validation loss rises from "
        f"{nats(before)} to {nats(after)}, and the accuracy goes from {percent(right[0])} to "
        f"{percent(right[1])}."
    )
    return f"{told} {_who_paid(facts, low, last)}".rstrip()


def _who_paid(facts: Facts, low: int, last: int) -> str:
    """Give the ledger in a sentence, and what one temperature would do."""
    run = facts.run
    if run is not None and (run.validation is None or not np.isfinite(run.penalty).all()):
        return ""
    if run is None or run.validation is None:
        return "A Run would say who pays for it, in a ledger."
    first, end = (int(facts.epochs[row]) for row in (low, last))
    if not np.isfinite(run.validation.cross_entropy[[run.at(first), run.at(end)]]).all():
        return ""
    account = ledger(run, first, end)
    shares = ", ".join(f"{group.name} {group.share:+.3f}" for group in account.groups)
    logits, labels = run.validation.logits[-1].astype(np.float64), run.validation.labels
    if len(labels) < 2 or not np.isfinite(logits).all():
        return f"Who pays, in nats: {shares}."
    temperature, _, loss = cooled(logits, labels)
    return (
        f"Who pays, in nats: {shares}. Divided by one temperature of {temperature:.3g} the loss "
        f"would be {nats(loss)}, with every answer the same."
    )


def cooled(logits: FloatArray, labels: IntArray) -> tuple[float, float, float]:
    """Give the temperature fitted on every second example; the loss of the others, and with it."""
    temperature = fit_temperature(logits[::2], labels[::2])
    others, answers = logits[1::2], labels[1::2]
    plain, loss = (float(cross_entropy(z, answers).mean()) for z in (others, others / temperature))
    return temperature, plain, loss
