"""`lossacc.check_run`: what a recorded training says against itself.

Two witnesses speak of each epoch: what the training printed, and what was recorded. And two sets of
examples were at hand: those that it learned, and those that it was judged by.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from lossacc.checks.model.report import Audit
from lossacc.checks.run.moves import movement_findings
from lossacc.checks.run.printed import Pair, beyond, loss_below, printed_findings
from lossacc.checks.run.renaming import renaming_findings
from lossacc.checks.run.sets import Sample, order_findings, set_findings
from lossacc.runs.run import Run
from lossacc.support import validate
from lossacc.support.finding import Finding
from lossacc.support.text import percent

__all__ = ["check_run", "findings_of"]

CHECKS = ("printed against recorded", "outputs", "one answer", "class numbers")
SETS = ("same examples", "scale", "classes", "order")


def check_run(run: Run, train: Any = None, validation: Any = None) -> Audit:
    """Hold what a training printed against what was recorded, and its two sets against each other.

    Parameters
    ----------
    run
        The run, from `train`, a `Recorder` or a `RunBuilder`.
    train, validation
        Pairs (x, y) of the examples, all of them or those that were recorded. Without them the
        sets are not compared.

    Returns
    -------
    Audit
        The findings, each with what to do. `recorder.findings` gives the same and more, as it has
        the examples and the model.

    Raises
    ------
    TypeError, ValueError
        If the run or a set is something else.

    Examples
    --------
    >>> print(lossacc.check_run(builder.run, (x, y), (x_val, y_val)))  # doctest: +SKIP
    """
    validate.instance("run", run, Run, "a Run")
    sets = [_sample(n, pair, run) for n, pair in (("train", train), ("validation", validation))]
    found = [*findings_of(run), *between(*sets)]
    checked, left = _made(*sets)
    return Audit(str(run), tuple(found), checked, left)


def _made(
    train: Sample | None, validation: Sample | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Name the checks that were made, and those that were not."""
    made: tuple[str, ...]
    if train is None or validation is None:
        made = SETS[-1:] if train is not None else ()
    else:
        made = SETS if train.x.shape[1:] == validation.x.shape[1:] else SETS[2:]
    return (*CHECKS, *made), tuple(name for name in SETS if name not in made)


def either(pair: Pair) -> Finding:
    """Say what may make a printed training accuracy lie far above what was recorded."""
    return Finding(
        pair.name,
        "note",
        f"The training printed {percent(float(pair.printed[-1]))} as {pair.name} in epoch "
        f"{pair.epochs[-1]:.0f}; on the recorded training examples this network is right in "
        f"{percent(float(pair.recorded[-1]))} in evaluation mode. Either training mode gives other "
        "answers (BatchNormalization), or it was trained on other examples than these.",
        "Score the same examples in training mode: `mode_gap` does so in Keras, and "
        ".github/FRAMEWORKS.md has the lines for PyTorch.",
    )


def findings_of(
    run: Run,
    asked: Mapping[str, Finding] | None = None,
    judge: Callable[[Pair], Finding] = either,
) -> Iterator[Finding]:
    """Give the findings of a run alone.

    Parameters
    ----------
    asked
        As in `printed_findings`.
    judge
        Says what a printed training accuracy comes from that lies far above the recorded one.
    """
    yield from printed_findings(run, asked)
    pair = beyond(run, asked)
    if pair is not None:
        yield judge(pair)
    else:
        yield from loss_below(run)
        yield from movement_findings(run)
    yield from _one_answer(run)
    yield from renaming_findings(run)


def _one_answer(run: Run) -> Iterator[Finding]:
    """Say that all examples get one answer at the end."""
    rate = run.base_rate(run.main)
    if rate.one_answer and rate.images > 1 and len(run.epochs) > 1:
        yield Finding(
            "one answer", "note", rate.headline, "See run.base_rate(), and confusion_picture."
        )


def between(
    train: Sample | None, validation: Sample | None, *, split: bool = False
) -> Iterator[Finding]:
    """Give the findings of the two sets of examples, of as much as there is.

    `split`: whether the validation examples were split off from those of training.
    """
    if train is not None and validation is not None:
        yield from set_findings(train, validation)
    if train is not None and train.labels is not None:
        yield from order_findings(train.labels, split=split)


def _sample(name: str, pair: Any, run: Run) -> Sample | None:
    """Read a pair (x, y) of the classes of a run, or nothing."""
    if pair is None:
        return None
    if not isinstance(pair, (tuple, list)) or len(pair) != 2:
        raise TypeError(f"{name} is {validate.quoted(pair)}; expected a pair (x, y) of arrays.")
    x = validate.array(f"x of {name}", pair[0])
    size, classes = len(x) if x.ndim else None, run.train.classes
    labels = validate.labels(f"y of {name}", pair[1], size=size, classes=classes)
    return Sample(x, labels)
