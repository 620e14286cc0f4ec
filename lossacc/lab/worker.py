"""Trainings on threads of their own, one at a time in the process.

A kernel interrupt does not reach them, and what they raise or print nobody sees. So each of them
watches an event of its own, and whoever gives it work catches what the work raises.
"""

from __future__ import annotations

import atexit
import contextlib
import threading
import time
import weakref
from collections.abc import Callable

from lossacc.claims.gate import GATE, SentAway, Turn

_AT_EXIT = 1.0  # seconds that the end of the process waits for trainings to end
_LOOK = 0.05  # seconds after which `start` looks whether the thread is still there


class Worker:
    """Something to do on a thread of its own, when no other training is under way.

    Parameters
    ----------
    name
        Who trains, for people to read.
    work
        Called on the thread, with the job, when its turn has come. It must catch what it raises.
    after
        Called on the thread when the turn is over, or was stopped before it came.
    owner
        What it works for, a panel.
    gives_way
        Whether it stops as soon as any other training is asked for.
    """

    def __init__(
        self,
        name: str,
        work: Callable[[Worker], None],
        *,
        after: Callable[[Worker], None] | None = None,
        owner: object | None = None,
        gives_way: bool = False,
    ) -> None:
        """Make the thread; `start` starts it."""
        self.turn = Turn(name, owner, gives_way)
        self._work, self._after = work, after
        self._safe = threading.Event()  # from here on `after` is called, whatever happens
        # Daemon: a training that hangs in TensorFlow must not keep the process from ending.
        self._thread = threading.Thread(target=self._go, name=f"lossacc {name}", daemon=True)

    @property
    def stopped(self) -> bool:
        """Whether it was asked to stop."""
        return self.turn.stop.is_set()

    @property
    def alive(self) -> bool:
        """Whether its thread is running."""
        return self._thread.is_alive()

    def start(self) -> None:
        """Start the thread, and return as soon as it stands on its own feet.

        Raises
        ------
        RuntimeError
            If there is no thread to be had, or it was killed before it came so far.
        """
        _WORKERS.add(self)
        self._thread.start()
        while self.alive and not self._safe.wait(_LOOK):
            pass
        if not self._safe.is_set():
            raise RuntimeError("the training did not begin: its thread was killed at the start")

    def stop(self) -> None:
        """Ask it to stop, and return at once."""
        GATE.stop(self.turn)

    def join(self, seconds: float) -> bool:
        """Wait until its thread has ended; tell whether it has."""
        if self.alive and self._thread is not threading.current_thread():
            self._thread.join(seconds)
        return not self.alive

    def _go(self) -> None:
        try:
            self._safe.set()
            with contextlib.suppress(SentAway):
                GATE.alone(self.turn, lambda: self._work(self))
        finally:
            if self._after is not None:
                self._after(self)


_WORKERS: weakref.WeakSet[Worker] = weakref.WeakSet()


@atexit.register
def stop_all() -> None:
    """Stop every job, and wait a moment for those that are at work."""
    jobs = [job for job in _WORKERS if job.alive]
    for job in jobs:
        job.stop()
    deadline = time.monotonic() + _AT_EXIT
    for job in jobs:
        job.join(max(deadline - time.monotonic(), 0.0))
