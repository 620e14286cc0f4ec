"""The numbers that `two-modes` reads from its runs.

What is measured of the network at the end stands in the run's settings, under "modes": see
`mode_measures`. Losses are in nats and without the penalty, accuracies from 0 to 1.
"""

from __future__ import annotations

import math

import numpy as np

from lossacc.claims.rules import Evidence
from lossacc.lessons.two_modes.toy import pooled
from lossacc.runs.run import Run
from lossacc.support.types import FloatArray

LATE = slice(-10, None)  # epochs
FALLING = slice(1, 31)  # the epochs in which the plain network falls smoothly
SETTLED = 5  # the epoch from which on leaps are counted
ALL_ALIKE = math.log(6)  # the loss of one sixth for every class


def mode(run: Run, name: str) -> float:
    """Give a number that was measured at the end of a run; NaN where it was not."""
    return float(run.settings.get("modes", {}).get(name, math.nan))


def printed(run: Run) -> FloatArray:
    """Give the printed training loss without the penalty, shape (R,); NaN where there is none."""
    loss = run.printed.get("loss")
    return np.full(len(run.epochs), np.nan) if loss is None else np.asarray(loss - run.penalty)


def training(run: Run) -> float:
    """Give the loss in training mode at the end, without the penalty."""
    return mode(run, "training") - mode(run, "part penalty")


def _apart(run: Run) -> float:
    """Give the loss in training mode less that in evaluation mode, at the end."""
    return training(run) - float(run.train.loss[-1])


