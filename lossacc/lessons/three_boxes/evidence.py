"""The numbers that `three-boxes` reads from its runs.

The cuts are those of the base, after epochs 12 and 48, also in arms in which something else is
done there: so the same epochs are compared.
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from lossacc.analysis.calibration import fit_temperature, reliability, with_temperature
from lossacc.analysis.ledger import Ledger
from lossacc.analysis.phases import (
    SETTLED,
    WINDOW,
    Change,
    change_ledger,
    fall,
    improves,
    rise,
)
from lossacc.analysis.weight_norms import effective_rate, norms_of
from lossacc.claims.rules import Evidence
from lossacc.losses.cross_entropy import cross_entropy
from lossacc.runs.run import Run

FIRST, SECOND = 12, 48  # the last epochs before the cuts
LATE = slice((FIRST + SECOND) // 2 + 1, SECOND + 1)  # epochs: the second half between them
LAST = slice(-5, None)
SLOWLY = 20  # epochs, of a tenth of the steps each, that a larger batch is given to settle
NOISY = slice(
    FIRST + 1, 2 * FIRST + 1
)  # after the first cut, as far as the arm with fresh noise goes


def between(run: Run) -> Change:
    """Compare the low between the cuts with the second half of that stretch."""
    return _told(rise(run, run.at(FIRST), run.at(SECOND)))


def at_second(run: Run, settled: int = SETTLED) -> Change:
    """Compare the second half between the cuts with the epochs soon after the second one."""
    return _told(fall(run, run.at(FIRST), run.at(SECOND), settled))


def _told(change: Change | None) -> Change:
    assert change is not None  # the arms that are compared have epochs enough
    return change


def rising(run: Run) -> Evidence:
    """Read what loss and accuracy do between the cuts."""
    return _risen(between(run))


def _risen(change: Change) -> Evidence:
    return {
        "rise of the loss": change.of_loss,
        "rise of the loss, of itself": change.of_loss / change.loss[0],
        "gain in accuracy": change.of_accuracy,
    }


def cooled_rise(run: Run) -> Evidence:
    """Read the same, and how much the loss rises with the best temperature for each epoch."""
    return _cooled_rise(run, between(run))


def red_rise(run: Run) -> Evidence:
    """Read the same, and the accuracy against its own best in the first half of the stretch.

    Loss and accuracy are treated alike: each against its own best `WINDOW` epochs. Those of the
    lowest loss need not be those of the highest accuracy.
    """
    accuracy = run.scores("validation").accuracy[run.at(FIRST) + 1 : LATE.start]
    best = sliding_window_view(accuracy, WINDOW).mean(axis=1).max()
    return {
        **cooled_rise(run),
        "fall of the accuracy from its best": float(best - between(run).accuracy[1]),
    }


def whole_rise(run: Run) -> Evidence:
    """Read the same of the whole run, as if it were one stretch."""
    return _cooled_rise(run, _told(rise(run, 0, len(run.epochs) - 1)))


def _cooled_rise(run: Run, change: Change) -> Evidence:
    low, late = (
        np.mean(
            [
                _cooled(run, row, half)[2]
                for row in range(run.at(first), run.at(last) + 1)
                for half in (0, 1)
            ]
        )
        for first, last in (change.before, change.after)
    )
    return {**_risen(change), "rise with a temperature": float(late - low)}


def released(base: Run, other: Run) -> Evidence:
    """Compare the second half between the cuts with decay and without."""
    one, two = between(base), between(other)
    return {
        "loss in the second half, without minus with": two.loss[1] - one.loss[1],
        "accuracy in the second half, without minus with": two.accuracy[1] - one.accuracy[1],
    }


def falling(run: Run) -> Evidence:
    """Read what loss and accuracy do at the second cut, or at what is done in its place."""
    change = at_second(run)
    return {
        "fall of the loss": -change.of_loss,
        "fall of the loss, of itself": -change.of_loss / change.loss[0],
        "gain in accuracy": change.of_accuracy,
        "green": float(improves(run, change)),
    }


def falling_slowly(run: Run) -> Evidence:
    """Read the same from the twentieth epoch on: a tenth of the steps takes more epochs."""
    change = at_second(run, SLOWLY)
    rows = slice(run.at(change.after[0]), run.at(change.after[1]) + 1)
    highest = float(run.scores("validation").loss[rows].max())
    return {
        "fall of the loss": -change.of_loss,
        "least fall, of itself": 1 - highest / change.loss[0],
        "gain in accuracy": change.of_accuracy,
    }


def is_green(read: Evidence) -> bool:
    """Tell whether it is a green box, by the rule of `lossacc.analysis.phases`."""
    return read["green"] == 1


def shrinking(run: Run) -> Evidence:
    """Read what happens between the cuts, at one rate, to the kernels and to the effective rate."""
    before, after = run.at(FIRST), run.at(SECOND)
    norms, rates = norms_of(run), effective_rate(run)
    return {
        "length of the kernels, of itself": float(norms[after] / norms[before]),
        "effective rate, times": float(rates[after] / rates[before + 1]),
    }


def holding(free: Run, held: Run) -> Evidence:
    """Compare the stretch between the cuts at a free and at a held effective rate."""
    one, other = between(free), between(held)
    return {
        "rise of the loss": one.of_loss,
        "rise of the loss, held": other.of_loss,
        "loss in the second half, held minus free": other.loss[1] - one.loss[1],
        "accuracy in the second half, held minus free": other.accuracy[1] - one.accuracy[1],
    }


def meanings(strong: Run, weak: Run) -> Evidence:
    """Read the kernels between the cuts with Keras' decay tenfold, and as the number says."""
    return {
        "length, tenfold": shrinking(strong)["length of the kernels, of itself"],
        "length, same number": shrinking(weak)["length of the kernels, of itself"],
        "gain in accuracy, tenfold": rising(strong)["gain in accuracy"],
        "gain in accuracy, same number": rising(weak)["gain in accuracy"],
    }


