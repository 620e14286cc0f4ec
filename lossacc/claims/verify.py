"""Measure the claims: one on one seed, or all of them on many seeds side by side."""

from __future__ import annotations

import importlib
import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from lossacc.analysis.stats import mean_interval
from lossacc.claims.experiment import Claim, Experiment
from lossacc.claims.gains import Gain
from lossacc.claims.report import Report, Row, Verdict
from lossacc.data import Examples, load
from lossacc.runs.run import Run
from lossacc.support.arithmetic import OWN, arithmetic_named, use
from lossacc.support.keras_api import tensorflow
from lossacc.support.types import FloatArray, Seed

_SIDE = 16  # folders are read at this size, so that a run takes seconds


def verdict(id: str, claim: Claim, runs: Mapping[str, Run]) -> Verdict:
    """Judge a claim on runs that are at hand: arm to run, for every arm that it reads."""
    held, evidence = claim.judge(runs)
    return Verdict(id, claim.sentence, claim.measured, str(claim.rule), held, evidence)


def verify(
    experiments: Sequence[Experiment],
    seeds: tuple[int, int],
    *,
    data: str | None = None,
    jobs: int | None = None,
    arithmetic: str = OWN,
    on_seed: Callable[[int, int], None] | None = None,
) -> Report:
    """Measure every claim of some experiments over seeds.

    Parameters
    ----------
    experiments
        What to measure.
    seeds
        From the first up to, not including, the second.
    data
        A data set's name, or a folder with one sub-folder a class; by default each experiment's
        own.
    jobs
        Processes side by side; by default one for each core.
    arithmetic
        How to compute: one of `lossacc.support.arithmetic.ARITHMETICS`.
    on_seed
        Called with how many trainings of an experiment on a seed are done, and of how many.

    Raises
    ------
    ValueError
        If the seeds are none, the data do not suit, or this
        processor cannot compute so.
    """
    first, last = seeds
    if not 0 <= first < last:
        raise ValueError(f"got seeds {first}:{last}; expected a:b with 0 <= a < b")
    arithmetic_named(arithmetic)
    on = {one.name: data or one.data for one in experiments}
    for one in experiments:
        one.check_data(images(on[one.name]))
    jobs = jobs or os.cpu_count() or 1
    begun = time.perf_counter()
    tasks = [(one, seed, on[one.name]) for seed in range(first, last) for one in experiments]
    found = list(_spread(tasks, jobs, arithmetic, on_seed))
    by_name = {of.name: [one for one in found if one["name"] == of.name] for of in experiments}
    rows = tuple(row for of in experiments for row in _rows(of, by_name[of.name]))
    gains = tuple(gain for of in experiments for gain in _gains(of, by_name[of.name]))
    # The workers' environment: this process may not have started TensorFlow at all.
    environment = {**found[0]["environment"], "jobs": jobs}
    source = " and ".join(sorted(set(on.values())))
    return Report(rows, seeds, source, time.perf_counter() - begun, environment, gains)


def _spread(
    tasks: Sequence[tuple[Experiment, Seed, str]],
    jobs: int,
    arithmetic: str,
    on_seed: Callable[[int, int], None] | None,
) -> Iterable[dict[str, Any]]:
    """Do the tasks in `jobs` processes; give what each found, in the order of the tasks."""
    if jobs == 1 and arithmetic == OWN:
        for done, task in enumerate(tasks, 1):
            yield _measure(*task)
            if on_seed is not None:
                on_seed(done, len(tasks))
        return
    # Spawned, not forked: a forked TensorFlow hangs.
    setting = (get_context("spawn"), _on_one_core, (arithmetic,))
    with ProcessPoolExecutor(min(jobs, len(tasks)), *setting) as pool:
        futures = [pool.submit(_measure_at, of.module, seed, on) for of, seed, on in tasks]
        for done, _ in enumerate(as_completed(futures), 1):
            if on_seed is not None:
                on_seed(done, len(tasks))
        yield from (future.result() for future in futures)


def _on_one_core(arithmetic: str) -> None:
    """Compute as asked, and run one operation at a time: the other cores have their own processes.

    Two at a time take a third less time where a core is idle, and half as much work again where
    none is. The bits are the same.
    """
    use(arithmetic)
    tensorflow().config.threading.set_inter_op_parallelism_threads(1)


def _measure_at(module: str, seed: Seed, data: str) -> dict[str, Any]:
    """Measure the experiment of a module, in a process that has only the module's name."""
    return _measure(importlib.import_module(module).EXPERIMENT, seed, data)


def _measure(experiment: Experiment, seed: Seed, data: str) -> dict[str, Any]:
    """Train every arm that the claims read, once, and judge each claim and its control."""
    examples = images(data)
    runs = {arm: experiment.run(arm, seed=seed, data=examples) for arm in experiment.arms_read()}
    claims = {}
    for claim in experiment.claims:
        held, evidence = claim.judge(runs)
        on_control, _ = claim.judge(runs, control=True)
        claims[claim.name] = (held, on_control, evidence[claim.effect])
    gains = [one.gain(runs[one.against], runs[one.arm]) for one in experiment.remedies]
    environment = next(iter(runs.values())).environment
    return {
        "name": experiment.name,
        "claims": claims,
        "gains": gains,
        "environment": dict(environment),
    }


def _rows(experiment: Experiment, found: Sequence[Mapping[str, Any]]) -> list[Row]:
    """Sum up an experiment's claims over the seeds."""
    rows = []
    for claim in experiment.claims:
        held, on_control, effects = zip(*(one["claims"][claim.name] for one in found), strict=True)
        spread = _summary(np.array(effects))
        counts = (len(held), sum(held), sum(on_control))
        id = f"{experiment.name}/{claim.name}"
        rows.append(Row(id, claim.sentence, *counts, claim.effect, *spread))
    return rows


def _gains(experiment: Experiment, found: Sequence[Mapping[str, Any]]) -> list[Gain]:
    """Sum up an experiment's remedies over the seeds."""
    gains = []
    for n, remedy in enumerate(experiment.remedies):
        spread = _summary(np.array([one["gains"][n] for one in found], dtype=float))
        says = remedy.says or experiment.arm(remedy.arm).says
        told = (f"{experiment.name}/{remedy.arm}", says, remedy.measures, len(found))
        gains.append(Gain(*told, *spread, remedy.bound, remedy.verdict))
    return gains


def _summary(effects: FloatArray) -> tuple[float, Any, Any, float, float]:
    """Give mean, interval, least and most."""
    low, high = mean_interval(effects) if len(effects) > 1 else (None, None)
    return float(effects.mean()), low, high, float(effects.min()), float(effects.max())


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
