"""Tasks on the workers of a Dask cluster, on many machines; one that is lost loses nothing.

To a worker goes the name of a module, a seed, the data's name, what its images are made, and a
digest; back comes a text of JSON, at once, and the worker keeps nothing. Where a worker is lost,
Dask gives its task to another.

Dask packs what it sends with pickle, and whoever reaches its scheduler can run anything on its
workers: a cluster must be one that is trusted.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import logging
import queue
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lossacc.claims.cache import Cache, identity
from lossacc.claims.evidence import SeedEvidence
from lossacc.claims.experiment import Experiment
from lossacc.claims.fingerprint import Fingerprint, changes, fingerprint, measured_parts, versions
from lossacc.claims.task import Failure, Task, attempted, images, reason, suited
from lossacc.claims.workers import Ended, one_operation_at_a_time
from lossacc.support.arithmetic import OWN
from lossacc.support.keras_api import check_installed

_INSTALL = "a cluster needs Dask's package distributed: pip install 'lossacc[cluster]'"
_PATIENCE = 5  # seconds that a scheduler has to answer, and the first worker to be there
Standing = tuple[dict[str, str], dict[str, dict[str, str]]]  # versions; parts, by module


@dataclass(frozen=True)
class Cluster:
    """The workers of a scheduler, all alike and fit for what is asked.

    Parameters
    ----------
    client
        Dask's, connected.
    versions
        The workers', as `lossacc.claims.fingerprint.versions` gives them.
    """

    client: Any
    versions: Mapping[str, str]

    def side_by_side(self, tasks: Sequence[Task], *, fresh: bool) -> Iterator[Ended]:
        """Do tasks on the workers, and give what each comes to as it ends.

        Parameters
        ----------
        tasks
            What to do.
        fresh
            Whether to train also what the cluster trains already, for whomever.
        """
        if not tasks:
            return
        asked = [_asked(task) for task in tasks]
        futures = self.client.map(answer, *map(list, zip(*asked, strict=True)), pure=not fresh)
        of = {future.key: task for future, task in zip(futures, tasks, strict=True)}
        ended = _dask().as_completed(
            futures, loop=self.client.loop, with_results=True, raise_errors=False
        )
        del futures  # what someone still holds is trained again where its worker is lost
        for future, said in ended:
            task = of.pop(future.key)
            del future
            yield task, _heard(task, said)


@contextlib.contextmanager
def connected(address: str, asked: Sequence[tuple[Experiment, str]]) -> Iterator[Cluster]:
    """Connect to a scheduler, and refuse workers that would not measure what is asked here.

    Parameters
    ----------
    address
        The scheduler's.
    asked
        What is to be measured, as `suited` gives it, and on which data. A folder must be there
        under the same path for every worker.

    Raises
    ------
    ModuleNotFoundError
        If Dask is not installed.
    ConnectionError
        If no scheduler answers, or it has no workers.
    ValueError
        If one of the workers has no lossacc, or another; lacks the folder; or is not as the others.
    """
    with _quiet(), _client(address) as client:
        yield Cluster(client, _checked(client, address, asked))


def place(data: str) -> str:
    """Name data so that a worker finds them: a folder by its whole path."""
    return str(Path(data).absolute()) if Path(data).is_dir() else data


def _asked(task: Task) -> tuple[str, int, str, int, int, str]:
    """Give what `answer` is asked."""
    of = task.experiment
    return (of.module, task.seed, place(task.data), of.side, of.channels, task.cache.identity)


def answer(module: str, seed: int, data: str, side: int, channels: int, wanted: str) -> str:
    """Train one experiment on one seed, in a worker; give what it comes to as JSON.

    Parameters
    ----------
    module, seed, data
        What to train, and on what.
    side, channels
        What a folder's images are made.
    wanted
        The identity of what is asked for; see `lossacc.claims.cache`.

    Raises
    ------
    ValueError
        If what would be measured here is not what is wanted.
    """
    experiment = suited(importlib.import_module(module).EXPERIMENT, data, side, channels)
    if identity(experiment, images(experiment, data), OWN, versions()) != wanted:
        raise ValueError("its worker has other code, versions or images than were asked for")
    _prepared()
    ended = attempted(Task(experiment, seed, data, Cache(None)))
    return json.dumps(vars(ended) if isinstance(ended, Failure) else ended.json())


def standing(asked: Mapping[str, str]) -> Standing:
    """Tell what a worker would measure: its versions, and what results would speak of.

    Parameters
    ----------
    asked
        Module to data.

    Raises
    ------
    OSError, ModuleNotFoundError
        If it lacks the folder, or what is needed to train.
    """
    check_installed()
    return versions(), {module: _parts(module, data) for module, data in asked.items()}


def _parts(module: str, data: str) -> dict[str, str]:
    if Path(data).is_absolute() and not Path(data).is_dir():
        raise FileNotFoundError(f"there is no folder {data!r}")
    return measured_parts(fingerprint(suited(importlib.import_module(module).EXPERIMENT, data)))


def _dask() -> Any:
    try:
        import distributed
    except ModuleNotFoundError:
        raise ModuleNotFoundError(_INSTALL) from None
    return distributed


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep Dask from printing traces where a scheduler is lost: each task says so."""
    _dask()  # which sets levels itself
    logger = logging.getLogger("distributed.client")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(before)


