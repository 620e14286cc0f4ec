"""What is done while the learner reads, so that the first click is not the slow one."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Callable

from lossacc.claims.experiment import Experiment, Hooks
from lossacc.data import Examples
from lossacc.lab.empty_axes import EmptyAxes, axes_of
from lossacc.lab.task import Task
from lossacc.lab.worker import Worker
from lossacc.runs.run import Run
from lossacc.support.keras_api import keras

_lock = threading.Lock()
_begun = False


def warm_up() -> None:
    """Start TensorFlow in the background, and return at once.

    It takes a few seconds, in which other cells run. Call it as often as you like. If TensorFlow
    is not installed, the first training says so.
    """
    global _begun
    with _lock:
        if _begun or is_warm():
            return
        _begun = True
    with contextlib.suppress(RuntimeError):  # no thread to be had: the first training starts it
        threading.Thread(target=_start, name="lossacc warm-up", daemon=True).start()


def is_warm() -> bool:
    """Tell whether TensorFlow is running."""
    tf = sys.modules.get("tensorflow")
    return "keras" in sys.modules and hasattr(tf, "function")


def _start() -> None:
    with contextlib.suppress(Exception):  # whoever trains first will see it, and say so
        keras()


def rehearse(
    experiment: Experiment,
    task: Task,
    data: Examples | None,
    found: Callable[[EmptyAxes], None] | None = None,
) -> Worker:
    """Start a training that ends after epoch 1, and leaves only what the next one finds ready.

    That is the compiled functions, and what the experiment keeps of a first training. It stops as
    soon as anyone wants to train, another rehearsal too. The job that is given back was started,
    where there is a thread to be had.

    Parameters
    ----------
    experiment, task, data
        What is trained.
    found
        Called on the thread with what the empty axes show.
    """
    worker = Worker(
        f"{experiment.name} rehearsal",
        lambda worker: _rehearse(worker, experiment, task, data, found),
        gives_way=True,
    )
    with contextlib.suppress(RuntimeError):
        worker.start()
    return worker


def _rehearse(
    worker: Worker,
    experiment: Experiment,
    task: Task,
    data: Examples | None,
    found: Callable[[EmptyAxes], None] | None,
) -> None:
    seen: list[int] = []

    def note(run: Run) -> None:
        if found is not None and not seen:
            found(axes_of(run))
        seen.append(len(run.epochs))

    hooks = Hooks(lambda: worker.stopped or len(seen) > 1, note)
    with contextlib.suppress(BaseException):  # the training itself will meet the same, and say so
        experiment.run("base", seed=task.seed, data=data, hooks=hooks, **task.knobs)
