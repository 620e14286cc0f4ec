"""How often a panel draws: ten times a second at most, and never so often that training suffers.

A drawing is made on the thread that trains, between two epochs. Most of a small training is Python,
which a second thread would hold up for just as long, and a drawing that is over before the next
epoch begins cannot show a mixture of two.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

SHORTEST = 0.1  # seconds from one drawing to the next
SHARE = 0.02  # of the time that drawing may take
LONGEST = 1.0


class RedrawThrottle:
    """Tells when the next drawing is due, by what the last ones cost."""

    def __init__(self) -> None:
        """Be due at once."""
        self._next = 0.0
        self._cost = 0.0

    def due(self) -> bool:
        """Tell whether it is time to draw."""
        return time.perf_counter() >= self._next

    def hurry(self) -> None:
        """Make the next drawing due at once."""
        self._next = 0.0

    @contextmanager
    def drawing(self) -> Iterator[None]:
        """Draw within: it is timed."""
        begun = time.perf_counter()
        try:
            yield
        finally:
            now = time.perf_counter()
            # The cheaper of the last two: one that was slow by accident must not freeze the curves.
            cost = now - begun
            dear = min(cost, self._cost) if self._cost else cost
            self._cost = cost
            self._next = now + min(max(SHORTEST, dear / SHARE), LONGEST)
