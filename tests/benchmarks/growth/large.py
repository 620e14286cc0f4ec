"""A large Run: 50,000 examples over 200 epochs. What it takes, and how long its figures do."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from lossacc import figures, ledger, reliability
from lossacc.figures.draw import Picture
from lossacc.figures.ledger import ledger_picture
from lossacc.runs.run import Run
from lossacc.runs.scores import Scores

EXAMPLES, HELD_OUT, EPOCHS, CLASSES = 50_000, 10_000, 200, 10
SIDE, BATCH = 4, 1000
RATE_CUTS = (60, 120, 160)
RECORDED = {"recorded": CLASSES, "recorded, 100 classes": 100}
MB = 1e6


def recorded(classes: int, epochs: int = EPOCHS) -> dict[str, Any]:
    """Record every example of a `model.fit`; give the megabytes of the Run, and of the process."""
    import resource

    from lossacc import Recorder
    from lossacc.support.keras_api import keras

    layers = keras().layers
    sets = [_images(n, classes) for n in (EXAMPLES, HELD_OUT)]
    model = keras().Sequential([layers.Flatten(), layers.Dense(classes)])
    loss = keras().losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras().optimizers.SGD(0.01), loss)
    model.fit(*sets[0], epochs=1, batch_size=BATCH, verbose=0)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    recorder = Recorder(*sets, probe="all")
    model.fit(*sets[0], epochs=epochs, batch_size=BATCH, verbose=0, callbacks=[recorder])
    after, run = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, recorder.run
    return {
        "classes": classes,
        "epochs": int(run.epochs[-1]),
        "kept": [run.scores(on).size for on in run.sets],
        "run_mb": round(sum(run.scores(on).logits.nbytes for on in run.sets) / MB),
        "process_mb": round((after - before) * 1024 / MB),
        "whole_mb": round(4 * (EXAMPLES + HELD_OUT) * classes * (epochs + 1) / MB),
    }


def _images(size: int, classes: int) -> tuple[Any, Any]:
    random = np.random.default_rng(size)
    return random.random((size, SIDE, SIDE, 1), dtype=np.float32), random.integers(0, classes, size)


def made(examples: int = EXAMPLES, held_out: int = HELD_OUT, epochs: int = EPOCHS) -> Run:
    """Make a Run whose logits drift towards the labels, with cuts of the rate and a penalty."""
    rows = np.arange(epochs + 1)
    rate = 0.1 * 0.2 ** np.searchsorted(RATE_CUTS, rows - 1, side="right")
    train, validation = (_scores(n, rows) for n in (examples, held_out))
    printed = {"loss": np.linspace(2.5, 0.5, len(rows))}
    return Run(train, validation, rows, 0.3 / (1 + rows), rate, rate, printed)


def _scores(size: int, rows: Any) -> Scores:
    random = np.random.default_rng(size)
    labels = random.integers(0, CLASSES, size)
    start, end = random.normal(0, 1, (2, size, CLASSES)).astype(np.float32)
    end[np.arange(size), labels] += 2
    logits = np.empty((len(rows), size, CLASSES), np.float32)
    for row in rows:
        logits[row] = start + (end - start) * np.float32(1 - np.exp(-row / 40))
    logits.flags.writeable = labels.flags.writeable = False
    return Scores(logits, labels)


FIGURES: Mapping[str, Callable[[Run], Picture]] = {
    "curves": figures.curves,
    "plane": figures.plane,
    "ledger": lambda run: ledger_picture(ledger(run, 10, -1)),
    "losses": lambda run: figures.losses(run, on="train"),
    "class_curves": lambda run: figures.class_curves(run, on="train"),
    "confusion": lambda run: figures.confusion_picture(run, on="train"),
    "reliability": lambda run: figures.reliability_picture(reliability(run.train, -1), on="train"),
    "objective": figures.objective,
    "penalty": lambda run: figures.penalty_picture(run, on="train"),
    "steps": figures.steps,
    "compare": lambda run: figures.compare({"a": run, "b": run}, on="train"),
    "stretches": lambda run: figures.stretches({"a": run}, (150, 200)),
    "boxed_curves": figures.boxed_curves,
    "boxed_plane": figures.boxed_plane,
}


def drawn(examples: int = EXAMPLES, held_out: int = HELD_OUT) -> dict[str, Any]:
    """Draw each figure of a Run of which nothing was worked out yet, once more, and for memory."""
    run = made(examples, held_out)
    return {"figures": [_drawn(name, figure, run) for name, figure in FIGURES.items()]}


def _drawn(name: str, figure: Callable[[Run], Picture], run: Run) -> dict[str, Any]:
    first, again = _twice(figure, _anew(run))
    tracemalloc.start()
    figure(_anew(run)).svg()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    told = {"figure": name, "first": round(first, 3), "again": round(again, 3)}
    return told | {"extra_mb": round(most / MB)}


def _twice(figure: Callable[[Run], Picture], run: Run) -> tuple[float, float]:
    first = _seconds(lambda: figure(run).svg())
    return first, _seconds(lambda: figure(run).svg())


def _anew(run: Run) -> Run:
    sets = {on: Scores(run.scores(on).logits, run.scores(on).labels) for on in run.sets}
    return replace(run, **sets)  # type: ignore[arg-type]  # two fields, both of them Scores


def _seconds(call: Callable[[], Any]) -> float:
    """Take the time by the clock, which a learner waits for: several cores work on a figure."""
    begun = time.perf_counter()
    call()
    return time.perf_counter() - begun
