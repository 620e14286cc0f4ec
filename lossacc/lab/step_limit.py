"""How fast a training goes: to its end, or an epoch at a time."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable

_LOOK = 0.05  # seconds after which a training that rests looks whether it was stopped


class StepLimit:
    """How many more points a training may record before it rests. Any thread may use it.

    Parameters
    ----------
    points
        Infinite for a training that goes to its end.
    """

    def __init__(self, points: float = math.inf) -> None:
        """Allow so many points."""
        self._left = points
        self._changed = threading.Condition()

    @property
    def spent(self) -> bool:
        """Whether the training is to rest."""
        return self._left <= 0

    def allow(self, points: float) -> None:
        """Allow more points."""
        with self._changed:
            self._left = max(self._left, 0) + points
            self._changed.notify_all()

    def count(self) -> None:
        """Count a point that was recorded."""
        with self._changed:
            self._left -= 1

    def rest(self, stopped: Callable[[], bool]) -> float:
        """Wait until more is allowed, or the training is stopped; give the seconds."""
        begun = time.monotonic()
        with self._changed:
            while self.spent and not stopped():
                self._changed.wait(_LOOK)
        return time.monotonic() - begun
