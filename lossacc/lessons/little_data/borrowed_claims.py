"""What `borrowed-features` claims, and the numbers that it reads from its runs."""

from __future__ import annotations

from lossacc.claims.experiment import Claim, Remedy
from lossacc.claims.rules import Evidence, above, all_of, at_least, at_most, equal
from lossacc.runs.run import Run


def right(run: Run) -> float:
    """Give the validation accuracy over the last three epochs."""
    return float(run.scores("validation").accuracy[-3:].mean())


def mismatch(own: Run, other: Run) -> Evidence:
    """Read what images in another range than the lent network's do to both sets."""
    return {
        "own range, validation": right(own),
        "other range, training": float(other.train.accuracy[-1]),
        "other range, validation": right(other),
    }


def statistics(frozen: Run, thawed: Run) -> Evidence:
    """Read how far running statistics moved, with a frozen base and with a thawed one."""
    return {
        "frozen, moved": float(frozen.settings["moved"]),
        "frozen, the two modes apart": _apart(frozen),
        "thawed, moved": float(thawed.settings["moved"]),
    }


def _apart(run: Run) -> float:
    """Give how far the printed loss is from the mean of evaluation mode before and after."""
    loss, printed = run.train.loss, run.printed["loss"]
    middle = (loss[1:] + loss[:-1]) / 2
    return float(abs(printed[1:] - middle)[-10:].max())


CLAIMS = (
    Claim(
        name="other range",
        sentence=(
            "A network that was trained on images from -50 to 50 and is given images from 0 to 1 "
            "has fewer than half of the training images right; given its own range, more than "
            "half of the validation images."
        ),
        catalogue=("C61",),
        reads=("base", "other range"),
        control=("other range", "base"),
        evidence=mismatch,
        measured="accuracy of the trained head at the end, training and validation",
        rule=all_of(at_most("other range, training", 0.5), at_least("own range, validation", 0.5)),
        effect="other range, training",
    ),
    Claim(
        name="frozen statistics",
        sentence=(
            "In a frozen base the running statistics do not move, in training mode either; in a "
            "thawed one they do."
        ),
        catalogue=("M07",),
        reads=("base", "all"),
        control=("all", "base"),
        evidence=statistics,
        measured="the largest change of a running mean or variance in training: 0, and above 0",
        rule=all_of(equal("frozen, moved", 0), above("thawed, moved", 0)),
        effect="thawed, moved",
    ),
)


def gain(without: Run, given: Run) -> float:
    """Give the gain in validation accuracy."""
    return right(given) - right(without)


def _row(arm: str, against: str, ids: tuple[str, ...], verdict: str, says: str) -> Remedy:
    return Remedy(arm, ids, "validation accuracy at the end", gain, 0.04, verdict, against, says)


_HEAD = "A linear layer on lent features, against"
_LAST = "The dense layer is trained too, not the head alone."
_ALL = "All layers are trained, against the last two."
_LENT = "All layers are trained, from lent weights, against new ones."
_STEADY = "BatchNormalization is frozen while all else is trained."

REMEDIES = (
    _row("base", "new weights", ("C69",), "does nothing", f"{_HEAD} a network of one's own."),
    _row("base", "pixels", ("C69",), "does nothing", f"{_HEAD} one on the pixels."),
    _row("last block", "base", ("C62",), "helps", _LAST),
    _row("all", "last block", ("C62",), "does nothing", _ALL),
    _row("all, high rate", "all", ("C62",), "does nothing", "All layers, at five times the rate."),
    _row("all, statistics frozen", "all", ("M07", "C62"), "does nothing", _STEADY),
    _row("all", "new weights", ("C62", "C69"), "helps", _LENT),
)
