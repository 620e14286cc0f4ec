"""Train experiments on seeds, side by side; what is finished is kept and never trained again.

Side by side are processes of this computer, or the workers of a cluster.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lossacc.claims.cache import Cache
from lossacc.claims.cluster import Cluster, connected
from lossacc.claims.evidence import SeedEvidence
from lossacc.claims.experiment import Experiment
from lossacc.claims.rehearsal import rehearse
from lossacc.claims.task import Failure, Task, attempted, check_form, formed, images, suited
from lossacc.claims.workers import Ended, side_by_side
from lossacc.support.arithmetic import OWN, arithmetic_named
from lossacc.support.keras_api import check_installed
from lossacc.support.types import Seed
from lossacc.support.validate import whole_number


@dataclass(frozen=True)
class Found:
    """What was measured, and what could not be.

    Parameters
    ----------
    evidence
        By experiment, in the order of the seeds.
    failed
        The tasks that came to nothing.
    """

    evidence: Mapping[str, tuple[SeedEvidence, ...]]
    failed: tuple[Failure, ...] = ()

    def __getitem__(self, experiment: str) -> tuple[SeedEvidence, ...]:
        """Give the evidence of an experiment."""
        return self.evidence[experiment]

    def failures(self, experiment: str) -> tuple[str, ...]:
        """Give what failed of an experiment, a sentence each."""
        return tuple(str(one) for one in self.failed if one.experiment == experiment)


@dataclass(frozen=True)
class How:
    """How to measure.

    Parameters
    ----------
    data
        A data set's name, or a folder with one sub-folder a class; by default each experiment's
        own.
    size, channels
        What a folder's images are made: their side, 8 to 256, and 1 for grey or 3 for colour; by
        default what each experiment says.
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
    cluster
        The address of a Dask scheduler, whose workers train instead of processes here.

    Raises
    ------
    TypeError, ValueError
        If one of them is none, or does not go with a cluster.
    """

    data: str | None = None
    jobs: int | None = None
    arithmetic: str = OWN
    on_seed: Callable[[int, int], None] | None = None
    cache: Path | None = None
    fresh: bool = False
    cluster: str | None = None
    size: int | None = None
    channels: int | None = None

    def __post_init__(self) -> None:
        """Refuse what is none."""
        arithmetic_named(self.arithmetic)
        if self.jobs is not None:
            whole_number("jobs", self.jobs, least=1)
        if self.data is not None and not (isinstance(self.data, str | Path) and str(self.data)):
            raise ValueError(
                f"got data={self.data!r}; expected the name of a data set, or a folder"
            )
        check_form(None if self.data is None else str(self.data), self.size, self.channels)
        if self.cluster is not None:
            self._check_cluster()

    def _check_cluster(self) -> None:
        """Refuse an address that is none, and what only processes here can do."""
        if not isinstance(self.cluster, str) or not self.cluster.strip():
            raise ValueError(
                f"got cluster={self.cluster!r}; expected a Dask scheduler's address, such as "
                "tcp://10.0.0.5:8786"
            )
        if self.arithmetic != OWN:
            raise ValueError(
                f"got arithmetic={self.arithmetic!r} with a cluster; expected {OWN!r}, as its "
                "workers compute as they were started"
            )
        if self.jobs is not None:
            raise ValueError(
                f"got jobs={self.jobs!r} with a cluster; expected none, as it has its own workers"
            )

    @property
    def processes(self) -> int:
        """How many processes run side by side."""
        return self.jobs or os.cpu_count() or 1

    def data_of(self, experiment: Experiment) -> str:
        """Name the data that an experiment is measured on."""
        return experiment.data if self.data is None else str(self.data)

    def suited(self, experiment: Experiment) -> Experiment:
        """Give an experiment as it stands on its data."""
        return suited(experiment, self.data_of(experiment), self.size, self.channels)

    def told_of(self, experiment: Experiment) -> str:
        """Name the data that an experiment is measured on, and what its images are made."""
        return formed(self.data_of(experiment), self.size, self.channels)

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
        self.done = sum(len(one) for one in found.evidence.values())
        super().__init__(f"{self.done} of {of} are done")


Each = Generator[Ended, None, None]


def measure(experiments: Sequence[Experiment], seeds: Sequence[Seed], how: How) -> Found:
    """Train every experiment on every seed, and read the evidence.

    A task that fails, or whose process is killed, is named in what is found; the others go on.

    Raises
    ------
    ValueError
        If the data do not suit.
    ModuleNotFoundError
        If TensorFlow is not installed.
    ConnectionError
        If no cluster answers.
    Interrupted
        Where it was interrupted; it carries what was finished.
    """
    check_installed()
    experiments = [how.suited(one) for one in experiments]
    with _cluster(experiments, how) as cluster:
        for one in experiments:
            _check_data(one, seeds[0], how)
        return _measured(experiments, seeds, how, cluster)


def _cluster(
    experiments: Sequence[Experiment], how: How
) -> contextlib.AbstractContextManager[Cluster | None]:
    """Connect to the cluster, where one is asked for."""
    if how.cluster is None:
        return contextlib.nullcontext()
    return connected(how.cluster, [(one, how.data_of(one)) for one in experiments])


def _measured(
    experiments: Sequence[Experiment], seeds: Sequence[Seed], how: How, cluster: Cluster | None
) -> Found:
    tasks = _tasks(experiments, seeds, how, cluster)
    kept = {} if how.fresh else {task: task.cache.load(task.seed) for task in tasks}
    done: dict[tuple[str, Seed], SeedEvidence | Failure]
    done = {(task.experiment.name, task.seed): one for task, one in kept.items() if one is not None}
    waiting = [task for task in tasks if (task.experiment.name, task.seed) not in done]
    try:
        # Told at once, not one by one: how long a training takes is not read off those kept.
        how.tell(len(done), len(tasks))
        with contextlib.closing(_each(waiting, how, cluster)) as each:
            for task, ended in each:
                _keep(task, ended)
                done[task.experiment.name, task.seed] = ended
                how.tell(len(done), len(tasks))
    except KeyboardInterrupt:
        raise Interrupted(_sorted(done, experiments, seeds), len(tasks)) from None
    return _sorted(done, experiments, seeds)


def _check_data(experiment: Experiment, seed: Seed, how: How) -> None:
    """Refuse data that do not suit; an experiment's own are known to."""
    data = how.data_of(experiment)
    if data == experiment.data:
        experiment.check_data(images(experiment, data))
    else:
        rehearse(experiment, images(experiment, data), seed)


