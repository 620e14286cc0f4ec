"""Train experiments on seeds, side by side; what is finished is kept and never trained again."""

from __future__ import annotations

import contextlib
import importlib
import os
import signal
import time
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from functools import lru_cache
from multiprocessing import active_children, get_context
from pathlib import Path

from lossacc.claims.cache import Cache
from lossacc.claims.evidence import SeedEvidence
from lossacc.claims.experiment import Experiment
from lossacc.data import Examples, load
from lossacc.support.arithmetic import OWN, arithmetic_named, use
from lossacc.support.keras_api import tensorflow
from lossacc.support.types import Seed

_SIDE = 16  # folders are read at this size, so that a run takes seconds

Found = dict[str, tuple[SeedEvidence, ...]]  # by experiment, in the order of the seeds


@dataclass(frozen=True)
class How:
    """How to measure.

    Parameters
    ----------
    data
        A data set's name, or a folder with one sub-folder a class; by default each experiment's
        own.
    jobs
        Processes side by side; by default one for each core.
    arithmetic
        How to compute: one of `lossacc.support.arithmetic.ARITHMETICS`.
    on_seed
        Called at the start, and as each is done, with how many trainings of an experiment on a
        seed are done or were kept, and of how many.
    cache
        A folder: what it holds is not trained again, and each seed is kept in it as it is done.
    fresh
        Whether to train again what the cache holds.
    """

    data: str | None = None
    jobs: int | None = None
    arithmetic: str = OWN
    on_seed: Callable[[int, int], None] | None = None
    cache: Path | None = None
    fresh: bool = False

    @property
    def processes(self) -> int:
        """How many processes run side by side."""
        return self.jobs or os.cpu_count() or 1

    def tell(self, done: int, of: int) -> None:
        """Tell whoever wants to know how far it is."""
        if self.on_seed is not None:
            self.on_seed(done, of)


class Interrupted(KeyboardInterrupt):
    """A measurement was interrupted.

    Parameters
    ----------
    found
        What was finished by then.
    of
        How many trainings of an experiment on a seed there were to do.
    """

    def __init__(self, found: Found, of: int) -> None:
        """Keep what there is."""
        self.found, self.of = found, of
        self.done = sum(len(one) for one in found.values())
        super().__init__(f"{self.done} of {of} are done")


@dataclass(frozen=True, eq=False)
class _Task:
    """An experiment to be trained on one seed."""

    experiment: Experiment
    seed: Seed
    data: str
    cache: Cache


Each = Generator[tuple[_Task, SeedEvidence], None, None]


def measure(experiments: Sequence[Experiment], seeds: Sequence[Seed], how: How) -> Found:
    """Train every experiment on every seed, and read the evidence.

    Raises
    ------
    ValueError
        If the data do not suit, or this processor cannot compute so.
    Interrupted
        Where it was interrupted; it carries what was finished.
    """
    arithmetic_named(how.arithmetic)
    for one in experiments:
        one.check_data(images(how.data or one.data))
    tasks = _tasks(experiments, seeds, how)
    kept = {} if how.fresh else {task: task.cache.load(task.seed) for task in tasks}
    done = {(task.experiment.name, task.seed): one for task, one in kept.items() if one is not None}
    waiting = [task for task in tasks if (task.experiment.name, task.seed) not in done]
    try:
        # Told at once, not one by one: how long a training takes is not read off those kept.
        how.tell(len(done), len(tasks))
        with contextlib.closing(_each(waiting, how)) as each:
            for task, evidence in each:
                done[task.experiment.name, task.seed] = evidence
                how.tell(len(done), len(tasks))
    except KeyboardInterrupt:
        raise Interrupted(_sorted(done, experiments, seeds), len(tasks)) from None
    return _sorted(done, experiments, seeds)


def _sorted(
    done: dict[tuple[str, Seed], SeedEvidence],
    experiments: Sequence[Experiment],
    seeds: Sequence[Seed],
) -> Found:
    return {
        one.name: tuple(done[one.name, seed] for seed in seeds if (one.name, seed) in done)
        for one in experiments
    }


def _tasks(experiments: Sequence[Experiment], seeds: Sequence[Seed], how: How) -> list[_Task]:
    """List what is to be done, a seed of every experiment before the next."""
    on = {one.name: how.data or one.data for one in experiments}
    caches = {
        one.name: Cache.of(how.cache, one, images(on[one.name]), how.arithmetic)
        for one in experiments
    }
    return [
        _Task(one, seed, on[one.name], caches[one.name]) for seed in seeds for one in experiments
    ]


def _each(tasks: Sequence[_Task], how: How) -> Each:
    """Train each task, and give what it comes to as it is done."""
    if how.processes == 1 and how.arithmetic == OWN:
        yield from ((task, _measured(task)) for task in tasks)
    elif tasks:
        yield from _side_by_side(tasks, how)


def _side_by_side(tasks: Sequence[_Task], how: How) -> Each:
    """Do tasks in several processes; end these where this one is interrupted."""
    others = set(active_children())
    # Spawned, not forked: a forked TensorFlow hangs.
    setting = (get_context("spawn"), _on_one_core, (how.arithmetic,))
    pool = ProcessPoolExecutor(min(how.processes, len(tasks)), *setting)
    try:
        futures = {_submitted(pool, task): task for task in tasks}
        for future in as_completed(futures):
            yield futures[future], future.result()
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        for worker in set(active_children()) - others:
            worker.terminate()
        raise
    pool.shutdown()


def _submitted(pool: ProcessPoolExecutor, task: _Task) -> Future[SeedEvidence]:
    """Hand a task to a process, which gets only the name of the experiment's module."""
    module = task.experiment.module
    return pool.submit(_measured_there, module, task.seed, task.data, task.cache)


def _on_one_core(arithmetic: str) -> None:
    """Compute as asked, and run one operation at a time: the other cores have their own processes.

    Two at a time take a third less time where a core is idle, and half as much work again where
    none is. The bits are the same.
    """
    # Ctrl-C goes to every process of a terminal; the first one ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    use(arithmetic)
    tensorflow().config.threading.set_inter_op_parallelism_threads(1)


def _measured_there(module: str, seed: Seed, data: str, cache: Cache) -> SeedEvidence:
    """Measure the experiment of a module."""
    return _measured(_Task(importlib.import_module(module).EXPERIMENT, seed, data, cache))


def _measured(task: _Task) -> SeedEvidence:
    """Train every arm that the claims read, once; keep what it comes to."""
    begun, examples, experiment = time.perf_counter(), images(task.data), task.experiment
    runs = {
        arm: experiment.run(arm, seed=task.seed, data=examples) for arm in experiment.arms_read()
    }
    seconds = time.perf_counter() - begun
    found = SeedEvidence.of(experiment, task.seed, runs, seconds)
    task.cache.keep(found)
    return found


@lru_cache(maxsize=2)
def images(data: str) -> Examples:
    """Load what `--data` names: a data set, or a folder, whose images are made 16x16 and grey.

    Parameters
    ----------
    data
        A data set's name, or the path of a folder with one sub-folder a class.
    """
    folder = Path(data).is_dir()
    return load(data, size=_SIDE, channels=1) if folder else load(data)
