"""One training at a time: the experiments share compiled networks, which no two may train at once.

Whoever wants to train stands in a queue. Its first one trains.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

T = TypeVar("T")

_LOOK = 0.5  # seconds after which whoever waits looks whether those before it are still there


class SentAway(Exception):
    """A turn was stopped before it came: nothing was done."""


@dataclass(frozen=True, eq=False)
class Turn:
    """Someone who trains, or wants to.

    Parameters
    ----------
    name
        Who it is, for people to read.
    owner
        What it trains for, a panel; None for a cell.
    gives_way
        Whether it stops as soon as anyone else comes.
    stop
        Set when it is to stop, or to leave the queue.
    there
        Held from before it enters the queue until after it has left it. An interrupt may come
        between any two lines of Python, also those that leave the queue; a lock is let go of in C.
    """

    name: str
    owner: object | None = None
    gives_way: bool = False
    stop: threading.Event = field(default_factory=threading.Event)
    there: threading.Lock = field(default_factory=threading.Lock)


class Gate:
    """A queue whose first one may train."""

    def __init__(self) -> None:
        """Open the gate."""
        self.renew()

    def renew(self) -> None:
        """Forget everyone: in a forked process they are not there."""
        self._lock = threading.RLock()
        self._changed = threading.Condition(self._lock)
        self._queue: list[Turn] = []
        self._mine = threading.local()

    def holder(self) -> Turn | None:
        """Give the one that trains now, or will as soon as those that give way have gone."""
        with self._lock:
            return next((turn for turn in self._waiting() if not turn.gives_way), None)

    def cell_waits(self) -> bool:
        """Tell whether a cell waits for the one that trains: it has no button to press."""
        with self._lock:
            behind = self._waiting()[1:]
            return any(turn.owner is None and not turn.gives_way for turn in behind)

    def stop(self, turn: Turn) -> None:
        """Ask for the end of a turn, wherever it stands."""
        with self._lock:
            turn.stop.set()
            self._changed.notify_all()

    def alone(self, turn: Turn, work: Callable[[], T]) -> T:
        """Do something when its turn comes, at once on a thread whose turn it is already.

        However it ends, the queue is free for the next one.

        Raises
        ------
        SentAway
            If the turn was stopped before it came.
        """
        mine = getattr(self._mine, "turn", None)
        if mine is not None and mine.there.locked():
            return work()
        with turn.there:
            try:
                self._enter(turn)
                self._mine.turn = turn
                return work()
            finally:
                self._leave(turn)

    def _enter(self, turn: Turn) -> None:
        with self._lock:
            self._queue.append(turn)
            for other in self._queue[:-1]:
                if other.gives_way:
                    other.stop.set()
            self._changed.notify_all()
            while not turn.stop.is_set() and self._waiting()[0] is not turn:
                self._changed.wait(_LOOK)
            if turn.stop.is_set():
                raise SentAway(turn.name)

    def _waiting(self) -> list[Turn]:
        """Give the queue, without those that an interrupt kept from leaving it."""
        self._queue = [turn for turn in self._queue if turn.there.locked()]
        return self._queue

    def _leave(self, turn: Turn) -> None:
        with self._lock:
            self._queue = [other for other in self._queue if other is not turn]
            self._changed.notify_all()


GATE = Gate()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=GATE.renew)
