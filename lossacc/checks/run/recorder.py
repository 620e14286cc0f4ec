"""`Recorder` with a second look: what it holds is held against what `fit` printed."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from typing import Any, get_args

import numpy as np

from lossacc.analysis.near_duplicates import first_copies
from lossacc.checks.model import audit
from lossacc.checks.model.check_answers import LABELS
from lossacc.checks.model.check_optimizer import unfit_optimizer
from lossacc.checks.modes import mode_gap
from lossacc.checks.run import between, either, findings_of
from lossacc.checks.run.padding import padding_findings
from lossacc.checks.run.printed import ACCURACY, Pair, pairs
from lossacc.checks.run.printed_table import Printed, printed_table
from lossacc.checks.run.sets import Sample
from lossacc.data import Examples
from lossacc.runs.run import Run
from lossacc.support.finding import Finding, Severity
from lossacc.support.text import percent
from lossacc.training import recorder
from lossacc.training.batches import rows_of, size_of
from lossacc.training.example_sample import Probe, draw, quota

SEVERITIES = get_args(Severity)
UNITS = "output units"  # the audit's name of its check
_LINES = 3  # shown after `fit`
_ASKED = 64  # examples that a metric is asked about


class Recorder(recorder.Recorder):
    """Record an ordinary `model.fit`: `model.fit(..., callbacks=[recorder])`, then `recorder.run`.

    It takes and gives what `lossacc.training.recorder.Recorder` does. Beside that it holds what was
    recorded against what `fit` printed, and the training examples against the validation examples:
    `recorder.findings`. What must be put right is printed after `fit`, in three lines at most.
    """

    _found: tuple[Any, tuple[Finding, ...]] = (None, ())

    @functools.wraps(recorder.Recorder.__init__)  # type: ignore[misc]  # of a constructor
    def __init__(self, *given: Any, **settings: Any) -> None:
        super().__init__(*given, **settings)
        # A pipeline can be walked through a second time.
        self._source = given[1] if len(given) > 1 else settings.get("validation")

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is wrong with the run so far, or worth knowing, the gravest first.

        What `fit` printed is held against what was recorded, and the training examples against the
        validation examples. Where the two witnesses of training part, the model is asked: its
        metric, and what it answers in training mode. It is left as it was.

        Raises
        ------
        ValueError
            If nothing was recorded yet.
        """
        runs = self.runs
        key = (id(self._records), len(self._losses))
        if self._found[0] != key:
            found = [
                one
                for run in runs.values()
                for one in findings_of(run, self._asked(run), self._above)
            ]
            found += [*self._of_model(), *self._of_sets()]
            self._found = (key, graded(found))
        return self._found[1]

    @property
    def printed(self) -> Printed | dict[str, Printed]:
        """Each number that `fit` printed beside what was recorded; of several outputs one each.

        Raises
        ------
        ValueError
            If nothing was recorded yet.
        """
        found = {name: printed_table(run) for name, run in self.runs.items()}
        return found[""] if set(found) == {""} else found

    def on_train_end(self, logs: Any = None) -> None:
        """Say what recording took, and what is wrong, where `fit` prints its progress."""
        super().on_train_end(logs)
        if (self.params or {}).get("verbose"):
            try:
                lines = told(self.findings)
            except Exception as error:  # a training of hours is not to end in an error of ours
                lines = [f"the run was not checked: {type(error).__name__}: {error}"]
            for line in lines:
                print(line)

    def _of_model(self) -> Iterator[Finding]:
        """Give those of the model: its optimizer, and its outputs that are numbers."""
        unfit = unfit_optimizer(self.model)
        if unfit is not None:
            yield unfit
        if self._current.numbers:
            yield from self._of_numbers()

    def _of_numbers(self) -> Iterator[Finding]:
        """Ask what an accuracy means, and whether the loss takes such labels, of numbers."""
        try:
            asked = audit(self.model, *self._few()).findings
        except (TypeError, ValueError):  # a model that it does not examine
            return
        for one in asked:
            if one.severity == "wrong" and one.check in (ACCURACY, LABELS, UNITS):
                yield one

    def _few(self) -> tuple[Any, Any]:
        """Give the few training examples that a metric is asked about."""
        examples = self._sets["train"].examples
        x, y = rows_of(examples, np.arange(min(_ASKED, size_of(examples))))
        return x, y

    def _of_sets(self) -> Iterator[Finding]:
        """Give those of the two sets of examples."""
        # Without a record every output is trained towards numbers, which are no classes.
        read = functools.partial(_sample, classes=bool(self._records))
        train, held_out = self._sets["train"], self._sets.get("validation")
        validation = None if held_out is None else read(held_out)
        yield from between(read(train), validation, split=held_out is None and self._validated)
        walked_once = isinstance(self._source, (tuple, list, Examples, Iterator))
        if held_out is not None and not held_out.note and not walked_once:
            yield from _second_pass(held_out, self._source)
        for name, run in self.runs.items():
            goal = self._records[name].goals["train"]
            yield from padding_findings(train.examples[0], goal, run.train.correct[-1])

    @property
    def _validated(self) -> bool:
        """Whether `fit` printed numbers of validation."""
        return any(n.startswith("val_") for run in self.runs.values() for n in run.printed)

    def _asked(self, run: Run) -> dict[str, Finding]:
        """Ask the metrics whose printed numbers cannot be the share of right answers."""
        doubted = [pair for pair in pairs(run) if pair.kind == ACCURACY and _doubtful(pair)]
        if not doubted:
            return {}
        try:
            asked = audit(self.model, *self._few()).findings
        except (TypeError, ValueError):  # a model that it does not examine
            return {}
        own = f"{run.settings['output']}_" if "output" in run.settings else ""
        names = {pair.name.removeprefix("val_") for pair in doubted}
        return {
            name: one
            for one in asked
            for name in names
            if one.check == ACCURACY and repr(name.removeprefix(own)) in one.what
        }

    def _above(self, pair: Pair) -> Finding:
        """Tell a mode from other examples, where the printed training accuracy lies far above."""
        printed, recorded = float(pair.printed[-1]), float(pair.recorded[-1])
        trained = self._in_training_mode(recorded, pair.size)
        return either(pair) if trained is None else _judged(pair, printed, recorded, trained)

    def _in_training_mode(self, recorded: float, size: int) -> float | None:
        """Give the accuracy of the network in training mode; None where it cannot be had."""
        x, y = self._sets["train"].examples
        steps = int((self.params or {}).get("steps") or 1)
        batch = max(1, -(-self._sets["train"].total // steps))
        try:
            gap = mode_gap(self.model, x, y, printed=None, batch_size=batch)
        except (TypeError, ValueError):
            return None
        moved = gap.accuracy is None or abs(gap.accuracy.evaluation - recorded) * size > 2
        return None if moved or gap.accuracy is None else gap.accuracy.training


def graded(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """Put the gravest first."""
    return tuple(sorted(found, key=lambda one: SEVERITIES.index(one.severity)))


def told(found: tuple[Finding, ...]) -> list[str]:
    """Give what must be put right in three lines at most."""
    wrong = [one for one in found if one.severity == "wrong"]
    shown = wrong if len(wrong) <= _LINES else wrong[: _LINES - 1]
    lines = [f"wrong ({one.check}): {one.what}" for one in shown]
    left = len(wrong) - len(shown)
    return [*lines, f"and {left} more: see recorder.findings"] if left else lines


def _doubtful(pair: Pair) -> bool:
    """Tell whether a printed accuracy is off by more than chance and moving weights make of it."""
    if pair.on == "validation":
        return bool((~pair.agrees).mean() > 0.5)
    low, high = np.fmin(pair.recorded, pair.before), np.fmax(pair.recorded, pair.before)
    off = np.maximum(pair.printed - high, low - pair.printed)
    return bool((off > 0.1 + pair.chance).mean() > 0.5)


def _judged(pair: Pair, printed: float, recorded: float, trained: float) -> Finding:
    """Say whether training mode bears out what was printed, or only other examples can."""
    told = (
        f"fit printed {percent(printed)} as {pair.name} in epoch {pair.epochs[-1]:.0f}; on your "
        f"training set this network is right in {percent(recorded)}"
    )
    if printed - trained < (printed - recorded) / 2:
        return Finding(
            pair.name,
            "note",
            f"{told} in evaluation mode, and in {percent(trained)} in training mode: the mode "
            "makes the difference.",
            "mode_gap says which layers; where it is BatchNormalization, recompute_statistics.",
        )
    more = (
        "" if abs(trained - recorded) < 0.005 else f", and in {percent(trained)} in training mode"
    )
    return Finding(
        pair.name,
        "wrong",
        f"{told}{more}: it was trained on other examples than these, or on other labels.",
        "Hand the Recorder what fit trains on: the same scaling, the same labels, the same order.",
    )


def _second_pass(first: Probe, pipeline: Any) -> Iterator[Finding]:
    """Walk through a validation pipeline once more, and say whether it gives the same examples."""
    one = first.examples[0]
    if not _is_numbers(one):
        return
    two = draw(pipeline, quota("all")).examples[0]
    if one.shape[1:] != two.shape[1:]:
        return
    places = first_copies([*one, *two])[len(one) :]
    new = int((places >= len(one)).sum())
    if new:
        yield Finding(
            "passes",
            "wrong",
            f"The validation data set changes from pass to pass: {new} of {len(two)} examples of a "
            "second pass were not in the first. Each epoch was judged by other examples.",
            "Fix the validation set: reshuffle_each_iteration=False before take and skip, and no "
            "augmentation.",
        )


def _is_numbers(x: Any) -> bool:
    return isinstance(x, np.ndarray) and x.dtype.kind in "iuf"


def _sample(probe: Probe, *, classes: bool) -> Sample:
    """Read what was recorded for comparison; what is no array of numbers is left out.

    `classes` says whether the labels are that.
    """
    x, y = probe.examples
    labels = None
    if classes and isinstance(y, np.ndarray) and y.dtype.kind in "biuf":
        if y.ndim == 2 and y.shape[1] > 1 and (y.sum(axis=1) == 1).all():
            labels = y.argmax(axis=1)
        elif y.size == len(y) and (y >= 0).all() and (y == np.rint(y)).all():
            labels = y.reshape(-1).astype(np.int64)
    return Sample(x if _is_numbers(x) else None, labels, probe.total)