def _keep(task: Task, ended: SeedEvidence | Failure) -> None:
    """Keep what is finished; where that fails it still counts."""
    if isinstance(ended, Failure):
        return
    try:
        task.cache.keep(ended)
    except OSError as error:
        told = f"{task.experiment.name}, seed {task.seed}, is measured but could not be kept"
        print(f"{told}: {error}", file=sys.stderr, flush=True)


def _sorted(
    done: Mapping[tuple[str, Seed], SeedEvidence | Failure],
    experiments: Sequence[Experiment],
    seeds: Sequence[Seed],
) -> Found:
    every = {one.name: [done.get((one.name, seed)) for seed in seeds] for one in experiments}
    evidence = {
        name: tuple(one for one in ended if isinstance(one, SeedEvidence))
        for name, ended in every.items()
    }
    failed = tuple(one for ended in every.values() for one in ended if isinstance(one, Failure))
    return Found(evidence, failed)


def _tasks(
    experiments: Sequence[Experiment], seeds: Sequence[Seed], how: How, cluster: Cluster | None
) -> list[Task]:
    """List what is to be done, a seed of every experiment before the next."""
    on = {one.name: how.data_of(one) for one in experiments}
    there = None if cluster is None else cluster.versions
    caches = {
        one.name: Cache.of(how.cache, one, images(one, on[one.name]), how.arithmetic, there)
        for one in experiments
    }
    return [
        Task(one, seed, on[one.name], caches[one.name]) for seed in seeds for one in experiments
    ]


def _each(tasks: Sequence[Task], how: How, cluster: Cluster | None) -> Each:
    """Train each task, and give what it comes to as it is done."""
    if cluster is not None:
        yield from cluster.side_by_side(tasks, fresh=how.fresh)
    elif how.processes == 1 and how.arithmetic == OWN:
        yield from ((task, attempted(task)) for task in tasks)
    elif tasks:
        yield from side_by_side(tasks, how.processes, how.arithmetic)
