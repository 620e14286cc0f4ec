"""`python -m tests.lessons.the_clinic.make`: train the case files of notebook 12 again, all ten.

The truth of a case is the fault that its plan puts into the training.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from lossacc.runs.run import Run
from lossacc.runs.scores import Scores
from lossacc.support.types import IntArray
from tests.benchmarks.clinic.plans import Plan
from tests.benchmarks.clinic.trainings import make, sets
from tests.project import ROOT

FOLDER = ROOT / "lossacc/lessons/the_clinic/cases"


class Made(NamedTuple):
    """A case: what is trained, the faults in it, and how its log is printed; None for a Run."""

    plan: Plan
    causes: frozenset[str]
    log: Callable[[Run], str] | None = None

    @property
    def looked_at(self) -> bool:
        """Whether a look at its training images decides."""
        return self.log is None and bool(self.causes & {"overfitting", "wrong labels"})


def bars(run: Run) -> str:
    """Print as Keras does, two lines an epoch."""
    steps = -(-run.train.size // 32)
    return "\n".join(
        f"Epoch {epoch}/{run.epochs[-1]}\n{steps}/{steps} - 0s - "
        + " - ".join(f"{name}: {run.printed[name][row]:.4f}" for name in _NAMES)
        for row, epoch in enumerate(run.epochs)
        if epoch
    )


def commas(run: Run) -> str:
    """Print as a CSVLogger does, epochs from 0."""
    rows = [
        ",".join([str(epoch - 1), *(f"{run.printed[name][row]:.4f}" for name in sorted(_NAMES))])
        for row, epoch in enumerate(run.epochs)
        if epoch
    ]
    return "\n".join([",".join(["epoch", *sorted(_NAMES)]), *rows])


def sentences(run: Run) -> str:
    """Print as a loop of one's own does, accuracies in percent."""
    return "\n".join(
        f"[epoch {epoch:02}] train loss {run.printed['loss'][row]:.3f} acc "
        f"{100 * run.printed['accuracy'][row]:.1f}% | val loss {run.printed['val_loss'][row]:.3f} "
        f"acc {100 * run.printed['val_accuracy'][row]:.1f}%"
        for row, epoch in enumerate(run.epochs)
        if epoch
    )


_NAMES = ("accuracy", "loss", "val_accuracy", "val_loss")


def _case(
    causes: str, network: str, seed: int, data: str = "digits", log: object = None, **given: object
) -> Made:
    names = frozenset(causes.split(" + "))
    plan = Plan(causes, data, network, seed, builder=True, **given)  # type: ignore[arg-type]
    return Made(plan, names, log)  # type: ignore[arg-type]


CASES = (
    _case("imbalance", "mlp", 1, "parity", train=500, validation=400, majority=0.9, noise=0.4,
          epochs=8, rate=0.1),
    _case("penalty", "mlp", 2, train=150, validation=100, l2=0.01, epochs=12),
    _case("softmax twice", "cnn", 3, log=sentences, loss="softmax twice", rate=2.0, epochs=25),
    _case("overfitting", "mlp", 4, "parity", train=100, validation=300, noise=0.4, epochs=40,
          batch=16, rate=0.4),
    _case("wrong labels", "mlp", 5, "parity", train=300, validation=200, wrong=0.2, epochs=30,
          rate=0.5),
    _case("batchnorm statistics", "cnn", 6, train=240, validation=200, statistics=True, epochs=6),
    _case("metric", "mlp", 8, log=commas, metric="each unit"),
    _case("healthy", "mlp", 9, log=bars, train=700, validation=300, dropout=0.5, noise=0.05),
    _case("wrong labels + penalty", "mlp", 12, train=160, validation=60, wrong=0.3, l2=0.003,
          epochs=22, rate=0.5),
    _case("sorted split", "mlp", 11, log=sentences, train=400, validation=200, in_order=True,
          epochs=12),
)  # fmt: skip


def run_of(made: Made) -> Run:
    """Train one, as its file keeps it: in half precision, which is fine enough for every check."""
    run = make(made.plan)
    return replace(run, train=_half(run.train), validation=_half(run.scores("validation")))


def _half(scores: Scores) -> Scores:
    less = scores.logits - scores.logits.max(axis=2, keepdims=True)
    return replace(scores, logits=less.astype(np.float16))


def drawn(made: Made) -> IntArray:
    """Give the training images as whole numbers from 0 to 255, the lightest and darkest."""
    train, _ = sets(made.plan)
    pixels = train.images - train.images.min()
    return np.round(255 * pixels / pixels.max()).astype(np.uint8)


def main(folder: Path = FOLDER) -> None:
    """Write every case."""
    for place, made in enumerate(CASES, 1):
        if made.looked_at:
            np.savez_compressed(folder / f"{place:02}.images.npz", images=drawn(made))
        run = run_of(made)
        if made.log is None:
            run.save(folder / f"{place:02}.npz")
        else:
            (folder / f"{place:02}.txt").write_text(made.log(run) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