def _client(address: str) -> Any:
    """Connect within so many seconds; Dask's own limit is none to what listens and says nothing.

    A client that did not connect is closed at once. Whatever thread collects garbage would do it
    else, and wait for Dask's.
    """
    dask, found = _dask(), queue.SimpleQueue[Any]()

    def connect() -> None:
        client = dask.Client.__new__(dask.Client)
        try:
            client.__init__(address, timeout=_PATIENCE, set_as_default=False)
            found.put(client)
        except Exception as error:
            with contextlib.suppress(Exception):
                client.close(timeout=1)
            found.put(error)

    threading.Thread(target=connect, daemon=True).start()
    try:
        client = found.get(timeout=_PATIENCE + 1)
    except queue.Empty:
        client = TimeoutError("what listens there says nothing that Dask understands")
    if isinstance(client, Exception):
        raise ConnectionError(
            f"no scheduler of Dask answers at {address!r} ({reason(client)}); expected an address "
            "such as tcp://10.0.0.5:8786"
        )
    return client


@cache
def _prepared() -> None:
    """Leave the other cores to other workers; where TensorFlow runs already, it stays as it is."""
    with contextlib.suppress(RuntimeError):
        one_operation_at_a_time()


def _checked(
    client: Any, address: str, asked: Sequence[tuple[Experiment, str]]
) -> Mapping[str, str]:
    """Ask the scheduler and every worker how they stand; give the versions that all have."""
    try:
        client.wait_for_workers(1, timeout=_PATIENCE)
        client.run_on_scheduler(versions)  # which unpacks what is sent, too
    except TimeoutError:
        raise ConnectionError(
            f"the scheduler at {address!r} has no workers; expected some: "
            f"dask worker {address} --nworkers=-1 --nthreads=1"
        ) from None
    except Exception as error:
        raise ValueError(_unfit(f"the scheduler at {address!r}", _why(error))) from None
    ours = {one.module: measured_parts(fingerprint(one)) for one, _ in asked}
    on = {one.module: place(data) for one, data in asked}
    found = client.run(standing, on, on_error="return")
    for worker, said in found.items():
        if why := _differs(said, ours):
            raise ValueError(_unfit(f"the worker at {worker!r}", why))
    return _same({worker: said[0] for worker, said in found.items()})


def _differs(said: Standing | Exception, ours: Mapping[str, Fingerprint]) -> str:
    """Say why a worker would not measure what is asked; nothing where it would."""
    if isinstance(said, Exception):
        return _why(said)
    _, theirs = said
    return "; ".join(one for module in ours for one in changes(theirs[module], ours[module])[:3])


def _why(error: Exception) -> str:
    """Give an error in one line; Dask wraps those of unpacking what is sent."""
    if f"No module named '{__name__.partition('.')[0]}" in str(error):
        return "it has no lossacc, or an older one"
    if type(error).__name__.endswith("CancelledError"):
        return "the cluster dropped it, or its scheduler is gone"
    return reason(error)


def _unfit(who: str, why: str) -> str:
    return f"{who} cannot take part: {why}; expected the same lossacc as here, and its data"


def _same(kinds: Mapping[str, Mapping[str, str]]) -> Mapping[str, str]:
    """Give the versions that all workers have: on others the last bits are others."""
    first, kind = next(iter(kinds.items()))
    for worker, other in kinds.items():
        for name in kind:
            if other[name] != kind[name]:
                raise ValueError(
                    f"the workers are not alike: {first!r} has {name} {kind[name]}, {worker!r} "
                    f"{other[name]}; expected one kind, or no two runs of a seed are the same"
                )
    return kind


def _heard(task: Task, said: Any) -> SeedEvidence | Failure:
    """Read what came of a task: an answer, or what Dask says became of it."""
    name, seed = task.experiment.name, task.seed
    if not isinstance(said, str):
        error = said[1] if isinstance(said, tuple) else said
        return Failure(name, seed, "", _why(error))
    told = json.loads(said)
    if "reason" in told:
        return Failure(name, seed, told["arm"], told["reason"])
    return SeedEvidence.from_json(told)
