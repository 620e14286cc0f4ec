"""How one training is followed and stopped: the hooks that an experiment calls, and the clock."""

from __future__ import annotations

import time
from collections.abc import Callable

from lossacc.claims.experiment import Hooks
from lossacc.data import Examples
from lossacc.lab import status_text
from lossacc.lab.events import TrainingProgress
from lossacc.lab.snapshot import Images
from lossacc.runs.run import Run


class TrainingHooks:
    """The hooks of one training. They are called on the thread that trains.

    Parameters
    ----------
    stopped
        Whether the training was asked to stop.
    follow
        Called after each epoch, with these hooks and the run so far.
    limit
        Seconds that the training may take.

    Attributes
    ----------
    run
        As far as it has come; None before its first point.
    late
        Whether it ran into its limit.
    images
        Those that it learns from, and those that it is validated on.
    """

    def __init__(
        self,
        *,
        stopped: Callable[[], bool],
        follow: Callable[[TrainingHooks, Run], None],
        limit: float,
    ) -> None:
        """Begin to count the seconds."""
        self.run: Run | None = None
        self.late = False
        self.images: Images = (None, None)
        self._stopped, self._follow = stopped, follow
        self._limit, self._began = limit, time.monotonic()
        self._since: tuple[int, float] | None = None  # an epoch, and when it was reached

    def as_hooks(self) -> Hooks:
        """Give them as an experiment takes them."""
        return Hooks(self._should_stop, self._on_epoch, self._on_data)

    def progress(self, run: Run) -> TrainingProgress:
        """Say how far the run is."""
        left = None
        done, of = int(run.epochs[-1]), run.total_epochs
        if self._since is not None and done > self._since[0]:
            epoch, then = self._since
            left = (time.monotonic() - then) / (done - epoch) * (of - done)
        return TrainingProgress(done, of, status_text.progress(run, left))

    def _should_stop(self) -> bool:
        self.late = self.late or time.monotonic() - self._began > self._limit
        return self.late or self._stopped()

    def _on_data(self, examples: Examples, held_out: Examples | None) -> None:
        self.images = (examples, held_out)

    def _on_epoch(self, run: Run) -> None:
        # The first epoch is no measure: it may trace the network.
        if len(run.epochs) == 2:
            self._since = (int(run.epochs[-1]), time.monotonic())
        self.run = run
        self._follow(self, run)

    def rested(self, seconds: float) -> None:
        """Leave a rest out of the seconds that are counted."""
        self._began += seconds
        if self._since is not None:
            self._since = (self._since[0], self._since[1] + seconds)
