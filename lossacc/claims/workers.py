"""Tasks in several processes: one that fails or is killed is named, and the others go on.

The processes are ours and not a pool's: a pool breaks as a whole where one of them is killed, and
does not tell what that one did.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import signal
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from typing import Any

from lossacc.claims.cache import Cache
from lossacc.claims.evidence import SeedEvidence
from lossacc.claims.task import Failure, Task, attempted, reason, suited
from lossacc.support.arithmetic import use
from lossacc.support.keras_api import tensorflow

_SPAWN: Any = get_context("spawn")  # not forked: a forked TensorFlow hangs
_PATIENCE = 0.5  # seconds that a process has to end by itself


@dataclass(eq=False)
class _Worker:
    """A process that does one task after another, and what it does now."""

    process: Any
    link: Connection
    task: Task
    arm: str = ""
    begun: bool = False  # whether it ever said a word

    def give(self, task: Task) -> None:
        """Hand over a task: of the experiment its module's name, and what it makes of images."""
        self.task, self.arm = task, ""
        with contextlib.suppress(OSError):  # a process that was killed is found by its silence
            of = task.experiment
            self.link.send((of.module, task.seed, task.data, of.side, of.channels))

    def heard(self) -> SeedEvidence | Failure | None:
        """Take what it says; None while it goes on with its task."""
        try:
            said = self.link.recv()
        except (EOFError, OSError):
            self.process.join()
            why = _death(self.process.exitcode, begun=self.begun)
            return Failure(self.task.experiment.name, self.task.seed, self.arm, why)
        self.begun = True
        if isinstance(said, str):
            self.arm = said
            return None
        ended: SeedEvidence | Failure = said
        return ended


Ended = tuple[Task, SeedEvidence | Failure]


def side_by_side(tasks: Sequence[Task], processes: int, arithmetic: str) -> Iterator[Ended]:
    """Do tasks in several processes, and give what each comes to as it ends.

    Parameters
    ----------
    tasks
        What to do.
    processes
        How many at a time.
    arithmetic
        How to compute.
    """
    waiting, busy = deque(tasks), dict[Connection, _Worker]()
    try:
        while waiting or busy:
            while waiting and len(busy) < processes:
                worker = _started(waiting.popleft(), arithmetic)
                busy[worker.link] = worker
            for link in wait(list(busy)):
                worker = busy[link]  # type: ignore[index]  # only our links are waited for
                ended = worker.heard()
                if ended is None:
                    continue
                yield worker.task, ended
                if waiting and worker.process.is_alive():
                    worker.give(waiting.popleft())
                else:
                    _end([busy.pop(worker.link)])
    finally:
        _end(list(busy.values()))


def _started(task: Task, arithmetic: str) -> _Worker:
    """Start a process on its first task."""
    link, its = _SPAWN.Pipe()
    process = _SPAWN.Process(target=_work, args=(its, arithmetic), daemon=True)
    with _no_interrupt():
        process.start()
    its.close()  # or its end would not be noticed
    worker = _Worker(process, link, task)
    worker.give(task)
    return worker


def _end(workers: Sequence[_Worker]) -> None:
    """End processes, by force where they do not end at once."""
    for worker in workers:
        worker.process.terminate()
    for worker in workers:
        worker.process.join(_PATIENCE)
        worker.process.kill()
        worker.process.join()
        worker.link.close()


@contextlib.contextmanager
def _no_interrupt() -> Iterator[None]:
    """Start a process that no Ctrl+C reaches: it goes to all of a terminal, and we end the others.

    Windows has no such mask; there the process ignores it as soon as it runs.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _death(code: int | None, *, begun: bool) -> str:
    """Say how a process ended that should have gone on."""
    if code is None or code >= 0:
        hint = "" if begun else '; a script calls verify below `if __name__ == "__main__":`'
        return f"its process ended with exit code {code}{hint}"
    name = signal.Signals(-code).name
    hint = ", as a system out of memory does" if name == "SIGKILL" else ""
    return f"its process was ended by {name}{hint}"


def _work(link: Connection, arithmetic: str) -> None:
    """Do what comes through the link, in a process of its own."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    problem = _prepared(arithmetic)
    with contextlib.suppress(EOFError, OSError):
        while True:
            module, seed, data, *form = link.recv()
            experiment = suited(importlib.import_module(module).EXPERIMENT, data, *form)
            task = Task(experiment, seed, data, Cache(None))
            failed = problem and Failure(experiment.name, seed, "", problem)
            link.send(failed or attempted(task, link.send))


def _end_with_parent() -> None:
    """End where the process that asked is gone, whatever became of it."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def one_operation_at_a_time() -> None:
    """Let TensorFlow do so in this process: the other cores have their own processes.

    Two at a time take a third less time where a core is idle, and half as much work again where
    none is. The bits are the same.

    Raises
    ------
    RuntimeError
        If it has begun to compute.
    """
    tensorflow().config.threading.set_inter_op_parallelism_threads(1)


def _prepared(arithmetic: str) -> str:
    """Compute as asked, one operation at a time.

    Returns
    -------
    str
        Why it cannot; empty where it can.
    """
    try:
        use(arithmetic)
        one_operation_at_a_time()
    except Exception as error:
        return reason(error)
    return ""
