"""One training at a time: the experiments share compiled networks, which no two may train at once.

Whoever wants to train stands in a queue. Its first one trains.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


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
    """

    name: str
    owner: object | None = None
    gives_way: bool = False
    stop: threading.Event = field(default_factory=threading.Event)


class Gate:
    """A queue whose first one may train."""

    def __init__(self) -> None:
        """Open the gate."""
        self._changed = threading.Condition()
        self._queue: list[Turn] = []
        self._mine = threading.local()

    def holder(self) -> Turn | None:
        """Give the one that trains now, or will as soon as those that give way have gone."""
        with self._changed:
            return next((turn for turn in self._queue if not turn.gives_way), None)

    def enter(self, turn: Turn) -> bool:
        """Wait for a turn; False where it was stopped before it came."""
        with self._changed:
            self._queue.append(turn)
            for other in self._queue[:-1]:
                if other.gives_way:
                    other.stop.set()
            self._changed.notify_all()
            try:
                self._changed.wait_for(lambda: turn.stop.is_set() or self._queue[0] is turn)
            except BaseException:  # an interrupt: whoever waits must not block those behind
                self._remove(turn)
                raise
            if turn.stop.is_set():
                self._remove(turn)
                return False
        self._mine.turn = turn
        return True

    def leave(self, turn: Turn) -> None:
        """End a turn, on the thread that entered."""
        self._mine.turn = None
        with self._changed:
            self._remove(turn)

    def stop(self, turn: Turn) -> None:
        """Ask for the end of a turn, wherever it stands."""
        with self._changed:
            turn.stop.set()
            self._changed.notify_all()

    def _remove(self, turn: Turn) -> None:
        self._queue.remove(turn)
        self._changed.notify_all()

    @contextmanager
    def passed(self, name: str) -> Iterator[None]:
        """Train within; a thread whose turn it is already goes straight on."""
        if getattr(self._mine, "turn", None) is not None:
            yield
            return
        turn = Turn(name)
        self.enter(turn)
        try:
            yield
        finally:
            self.leave(turn)


GATE = Gate()
