"""What a learner's server and kernels take: memory that is theirs, and seconds of the processor."""

from __future__ import annotations

import os
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from types import TracebackType

import psutil

_EVERY = 2.0  # seconds between two looks
_HUB = "the hub and its proxy"


class Usage:
    """Looks at all processes of a hub, every two seconds, while it is open.

    A learner's processes are known by the variable that the hub gives to each server, and that its
    kernels take over. The memory of a process is its PSS: pages that several share count in parts,
    so that the sum over all is what the machine holds.

    Parameters
    ----------
    hub
        The process that started the hub.

    Attributes
    ----------
    most, seconds
        Learner to the most memory so far, in bytes, and to the seconds of the processor.
    most_together
        The most that all of them, hub and proxy included, took at one moment.
    """

    def __init__(self, hub: int) -> None:
        self._hub = psutil.Process(hub)
        self.most: defaultdict[str, int] = defaultdict(int)
        self.most_together = 0
        self._cpu: dict[psutil.Process, tuple[str, float]] = {}
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look_often, daemon=True)

    def __enter__(self) -> Usage:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, it: BaseException | None, at: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()

    @property
    def seconds(self) -> dict[str, float]:
        """Seconds of the processor of each, also in kernels that have ended."""
        total: defaultdict[str, float] = defaultdict(float)
        for who, seconds in self._cpu.values():
            total[who] += seconds
        return dict(total)

    def _look_often(self) -> None:
        while not self._ended.wait(_EVERY):
            self._look()

    def _look(self) -> None:
        now: defaultdict[str, int] = defaultdict(int)
        for process in (self._hub, *self._hub.children(recursive=True)):
            with suppress(psutil.Error):  # it has just ended
                who = process.environ().get("JUPYTERHUB_USER", _HUB)
                times = process.cpu_times()
                self._cpu[process] = (who, times.user + times.system)
                now[who] += process.memory_full_info().pss
        for who, memory in now.items():
            self.most[who] = max(self.most[who], memory)
        self.most_together = max(self.most_together, sum(now.values()))


def processes(learner: str) -> Iterator[psutil.Process]:
    """The processes of a learner: the server, and the kernels."""
    for process in psutil.process_iter(["environ"]):
        if (process.info["environ"] or {}).get("JUPYTERHUB_USER") == learner:
            yield process


def seconds(learner: str) -> float:
    """Seconds of the processor of a learner's processes that run now."""
    total = 0.0
    for process in processes(learner):
        with suppress(psutil.Error):
            times = process.cpu_times()
            total += times.user + times.system
    return total


def load() -> str:
    """What else the machine does, in words: the load of the last minute, and the cores."""
    return f"{os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