def training_falls(run: Run) -> Evidence:
    """Read the training loss, in evaluation mode, before and after the second cut.

    Over the same epochs as for a green box. Before the cut it is the median, since a few wild
    epochs can double the mean, and then any calm stretch would look like a fall.
    """
    row, loss = run.at(SECOND), run.train.loss
    after = float(loss[row + SETTLED : row + SETTLED + WINDOW].mean())
    before = float(np.median(loss[LATE]))
    return {"before": before, "after": after, "left": after / before}


def ledger_between(run: Run) -> Ledger:
    """Account for the loss between the low and the second half of the stretch between the cuts."""
    return change_ledger(run, between(run))


def payers(run: Run) -> Evidence:
    """Read `ledger_between`: who pays, and how many images change sides."""
    account = ledger_between(run)
    flips = account.counts["newly right"] + account.counts["newly wrong"]
    return {
        "rise of the loss": account.loss_change,
        "paid by those that stayed wrong": account.shares["stayed wrong"],
        "images that change sides": flips / account.size,
    }


def cooled(run: Run) -> Evidence:
    """Fit a temperature at the end on one half of the validation images; judge it on the other."""
    temperature, plain, loss = _cooled(run, -1)
    return {
        "temperature": temperature,
        "loss": plain,
        "loss with it": loss,
        "confidence minus accuracy": reliability(run.scores("validation"), -1).overconfidence,
    }


def _cooled(run: Run, row: int, half: int = 0) -> tuple[float, float, float]:
    """Give the temperature fitted on one half, and the loss of the other without and with it.

    The halves are 0, every second image from the first on, and 1, the others.
    """
    scores = run.scores("validation")
    logits, labels = scores.logits[row], scores.labels
    fit = np.arange(len(labels)) % 2 == half
    temperature = fit_temperature(logits[fit], labels[fit])
    rest, answers = logits[~fit], labels[~fit]
    plain = float(cross_entropy(rest, answers).mean())
    return (
        temperature,
        plain,
        float(cross_entropy(with_temperature(rest, temperature), answers).mean()),
    )


def two_losses(run: Run) -> Evidence:
    """Compare three losses after the first cut: training as printed, training scored, validation.

    Half an epoch's fall is what a mean over the epoch lags behind its end.
    """
    train, held_out = run.train.loss, run.scores("validation").loss
    printed = run.printed["loss"][NOISY] - held_out[NOISY]
    before = slice(NOISY.start - 1, NOISY.stop - 1)
    lag = (train[before] - train[NOISY]) / 2
    return {
        "printed minus validation": float(printed.mean()),
        "scored minus validation": float((train[NOISY] - held_out[NOISY]).mean()),
        "printed minus scored": float((run.printed["loss"][NOISY] - train[NOISY]).mean()),
        "lag of the mean": float(lag.mean()),
        "epochs with training below": float((train[NOISY] < held_out[NOISY]).mean()),
    }


def end_loss(run: Run) -> float:
    """Give the mean validation loss of the last five epochs."""
    return float(run.scores("validation").loss[LAST].mean())


def end_accuracy(run: Run) -> float:
    """Give the mean validation accuracy of the last five epochs."""
    return float(run.scores("validation").accuracy[LAST].mean())


def gain_loss(without: Run, given: Run) -> float:
    """Give how much lower the validation loss ends."""
    return end_loss(without) - end_loss(given)


def gain_accuracy(without: Run, given: Run) -> float:
    """Give how much higher the validation accuracy ends."""
    return end_accuracy(given) - end_accuracy(without)


def gain_late_loss(without: Run, given: Run) -> float:
    """Give how much lower the validation loss is in the second half between the cuts."""
    losses = [float(run.scores("validation").loss[LATE].mean()) for run in (without, given)]
    return losses[0] - losses[1]


def gain_late_accuracy(without: Run, given: Run) -> float:
    """Give how much higher the validation accuracy is in the second half between the cuts."""
    right = [float(run.scores("validation").accuracy[LATE].mean()) for run in (without, given)]
    return right[1] - right[0]


def gain_low_loss(_: Run, run: Run) -> float:
    """Give how much lower the loss is at the low between the cuts than at the end."""
    return end_loss(run) - between(run).loss[0]


def gain_low_accuracy(_: Run, run: Run) -> float:
    """Give how much higher the accuracy is at the low between the cuts than at the end."""
    return between(run).accuracy[0] - end_accuracy(run)


def gain_cooled(_: Run, run: Run) -> float:
    """Give how much lower the loss is at the end with a temperature."""
    found = cooled(run)
    return found["loss"] - found["loss with it"]
