"""How long a training still takes, by what its own steps took; and the line that says so."""

from __future__ import annotations

import shutil
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, TextIO

from lossacc.support import keras_api
from lossacc.training.recorder import Recorder

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


keras_api.keras()  # starts TensorFlow with the package's own settings
import keras  # noqa: E402

_BAR = 20  # characters
_REDRAW = 0.2  # seconds


class Progress(keras.callbacks.Callback):  # type: ignore[misc]  # Keras has no types
    """Tell of each epoch, of the time that is left, and once of how long it will be in all.

    Parameters
    ----------
    clock
        Knows the steps and the epochs; it is kept going here.
    recorder
        Stands before this one among the callbacks; its last epoch is told.
    say
        Takes a line.
    screen
        Where the bar is drawn, where that is a terminal.
    """

    def __init__(
        self,
        clock: Clock,
        recorder: Recorder,
        say: Callable[[str], None] = print,
        screen: TextIO | None = None,
    ) -> None:
        """Draw nothing before the first step."""
        super().__init__()
        self._clock, self._recorder, self._say = clock, recorder, say
        self._screen = screen or sys.stderr
        self._epoch, self._first, self._told, self._drawn = 0, 0, False, 0.0

    def on_epoch_begin(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Begin to measure."""
        self._epoch = epoch
        self._clock.start()

    def on_train_batch_end(self, batch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Measure the step, and draw the bar five times a second at most."""
        self._clock.step()
        self._tell_in_all(batch + 1)
        now = time.monotonic()
        if self._screen.isatty() and now - self._drawn > _REDRAW:
            self._drawn = now
            self._draw(bar(self._clock, self._epoch, batch + 1, logs or {}))

    def on_epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Tell of the epoch."""
        self._clock.pause()
        self._line(f"{told(self._recorder, self._clock.epochs)}{_left(self._clock, epoch + 1)}")

    def on_train_end(self, logs: Mapping[str, Any] | None = None) -> None:
        """Take the bar away."""
        self._draw("")

    def _tell_in_all(self, step: int) -> None:
        """Say once, as soon as that is known, what a step and all epochs to come take."""
        seconds, left = self._clock.step_seconds, self._clock.left(self._epoch, step)
        if self._told or seconds is None or left is None:
            return
        self._told = True
        epochs, words = self._clock.epochs - self._epoch, duration(max(left, 1))
        self._line(f"A step takes {seconds:.3g} s here: {epochs} epochs take about {words}.")

    def _line(self, text: str) -> None:
        self._draw("")
        self._say(text)

    def _draw(self, text: str) -> None:
        """Put a text in the place of the bar."""
        if self._screen.isatty():
            room = shutil.get_terminal_size().columns - 1
            self._screen.write(f"\r{text[:room].ljust(room)}\r{text[:room]}")
            self._screen.flush()


def bar(clock: Clock, epoch: int, step: int, logs: Mapping[str, Any]) -> str:
    """Say how far it is, with a bar.

    Parameters
    ----------
    clock
        Knows the steps, the epochs and the time left.
    epoch, step
        The epochs that are over, and the steps of this one.
    logs
        What Keras prints: the running means of this epoch.
    """
    done = int(_BAR * (epoch * clock.steps + step) / (clock.epochs * clock.steps))
    means = f"loss {float(logs['loss']):.3f}" if "loss" in logs else "loss unknown"
    where = f"epoch {epoch + 1} of {clock.epochs}, step {step} of {clock.steps}"
    return f"[{'#' * done}{'.' * (_BAR - done)}] {where}: {means}{_left(clock, epoch, step)}"


def told(recorder: Recorder, epochs: int) -> str:
    """Tell of the last recorded epoch: both sets scored in evaluation mode."""
    run = recorder.run
    parts = [
        f"{on} {run.scores(on).loss[-1]:.3f} ({run.scores(on).accuracy[-1]:.1%})".replace("%", " %")
        for on in run.sets
    ]
    rate = f"rate {run.learning_rate[-1]:.3g}"
    return f"epoch {run.epochs[-1]} of {epochs}: loss (accuracy) {', '.join(parts)}, {rate}"


def _left(clock: Clock, epoch: int, step: int = 0) -> str:
    seconds = clock.left(epoch, step)
    done = seconds is None or epoch == clock.epochs
    return "" if done or seconds is None else f", {duration(seconds)} left"
