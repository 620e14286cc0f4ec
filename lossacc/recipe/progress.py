"""How long a training still takes, by what its own steps took."""

from __future__ import annotations

import time
from collections import deque

_STEPS, _PAUSES = 1000, 20  # the last so many are counted: a machine's pace may change
_SURE = 5  # steps that are measured before anything is said


class Clock:
    """Measures steps, and the pauses after epochs in which they are recorded.

    Parameters
    ----------
    steps, epochs
        The steps of an epoch; the epochs in all.
    """

    def __init__(self, steps: int, epochs: int) -> None:
        """Know nothing yet."""
        self.steps, self.epochs = steps, epochs
        self._taken: deque[float] = deque(maxlen=_STEPS)
        self._pauses: deque[float] = deque(maxlen=_PAUSES)
        self._over = 0
        self._mark = time.perf_counter()

    def start(self) -> None:
        """Measure from here: an epoch begins."""
        self._mark = time.perf_counter()

    def step(self) -> None:
        """Count a step as over.

        The first one is not measured, as it compiles; nor is the last one of that epoch, whose
        batch may be smaller: that is compiled anew.
        """
        seconds, self._over = self._lap(), self._over + 1
        if self._over not in (1, self.steps):
            self._taken.append(seconds)

    def pause(self) -> None:
        """Count as over what follows the last step of an epoch."""
        self._pauses.append(self._lap())

    @property
    def step_seconds(self) -> float | None:
        """What a step takes; None until a few were measured."""
        few = len(self._taken) < min(_SURE, max(self.steps - 2, 1))
        return None if few else sum(self._taken) / len(self._taken)

    def left(self, epoch: int, step: int = 0) -> float | None:
        """Give the seconds that are left.

        Parameters
        ----------
        epoch, step
            The epochs that are over, and the steps of the next one that are.
        """
        if self.step_seconds is None:
            return None
        epochs = self.epochs - epoch
        pause = sum(self._pauses) / len(self._pauses) if self._pauses else 0.0
        return (epochs * self.steps - step) * self.step_seconds + epochs * pause

    def _lap(self) -> float:
        now = time.perf_counter()
        seconds, self._mark = now - self._mark, now
        return seconds


def duration(seconds: float) -> str:
    """Say a time in the unit that suits it: "40 s", "12 min", "3.4 h", "4.8 days"."""
    if seconds < 1:
        return "under 1 s"
    if seconds < 99.5:
        return f"{seconds:.0f} s"
    if seconds < 99.5 * 60:
        return f"{seconds / 60:.0f} min"
    hours = seconds / 3600
    return f"{hours:.1f} h" if hours < 48 else f"{hours / 24:.1f} days"