def _late(values: FloatArray) -> float:
    """Give the mean over the last tenth of the epochs."""
    rows = max(1, (len(values) - 1) // 10)
    return float(values[-rows:].mean())


def both_ways(dropped: Run, few: Run) -> Evidence:
    """Read which mode costs more: with dropout, and after few updates of running statistics."""
    return {"with dropout": _apart(dropped), "after few updates": _apart(few)}


def place(before: Run, after: Run) -> Evidence:
    """Read what dropout before and after the pooling does to the training images' accuracy."""
    found = {}
    for name, run in (("before", before), ("after", after)):
        left = float(run.train.accuracy[-1])
        found[f"{name}, gain of new statistics"] = mode(run, "recomputed accuracy") - left
        found[f"{name}, evaluation less training mode"] = left - mode(run, "training accuracy")
    return found


def variance(run: Run) -> Evidence:
    """Read how much larger dropout makes the variance behind the second convolution."""
    names = ("variance shift at the start", "variance shift")
    return {"at the start": mode(run, names[0]), "at the end": mode(run, names[1])}


def predicted(both: Run, before: Run, after: Run) -> Evidence:
    """Set the variance shift behind the first block beside that of four independent units."""
    found: dict[str, float] = {}
    off = []
    runs = {"both": both, "before": before, "after": after}
    for toy, (name, run) in zip(_toys(), runs.items(), strict=True):
        measured = mode(run, "block shift at the start")
        found |= {f"{name}, by hand": toy, f"{name}, in the network": measured}
        off.append(abs(measured / toy - 1))
    return found | {"furthest off": max(off)}


def _toys() -> tuple[float, float, float]:
    """Give the variance of pooled units with dropout over that without: both, before, after."""
    whole, before = pooled(0.0), pooled(0.7)
    moments = (before.dropped(0.5), before, whole.dropped(0.5))
    both, first, last = (one.variance / whole.variance for one in moments)
    return both, first, last


def other_network(base: Run, quick: Run) -> Evidence:
    """Read what a lower momentum takes off the validation loss, and what new statistics do."""
    left = _late(base.scores("validation").loss)
    return {
        "fall by the momentum": left - _late(quick.scores("validation").loss),
        "fall by new statistics": left - mode(base, "recomputed, validation"),
    }


def few_updates(slow: Run, quick: Run) -> Evidence:
    """Read how much more evaluation costs than training mode, at a momentum of .99 and of .9."""
    return {
        "at .99": -_apart(slow),
        "at .9": -_apart(quick),
        "statistics recomputed": mode(slow, "recomputed") - training(slow),
        "printed losses apart": float(np.abs(printed(slow) - printed(quick))[1:].max()),
    }


def ruined(run: Run) -> Evidence:
    """Read what became of a network that saw one image at a time."""
    left, new = float(run.train.accuracy[-1]), mode(run, "recomputed accuracy")
    return {
        "training mode": training(run),
        "evaluation mode": float(run.train.loss[-1]),
        "accuracy, statistics recomputed": left if math.isnan(new) else new,
    }


def halved(two: Run, four: Run, plain_two: Run, plain_four: Run) -> Evidence:
    """Read what batches of two lose in validation accuracy against four, statistics recomputed."""
    return {
        "batches of 2": _best(two),
        "batches of 4": _best(four),
        "loss": _best(four) - _best(two),
        "loss, plain": _best(plain_four) - _best(plain_two),
    }


def _best(run: Run) -> float:
    """Give the validation accuracy at the end, with new statistics where there are any."""
    new = mode(run, "recomputed, validation accuracy")
    return float(run.scores("validation").accuracy[-1]) if math.isnan(new) else new


def batch_sizes(run: Run) -> Evidence:
    """Read what the batches that a trained network is handed make of its answers."""
    return {
        "batches of 1, training mode": mode(run, "in batches of 1"),
        "batches of 32, training mode": mode(run, "in batches of 32"),
        "evaluation mode, loss apart": abs(
            mode(run, "evaluation in batches of 1") - mode(run, "evaluation in batches of 32")
        ),
    }


def lag(run: Run) -> Evidence:
    """Compare the printed loss with that in evaluation mode, at the end and in mid-epoch."""
    own, whole = printed(run)[FALLING], run.train.loss[: FALLING.stop]
    ends, middles = whole[1:], (whole[1:] + whole[:-1]) / 2
    gap, shifted = float(np.abs(own - ends).mean()), float(np.abs(own - middles).mean())
    return {"gap": gap, "shifted by half an epoch": shifted, "share left": shifted / gap}


def above(run: Run) -> Evidence:
    """Read whether the printed training loss lies above validation, and which part puts it there.

    Over the last ten epochs; the parts are those of the last one.
    """
    held_out = run.scores("validation").loss[LATE]
    gap = sum(mode(run, f"part {part}") for part in ("dropout", "batch statistics", "lag"))
    return {
        "epochs with printed above validation": float((printed(run)[LATE] > held_out).sum()),
        "epochs with evaluation below validation": float((run.train.loss[LATE] < held_out).sum()),
        "gap": gap,
        "part of dropout": mode(run, "part dropout"),
    }


def rates(normal: Run, plain: Run) -> Evidence:
    """Read what a rate leaves of a network with BatchNormalization and of one without."""
    return {
        "training mode": mode(normal, "training accuracy"),
        "training mode, plain": mode(plain, "training accuracy"),
    }


def leaps(run: Run) -> Evidence:
    """Read the largest rise from one epoch to the next of both losses, once training is going."""
    held_out = run.scores("validation").loss
    return {
        "validation": float(np.diff(held_out)[SETTLED:].max()),
        "printed": float(np.diff(printed(run))[SETTLED:].max()),
    }


def gain_validation(without: Run, given: Run) -> float:
    """Give the gain in validation accuracy over the last tenth of the epochs."""
    return _late(given.scores("validation").accuracy) - _late(without.scores("validation").accuracy)


def gain_recomputed(_: Run, run: Run) -> float:
    """Give what new statistics gain in validation accuracy over those that training left."""
    return mode(run, "recomputed, validation accuracy") - float(
        run.scores("validation").accuracy[-1]
    )


def gain_both_recomputed(without: Run, given: Run) -> float:
    """Give the gain in validation accuracy, statistics recomputed in both."""
    name = "recomputed, validation accuracy"
    return mode(given, name) - mode(without, name)


def gain_loss(without: Run, given: Run) -> float:
    """Give the fall of the validation loss at the end, with new statistics where there are any."""
    return _settled(without) - _settled(given)


def _settled(run: Run) -> float:
    new = mode(run, "recomputed, validation")
    return float(run.scores("validation").loss[-1]) if math.isnan(new) else new
