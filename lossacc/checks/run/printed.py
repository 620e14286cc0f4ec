"""What a training printed held against what was recorded of the same epochs: two witnesses."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from lossacc.runs.run import Run
from lossacc.support.finding import Finding
from lossacc.support.text import nats, percent
from lossacc.support.types import BoolArray, FloatArray

LOSS, ACCURACY = "loss", "accuracy"
_EACH_UNIT = (
    "binary_accuracy"  # counts unit by unit: of more than two classes not the right answers
)
# Any other, such as `balanced_accuracy`, may count something else.
_ACCURACIES = {
    "acc", ACCURACY, _EACH_UNIT, "categorical_accuracy", "sparse_categorical_accuracy",
}  # fmt: skip
_PERCENT = 1.5  # more than this is no share, even with rounding
_ROLE = {"train": "training", "validation": "validation"}
_CLAMP = -math.log(1e-7)  # what Keras lets an example cost that is given as a probability
_ROUNDED = 0.01  # of a loss or a share: half precision, and the last digits of two programs
_TWO = 2.5  # examples whose answers may differ by rounding alone
_SURE = 4.0  # standard errors: chance does that once in 16,000
_FACTOR = 5.0  # by which one loss lies above another: more than the weights of a few make of it
_BEYOND = 0.1  # above both ends of an epoch: more than its mean can be by moving weights
_SAME = 1e-3


@dataclass(frozen=True, eq=False)
class Pair:
    """One printed column beside what was recorded of the same thing.

    Parameters
    ----------
    name
        What it was printed as.
    on, kind
        "train" or "validation"; "loss" or "accuracy".
    size
        The number of recorded examples.
    epochs
        Shape (R,): the epochs at which it was printed.
    printed, recorded, before
        Shape (R,): as printed; as recorded at the epoch's end, and at the end of the one before
        (NaN where there is none). A recorded loss has the penalty in it, as the printed one.
    least
        Shape (R,): as `recorded`, with what no example may cost more than where Keras is handed
        probabilities. As `recorded` for an accuracy.
    """

    name: str
    on: str
    kind: str
    size: int
    epochs: FloatArray
    printed: FloatArray
    recorded: FloatArray
    before: FloatArray
    least: FloatArray

    @property
    def chance(self) -> FloatArray:
        """How far chance may move an accuracy on so many examples, shape (R,)."""
        p = np.clip(self.recorded, 0.5 / self.size, 1 - 0.5 / self.size)
        return np.asarray(_SURE * np.sqrt(p * (1 - p) / self.size))

    @property
    def agrees(self) -> BoolArray:
        """Whether the two are the same but for rounding, shape (R,)."""
        slack = _ROUNDED * np.maximum(1, np.abs(self.recorded))
        if self.kind == ACCURACY:
            slack = np.maximum(slack, _TWO / self.size)
        found = (self.printed >= self.least - slack) & (self.printed <= self.recorded + slack)
        return np.asarray(found)

    def said(self, value: float) -> str:
        """Write one of its numbers."""
        return percent(value) if self.kind == ACCURACY else nats(value)

    def scored(self, value: float) -> str:
        """Say what the network reaches."""
        if self.kind == ACCURACY:
            return f"is right in {percent(value)}"
        return f"has a loss of {nats(value)}"


def pairs(run: Run) -> list[Pair]:
    """Give the printed losses and accuracies of a run, each with what was recorded of it.

    A printed loss that was trained on something else than plain cross-entropy is compared with the
    recorded objective, which only the training set has.
    """
    found, output = [], run.settings.get("output")
    own = f"{output}_" if output else ""  # of several outputs each names its numbers
    for name, values in run.printed.items():
        on, bare = ("validation", name[4:]) if name.startswith("val_") else ("train", name)
        kind = _kind(bare.removeprefix(own)) if bare.startswith(own) else ""
        if on not in run.sets or not kind:
            continue
        recorded = _recorded(run, name, on, kind)
        if recorded is not None:
            found.append(_pair(run, name, on, kind, np.asarray(values, np.float64), *recorded))
    return [pair for pair in found if len(pair.epochs)]


def _kind(bare: str) -> str:
    """Tell whether a name is that of the loss or of an accuracy."""
    if bare == LOSS:
        return LOSS
    return ACCURACY if bare.lower() in _ACCURACIES else ""


def _certain(run: Run, pair: Pair) -> bool:
    """Tell whether its name says that it counts the right answers."""
    return not _each_unit(pair.name) or run.scores(pair.on).classes == 2


def _each_unit(name: str) -> bool:
    return name.lower().endswith(_EACH_UNIT)


def largest(run: Run, on: str) -> FloatArray:
    """Give how often the largest output is the largest label, as Keras' accuracy counts a row.

    Where one of several yes-or-no answers to an input is yes, that names the class; elsewhere it
    is the share of right answers.
    """
    scores, units = run.scores(on), int(run.settings.get("answers", 1))
    labels = scores.labels.reshape(-1, units)
    if units == 1 or not (labels.sum(axis=1) == 1).all():
        return scores.accuracy
    margins = scores.logits[..., 1] - scores.logits[..., 0]
    named = margins.reshape(len(margins), -1, units).argmax(axis=2)
    return np.asarray((named == labels.argmax(axis=1)).mean(axis=1))


def _recorded(run: Run, name: str, on: str, kind: str) -> tuple[FloatArray, FloatArray] | None:
    """Give what was recorded, shape (R,), and the least that it may be printed as."""
    scores = run.scores(on)
    if kind == ACCURACY:
        accuracy = scores.accuracy if _each_unit(name) else largest(run, on)
        return accuracy, accuracy
    if run.objective is not None:
        total = np.asarray(run.objective + run.penalty)
        return (total, total) if on == "train" else None
    clamped = np.minimum(scores.cross_entropy, _CLAMP).mean(axis=1)
    return np.asarray(scores.loss + run.penalty), np.asarray(clamped + run.penalty)


def _pair(
    run: Run, name: str, on: str, kind: str, printed: FloatArray,
    recorded: FloatArray, least: FloatArray,
) -> Pair:  # fmt: skip
    before = np.append(np.nan, recorded[:-1])
    if kind == ACCURACY and np.nanmax(printed, initial=0.0) > _PERCENT:
        printed = printed / 100  # in percent
    rows = np.flatnonzero(np.isfinite(printed) & np.isfinite(recorded))
    epochs, size = run.epochs.astype(np.float64)[rows], run.scores(on).size
    beside = recorded[rows], before[rows], least[rows]
    return Pair(name, on, kind, size, epochs, printed[rows], *beside)


def printed_findings(run: Run, asked: Mapping[str, Finding] | None = None) -> Iterator[Finding]:
    """Say where what was printed and what was recorded do not fit each other.

    Parameters
    ----------
    asked
        Printed name to what the metric of that name was found to be, where it is something else
        than its name says.
    """
    for pair in pairs(run):
        if asked and (found := asked.get(pair.name.removeprefix("val_"))):
            yield from _misnamed(pair, found)
        elif (share := _counted(run, pair)) < 1 and _counts_all(pair, share):
            yield _left_out(pair, share)
        elif pair.on == "validation" and _certain(run, pair):
            yield from _validation(pair)
    yield from _one_step(run)


def _counted(run: Run, pair: Pair) -> float:
    """Give the share of the places that count: no mask, no weight of 0 leaves them out."""
    return float(run.settings.get("counted", {}).get(pair.on, 1.0))


def _counts_all(pair: Pair, share: float) -> bool:
    """Tell whether an accuracy is none of what counts, and may be one of all places."""
    if pair.on != "validation" or pair.kind != ACCURACY or pair.agrees.all():
        return False
    low = share * pair.recorded - pair.chance - _ROUNDED
    high = share * pair.recorded + 1 - share + pair.chance + _ROUNDED
    return bool(((pair.printed >= low) & (pair.printed <= high)).all())


def _left_out(pair: Pair, share: float) -> Finding:
    epoch, printed, recorded = pair.epochs[-1], pair.printed[-1], pair.recorded[-1]
    return Finding(
        pair.name,
        "wrong",
        f"The training printed {pair.said(printed)} as {pair.name} in epoch {epoch:.0f}; of the "
        f"places that count the network is right in {pair.said(recorded)}. A mask or a weight of 0 "
        f"leaves out {percent(1 - share)} of the places, and this metric counts them too.",
        "Say weighted_metrics=['accuracy']: it leaves out what has a weight of 0.",
    )


def _misnamed(pair: Pair, found: Finding) -> Iterator[Finding]:
    if pair.agrees.all():
        return
    epoch, printed, recorded = pair.epochs[-1], pair.printed[-1], pair.recorded[-1]
    yield Finding(
        pair.name,
        "wrong",
        f"The training printed {pair.said(printed)} as {pair.name} in epoch {epoch:.0f}; the "
        f"network is right in {pair.said(recorded)} of the {_ROLE[pair.on]} examples. {found.what}",
        found.remedy,
    )


def _validation(pair: Pair) -> Iterator[Finding]:
    """Compare numbers that should be the same: the same weights, the same mode, the same set."""
    off = np.flatnonzero(~pair.agrees)
    if len(off) * 2 < len(pair.epochs):
        return
    constant = len(pair.printed) > 1 and np.ptp(pair.printed) == 0
    if constant and np.ptp(pair.recorded) > _ROUNDED:
        yield _stuck(pair)
        return
    worst = off[np.abs(pair.printed - pair.recorded)[off].argmax()]
    printed, recorded = float(pair.printed[worst]), float(pair.recorded[worst])
    gap = abs(printed - recorded)
    told = (
        f"The training printed {pair.said(printed)} as {pair.name} in epoch "
        f"{pair.epochs[worst]:.0f}; on the recorded validation examples the network "
        f"{pair.scored(recorded)} then."
    )
    if pair.kind == ACCURACY and gap > _ROUNDED + 2 * pair.chance[worst]:  # of a quarter
        yield Finding(
            pair.name,
            "wrong",
            f"{told} It validated on other examples than these, or prepared them otherwise.",
            "Record the examples that the training validates on, prepared in the same way.",
        )
    elif pair.kind == LOSS and _far_apart(printed, recorded):
        yield Finding(
            pair.name,
            "wrong",
            f"{told} That is more than weights make of it: it validated on other examples than "
            "these, or prepared them otherwise.",
            "Record the examples that the training validates on, prepared in the same way.",
        )
    elif gap > 3 * _ROUNDED:
        because = (
            "a part of them, or a few others"
            if pair.kind == ACCURACY
            else "weights, another loss, or other examples"
        )
        yield Finding(pair.name, "note", f"{told} That may be {because}.")


def _far_apart(one: float, two: float) -> bool:
    low, high = sorted((one, two))
    return high > _FACTOR * max(low, _BEYOND)


def _stuck(pair: Pair) -> Finding:
    printed, last = float(pair.printed[0]), float(pair.recorded[-1])
    return Finding(
        pair.name,
        "wrong",
        f"The training printed {pair.said(printed)} as {pair.name} in every epoch; the network "
        f"{pair.scored(last)} there at the end. So evaluation updates no metric of this name.",
        "A model with a train_step or `metrics` of its own needs a test_step of its own, which "
        "updates the same metrics.",
    )


def loss_below(run: Run) -> Iterator[Finding]:
    """Say where the printed training loss lies far below what was recorded before and after.

    Above it is what Dropout and augmentation do, below it what weights do.
    """
    for pair in pairs(run):
        if pair.on != "train" or pair.kind != LOSS or run.objective is not None:
            continue
        late = slice(len(pair.epochs) // 2, None)
        ends = np.fmin(pair.recorded, pair.before)[late]
        if (pair.printed[late] < ends / 2 - _BEYOND).all():
            yield Finding(
                pair.name,
                "note",
                f"The training printed a loss of {nats(float(pair.printed[-1]))} in epoch "
                f"{pair.epochs[-1]:.0f}; on the recorded training examples the network has "
                f"{nats(float(pair.recorded[-1]))}. Weights of the classes or examples do that, a "
                "loss of its own, or training mode with BatchNormalization.",
                "Say class_weight to the Recorder too, hand it (x, y, sample_weight), or see "
                "mode_gap. The validation loss is not weighted: compare accuracies class by class.",
            )


def _one_step(run: Run) -> Iterator[Finding]:
    """Say that an epoch of one batch prints the loss of the weights before its step."""
    for pair in pairs(run):
        if pair.on == "train" and pair.kind == LOSS and len(pair.epochs) > 2:
            late = np.abs(pair.printed - pair.before)[1:]
            now = np.abs(pair.printed - pair.recorded)[1:]
            scale = np.maximum(np.abs(pair.printed[1:]), _SAME)
            moved = bool((now > 10 * _SAME * scale).any())
            if moved and bool((late <= _SAME * scale).all()):
                yield Finding(
                    "lag",
                    "note",
                    "With one batch an epoch the printed loss is that of the weights before the "
                    f"step: the training printed {nats(float(pair.printed[-1]))} in epoch "
                    f"{pair.epochs[-1]:.0f}, whose weights have {nats(float(pair.recorded[-1]))}.",
                    "Choose the best epoch by a validation loss, which is that of the epoch's end.",
                )


def beyond(run: Run, asked: Mapping[str, Finding] | None = None) -> Pair | None:
    """Give the printed training accuracy, where it lies above what the recorded one can explain.

    A mean over an epoch lies between what its first and its last weights give, but for the mode of
    training, and for how far the accuracy moves to and fro. Only what lies above is told: Dropout
    and augmentation take it below in most sound trainings. What is `asked`, as in
    `printed_findings`, is no accuracy.
    """
    for pair in pairs(run):
        if pair.on != "train" or pair.kind != ACCURACY or not _certain(run, pair):
            continue
        if asked and pair.name in asked:
            continue
        ends = np.fmax(pair.recorded, pair.before)
        late = slice(len(ends) // 2, None)
        swing = np.nanmax(np.append(np.abs(pair.recorded - pair.before)[late], 0.0))
        above = pair.printed - ends - pair.chance - 2 * swing
        if (above[late] > _BEYOND).mean() > 0.5 and above[-1] > _BEYOND:
            return pair
    return None
